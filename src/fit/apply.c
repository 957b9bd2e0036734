#include "fit/apply.h"

#include "fit/fit_internal.h"

static bool wrong(Error *err, const char *what)
{
    return error_set(err, ERROR_DATA, "the transforms %s", what);
}

bool transform_check(const Plan *transform, const Plan *features, Error *err)
{
    if (transform->source_count > 0 || transform->group_count > 0 || transform->dataset.source != PLAN_NONE)
        return wrong(err, "read sources");
    if (transform->feature_count == 0) return wrong(err, "have no columns");
    if (transform->input_count != features->feature_count) return wrong(err, "read other features than the plan has");
    for (uint32_t i = 0; i < transform->input_count; i++) {
        bool same = str_equal(transform->inputs[i].name, features->features[i].name) &&
                    type_equal(transform->inputs[i].type, features->features[i].type);
        if (!same) return wrong(err, "read other features than the plan has");
    }
    for (uint32_t i = 0; i < transform->main.node_count; i++) {
        if (transform->main.nodes[i].kind == PLAN_AT) return wrong(err, "read 'at'");
    }
    return true;
}

/// The column in the same place when it has the name, which is the rule in serving; else the one found by name.
static bool input_find(const Frame *frame, size_t place, const Field *field, Vector *out, Error *err)
{
    if (place < frame->column_count && str_equal(frame->fields[place].name, field->name)) {
        *out = frame_vector(frame, place);
    } else {
        TRY(frame_find(frame, field->name, out, err));
    }
    if (type_equal(out->type, field->type)) return true;
    return error_set(err, ERROR_DATA, "feature '%.*s' has another type than the one that was fitted",
                     STR_ARG(field->name));
}

bool fit_inputs(const Frame *frame, const Field *fields, uint32_t count, Vector *out, Error *err)
{
    for (uint32_t i = 0; i < count; i++) TRY(input_find(frame, i, &fields[i], &out[i], err));
    return true;
}

bool transform_apply(const Plan *transform, const Frame *frame, const uint64_t *rows, size_t row_count, size_t threads,
                     ProgramOutput *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    uint32_t count = transform->feature_count;
    Vector *columns = arena_alloc_array(&arena, transform->input_count, sizeof(Vector), err);
    uint32_t *nodes = arena_alloc_array(&arena, count, sizeof(uint32_t), err);
    if (columns == NULL || nodes == NULL) return false;
    TRY(fit_inputs(frame, transform->inputs, transform->input_count, columns, err));
    for (uint32_t i = 0; i < count; i++) nodes[i] = transform->features[i].node;
    const ProgramInput input = {
        .count = row_count, .columns = columns, .gathered_count = transform->input_count, .rows = rows};
    return program_evaluate(&transform->main, nodes, count, &input, threads, out, err);
}
