/// The cases of time, expected values by hand: at and around an instant, late, in every unit, in zones. Each is asked of memory by one to
/// three threads and in any order of rows, of the naive interpreter, and of the online store, filled in two goes and opened again.
#include <stdlib.h>
#include <time.h>

#include "naive/served.h"
#include "support/frame_text.h"
#include "support/test_directory.h"

/// events(k, t, x), known the moment they happen.
static void plain(Story *story, void **state)
{
    story_begin_served(story, state);
    story_source(story, "events", "k int64, t timestamp_us, x float64", "t", "t", "");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
}

static void case_1_event_at_the_labels_own_moment(void **state)
{
    Story story;
    plain(&story, state);
    story_row(&story, "7 | 10 | 2.5");
    story_row(&story, "7 | 20 | 4");
    story_column(&story, "n", "count()");
    story_column(&story, "last", "last(x)");
    story_view(&story, "w", "events", "k");
    story_last_view(&story)->inclusive = true;
    story_column(&story, "n", "count()");
    story_column(&story, "last", "last(x)");
    story_expect(&story, 10, "7", "v.n", "0");
    story_expect(&story, 10, "7", "w.n", "1");
    story_expect(&story, 9, "7", "w.n", "0");
    story_expect(&story, 11, "7", "v.n", "1");
    story_expect(&story, 20, "7", "v.last", "2.5");
    story_expect(&story, 20, "7", "w.last", "4");
    story_end(&story);
}

static void case_2_request_row_is_itself_an_event(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "orders", "id int64, k int64, t timestamp_us, paid timestamp_us, x float64", "t", "t", "id");
    story_known(&story, "x", "paid");
    story_request(&story, "k int64");
    story_view(&story, "v", "orders", "k");
    story_column(&story, "n", "count()");
    story_column(&story, "sum", "sum(x)");
    story_row(&story, "1 | 7 | 10 | 15 | 1");
    story_row(&story, "2 | 7 | 20 | 25 | 2");
    story_row(&story, "3 | 7 | 30 | 35 | 4");
    // Order 3 asks at its own moment: it sees 1 and 2, never itself; order 2 sees 1 with its price.
    story_expect(&story, 30, "7", "v.n", "2");
    story_expect(&story, 30, "7", "v.sum", "3");
    story_expect(&story, 20, "7", "v.n", "1");
    story_expect(&story, 20, "7", "v.sum", "1");
    story_expect(&story, 10, "7", "v.n", "0");
    story_expect(&story, 10, "7", "v.sum", "null");
    story_end(&story);
}

static void case_3_time_to_live_to_the_tick(void **state)
{
    Story story;
    plain(&story, state);
    story_row(&story, "7 | 1000 | 2.5");
    story_last_view(&story)->ttl_us = 50;
    story_column(&story, "last", "last(x)");
    story_column(&story, "n", "count()");
    story_expect(&story, 1000, "7", "v.last", "null");
    story_expect(&story, 1001, "7", "v.last", "2.5");
    story_expect(&story, 1049, "7", "v.last", "2.5");
    story_expect(&story, 1050, "7", "v.last", "2.5");
    story_expect(&story, 1051, "7", "v.last", "null");
    story_expect(&story, 1051, "7", "v.n", "0");
    story_expect_status(&story, 1051, "7", 0, ENTITY_KNOWN);
    story_end(&story);
}

