/// What transforms compile to, and what is said of those that do not.
#include "language/transform.h"

#include "support/test.h"

static PlanFeature features[] = {
    {.name = STR_INIT("trip.km"), .type = {.id = TYPE_FLOAT64}},
    {.name = STR_INIT("trip.area"), .type = {.id = TYPE_STRING}},
    {.name = STR_INIT("trip.hour"), .type = {.id = TYPE_INT64}},
    {.name = STR_INIT("trip.late"), .type = {.id = TYPE_BOOL}},
    {.name = STR_INIT("vendor.fare"), .type = {.id = TYPE_DECIMAL, .precision = 38, .scale = 2}},
    {.name = STR_INIT("vendor.since"), .type = {.id = TYPE_TIMESTAMP_US, .zoned = true}},
};

static bool compile_one(const char *expression, Transform *out, Error *err)
{
    const Plan plan = {.features = features, .feature_count = COUNT_OF(features)};
    const NamedExpression column = {STR("x"), {.text = str_from(expression)}};
    const TransformDefinition definition = {.columns = &column, .column_count = 1};
    return transform_compile(&definition, &plan, out, err);
}

static void check_compiles(const char *expression)
{
    AUTO(transform_deinit) Transform transform = {0};
    Error err = {0};
    ASSERT_OK(compile_one(expression, &transform, &err), err);
}

static void check_refused(const char *expression, const char *why)
{
    AUTO(transform_deinit) Transform transform = {0};
    Error err = {0};
    ASSERT_FAILS(compile_one(expression, &transform, &err), err, ERROR_CONFIG, why);
}

static void a_call_is_a_column_behind_the_features(void **state)
{
    UNUSED(state);
    AUTO(transform_deinit) Transform transform = {0};
    Error err = {0};
    ASSERT_OK(compile_one("scale(impute(trip.km, 'median'), 'robust') + 1", &transform, &err), err);
    assert_int_equal(transform.call_count, 2);
    assert_int_equal(transform.calls[0].fitted, FITTED_IMPUTE);
    assert_int_equal(transform.calls[0].parameters[0].number, 1);
    assert_int_equal(transform.calls[1].fitted, FITTED_SCALE);
    assert_int_equal(transform.calls[1].parameters[0].number, 2);
    const PlanNode *argument = &transform.program.nodes[transform.calls[1].arguments[0]];
    while (argument->kind == PLAN_CALL) argument = &transform.program.nodes[argument->arguments[0]];
    assert_int_equal(argument->kind, PLAN_COLUMN);
    assert_int_equal(argument->index, COUNT_OF(features));
    ASSERT_STR(transform.calls[0].what, "transform 'x'");
}

static void every_type_finds_its_way(void **state)
{
    UNUSED(state);
    check_compiles("scale(trip.late)");
    check_compiles("scale(vendor.fare)");
    check_compiles("scale(trip.hour)");
    check_compiles("one_hot(vendor.since)");
    check_compiles("one_hot(trip.late)");
    check_compiles("impute(trip.hour, 'most_frequent')");
    check_compiles("impute(trip.hour, 'mean')");
    check_compiles("impute(vendor.fare, 'constant', 5)");
    check_compiles("target_encode(impute(trip.area, 'constant', '?'))");
    check_compiles("pca(trip.km, trip.hour, vendor.fare, 3)");
    check_compiles("hash(trip.area, 16)");
    check_compiles("if(trip.km is null, 0.0, scale(trip.km))");
    check_compiles("vocabulary(concat(trip.area, cast(trip.hour as string)), 100, 2, 0)");
}

static void names_are_features_of_the_dataset(void **state)
{
    UNUSED(state);
    check_refused("scale(trip.kn)", "the dataset has no feature 'trip.kn'; did you mean 'trip.km'?\n"
                                    "  scale(trip.kn)\n"
                                    "        ^");
    check_refused("scale(km)", "a transform reads features as view.column; did you mean 'trip.km'?");
    check_refused("scale(miles)", "a transform reads features as view.column, and 'miles' is none");
    check_refused("hour(at)", "a transform does not see 'at'");
    check_refused("mean(trip.km) over 7d", "cannot aggregate rows");
    check_refused("scal(trip.km)", "there is no function 'scal'; did you mean 'scale'?");
}

static void types_that_a_call_does_not_take_are_named(void **state)
{
    UNUSED(state);
    check_refused("scale(trip.area)", "'scale' needs a number or a bool, has string\n  scale(trip.area)\n        ^");
    check_refused("one_hot(trip.km)", "'one_hot' needs a bool, int64, string or timestamp, has float64; bin(x, 10) or "
                                      "cast(x as string) makes a category of it");
    check_refused("tf_idf(trip.hour)", "'tf_idf' needs a string, has int64");
    check_refused("scale(null)", "has null");
    check_refused("impute(trip.area)", "a string has no mean; 'impute' it with 'most_frequent' or 'constant'");
    check_refused("trip.area", "a model sees numbers, and this is string; one_hot(x), vocabulary(x)");
    check_refused("one_hot(trip.area) + 1", "'one_hot' makes several columns, so it stands alone");
}

