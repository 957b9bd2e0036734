#include "dataset/examples.h"

#include <stdlib.h>

#include "base/memory.h"
#include "dataset/examples_internal.h"
#include "text/json_writer.h"

void examples_deinit(Examples *examples)
{
    arena_deinit(&examples->arena);
    column_deinit(&examples->label);
    frame_deinit(&examples->inputs);
    *examples = (Examples){0};
}

static void builder_deinit(ExampleBuilder *builder)
{
    arena_deinit(&builder->arena);
    history_deinit(&builder->history);
    source_columns_deinit(&builder->columns);
    memory_free(builder->picks.items);
    examples_deinit(&builder->examples);
}

/// Several key columns: a JSON array of their texts.
static bool id_join(const ExampleBuilder *builder, size_t row, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_array_begin(&json, err));
    for (uint32_t i = 0; i < builder->source->key_count; i++) {
        Vector vector = frame_vector(builder->table, builder->source->key[i]);
        bytes_clear(&text);
        TRY(vector_format(&vector, row, STR(""), &text, err));
        TRY(vector_is_valid(&vector, row) ? json_str(&json, bytes_str(&text), err) : json_null(&json, err));
    }
    return json_array_end(&json, err);
}

static bool id_write(const ExampleBuilder *builder, size_t row, Bytes *out, Error *err)
{
    const PlanSource *source = builder->source;
    uint64_t place = builder->first_row + row;
    bytes_clear(out);
    if (source->key_count == 0) return bytes_append_format(out, err, "%llu", (unsigned long long)place);
    if (source->key_count > 1) return id_join(builder, row, out, err);
    Vector vector = frame_vector(builder->table, source->key[0]);
    return vector_format(&vector, row, STR(""), out, err);
}

static bool at_null_error(const ExampleBuilder *builder, Str id, Error *err)
{
    return error_set(err, ERROR_DATA, "'at' (column '%.*s') is null in the row of source '%.*s' with the key '%.*s'",
                     STR_ARG(builder->source->fields[builder->plan->dataset.at].name), STR_ARG(builder->source->name),
                     STR_ARG(id));
}

static bool pick_add(ExampleBuilder *builder, size_t key, size_t version, const Vector *at, const int64_t *instants,
                     Bytes *text, Error *err)
{
    size_t row = builder->history.versions[version].row;
    ExamplePick pick = {.key = key, .version = version, .at = instants[row]};
    TRY(id_write(builder, row, text, err));
    if (!vector_is_valid(at, row)) return at_null_error(builder, bytes_str(text), err);
    TRY(arena_copy(&builder->examples.arena, bytes_str(text), &pick.id, err));
    return ARRAY_PUSH(&builder->picks, pick, err);
}

/// A key whose row is not visible at `as_of`, or whose `at` is not, has no example yet.
static bool picks_fill(ExampleBuilder *builder, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    uint32_t field = builder->plan->dataset.at;
    Vector at = frame_vector(builder->table, field);
    int64_t *instants = arena_alloc_array(&builder->arena, at.count + 1, sizeof(int64_t), err);
    TRY(instants != NULL);
    TRY_OR(instants_convert(&at, builder->source->timezone, false, instants, err), err, "column '%.*s'",
           STR_ARG(builder->source->fields[field].name));
    for (size_t key = 0; key < builder->history.key_count; key++) {
        size_t version = history_visible(&builder->history, key, builder->as_of_us);
        if (version == SIZE_MAX || !example_field_known(builder, version, field)) continue;
        TRY(pick_add(builder, key, version, &at, instants, &text, err));
    }
    return true;
}

static int compare_picks(const void *left, const void *right)
{
    const ExamplePick *a = left;
    const ExamplePick *b = right;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    int order = str_compare(a->id, b->id);
    return order != 0 ? order : (a->version > b->version) - (a->version < b->version);
}

static bool picks_copy(ExampleBuilder *builder, Error *err)
{
    Examples *examples = &builder->examples;
    size_t count = builder->picks.count;
    examples->ids = arena_alloc_array(&examples->arena, count + 1, sizeof(Str), err);
    TRY(examples->ids != NULL);
    examples->at = arena_alloc_array(&examples->arena, count + 1, sizeof(int64_t), err);
    TRY(examples->at != NULL);
    for (size_t i = 0; i < count; i++) {
        examples->ids[i] = builder->picks.items[i].id;
        examples->at[i] = builder->picks.items[i].at;
    }
    examples->count = count;
    return true;
}

static bool builder_run(ExampleBuilder *builder, Error *err)
{
    TRY(history_build(builder->source, builder->table, &builder->history, err));
    TRY(source_columns_init(builder->source, builder->table, &builder->columns, err));
    TRY(picks_fill(builder, err));
    if (builder->picks.count > 0) qsort(builder->picks.items, builder->picks.count, sizeof(ExamplePick), compare_picks);
    TRY(picks_copy(builder, err));
    TRY(example_labels_fill(builder, err));
    return example_inputs_fill(builder, err);
}

static bool builder_finish(ExampleBuilder *builder, Examples *out, Error *err)
{
    CHECK(builder->plan->dataset.source < builder->plan->source_count);
    builder->source = &builder->plan->sources[builder->plan->dataset.source];
    TRY_OR(builder_run(builder, err), err, "examples");
    *out = builder->examples;
    builder->examples = (Examples){0};
    return true;
}

bool examples_build(const Plan *plan, const Frame *tables, int64_t as_of_us, Examples *out, Error *err)
{
    AUTO(builder_deinit) ExampleBuilder builder = {.plan = plan, .as_of_us = as_of_us};
    builder.table = &tables[plan->dataset.source];
    builder.tables = tables;
    return builder_finish(&builder, out, err);
}

bool examples_build_block(const Plan *plan, const Frame *rows, uint64_t first_row, const Engine *label,
                          int64_t as_of_us, Examples *out, Error *err)
{
    AUTO(builder_deinit)
    ExampleBuilder builder = {
        .plan = plan, .table = rows, .first_row = first_row, .label = label, .as_of_us = as_of_us};
    return builder_finish(&builder, out, err);
}
