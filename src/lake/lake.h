/// Reading and writing tables through an embedded DuckDB: Parquet, CSV, JSON, globs and SQL in, Parquet out.
///
/// DuckDB is loaded when the first lake is opened. A Lake is used by one thread. Types arrive exactly as declared by the
/// source, items of lists and maps widened to computed types; a type that a Frame cannot hold (struct, hugeint, interval, time,
/// lists of lists, ...) is an ERROR_DATA that names the column
/// and says how to cast it in `sql:`.
#ifndef PAWL_LAKE_LAKE_H
#define PAWL_LAKE_LAKE_H

#include "frame/row_reader.h"

typedef struct Lake Lake;

typedef struct LakeOptions {
    uint32_t threads;      ///< 0: all cores
    uint64_t memory_bytes; ///< 0: DuckDB's default
    Str directory;         ///< relative paths in queries and globs start here
} LakeOptions;

MUST_CHECK bool lake_open(const LakeOptions *options, Lake **out, Error *err);
void lake_close(Lake **lake);

/// What a source reads: one of `files` (paths and globs; the format by ending: .parquet .csv .tsv .json .jsonl .ndjson, with .gz
/// and .zst) or `sql`. For text formats, `types` locks columns to types, all others are found over all rows, and `times` names
/// columns that must be dates or timestamps: a value that is none is an ERROR_DATA with its line instead of making the column
/// a string. Names in `times` that the files do not have are left alone.
typedef struct LakeQuery {
    const Str *files;
    size_t file_count;
    Str sql;
    Schema types;
    Schema
        hive; ///< columns that the folders of Parquet files say: date=2024-01-01/part.parquet; each file has each once
    const Str *times;
    size_t time_count;
} LakeQuery;

/// The files that the globs name, with `directory` in front, sorted by path and each once; a glob that matches nothing is an
/// ERROR_NOT_FOUND.
MUST_CHECK bool lake_files(const LakeQuery *query, Str directory, Arena *arena, Str **out, size_t *out_count,
                           Error *err);

/// Names and types only. The fields live in `arena`.
MUST_CHECK bool lake_schema(Lake *lake, const LakeQuery *query, Arena *arena, Schema *out, Error *err);

/// All rows, in the order of files and lines, or as SQL gives them. Errors of text files name file and line.
MUST_CHECK bool lake_read(Lake *lake, const LakeQuery *query, Frame *out, Error *err);

/// Takes the rows of a table in their order, a few thousand at a time.
typedef struct RowVisitor {
    /// Once, before any row. The schema is borrowed for this call.
    bool (*begin)(void *context, Schema schema, Error *err);
    /// A vector per field, borrowed for this call.
    bool (*rows)(void *context, const Vector *vectors, size_t row_count, Error *err);
    void *context;
} RowVisitor;

/// As lake_read, for tables of any size. The visitor may not use the lake.
MUST_CHECK bool lake_visit(Lake *lake, const LakeQuery *query, const RowVisitor *visitor, Error *err);

/// A reader of the query's rows, which borrows the lake and lives in `arena` with its schema. Scanning Parquet and SQL reads only
/// the columns asked for, in DuckDB's own threads; errors of a scan do not name rows. One scan or read of a lake runs at a time.
MUST_CHECK bool lake_reader(Lake *lake, const LakeQuery *query, Arena *arena, RowReader *out, Error *err);

/// As lake_read, for a Parquet file that lake_write_parquet wrote: rows in their order, types exact.
MUST_CHECK bool lake_read_parquet(Lake *lake, Str path, Frame *out, Error *err);

/// Rows in order, zstd, fsynced by the caller. The same frame and DuckDB version give the same bytes.
MUST_CHECK bool lake_write_parquet(Lake *lake, const Frame *frame, Str path, Error *err);

/// Gives a table block by block.
typedef struct BlockSource {
    /// The next rows, the caller's from then on; none at the end. Called on any thread, by one at a time; may not use the lake.
    bool (*next)(void *context, Frame *out, Error *err);
    void *context;
} BlockSource;

/// As lake_write_parquet, for a table of any size. `row_bytes` is about what a row takes in memory: what row groups are sized by, so that
/// a file's bytes follow from its content.
MUST_CHECK bool lake_write_blocks(Lake *lake, Schema schema, const BlockSource *source, uint64_t row_bytes, Str path,
                                  Error *err);

/// As lake_visit, for a file that lake_write_parquet or lake_write_blocks wrote, of the given fields (places in the file's schema; NULL:
/// all).
MUST_CHECK bool lake_visit_stored(Lake *lake, Str path, const uint32_t *fields, size_t field_count,
                                  const RowVisitor *visitor, Error *err);

/// As lake_reader, for such a file.
MUST_CHECK bool lake_stored_reader(Lake *lake, Str path, Arena *arena, RowReader *out, Error *err);

/// The rows of such a file with the given numbers, which ascend.
MUST_CHECK bool lake_stored_rows(Lake *lake, Str path, const uint64_t *rows, size_t count, Frame *out, Error *err);

/// "1.5.6", for manifests.
Str lake_version(const Lake *lake);

#endif
