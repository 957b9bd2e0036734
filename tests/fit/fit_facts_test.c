#include "fit/fit.h"

#include "support/test.h"

static void facts_survive_their_encoding(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Error err = {0};
    FitFact *facts = NULL;
    size_t count = 0;
    const FitFact written[] = {{STR("transform 'a'"), STR("scale"), STR("centre 1, spread 2")},
                               {STR("transform 'b'"), STR("impute"), STR("'\"'")}};
    ASSERT_OK(fit_facts_encode(written, 2, &text, &err), err);
    ASSERT_OK(fit_facts_decode(bytes_str(&text), &arena, &facts, &count, &err), err);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_equal(facts[i].what, written[i].what));
        assert_true(str_equal(facts[i].call, written[i].call));
        assert_true(str_equal(facts[i].learned, written[i].learned));
    }
}

static void what_is_no_list_of_facts_is_refused(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Error err = {0};
    FitFact *facts = NULL;
    size_t count = 0;
    ASSERT_FAILS(fit_facts_decode(STR("{}"), &arena, &facts, &count, &err), err, ERROR_DATA, "list");
    ASSERT_FAILS(fit_facts_decode(STR("[{}]"), &arena, &facts, &count, &err), err, ERROR_DATA, "'call' is missing");
    ASSERT_FAILS(fit_facts_decode(STR("[{\"cal\":1}]"), &arena, &facts, &count, &err), err, ERROR_DATA, "unknown key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_survive_their_encoding),
        cmocka_unit_test(what_is_no_list_of_facts_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
