/// What features are of the values that are visible: nulls, NaN, overflow, keys, conditions, features of features. Asked of
/// memory and store, one to three threads, rows in any order, and of the naive interpreter.
#include "engine/engine.h"

#include "naive/story.h"

/// events(k, t, x): known the moment they happen, no key.
static void plain(Story *story)
{
    story_begin(story);
    story_source(story, "events", "k int64, t timestamp_us, x float64", "t", "t", "");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
}

static void nulls_are_passed_over_and_an_empty_window_is_null(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | null");
    story_row(&story, "7 | 11 | 3");
    story_row(&story, "7 | 12 | null");
    story_column(&story, "rows", "count()");
    story_column(&story, "values", "count(x)");
    story_column(&story, "first", "first(x)");
    story_column(&story, "last", "last(x)");
    story_column(&story, "mean", "mean(x) over 1us");
    story_expect(&story, 13, "7", "v.rows", "3");
    story_expect(&story, 13, "7", "v.values", "1");
    story_expect(&story, 13, "7", "v.first", "3");
    story_expect(&story, 13, "7", "v.last", "3");
    story_expect(&story, 13, "7", "v.mean", "null");
    story_expect(&story, 11, "7", "v.last", "null");
    story_end(&story);
}

static void null_key_part_belongs_to_nobody(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "null | 10 | 1");
    story_row(&story, "7 | 10 | 2");
    story_column(&story, "count", "count()");
    story_expect(&story, 11, "null", "v.count", "0");
    story_expect(&story, 11, "7", "v.count", "1");
    story_expect_status(&story, 11, "null", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void nan_and_infinities_enter_and_leave(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | nan");
    story_row(&story, "7 | 20 | inf");
    story_row(&story, "7 | 30 | -inf");
    story_row(&story, "7 | 40 | 1");
    story_column(&story, "sum", "sum(x) over 15us");
    story_column(&story, "max", "max(x) over 25us");
    story_column(&story, "min", "min(x) over 25us");
    story_column(&story, "mean", "mean(x) over 15us");
    story_column(&story, "sd", "stddev(x) over 15us");
    story_expect(&story, 11, "7", "v.sum", "nan");
    story_expect(&story, 21, "7", "v.sum", "nan");
    story_expect(&story, 26, "7", "v.sum", "inf");
    story_expect(&story, 31, "7", "v.sum", "nan");
    story_expect(&story, 41, "7", "v.mean", "-inf");
    story_expect(&story, 41, "7", "v.sd", "nan");
    story_expect(&story, 46, "7", "v.sum", "1");
    story_expect(&story, 31, "7", "v.max", "nan");
    story_expect(&story, 36, "7", "v.max", "inf");
    story_expect(&story, 36, "7", "v.min", "-inf");
    story_end(&story);
}

static void sum_of_only_negative_zeros_is_zero(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | -0");
    story_row(&story, "7 | 11 | -0");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "last", "last(x)");
    story_expect(&story, 12, "7", "v.sum", "0");
    story_expect(&story, 12, "7", "v.last", "-0");
    story_end(&story);
}

static void cancellation_and_overflow_midway_are_exact(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | 1e308");
    story_row(&story, "7 | 11 | 1e308");
    story_row(&story, "7 | 12 | 1");
    story_row(&story, "7 | 13 | -1e308");
    story_row(&story, "7 | 14 | -1e308");
    story_row(&story, "7 | 15 | 5e-324");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "mean", "mean(x)");
    story_column(&story, "tiny", "sum(x) over 1us");
    story_expect(&story, 15, "7", "v.sum", "1");
    story_expect(&story, 12, "7", "v.sum", "inf");
    story_expect(&story, 12, "7", "v.mean", "1e+308");
    story_expect(&story, 16, "7", "v.tiny", "5e-324");
    story_end(&story);
}

static void integer_sum_that_does_not_fit_is_null_and_an_int_column_stays_int(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "k int32; t timestamp_us; n int32; big int64; d decimal(10,2)", "t", "t", "");
    story_request(&story, "k int32");
    story_row(&story, "7 | 10 | 3 | 9223372036854775807 | 1.25");
    story_row(&story, "7 | 11 | null | 1 | 2.50");
    story_row(&story, "7 | 12 | 4 | -1 | -0.75");
    story_view(&story, "v", "events", "k");
    story_column(&story, "n", "sum(n)");
    story_column(&story, "last", "last(n) over 1us");
    story_column(&story, "big", "sum(big)");
    story_column(&story, "big_mean", "mean(big)");
    story_column(&story, "d", "sum(d)");
    story_column(&story, "d_mean", "mean(d)");
    story_expect(&story, 13, "7", "v.n", "7");
    story_expect(&story, 12, "7", "v.last", "null");
    story_expect(&story, 12, "7", "v.big", "null");
    story_expect(&story, 13, "7", "v.big", "9223372036854775807");
    story_expect(&story, 12, "7", "v.d", "3.75");
    story_expect(&story, 13, "7", "v.d_mean", "1");
    story_end(&story);
}

static void composite_keys_do_not_run_together(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "a string, b string, t timestamp_us", "t", "t", "");
    story_request(&story, "a string, b string");
    story_row(&story, "1 | 12 | 10");
    story_row(&story, "11 | 2 | 10");
    story_row(&story, "11 | 2 | 11");
    story_row(&story, "\xc3\xa4 | e | 11");
    story_view(&story, "v", "events", "a; b");
    story_column(&story, "count", "count()");
    story_expect(&story, 20, "1 | 12", "v.count", "1");
    story_expect(&story, 20, "11 | 2", "v.count", "2");
    story_expect(&story, 20, "\xc3\xa4 | e", "v.count", "1");
    story_expect(&story, 20, "1 | 2", "v.count", "0");
    story_end(&story);
}

