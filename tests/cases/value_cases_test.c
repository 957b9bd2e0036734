/// The cases of values, expected by hand: nulls, NaN and infinities, cancellation, overflow, types, keys, and what an unknown entity is.
/// Asked as the cases of time are.
#include "naive/served.h"
#include "support/test_directory.h"

static void begin(Story *story, void **state, const char *schema)
{
    story_begin_served(story, state);
    story_source(story, "events", schema, "t", "t", "");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
}

static void case_15_nulls_and_windows_of_nothing_but_nulls(void **state)
{
    Story story;
    begin(&story, state, "k int64, t timestamp_us, x float64");
    story_column(&story, "n", "count()");
    story_column(&story, "values", "count(x)");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "mean", "mean(x)");
    story_column(&story, "min", "min(x)");
    story_column(&story, "last", "last(x)");
    story_column(&story, "recent", "sum(x) over 5us");
    story_row(&story, "7 | 10 | null");
    story_row(&story, "7 | 20 | 3");
    story_row(&story, "7 | 30 | null");
    story_row(&story, "null | 40 | 8");
    story_expect(&story, 11, "7", "v.n", "1");
    story_expect(&story, 11, "7", "v.values", "0");
    story_expect(&story, 11, "7", "v.sum", "null");
    story_expect(&story, 11, "7", "v.mean", "null");
    story_expect(&story, 31, "7", "v.n", "3");
    story_expect(&story, 31, "7", "v.mean", "3");
    story_expect(&story, 31, "7", "v.min", "3");
    story_expect(&story, 31, "7", "v.last", "3");
    story_expect(&story, 31, "7", "v.recent", "null");
    story_end(&story);
}

static void case_15_null_part_of_a_key_belongs_to_nobody(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "events", "k int64, g string, t timestamp_us", "t", "t", "");
    story_request(&story, "k int64, g string");
    story_view(&story, "v", "events", "k; g");
    story_column(&story, "n", "count()");
    story_row(&story, "7 | null | 10");
    story_row(&story, "null | a | 10");
    story_row(&story, "7 | a | 10");
    story_expect(&story, 11, "7 | a", "v.n", "1");
    story_expect(&story, 11, "7 | null", "v.n", "0");
    story_expect(&story, 11, "null | a", "v.n", "0");
    story_expect_status(&story, 11, "7 | null", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void case_16_nan_and_infinities_enter_and_leave(void **state)
{
    Story story;
    begin(&story, state, "k int64, t timestamp_us, x float64");
    story_column(&story, "sum", "sum(x) over 15us");
    story_column(&story, "mean", "mean(x) over 15us");
    story_column(&story, "max", "max(x) over 15us");
    story_column(&story, "min", "min(x) over 15us");
    story_column(&story, "deviation", "stddev(x) over 15us");
    story_row(&story, "7 | 10 | nan");
    story_row(&story, "7 | 20 | inf");
    story_row(&story, "7 | 30 | -inf");
    story_row(&story, "7 | 40 | 4");
    story_row(&story, "7 | 50 | 6");
    story_expect(&story, 21, "7", "v.sum", "nan");
    story_expect(&story, 21, "7", "v.max", "nan");
    story_expect(&story, 21, "7", "v.min", "inf");
    story_expect(&story, 26, "7", "v.sum", "inf");
    story_expect(&story, 26, "7", "v.mean", "inf");
    story_expect(&story, 31, "7", "v.sum", "nan"); // both infinities
    story_expect(&story, 36, "7", "v.sum", "-inf");
    story_expect(&story, 41, "7", "v.deviation", "nan");
    story_expect(&story, 51, "7", "v.sum", "10");
    story_expect(&story, 51, "7", "v.mean", "5");
    story_expect(&story, 51, "7", "v.deviation", "1.4142135623730951");
    story_end(&story);
}

static void case_16_only_negative_zeros(void **state)
{
    Story story;
    begin(&story, state, "k int64, t timestamp_us, x float64");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "mean", "mean(x)");
    story_column(&story, "min", "min(x)");
    story_column(&story, "max", "max(x)");
    story_row(&story, "7 | 10 | -0");
    story_row(&story, "7 | 11 | -0");
    story_row(&story, "8 | 10 | -0");
    story_row(&story, "8 | 11 | 0");
    story_expect(&story, 12, "7", "v.sum", "0");
    story_expect(&story, 12, "7", "v.mean", "0");
    story_expect(&story, 12, "7", "v.min", "-0");
    story_expect(&story, 12, "8", "v.max", "-0"); // equal, so the earlier stays
    story_end(&story);
}

