/// The cases of rows, expected values by hand: ties, repeats, corrections, retractions, moves. Asked as the cases of time are.
#include "naive/served.h"
#include "support/test_directory.h"

/// events(id, k, t, seen, x, gone), keyed by id.
static void keyed(Story *story, void **state)
{
    story_begin_served(story, state);
    story_source(story, "events", "id int64, k int64, t timestamp_us, seen timestamp_us, x int64, gone bool", "t",
                 "seen", "id");
    story_deleted(story, "gone");
    story_request(story, "k int64");
    story_view(story, "v", "events", "k");
    story_column(story, "n", "count()");
    story_column(story, "sum", "sum(x)");
    story_column(story, "first", "first(x)");
    story_column(story, "last", "last(x)");
    story_column(story, "min", "min(x)");
    story_column(story, "max", "max(x)");
    story_column(story, "recent", "count() over 10us");
}

static void case_5_ties_in_every_order_of_arrival(void **state)
{
    static const char *const ROWS[] = {"1 | 7 | 10 | 10 | 5 | false", "2 | 7 | 10 | 10 | 3 | false",
                                       "3 | 7 | 10 | 10 | 4 | false"};
    static const size_t ORDERS[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t i = 0; i < COUNT_OF(ORDERS); i++) {
        Story story;
        keyed(&story, state);
        for (size_t j = 0; j < 3; j++) story_row(&story, ROWS[ORDERS[i][j]]);
        // Equal time and known: the key decides.
        story_expect(&story, 11, "7", "v.first", "5");
        story_expect(&story, 11, "7", "v.last", "4");
        story_expect(&story, 11, "7", "v.sum", "12");
        story_end(&story);
    }
}

static void case_6_correction_is_served_from_when_it_is_known(void **state)
{
    Story story;
    keyed(&story, state);
    story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_row(&story, "1 | 7 | 10 | 20 | 9 | false");
    story_row(&story, "2 | 7 | 10 | 15 | 1 | false"); // the same time, known later
    story_expect(&story, 12, "7", "v.last", "5");
    story_expect(&story, 15, "7", "v.last", "5");
    story_expect(&story, 16, "7", "v.last", "1");
    story_expect(&story, 20, "7", "v.sum", "6");
    story_expect(&story, 20, "7", "v.last", "1");
    // Corrected, row 1 is known last, so it stands last.
    story_expect(&story, 21, "7", "v.sum", "10");
    story_expect(&story, 21, "7", "v.last", "9");
    story_expect(&story, 21, "7", "v.n", "2");
    story_end(&story);
}

static void case_7_exact_repeats_count_once_with_an_id(void **state)
{
    Story story;
    keyed(&story, state);
    for (size_t i = 0; i < 3; i++) story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_expect(&story, 11, "7", "v.n", "1");
    story_expect(&story, 11, "7", "v.sum", "5");
    story_end(&story);
}

static void case_7_exact_repeats_all_count_without_an_id(void **state)
{
    Story story;
    story_begin_served(&story, state);
    story_source(&story, "events", "k int64, t timestamp_us, x int64", "t", "t", "");
    story_request(&story, "k int64");
    story_view(&story, "v", "events", "k");
    story_column(&story, "n", "count()");
    story_column(&story, "sum", "sum(x)");
    for (size_t i = 0; i < 3; i++) story_row(&story, "7 | 10 | 5");
    story_expect(&story, 11, "7", "v.n", "3");
    story_expect(&story, 11, "7", "v.sum", "15");
    story_end(&story);
}

static void case_8_repeated_labels_keep_count_order_and_payload(void **state)
{
    static const int64_t AT[] = {21, 11, 21, 11, 21};
    static const char *const INPUTS[] = {"7 | 100", "7 | 200", "7 | 100", "8 | 300", "7 | 400"};
    static const char *const SUMS[] = {"7", "5", "7", "null", "7"};
    static const char *const PAYLOADS[] = {"101", "201", "101", "301", "401"};
    Story story;
    keyed(&story, state);
    story_input(&story, "payload", "int64");
    story_column(&story, "payload_and_one", "payload + 1");
    story_request(&story, "k int64, payload int64");
    story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_row(&story, "2 | 7 | 20 | 20 | 2 | false");
    story_expect_each(&story, COUNT_OF(AT), AT, INPUTS, "v.sum", SUMS);
    story_expect_each(&story, COUNT_OF(AT), AT, INPUTS, "v.payload_and_one", PAYLOADS);
    story_end(&story);
}

static void case_11_backfill_that_overlaps_the_stream_counts_once(void **state)
{
    Story story;
    keyed(&story, state);
    // The stream, then the backfill of the same rows, loaded later: 2 and 3 are in both.
    story_row(&story, "2 | 7 | 20 | 21 | 2 | false");
    story_row(&story, "3 | 7 | 30 | 31 | 4 | false");
    story_row(&story, "1 | 7 | 10 | 90 | 1 | false");
    story_row(&story, "2 | 7 | 20 | 90 | 2 | false");
    story_row(&story, "3 | 7 | 30 | 90 | 4 | false");
    story_expect(&story, 40, "7", "v.n", "2");
    story_expect(&story, 40, "7", "v.sum", "6");
    story_expect(&story, 90, "7", "v.n", "2");
    story_expect(&story, 91, "7", "v.n", "3");
    story_expect(&story, 91, "7", "v.sum", "7");
    story_expect(&story, 91, "7", "v.last", "4");
    story_end(&story);
}

