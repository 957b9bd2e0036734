#include "base/error.h"

#include <stdio.h>

#include "support/test.h"

static void error_text_is_built_from_the_outside_in(void **state)
{
    UNUSED(state);
    Error err = {0};
    assert_false(error_set(&err, ERROR_DATA, "bad timestamp '%s'", "2016-13-01"));
    assert_false(error_prefix(&err, "row %d", 17));
    assert_false(error_prefix(&err, "train"));
    assert_string_equal(err.text, "train: row 17: bad timestamp '2016-13-01'");
    assert_int_equal(err.kind, ERROR_DATA);
}

static void error_may_quote_itself(void **state)
{
    UNUSED(state);
    Error err = {0};
    error_set(&err, ERROR_DATA, "inner");
    error_set(&err, ERROR_STEP, "outer (%s)", err.text);
    assert_string_equal(err.text, "outer (inner)");
    error_prefix(&err, "%s", err.text);
    assert_string_equal(err.text, "outer (inner): outer (inner)");
}

static void error_may_be_nobodys(void **state)
{
    UNUSED(state);
    assert_false(error_set(NULL, ERROR_DATA, "x"));
    assert_false(error_prefix(NULL, "x"));
}

static void error_text_that_is_too_long_ends_in_dots(void **state)
{
    UNUSED(state);
    static char text[2 * ERROR_TEXT_BYTES_MAX];
    memset(text, 'x', sizeof(text) - 1);

    Error err = {0};
    error_set(&err, ERROR_DATA, "%s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_BYTES_MAX - 1);
    assert_string_equal(err.text + ERROR_TEXT_BYTES_MAX - 5, "x...");

    error_prefix(&err, "row");
    assert_int_equal(strlen(err.text), ERROR_TEXT_BYTES_MAX - 1);
    assert_memory_equal(err.text, "row: x", 6);
    assert_string_equal(err.text + ERROR_TEXT_BYTES_MAX - 5, "x...");
}

static void error_text_that_just_fits_is_whole(void **state)
{
    UNUSED(state);
    static char text[ERROR_TEXT_BYTES_MAX];
    memset(text, 'x', sizeof(text) - 1);
    Error err = {0};
    error_set(&err, ERROR_DATA, "%s", text);
    assert_string_equal(err.text, text);
}

static void error_kinds_have_stable_names_and_codes(void **state)
{
    UNUSED(state);
    assert_int_equal(error_exit_code(ERROR_NONE), 0);
    assert_int_equal(error_exit_code(ERROR_REFUSED), 1);
    assert_int_equal(error_exit_code(ERROR_CONFIG), 2);
    assert_int_equal(error_exit_code(ERROR_STEP), 3);
    assert_int_equal(error_exit_code(ERROR_STORAGE), 4);
    assert_int_equal(error_exit_code(ERROR_PREEMPTED), 75);
    assert_int_equal(error_http_status(ERROR_NOT_FOUND), 404);
    for (int kind = 0; kind < ERROR_KIND_COUNT; kind++) {
        assert_non_null(error_kind_name((ErrorKind)kind));
        assert_true(error_http_status((ErrorKind)kind) >= 200);
        assert_true(kind == ERROR_NONE || error_exit_code((ErrorKind)kind) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_text_is_built_from_the_outside_in),
        cmocka_unit_test(error_may_quote_itself),
        cmocka_unit_test(error_may_be_nobodys),
        cmocka_unit_test(error_text_that_is_too_long_ends_in_dots),
        cmocka_unit_test(error_text_that_just_fits_is_whole),
        cmocka_unit_test(error_kinds_have_stable_names_and_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
