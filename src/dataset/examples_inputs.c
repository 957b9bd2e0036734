#include "dataset/examples_internal.h"
#include "text/quantity.h"
#include "text/timestamp.h"

/// The version that a request at `at` itself could have carried: known at `at` or before.
static size_t version_at(const ExampleBuilder *builder, const ExamplePick *pick)
{
    int64_t t = pick->at == INT64_MAX ? INT64_MAX : pick->at + 1;
    return history_visible(&builder->history, pick->key, t);
}

/// The first moment after `at` at which the key has a version in which the field is known; false: never.
static bool known_after(const ExampleBuilder *builder, const ExamplePick *pick, uint32_t field, int64_t *out)
{
    const History *history = &builder->history;
    for (size_t i = history->key_begin[pick->key]; i < history->key_begin[pick->key + 1]; i++) {
        const Version *version = &history->versions[i];
        if (version->known <= pick->at || version->deleted || !example_field_known(builder, i, field)) continue;
        *out = version->known;
        return true;
    }
    return false;
}

/// Examples whose input was not known: how many, and the first.
typedef struct LateInputs {
    uint64_t count;
    const ExamplePick *first;
} LateInputs;

static bool late_error(const ExampleBuilder *builder, uint32_t input, const LateInputs *late, Error *err)
{
    int64_t known = 0;
    uint32_t field = builder->plan->dataset.input_fields[input];
    bool ever = known_after(builder, late->first, field, &known);
    return error_set(err, ERROR_DATA,
                     "input '%.*s' of the row '%.*s' of source '%.*s' is %s%s, and its 'at' is %s: no request could "
                     "carry it (%s of %s examples)",
                     STR_ARG(builder->plan->inputs[input].name), STR_ARG(late->first->id),
                     STR_ARG(builder->source->name), ever ? "known only from " : "never known",
                     ever ? timestamp_format(known).text : "", timestamp_format(late->first->at).text,
                     count_format((int64_t)late->count).text, count_format((int64_t)builder->picks.count).text);
}

static bool input_fill(ExampleBuilder *builder, uint32_t input, const size_t *versions, uint64_t *rows, Column *out,
                       Error *err)
{
    uint32_t field = builder->plan->dataset.input_fields[input];
    LateInputs late = {0};
    for (size_t i = 0; i < builder->picks.count; i++) {
        bool known = versions[i] != SIZE_MAX && example_field_known(builder, versions[i], field);
        rows[i] = known ? builder->history.versions[versions[i]].row : 0;
        if (!known && late.count++ == 0) late.first = &builder->picks.items[i];
    }
    if (late.count > 0) return late_error(builder, input, &late, err);
    return column_append_rows(out, &builder->columns.vectors[field], rows, builder->picks.count, err);
}

static bool inputs_fill(ExampleBuilder *builder, const size_t *versions, uint64_t *rows, Error *err)
{
    Frame *inputs = &builder->examples.inputs;
    for (uint32_t i = 0; i < builder->plan->input_count; i++) {
        Column *column = NULL;
        const Field *field = &builder->plan->inputs[i];
        TRY(frame_add_column(inputs, field->name, field->type, &column, err));
        TRY(input_fill(builder, i, versions, rows, column, err));
    }
    frame_finish(inputs);
    inputs->row_count = builder->picks.count;
    return true;
}

bool example_inputs_fill(ExampleBuilder *builder, Error *err)
{
    size_t count = builder->picks.count;
    size_t *versions = arena_alloc_array(&builder->arena, count + 1, sizeof(size_t), err);
    uint64_t *rows = arena_alloc_array(&builder->arena, count + 1, sizeof(uint64_t), err);
    TRY(versions != NULL && rows != NULL);
    for (size_t i = 0; i < count; i++) versions[i] = version_at(builder, &builder->picks.items[i]);
    return inputs_fill(builder, versions, rows, err);
}
