#include "sys/unique_name.h"

#include "support/test.h"

static void names_are_unique_and_plain(void **state)
{
    UNUSED(state);
    Error err = {0};
    UniqueName first;
    UniqueName second;
    ASSERT_OK(unique_name_draw(&first, &err), err);
    ASSERT_OK(unique_name_draw(&second, &err), err);
    assert_string_not_equal(first.text, second.text);
    assert_int_equal(strlen(first.text), UNIQUE_NAME_CHARS);
    assert_int_equal(strspn(first.text, "abcdefghijklmnopqrstuvwxyz234567"), UNIQUE_NAME_CHARS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_unique_and_plain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
