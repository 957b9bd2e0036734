#include "language/word.h"

#include "support/test.h"

static void words_are_runs_of_letters_digits_and_foreign_bytes(void **state)
{
    UNUSED(state);
    Str rest = STR("  Hello, w\xc3\xb6rld_2! ");
    Str word = {0};
    assert_true(word_next(&rest, &word));
    ASSERT_STR(word, "Hello");
    assert_true(word_next(&rest, &word));
    ASSERT_STR(word, "w\xc3\xb6rld_2");
    assert_false(word_next(&rest, &word));
    assert_false(word_next(&rest, &word));
}

static void words_are_counted_whatever_their_case(void **state)
{
    UNUSED(state);
    assert_int_equal(word_count(STR("Rain, rain; RAINY rain"), STR("rain")), 3);
    assert_int_equal(word_count(STR(""), STR("rain")), 0);
    assert_int_equal(word_count(STR("brain"), STR("rain")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_runs_of_letters_digits_and_foreign_bytes),
        cmocka_unit_test(words_are_counted_whatever_their_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