static void case_4_window_tail_on_and_off_whole_steps(void **state)
{
    Story story;
    plain(&story, state);
    story_column(&story, "slide", "count() over 1h");
    story_column(&story, "hop", "count() over 2h step 1h");
    story_column(&story, "before", "count() over 1h ending 1h ago");
    story_row(&story, "7 | 3600000000 | 1");  // 01:00, on a boundary
    story_row(&story, "7 | 5400000000 | 1");  // 01:30, off one
    story_row(&story, "7 | 10800000000 | 1"); // 03:00
    story_expect(&story, 7199999999, "7", "v.slide", "2");
    story_expect(&story, 7200000000, "7", "v.slide", "2");
    story_expect(&story, 7200000001, "7", "v.slide", "1");
    story_expect(&story, 8999999999, "7", "v.slide", "1");
    story_expect(&story, 9000000000, "7", "v.slide", "1");
    story_expect(&story, 9000000001, "7", "v.slide", "0");
    // 2h step 1h: until 02:00 whole hours end at 01:00, which does not hold 01:00 itself.
    story_expect(&story, 7199999999, "7", "v.hop", "0");
    story_expect(&story, 7200000000, "7", "v.hop", "2");
    story_expect(&story, 10799999999, "7", "v.hop", "2");
    story_expect(&story, 10800000000, "7", "v.hop", "2");
    story_expect(&story, 10800000001, "7", "v.hop", "2");
    story_expect(&story, 14400000000, "7", "v.hop", "1");
    // 1h ending 1h ago.
    story_expect(&story, 7200000000, "7", "v.before", "0");
    story_expect(&story, 7200000001, "7", "v.before", "1");
    story_expect(&story, 9000000001, "7", "v.before", "2");
    story_expect(&story, 10800000000, "7", "v.before", "2");
    story_expect(&story, 10800000001, "7", "v.before", "1");
    story_end(&story);
}

static void case_9_late_event_joins_windows_that_were_asked_before(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "events", "k int64, t timestamp_us, seen timestamp_us, x float64", "t", "seen", "");
    story_request(&story, "k int64");
    story_view(&story, "v", "events", "k");
    story_column(&story, "sum", "sum(x) over 50us");
    story_column(&story, "hop", "sum(x) over 50us step 10us");
    story_column(&story, "first", "first(x)");
    story_row(&story, "7 | 12 | 12 | 1");
    story_row(&story, "7 | 31 | 31 | 2");
    story_row(&story, "7 | 11 | 45 | 8"); // long after its hop closed
    story_expect(&story, 40, "7", "v.sum", "3");
    story_expect(&story, 45, "7", "v.sum", "3");
    story_expect(&story, 46, "7", "v.sum", "11");
    story_expect(&story, 45, "7", "v.hop", "3");
    story_expect(&story, 46, "7", "v.hop", "11");
    story_expect(&story, 45, "7", "v.first", "1");
    story_expect(&story, 46, "7", "v.first", "8");
    story_expect(&story, 62, "7", "v.sum", "3"); // 11 has left, 12 has not
    story_expect(&story, 63, "7", "v.sum", "2");
    story_end(&story);
}

static void case_10_what_is_known_after_the_label_never_leaks(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "trips", "id int64, k int64, t timestamp_us, ended timestamp_us, x float64", "t", "t", "id");
    story_known(&story, "x", "ended");
    story_request(&story, "k int64");
    story_view(&story, "v", "trips", "k");
    story_column(&story, "n", "count()");
    story_column(&story, "values", "count(x)");
    story_column(&story, "sum", "sum(x)");
    story_row(&story, "1 | 7 | 10 | 100 | 5");
    story_row(&story, "2 | 7 | 20 | null | 9"); // never ended: its value is never known
    story_expect(&story, 50, "7", "v.n", "2");
    story_expect(&story, 50, "7", "v.sum", "null");
    story_expect(&story, 100, "7", "v.sum", "null");
    story_expect(&story, 101, "7", "v.sum", "5");
    story_expect(&story, 1000000, "7", "v.values", "1");
    story_end(&story);
}

static void case_10_row_without_a_known_time_is_refused(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "events", "k int64, t timestamp_us, seen timestamp_us", "t", "seen", "");
    story_request(&story, "k int64");
    story_view(&story, "v", "events", "k");
    story_column(&story, "n", "count()");
    story_row(&story, "7 | 10 | null");
    story_expect_refused(&story, "known");
    story_end(&story);
}

static int64_t instant(const char *text)
{
    return test_instant(text);
}

/// New York's clocks went forward on 2016-03-13 at 02:00 (07:00 UTC), back on 2016-11-06 at 02:00 (06:00 UTC).
static void new_york(Story *story, void **state)
{
    story_begin_served(story, state);
    story_source(story, "events", "k int64, t timestamp_s, x float64", "t", "t", "");
    story_timezone(story, "America/New_York");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
    story_column(story, "n", "count()");
    story_column(story, "day", "count() over 24h");
    story_column(story, "calendar", "count() over 1 calendar day in 'America/New_York'");
    story_column(story, "hour", "hour(last(t), 'America/New_York')");
    story_column(story, "utc", "hour(last(t))");
}

