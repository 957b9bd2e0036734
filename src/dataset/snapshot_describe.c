#include "base/memory.h"
#include "dataset/snapshot_internal.h"
#include "dataset/source_internal.h"

const Field SNAPSHOT_OWN_FIELDS[SNAPSHOT_OWN_COLUMNS] = {
    {STR_INIT("_id"), {.id = TYPE_STRING}},
    {STR_INIT("_at"), {.id = TYPE_TIMESTAMP_US, .zoned = true}},
    {STR_INIT("_split"), {.id = TYPE_STRING}},
    {STR_INIT("_label"), {.id = TYPE_FLOAT64}},
    {STR_INIT("_label_known"), {.id = TYPE_TIMESTAMP_US, .zoned = true}},
};

bool snapshot_schema(const Plan *plan, Arena *arena, Schema *out, Error *err)
{
    size_t count = SNAPSHOT_OWN_COLUMNS + (size_t)plan->input_count + plan->feature_count;
    Field *fields = arena_alloc_array(arena, count, sizeof(Field), err);
    TRY(fields != NULL);
    Field *next = fields;
    for (size_t i = 0; i < SNAPSHOT_OWN_COLUMNS; i++) *next++ = SNAPSHOT_OWN_FIELDS[i];
    for (uint32_t i = 0; i < plan->input_count; i++, next++) {
        next->type = plan->inputs[i].type;
        TRY(arena_format(arena, &next->name, err, "input.%.*s", STR_ARG(plan->inputs[i].name)));
    }
    for (uint32_t i = 0; i < plan->feature_count; i++)
        *next++ = (Field){.name = plan->features[i].name, .type = plan->features[i].type};
    *out = (Schema){.fields = fields, .count = count};
    return true;
}

bool snapshot_conflict_describe(const PlanSource *source, const Frame *table, size_t row, Arena *arena,
                                SourceConflicts *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(source_row_describe(source, table, row, &text, err));
    return arena_copy(arena, bytes_str(&text), &out->row, err);
}

bool snapshot_manifest_fill(Str pipeline, const Plan *plan, const SplitOptions *split, const SplitReport *report,
                            int64_t as_of_us, SnapshotManifest *manifest, Error *err)
{
    manifest->as_of_us = as_of_us;
    manifest->plan = plan->digest;
    manifest->split = *split;
    manifest->report = *report;
    return arena_copy(&manifest->arena, pipeline, &manifest->pipeline, err);
}

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

bool snapshot_describe_sources(const SourceManifest *sources, const SourceConflicts *conflicts, size_t count,
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
    TRY(snapshot_describe_sources(sources, conflicts, source_count, manifest, err));
    return frame_digest(frame, &manifest->logical, err);
}
