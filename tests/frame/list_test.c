#include "frame/list.h"

#include "frame/column.h"
#include "number/float_order.h"
#include "support/test.h"

/// What a test holds: a writer, and where what it made lies.
typedef struct Lists {
    ListWriter writer;
    Arena arena;
    Error err;
} Lists;

static void lists_deinit(Lists *lists)
{
    list_writer_deinit(&lists->writer);
    arena_deinit(&lists->arena);
}

static Str list_of(Lists *lists, const Vector *items)
{
    Str bytes = {0};
    ASSERT_OK(list_writer_begin(&lists->writer, type_list(items->type), &lists->err), lists->err);
    for (size_t i = 0; i < items->count; i++) {
        ASSERT_OK(list_writer_push(&lists->writer, items, i, &lists->err), lists->err);
    }
    ASSERT_OK(list_writer_finish(&lists->writer, &lists->arena, &bytes, &lists->err), lists->err);
    return bytes;
}

static Str map_of(Lists *lists, const Vector *keys, const Vector *items)
{
    Str bytes = {0};
    ASSERT_OK(list_writer_begin(&lists->writer, type_map(keys->type, items->type), &lists->err), lists->err);
    for (size_t i = 0; i < keys->count; i++) {
        ASSERT_OK(list_writer_push(&lists->writer, keys, i, &lists->err), lists->err);
        ASSERT_OK(list_writer_push(&lists->writer, items, i, &lists->err), lists->err);
    }
    ASSERT_OK(list_writer_finish(&lists->writer, &lists->arena, &bytes, &lists->err), lists->err);
    return bytes;
}

static void assert_same(const Vector *left, const Vector *right)
{
    assert_true(type_equal(left->type, right->type));
    assert_int_equal(left->count, right->count);
    for (size_t i = 0; i < left->count; i++) assert_true(vector_same(left, i, right, i));
}

static double floats[] = {1.5, 0, -0.0, -1};
static int64_t ints[] = {-3, 0, 7, INT64_MAX};
static uint8_t bools[] = {0, 1, 0, 1};
static Int128 decimals[] = {-5, 0, 12345, 1};
static Str strings[] = {{"", 0}, {"\xc3\xa9", 2}, {"zz", 2}, {"a\0b", 3}};
static const uint8_t third_is_null[] = {1, 1, 0, 1};

enum { EXAMPLES = 6 };

/// Four items of each type that a list may hold, the third of them null.
static void example_vectors(Vector out[EXAMPLES])
{
    const Vector vectors[EXAMPLES] = {
        {.type = TYPE_OF(TYPE_FLOAT64), .values.floats = floats},
        {.type = TYPE_OF(TYPE_INT64), .values.ints = ints},
        {.type = TYPE_OF(TYPE_BOOL), .values.bools = bools},
        {.type = {.id = TYPE_DECIMAL, .precision = 38, .scale = 2}, .values.decimals = decimals},
        {.type = TYPE_OF(TYPE_STRING), .values.strings = strings},
        {.type = TYPE_INSTANT, .values.ints = ints},
    };
    for (size_t i = 0; i < EXAMPLES; i++) {
        out[i] = vectors[i];
        out[i].count = 4;
        out[i].valid = third_is_null;
    }
}

static void lists_of_every_type_are_unpacked_as_they_were_written(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    Vector vectors[EXAMPLES];
    example_vectors(vectors);
    for (size_t i = 0; i < EXAMPLES; i++) {
        Str bytes = list_of(&lists, &vectors[i]);
        ListItems items = {0};
        ASSERT_OK(list_unpack(type_list(vectors[i].type), bytes, &lists.arena, &items, &lists.err), lists.err);
        ASSERT_OK(list_check(type_list(vectors[i].type), bytes, &lists.err), lists.err);
        assert_same(&items.items, &vectors[i]);
        assert_int_equal(list_count(bytes), 4);
        assert_int_equal(items.keys.count, 0);
    }
}

