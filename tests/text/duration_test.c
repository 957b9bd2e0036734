#include "support/test.h"
#include "text/duration.h"

static void units_add_up(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        int64_t us;
    } CASES[] = {
        {"1h", MICROSECONDS_PER_HOUR},
        {"7d", 7 * MICROSECONDS_PER_DAY},
        {"90s", 90 * MICROSECONDS_PER_SECOND},
        {"500ms", 500 * MICROSECONDS_PER_MILLISECOND},
        {"10us", 10},
        {"1h30m", 90 * MICROSECONDS_PER_MINUTE},
        {"2w", 14 * MICROSECONDS_PER_DAY},
        {"1w2d3h4m5s6ms7us", INT64_C(788645006007)},
        {"9223372036854775807us", INT64_MAX},
        {"0d1us", 1},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        int64_t us = 0;
        ASSERT_OK(duration_parse(str_from(CASES[i].text), &us, &err), err);
        assert_true(us == CASES[i].us);
    }
}

static void what_is_no_duration_is_refused_with_the_reason(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        const char *error;
    } CASES[] = {
        {"", "bad duration '': a number and a unit are expected, as in 1h30m"},
        {"h", "bad duration 'h': a number and a unit are expected, as in 1h30m"},
        {"90", "bad duration '90': a unit is missing; units are w, d, h, m, s, ms, us"},
        {"0", "bad duration '0': it must be longer than zero"},
        {"0d", "bad duration '0d': it must be longer than zero"},
        {"-1h", "bad duration '-1h': it must not be negative"},
        {"1.5h", "bad duration '1.5h': whole numbers only, as in 1h30m"},
        {"30m1h", "bad duration '30m1h': units go from the greatest to the smallest, each at most once, as in 1h30m"},
        {"1h1h", "bad duration '1h1h': units go from the greatest to the smallest, each at most once, as in 1h30m"},
        {"3y", "bad duration '3y': unknown unit; units are w, d, h, m, s, ms, us"},
        {"1 h", "bad duration '1 h': unknown unit; units are w, d, h, m, s, ms, us"},
        {"9223372036854775808us", "bad duration '9223372036854775808us': too long"},
        {"99999999999999999999d", "bad duration '99999999999999999999d': too long"},
        {"106751991d4h1s1000000000ms", "bad duration '106751991d4h1s1000000000ms': too long"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        int64_t us = 42;
        assert_false(duration_parse(str_from(CASES[i].text), &us, &err));
        assert_string_equal(err.text, CASES[i].error);
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_true(us == 42);
    }
}

static void zero_is_allowed_where_it_is_asked_for(void **state)
{
    UNUSED(state);
    Error err = {0};
    int64_t us = 42;
    ASSERT_OK(duration_parse_or_zero(STR("0"), &us, &err), err);
    assert_true(us == 0);
    ASSERT_OK(duration_parse_or_zero(STR("0s"), &us, &err), err);
    assert_true(us == 0);
    ASSERT_FAILS(duration_parse_or_zero(STR("00"), &us, &err), err, ERROR_CONFIG, "a unit is missing");
}

static void formatted_durations_are_read_back(void **state)
{
    UNUSED(state);
    uint64_t seed = 11;
    for (int i = 0; i < 100000; i++) {
        Error err = {0};
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t us = (int64_t)((seed >> 1) >> (i % 60));
        int64_t back = -1;
        ASSERT_OK(duration_parse_or_zero(str_from(duration_format(us).text), &back, &err), err);
        assert_true(back == us);
    }
    assert_string_equal(duration_format(7 * MICROSECONDS_PER_DAY).text, "7d");
    assert_string_equal(duration_format(0).text, "0s");
    assert_string_equal(duration_format(-90 * MICROSECONDS_PER_SECOND).text, "-1m30s");
    assert_string_equal(duration_format(INT64_MIN).text, "-106751991d4h54s775ms808us");
}

static void short_durations_are_for_people(void **state)
{
    UNUSED(state);
    assert_string_equal(duration_format_short(7).text, "7us");
    assert_string_equal(duration_format_short(310400).text, "310ms");
    assert_string_equal(duration_format_short(999700).text, "1.0s");
    assert_string_equal(duration_format_short(1449999).text, "1.4s");
    assert_string_equal(duration_format_short(83 * MICROSECONDS_PER_SECOND + 1).text, "1m23s");
    assert_string_equal(duration_format_short(133 * MICROSECONDS_PER_MINUTE + 7).text, "2h13m");
    assert_string_equal(duration_format_short(49 * MICROSECONDS_PER_HOUR).text, "2d1h");
    assert_string_equal(duration_format_short(INT64_MAX).text, "106751991d4h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_add_up),
        cmocka_unit_test(what_is_no_duration_is_refused_with_the_reason),
        cmocka_unit_test(zero_is_allowed_where_it_is_asked_for),
        cmocka_unit_test(formatted_durations_are_read_back),
        cmocka_unit_test(short_durations_are_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
