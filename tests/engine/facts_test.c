#include "engine/facts.h"

#include "support/test.h"

enum { FACTS = 3 };

/// A group whose rows give a key, a float, a bool and a string.
static PlanNode nodes[] = {
    {.kind = PLAN_COLUMN, .type = {.id = TYPE_INT64}},
    {.kind = PLAN_COLUMN, .type = {.id = TYPE_FLOAT64}},
    {.kind = PLAN_COLUMN, .type = {.id = TYPE_BOOL}},
    {.kind = PLAN_COLUMN, .type = {.id = TYPE_STRING}},
};
static uint32_t outputs[] = {0, 1, 2, 3};
static const PlanGroup group = {.rows = {.nodes = nodes, .node_count = 4, .outputs = outputs, .output_count = 4},
                                .key_count = 1};

static int64_t times[FACTS] = {1, 2, 2};
static int64_t knowns[FACTS] = {1, 5, 9};
static int64_t ends[FACTS] = {INT64_MAX, 7, INT64_MAX};
static double floats[FACTS] = {1.5, 0, -0.0};
static uint8_t floats_valid[FACTS] = {1, 0, 1};
static uint8_t bools[FACTS] = {0, 1, 1};
static Str strings[FACTS] = {{"abc", 3}, {NULL, 0}, {"d", 1}};

static const Vector columns[] = {
    {{.id = TYPE_FLOAT64}, FACTS, floats_valid, {.floats = floats}},
    {{.id = TYPE_BOOL}, FACTS, NULL, {.bools = bools}},
    {{.id = TYPE_STRING}, FACTS, NULL, {.strings = strings}},
};
static const FactTable facts = {times, knowns, ends, columns};

static void encode(const FactTable *table, size_t begin, size_t end, Bytes *out)
{
    Error err = {0};
    ASSERT_OK(facts_encode(table, COUNT_OF(columns), begin, end, out, &err), err);
}

static void facts_read_back(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes bytes = {0};
    AUTO(arena_deinit) Arena arena = {0};
    FactTable read = {0};
    size_t count = 0;
    Error err = {0};
    encode(&facts, 0, FACTS, &bytes);
    ASSERT_OK(facts_decode(&group, bytes_str(&bytes), &arena, &read, &count, &err), err);
    assert_int_equal(count, FACTS);
    assert_memory_equal(read.time, times, sizeof(times));
    assert_memory_equal(read.known, knowns, sizeof(knowns));
    assert_memory_equal(read.superseded, ends, sizeof(ends));
    for (size_t column = 0; column < COUNT_OF(columns); column++) {
        for (size_t i = 0; i < FACTS; i++) assert_true(vector_same(&columns[column], i, &read.columns[column], i));
    }
}

static void what_says_nothing_is_left_out(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes plain = {0};
    AUTO(bytes_deinit) Bytes spelled = {0};
    AUTO(arena_deinit) Arena arena = {0};
    int64_t never[FACTS] = {INT64_MAX, INT64_MAX, INT64_MAX};
    const FactTable same = {times, times, never, columns};
    const FactTable short_form = {times, times, NULL, columns};
    FactTable read = {0};
    size_t count = 0;
    Error err = {0};
    encode(&same, 0, FACTS, &spelled);
    encode(&short_form, 0, FACTS, &plain);
    assert_true(str_equal(bytes_str(&plain), bytes_str(&spelled)));
    ASSERT_OK(facts_decode(&group, bytes_str(&plain), &arena, &read, &count, &err), err);
    assert_ptr_equal(read.known, read.time);
    assert_null(read.superseded);
}

static void slice_is_as_if_it_were_all(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes bytes = {0};
    AUTO(arena_deinit) Arena arena = {0};
    FactTable read = {0};
    size_t count = 0;
    Error err = {0};
    encode(&facts, 1, 2, &bytes);
    ASSERT_OK(facts_decode(&group, bytes_str(&bytes), &arena, &read, &count, &err), err);
    assert_int_equal(count, 1);
    assert_int_equal(read.known[0], 5);
    assert_false(vector_is_valid(&read.columns[0], 0));
}

static void damage_is_found_and_never_read_past(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes bytes = {0};
    encode(&facts, 0, FACTS, &bytes);
    for (size_t size = 0; size < bytes.size; size++) {
        AUTO(arena_deinit) Arena arena = {0};
        FactTable read = {0};
        size_t count = 0;
        Error err = {0};
        assert_false(facts_decode(&group, (Str){(const char *)bytes.data, size}, &arena, &read, &count, &err));
    }
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    FactTable read = {0};
    size_t count = 0;
    bytes.data[0] = 9;
    ASSERT_FAILS(facts_decode(&group, bytes_str(&bytes), &arena, &read, &count, &err), err, ERROR_DATA, "format");
    bytes.data[0] = FACTS_FORMAT;
    bytes.data[6] = 0xff; // the first time, now after its known
    ASSERT_FAILS(facts_decode(&group, bytes_str(&bytes), &arena, &read, &count, &err), err, ERROR_DATA, "before time");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_read_back),
        cmocka_unit_test(what_says_nothing_is_left_out),
        cmocka_unit_test(slice_is_as_if_it_were_all),
        cmocka_unit_test(damage_is_found_and_never_read_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