static void maps_are_unpacked_as_they_were_written(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    Str names[] = {STR("a"), STR("b"), STR("ba"), STR("c")};
    Vector keys[] = {
        {.type = TYPE_OF(TYPE_STRING), .count = 4, .values.strings = names},
        {.type = TYPE_OF(TYPE_INT64), .count = 4, .values.ints = ints},
        {.type = TYPE_INSTANT, .count = 4, .values.ints = ints},
        {.type = TYPE_OF(TYPE_BOOL), .count = 2, .values.bools = bools},
    };
    Vector vectors[EXAMPLES];
    example_vectors(vectors);
    for (size_t k = 0; k < COUNT_OF(keys); k++) {
        for (size_t i = 0; i < EXAMPLES; i++) {
            Vector values = vector_slice(&vectors[i], 0, keys[k].count);
            Str bytes = map_of(&lists, &keys[k], &values);
            ListItems items = {0};
            Type type = type_map(keys[k].type, values.type);
            ASSERT_OK(list_unpack(type, bytes, &lists.arena, &items, &lists.err), lists.err);
            assert_same(&items.keys, &keys[k]);
            assert_same(&items.items, &values);
        }
    }
}

static void canonical_bytes_of_lists_are_pinned(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    int64_t numbers[] = {1, 0};
    uint8_t valid[] = {1, 0};
    Str names[] = {STR("a"), STR("b")};
    Vector items = {.type = TYPE_OF(TYPE_INT64), .count = 2, .valid = valid, .values.ints = numbers};
    Vector keys = {.type = TYPE_OF(TYPE_STRING), .count = 2, .values.strings = names};
    Vector none = vector_slice(&items, 0, 0);

    static const char list[] = "\2\0\0\0\1\1\0\0\0\0\0\0\0\0";
    static const char map[] = "\2\0\0\0\1\1\0\0\0\0\0\0\0a\1\1\0\0\0\0\0\0\0\1\1\0\0\0\0\0\0\0b\0";
    assert_true(str_equal(list_of(&lists, &items), STR(list)));
    assert_true(str_equal(map_of(&lists, &keys, &items), STR(map)));
    assert_true(str_equal(list_of(&lists, &none), STR("\0\0\0\0")));
}

static void every_nan_in_a_list_is_the_canonical_one(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    double nans[] = {float_nan(), -float_nan()};
    Vector vector = {.type = TYPE_OF(TYPE_FLOAT64), .count = 1, .values.floats = &nans[0]};
    Str first = list_of(&lists, &vector);
    vector.values.floats = &nans[1];
    assert_true(str_equal(first, list_of(&lists, &vector)));
}

typedef struct BadBytes {
    Type type;
    Str bytes;
    const char *error;
} BadBytes;