static void case_21_clocks_that_go_forward(void **state)
{
    Story story;
    new_york(&story, state);
    story_row(&story, "7 | 1457832600 | 1"); // 01:30, EST: 06:30 UTC
    story_row(&story, "8 | 1457836200 | 1"); // 02:30, which is not there: 03:30 EDT, 07:30 UTC
    story_expect(&story, instant("2016-03-13 06:30:00"), "7", "v.n", "0");
    story_expect(&story, instant("2016-03-13 06:30:00.000001"), "7", "v.n", "1");
    story_expect(&story, instant("2016-03-13 07:30:00"), "8", "v.n", "0");
    story_expect(&story, instant("2016-03-13 07:30:00.000001"), "8", "v.n", "1");
    story_expect(&story, instant("2016-03-13 12:00:00"), "8", "v.hour", "3");
    story_expect(&story, instant("2016-03-13 12:00:00"), "8", "v.utc", "7");
    // A day later: 24 hours after 06:30 UTC, but 01:30 on the clock comes an hour sooner.
    story_expect(&story, instant("2016-03-14 05:30:00"), "7", "v.calendar", "1");
    story_expect(&story, instant("2016-03-14 05:30:00.000001"), "7", "v.calendar", "0");
    story_expect(&story, instant("2016-03-14 05:30:00.000001"), "7", "v.day", "1");
    story_expect(&story, instant("2016-03-14 06:30:00"), "7", "v.day", "1");
    story_expect(&story, instant("2016-03-14 06:30:00.000001"), "7", "v.day", "0");
    story_end(&story);
}

static void case_21_clocks_that_go_back(void **state)
{
    Story story;
    new_york(&story, state);
    story_row(&story, "7 | 1478395800 | 1"); // 01:30 on 6 November, of two the first: 05:30 UTC
    story_expect(&story, instant("2016-11-06 05:30:00"), "7", "v.n", "0");
    story_expect(&story, instant("2016-11-06 05:30:00.000001"), "7", "v.n", "1");
    story_expect(&story, instant("2016-11-06 12:00:00"), "7", "v.utc", "5");
    // The day has 25 hours: 01:30 on the 7th is 06:30 UTC.
    story_expect(&story, instant("2016-11-07 05:30:00.000001"), "7", "v.day", "0");
    story_expect(&story, instant("2016-11-07 05:30:00.000001"), "7", "v.calendar", "1");
    story_expect(&story, instant("2016-11-07 06:30:00"), "7", "v.calendar", "1");
    story_expect(&story, instant("2016-11-07 06:30:00.000001"), "7", "v.calendar", "0");
    story_end(&story);
}

static void case_21_zone_of_the_host_does_not_show(void **state)
{
    static const char *const ZONES[] = {"UTC", "America/New_York", "Asia/Kathmandu", ":nowhere"};
    const char *had = getenv("TZ");
    for (size_t i = 0; i < COUNT_OF(ZONES); i++) {
        assert_int_equal(setenv("TZ", ZONES[i], 1), 0);
        tzset();
        case_21_clocks_that_go_forward(state);
        case_21_clocks_that_go_back(state);
    }
    assert_int_equal(had == NULL ? unsetenv("TZ") : setenv("TZ", had, 1), 0);
    tzset();
}

static void case_21_leap_day_and_months_of_different_length(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "events", "k int64, d date", "d", "d", "");
    story_request(&story, "k int64");
    story_view(&story, "v", "events", "k");
    story_column(&story, "month", "count() over 1 calendar month");
    story_column(&story, "year", "count() over 1 calendar year");
    story_column(&story, "day", "day(last(d))");
    story_row(&story, "7 | 16860"); // 2016-02-29
    story_row(&story, "7 | 16861"); // 2016-03-01
    story_expect(&story, instant("2016-03-01"), "7", "v.day", "29");
    story_expect(&story, instant("2016-03-29"), "7", "v.month", "2");
    story_expect(&story, instant("2016-03-29 00:00:00.000001"), "7", "v.month", "1");
    // A month before 31 March is 29 February, at the same time of day.
    story_expect(&story, instant("2016-03-31"), "7", "v.month", "2");
    story_expect(&story, instant("2016-03-31 00:00:00.000001"), "7", "v.month", "1");
    story_expect(&story, instant("2016-04-01"), "7", "v.month", "1");
    story_expect(&story, instant("2016-04-01 00:00:00.000001"), "7", "v.month", "0");
    // A year before 28 February 2017 is 28 February 2016.
    story_expect(&story, instant("2017-02-28"), "7", "v.year", "2");
    story_expect(&story, instant("2017-03-01"), "7", "v.year", "1");
    story_expect(&story, instant("2017-03-01 00:00:00.000001"), "7", "v.year", "0");
    story_end(&story);
}