static void case_17_cancellation_subnormals_and_overflow_midway(void **state)
{
    Story story;
    begin(&story, state, "k int64, t timestamp_us, x float64");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "recent", "sum(x) over 2us");
    story_column(&story, "mean", "mean(x)");
    story_row(&story, "7 | 10 | 1e308");
    story_row(&story, "7 | 11 | 1");
    story_row(&story, "7 | 12 | -1e308");
    story_row(&story, "8 | 10 | 1.7976931348623157e308");
    story_row(&story, "8 | 11 | 1.7976931348623157e308");
    story_row(&story, "8 | 12 | -1.7976931348623157e308");
    story_row(&story, "9 | 10 | 5e-324");
    story_row(&story, "9 | 11 | 5e-324");
    story_row(&story, "9 | 12 | 1");
    story_row(&story, "9 | 13 | -1");
    story_expect(&story, 13, "7", "v.sum", "1");
    story_expect(&story, 12, "7", "v.sum", "1e+308");
    story_expect(&story, 14, "7", "v.recent", "-1e+308");
    story_expect(&story, 12, "8", "v.sum", "inf");
    story_expect(&story, 12, "8", "v.mean", "1.7976931348623157e+308");
    story_expect(&story, 13, "8", "v.sum", "1.7976931348623157e+308");
    story_expect(&story, 14, "9", "v.sum", "1e-323");
    story_expect(&story, 14, "9", "v.recent", "0");
    story_end(&story);
}

static void case_18_integers_that_do_not_fit_and_come_back(void **state)
{
    Story story;
    begin(&story, state, "k int64, t timestamp_us, n int64, m int32");
    story_column(&story, "sum", "sum(n)");
    story_column(&story, "mean", "mean(n)");
    story_column(&story, "plus", "last(n) + 1");
    story_column(&story, "last", "last(m)");
    story_row(&story, "7 | 10 | 9223372036854775807 | null");
    story_row(&story, "7 | 11 | 1 | 2147483647");
    story_row(&story, "7 | 12 | -2 | null");
    story_expect(&story, 11, "7", "v.sum", "9223372036854775807");
    story_expect(&story, 11, "7", "v.plus", "null");
    story_expect(&story, 12, "7", "v.sum", "null");
    story_expect(&story, 12, "7", "v.mean", "4.611686018427388e+18");
    story_expect(&story, 13, "7", "v.sum", "9223372036854775806");
    // A column with nulls stays what it is: 2147483647 has no point and lost no digit.
    story_expect(&story, 13, "7", "v.last", "2147483647");
    story_end(&story);
}

static void case_18_decimals_keep_their_scale(void **state)
{
    Story story;
    begin(&story, state, "k int64; t timestamp_us; d decimal(38,2); e decimal(10,4)");
    story_column(&story, "sum", "sum(d)");
    story_column(&story, "mixed", "sum(d + e)");
    story_column(&story, "mean", "mean(d)");
    story_row(&story, "7 | 10 | 0.10 | 0.0001");
    story_row(&story, "7 | 11 | 0.20 | 0.0002");
    story_row(&story, "8 | 10 | 999999999999999999999999999999999999.99 | 0");
    story_row(&story, "8 | 11 | 0.01 | 0");
    story_row(&story, "8 | 12 | -0.01 | 0");
    story_expect(&story, 12, "7", "v.sum", "0.30");
    story_expect(&story, 12, "7", "v.mixed", "0.3003");
    story_expect(&story, 12, "7", "v.mean", "0.15");
    story_expect(&story, 12, "8", "v.sum", "null");
    story_expect(&story, 13, "8", "v.sum", "999999999999999999999999999999999999.99");
    story_end(&story);
}

