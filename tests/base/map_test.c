#include "base/map.h"

#include "base/arena.h"
#include "support/test.h"

static bool fill(Map *map, Arena *arena, uint64_t count, Error *err)
{
    for (uint64_t i = 0; i < count; i++) {
        Str key = {0};
        TRY(arena_format(arena, &key, err, "key %d", (int)i));
        TRY(map_put(map, key, i, err));
    }
    return true;
}

static void map_finds_every_key_and_no_other(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t value = 0;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(map_deinit) Map map = {0};
    assert_false(map_get(&map, STR("key 1"), &value));
    ASSERT_OK(fill(&map, &arena, 1000, &err), err);
    assert_int_equal(map.count, 1000);
    assert_true(map_get(&map, STR("key 777"), &value));
    assert_int_equal(value, 777);
    assert_false(map_get(&map, STR("key 1000"), &value));
}

static void map_put_replaces(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t value = 0;
    AUTO(map_deinit) Map map = {0};
    ASSERT_OK(map_put(&map, (Str){0}, 1, &err), err);
    ASSERT_OK(map_put(&map, STR(""), 2, &err), err);
    assert_int_equal(map.count, 1);
    assert_true(map_get(&map, STR(""), &value));
    assert_int_equal(value, 2);
}

static void map_tells_whether_a_key_is_new(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t value = 0;
    bool is_new = false;
    AUTO(map_deinit) Map map = {0};
    ASSERT_OK(map_get_or_put(&map, STR("a"), 5, &value, &is_new, &err), err);
    assert_true(is_new);
    assert_int_equal(value, 5);
    ASSERT_OK(map_get_or_put(&map, STR("a"), 6, &value, &is_new, &err), err);
    assert_false(is_new);
    assert_int_equal(value, 5);
}

static bool fill_many(void *context, Error *err)
{
    UNUSED(context);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(map_deinit) Map map = {0};
    return fill(&map, &arena, 200, err);
}

static void map_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(fill_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_finds_every_key_and_no_other),
        cmocka_unit_test(map_put_replaces),
        cmocka_unit_test(map_tells_whether_a_key_is_new),
        cmocka_unit_test(map_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
