#include "support/fit_case.h"

#include "support/test.h"

static void fit_one(FitCase *fit)
{
    const double km[] = {1, 2, 3};
    fit_case_floats(fit, "trip.km", km, 3);
    fit_case_transform(fit, "km", "scale(trip.km)");
    fit_case_run(fit, 3);
}

static void transforms_of_other_features_are_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    PlanFeature feature = {.name = STR("trip.km"), .type = TYPE_OF(TYPE_FLOAT64)};
    Plan features = {.features = &feature, .feature_count = 1};
    fit_one(&fit);
    ASSERT_OK(transform_check(&fit.fitting.plan, &features, &err), err);
    feature.type = TYPE_OF(TYPE_INT64);
    ASSERT_FAILS(transform_check(&fit.fitting.plan, &features, &err), err, ERROR_DATA, "other features");
    feature = (PlanFeature){.name = STR("trip.miles"), .type = TYPE_OF(TYPE_FLOAT64)};
    ASSERT_FAILS(transform_check(&fit.fitting.plan, &features, &err), err, ERROR_DATA, "other features");
    features.feature_count = 0;
    ASSERT_FAILS(transform_check(&fit.fitting.plan, &features, &err), err, ERROR_DATA, "other features");
}

static void a_plan_that_reads_more_than_features_is_no_transform(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    PlanFeature feature = {.name = STR("trip.km"), .type = TYPE_OF(TYPE_FLOAT64)};
    const Plan features = {.features = &feature, .feature_count = 1};
    fit_one(&fit);
    Plan plan = fit.fitting.plan;
    PlanNode at = {.kind = PLAN_AT, .type = TYPE_INSTANT};
    plan.main = (Program){.nodes = &at, .node_count = 1};
    ASSERT_FAILS(transform_check(&plan, &features, &err), err, ERROR_DATA, "read 'at'");
    plan = fit.fitting.plan;
    plan.source_count = 1;
    ASSERT_FAILS(transform_check(&plan, &features, &err), err, ERROR_DATA, "read sources");
    plan = fit.fitting.plan;
    plan.feature_count = 0;
    ASSERT_FAILS(transform_check(&plan, &features, &err), err, ERROR_DATA, "have no columns");
}

static void a_frame_of_another_type_is_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    AUTO(fit_case_deinit) FitCase other = {0};
    AUTO(program_output_deinit) ProgramOutput out = {0};
    Error err = {0};
    const int64_t km[] = {1, 2, 3};
    fit_one(&fit);
    fit_case_ints(&other, "trip.km", km, 3);
    frame_finish(&other.frame);
    ASSERT_FAILS(transform_apply(&fit.fitting.plan, &other.frame, NULL, 3, 1, &out, &err), err, ERROR_DATA,
                 "feature 'trip.km' has another type than the one that was fitted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_of_other_features_are_refused),
        cmocka_unit_test(a_plan_that_reads_more_than_features_is_no_transform),
        cmocka_unit_test(a_frame_of_another_type_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
