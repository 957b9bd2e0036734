#include "engine/partition.h"

#include <stdlib.h>

#include "engine/key.h"
#include "number/random.h"
#include "support/test.h"

enum { ITEMS = 40000 };

/// Random keys with nulls, and instants.
typedef struct Sample {
    int64_t *keys, *instants;
    uint8_t *valid;
} Sample;

static Sample sample_make(size_t count)
{
    Sample sample = {calloc(count, sizeof(int64_t)), calloc(count, sizeof(int64_t)), calloc(count, 1)};
    RandomKey key = random_key(5, RANDOM_TEST, 0);
    for (size_t i = 0; i < count; i++) {
        sample.valid[i] = random_below(key, i, 0, 10) != 0;
        sample.keys[i] = sample.valid[i] ? (int64_t)random_below(key, i, 1, 1000) : 0;
        sample.instants[i] = (int64_t)random_below(key, i, 2, 500);
    }
    return sample;
}

static void sample_free(Sample *sample)
{
    free(sample->keys);
    free(sample->instants);
    free(sample->valid);
}

static void every_item_is_in_its_partition_once_and_in_order(void **state)
{
    UNUSED(state);
    for (size_t threads = 1; threads <= 3; threads++) {
        AUTO(sample_free) Sample sample = sample_make(ITEMS);
        AUTO(partitioning_deinit) Partitioning partitioning = {0};
        Vector keys = {
            .type = TYPE_OF(TYPE_INT64), .count = ITEMS, .valid = sample.valid, .values = {.ints = sample.keys}};
        PartitionInput input = {&keys, 1, sample.instants, ITEMS};
        Error err = {0};
        ASSERT_OK(partition_items(&input, 3, threads, &partitioning, &err), err);

        size_t there = 0;
        for (size_t i = 0; i < ITEMS; i++) there += sample.valid[i];
        assert_int_equal(partitioning.begin[0], 0);
        assert_int_equal(partitioning.begin[8], there);
        for (size_t partition = 0; partition < 8; partition++) {
            for (size_t i = partitioning.begin[partition]; i < partitioning.begin[partition + 1]; i++) {
                const EntityItem *item = &partitioning.items[i];
                assert_int_equal(partition_of(item->hash, 3), partition);
                assert_true(item->hash == key_hash(&keys, 1, item->index));
                assert_int_equal(item->instant, sample.instants[item->index]);
                if (i > partitioning.begin[partition]) assert_true(item[-1].index < item->index);
            }
        }
    }
}

static void check_sorted(size_t count, size_t entities, int64_t base, uint64_t range)
{
    EntityItem *items = calloc(count, sizeof(*items));
    EntityItem *spare = calloc(count, sizeof(*items));
    RandomKey key = random_key(count, RANDOM_TEST, entities);
    for (uint32_t i = 0; i < count; i++) {
        items[i].entity = (uint32_t)random_below(key, i, 0, entities);
        items[i].instant = (int64_t)((uint64_t)base + random_below(key, i, 1, range));
        items[i].index = i;
    }
    EntityItem *sorted = NULL;
    Error err = {0};
    ASSERT_OK(entity_items_sort(items, spare, count, entities, &sorted, &err), err);
    for (size_t i = 1; i < count; i++) {
        const EntityItem *left = &sorted[i - 1];
        const EntityItem *right = &sorted[i];
        assert_true(left->entity <= right->entity);
        if (left->entity == right->entity) assert_true(left->instant <= right->instant);
        if (left->entity == right->entity && left->instant == right->instant) assert_true(left->index < right->index);
    }
    free(items);
    free(spare);
}

static void items_are_sorted_stably_by_every_method(void **state)
{
    UNUSED(state);
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 33, 1000, 1024, 1025, 5000};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        check_sorted(counts[i], 1, 0, 10);
        check_sorted(counts[i], 7, -5, 10);
        check_sorted(counts[i], 5000, INT64_MIN, UINT64_MAX);
        check_sorted(counts[i], 3, INT64_MIN, 1 << 20);
        check_sorted(100 * counts[i], 2, 0, UINT64_C(1) << 40);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_in_its_partition_once_and_in_order),
        cmocka_unit_test(items_are_sorted_stably_by_every_method),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
