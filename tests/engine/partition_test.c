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
                const PartitionItem *item = &partitioning.items[i];
                assert_int_equal(partition_of(item->hash, 3), partition);
                assert_true(item->hash == key_hash(&keys, 1, item->index));
                assert_int_equal(item->instant, sample.instants[item->index]);
                if (i > partitioning.begin[partition]) assert_true(item[-1].index < item->index);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_in_its_partition_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