static void keys_of_any_width_and_zero_of_any_sign_are_one(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "k int32, f float64, t timestamp_us", "t", "t", "");
    story_request(&story, "k int64, f float64");
    story_row(&story, "5 | -0 | 10");
    story_row(&story, "5 | nan | 10");
    story_view(&story, "v", "events", "k; f");
    story_column(&story, "count", "count()");
    story_expect(&story, 20, "5 | 0", "v.count", "1");
    story_expect(&story, 20, "5 | nan", "v.count", "1");
    story_end(&story);
}

static void entity_may_be_an_expression(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_view(&story, "w", "events", "k % 10");
    story_row(&story, "17 | 10 | 1");
    story_row(&story, "27 | 10 | 2");
    story_column(&story, "sum", "sum(x)");
    story_expect(&story, 20, "7", "w.sum", "3");
    story_end(&story);
}

static void no_entity_is_one_for_all(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_view(&story, "w", "events", "");
    story_row(&story, "17 | 10 | 1");
    story_row(&story, "27 | 10 | 2");
    story_column(&story, "sum", "sum(x)");
    story_expect(&story, 20, "7", "w.sum", "3");
    story_end(&story);
}

static void feature_inside_an_aggregate_is_as_of_each_row(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | 1");
    story_row(&story, "7 | 20 | 2");
    story_row(&story, "7 | 30 | 3");
    story_column(&story, "before", "count()");
    story_column(&story, "seen", "sum(before)");
    story_column(&story, "ratio", "seen / before");
    story_column(&story, "deep", "max(seen) over 1s");
    story_expect(&story, 31, "7", "v.before", "3");
    story_expect(&story, 31, "7", "v.seen", "3"); // 0 + 1 + 2
    story_expect(&story, 31, "7", "v.ratio", "1");
    story_expect(&story, 31, "7", "v.deep", "1"); // as of 30: 0 + 1
    story_end(&story);
}

static void inputs_and_at_are_read_from_the_request(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_input(&story, "limit", "float64");
    story_request(&story, "k int64, limit float64");
    story_row(&story, "7 | 10 | 1");
    story_column(&story, "over", "sum(x) > limit");
    story_column(&story, "hour", "hour(at)");
    story_column(&story, "who", "k");
    story_expect(&story, 20, "7 | 0.5", "v.over", "true");
    story_expect(&story, 20, "7 | null", "v.over", "null");
    story_expect(&story, INT64_C(7200000000), "7 | 1", "v.hour", "2");
    story_expect(&story, 20, "7 | 1", "v.who", "7");
    story_end(&story);
}

static void where_keeps_only_what_is_true(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | 1");
    story_row(&story, "7 | 11 | 5");
    story_row(&story, "7 | 12 | null");
    story_column(&story, "big", "count() where x > 2");
    story_column(&story, "small", "last(x) where x < 2");
    story_column(&story, "share", "mean(x > 2) over 1s");
    story_expect(&story, 20, "7", "v.big", "1");
    story_expect(&story, 20, "7", "v.small", "1");
    story_expect(&story, 20, "7", "v.share", "0.5");
    story_end(&story);
}

static void strings_and_bools_aggregate(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "k int64, t timestamp_us, s string, b bool", "t", "t", "");
    story_request(&story, "k int64");
    story_row(&story, "7 | 10 | b | true");
    story_row(&story, "7 | 11 | a | false");
    story_row(&story, "7 | 12 | c | null");
    story_view(&story, "v", "events", "k");
    story_column(&story, "min", "min(s)");
    story_column(&story, "last", "concat(last(s), '!')");
    story_column(&story, "made", "first(upper(s))");
    story_column(&story, "any", "max(b)");
    story_column(&story, "n", "sum(b)");
    story_expect(&story, 20, "7", "v.min", "a");
    story_expect(&story, 20, "7", "v.last", "c!");
    story_expect(&story, 20, "7", "v.made", "B");
    story_expect(&story, 20, "7", "v.any", "true");
    story_expect(&story, 20, "7", "v.n", "1");
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nulls_are_passed_over_and_an_empty_window_is_null),
        cmocka_unit_test(null_key_part_belongs_to_nobody),
        cmocka_unit_test(nan_and_infinities_enter_and_leave),
        cmocka_unit_test(sum_of_only_negative_zeros_is_zero),
        cmocka_unit_test(cancellation_and_overflow_midway_are_exact),
        cmocka_unit_test(integer_sum_that_does_not_fit_is_null_and_an_int_column_stays_int),
        cmocka_unit_test(composite_keys_do_not_run_together),
        cmocka_unit_test(keys_of_any_width_and_zero_of_any_sign_are_one),
        cmocka_unit_test(entity_may_be_an_expression),
        cmocka_unit_test(no_entity_is_one_for_all),
        cmocka_unit_test(feature_inside_an_aggregate_is_as_of_each_row),
        cmocka_unit_test(inputs_and_at_are_read_from_the_request),
        cmocka_unit_test(where_keeps_only_what_is_true),
        cmocka_unit_test(strings_and_bools_aggregate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
