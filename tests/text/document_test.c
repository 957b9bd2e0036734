#include "support/test.h"
#include "text/document.h"

#include "base/bytes.h"

static const Document EXAMPLE = {
    .name = STR_INIT("pawl.yaml"),
    .text = STR_INIT("features:\n  vendor:\n    feturs: 1\r\n\ttab: 日本 x\rlast"),
    .error_kind = ERROR_CONFIG,
};

static void an_error_shows_line_and_caret(void **state)
{
    UNUSED(state);
    Error err = {0};
    assert_false(document_error(&EXAMPLE, (Position){3, 5}, &err, ERROR_CONFIG, "unknown key '%s'", "feturs"));
    assert_string_equal(err.text, "pawl.yaml:3:5: unknown key 'feturs'\n"
                                  "      feturs: 1\n"
                                  "      ^");
    assert_int_equal(err.kind, ERROR_CONFIG);
}

static void the_caret_stands_under_wide_characters(void **state)
{
    UNUSED(state);
    Error err = {0};
    document_error(&EXAMPLE, (Position){4, 10}, &err, ERROR_DATA, "here");
    assert_string_equal(err.text, "pawl.yaml:4:10: here\n"
                                  "   tab: 日本 x\n"
                                  "             ^");
    document_error(&EXAMPLE, (Position){5, 5}, &err, ERROR_DATA, "behind the end");
    assert_string_equal(err.text, "pawl.yaml:5:5: behind the end\n"
                                  "  last\n"
                                  "      ^");
}

static void long_lines_are_cut_around_the_caret(void **state)
{
    UNUSED(state);
    Error err = {0};
    char text[400];
    memset(text, 'a', sizeof(text));
    text[300] = 'X';
    const Document document = {.name = STR("long"), .text = {text, sizeof(text)}};
    document_error(&document, (Position){1, 301}, &err, ERROR_DATA, "here");
    const char *caret = strrchr(err.text, '^');
    const char *line = strchr(err.text, '\n') + 1;
    const char *second = strchr(line, '\n') + 1;
    assert_non_null(caret);
    assert_int_equal(line[caret - second], 'X');
    assert_true(second - line < 110);
}

static void without_a_position_the_name_alone_is_given(void **state)
{
    UNUSED(state);
    Error err = {0};
    document_error(&EXAMPLE, (Position){0}, &err, ERROR_CONFIG, "empty");
    assert_string_equal(err.text, "pawl.yaml: empty");
}

static void offsets_and_positions_are_the_same_places(void **state)
{
    UNUSED(state);
    for (size_t offset = 0; offset <= EXAMPLE.text.size; offset++) {
        Position position = document_position(&EXAMPLE, offset);
        size_t back = document_offset(&EXAMPLE, position);
        // Inside a character or a line break the next place is given.
        assert_true(back >= offset && back - offset <= 2);
    }
    Position last = document_position(&EXAMPLE, EXAMPLE.text.size);
    assert_int_equal(last.line, 5);
    assert_int_equal(last.column, 5);
}

/// Of a text that is far longer than the distance of two marks: with short lines, or all in one line.
static void check_places(const char *piece, size_t repeats)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Document *marked = NULL;
    Error err = {0};
    for (size_t i = 0; i < repeats; i++) ASSERT_OK(bytes_append_str(&text, str_from(piece), &err), err);
    ASSERT_OK(document_new(STR("n"), bytes_str(&text), ERROR_DATA, &arena, &marked, &err), err);
    const Document plain = {.name = STR("n"), .text = bytes_str(&text)};
    for (size_t offset = 0; offset <= text.size; offset++) {
        Position position = document_position(marked, offset);
        Position expected = document_position(&plain, offset);
        assert_int_equal(position.line, expected.line);
        assert_int_equal(position.column, expected.column);
        assert_int_equal(document_offset(marked, position), document_offset(&plain, position));
    }
    assert_int_equal(document_offset(marked, (Position){UINT32_MAX, 1}), text.size);
}

static void marks_change_no_place(void **state)
{
    UNUSED(state);
    check_places("a\r\nb\xE6\x97\xA5\n\r", 200);
    check_places("wide \xE6\x97\xA5\xF0\x9F\x98\x80 and \xFF broken", 60);
    check_places("", 0);
}

static void many_lines_are_found_at_once(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Document *document = NULL;
    Error err = {0};
    for (size_t i = 0; i < 300000; i++) ASSERT_OK(bytes_append_str(&text, STR("  c: count() over 1h\n"), &err), err);
    ASSERT_OK(document_new(STR("n"), bytes_str(&text), ERROR_DATA, &arena, &document, &err), err);
    // Quadratic work would take minutes.
    for (uint32_t line = 1; line <= 300000; line++)
        assert_int_equal(document_offset(document, (Position){line, 6}), (line - 1) * 21U + 5);
}

static void a_document_has_a_limit_and_no_byte_order_mark(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document *document = NULL;
    ASSERT_OK(document_new(STR("n"), STR("\xEF\xBB\xBFx"), ERROR_DATA, &arena, &document, &err), err);
    ASSERT_STR(document->text, "x");
    Str endless = {"", DOCUMENT_BYTES_MAX + (size_t)1};
    ASSERT_FAILS(document_new(STR("n"), endless, ERROR_DATA, &arena, &document, &err), err, ERROR_MEMORY,
                 "DOCUMENT_BYTES_MAX");
}

static void bytes_that_are_not_utf8_are_pointed_at(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Document broken = {.name = STR("n"), .text = STR("a\né\xFFz"), .error_kind = ERROR_DATA};
    assert_false(document_check_utf8(&broken, &err));
    assert_true(str_starts(str_from(err.text), STR("n:2:2: byte 0xFF is not UTF-8\n")));
    assert_int_equal(err.kind, ERROR_DATA);
    ASSERT_OK(document_check_utf8(&EXAMPLE, &err), err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_shows_line_and_caret),
        cmocka_unit_test(the_caret_stands_under_wide_characters),
        cmocka_unit_test(long_lines_are_cut_around_the_caret),
        cmocka_unit_test(without_a_position_the_name_alone_is_given),
        cmocka_unit_test(offsets_and_positions_are_the_same_places),
        cmocka_unit_test(marks_change_no_place),
        cmocka_unit_test(many_lines_are_found_at_once),
        cmocka_unit_test(a_document_has_a_limit_and_no_byte_order_mark),
        cmocka_unit_test(bytes_that_are_not_utf8_are_pointed_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