static void case_19_unseen_entity_and_empty_window_are_told_apart(void **state)
{
    Story story;
    begin(&story, state, "k int64, t timestamp_us, x float64");
    story_column(&story, "n", "count() over 5us");
    story_column(&story, "sum", "sum(x) over 5us");
    story_row(&story, "7 | 10 | 1");
    story_row(&story, "9 | 50 | 1");
    story_expect(&story, 20, "7", "v.n", "0");
    story_expect(&story, 20, "7", "v.sum", "null");
    story_expect(&story, 20, "8", "v.n", "0");
    story_expect(&story, 20, "8", "v.sum", "null");
    story_expect_status(&story, 20, "7", 0, ENTITY_KNOWN);
    story_expect_status(&story, 20, "8", 0, ENTITY_UNKNOWN);
    story_expect_status(&story, 10, "7", 0, ENTITY_UNKNOWN); // not before it is known
    story_expect_status(&story, 11, "7", 0, ENTITY_KNOWN);
    story_expect_status(&story, 50, "9", 0, ENTITY_UNKNOWN);
    story_expect_status(&story, 51, "9", 0, ENTITY_KNOWN);
    story_end(&story);
}

static void case_20_composite_keys_do_not_run_together(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "events", "a string, b string, t timestamp_us, x int64", "t", "t", "");
    story_request(&story, "a string, b string");
    story_view(&story, "v", "events", "a; b");
    story_column(&story, "sum", "sum(x)");
    story_row(&story, "1 | 12 | 10 | 1");
    story_row(&story, "11 | 2 | 10 | 2");
    story_row(&story, "\xc3\xa9 | \xe6\x97\xa5 | 10 | 4");  // an e with an acute as one character
    story_row(&story, "e\xcc\x81 | \xe6\x97\xa5 | 10 | 8"); // as two: another key
    story_row(&story, " | 112 | 10 | 16");
    story_expect(&story, 11, "1 | 12", "v.sum", "1");
    story_expect(&story, 11, "11 | 2", "v.sum", "2");
    story_expect(&story, 11, "112 | ", "v.sum", "null");
    story_expect(&story, 11, " | 112", "v.sum", "16");
    story_expect(&story, 11, "\xc3\xa9 | \xe6\x97\xa5", "v.sum", "4");
    story_expect(&story, 11, "e\xcc\x81 | \xe6\x97\xa5", "v.sum", "8");
    story_end(&story);
}

static void case_20_keys_of_any_width_are_one(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "narrow", "k int32, t timestamp_us, x int64", "t", "t", "");
    story_source(&story, "wide", "k int64, t timestamp_us, x int64", "t", "t", "");
    story_row_of(&story, 0, "-5 | 10 | 1");
    story_row_of(&story, 1, "-5 | 10 | 2");
    story_row_of(&story, 1, "4294967291 | 10 | 4"); // -5 as 32 bits without sign
    story_request(&story, "k int64");
    story_view(&story, "narrow", "narrow", "k");
    story_column(&story, "sum", "sum(x)");
    story_view(&story, "wide", "wide", "k");
    story_column(&story, "sum", "sum(x)");
    story_expect(&story, 11, "-5", "narrow.sum", "1");
    story_expect(&story, 11, "-5", "wide.sum", "2");
    story_expect(&story, 11, "4294967291", "narrow.sum", "null");
    story_expect(&story, 11, "4294967291", "wide.sum", "4");
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(case_15_nulls_and_windows_of_nothing_but_nulls),
        TEST_IN_DIRECTORY(case_15_null_part_of_a_key_belongs_to_nobody),
        TEST_IN_DIRECTORY(case_16_nan_and_infinities_enter_and_leave),
        TEST_IN_DIRECTORY(case_16_only_negative_zeros),
        TEST_IN_DIRECTORY(case_17_cancellation_subnormals_and_overflow_midway),
        TEST_IN_DIRECTORY(case_18_integers_that_do_not_fit_and_come_back),
        TEST_IN_DIRECTORY(case_18_decimals_keep_their_scale),
        TEST_IN_DIRECTORY(case_19_unseen_entity_and_empty_window_are_told_apart),
        TEST_IN_DIRECTORY(case_20_composite_keys_do_not_run_together),
        TEST_IN_DIRECTORY(case_20_keys_of_any_width_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
