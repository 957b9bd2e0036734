/// Executes plans: builds every source's history, then computes features for many examples at once or for one request, with the
/// same code and the same bits.
///
/// An Engine borrows its plan and frames. Evaluation is read-only: several threads may evaluate at once.
///
/// A version of a row counts at instants t with known < t <= min(superseded, time + window). An entity's key is the values of `by`: equal
/// values are one key whatever their width, -0 equals 0, every NaN is the same; a key with a null part matches no row, and its
/// entity is unknown. Aggregates over an argument pass over nulls: first and last give the first and last value that is there.
#ifndef PAWL_ENGINE_ENGINE_H
#define PAWL_ENGINE_ENGINE_H

#include "frame/row_reader.h"
#include "language/plan.h"
#include "sys/disk.h"

/// Why a group's aggregates are what they are, per query.
typedef enum EntityStatus {
    ENTITY_UNKNOWN, ///< no row of the entity is visible at that instant
    ENTITY_KNOWN,   ///< there is one, though the window may be empty
} EntityStatus;

/// The state of one (group, entity): its rows' versions in total order with the outputs of the row program. What memory holds
/// and what the online store keeps; canonical, so equal histories give equal bytes.
typedef struct FactStore {
    /// Gives the encoded facts of an entity (key: canonical bytes of the entity's values), borrowed until the next call with the
    /// same `context`; an unknown entity gives an empty Str.
    bool (*find)(void *context, uint32_t group, Str key, Str *out, Error *err);
    void *context;
} FactStore;

/// Conflicting versions: equal key and known, different content. The greatest (deleted, digest) wins; they are reported.
typedef struct HistoryReport {
    uint64_t row_count;
    uint64_t version_count;
    uint64_t key_count;
    uint64_t conflict_count;
    uint64_t conflict_rows[2]; ///< the first conflicting pair, as row numbers of the source's table
} HistoryReport;

typedef struct EngineOptions {
    uint32_t threads; ///< 0: all cores. Never changes a bit
    /// For rows on their way and facts, about: what exceeds it goes into a file. Tables that are read whole, queries and results come on
    /// top. 0: no limit. Never changes a bit either.
    uint64_t memory_bytes;
    Str directory;    ///< of that file; empty: $TMPDIR or /tmp
    const Disk *disk; ///< NULL: the system's
} EngineOptions;

typedef struct Engine Engine;

/// `tables` holds one frame per plan source, exact types as in the plan (checked). A row whose `known` is before its `time`, or
/// whose time or known is null, is an ERROR_DATA that names source and row.
MUST_CHECK bool engine_open(const Plan *plan, const Frame *tables, const EngineOptions *options, Engine **out,
                            Error *err);

/// The same from readers, one per plan source: rows are scattered while they are read, in chunks of only the columns that groups need, and
/// no table is in memory; but for sources whose rows read features of features, or whose keys are lists or maps: these are read whole. A
/// reader is used by this call only. Chunks have no row numbers: `conflict_rows` of a report is UINT64_MAX then.
MUST_CHECK bool engine_open_readers(const Plan *plan, const RowReader *readers, const EngineOptions *options,
                                    Engine **out, Error *err);
void engine_close(Engine **engine);

const HistoryReport *engine_history_report(const Engine *engine, uint32_t source);

/// Features as of each query. `inputs` has a column per plan input (by name, computed types; others are not looked at) and as many
/// rows as there are queries, also where the plan has no inputs; `at` is instants in microseconds, one per row.
/// `out` gets one column per plan feature, in order; `statuses` (optional) is group_count * row_count, group-major.
MUST_CHECK bool engine_evaluate(const Engine *engine, const Frame *inputs, const int64_t *at, Frame *out,
                                EntityStatus *statuses, Error *err);

/// The same for a few requests whose facts come from a store instead of memory: serving.
MUST_CHECK bool engine_evaluate_store(const Plan *plan, const FactStore *store, const Frame *inputs, const int64_t *at,
                                      Frame *out, EntityStatus *statuses, Error *err);

/// Hands every (group, entity) with its encoded facts to `sink`, groups in order, keys in byte order: what the online store is filled with.
typedef bool (*FactSink)(void *context, uint32_t group, Str key, Str facts, Error *err);
MUST_CHECK bool engine_export(const Engine *engine, FactSink sink, void *context, Error *err);

/// The versions of a dataset's source, for labels and inputs: see engine/history.h.

#endif
