#include "base/str.h"
#include "support/test.h"

static void distance_counts_edits_and_swaps(void **state)
{
    UNUSED(state);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 9), 3);
    assert_int_equal(str_distance(STR("rmse"), STR("rsme"), 9), 1);
    assert_int_equal(str_distance(STR(""), STR("abc"), 9), 3);
    assert_int_equal(str_distance(STR("abc"), STR(""), 9), 3);
    assert_int_equal(str_distance(STR("same"), STR("same"), 9), 0);
}

static void distance_stops_above_its_limit(void **state)
{
    UNUSED(state);
    assert_int_equal(str_distance(STR("abcdef"), STR("uvwxyz"), 2), 3);

    static char name[300];
    memset(name, 'a', sizeof(name));
    Str large = {name, sizeof(name)};
    assert_int_equal(str_distance(large, large, 2), 0);
    assert_int_equal(str_distance(large, STR("a"), 2), 3);
}

static void nearest_name_is_suggested_only_when_near(void **state)
{
    UNUSED(state);
    const Str names[] = {STR("vendor_id"), STR("duration_s"), STR("pickup_at")};
    ASSERT_STR(str_nearest(STR("duraton_s"), names, COUNT_OF(names)), "duration_s");
    ASSERT_STR(str_nearest(STR("fare_usd"), names, COUNT_OF(names)), "");
    ASSERT_STR(str_nearest(STR("x"), names, 0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_edits_and_swaps),
        cmocka_unit_test(distance_stops_above_its_limit),
        cmocka_unit_test(nearest_name_is_suggested_only_when_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
