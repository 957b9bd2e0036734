#include <string.h>

#include "base/memory.h"
#include "dataset/sorter.h"
#include "dataset/source_internal.h"
#include "engine/instant.h"
#include "frame/frame_digest.h"
#include "frame/row_codec.h"

enum { BLOCK_ROWS_MAX = 16384, BLOCK_BYTES_MAX = 2 << 20, PROGRESS_ROWS = 1 << 18, ROW_KEY_BYTES = 16 };

/// A source on its way into a table: rows come in any order, are sorted by (time, row hash), and leave as blocks.
typedef struct Ingest {
    const SourceDefinition *definition;
    const IngestOptions *options;
    Schema locked;
    SourceManifest *manifest;
    PlanSource source;
    RowCodec codec;
    Sorter sorter;
    Bytes row;
    Column time; ///< instants of a chunk
    bool failed; ///< by a row that was read, not by reading
    FrameDigest digest;
    TimesCheck times;
    ExpectationCheck expectations;
    Vector *vectors; ///< of a block
    Arena arena;
    uint64_t row_count;
} Ingest;

static void ingest_deinit(Ingest *ingest)
{
    row_codec_deinit(&ingest->codec);
    sorter_deinit(&ingest->sorter);
    bytes_deinit(&ingest->row);
    column_deinit(&ingest->time);
    frame_digest_deinit(&ingest->digest);
    times_check_deinit(&ingest->times);
    expectation_check_deinit(&ingest->expectations);
    arena_deinit(&ingest->arena);
}

static Schema ingest_schema(const Ingest *ingest)
{
    return (Schema){.fields = ingest->source.fields, .count = ingest->source.field_count};
}

/// A name that appears twice is an error of the frame's.
static bool names_check(Schema schema, Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    for (size_t i = 0; i < schema.count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(&frame, schema.fields[i].name, schema.fields[i].type, &column, err));
    }
    return true;
}

static bool ingest_begin(void *context, Schema schema, Error *err)
{
    Ingest *ingest = context;
    TRY(names_check(schema, err));
    if (ingest->locked.count > 0) TRY(schema_check_equal(ingest->locked, schema, err));
    TRY(source_roles_find(ingest->definition, schema, &ingest->manifest->arena, &ingest->source, err));
    return row_codec_init(ingest_schema(ingest), &ingest->codec, err);
}

/// Greatest byte first, so that bytes are in the order of hashes.
static void hash_put(Hash128 hash, uint8_t *out)
{
    for (size_t i = 0; i < sizeof(uint64_t); i++) {
        out[i] = (uint8_t)(hash.high >> (56 - 8 * i));
        out[sizeof(uint64_t) + i] = (uint8_t)(hash.low >> (56 - 8 * i));
    }
}

static bool row_add(Ingest *ingest, const Vector *vectors, size_t row, Error *err)
{
    uint8_t key[ROW_KEY_BYTES];
    const Vector *time = &vectors[ingest->source.time];
    bytes_clear(&ingest->row);
    TRY(row_encode(&ingest->codec, vectors, row, &ingest->row, err));
    hash_put(hash128(ingest->row.data, ingest->row.size), key);
    SortItem item = {.order = vector_is_valid(time, row) ? ingest->time.values.ints[row] : INT64_MIN,
                     .key = {(const char *)key, sizeof(key)},
                     .value = bytes_str(&ingest->row)};
    return sorter_add(&ingest->sorter, &item, err);
}

static void ingest_progress(const Ingest *ingest, const char *what, uint64_t before, uint64_t rows)
{
    bool due = before / PROGRESS_ROWS != rows / PROGRESS_ROWS;
    if (due && ingest->options->progress != NULL) ingest->options->progress(ingest->options->context, what, rows);
}

static bool rows_add(Ingest *ingest, const Vector *vectors, size_t row_count, Error *err)
{
    uint64_t before = ingest->sorter.item_count;
    TRY(column_resize(&ingest->time, row_count, err));
    TRY(instants_convert(&vectors[ingest->source.time], ingest->source.timezone, false, ingest->time.values.ints, err));
    for (size_t i = 0; i < row_count; i++) TRY(row_add(ingest, vectors, i, err));
    ingest_progress(ingest, "read", before, ingest->sorter.item_count);
    return true;
}

static bool ingest_rows(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    Ingest *ingest = context;
    ingest->failed = !rows_add(ingest, vectors, row_count, err);
    return !ingest->failed;
}

/// What the reader is told about types: the locked ones, and what the user says over them.
static bool types_merge(Schema locked, Schema types, Arena *arena, Schema *out, Error *err)
{
    Field *fields = arena_alloc_array(arena, locked.count + types.count + 1, sizeof(Field), err);
    TRY(fields != NULL);
    size_t count = 0;
    for (size_t i = 0; i < types.count; i++) fields[count++] = types.fields[i];
    for (size_t i = 0; i < locked.count; i++)
        if (schema_find(types, locked.fields[i].name) == SIZE_MAX) fields[count++] = locked.fields[i];
    *out = (Schema){.fields = count == 0 ? NULL : fields, .count = count};
    return true;
}

/// Tells how to go on when what is wrong may be that the source has changed. Always false.
static bool lock_hint(Schema locked, Str source, Error *err)
{
    if (locked.count == 0 || err == NULL || err->kind != ERROR_DATA) return false;
    Error found = *err;
    return error_set(err, ERROR_DATA,
                     "not of the schema of earlier runs: %s; if that is right, accept it with `pawl run --relock %.*s`",
                     found.text, STR_ARG(source));
}

