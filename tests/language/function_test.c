#include "language/function.h"

#include "support/test.h"

static void functions_are_found_by_name(void **state)
{
    UNUSED(state);
    assert_string_equal(function_find(STR("haversine_km"))->name, "haversine_km");
    assert_null(function_find(STR("haversine")));
    assert_null(function_at(FUNCTION_NAMES_MAX));
}

static void only_what_is_called_is_suggested(void **state)
{
    UNUSED(state);
    Str names[FUNCTION_NAMES_MAX];
    size_t count = function_names(names, COUNT_OF(names));
    assert_in_range(count, 10, FUNCTION_NAMES_MAX - 1);
    for (size_t i = 0; i < count; i++) {
        assert_false(str_equal(names[i], STR("and")));
        assert_false(str_equal(names[i], STR("negate")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_found_by_name),
        cmocka_unit_test(only_what_is_called_is_suggested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