static void case_12_stale_upload_does_not_replace_what_is_newer(void **state)
{
    Story story;
    keyed(&story, state);
    story_row(&story, "1 | 7 | 10 | 50 | 9 | false");
    story_row(&story, "1 | 7 | 10 | 20 | 5 | false"); // arrives after, was known before
    story_row(&story, "1 | 7 | 10 | 10 | 1 | false");
    story_expect(&story, 11, "7", "v.last", "1");
    story_expect(&story, 21, "7", "v.last", "5");
    story_expect(&story, 51, "7", "v.last", "9");
    story_expect(&story, 51, "7", "v.n", "1");
    story_end(&story);
}

static void case_13_retraction_of_what_stands_at_the_ends(void **state)
{
    Story story;
    keyed(&story, state);
    story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_row(&story, "2 | 7 | 20 | 20 | 1 | false"); // the least
    story_row(&story, "3 | 7 | 30 | 30 | 9 | false"); // the greatest and last
    story_row(&story, "2 | 7 | 20 | 40 | 1 | true");
    story_row(&story, "3 | 7 | 30 | 50 | 9 | true");
    story_row(&story, "1 | 7 | 10 | 60 | 5 | true");
    story_expect(&story, 40, "7", "v.min", "1");
    story_expect(&story, 41, "7", "v.min", "5");
    story_expect(&story, 41, "7", "v.max", "9");
    story_expect(&story, 50, "7", "v.last", "9");
    story_expect(&story, 51, "7", "v.last", "5");
    story_expect(&story, 51, "7", "v.max", "5");
    story_expect(&story, 60, "7", "v.n", "1");
    story_expect(&story, 61, "7", "v.n", "0");
    story_expect(&story, 61, "7", "v.max", "null");
    story_end(&story);
}

static void case_13_retraction_of_distinct_values_and_of_the_greatest_two(void **state)
{
    Story story;
    keyed(&story, state);
    story_column(&story, "distinct", "distinct(x)");
    story_column(&story, "about", "approx_distinct(x)");
    story_column(&story, "top", "top_k(x, 2)");
    story_column(&story, "counts", "value_counts(x)");
    story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_row(&story, "2 | 7 | 20 | 20 | 5 | false");
    story_row(&story, "3 | 7 | 30 | 30 | 9 | false");
    story_row(&story, "2 | 7 | 20 | 40 | 5 | true"); // another 5 is left
    story_row(&story, "3 | 7 | 30 | 50 | 9 | true"); // no 9 is
    story_expect(&story, 40, "7", "v.distinct", "2");
    story_expect(&story, 40, "7", "v.top", "[9,5]");
    story_expect(&story, 41, "7", "v.distinct", "2");
    story_expect(&story, 51, "7", "v.distinct", "1");
    story_expect(&story, 51, "7", "v.about", "1");
    story_expect(&story, 51, "7", "v.top", "[5]");
    story_expect(&story, 40, "7", "v.counts", "{\"5\":2,\"9\":1}");
    story_expect(&story, 51, "7", "v.counts", "{\"5\":1}");
    story_end(&story);
}

static void case_14_update_moves_an_event_between_keys(void **state)
{
    Story story;
    keyed(&story, state);
    story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_row(&story, "2 | 7 | 11 | 11 | 1 | false");
    story_row(&story, "1 | 8 | 10 | 20 | 5 | false"); // it was of 8
    story_row(&story, "1 | 7 | 10 | 30 | 5 | false"); // no, of 7
    story_expect(&story, 20, "7", "v.sum", "6");
    story_expect(&story, 20, "8", "v.n", "0");
    story_expect(&story, 21, "7", "v.sum", "1");
    story_expect(&story, 21, "8", "v.sum", "5");
    story_expect(&story, 30, "8", "v.sum", "5");
    story_expect(&story, 31, "7", "v.sum", "6");
    story_expect(&story, 31, "8", "v.sum", "null");
    story_expect_status(&story, 21, "8", 0, ENTITY_KNOWN);
    story_expect_status(&story, 31, "8", 0, ENTITY_UNKNOWN);
    story_end(&story);
}

static void case_14_update_moves_an_event_between_windows(void **state)
{
    Story story;
    keyed(&story, state);
    story_row(&story, "1 | 7 | 10 | 10 | 5 | false");
    story_row(&story, "1 | 7 | 25 | 30 | 5 | false"); // it happened at 25
    story_expect(&story, 20, "7", "v.recent", "1");
    story_expect(&story, 21, "7", "v.recent", "0");
    story_expect(&story, 30, "7", "v.recent", "0");
    story_expect(&story, 31, "7", "v.recent", "1");
    story_expect(&story, 35, "7", "v.recent", "1");
    story_expect(&story, 36, "7", "v.recent", "0");
    story_expect(&story, 36, "7", "v.n", "1");
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(case_5_ties_in_every_order_of_arrival),
        TEST_IN_DIRECTORY(case_6_correction_is_served_from_when_it_is_known),
        TEST_IN_DIRECTORY(case_7_exact_repeats_count_once_with_an_id),
        TEST_IN_DIRECTORY(case_7_exact_repeats_all_count_without_an_id),
        TEST_IN_DIRECTORY(case_8_repeated_labels_keep_count_order_and_payload),
        TEST_IN_DIRECTORY(case_11_backfill_that_overlaps_the_stream_counts_once),
        TEST_IN_DIRECTORY(case_12_stale_upload_does_not_replace_what_is_newer),
        TEST_IN_DIRECTORY(case_13_retraction_of_what_stands_at_the_ends),
        TEST_IN_DIRECTORY(case_13_retraction_of_distinct_values_and_of_the_greatest_two),
        TEST_IN_DIRECTORY(case_14_update_moves_an_event_between_keys),
        TEST_IN_DIRECTORY(case_14_update_moves_an_event_between_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
