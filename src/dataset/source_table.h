/// Ingest: a source read, checked, and kept as a table that no later step needs to question.
///
/// The table's rows stand in an order of their own (event time, then row hash), so that file order, file splits and format leave no
/// trace: its logical digest is a function of the multiset of rows.
#ifndef PAWL_DATASET_SOURCE_TABLE_H
#define PAWL_DATASET_SOURCE_TABLE_H

#include "dataset/expectation.h"
#include "lake/lake.h"
#include "language/definition.h"
#include "sys/disk.h"

/// One file that a source's version names.
typedef struct SourceFile {
    Str path; ///< relative to the pipeline's directory
    uint64_t size;
    Digest digest;
} SourceFile;

/// source.json beside table.parquet: the ingested table's manifest.
typedef struct SourceManifest {
    Arena arena;
    Str name;
    Field *fields; ///< exact types, in the source's order
    size_t field_count;
    SourceFile *files; ///< none for `sql:` that reads no file
    size_t file_count;
    uint64_t row_count;
    int64_t time_min_us, time_max_us, known_max_us;
    Digest logical;
} SourceManifest;

void source_manifest_deinit(SourceManifest *manifest);
MUST_CHECK bool source_manifest_encode(const SourceManifest *manifest, Bytes *out, Error *err);
MUST_CHECK bool source_manifest_decode(Str name, Str text, SourceManifest *out, Error *err);

typedef struct IngestOptions {
    uint64_t
        memory_bytes; ///< for rows on their way, about: what exceeds it goes into a file. 0: no limit. Never changes a bit
    /// Told now and then how many rows were read, and then how many were written. May be NULL.
    void (*progress)(void *context, const char *what, uint64_t rows);
    void *context;
} IngestOptions;

/// Reads, checks roles (times and knowns there and in order), sorts, writes table.parquet into the directory, checks expectations
/// (ERROR_REFUSED with a table of what failed and sample rows). `locked` has no fields on the first run; later a differing schema is an
/// ERROR_DATA that says what changed. The table is never in memory as a whole.
MUST_CHECK bool source_ingest(Lake *lake, const LakeQuery *query, const SourceDefinition *definition, Schema locked,
                              const Expectations *expectations, const IngestOptions *options, Str directory,
                              SourceManifest *out, Error *err);

/// source.json, into the directory.
MUST_CHECK bool source_manifest_write(const Disk *disk, const SourceManifest *manifest, Str directory, Error *err);
MUST_CHECK bool source_manifest_read(const Disk *disk, Str directory, SourceManifest *out, Error *err);

/// The path of the table in the directory.
MUST_CHECK bool source_table_path(Str directory, Arena *arena, Str *out, Error *err);

/// Writes and reads the directory with table.parquet and source.json, the table as a whole.
MUST_CHECK bool source_table_write(Lake *lake, const Disk *disk, const Frame *table, const SourceManifest *manifest,
                                   Str directory, Error *err);
MUST_CHECK bool source_table_read(Lake *lake, const Disk *disk, Str directory, Frame *out_table, SourceManifest *out,
                                  Error *err);

#endif
