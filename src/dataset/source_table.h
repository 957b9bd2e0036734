/// Ingest: a source read whole, checked, and kept as a table that no later step needs to question.
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

/// Reads, checks roles (times and knowns there and in order), sorts, checks expectations (ERROR_REFUSED with a table of what failed
/// and sample rows). `locked` has no fields on the first run; later a differing schema is an ERROR_DATA that says what changed.
MUST_CHECK bool source_ingest(Lake *lake, const LakeQuery *query, const SourceDefinition *definition, Schema locked,
                              const Expectations *expectations, Frame *out_table, SourceManifest *out, Error *err);

/// Writes and reads the directory with table.parquet and source.json.
MUST_CHECK bool source_table_write(Lake *lake, const Disk *disk, const Frame *table, const SourceManifest *manifest,
                                   Str directory, Error *err);
MUST_CHECK bool source_table_read(Lake *lake, const Disk *disk, Str directory, Frame *out_table, SourceManifest *out,
                                  Error *err);

#endif
