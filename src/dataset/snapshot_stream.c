/// A snapshot of written tables: examples are sorted in runs of a file, and become rows block by block.
#include <string.h>

#include "base/memory.h"
#include "dataset/snapshot_internal.h"
#include "dataset/sorter.h"
#include "dataset/table_blocks.h"
#include "engine/history.h"
#include "frame/frame_digest.h"
#include "frame/row_codec.h"
#include "number/float_order.h"

enum { BLOCK_ROWS_MIN = 4096, BLOCK_ROWS_MAX = 1 << 20, ROW_VALUE_BYTES = 32 };

/// What an example is besides (at, id); its inputs' bytes follow.
typedef struct ExampleHead {
    double label;
    int64_t label_known;
    uint64_t label_is_there;
} ExampleHead;

typedef struct SnapshotStream {
    const SnapshotRequest *request;
    const Plan *plan;
    Lake *lake;
    RowReader *readers; ///< per source
    Arena arena;
    Engine *label; ///< over the label's plan; closed when the examples are there
    Engine *engine;
    Sorter sorter; ///< of all examples
    RowCodec inputs;
    Bytes row;
    SplitReport report;
    Schema schema; ///< of the snapshot
    FrameDigest digest;
    size_t block_rows;
    uint64_t row_count; ///< written so far
    SourceConflicts *conflicts;
} SnapshotStream;

static void stream_deinit(SnapshotStream *stream)
{
    engine_close(&stream->label);
    engine_close(&stream->engine);
    sorter_deinit(&stream->sorter);
    row_codec_deinit(&stream->inputs);
    bytes_deinit(&stream->row);
    frame_digest_deinit(&stream->digest);
    arena_deinit(&stream->arena);
}

static void stream_progress(const SnapshotStream *stream, const char *what, uint64_t rows)
{
    if (stream->request->progress != NULL) stream->request->progress(stream->request->context, what, rows);
}

/// Half is the engine's, an eighth each is for examples being sorted and for blocks.
static uint64_t memory_part(const SnapshotStream *stream, uint64_t part)
{
    uint64_t bytes = stream->request->options.memory_bytes;
    return bytes == 0 ? 0 : bytes / part + 1;
}

static bool readers_open(SnapshotStream *stream, Error *err)
{
    stream->readers = arena_alloc_array(&stream->arena, stream->plan->source_count + 1, sizeof(RowReader), err);
    TRY(stream->readers != NULL);
    for (uint32_t i = 0; i < stream->plan->source_count; i++) {
        TRY(lake_stored_reader(stream->lake, stream->request->paths[i], &stream->arena, &stream->readers[i], err));
        stream->readers[i].row_count = stream->request->sources[i].row_count;
    }
    return true;
}

static bool engine_of(SnapshotStream *stream, const Plan *plan, const RowReader *readers, Engine **out, Error *err)
{
    EngineOptions options = stream->request->options;
    options.memory_bytes = memory_part(stream, 2);
    return engine_open_readers(plan, readers, &options, out, err);
}

/// The sources of the label's plan are among the plan's.
static bool label_open(SnapshotStream *stream, Error *err)
{
    const Plan *label = stream->plan->dataset.label_plan;
    if (label == NULL) return true;
    RowReader *readers = arena_alloc_array(&stream->arena, (size_t)label->source_count + 1, sizeof(RowReader), err);
    TRY(readers != NULL);
    for (uint32_t i = 0; i < label->source_count; i++) {
        uint32_t source = plan_find_source(stream->plan, label->sources[i].name);
        CHECK(source != PLAN_NONE);
        readers[i] = stream->readers[source];
    }
    TRY_OR(engine_of(stream, label, readers, &stream->label, err), err, "label");
    return true;
}

static bool example_add(SnapshotStream *stream, const Examples *examples, const Vector *inputs, size_t i, Error *err)
{
    ExampleHead head = {.label_known = examples->label_known[i]};
    Vector label = column_view(&examples->label);
    head.label_is_there = vector_is_valid(&label, i);
    if (head.label_is_there) head.label = label.values.floats[i];
    bytes_clear(&stream->row);
    TRY(bytes_append(&stream->row, &head, sizeof(head), err));
    TRY(row_encode(&stream->inputs, inputs, i, &stream->row, err));
    SortItem item = {.order = examples->at[i], .key = examples->ids[i], .value = bytes_str(&stream->row)};
    return sorter_add(&stream->sorter, &item, err);
}

