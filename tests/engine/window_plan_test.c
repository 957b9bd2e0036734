#include "engine/window_plan.h"

#include "support/test.h"

enum { AGGREGATES = 7 };

static const Window WEEK = {.kind = WINDOW_TIME, .length_us = 7};

static PlanAggregate plan_of(Aggregation aggregation, Window window)
{
    return (PlanAggregate){.aggregation = aggregation, .category = PLAN_NONE, .window = window};
}

static WindowAggregate aggregate_of(const PlanAggregate *plan, uint32_t argument, uint32_t second)
{
    return (WindowAggregate){.plan = plan,
                             .argument_column = argument,
                             .second_column = second,
                             .category_column = PLAN_NONE,
                             .condition_column = PLAN_NONE,
                             .argument = TYPE_OF(TYPE_FLOAT64)};
}

static void what_moves_the_same_state_shares_it_and_nothing_else(void **state)
{
    UNUSED(state);
    AUTO(window_plan_deinit) WindowPlan plan = {0};
    Error err = {0};
    const PlanAggregate plans[AGGREGATES] = {
        plan_of(AGGREGATION_SUM, (Window){0}),   plan_of(AGGREGATION_MEAN, (Window){0}),
        plan_of(AGGREGATION_SUM, (Window){0}),   plan_of(AGGREGATION_CORR, (Window){0}),
        plan_of(AGGREGATION_SLOPE, (Window){0}), plan_of(AGGREGATION_CORR, (Window){0}),
        plan_of(AGGREGATION_SUM, WEEK),
    };
    const WindowAggregate aggregates[AGGREGATES] = {
        aggregate_of(&plans[0], 0, PLAN_NONE), aggregate_of(&plans[1], 0, PLAN_NONE),
        aggregate_of(&plans[2], 1, PLAN_NONE), aggregate_of(&plans[3], 0, 1),
        aggregate_of(&plans[4], 0, 1),         aggregate_of(&plans[5], 0, 2),
        aggregate_of(&plans[6], 0, PLAN_NONE),
    };
    static const WorkKind kinds[AGGREGATES] = {WORK_SLIDES, WORK_READS,  WORK_SLIDES, WORK_SLIDES,
                                               WORK_READS,  WORK_SLIDES, WORK_SLIDES};
    ASSERT_OK(window_plan_init(aggregates, AGGREGATES, &plan, &err), err);
    for (size_t i = 0; i < AGGREGATES; i++) assert_int_equal(plan.works[i].kind, kinds[i]);
    assert_int_equal(plan.works[0].reader_count, 2);
    assert_int_equal(plan.readers[plan.works[0].reader_begin + 1], 1);
    assert_int_equal(plan.part_count, 2);
    assert_int_equal(plan.parts[1].begin, 6);
}

static void windows_share_a_series_of_the_same_values(void **state)
{
    UNUSED(state);
    AUTO(window_plan_deinit) WindowPlan plan = {0};
    Error err = {0};
    const PlanAggregate plans[] = {plan_of(AGGREGATION_MIN, (Window){0}), plan_of(AGGREGATION_SUM, (Window){0}),
                                   plan_of(AGGREGATION_STDDEV, WEEK)};
    WindowAggregate aggregates[] = {aggregate_of(&plans[0], 0, PLAN_NONE), aggregate_of(&plans[1], 0, PLAN_NONE),
                                    aggregate_of(&plans[2], 0, PLAN_NONE)};
    aggregates[1].condition_column = 3;
    ASSERT_OK(window_plan_init(aggregates, COUNT_OF(aggregates), &plan, &err), err);
    assert_int_equal(plan.series_count, 2);
    assert_int_equal(plan.works[0].series, plan.works[2].series);
    assert_int_not_equal(plan.works[0].series, plan.works[1].series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moves_the_same_state_shares_it_and_nothing_else),
        cmocka_unit_test(windows_share_a_series_of_the_same_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