static void parameters_are_checked(void **state)
{
    UNUSED(state);
    check_refused("scale(trip.km, 'standart')",
                  "the method of 'scale' is one of: standard min_max robust max_abs; did you mean 'standard'?\n"
                  "  scale(trip.km, 'standart')\n"
                  "                 ^");
    check_refused("scale(trip.km, 5)", "the method of 'scale' is one of");
    check_refused("scale(trip.km, 'robust', 1)", "'scale' is written scale(x), scale(x, method)");
    check_refused("scale()", "'scale' is written");
    check_refused("bin(trip.km, 1)", "the count of 'bin' is a whole number from 2 to 10000");
    check_refused("bin(trip.km, 2.5)", "a whole number");
    check_refused("bin(trip.km, trip.hour)", "a whole number");
    check_refused("bin(trip.km, [1, 1])", "the edges of 'bin' ascend");
    check_refused("bin(trip.km, ['a'])", "an edge of 'bin' is a number");
    check_refused("bin(trip.km, [1, 2], 'uniform')", "'bin' with given edges has no method");
    check_refused("winsorise(trip.km, 0.9, 0.1)", "the low quantile of 'winsorise' is below the high one");
    check_refused("winsorise(trip.km, -0.1)", "the low of 'winsorise' is a number from 0 to 1");
    check_refused("impute(trip.km, 'constant')", "'impute' with 'constant' needs a value");
    check_refused("impute(trip.km, 'mean', 5)", "'impute' takes a value with 'constant' only");
    check_refused("impute(trip.area, 'constant', 5)", "a literal of the type of what it replaces, string");
    check_refused("pca(trip.km, trip.hour, 3)", "'pca' of 2 values has no more than so many directions");
    check_refused("pca(trip.km)", "'pca' is written");
    check_refused("target_encode(trip.area, -1)", "the smoothing of 'target_encode' is a number from 0");
}

static void kept_features_stand_behind_the_transforms(void **state)
{
    UNUSED(state);
    AUTO(transform_deinit) Transform transform = {0};
    Error err = {0};
    const Plan plan = {.features = features, .feature_count = COUNT_OF(features)};
    const NamedExpression column = {STR("km"), {.text = STR("scale(trip.km)")}};
    const Str keep[] = {STR("vendor.*"), STR("trip.hour"), STR("vendor.fare")};
    TransformDefinition definition = {.columns = &column, .column_count = 1, .keep = keep, .keep_count = 3};
    ASSERT_OK(transform_compile(&definition, &plan, &transform, &err), err);
    assert_int_equal(transform.column_count, 4);
    ASSERT_STR(transform.columns[1].name, "vendor.fare");
    ASSERT_STR(transform.columns[2].name, "vendor.since");
    ASSERT_STR(transform.columns[3].name, "trip.hour");
}

static void check_keep_refused(const char *pattern, const char *why)
{
    AUTO(transform_deinit) Transform transform = {0};
    Error err = {0};
    const Plan plan = {.features = features, .feature_count = COUNT_OF(features)};
    const Str keep[] = {str_from(pattern)};
    const TransformDefinition definition = {.keep = keep, .keep_count = 1};
    ASSERT_FAILS(transform_compile(&definition, &plan, &transform, &err), err, ERROR_CONFIG, why);
}

static void what_cannot_be_kept_is_named(void **state)
{
    UNUSED(state);
    check_keep_refused("trip.hours", "'keep' names 'trip.hours', and the dataset has no such feature; did you mean "
                                     "'trip.hour'?");
    check_keep_refused("trip.*", "'keep' names 'trip.area', which is string, and a model sees numbers");
    check_keep_refused("rider.*", "'keep' names 'rider.*', and the dataset has no such feature");
}

static void transforms_that_leave_nothing_are_refused(void **state)
{
    UNUSED(state);
    AUTO(transform_deinit) Transform transform = {0};
    Error err = {0};
    const Plan plan = {.features = features, .feature_count = COUNT_OF(features)};
    const TransformDefinition definition = {0};
    ASSERT_FAILS(transform_compile(&definition, &plan, &transform, &err), err, ERROR_CONFIG, "leave no column");
}

static bool compile_all(void *context, Error *err)
{
    AUTO(transform_deinit) Transform transform = {0};
    UNUSED(context);
    return compile_one("scale(impute(trip.km), 'robust') + bin(trip.hour, 4)", &transform, err);
}

static void running_out_of_memory_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(compile_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_a_column_behind_the_features),
        cmocka_unit_test(every_type_finds_its_way),
        cmocka_unit_test(names_are_features_of_the_dataset),
        cmocka_unit_test(types_that_a_call_does_not_take_are_named),
        cmocka_unit_test(parameters_are_checked),
        cmocka_unit_test(kept_features_stand_behind_the_transforms),
        cmocka_unit_test(what_cannot_be_kept_is_named),
        cmocka_unit_test(transforms_that_leave_nothing_are_refused),
        cmocka_unit_test(running_out_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