static bool examples_add(void *context, const Frame *block, uint64_t first_row, Error *err)
{
    SnapshotStream *stream = context;
    AUTO(examples_deinit) Examples examples = {0};
    AUTO(arena_deinit) Arena arena = {0};
    TRY(examples_build_block(stream->plan, block, first_row, stream->label, stream->request->as_of_us, &examples, err));
    Vector *inputs = arena_alloc_array(&arena, stream->plan->input_count + 1, sizeof(Vector), err);
    TRY(inputs != NULL);
    for (uint32_t i = 0; i < stream->plan->input_count; i++) inputs[i] = frame_vector(&examples.inputs, i);
    for (size_t i = 0; i < examples.count; i++) TRY(example_add(stream, &examples, inputs, i, err));
    stream_progress(stream, "examples", stream->sorter.item_count);
    const SnapshotRequest *request = stream->request;
    return request->look == NULL || request->look(request->context, block, first_row, stream->label, err);
}

static bool examples_sort(SnapshotStream *stream, Error *err)
{
    const Plan *plan = stream->plan;
    const BlockSink sink = {examples_add, stream};
    CHECK(plan->dataset.source < plan->source_count);
    Schema inputs = {.fields = plan->inputs, .count = plan->input_count};
    TRY(row_codec_init(inputs, &stream->inputs, err));
    TRY(label_open(stream, err));
    TRY(table_key_blocks(stream->lake, stream->request->paths[plan->dataset.source],
                         &plan->sources[plan->dataset.source], memory_part(stream, 8), &sink, err));
    engine_close(&stream->label);
    if (stream->request->looked != NULL) TRY(stream->request->looked(stream->request->context, err));
    return sorter_finish(&stream->sorter, err);
}

static ExampleHead head_read(const SortItem *item)
{
    ExampleHead head;
    memcpy(&head, item->value.data, sizeof(head));
    return head;
}

/// The values at two places of the sorted instants; just after the last one where there is none.
static bool borders_find(SnapshotStream *stream, Error *err)
{
    const SplitOptions *split = stream->request->split;
    SplitReport *report = &stream->report;
    uint64_t count = stream->sorter.item_count;
    const uint64_t places[] = {split_place(count, split->train), split_place(count, split->train + split->validation)};
    int64_t *const borders[] = {&report->t1_us, &report->t2_us};
    report->t1_us = split->t1_us;
    report->t2_us = split->t2_us;
    if (split->by_instant) return true;
    report->t1_us = report->t2_us = 0;
    for (uint64_t i = 0; i < count; i++) {
        SortItem item = {0};
        bool there = false;
        TRY(sorter_next(&stream->sorter, &item, &there, err));
        for (size_t k = 0; k < COUNT_OF(places); k++) {
            int64_t after = item.order == INT64_MAX ? INT64_MAX : item.order + 1;
            if (i == places[k]) *borders[k] = item.order;
            if (i + 1 == count && places[k] >= count) *borders[k] = after;
        }
    }
    return sorter_rewind(&stream->sorter, err);
}

static Split example_split(const SnapshotStream *stream, const SortItem *item, SplitReport *report)
{
    ExampleHead head = head_read(item);
    return split_classify(item->order, head.label_known, !head.label_is_there, stream->request->split,
                          stream->request->as_of_us, report);
}

static bool examples_classify(SnapshotStream *stream, Error *err)
{
    SortItem item = {0};
    bool there = false;
    TRY(split_options_check(stream->request->split, err));
    TRY(borders_find(stream, err));
    TRY(sorter_next(&stream->sorter, &item, &there, err));
    while (there) {
        (void)example_split(stream, &item, &stream->report);
        TRY(sorter_next(&stream->sorter, &item, &there, err));
    }
    TRY(sorter_rewind(&stream->sorter, err));
    return split_check(&stream->report, stream->request->as_of_us, err);
}

