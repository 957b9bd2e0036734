#include "flow/turns_internal.h"
#include "support/test.h"

static void push(Turns *turns, int32_t priority, uint32_t position, uint64_t arrival)
{
    Error err = {0};
    ASSERT_OK(turns_push(turns, (Turn){priority, position, arrival}, &err), err);
}

static uint32_t take(Turns *turns)
{
    Turn turn = {0};
    assert_true(turns_take(turns, &turn));
    return turn.position;
}

static void the_highest_goes_first_and_equals_as_they_came(void **state)
{
    AUTO(turns_deinit) Turns turns = {0};
    Turn none = {0};
    UNUSED(state);
    push(&turns, 0, 10, 0);
    push(&turns, 5, 11, 1);
    push(&turns, -1, 12, 2);
    push(&turns, 5, 13, 3);
    push(&turns, 0, 14, 4);
    assert_int_equal(take(&turns), 11);
    push(&turns, 5, 15, 5);
    static const uint32_t REST[] = {13, 15, 10, 14, 12};
    for (size_t i = 0; i < COUNT_OF(REST); i++) assert_int_equal(take(&turns), REST[i]);
    assert_false(turns_take(&turns, &none));
}

static void one_that_is_put_back_keeps_its_place(void **state)
{
    AUTO(turns_deinit) Turns turns = {0};
    Turn first = {0};
    Error err = {0};
    UNUSED(state);
    push(&turns, 0, 1, 0);
    push(&turns, 0, 2, 1);
    assert_true(turns_take(&turns, &first));
    ASSERT_OK(turns_push(&turns, first, &err), err);
    assert_int_equal(take(&turns), 1);
}

/// Against the plainest way to say it: of those left, the first of the highest.
static void a_thousand_turns_come_out_in_order(void **state)
{
    enum { COUNT = 1000 };
    AUTO(turns_deinit) Turns turns = {0};
    int32_t priorities[COUNT];
    uint32_t random = 1;
    UNUSED(state);
    for (uint32_t i = 0; i < COUNT; i++) {
        random = random * 1664525U + 1013904223U;
        priorities[i] = (int32_t)(random >> 24) % 7 - 3;
        push(&turns, priorities[i], i, i);
    }
    for (int32_t priority = 3; priority >= -3; priority--)
        for (uint32_t i = 0; i < COUNT; i++)
            if (priorities[i] == priority) assert_int_equal(take(&turns), i);
    assert_int_equal(turns.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_goes_first_and_equals_as_they_came),
        cmocka_unit_test(one_that_is_put_back_keeps_its_place),
        cmocka_unit_test(a_thousand_turns_come_out_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
