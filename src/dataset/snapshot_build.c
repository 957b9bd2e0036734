#include "base/array.h"
#include "base/memory.h"
#include "dataset/snapshot_internal.h"

/// The examples that are in a split, and what was computed for them.
typedef struct SnapshotBuilder {
    const Plan *plan;
    Arena arena;
    Examples examples;
    Split *splits; ///< of every example
    SplitReport report;
    uint64_t *rows; ///< the examples in a split, in order
    size_t row_count;
    Frame features;
    SourceConflicts *conflicts; ///< per source
} SnapshotBuilder;

static void builder_deinit(SnapshotBuilder *builder)
{
    arena_deinit(&builder->arena);
    examples_deinit(&builder->examples);
    frame_deinit(&builder->features);
}

static bool examples_choose(SnapshotBuilder *builder, const SplitOptions *options, int64_t as_of_us, Error *err)
{
    size_t count = builder->examples.count;
    builder->splits = arena_alloc_array(&builder->arena, count + 1, sizeof(Split), err);
    builder->rows = arena_alloc_array(&builder->arena, count + 1, sizeof(uint64_t), err);
    TRY(builder->splits != NULL && builder->rows != NULL);
    TRY(split_examples(&builder->examples, options, as_of_us, builder->splits, &builder->report, err));
    for (size_t i = 0; i < count; i++)
        if (builder->splits[i] != SPLIT_NONE) builder->rows[builder->row_count++] = i;
    return true;
}

static bool conflicts_take(SnapshotBuilder *builder, const Frame *tables, const Engine *engine, Error *err)
{
    uint32_t count = builder->plan->source_count;
    builder->conflicts = arena_alloc_array(&builder->arena, count + 1, sizeof(SourceConflicts), err);
    TRY(builder->conflicts != NULL);
    for (uint32_t i = 0; i < count; i++) {
        const HistoryReport *report = engine_history_report(engine, i);
        builder->conflicts[i].count = report->conflict_count;
        if (report->conflict_count == 0) continue;
        TRY(snapshot_conflict_describe(&builder->plan->sources[i], &tables[i], report->conflict_rows[0],
                                       &builder->arena, &builder->conflicts[i], err));
    }
    return true;
}

static bool features_compute(SnapshotBuilder *builder, const Frame *tables, const Frame *inputs, const int64_t *at,
                             const EngineOptions *options, Error *err)
{
    AUTO(engine_close) Engine *engine = NULL;
    TRY(engine_open(builder->plan, tables, options, &engine, err));
    TRY(conflicts_take(builder, tables, engine, err));
    return engine_evaluate(engine, inputs, at, &builder->features, NULL, err);
}

static bool id_push(const SnapshotBuilder *builder, uint64_t row, Column *column, Error *err)
{
    return column_push_string(column, builder->examples.ids[row], err);
}

static bool at_push(const SnapshotBuilder *builder, uint64_t row, Column *column, Error *err)
{
    return column_push_int(column, builder->examples.at[row], err);
}

static bool split_push(const SnapshotBuilder *builder, uint64_t row, Column *column, Error *err)
{
    return column_push_string(column, str_from(split_name(builder->splits[row])), err);
}

static bool label_push(const SnapshotBuilder *builder, uint64_t row, Column *column, Error *err)
{
    return column_push_float(column, builder->examples.label.values.floats[row], err);
}

static bool label_known_push(const SnapshotBuilder *builder, uint64_t row, Column *column, Error *err)
{
    return column_push_int(column, builder->examples.label_known[row], err);
}

typedef bool (*OwnPush)(const SnapshotBuilder *builder, uint64_t row, Column *column, Error *err);

/// What fills each of the snapshot's own columns.
static const OwnPush OWN_PUSHES[SNAPSHOT_OWN_COLUMNS] = {id_push, at_push, split_push, label_push, label_known_push};

static bool own_columns_add(const SnapshotBuilder *builder, Frame *frame, Error *err)
{
    for (size_t i = 0; i < SNAPSHOT_OWN_COLUMNS; i++) {
        Column *column = NULL;
        TRY(frame_add_column(frame, SNAPSHOT_OWN_FIELDS[i].name, SNAPSHOT_OWN_FIELDS[i].type, &column, err));
        for (size_t row = 0; row < builder->row_count; row++)
            TRY(OWN_PUSHES[i](builder, builder->rows[row], column, err));
    }
    return true;
}

static bool inputs_add(SnapshotBuilder *builder, Frame *inputs, Frame *frame, Error *err)
{
    for (size_t i = 0; i < inputs->column_count; i++) {
        Str name = {0};
        TRY(arena_format(&builder->arena, &name, err, "input.%.*s", STR_ARG(inputs->fields[i].name)));
        TRY(frame_take_column(frame, name, &inputs->columns[i], err));
    }
    return true;
}

static bool features_add(SnapshotBuilder *builder, Frame *frame, Error *err)
{
    CHECK(builder->features.column_count == builder->plan->feature_count);
    for (uint32_t i = 0; i < builder->plan->feature_count; i++)
        TRY(frame_take_column(frame, builder->plan->features[i].name, &builder->features.columns[i], err));
    return true;
}

static bool frame_build(SnapshotBuilder *builder, const Frame *tables, const EngineOptions *options, Frame *out,
                        Error *err)
{
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame frame = {0};
    TRY(frame_gather(&builder->examples.inputs, builder->rows, builder->row_count, &inputs, err));
    inputs.row_count = builder->row_count;
    int64_t *at = arena_alloc_array(&builder->arena, builder->row_count + 1, sizeof(int64_t), err);
    TRY(at != NULL);
    for (size_t i = 0; i < builder->row_count; i++) at[i] = builder->examples.at[builder->rows[i]];
    TRY(features_compute(builder, tables, &inputs, at, options, err));
    TRY(own_columns_add(builder, &frame, err));
    TRY(inputs_add(builder, &inputs, &frame, err));
    TRY(features_add(builder, &frame, err));
    frame_finish(&frame);
    *out = frame_take(&frame);
    return true;
}

bool snapshot_build(Str pipeline, Plan *plan, const Frame *tables, const SourceManifest *sources,
                    const SplitOptions *split, int64_t as_of_us, const EngineOptions *options, Snapshot *out,
                    Error *err)
{
    AUTO(builder_deinit) SnapshotBuilder builder = {.plan = plan};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    TRY(examples_build(plan, tables, as_of_us, &builder.examples, err));
    TRY(examples_choose(&builder, split, as_of_us, err));
    TRY(frame_build(&builder, tables, options, &snapshot.frame, err));
    TRY(snapshot_manifest_fill(pipeline, plan, split, &builder.report, as_of_us, &snapshot.manifest, err));
    TRY(snapshot_describe(&snapshot.frame, sources, builder.conflicts, plan->source_count, &snapshot.manifest, err));
    *out = snapshot;
    out->plan = plan_take(plan);
    snapshot = (Snapshot){0};
    return true;
}