/// Examples on their way to rows.
typedef struct RowBlock {
    Frame frame;  ///< the snapshot's own columns, then all
    Frame inputs; ///< as the engine has them
    Frame features;
    int64_t *at;
    Arena arena;
} RowBlock;

static void row_block_deinit(RowBlock *block)
{
    frame_deinit(&block->frame);
    frame_deinit(&block->inputs);
    frame_deinit(&block->features);
    arena_deinit(&block->arena);
}

static bool block_push(SnapshotStream *stream, const SortItem *item, Split split, RowBlock *block, Error *err)
{
    ExampleHead head = head_read(item);
    Column *own = block->frame.columns;
    TRY(column_push_string(&own[0], item->key, err));
    TRY(column_push_int(&own[1], item->order, err));
    TRY(column_push_string(&own[2], str_from(split_name(split)), err));
    TRY(column_push_float(&own[3], head.label, err));
    TRY(column_push_int(&own[4], head.label_known, err));
    Str inputs = str_slice(item->value, sizeof(head), item->value.size);
    return row_decode(&stream->inputs, inputs, &block->inputs, err);
}

static bool block_fill(SnapshotStream *stream, RowBlock *block, Error *err)
{
    const Plan *plan = stream->plan;
    const Schema own = {.fields = SNAPSHOT_OWN_FIELDS, .count = SNAPSHOT_OWN_COLUMNS};
    SplitReport ignored = stream->report;
    block->at = arena_alloc_array(&block->arena, stream->block_rows, sizeof(int64_t), err);
    TRY(block->at != NULL);
    TRY(frame_add_schema(&block->frame, own, err));
    TRY(frame_add_schema(&block->inputs, (Schema){plan->inputs, plan->input_count}, err));
    size_t count = 0;
    while (count < stream->block_rows) {
        SortItem item = {0};
        bool there = false;
        TRY(sorter_next(&stream->sorter, &item, &there, err));
        if (!there) break;
        Split split = example_split(stream, &item, &ignored);
        if (split == SPLIT_NONE) continue;
        block->at[count++] = item.order;
        TRY(block_push(stream, &item, split, block, err));
    }
    frame_finish(&block->frame);
    block->inputs.row_count = count;
    return true;
}

/// Inputs and features become the frame's columns.
static bool block_join(const SnapshotStream *stream, RowBlock *block, Error *err)
{
    const Field *fields = stream->schema.fields + SNAPSHOT_OWN_COLUMNS;
    CHECK(block->features.column_count == stream->plan->feature_count);
    for (size_t i = 0; i < block->inputs.column_count; i++)
        TRY(frame_take_column(&block->frame, (fields++)->name, &block->inputs.columns[i], err));
    for (size_t i = 0; i < block->features.column_count; i++)
        TRY(frame_take_column(&block->frame, (fields++)->name, &block->features.columns[i], err));
    frame_finish(&block->frame);
    return true;
}

static bool stream_next(void *context, Frame *out, Error *err)
{
    SnapshotStream *stream = context;
    AUTO(row_block_deinit) RowBlock block = {0};
    TRY(block_fill(stream, &block, err));
    if (block.frame.row_count == 0) return true;
    TRY(engine_evaluate(stream->engine, &block.inputs, block.at, &block.features, NULL, err));
    TRY(block_join(stream, &block, err));
    TRY(frame_digest_add_frame(&stream->digest, &block.frame, err));
    stream->row_count += block.frame.row_count;
    stream_progress(stream, "rows written", stream->row_count);
    *out = frame_take(&block.frame);
    return true;
}

/// The search for a row of a source that contradicts another one.
typedef struct ConflictSearch {
    const PlanSource *source;
    Arena *arena;
    SourceConflicts *out;
} ConflictSearch;

/// One key's rows. The least name is kept, so that it does not depend on the order in which keys come.
static bool conflict_look(void *context, const Frame *block, uint64_t first_row, Error *err)
{
    const ConflictSearch *search = context;
    AUTO(history_deinit) History history = {0};
    SourceConflicts found = {0};
    UNUSED(first_row);
    if (block->row_count < 2) return true;
    TRY(history_build(search->source, block, &history, err));
    if (history.report.conflict_count == 0) return true;
    TRY(snapshot_conflict_describe(search->source, block, history.report.conflict_rows[0], search->arena, &found, err));
    if (search->out->row.size == 0 || str_compare(found.row, search->out->row) < 0) search->out->row = found.row;
    return true;
}

