#include "base/arena.h"
#include "support/test.h"

static void assert_zeroed(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) assert_int_equal(data[i], 0);
}

static void arena_memory_is_zeroed_aligned_and_stays(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    uint8_t *first = NULL;
    for (size_t size = 0; size < 300; size++) {
        uint8_t *data = arena_alloc(&arena, size, &err);
        assert_non_null(data);
        assert_int_equal((uintptr_t)data % 16, 0);
        assert_zeroed(data, size);
        memset(data, 0xAA, size);
        if (size == 299) first = data;
    }
    assert_non_null(arena_alloc(&arena, (size_t)5 << 20, &err));
    assert_int_equal(first[298], 0xAA);
}

static void arena_is_zeroed_again_after_reset(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    for (int round = 0; round < 3; round++) {
        uint8_t *data = arena_alloc(&arena, 5000, &err);
        assert_non_null(data);
        assert_zeroed(data, 5000);
        memset(data, 0xAA, 5000);
        arena_reset(&arena);
        assert_int_equal(arena.used, 0);
    }
}

static void arena_stops_at_its_limit(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {.limit = 100};
    assert_non_null(arena_alloc(&arena, 60, &err));
    ASSERT_FAILS(arena_alloc(&arena, 41, &err) != NULL, err, ERROR_MEMORY, "limit of 100 bytes");
    assert_non_null(arena_alloc(&arena, 40, &err));
    ASSERT_FAILS(arena_alloc_array(&arena, SIZE_MAX, 2, &err) != NULL, err, ERROR_MEMORY, "out of memory");
    ASSERT_FAILS(arena_alloc(&arena, SIZE_MAX, &err) != NULL, err, ERROR_MEMORY, "limit");
}

static void arena_texts_end_in_zero(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str copy = {0};
    Str text = {0};
    ASSERT_OK(arena_copy(&arena, str_slice(STR("abcdef"), 1, 3), &copy, &err), err);
    assert_string_equal(copy.data, "bc");
    ASSERT_OK(arena_copy(&arena, (Str){0}, &copy, &err), err);
    assert_string_equal(copy.data, "");
    ASSERT_OK(arena_format(&arena, &text, &err, "%s-%d", "x", 7), err);
    ASSERT_STR(text, "x-7");
}

static bool build_texts(void *context, Error *err)
{
    UNUSED(context);
    AUTO(arena_deinit) Arena arena = {0};
    Str text = {0};
    for (int i = 0; i < 1000; i++) {
        TRY(arena_format(&arena, &text, err, "text %d", i));
    }
    return arena_alloc(&arena, (size_t)2 << 20, err) != NULL;
}

static void arena_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(build_texts, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_memory_is_zeroed_aligned_and_stays),
        cmocka_unit_test(arena_is_zeroed_again_after_reset),
        cmocka_unit_test(arena_stops_at_its_limit),
        cmocka_unit_test(arena_texts_end_in_zero),
        cmocka_unit_test(arena_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
