#include "lake/text_value_internal.h"
#include "support/test.h"

/// The type of a column that holds the texts, which end in a NULL.
static void assert_kind(const char *expected, const char *const *texts)
{
    char name[TYPE_NAME_BYTES_MAX];
    uint32_t kinds = TEXT_ANY;
    for (; *texts != NULL; texts++) kinds = text_narrow_kinds(kinds, str_from(*texts));
    type_name(text_type_of_kinds(kinds), name);
    assert_string_equal(name, expected);
}

#define ASSERT_KIND(expected, ...) assert_kind(expected, (const char *const[]){__VA_ARGS__, NULL})

static void numbers_are_as_narrow_as_all_values_allow(void **state)
{
    UNUSED(state);
    ASSERT_KIND("int64", "1", "-2", " 3 ", "");
    ASSERT_KIND("int64", "9223372036854775807", "-9223372036854775808");
    ASSERT_KIND("decimal(38,0)", "1", "9223372036854775808");
    ASSERT_KIND("float64", "1", "1.5");
    ASSERT_KIND("float64", "9223372036854775808", "0.5");
    ASSERT_KIND("float64", "1e3", "NaN", "-Infinity");
    ASSERT_KIND("string", "1", "x");
    ASSERT_KIND("string", "0x10");
    ASSERT_KIND("string", "1,5");
}

static void booleans_are_words(void **state)
{
    UNUSED(state);
    ASSERT_KIND("bool", "true", "FALSE", "True");
    ASSERT_KIND("string", "true", "1");
    ASSERT_KIND("string", "Y", "N");
}

static void times_are_iso_only(void **state)
{
    UNUSED(state);
    ASSERT_KIND("date", "2016-01-22", "1969-12-31");
    ASSERT_KIND("timestamp_us", "2016-01-22", "2016-01-22 16:01:00");
    ASSERT_KIND("timestamp_us", "2016-01-22T16:01:00.123456");
    ASSERT_KIND("timestamp_ns", "2016-01-22 16:01:00.123456789", "2016-01-22");
    ASSERT_KIND("timestamp_us with time zone", "2016-01-22T16:01:00Z", "2016-01-22 16:01:00+01");
    ASSERT_KIND("timestamp_ns with time zone", "2016-01-22T16:01:00.1234567Z");
    ASSERT_KIND("string", "01/02/2016");
    ASSERT_KIND("string", "2016-13-01 00:00:00");
    ASSERT_KIND("string", "12:00:00");
}

static void mixing_local_times_and_instants_is_text(void **state)
{
    UNUSED(state);
    ASSERT_KIND("string", "2016-01-22 16:01:00", "2016-01-22 16:01:00Z");
    ASSERT_KIND("string", "2016-01-22", "2016-01-22 16:01:00Z");
}

static void nanoseconds_beyond_their_range_are_text(void **state)
{
    UNUSED(state);
    ASSERT_KIND("string", "2016-01-22 16:01:00.123456789", "2300-01-01 00:00:00");
    ASSERT_KIND("timestamp_us", "2300-01-01 00:00:00", "2016-01-22 16:01:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_narrow_as_all_values_allow),
        cmocka_unit_test(booleans_are_words),
        cmocka_unit_test(times_are_iso_only),
        cmocka_unit_test(mixing_local_times_and_instants_is_text),
        cmocka_unit_test(nanoseconds_beyond_their_range_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
