#include "language/token.h"

#include "support/test.h"

static Place place_of(const char *text)
{
    return (Place){.what = STR("x"), .expression = {.text = str_from(text)}};
}

static void assert_kinds(const char *text, const TokenKind *kinds, size_t count)
{
    AUTO(arena_deinit) Arena arena = {0};
    Place place = place_of(text);
    Token *tokens = NULL;
    Error err = {0};
    ASSERT_OK(tokens_read(&place, &arena, &tokens, &err), err);
    for (size_t i = 0; i < count; i++) assert_int_equal(tokens[i].kind, kinds[i]);
}

static void words_are_told_apart(void **state)
{
    UNUSED(state);
    const TokenKind kinds[] = {TOKEN_NAME, TOKEN_AND, TOKEN_QUOTED_NAME, TOKEN_NOT_EQUAL, TOKEN_STRING, TOKEN_END};
    assert_kinds("Alpha_1 and \"and\" != 'and'", kinds, COUNT_OF(kinds));
}

static void longest_symbol_wins(void **state)
{
    UNUSED(state);
    const TokenKind kinds[] = {TOKEN_LESS_EQUAL, TOKEN_UNEQUAL, TOKEN_EQUAL_EQUAL, TOKEN_EQUAL, TOKEN_LESS, TOKEN_END};
    assert_kinds("<=<>===<", kinds, COUNT_OF(kinds));
}

static void lists_open_and_close(void **state)
{
    UNUSED(state);
    const TokenKind kinds[] = {TOKEN_OPEN_LIST, TOKEN_DURATION, TOKEN_COMMA, TOKEN_INT, TOKEN_CLOSE_LIST, TOKEN_END};
    assert_kinds("[1h, 5]", kinds, COUNT_OF(kinds));
}

static void numbers_and_durations_are_told_apart(void **state)
{
    UNUSED(state);
    const TokenKind kinds[] = {TOKEN_INT,      TOKEN_FLOAT,    TOKEN_FLOAT, TOKEN_FLOAT, TOKEN_FLOAT,
                               TOKEN_DURATION, TOKEN_DURATION, TOKEN_NAME,  TOKEN_END};
    assert_kinds("7 7.5 .5 1e9 2.5E-3 7d 1h30m e9", kinds, COUNT_OF(kinds));
}

static void doubled_quotes_are_one(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Place place = place_of("'it''s' \"a\"\"b\" ''");
    Token *tokens = NULL;
    Error err = {0};
    ASSERT_OK(tokens_read(&place, &arena, &tokens, &err), err);
    ASSERT_STR(tokens[0].text, "it's");
    ASSERT_STR(tokens[1].text, "a\"b");
    ASSERT_STR(tokens[2].text, "");
    assert_int_equal(tokens[1].offset, 8);
    assert_int_equal(tokens[1].size, 6);
}

static void what_is_no_word_is_refused(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Token *tokens = NULL;
    Error err = {0};
    const char *const texts[] = {"a & b", "'open", "\"open", "\"\"", "1.5d", "a \x01", "\xff"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        Place place = place_of(texts[i]);
        ASSERT_FAILS(tokens_read(&place, &arena, &tokens, &err), err, ERROR_CONFIG, "x: ");
    }
}

static void too_many_words_are_refused(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Token *tokens = NULL;
    Error err = {0};
    for (size_t i = 0; i < EXPRESSION_TOKENS_MAX + 1; i++) ASSERT_OK(bytes_append_str(&text, STR("+ "), &err), err);
    Place place = {.what = STR("x"), .expression = {.text = bytes_str(&text)}};
    ASSERT_FAILS(tokens_read(&place, &arena, &tokens, &err), err, ERROR_CONFIG, "words in one expression");
    while (text.size <= EXPRESSION_BYTES_MAX) ASSERT_OK(bytes_append_str(&text, STR("1234567 "), &err), err);
    place.expression.text = bytes_str(&text);
    ASSERT_FAILS(tokens_read(&place, &arena, &tokens, &err), err, ERROR_CONFIG, "longer than");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_told_apart),       cmocka_unit_test(longest_symbol_wins),
        cmocka_unit_test(lists_open_and_close),       cmocka_unit_test(numbers_and_durations_are_told_apart),
        cmocka_unit_test(doubled_quotes_are_one),     cmocka_unit_test(what_is_no_word_is_refused),
        cmocka_unit_test(too_many_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
