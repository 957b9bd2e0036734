/// The cases where feature stores go wrong, each as a claim: asked of memory and store, one to three threads, rows in any order,
/// and of the naive interpreter.
#include "engine/engine.h"

#include <stdio.h>

#include "naive/story.h"

/// events(k, t, x): known the moment they happen, no key.
static void plain(Story *story)
{
    story_begin(story);
    story_source(story, "events", "k int64, t timestamp_us, x float64", "t", "t", "");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
}

/// events(id, k, t, known, x): late and corrected, by id.
static void keyed(Story *story)
{
    story_begin(story);
    story_source(story, "events", "id int64, k int64, t timestamp_us, known timestamp_us, x float64, gone bool", "t",
                 "known", "id");
    story_deleted(story, "gone");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
}

static void label_never_sees_its_own_moment(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | 2.5");
    story_column(&story, "last", "last(x)");
    story_expect(&story, 10, "7", "v.last", "null");
    story_expect(&story, 11, "7", "v.last", "2.5");
    story_expect_status(&story, 10, "7", 0, ENTITY_UNKNOWN);
    story_expect_status(&story, 11, "7", 0, ENTITY_KNOWN);
    story_end(&story);
}

static void inclusive_view_sees_the_labels_moment(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_last_view(&story)->inclusive = true;
    story_row(&story, "7 | 10 | 2.5");
    story_column(&story, "last", "last(x)");
    story_column(&story, "near", "count() over 5us");
    story_expect(&story, 9, "7", "v.last", "null");
    story_expect(&story, 10, "7", "v.last", "2.5");
    story_expect(&story, 14, "7", "v.near", "1");
    story_expect(&story, 15, "7", "v.near", "0");
    story_expect(&story, INT64_MAX, "7", "v.last", "2.5");
    story_end(&story);
}

static void window_holds_its_tail_and_not_its_head(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 100 | 1");
    story_column(&story, "sum", "sum(x) over 50us");
    story_expect(&story, 100, "7", "v.sum", "null");
    story_expect(&story, 101, "7", "v.sum", "1");
    story_expect(&story, 149, "7", "v.sum", "1");
    story_expect(&story, 150, "7", "v.sum", "1"); // t - w <= time
    story_expect(&story, 151, "7", "v.sum", "null");
    story_end(&story);
}

static void ttl_is_the_window_of_those_that_state_none(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_last_view(&story)->ttl_us = 50;
    story_row(&story, "7 | 100 | 1");
    story_column(&story, "last", "last(x)");
    story_column(&story, "long", "last(x) over 60us");
    story_expect(&story, 150, "7", "v.last", "1");
    story_expect(&story, 151, "7", "v.last", "null");
    story_expect(&story, 151, "7", "v.long", "1");
    story_end(&story);
}

static void ends_of_time_do_not_wrap(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | -9223372036854775808 | 1");
    story_row(&story, "7 | 9223372036854775806 | 2");
    story_column(&story, "all", "count()");
    story_column(&story, "near", "sum(x) over 10us");
    story_expect(&story, INT64_MIN, "7", "v.all", "0");
    story_expect(&story, INT64_MIN + 1, "7", "v.near", "1");
    story_expect(&story, INT64_MIN + 10, "7", "v.near", "1");
    story_expect(&story, INT64_MIN + 11, "7", "v.near", "null");
    story_expect(&story, INT64_MAX, "7", "v.near", "2");
    story_expect(&story, INT64_MAX, "7", "v.all", "2");
    story_end(&story);
}

static void ties_follow_known_then_key_then_digest(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "3 | 7 | 10 | 11 | 3 | false");
    story_row(&story, "1 | 7 | 10 | 12 | 1 | false");
    story_row(&story, "2 | 7 | 10 | 12 | 2 | false");
    story_column(&story, "first", "first(x)");
    story_column(&story, "last", "last(x)");
    story_expect(&story, 20, "7", "v.first", "3");
    story_expect(&story, 20, "7", "v.last", "2");
    story_expect(&story, 12, "7", "v.last", "3");
    story_end(&story);
}

static void late_row_is_not_seen_before_it_is_known(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 50 | 1 | false");
    story_row(&story, "2 | 7 | 20 | 20 | 2 | false");
    story_column(&story, "last", "last(x)");
    story_column(&story, "first", "first(x)");
    story_column(&story, "sum", "sum(x) over 45us");
    story_expect(&story, 50, "7", "v.sum", "2");
    story_expect(&story, 51, "7", "v.sum", "3");
    story_expect(&story, 51, "7", "v.first", "1");
    story_expect(&story, 51, "7", "v.last", "2"); // order is of times, not of arrivals
    story_expect(&story, 56, "7", "v.sum", "2");
    story_end(&story);
}

static void correction_replaces_from_when_it_is_known(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_row(&story, "1 | 7 | 10 | 30 | 5 | false");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "count", "count()");
    story_column(&story, "max", "max(x)");
    story_expect(&story, 30, "7", "v.sum", "1");
    story_expect(&story, 31, "7", "v.sum", "5");
    story_expect(&story, 31, "7", "v.count", "1");
    story_expect(&story, 31, "7", "v.max", "5");
    story_end(&story);
}

