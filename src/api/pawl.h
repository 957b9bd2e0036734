/// pawl.h: pawl's feature engine for other programs. Compile the features of a pipeline file, compute them point-in-time over
/// tables that come as Arrow streams, and read them for one request from an online store, with the same bits everywhere.
///
/// Plain C17, usable from C, C++ and through any foreign function interface; link with -lpawl (pkg-config pawl).
///
/// Functions return true when they did what their comment says. Otherwise they return false, write nothing, and say why in
/// `err`, which may be NULL. Objects are freed by the function next to the one that made them; NULL may be freed. Texts end
/// in a zero byte. A plan may be used by several threads at once; so may an engine and a store, once opened. An engine and what was
/// computed borrow nothing from the streams they came from; an engine borrows its plan.
///
/// Tables are exchanged through the Arrow C stream interface (https://arrow.apache.org/docs/format/CStreamInterface.html): pyarrow, Polars,
/// DuckDB, nanoarrow and others read and write it without copying. A stream handed in is always released, also on an error; one
/// handed out is the caller's to release.
#ifndef PAWL_H
#define PAWL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PAWL_API __attribute__((visibility("default")))

// The Arrow C data and stream interfaces, word for word as their standard has them.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

enum { PAWL_ERROR_BYTES = 4096 };

/// Why something was not done. `kind` is a stable name: "usage", "config" (a wrong definition), "data" (a wrong row), "not_found", "conflict",
/// "storage", "environment", "memory". `text` names file, line and column of a definition, or source, row and column of data.
typedef struct PawlError {
    const char *kind;
    char text[PAWL_ERROR_BYTES];
} PawlError;

/// "0.1.0"
PAWL_API const char *pawl_version(void);

// Plans: compiled definitions.

typedef struct PawlPlan PawlPlan;

/// The types of a source's columns: a struct schema, as get_schema of its stream gives it. Borrowed during the call.
typedef struct PawlSourceSchema {
    const char *name;
    const struct ArrowSchema *schema;
} PawlSourceSchema;

/// Compiles `sources`, `features` and `dataset` of a pipeline file (YAML, of `size` bytes; its other sections are not looked at, and none of its files is
/// read). `name` stands for the text in errors. Every source that the file declares needs its schema.
PAWL_API bool pawl_plan_compile(const char *name, const char *text, size_t size, const PawlSourceSchema *schemas,
                                size_t schema_count, PawlPlan **out, PawlError *err);

/// Reads a plan back from the text that pawl_plan_encode gave, or from the plan.json that snapshots and models carry.
PAWL_API bool pawl_plan_decode(const char *text, size_t size, PawlPlan **out, PawlError *err);
PAWL_API void pawl_plan_free(PawlPlan *plan);

/// The canonical text of a plan: equal plans have equal texts. Free it with pawl_text_free.
PAWL_API bool pawl_plan_encode(const PawlPlan *plan, char **out, PawlError *err);
PAWL_API void pawl_text_free(char *text);

/// 64 hexadecimal digits that name the plan: the SHA-256 of its text. Lives as long as the plan.
PAWL_API const char *pawl_plan_digest(const PawlPlan *plan);

/// What a request must carry, column by column, and "at", the instant as of which it is answered.
PAWL_API bool pawl_plan_inputs(const PawlPlan *plan, struct ArrowSchema *out, PawlError *err);

/// What is computed: one column per feature, named "view.column".
PAWL_API bool pawl_plan_features(const PawlPlan *plan, struct ArrowSchema *out, PawlError *err);

// Engines: the history of all sources in memory.

typedef struct PawlEngine PawlEngine;

typedef struct PawlTable {
    const char *name;              ///< of the source
    struct ArrowArrayStream *rows; ///< its types as they were compiled
} PawlTable;

typedef struct PawlEngineOptions {
    uint32_t threads; ///< 0: all cores. No number of threads changes a bit
} PawlEngineOptions;

/// `options` may be NULL. A row whose `known` is null or before its `time` is an error that names source and row.
PAWL_API bool pawl_engine_open(const PawlPlan *plan, const PawlTable *tables, size_t table_count,
                               const PawlEngineOptions *options, PawlEngine **out, PawlError *err);
PAWL_API void pawl_engine_close(PawlEngine *engine);

/// One row of features per row of `requests`, in its order, each as of its own "at" and seeing nothing that was not known before it.
/// `requests` has the columns of pawl_plan_inputs; more columns are ignored.
PAWL_API bool pawl_engine_compute(const PawlEngine *engine, struct ArrowArrayStream *requests,
                                  struct ArrowArrayStream *out, PawlError *err);

// Stores: the state of entities at rest, for serving.

typedef struct PawlStore PawlStore;

/// A folder with an LMDB database, such as `.pawl/online` of a pipeline; made when it is not there and `read_only` is false.
PAWL_API bool pawl_store_open(const char *folder, bool read_only, PawlStore **out, PawlError *err);
PAWL_API void pawl_store_close(PawlStore *store);

/// Replaces what the store holds of the engine's plan by the engine's state, whole or not at all, also after a crash.
PAWL_API bool pawl_store_publish(PawlStore *store, const PawlEngine *engine, PawlError *err);

/// As pawl_engine_compute, from the store: the same bits as the engine that was published. "not_found" when the store
/// holds nothing of this plan.
PAWL_API bool pawl_store_compute(PawlStore *store, const PawlPlan *plan, struct ArrowArrayStream *requests,
                                 struct ArrowArrayStream *out, PawlError *err);

#ifdef __cplusplus
}
#endif

#endif
