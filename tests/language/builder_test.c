#include "language/builder.h"

#include "support/test.h"

static PlanNode integer(int64_t value)
{
    PlanNode node = {.kind = PLAN_CONSTANT, .type = TYPE_OF(TYPE_INT64), .index = PLAN_NONE, .group = PLAN_NONE};
    node.constant.integer = value;
    return node;
}

static uint32_t add(Builder *builder, PlanNode node)
{
    Error err = {0};
    uint32_t id = PLAN_NONE;
    ASSERT_OK(builder_add(builder, node, &id, &err), err);
    return id;
}

static void equal_nodes_are_one(void **state)
{
    UNUSED(state);
    AUTO(builder_deinit) Builder builder = {0};
    Error err = {0};
    uint32_t five = add(&builder, integer(5));
    assert_int_equal(add(&builder, integer(5)), five);
    assert_int_not_equal(add(&builder, integer(6)), five);
    const uint32_t arguments[2] = {five, five};
    uint32_t once = 0;
    uint32_t twice = 0;
    ASSERT_OK(builder_call(&builder, KERNEL_ADD_INT64, TYPE_OF(TYPE_INT64), arguments, &once, &err), err);
    ASSERT_OK(builder_call(&builder, KERNEL_ADD_INT64, TYPE_OF(TYPE_INT64), arguments, &twice, &err), err);
    assert_int_equal(once, twice);
    assert_int_equal(builder.nodes.count, 3);
}

static void what_differs_in_type_or_bits_stays_apart(void **state)
{
    UNUSED(state);
    AUTO(builder_deinit) Builder builder = {0};
    PlanNode zero = {.kind = PLAN_CONSTANT, .type = TYPE_OF(TYPE_FLOAT64)};
    PlanNode minus = zero;
    PlanNode null = zero;
    minus.constant.number = -0.0;
    null.is_null = true;
    uint32_t id = add(&builder, zero);
    assert_int_not_equal(add(&builder, minus), id);
    assert_int_not_equal(add(&builder, null), id);
    assert_int_not_equal(add(&builder, integer(0)), id);
}

static void outputs_are_shared_from_a_place_on(void **state)
{
    UNUSED(state);
    AUTO(builder_deinit) Builder builder = {0};
    Error err = {0};
    uint32_t place = 0;
    ASSERT_OK(builder_output(&builder, 0, 7, &place, &err), err);
    ASSERT_OK(builder_output(&builder, 1, 7, &place, &err), err);
    assert_int_equal(place, 1);
    ASSERT_OK(builder_output(&builder, 1, 7, &place, &err), err);
    assert_int_equal(place, 1);
}

static void a_finished_program_owns_its_strings(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    char text[] = "abc";
    Error err = {0};
    Program program = {0};
    {
        AUTO(builder_deinit) Builder builder = {0};
        PlanNode node = {.kind = PLAN_CONSTANT, .type = TYPE_OF(TYPE_STRING), .constant.string = str_from(text)};
        add(&builder, node);
        ASSERT_OK(builder_finish(&builder, &arena, &program, &err), err);
    }
    text[0] = 'x';
    ASSERT_STR(program.nodes[0].constant.string, "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_nodes_are_one),
        cmocka_unit_test(what_differs_in_type_or_bits_stays_apart),
        cmocka_unit_test(outputs_are_shared_from_a_place_on),
        cmocka_unit_test(a_finished_program_owns_its_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
