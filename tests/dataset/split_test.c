#include "dataset/split.h"

#include "support/test.h"

enum { EXAMPLES_MAX = 16 };

/// A few examples by hand; label i is 1 unless made null.
typedef struct Case {
    Examples examples;
    int64_t at[EXAMPLES_MAX];
    int64_t label_known[EXAMPLES_MAX];
    Split splits[EXAMPLES_MAX];
    SplitReport report;
} Case;

static void case_deinit(Case *test)
{
    column_deinit(&test->examples.label);
}

static void case_add(Case *test, int64_t at, int64_t label_known)
{
    Error err = {0};
    size_t i = test->examples.count++;
    assert_true(i < EXAMPLES_MAX);
    test->at[i] = at;
    test->label_known[i] = label_known;
    test->examples.label.type = TYPE_OF(TYPE_FLOAT64);
    ASSERT_OK(column_push_float(&test->examples.label, 1, &err), err);
}

static bool case_split(Case *test, const SplitOptions *options, int64_t as_of, Error *err)
{
    test->examples.at = test->at;
    test->examples.label_known = test->label_known;
    return split_examples(&test->examples, options, as_of, test->splits, &test->report, err);
}

/// Train before 100, validation before 200, test from 200 on; each has one example that is safely in.
static void case_borders(Case *test)
{
    case_add(test, 10, 11);
    case_add(test, 150, 151);
    case_add(test, 210, 211);
}

static const SplitOptions BORDERS = {.by_instant = true, .t1_us = 100, .t2_us = 200};
static const SplitOptions SHARES = {.train = 0.7, .validation = 0.15, .test = 0.15};

/// The split of one more example among those of case_borders.
static Split split_of(int64_t at, int64_t label_known, int64_t gap, int64_t as_of, SplitReport *report)
{
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    SplitOptions options = BORDERS;
    options.gap_us = gap;
    case_borders(&test);
    test.label_known[0] = 11 - gap;
    case_add(&test, at, label_known);
    ASSERT_OK(case_split(&test, &options, as_of, &err), err);
    *report = test.report;
    return test.splits[3];
}

static void label_never_sees_its_own_moment(void **state)
{
    UNUSED(state);
    SplitReport report = {0};
    assert_int_equal(split_of(250, 499, 0, 500, &report), SPLIT_TEST);
    assert_int_equal(split_of(250, 500, 0, 500, &report), SPLIT_NONE);
    assert_int_equal(report.label_unknown, 1);
    assert_int_equal(split_of(250, 501, 0, 500, &report), SPLIT_NONE);
    assert_int_equal(report.label_unknown, 1);
}

static void a_training_label_is_known_by_t1(void **state)
{
    UNUSED(state);
    SplitReport report = {0};
    assert_int_equal(split_of(50, 99, 0, 500, &report), SPLIT_TRAIN);
    assert_int_equal(split_of(50, 100, 0, 500, &report), SPLIT_TRAIN);
    assert_int_equal(split_of(50, 101, 0, 500, &report), SPLIT_NONE);
    assert_int_equal(report.label_late, 1);
}

static void the_gap_keeps_labels_away_from_the_next_split(void **state)
{
    UNUSED(state);
    SplitReport report = {0};
    assert_int_equal(split_of(50, 89, 10, 500, &report), SPLIT_TRAIN);
    assert_int_equal(split_of(50, 90, 10, 500, &report), SPLIT_TRAIN);
    assert_int_equal(split_of(50, 91, 10, 500, &report), SPLIT_NONE);
    assert_int_equal(split_of(160, 190, 10, 500, &report), SPLIT_VALIDATION);
    assert_int_equal(split_of(160, 191, 10, 500, &report), SPLIT_NONE);
    assert_int_equal(report.label_late, 1);
}

static void the_gap_does_not_shorten_the_test(void **state)
{
    UNUSED(state);
    SplitReport report = {0};
    assert_int_equal(split_of(250, 499, 10, 500, &report), SPLIT_TEST);
}

static void a_border_belongs_to_the_later_split(void **state)
{
    UNUSED(state);
    SplitReport report = {0};
    assert_int_equal(split_of(99, 100, 0, 500, &report), SPLIT_TRAIN);
    assert_int_equal(split_of(100, 101, 0, 500, &report), SPLIT_VALIDATION);
    assert_int_equal(split_of(199, 200, 0, 500, &report), SPLIT_VALIDATION);
    assert_int_equal(split_of(200, 201, 0, 500, &report), SPLIT_TEST);
}

static void a_label_that_is_never_known_is_in_no_split(void **state)
{
    UNUSED(state);
    SplitReport report = {0};
    assert_int_equal(split_of(50, INT64_MAX, 10, INT64_MAX, &report), SPLIT_NONE);
    assert_int_equal(report.label_unknown, 1);
    assert_int_equal(split_of(50, INT64_MAX - 1, 10, INT64_MAX, &report), SPLIT_NONE);
    assert_int_equal(report.label_late, 1);
}

static void a_null_label_is_counted_and_excluded(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    case_borders(&test);
    case_add(&test, 50, 60);
    ASSERT_OK(column_set_null(&test.examples.label, 3, &err), err);
    ASSERT_OK(case_split(&test, &BORDERS, 500, &err), err);
    assert_int_equal(test.splits[3], SPLIT_NONE);
    assert_int_equal(test.report.label_null, 1);
    assert_int_equal(test.report.counts[SPLIT_NONE], 1);
    assert_int_equal(test.report.counts[SPLIT_TRAIN], 1);
}