static void case_22_units_mix(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "fine", "k int64, t timestamp_ns, x float64", "t", "t", "");
    story_source(&story, "coarse", "k int64, t timestamp_ms, x float64", "t", "t", "");
    story_row_of(&story, 0, "7 | 5000001 | 1"); // 5.000001 ms: time 5000 us, known 5001 us
    story_row_of(&story, 1, "7 | 5 | 2");       // 5 ms
    story_request(&story, "k int64");
    story_view(&story, "fine", "fine", "k");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "tail", "sum(x) over 10us");
    story_view(&story, "coarse", "coarse", "k");
    story_column(&story, "sum", "sum(x)");
    story_column(&story, "both", "sum(x) + fine.sum");
    story_expect(&story, 5000, "7", "coarse.sum", "null");
    story_expect(&story, 5001, "7", "coarse.sum", "2");
    story_expect(&story, 5001, "7", "fine.sum", "null");
    story_expect(&story, 5002, "7", "fine.sum", "1");
    story_expect(&story, 5002, "7", "coarse.both", "3");
    story_expect(&story, 5010, "7", "fine.tail", "1");
    story_expect(&story, 5011, "7", "fine.tail", "null");
    story_end(&story);
}

static void case_22_before_1970_and_far_in_the_future(void **state)
{
    Story story;
    plain(&story, state);
    story_column(&story, "n", "count()");
    story_column(&story, "day", "count() over 1d");
    story_column(&story, "hop", "count() over 1h step 1h");
    story_row(&story, "7 | -1 | 1");                   // the last microsecond of 1969
    story_row(&story, "7 | -9223372036854775807 | 1"); // the year -290308
    story_row(&story, "7 | 9223372036854775806 | 1");  // the year 294247
    story_row(&story, "7 | 253402300800000000 | 1");   // the year 10000
    story_expect(&story, 0, "7", "v.n", "2");
    story_expect(&story, 0, "7", "v.day", "1");
    story_expect(&story, 0, "7", "v.hop", "1");
    story_expect(&story, -1, "7", "v.hop", "0");
    story_expect(&story, -1, "7", "v.n", "1");
    story_expect(&story, INT64_MIN + 1, "7", "v.n", "0");
    story_expect(&story, INT64_MIN + 2, "7", "v.n", "1");
    story_expect(&story, INT64_MIN + 2, "7", "v.day", "1");
    story_expect(&story, 253402300800000001, "7", "v.day", "1");
    story_expect(&story, INT64_MAX, "7", "v.n", "4");
    story_expect(&story, INT64_MAX, "7", "v.day", "1");
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(case_1_event_at_the_labels_own_moment),
        TEST_IN_DIRECTORY(case_2_request_row_is_itself_an_event),
        TEST_IN_DIRECTORY(case_3_time_to_live_to_the_tick),
        TEST_IN_DIRECTORY(case_4_window_tail_on_and_off_whole_steps),
        TEST_IN_DIRECTORY(case_9_late_event_joins_windows_that_were_asked_before),
        TEST_IN_DIRECTORY(case_10_what_is_known_after_the_label_never_leaks),
        TEST_IN_DIRECTORY(case_10_row_without_a_known_time_is_refused),
        TEST_IN_DIRECTORY(case_21_clocks_that_go_forward),
        TEST_IN_DIRECTORY(case_21_clocks_that_go_back),
        TEST_IN_DIRECTORY(case_21_zone_of_the_host_does_not_show),
        TEST_IN_DIRECTORY(case_21_leap_day_and_months_of_different_length),
        TEST_IN_DIRECTORY(case_22_units_mix),
        TEST_IN_DIRECTORY(case_22_before_1970_and_far_in_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