static void correction_moves_a_row_between_entities_and_windows(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_row(&story, "1 | 8 | 25 | 30 | 1 | false");
    story_column(&story, "near", "count() over 10us");
    story_column(&story, "ever", "count()");
    story_expect(&story, 15, "7", "v.near", "1");
    story_expect(&story, 31, "7", "v.ever", "0");
    story_expect(&story, 31, "8", "v.near", "1");
    story_expect(&story, 30, "8", "v.ever", "0");
    story_expect_status(&story, 31, "7", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void retraction_takes_back_minimum_maximum_and_last(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_row(&story, "2 | 7 | 11 | 11 | 9 | false");
    story_row(&story, "3 | 7 | 12 | 12 | 5 | false");
    story_row(&story, "1 | 7 | 10 | 20 | 1 | true");
    story_row(&story, "2 | 7 | 11 | 21 | 9 | true");
    story_row(&story, "3 | 7 | 12 | 22 | 5 | true");
    story_column(&story, "min", "min(x)");
    story_column(&story, "max", "max(x)");
    story_column(&story, "last", "last(x)");
    story_column(&story, "sd", "stddev(x)");
    story_expect(&story, 20, "7", "v.min", "1");
    story_expect(&story, 21, "7", "v.min", "5");
    story_expect(&story, 21, "7", "v.max", "9");
    story_expect(&story, 22, "7", "v.max", "5");
    story_expect(&story, 22, "7", "v.sd", "null");
    story_expect(&story, 23, "7", "v.last", "null");
    story_expect_status(&story, 23, "7", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void retraction_may_be_taken_back(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_row(&story, "1 | 7 | 10 | 20 | 1 | true");
    story_row(&story, "1 | 7 | 10 | 30 | 2 | false");
    story_column(&story, "sum", "sum(x)");
    story_expect(&story, 25, "7", "v.sum", "null");
    story_expect(&story, 31, "7", "v.sum", "2");
    story_end(&story);
}

static void of_equal_known_the_retraction_wins(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | true");
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_column(&story, "count", "count()");
    story_expect(&story, 20, "7", "v.count", "0");
    story_end(&story);
}

static void exact_repeats_count_without_a_key_and_not_with_one(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | 2");
    story_row(&story, "7 | 10 | 2");
    story_column(&story, "count", "count()");
    story_expect(&story, 11, "7", "v.count", "2");
    story_end(&story);

    keyed(&story);
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_column(&story, "count", "count()");
    story_expect(&story, 11, "7", "v.count", "1");
    story_end(&story);
}

static void column_is_null_until_it_is_known(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "trips", "id int64, k int64, start timestamp_us, stop timestamp_us, seconds int64", "start",
                 "start", "id");
    story_known(&story, "stop", "stop");
    story_known(&story, "seconds", "stop");
    story_request(&story, "k int64");
    story_row(&story, "1 | 7 | 10 | 20 | 100");
    story_row(&story, "2 | 7 | 11 | null | 200"); // never known
    story_view(&story, "v", "trips", "k");
    story_column(&story, "trips", "count()");
    story_column(&story, "done", "count(seconds)");
    story_column(&story, "sum", "sum(seconds)");
    story_column(&story, "open", "count() where stop is null");
    story_expect(&story, 20, "7", "v.trips", "2");
    story_expect(&story, 20, "7", "v.done", "0");
    story_expect(&story, 20, "7", "v.open", "2");
    story_expect(&story, 21, "7", "v.trips", "2");
    story_expect(&story, 21, "7", "v.sum", "100");
    story_expect(&story, 21, "7", "v.open", "1");
    story_end(&story);
}

static void unseen_entity_and_empty_window_are_told_apart(void **state)
{
    UNUSED(state);
    Story story;
    plain(&story);
    story_row(&story, "7 | 10 | 1");
    story_column(&story, "count", "count() over 1us");
    story_column(&story, "sum", "sum(x) over 1us");
    story_expect(&story, 100, "7", "v.count", "0");
    story_expect(&story, 100, "8", "v.count", "0");
    story_expect(&story, 100, "8", "v.sum", "null");
    story_expect_status(&story, 100, "7", 0, ENTITY_KNOWN);
    story_expect_status(&story, 100, "8", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void nanoseconds_round_known_up_and_time_down(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "k int64, t timestamp_ns, x float64", "t", "t", "");
    story_request(&story, "k int64");
    story_row(&story, "7 | 10500 | 1"); // 10 us, known at 11
    story_row(&story, "7 | -1 | 2");    // -1 us, known at 0
    story_view(&story, "v", "events", "k");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "near", "sum(x) over 10us");
    story_expect(&story, 0, "7", "v.sum", "null");
    story_expect(&story, 1, "7", "v.sum", "2");
    story_expect(&story, 11, "7", "v.sum", "2");
    story_expect(&story, 12, "7", "v.sum", "3");
    story_expect(&story, 20, "7", "v.near", "1");
    story_expect(&story, 21, "7", "v.near", "null");
    story_end(&story);
}

static void units_and_dates_mix(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "k int64, t timestamp_ms, known timestamp_s, day date", "t", "known", "");
    story_request(&story, "k int64");
    story_row(&story, "7 | 1500 | 2 | -1");
    story_view(&story, "v", "events", "k");
    story_column(&story, "count", "count()");
    story_column(&story, "day", "last(day)");
    story_column(&story, "gap", "last(seconds_between(t, known))");
    story_expect(&story, 2000000, "7", "v.count", "0");
    story_expect(&story, 2000001, "7", "v.count", "1");
    story_expect(&story, 2000001, "7", "v.gap", "0.5");
    story_end(&story);
}

static void zoneless_time_is_read_in_the_sources_zone(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "events", "k int64, t timestamp_s, x float64", "t", "t", "");
    story_timezone(&story, "America/New_York");
    story_request(&story, "k int64");
    story_row(&story, "7 | 1457836200 | 1"); // 2016-03-13 02:30 does not exist: 03:30, 07:30 UTC
    story_view(&story, "v", "events", "k");
    story_column(&story, "count", "count()");
    story_column(&story, "hour", "last(hour(t, 'America/New_York'))");
    story_expect(&story, INT64_C(1457854200000000), "7", "v.count", "0");
    story_expect(&story, INT64_C(1457854200000001), "7", "v.count", "1");
    story_expect(&story, INT64_C(1457854200000001), "7", "v.hour", "3");
    story_end(&story);
}

static void row_without_its_times_is_refused_by_number(void **state)
{
    UNUSED(state);
    Story story;
    keyed(&story);
    story_column(&story, "n", "count()");
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_row(&story, "1 | 7 | 10 | 9 | 1 | false");
    story_expect_refused(&story,
                         "source 'events': row 2: known ('known') is 1970-01-01T00:00:00.000009Z, before its time");
    story_end(&story);

    keyed(&story);
    story_column(&story, "n", "count()");
    story_row(&story, "1 | 7 | 10 | null | 1 | false");
    story_expect_refused(&story, "source 'events': row 1: known ('known') is null");
    story_end(&story);

    plain(&story);
    story_column(&story, "n", "count()");
    story_row(&story, "7 | null | 1");
    story_expect_refused(&story, "source 'events': row 1: time ('t') is null");
    story_end(&story);
}

static void column_known_before_its_rows_time_is_refused(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "trips", "k int64, start timestamp_us, stop timestamp_us, n int64", "start", "start", "");
    story_known(&story, "n", "stop");
    story_request(&story, "k int64");
    story_row(&story, "7 | 10 | 5 | 1");
    story_view(&story, "v", "trips", "k");
    story_column(&story, "n", "sum(n)");
    story_expect_refused(&story, "source 'trips': row 1: known ('stop') is");
    story_end(&story);
}

