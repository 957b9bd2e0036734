#include "base/memory.h"
#include "dataset/snapshot_internal.h"

bool snapshot_frame_rows(const Frame *frame, Split split, uint64_t **out, size_t *out_count, Error *err)
{
    Vector splits = {0};
    Str name = str_from(split_name(split));
    size_t count = 0;
    TRY(frame_find(frame, STR("_split"), &splits, err));
    uint64_t *rows = memory_alloc_array(frame->row_count, sizeof(uint64_t), err);
    if (rows == NULL) return false;
    for (size_t i = 0; i < frame->row_count; i++)
        if (str_equal(splits.values.strings[i], name)) rows[count++] = i;
    *out = rows;
    *out_count = count;
    return true;
}

static bool column_profile(const Vector *vector, const uint64_t *rows, size_t count, Profile *out, Error *err)
{
    AUTO(column_deinit) Column column = {.type = vector->type};
    TRY(column_append_rows(&column, vector, rows, count, err));
    Vector gathered = column_view(&column);
    return profile_compute(&gathered, out, err);
}

/// Rows of the two splits that are profiled.
typedef struct ProfileRows {
    uint64_t *train, *test;
    size_t train_count, test_count;
} ProfileRows;

static void profile_rows_deinit(ProfileRows *rows)
{
    memory_free(rows->train);
    memory_free(rows->test);
}

static bool column_describe(const Frame *frame, size_t i, const ProfileRows *rows, SnapshotManifest *manifest,
                            Error *err)
{
    Vector vector = frame_vector(frame, i);
    SnapshotColumn *column = &manifest->columns[i];
    column->type = frame->fields[i].type;
    TRY(arena_copy(&manifest->arena, frame->fields[i].name, &column->name, err));
    TRY(column_profile(&vector, rows->train, rows->train_count, &column->train, err));
    return column_profile(&vector, rows->test, rows->test_count, &column->test, err);
}

static bool columns_describe(const Frame *frame, SnapshotManifest *manifest, Error *err)
{
    AUTO(profile_rows_deinit) ProfileRows rows = {0};
    TRY(snapshot_frame_rows(frame, SPLIT_TRAIN, &rows.train, &rows.train_count, err));
    TRY(snapshot_frame_rows(frame, SPLIT_TEST, &rows.test, &rows.test_count, err));
    manifest->columns = arena_alloc_array(&manifest->arena, frame->column_count + 1, sizeof(SnapshotColumn), err);
    TRY(manifest->columns != NULL);
    manifest->column_count = frame->column_count;
    for (size_t i = 0; i < frame->column_count; i++) TRY(column_describe(frame, i, &rows, manifest, err));
    return true;
}

static bool files_copy(const SourceManifest *from, Arena *arena, SnapshotSource *out, Error *err)
{
    out->files = arena_alloc_array(arena, from->file_count + 1, sizeof(SourceFile), err);
    TRY(out->files != NULL);
    out->file_count = from->file_count;
    for (size_t i = 0; i < from->file_count; i++) {
        out->files[i] = from->files[i];
        TRY(arena_copy(arena, from->files[i].path, &out->files[i].path, err));
    }
    return true;
}

static bool sources_describe(const SourceManifest *sources, const SourceConflicts *conflicts, size_t count,
                             SnapshotManifest *manifest, Error *err)
{
    manifest->sources = arena_alloc_array(&manifest->arena, count + 1, sizeof(SnapshotSource), err);
    TRY(manifest->sources != NULL);
    manifest->source_count = count;
    for (size_t i = 0; i < count; i++) {
        SnapshotSource *source = &manifest->sources[i];
        source->logical = sources[i].logical;
        source->row_count = sources[i].row_count;
        source->conflict_count = conflicts[i].count;
        TRY(arena_copy(&manifest->arena, conflicts[i].row, &source->conflict, err));
        TRY(arena_copy(&manifest->arena, sources[i].name, &source->name, err));
        TRY(files_copy(&sources[i], &manifest->arena, source, err));
    }
    return true;
}

bool snapshot_describe(const Frame *frame, const SourceManifest *sources, const SourceConflicts *conflicts,
                       size_t source_count, SnapshotManifest *manifest, Error *err)
{
    TRY(columns_describe(frame, manifest, err));
    TRY(sources_describe(sources, conflicts, source_count, manifest, err));
    return frame_digest(frame, &manifest->logical, err);
}