/// An engine that read rows in any order counts conflicts and names none.
static bool conflicts_read(SnapshotStream *stream, Error *err)
{
    uint32_t count = stream->plan->source_count;
    stream->conflicts = arena_alloc_array(&stream->arena, count + 1, sizeof(SourceConflicts), err);
    TRY(stream->conflicts != NULL);
    for (uint32_t i = 0; i < count; i++) {
        const PlanSource *source = &stream->plan->sources[i];
        ConflictSearch search = {source, &stream->arena, &stream->conflicts[i]};
        const BlockSink sink = {conflict_look, &search};
        stream->conflicts[i].count = engine_history_report(stream->engine, i)->conflict_count;
        if (stream->conflicts[i].count == 0) continue;
        TRY(table_key_blocks(stream->lake, stream->request->paths[i], source, 1, &sink, err)); // a key at a time
    }
    return true;
}

static void block_rows_set(SnapshotStream *stream)
{
    uint64_t bytes = memory_part(stream, 8);
    uint64_t row_bytes = ROW_VALUE_BYTES * stream->schema.count;
    uint64_t rows = (bytes == 0 ? TABLE_BLOCK_BYTES_DEFAULT : bytes) / row_bytes;
    if (rows > BLOCK_ROWS_MAX) rows = BLOCK_ROWS_MAX;
    if (rows > stream->sorter.item_count) rows = stream->sorter.item_count;
    stream->block_rows = rows < BLOCK_ROWS_MIN ? BLOCK_ROWS_MIN : (size_t)rows;
}

static bool rows_write(SnapshotStream *stream, Str path, Error *err)
{
    const BlockSource blocks = {stream_next, stream};
    TRY(snapshot_schema(stream->plan, &stream->arena, &stream->schema, err));
    TRY(frame_digest_init(stream->schema, &stream->digest, err));
    TRY(engine_of(stream, stream->plan, stream->readers, &stream->engine, err));
    TRY(conflicts_read(stream, err));
    block_rows_set(stream);
    TRY(lake_write_blocks(stream->lake, stream->schema, &blocks, stream->schema.count * sizeof(int64_t), path, err));
    engine_close(&stream->engine);
    return true;
}

static bool manifest_make(SnapshotStream *stream, Str path, SnapshotManifest *manifest, Error *err)
{
    const SnapshotRequest *request = stream->request;
    TRY(snapshot_manifest_fill(request->pipeline, request->plan, request->split, &stream->report, request->as_of_us,
                               manifest, err));
    TRY(snapshot_describe_stored(stream->lake, path, stream->schema, stream->row_count, memory_part(stream, 2),
                                 manifest, err));
    TRY(snapshot_describe_sources(request->sources, stream->conflicts, request->plan->source_count, manifest, err));
    return frame_digest_finish(&stream->digest, &manifest->logical, err);
}

bool snapshot_make(Lake *lake, const Disk *disk, const SnapshotRequest *request, Str directory, SnapshotManifest *out,
                   Error *err)
{
    AUTO(stream_deinit) SnapshotStream stream = {.request = request, .plan = request->plan, .lake = lake};
    AUTO(snapshot_manifest_deinit) SnapshotManifest manifest = {0};
    Str path = {0};
    sorter_init(memory_part(&stream, 8), request->options.directory, request->options.disk, &stream.sorter);
    TRY(path_join(&stream.arena, directory, STR("snapshot.parquet"), &path, err));
    TRY(readers_open(&stream, err));
    TRY(examples_sort(&stream, err));
    TRY(examples_classify(&stream, err));
    TRY(rows_write(&stream, path, err));
    TRY(manifest_make(&stream, path, &manifest, err));
    TRY(snapshot_texts_write(disk, request->plan, &manifest, directory, err));
    *out = manifest;
    manifest = (SnapshotManifest){0};
    return true;
}