static bool rows_read(Lake *lake, const LakeQuery *query, Ingest *ingest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const RowVisitor visitor = {ingest_begin, ingest_rows, ingest};
    LakeQuery typed = *query;
    TRY(types_merge(ingest->locked, query->types, &arena, &typed.types, err));
    if (!lake_visit(lake, &typed, &visitor, err))
        return !ingest->failed && lock_hint(ingest->locked, ingest->definition->name, err);
    if (ingest->sorter.item_count == 0) return error_set(err, ERROR_DATA, "no rows: there is nothing to learn from");
    return sorter_finish(&ingest->sorter, err);
}

static bool block_fill(Ingest *ingest, Frame *block, Error *err)
{
    SortItem item = {0};
    bool there = true;
    size_t rows = 0;
    size_t bytes = 0;
    TRY(frame_add_schema(block, ingest_schema(ingest), err));
    while (rows < BLOCK_ROWS_MAX && bytes < BLOCK_BYTES_MAX) {
        TRY(sorter_next(&ingest->sorter, &item, &there, err));
        if (!there) break;
        TRY(row_decode(&ingest->codec, item.value, block, err));
        bytes += item.value.size;
        rows++;
    }
    frame_finish(block);
    return true;
}

static bool block_check(Ingest *ingest, const Frame *block, Error *err)
{
    for (size_t i = 0; i < block->column_count; i++) ingest->vectors[i] = frame_vector(block, i);
    TRY(times_check_add(&ingest->times, block, err));
    TRY(frame_digest_add(&ingest->digest, ingest->vectors, block->row_count, err));
    return expectation_check_add(&ingest->expectations, ingest->vectors, block->row_count, err);
}

static bool ingest_next(void *context, Frame *out, Error *err)
{
    Ingest *ingest = context;
    AUTO(frame_deinit) Frame block = {0};
    TRY(block_fill(ingest, &block, err));
    TRY(block_check(ingest, &block, err));
    ingest_progress(ingest, "written", ingest->row_count, ingest->row_count + block.row_count);
    ingest->row_count += block.row_count;
    *out = frame_take(&block);
    return true;
}

/// A quarter is for values that expectations must see twice.
static bool checks_init(Ingest *ingest, const Expectations *expectations, Error *err)
{
    Schema schema = ingest_schema(ingest);
    ingest->vectors = arena_alloc_array(&ingest->arena, schema.count, sizeof(Vector), err);
    TRY(ingest->vectors != NULL);
    TRY(frame_digest_init(schema, &ingest->digest, err));
    TRY(times_check_init(&ingest->source, &ingest->times, err));
    return expectation_check_init(expectations, ingest->definition->name, schema, ingest->options->memory_bytes / 4,
                                  &ingest->expectations, err);
}

static bool manifest_fill(Ingest *ingest, Error *err)
{
    SourceManifest *manifest = ingest->manifest;
    TRY(times_check_finish(&ingest->times, manifest, err));
    TRY(arena_copy(&manifest->arena, ingest->source.name, &manifest->name, err));
    manifest->fields = ingest->source.fields;
    manifest->field_count = ingest->source.field_count;
    manifest->row_count = ingest->row_count;
    return frame_digest_finish(&ingest->digest, &manifest->logical, err);
}

static bool table_make(Lake *lake, const LakeQuery *query, Ingest *ingest, const Expectations *expectations, Str path,
                       Error *err)
{
    const BlockSource blocks = {ingest_next, ingest};
    TRY_OR(rows_read(lake, query, ingest, err), err, "source '%.*s'", STR_ARG(ingest->definition->name));
    TRY(checks_init(ingest, expectations, err)); // names the source itself
    uint64_t row_bytes = ingest->sorter.item_bytes / ingest->sorter.item_count;
    TRY_OR(lake_write_blocks(lake, ingest_schema(ingest), &blocks, row_bytes, path, err), err, "source '%.*s'",
           STR_ARG(ingest->definition->name));
    TRY_OR(manifest_fill(ingest, err), err, "source '%.*s'", STR_ARG(ingest->definition->name));
    return true;
}

/// Where the sample rows of failed expectations are.
typedef struct WrittenTable {
    Lake *lake;
    Str path;
} WrittenTable;

static bool written_fetch(void *context, const uint64_t *rows, size_t count, Frame *out, Error *err)
{
    const WrittenTable *table = context;
    return lake_stored_rows(table->lake, table->path, rows, count, out, err);
}

bool source_ingest(Lake *lake, const LakeQuery *query, const SourceDefinition *definition, Schema locked,
                   const Expectations *expectations, const IngestOptions *options, Str directory, SourceManifest *out,
                   Error *err)
{
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    AUTO(ingest_deinit)
    Ingest ingest = {.definition = definition,
                     .options = options,
                     .locked = locked,
                     .manifest = &manifest,
                     .time.type = TYPE_INSTANT};
    WrittenTable table = {.lake = lake};
    const RowFetch rows = {written_fetch, &table};
    sorter_init(options->memory_bytes / 4 * 3, STR(""), NULL, &ingest.sorter);
    TRY(source_table_path(directory, &ingest.arena, &table.path, err));
    TRY(table_make(lake, query, &ingest, expectations, table.path, err));
    TRY(expectation_check_finish(&ingest.expectations, &rows, err));
    *out = manifest;
    manifest = (SourceManifest){0};
    return true;
}
