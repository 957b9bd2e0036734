#include "engine/program.h"

#include <stdlib.h>

#include "support/test.h"

enum { ROWS = 3 * PROGRAM_BLOCK_ROWS + 7, LARGE = PROGRAM_TASK_ROWS + PROGRAM_BLOCK_ROWS + 1 };

static const Type INTEGER = {.id = TYPE_INT64};

/// 0: column 0; 1: column 1; 2: the constant 5; 3: column 0 + 5; 4: text of 3; 5: the instant.
static PlanNode nodes[] = {
    {.kind = PLAN_COLUMN, .type = {.id = TYPE_INT64}, .index = 0},
    {.kind = PLAN_COLUMN, .type = {.id = TYPE_INT64}, .index = 1},
    {.kind = PLAN_CONSTANT, .type = {.id = TYPE_INT64}, .constant = {.integer = 5}},
    {.kind = PLAN_CALL,
     .type = {.id = TYPE_INT64},
     .kernel = KERNEL_ADD_INT64,
     .argument_count = 2,
     .arguments = {0, 2}},
    {.kind = PLAN_CALL,
     .type = {.id = TYPE_STRING},
     .kernel = KERNEL_CAST_INT64_STRING,
     .argument_count = 1,
     .arguments = {3}},
    {.kind = PLAN_AT, .type = {.id = TYPE_TIMESTAMP_US, .zoned = true}},
};
static const Program program = {.nodes = nodes, .node_count = COUNT_OF(nodes)};

static void counting(int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) values[i] = (int64_t)i;
}

static void results_do_not_depend_on_blocks_and_threads(void **state)
{
    UNUSED(state);
    int64_t *values = calloc(LARGE, sizeof(*values));
    counting(values, LARGE);
    Vector column = {.type = INTEGER, .count = LARGE, .values = {.ints = values}};
    ProgramInput input = {.count = LARGE, .columns = &column};
    for (size_t threads = 1; threads <= 3; threads++) {
        AUTO(program_output_deinit) ProgramOutput output = {0};
        uint32_t wanted[] = {3, 4};
        Error err = {0};
        ASSERT_OK(program_evaluate(&program, wanted, 2, &input, threads, &output, &err), err);
        for (size_t i = 0; i < LARGE; i++) assert_int_equal(output.vectors[0].values.ints[i], i + 5);
        ASSERT_STR(output.vectors[1].values.strings[LARGE - 1], "66565");
        ASSERT_STR(output.vectors[1].values.strings[0], "5");
    }
    free(values);
}

static void columns_and_instants_are_lent(void **state)
{
    UNUSED(state);
    int64_t values[ROWS];
    int64_t at[ROWS];
    AUTO(program_output_deinit) ProgramOutput output = {0};
    uint32_t wanted[] = {0, 5, 2, 2};
    Error err = {0};
    counting(values, ROWS);
    counting(at, ROWS);
    Vector column = {.type = INTEGER, .count = ROWS, .values = {.ints = values}};
    ProgramInput input = {.count = ROWS, .columns = &column, .at = at};
    ASSERT_OK(program_evaluate(&program, wanted, COUNT_OF(wanted), &input, 1, &output, &err), err);
    assert_ptr_equal(output.vectors[0].values.ints, values);
    assert_ptr_equal(output.vectors[1].values.ints, at);
    assert_int_equal(output.vectors[2].values.ints[ROWS - 1], 5);
    assert_null(output.vectors[2].valid);
    assert_ptr_equal(output.vectors[3].values.ints, output.vectors[2].values.ints);
}

static void gathered_columns_follow_rows_and_what_is_known(void **state)
{
    UNUSED(state);
    int64_t values[] = {10, 20, 30};
    int64_t direct[] = {1, 2};
    const uint64_t rows[] = {2, 0};
    const uint8_t known[] = {1, 0};
    AUTO(program_output_deinit) ProgramOutput output = {0};
    uint32_t wanted[] = {0, 1, 3};
    Error err = {0};
    Vector columns[] = {{.type = INTEGER, .count = 3, .values = {.ints = values}},
                        {.type = INTEGER, .count = 2, .values = {.ints = direct}}};
    ProgramInput input = {.count = 2, .columns = columns, .gathered_count = 1, .rows = rows, .known = known};
    ASSERT_OK(program_evaluate(&program, wanted, COUNT_OF(wanted), &input, 1, &output, &err), err);
    assert_int_equal(output.vectors[0].values.ints[0], 30);
    assert_int_equal(output.vectors[0].valid[1], 0);
    assert_int_equal(output.vectors[0].values.ints[1], 0);
    assert_ptr_equal(output.vectors[1].values.ints, direct);
    assert_int_equal(output.vectors[2].values.ints[0], 35);
    assert_int_equal(output.vectors[2].valid[1], 0);
}

static void only_what_is_asked_is_needed(void **state)
{
    UNUSED(state);
    uint8_t needed[COUNT_OF(nodes)] = {0};
    uint32_t wanted = 4;
    program_mark_needed(&program, &wanted, 1, needed);
    const uint8_t expected[] = {1, 0, 1, 1, 1, 0};
    assert_memory_equal(needed, expected, sizeof(expected));
}

static bool evaluate(void *context, Error *err)
{
    const ProgramInput *input = context;
    AUTO(program_output_deinit) ProgramOutput output = {0};
    uint32_t wanted[] = {3, 4};
    return program_evaluate(&program, wanted, 2, input, 1, &output, err);
}

static void program_survives_every_allocation_failure(void **state)
{
    UNUSED(state);
    int64_t values[4] = {1, 2, 3, 4};
    Vector column = {.type = INTEGER, .count = 4, .values = {.ints = values}};
    ProgramInput input = {.count = 4, .columns = &column};
    for_each_allocation_failure(evaluate, &input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_do_not_depend_on_blocks_and_threads),
        cmocka_unit_test(columns_and_instants_are_lent),
        cmocka_unit_test(gathered_columns_follow_rows_and_what_is_known),
        cmocka_unit_test(only_what_is_asked_is_needed),
        cmocka_unit_test(program_survives_every_allocation_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