/// Ties in hundreds, at the sizes where sorting changes its method.
static void ties_of_any_number_give_one_answer(void **state)
{
    UNUSED(state);
    static const int sizes[] = {15, 16, 17, 255, 256, 257, 1023, 1025};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        Story story;
        plain(&story);
        for (int row = 0; row < sizes[i]; row++) {
            char cells[64];
            snprintf(cells, sizeof(cells), "7 | %d | %d", 10 + row / 97, (row * 7919) % sizes[i]);
            story_row(&story, cells);
        }
        story_column(&story, "first", "first(x)");
        story_column(&story, "last", "last(x)");
        story_column(&story, "sum", "sum(x)");
        char sum[32];
        snprintf(sum, sizeof(sum), "%d", sizes[i] * (sizes[i] - 1) / 2);
        story_expect(&story, 1000, "7", "v.sum", sum);
        story_end(&story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_never_sees_its_own_moment),
        cmocka_unit_test(inclusive_view_sees_the_labels_moment),
        cmocka_unit_test(window_holds_its_tail_and_not_its_head),
        cmocka_unit_test(ttl_is_the_window_of_those_that_state_none),
        cmocka_unit_test(ends_of_time_do_not_wrap),
        cmocka_unit_test(ties_follow_known_then_key_then_digest),
        cmocka_unit_test(late_row_is_not_seen_before_it_is_known),
        cmocka_unit_test(correction_replaces_from_when_it_is_known),
        cmocka_unit_test(correction_moves_a_row_between_entities_and_windows),
        cmocka_unit_test(retraction_takes_back_minimum_maximum_and_last),
        cmocka_unit_test(retraction_may_be_taken_back),
        cmocka_unit_test(of_equal_known_the_retraction_wins),
        cmocka_unit_test(exact_repeats_count_without_a_key_and_not_with_one),
        cmocka_unit_test(column_is_null_until_it_is_known),
        cmocka_unit_test(unseen_entity_and_empty_window_are_told_apart),
        cmocka_unit_test(nanoseconds_round_known_up_and_time_down),
        cmocka_unit_test(units_and_dates_mix),
        cmocka_unit_test(zoneless_time_is_read_in_the_sources_zone),
        cmocka_unit_test(row_without_its_times_is_refused_by_number),
        cmocka_unit_test(column_known_before_its_rows_time_is_refused),
        cmocka_unit_test(ties_of_any_number_give_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