static void shares_cut_at_the_rank_after_them(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    for (int64_t i = 1; i <= 10; i++) case_add(&test, 10 * i, 10 * i);
    ASSERT_OK(case_split(&test, &SHARES, 500, &err), err);
    assert_int_equal(test.report.t1_us, 80);  // rank 7 + 1
    assert_int_equal(test.report.t2_us, 100); // ceil(8.5) + 1
    assert_int_equal(test.report.counts[SPLIT_TRAIN], 7);
    assert_int_equal(test.report.counts[SPLIT_VALIDATION], 2);
    assert_int_equal(test.report.counts[SPLIT_TEST], 1);
}

/// 0.1 + 0.2 is a little more than 0.3 in doubles; three tenths of ten are three all the same.
static void shares_are_not_rounded_up_by_their_doubles(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    const SplitOptions options = {.train = 0.1, .validation = 0.2, .test = 0.7};
    for (int64_t i = 1; i <= 10; i++) case_add(&test, i, i);
    ASSERT_OK(case_split(&test, &options, 500, &err), err);
    assert_int_equal(test.report.t1_us, 2);
    assert_int_equal(test.report.t2_us, 4);
}

static void ties_at_t1_stay_together(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    const int64_t at[] = {1, 2, 3, 4, 5, 7, 7, 7, 8, 9};
    for (size_t i = 0; i < COUNT_OF(at); i++) case_add(&test, at[i], at[i]);
    ASSERT_OK(case_split(&test, &SHARES, 500, &err), err);
    assert_int_equal(test.report.t1_us, 7);
    for (size_t i = 5; i < 8; i++) assert_int_equal(test.splits[i], SPLIT_VALIDATION);
    assert_int_equal(test.report.counts[SPLIT_TRAIN], 5);
}

static void without_validation_test_begins_where_training_ends(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    const SplitOptions options = {.train = 0.5, .test = 0.5};
    for (int64_t i = 1; i <= 4; i++) case_add(&test, i, i);
    ASSERT_OK(case_split(&test, &options, 500, &err), err);
    assert_int_equal(test.report.t1_us, test.report.t2_us);
    assert_int_equal(test.report.counts[SPLIT_VALIDATION], 0);
    assert_int_equal(test.report.counts[SPLIT_TEST], 2);
}

static void an_empty_split_says_where_the_examples_went(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case early = {0};
    case_add(&early, 10, 20);
    case_add(&early, 20, 150);
    ASSERT_FAILS(case_split(&early, &BORDERS, 500, &err), err, ERROR_DATA,
                 "the test split is empty: of 2 examples, 1 are in train");
    AUTO(case_deinit) Case late = {0};
    case_add(&late, 10, 500);
    case_add(&late, 210, 220);
    ASSERT_FAILS(case_split(&late, &BORDERS, 500, &err), err, ERROR_DATA,
                 "1 whose label is not known before 1970-01-01T00:00:00.000500Z");
    AUTO(case_deinit) Case none = {0};
    ASSERT_FAILS(case_split(&none, &SHARES, 500, &err), err, ERROR_DATA, "the train split is empty: of 0 examples");
}

static void shares_that_do_not_add_up_are_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(case_deinit) Case test = {0};
    const SplitOptions more = {.train = 0.7, .validation = 0.2, .test = 0.2};
    const SplitOptions negative = {.train = 1.2, .validation = -0.4, .test = 0.2};
    const SplitOptions backward = {.by_instant = true, .t1_us = 200, .t2_us = 100};
    SplitOptions gap = SHARES;
    gap.gap_us = -1;
    case_borders(&test);
    ASSERT_FAILS(case_split(&test, &more, 500, &err), err, ERROR_CONFIG, "do not add up to 1");
    ASSERT_FAILS(case_split(&test, &negative, 500, &err), err, ERROR_CONFIG, "do not add up to 1");
    ASSERT_FAILS(case_split(&test, &backward, 500, &err), err, ERROR_CONFIG, "test begins at");
    ASSERT_FAILS(case_split(&test, &gap, 500, &err), err, ERROR_CONFIG, "negative");
}

static bool split_work(void *context, Error *err)
{
    return case_split(context, &SHARES, 500, err);
}

static void a_split_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(case_deinit) Case test = {0};
    for (int64_t i = 1; i <= 10; i++) case_add(&test, i, i);
    for_each_allocation_failure(split_work, &test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_never_sees_its_own_moment),
        cmocka_unit_test(a_training_label_is_known_by_t1),
        cmocka_unit_test(the_gap_keeps_labels_away_from_the_next_split),
        cmocka_unit_test(the_gap_does_not_shorten_the_test),
        cmocka_unit_test(a_border_belongs_to_the_later_split),
        cmocka_unit_test(a_label_that_is_never_known_is_in_no_split),
        cmocka_unit_test(a_null_label_is_counted_and_excluded),
        cmocka_unit_test(shares_cut_at_the_rank_after_them),
        cmocka_unit_test(shares_are_not_rounded_up_by_their_doubles),
        cmocka_unit_test(ties_at_t1_stay_together),
        cmocka_unit_test(without_validation_test_begins_where_training_ends),
        cmocka_unit_test(an_empty_split_says_where_the_examples_went),
        cmocka_unit_test(shares_that_do_not_add_up_are_refused),
        cmocka_unit_test(a_split_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
