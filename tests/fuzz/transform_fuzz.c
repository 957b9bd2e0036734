/// Any bytes are a package's transforms, which compute something for any row of their features, or an error.
#include "base/memory.h"
#include "fit/apply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// A row of nulls, and one of zeros and empty texts.
static bool frame_fill(const Plan *plan, Frame *frame, Error *err)
{
    for (uint32_t i = 0; i < plan->input_count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(frame, plan->inputs[i].name, plan->inputs[i].type, &column, err));
        TRY(column_push_null(column, err));
        TRY(column_resize(column, 2, err));
        // Four zero bytes are the empty list and the empty map.
        if (type_is_nested(column->type)) column->values.strings[1] = (Str){"\0\0\0", 4};
    }
    frame_finish(frame);
    frame->row_count = 2;
    return true;
}

static bool transform_try(const Plan *transform, Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(program_output_deinit) ProgramOutput out = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Plan features = {.feature_count = transform->input_count};
    features.features = arena_alloc_array(&arena, transform->input_count, sizeof(PlanFeature), err);
    TRY(features.features != NULL);
    for (uint32_t i = 0; i < transform->input_count; i++)
        features.features[i] = (PlanFeature){.name = transform->inputs[i].name, .type = transform->inputs[i].type};
    TRY(transform_check(transform, &features, err));
    TRY(frame_fill(transform, &frame, err));
    return transform_apply(transform, &frame, NULL, 2, 1, &out, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(plan_deinit) Plan plan = {0};
    Error err = {0};
    if (plan_decode((Str){(const char *)data, size}, &plan, &err)) (void)transform_try(&plan, &err);
    return 0;
}
