#include "support/fit_case.h"

#include "number/float_order.h"
#include "number/pinned.h"
#include "support/test.h"

static const char *const TEXTS[] = {"Rain rain sun", "sun, wind", "sun", NULL, "hail", ""};
enum { TEXT_COUNT = COUNT_OF(TEXTS), TRAINING = 4 };

static void check_value(const FitCase *fit, const char *column, size_t row, double expected)
{
    double value = fit_case_value(fit, column, row);
    if (float_bits(value) != float_bits(expected))
        fail_msg("%s, row %zu: %.17g, not %.17g", column, row, value, expected);
}

static void words_weigh_by_how_rare_they_are(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    fit_case_texts(&fit, "trip.note", TEXTS, TEXT_COUNT);
    fit_case_transform(&fit, "note", "tf_idf(trip.note)");
    fit_case_run(&fit, TRAINING);
    assert_int_equal(fit.fitting.plan.feature_count, 3);
    ASSERT_STR(fit.fitting.plan.features[0].name, "note_sun");
    ASSERT_STR(fit.fitting.plan.features[1].name, "note_rain");
    ASSERT_STR(fit.fitting.plan.features[2].name, "note_wind");

    double sun = 1;
    double rain = pinned_log(4.0 / 2) + 1;
    double length = pinned_sqrt(sun * sun + (2 * rain) * (2 * rain));
    check_value(&fit, "note_sun", 0, sun / length);
    check_value(&fit, "note_rain", 0, 2 * rain / length);
    check_value(&fit, "note_wind", 0, 0);
    check_value(&fit, "note_sun", 2, 1);
    check_value(&fit, "note_sun", 3, float_nan());
    check_value(&fit, "note_sun", 4, 0);
    check_value(&fit, "note_rain", 5, 0);
}

static void words_are_chosen_by_the_texts_that_have_them(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    fit_case_texts(&fit, "trip.note", TEXTS, TEXT_COUNT);
    fit_case_transform(&fit, "one", "tf_idf(trip.note, 1)");
    fit_case_transform(&fit, "often", "tf_idf(trip.note, 10, 2)");
    fit_case_run(&fit, TRAINING);
    assert_int_equal(fit.fitting.plan.feature_count, 2);
    ASSERT_STR(fit.fitting.plan.features[0].name, "one_sun");
    ASSERT_STR(fit.fitting.plan.features[1].name, "often_sun");
}

static void texts_without_words_are_refused(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    const char *const texts[] = {"", NULL, "--"};
    fit_case_texts(&fit, "trip.note", texts, 3);
    fit_case_transform(&fit, "note", "tf_idf(trip.note)");
    ASSERT_FAILS(fit_case_try(&fit, 3, &err), err, ERROR_DATA, "no training row has a word");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_weigh_by_how_rare_they_are),
        cmocka_unit_test(words_are_chosen_by_the_texts_that_have_them),
        cmocka_unit_test(texts_without_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
