#include "lake/duckdb_error_internal.h"
#include "support/test.h"

static void assert_error(const char *message, ErrorKind kind, const char *text)
{
    Error err = {0};
    assert_false(duckdb_error_set(&err, message));
    assert_string_equal(err.text, text);
    assert_int_equal(err.kind, kind);
}

static void a_csv_error_is_one_line_with_its_place(void **state)
{
    UNUSED(state);
    assert_error("Invalid Input Error: CSV Error on Line: 3\nOriginal Line: b,2016-01-22 16:01:00\n"
                 "Expected Number of Columns: 3 Found: 2\nPossible fixes:\n* Disable the parser's strict mode\n\n"
                 "  file = ragged.csv\n",
                 ERROR_DATA, "line 3: 2 columns instead of 3: 'b,2016-01-22 16:01:00'");
    assert_error(
        "Invalid Input Error: CSV Error on Line: 2\nOriginal Line: 1,\"x\nValue with unterminated quote found.\n",
        ERROR_DATA, "line 2: Value with unterminated quote found: '1,\"x'");
    assert_error("Invalid Input Error: CSV Error on Line: 2\nOriginal Line: \xff\nInvalid unicode\n", ERROR_DATA,
                 "line 2: the text is not UTF-8");
}

static void a_json_error_keeps_its_reason(void **state)
{
    UNUSED(state);
    assert_error(
        "Invalid Input Error: Malformed JSON in file \"a.jsonl\", at byte 8 in line 4: unexpected end of data. \n"
        "\nLINE 1: SELECT",
        ERROR_DATA, "malformed JSON at byte 8: unexpected end of data");
}

static void sql_errors_show_where(void **state)
{
    UNUSED(state);
    assert_error("Parser Error: syntax error at or near \"selct\"\n\nLINE 1: selct 1\n        ^", ERROR_CONFIG,
                 "syntax error at or near \"selct\" (line 1: selct 1)");
}

static void kinds_follow_what_went_wrong(void **state)
{
    UNUSED(state);
    assert_error("IO Error: Could not write file \"x\": No space left on device", ERROR_STORAGE,
                 "Could not write file \"x\": No space left on device");
    assert_error("Out of Memory Error: failed to allocate", ERROR_MEMORY, "failed to allocate");
    assert_error("Conversion Error: Could not convert", ERROR_DATA, "Could not convert");
    assert_error("something new", ERROR_STORAGE, "something new");
    assert_error(NULL, ERROR_STORAGE, "DuckDB failed without a message");
    assert_error("", ERROR_STORAGE, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_csv_error_is_one_line_with_its_place),
        cmocka_unit_test(a_json_error_keeps_its_reason),
        cmocka_unit_test(sql_errors_show_where),
        cmocka_unit_test(kinds_follow_what_went_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
