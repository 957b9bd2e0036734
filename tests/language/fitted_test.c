#include "language/fitted.h"

#include "support/test.h"

static void every_transform_is_found_by_its_name(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < FITTED_COUNT; i++) {
        const FittedInfo *info = fitted_info((Fitted)i);
        Fitted found = FITTED_COUNT;
        assert_true(fitted_find(str_from(info->name), &found));
        assert_int_equal(found, i);
        assert_true(str_starts(str_from(info->form), str_from(info->name)));
    }
    Fitted none = FITTED_COUNT;
    assert_false(fitted_find(STR("scal"), &none));
}

static void defaults_lie_where_they_may(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < FITTED_COUNT; i++) {
        for (uint32_t k = 0; fitted_parameter((Fitted)i, k) != NULL; k++) {
            const FittedParameterInfo *info = fitted_parameter((Fitted)i, k);
            assert_in_range(k, 0, FITTED_PARAMETERS_MAX - 1);
            bool has_range = info->kind != FITTED_PARAMETER_CHOICE && info->kind != FITTED_PARAMETER_VALUE;
            if (has_range && !info->needed)
                assert_true(info->otherwise >= info->least && info->otherwise <= info->greatest);
        }
    }
}

static void choices_have_their_places(void **state)
{
    UNUSED(state);
    const FittedParameterInfo *method = fitted_parameter(FITTED_SCALE, 0);
    assert_int_equal(fitted_choice(method, STR("standard")), 0);
    assert_int_equal(fitted_choice(method, STR("max_abs")), 3);
    assert_int_equal(fitted_choice(method, STR("max")), SIZE_MAX);
    ASSERT_STR(fitted_choice_text(method, 2), "robust");
    assert_int_equal(fitted_choice_text(method, 4).size, 0);
    assert_null(fitted_parameter(FITTED_SCALE, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transform_is_found_by_its_name),
        cmocka_unit_test(defaults_lie_where_they_may),
        cmocka_unit_test(choices_have_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
