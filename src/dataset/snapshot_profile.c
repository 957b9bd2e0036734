/// The distributions of a written snapshot's columns, a few columns at a time.
#include "base/memory.h"
#include "dataset/snapshot_internal.h"

enum { SPLIT_FIELD = 2, VALUE_BYTES_ABOUT = 2 * sizeof(Str) };

/// Columns being gathered: the values of training and of test rows.
typedef struct ProfileColumns {
    Column *train, *test;
    size_t count;
    uint64_t *rows; ///< of a chunk
    size_t capacity;
} ProfileColumns;

static void profile_columns_deinit(ProfileColumns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        column_deinit(&columns->train[i]);
        column_deinit(&columns->test[i]);
    }
    memory_free(columns->train);
    memory_free(columns->test);
    memory_free(columns->rows);
}

static bool columns_begin(void *context, Schema schema, Error *err)
{
    ProfileColumns *columns = context;
    columns->train = memory_alloc_array(schema.count, sizeof(Column), err);
    TRY(columns->train != NULL);
    columns->test = memory_alloc_array(schema.count, sizeof(Column), err);
    TRY(columns->test != NULL);
    columns->count = schema.count - 1; // the first is the split
    for (size_t i = 0; i < columns->count; i++)
        columns->train[i].type = columns->test[i].type = schema.fields[i + 1].type;
    return true;
}

static bool rows_reserve(ProfileColumns *columns, size_t count, Error *err)
{
    if (count <= columns->capacity) return true;
    memory_free(columns->rows);
    columns->capacity = 0;
    columns->rows = memory_alloc_array(count, sizeof(uint64_t), err);
    TRY(columns->rows != NULL);
    columns->capacity = count;
    return true;
}

static bool split_append(ProfileColumns *columns, const Vector *vectors, Split split, Column *out, Error *err)
{
    Str name = str_from(split_name(split));
    size_t count = 0;
    for (size_t i = 0; i < vectors[0].count; i++)
        if (str_equal(vectors[0].values.strings[i], name)) columns->rows[count++] = i;
    for (size_t i = 0; i < columns->count; i++)
        TRY(column_append_rows(&out[i], &vectors[i + 1], columns->rows, count, err));
    return true;
}

static bool columns_rows(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    ProfileColumns *columns = context;
    TRY(rows_reserve(columns, row_count, err));
    TRY(split_append(columns, vectors, SPLIT_TRAIN, columns->train, err));
    return split_append(columns, vectors, SPLIT_TEST, columns->test, err);
}

static bool column_describe(const Field *field, const Column *train, const Column *test, Arena *arena,
                            SnapshotColumn *out, Error *err)
{
    Vector values = column_view(train);
    out->type = field->type;
    TRY(arena_copy(arena, field->name, &out->name, err));
    TRY(profile_compute(&values, &out->train, err));
    values = column_view(test);
    return profile_compute(&values, &out->test, err);
}

static bool fields_describe(Lake *lake, Str path, Schema schema, size_t begin, size_t end, SnapshotManifest *manifest,
                            Error *err)
{
    AUTO(profile_columns_deinit) ProfileColumns columns = {0};
    AUTO(arena_deinit) Arena arena = {0};
    const RowVisitor visitor = {columns_begin, columns_rows, &columns};
    uint32_t *fields = arena_alloc_array(&arena, end - begin + 1, sizeof(*fields), err);
    TRY(fields != NULL);
    fields[0] = SPLIT_FIELD;
    for (size_t i = begin; i < end; i++) fields[i - begin + 1] = (uint32_t)i;
    TRY(lake_visit_stored(lake, path, fields, end - begin + 1, &visitor, err));
    for (size_t i = begin; i < end; i++) {
        TRY(column_describe(&schema.fields[i], &columns.train[i - begin], &columns.test[i - begin], &manifest->arena,
                            &manifest->columns[i], err));
    }
    return true;
}

bool snapshot_describe_stored(Lake *lake, Str path, Schema schema, uint64_t row_count, uint64_t memory_bytes,
                              SnapshotManifest *manifest, Error *err)
{
    uint64_t together = memory_bytes == 0 ? schema.count : memory_bytes / (row_count * VALUE_BYTES_ABOUT + 1) + 1;
    manifest->columns = arena_alloc_array(&manifest->arena, schema.count + 1, sizeof(SnapshotColumn), err);
    TRY(manifest->columns != NULL);
    manifest->column_count = schema.count;
    for (size_t begin = 0; begin < schema.count; begin += together) {
        size_t left = schema.count - begin;
        TRY(fields_describe(lake, path, schema, begin, begin + (left < together ? left : (size_t)together), manifest,
                            err));
    }
    return true;
}
