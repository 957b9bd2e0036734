#include "sys/log.h"

#include "support/test.h"
#include "support/test_clock.h"

typedef struct LogFixture {
    TestClock clock;
    Log log;
    char text[3 * LOG_LINE_BYTES_MAX];
} LogFixture;

static LogFixture fixture;

static int open_log(void **state)
{
    UNUSED(state);
    test_clock_init(&fixture.clock, INT64_C(1456790399000123));
    fixture.log = (Log){.stream = tmpfile(), .clock = &fixture.clock.clock, .level = LOG_LEVEL_INFO};
    assert_non_null(fixture.log.stream);
    return 0;
}

static int close_log(void **state)
{
    UNUSED(state);
    return fclose(fixture.log.stream);
}

/// All that was written.
static const char *logged(void)
{
    rewind(fixture.log.stream);
    size_t size = fread(fixture.text, 1, sizeof(fixture.text) - 1, fixture.log.stream);
    fixture.text[size] = '\0';
    return fixture.text;
}

static void lines_for_people_carry_time_and_level(void **state)
{
    UNUSED(state);
    log_write(&fixture.log, LOG_LEVEL_DEBUG, "not this");
    log_write(&fixture.log, LOG_LEVEL_WARNING, "%d rows\nleft", 7);
    const LogField field = {"step", STR("train")};
    log_write_fields(&fixture.log, LOG_LEVEL_INFO, STR("done"), &field, 1);
    assert_string_equal(logged(), "2016-02-29T23:59:59.000123Z warning 7 rows left\n"
                                  "2016-02-29T23:59:59.000123Z info done step=train\n");
}

static void the_last_and_first_days_of_years_are_right(void **state)
{
    UNUSED(state);
    fixture.clock.now_us = INT64_C(1483228799999999);
    log_write(&fixture.log, LOG_LEVEL_INFO, "a");
    fixture.clock.now_us++;
    log_write(&fixture.log, LOG_LEVEL_INFO, "b");
    fixture.clock.now_us = 0;
    log_write(&fixture.log, LOG_LEVEL_INFO, "c");
    assert_string_equal(logged(), "2016-12-31T23:59:59.999999Z info a\n"
                                  "2017-01-01T00:00:00.000000Z info b\n"
                                  "1970-01-01T00:00:00.000000Z info c\n");
}

static void lines_for_machines_are_json(void **state)
{
    UNUSED(state);
    fixture.log.json = true;
    const LogField fields[] = {{"path", STR("a\"b\\c\n")}, {"utf8", STR("\xc3\xa9")}, {"bytes", STR("\xff")}};
    log_write_fields(&fixture.log, LOG_LEVEL_ERROR, STR("failed"), fields, COUNT_OF(fields));
    assert_string_equal(logged(), "{\"time\":\"2016-02-29T23:59:59.000123Z\",\"level\":\"error\",\"text\":\"failed\","
                                  "\"path\":\"a\\\"b\\\\c\\u000a\",\"utf8\":\"\xc3\xa9\",\"bytes\":\"\\u00ff\"}\n");
}

static void a_line_that_is_too_long_is_cut_but_stays_json(void **state)
{
    UNUSED(state);
    static char large[LOG_LINE_BYTES_MAX];
    for (size_t i = 0; i + 1 < sizeof(large); i += 2) memcpy(large + i, "\xc3\xa9", 2);
    fixture.log.json = true;
    const LogField fields[] = {{"large", {large, sizeof(large)}}, {"left_out", STR("x")}};
    log_write_fields(&fixture.log, LOG_LEVEL_INFO, STR("text"), fields, COUNT_OF(fields));
    const char *text = logged();
    assert_true(strlen(text) <= LOG_LINE_BYTES_MAX);
    assert_null(strstr(text, "left_out"));
    assert_string_equal(text + strlen(text) - 3, "\"}\n");
    assert_true(str_is_utf8(str_from(text)));
}

static void a_silent_log_takes_everything(void **state)
{
    UNUSED(state);
    log_write(NULL, LOG_LEVEL_ERROR, "x");
    log_write(&(Log){0}, LOG_LEVEL_ERROR, "x");
}

static void levels_have_names(void **state)
{
    UNUSED(state);
    LogLevel level = LOG_LEVEL_NONE;
    assert_true(log_level_parse(STR("debug"), &level));
    assert_int_equal(level, LOG_LEVEL_DEBUG);
    assert_false(log_level_parse(STR("loud"), &level));
    assert_string_equal(log_level_name(LOG_LEVEL_NONE), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_for_people_carry_time_and_level, open_log, close_log),
        cmocka_unit_test_setup_teardown(the_last_and_first_days_of_years_are_right, open_log, close_log),
        cmocka_unit_test_setup_teardown(lines_for_machines_are_json, open_log, close_log),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_cut_but_stays_json, open_log, close_log),
        cmocka_unit_test(a_silent_log_takes_everything),
        cmocka_unit_test(levels_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