static void bytes_that_no_writer_makes_are_refused(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    Type number_list = type_list(TYPE_OF(TYPE_INT64));
    Type flag_map = type_map(TYPE_OF(TYPE_BOOL), TYPE_OF(TYPE_BOOL));
    Type string_map = type_map(TYPE_OF(TYPE_STRING), TYPE_OF(TYPE_BOOL));
    const BadBytes cases[] = {
        {number_list, STR(""), "ends early"},
        {number_list, STR("\0\0\0"), "ends early"},
        {number_list, STR("\1\0\0\0"), "1 items in 4 bytes"},
        {number_list, STR("\xff\xff\xff\xff\0\0\0\0"), "4294967295 items"},
        {number_list, STR("\1\0\0\0\2"), "2 where 0 or 1 belongs"},
        {number_list, STR("\1\0\0\0\1\1\1\1\1"), "ends early"},
        {number_list, STR("\1\0\0\0\0\0"), "1 bytes after the end"},
        {type_list(TYPE_OF(TYPE_BOOL)), STR("\1\0\0\0\1\2"), "2 where 0 or 1 belongs"},
        {type_list(TYPE_OF(TYPE_FLOAT64)), STR("\1\0\0\0\1\0\0\0\0\0\0\xf8\xff"), "NaN of other bits"},
        {type_list((Type){.id = TYPE_DECIMAL, .precision = 38}),
         STR("\1\0\0\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "over 38 digits"},
        {type_list(TYPE_OF(TYPE_STRING)), STR("\1\0\0\0\1\xff\xff\xff\xff\xff\xff\xff\xff"), "ends early"},
        {flag_map, STR("\1\0\0\0\1\1"), "ends early"},
        {flag_map, STR("\1\0\0\0\0\1\1"), "a map's key is null"},
        {flag_map, STR("\2\0\0\0\1\0\0\1\0\0"), "not over the one before"},
        {flag_map, STR("\2\0\0\0\1\1\0\1\0\0"), "not over the one before"},
        {string_map, STR("\2\0\0\0\1\1\0\0\0\0\0\0\0b\0\1\1\0\0\0\0\0\0\0a\0"), "not over the one before"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ListItems items = {0};
        ASSERT_FAILS(list_unpack(cases[i].type, cases[i].bytes, &lists.arena, &items, &lists.err), lists.err,
                     ERROR_DATA, cases[i].error);
        ASSERT_FAILS(list_check(cases[i].type, cases[i].bytes, &lists.err), lists.err, ERROR_DATA, cases[i].error);
    }
}

static void a_map_takes_its_keys_in_order_only(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    int64_t numbers[] = {2, 1, 2, 0};
    const uint8_t valid[] = {1, 1, 1, 0};
    Vector keys = {.type = TYPE_OF(TYPE_INT64), .count = 4, .valid = valid, .values.ints = numbers};
    for (size_t i = 1; i < 4; i++) {
        Error *err = &lists.err;
        ASSERT_OK(list_writer_begin(&lists.writer, type_map(keys.type, keys.type), err), lists.err);
        ASSERT_OK(list_writer_push(&lists.writer, &keys, 0, err), lists.err);
        ASSERT_OK(list_writer_push(&lists.writer, &keys, 3, err), lists.err);
        ASSERT_FAILS(list_writer_push(&lists.writer, &keys, i, err), lists.err, ERROR_DATA,
                     i == 3 ? "key is null" : "not over the one before");
    }
}

static void a_list_has_a_limit(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    Vector item = {.type = TYPE_OF(TYPE_BOOL), .count = 1, .values.bools = bools};
    ASSERT_OK(list_writer_begin(&lists.writer, type_list(item.type), &lists.err), lists.err);
    for (size_t i = 0; i < LIST_ITEMS_MAX; i++) {
        ASSERT_OK(list_writer_push(&lists.writer, &item, 0, &lists.err), lists.err);
    }
    ASSERT_FAILS(list_writer_push(&lists.writer, &item, 0, &lists.err), lists.err, ERROR_DATA, "over 1048576 items");
}

static void lists_are_ordered_by_their_items(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    double values[] = {0, -1, 256, 1, 2};
    const uint8_t valid[] = {0, 1, 1, 1, 1};
    Vector all = {.type = TYPE_OF(TYPE_FLOAT64), .count = 5, .valid = valid, .values.floats = values};
    const size_t slices[][2] = {{0, 0}, {0, 1}, {0, 2}, {1, 2}, {1, 3}, {3, 4}, {3, 5}, {2, 3}};
    Str ascending[COUNT_OF(slices)];
    for (size_t i = 0; i < COUNT_OF(slices); i++) {
        Vector slice = vector_slice(&all, slices[i][0], slices[i][1]);
        ascending[i] = list_of(&lists, &slice);
    }
    Vector vector = {.type = type_list(all.type), .count = COUNT_OF(slices), .values.strings = ascending};
    for (size_t i = 0; i < vector.count; i++) {
        for (size_t k = 0; k < vector.count; k++) {
            assert_int_equal(vector_compare(&vector, i, &vector, k), (i > k) - (i < k));
        }
    }
}

static void lists_of_unlike_zeros_are_equal_in_order_and_differ_in_bits(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    Vector vector = {.type = TYPE_OF(TYPE_FLOAT64), .count = 3, .values.floats = floats};
    Vector plus = vector_slice(&vector, 1, 2);
    Vector minus = vector_slice(&vector, 2, 3);
    Str both[] = {list_of(&lists, &plus), list_of(&lists, &minus)};
    Vector pair = {.type = type_list(vector.type), .count = 2, .values.strings = both};
    assert_int_equal(vector_compare(&pair, 0, &pair, 1), 0);
    assert_false(vector_same(&pair, 0, &pair, 1));
}

static void maps_are_ordered_by_key_then_item(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    int64_t keys[] = {1, 2, 1, 3, 2};
    int64_t values[] = {5, 9, 6, 0, 0};
    Vector key = {.type = TYPE_OF(TYPE_INT64), .count = 5, .values.ints = keys};
    Vector item = {.type = TYPE_OF(TYPE_INT64), .count = 5, .values.ints = values};
    const size_t slices[][2] = {{0, 0}, {0, 1}, {0, 2}, {2, 3}, {2, 4}, {4, 5}};
    Str ascending[COUNT_OF(slices)];
    for (size_t i = 0; i < COUNT_OF(slices); i++) {
        Vector key_slice = vector_slice(&key, slices[i][0], slices[i][1]);
        Vector item_slice = vector_slice(&item, slices[i][0], slices[i][1]);
        ascending[i] = map_of(&lists, &key_slice, &item_slice);
    }
    for (size_t i = 0; i + 1 < COUNT_OF(slices); i++) {
        assert_int_equal(list_compare(type_map(key.type, item.type), ascending[i], ascending[i + 1]), -1);
        assert_int_equal(list_compare(type_map(key.type, item.type), ascending[i + 1], ascending[i]), 1);
    }
}

static void maps_are_made_of_entries_in_any_order(void **state)
{
    UNUSED(state);
    AUTO(lists_deinit) Lists lists = {0};
    int64_t shuffled[] = {7, -3, 0};
    int64_t values[] = {3, 1, 2};
    int64_t sorted[] = {-3, 0, 7};
    int64_t in_order[] = {1, 2, 3};
    Vector keys = {.type = TYPE_OF(TYPE_INT64), .count = 3, .values.ints = shuffled};
    Vector items = {.type = TYPE_OF(TYPE_INT64), .count = 3, .values.ints = values};
    Str made = {0};
    ASSERT_OK(map_from_vectors(&keys, &items, &lists.arena, &made, &lists.err), lists.err);
    keys.values.ints = sorted;
    items.values.ints = in_order;
    assert_true(str_equal(made, map_of(&lists, &keys, &items)));
    sorted[1] = 7;
    ASSERT_FAILS(map_from_vectors(&keys, &items, &lists.arena, &made, &lists.err), lists.err, ERROR_DATA,
                 "not over the one before");
}

static void equal_values_keep_their_places_when_ordered(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    int64_t values[] = {2, 1, 2, 0, 1, 2, 0};
    const uint32_t expected[] = {3, 6, 1, 4, 0, 2, 5};
    Vector vector = {.type = TYPE_OF(TYPE_INT64), .count = 7, .values.ints = values};
    uint32_t *order = NULL;
    ASSERT_OK(vector_order(&vector, &arena, &order, &err), err);
    for (size_t i = 0; i < 7; i++) assert_int_equal(order[i], expected[i]);
}

static bool write_and_unpack(void *context, Error *err)
{
    UNUSED(context);
    AUTO(list_writer_deinit) ListWriter writer = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Vector vectors[EXAMPLES];
    Str bytes = {0};
    ListItems items = {0};
    example_vectors(vectors);
    TRY(list_writer_begin(&writer, type_map(vectors[2].type, vectors[4].type), err));
    for (size_t i = 0; i < 2; i++) {
        TRY(list_writer_push(&writer, &vectors[2], i, err));
        TRY(list_writer_push(&writer, &vectors[4], i, err));
    }
    TRY(list_writer_finish(&writer, &arena, &bytes, err));
    return list_unpack(writer.type, bytes, &arena, &items, err);
}

static void lists_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(write_and_unpack, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_every_type_are_unpacked_as_they_were_written),
        cmocka_unit_test(maps_are_unpacked_as_they_were_written),
        cmocka_unit_test(canonical_bytes_of_lists_are_pinned),
        cmocka_unit_test(every_nan_in_a_list_is_the_canonical_one),
        cmocka_unit_test(bytes_that_no_writer_makes_are_refused),
        cmocka_unit_test(a_map_takes_its_keys_in_order_only),
        cmocka_unit_test(a_list_has_a_limit),
        cmocka_unit_test(lists_are_ordered_by_their_items),
        cmocka_unit_test(lists_of_unlike_zeros_are_equal_in_order_and_differ_in_bits),
        cmocka_unit_test(maps_are_ordered_by_key_then_item),
        cmocka_unit_test(maps_are_made_of_entries_in_any_order),
        cmocka_unit_test(equal_values_keep_their_places_when_ordered),
        cmocka_unit_test(lists_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
