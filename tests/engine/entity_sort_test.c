#include "engine/entity_sort.h"

#include "number/random.h"
#include "support/test.h"

static void check_sorted(EntitySorter *sorter, size_t count, size_t entities, int64_t base, uint64_t range)
{
    RandomKey key = random_key(count, RANDOM_TEST, entities);
    Error err = {0};
    ASSERT_OK(entity_sorter_reserve(sorter, count, &err), err);
    EntityItem *items = sorter->items;
    for (uint32_t i = 0; i < count; i++) {
        items[i].entity = (uint32_t)random_below(key, i, 0, entities);
        items[i].instant = (int64_t)((uint64_t)base + random_below(key, i, 1, range));
        items[i].index = i;
    }
    EntityItem *sorted = NULL;
    ASSERT_OK(entity_sorter_sort(sorter, count, entities, &sorted, &err), err);
    for (size_t i = 1; i < count; i++) {
        const EntityItem *left = &sorted[i - 1];
        const EntityItem *right = &sorted[i];
        assert_true(left->entity <= right->entity);
        if (left->entity == right->entity) assert_true(left->instant <= right->instant);
        if (left->entity == right->entity && left->instant == right->instant) assert_true(left->index < right->index);
    }
}

static void items_are_sorted_stably_by_every_method(void **state)
{
    UNUSED(state);
    AUTO(entity_sorter_deinit) EntitySorter sorter = {0};
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 33, 1000, 1024, 1025, 5000};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        check_sorted(&sorter, counts[i], 1, 0, 10);
        check_sorted(&sorter, counts[i], 7, -5, 10);
        check_sorted(&sorter, counts[i], 5000, INT64_MIN, UINT64_MAX);
        check_sorted(&sorter, counts[i], 3, INT64_MIN, 1 << 20);
        check_sorted(&sorter, 100 * counts[i], 2, 0, UINT64_C(1) << 40);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_sorted_stably_by_every_method),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
