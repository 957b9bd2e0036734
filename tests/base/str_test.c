#include "base/str.h"

#include <stdlib.h>

#include "support/test.h"

static void str_order_is_byte_order_with_prefixes_first(void **state)
{
    UNUSED(state);
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_compare(STR("ab"), STR("ab")), 0);
    assert_int_equal(str_compare((Str){0}, STR("")), 0);

    Str items[] = {STR("c"), STR(""), STR("b")};
    qsort(items, COUNT_OF(items), sizeof(items[0]), str_compare_items);
    ASSERT_STR(items[0], "");
    ASSERT_STR(items[2], "c");
}

static void str_of_null_is_empty(void **state)
{
    UNUSED(state);
    assert_int_equal(str_from(NULL).size, 0);
    assert_true(str_equal(str_from(NULL), STR("")));
    ASSERT_STR(str_trim(str_from(NULL)), "");
    assert_int_equal(str_find(str_from(NULL), 'x'), 0);
    assert_true(str_starts(str_from(NULL), STR("")));
}

static void str_parts_are_borrowed_and_cut(void **state)
{
    UNUSED(state);
    ASSERT_STR(str_slice(STR("abcdef"), 1, 3), "bc");
    ASSERT_STR(str_slice(STR("abc"), 1, 99), "bc");
    ASSERT_STR(str_slice(STR("abc"), 5, 9), "");
    ASSERT_STR(str_slice(STR("abc"), 2, 1), "");
    ASSERT_STR(str_trim(STR(" \t a b\r\n")), "a b");
    ASSERT_STR(str_trim(STR(" \n ")), "");
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_false(str_ends(STR("c"), STR("bc")));
    assert_int_equal(str_find(STR("abcb"), 'b'), 1);
    assert_int_equal(str_find(STR("abc"), 'x'), 3);
}

static void str_split_gives_every_part_once(void **state)
{
    UNUSED(state);
    static const char *const PARTS[] = {"a", "", "bc", ""};
    Str rest = STR("a,,bc,");
    Str part = {0};
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        assert_true(str_split(&rest, ',', &part));
        ASSERT_STR(part, PARTS[i]);
    }
    assert_false(str_split(&rest, ',', &part));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str_order_is_byte_order_with_prefixes_first),
        cmocka_unit_test(str_of_null_is_empty),
        cmocka_unit_test(str_parts_are_borrowed_and_cut),
        cmocka_unit_test(str_split_gives_every_part_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
