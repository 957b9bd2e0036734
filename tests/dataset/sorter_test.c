/// Items come out in one order, whatever order they came in and however little memory there was.
#include "dataset/sorter.h"

#include <errno.h>
#include <stdio.h>

#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_directory.h"

enum { ITEMS = 50000, TEXT_BYTES = 96 };

/// The item numbered i of a world that repeats orders, keys and whole items.
static SortItem item_make(uint64_t i, char *text)
{
    uint64_t mixed = (i % (ITEMS - ITEMS / 10)) * UINT64_C(0x9e3779b97f4a7c15);
    int key = snprintf(text, TEXT_BYTES / 2, "key %llu", (unsigned long long)(mixed >> 60));
    int value =
        snprintf(text + TEXT_BYTES / 2, TEXT_BYTES / 2, "%0*llu", (int)(mixed % 40), (unsigned long long)(mixed >> 32));
    return (SortItem){
        (int64_t)(mixed >> 40) % 5000 - 2500, {text, (size_t)key}, {text + TEXT_BYTES / 2, (size_t)value}};
}

static bool sorter_fill(Sorter *sorter, uint64_t step, Error *err)
{
    char text[TEXT_BYTES];
    for (uint64_t i = 0; i < ITEMS; i++) {
        SortItem item = item_make(i * step % ITEMS, text);
        TRY(sorter_add(sorter, &item, err));
    }
    return sorter_finish(sorter, err);
}

static int item_compare(const SortItem *left, const SortItem *right)
{
    if (left->order != right->order) return left->order < right->order ? -1 : 1;
    int order = str_compare(left->key, right->key);
    return order != 0 ? order : str_compare(left->value, right->value);
}

/// All items as one digest; checks their order.
static Digest sorter_drain(Sorter *sorter, uint64_t *count)
{
    Error err = {0};
    AUTO(sha256_deinit) Sha256 hash = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Digest digest = {0};
    SortItem item = {0};
    SortItem last = {.order = INT64_MIN};
    bool there = false;
    *count = 0;
    ASSERT_OK(sorter_next(sorter, &item, &there, &err), err);
    while (there) {
        assert_true(item_compare(&last, &item) <= 0);
        ASSERT_OK(sha256_update_u64(&hash, (uint64_t)item.order, &err), err);
        ASSERT_OK(sha256_update_str(&hash, item.key, &err), err);
        ASSERT_OK(sha256_update_str(&hash, item.value, &err), err);
        arena_reset(&arena);
        last.order = item.order;
        ASSERT_OK(arena_copy(&arena, item.key, &last.key, &err), err);
        ASSERT_OK(arena_copy(&arena, item.value, &last.value, &err), err);
        ++*count;
        ASSERT_OK(sorter_next(sorter, &item, &there, &err), err);
    }
    ASSERT_OK(sha256_finish(&hash, &digest, &err), err);
    return digest;
}

static void runs_in_a_file_come_out_as_items_in_memory_do(void **state)
{
    Error err = {0};
    AUTO(sorter_deinit) Sorter whole = {0};
    AUTO(sorter_deinit) Sorter little = {0};
    uint64_t counts[2];
    sorter_init(0, STR(""), NULL, &whole);
    sorter_init(1, test_path(state, ""), NULL, &little);
    ASSERT_OK(sorter_fill(&whole, 1, &err), err);
    ASSERT_OK(sorter_fill(&little, 7919, &err), err);
    assert_int_equal(whole.runs.count, 0);
    assert_true(little.runs.count > 2);
    Digest expected = sorter_drain(&whole, &counts[0]);
    Digest digest = sorter_drain(&little, &counts[1]);
    assert_int_equal(counts[0], ITEMS);
    assert_int_equal(counts[1], ITEMS);
    assert_true(digest_equal(&expected, &digest));
}

static void what_was_read_can_be_read_again(void **state)
{
    Error err = {0};
    for (uint64_t memory = 0; memory < 2; memory++) {
        AUTO(sorter_deinit) Sorter sorter = {0};
        uint64_t count = 0;
        SortItem item = {0};
        bool there = false;
        sorter_init(memory, test_path(state, ""), NULL, &sorter);
        ASSERT_OK(sorter_fill(&sorter, 1, &err), err);
        ASSERT_OK(sorter_next(&sorter, &item, &there, &err), err);
        ASSERT_OK(sorter_rewind(&sorter, &err), err);
        Digest first = sorter_drain(&sorter, &count);
        ASSERT_OK(sorter_rewind(&sorter, &err), err);
        Digest second = sorter_drain(&sorter, &count);
        assert_int_equal(count, ITEMS);
        assert_true(digest_equal(&first, &second));
    }
}

/// Every item fills the memory, so that each is a run of its own, and some are larger than what is read at once.
static void more_runs_than_are_merged_at_once_become_fewer(void **state)
{
    enum { RUNS = 2 * SORTER_RUNS_MAX + 3, LARGE = 600 << 10 };
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(sorter_deinit) Sorter sorter = {0};
    ASSERT_OK(bytes_reserve(&text, LARGE, &err), err);
    memset(text.data, 'x', LARGE);
    sorter_init(1, test_path(state, ""), NULL, &sorter);
    for (int64_t i = 0; i < RUNS; i++) {
        SortItem item = {RUNS - i, {(const char *)text.data, LARGE}, STR("v")};
        ASSERT_OK(sorter_add(&sorter, &item, &err), err);
    }
    ASSERT_OK(sorter_finish(&sorter, &err), err);
    assert_true(sorter.runs.count <= SORTER_RUNS_MAX);
    for (int64_t i = 1; i <= RUNS; i++) {
        SortItem item = {0};
        bool there = false;
        ASSERT_OK(sorter_next(&sorter, &item, &there, &err), err);
        assert_true(there);
        assert_int_equal(item.order, i);
        assert_int_equal(item.key.size, LARGE);
    }
}

static void nothing_comes_out_of_nothing(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(sorter_deinit) Sorter sorter = {0};
    SortItem item = {0};
    bool there = true;
    sorter_init(1, STR(""), NULL, &sorter);
    ASSERT_OK(sorter_finish(&sorter, &err), err);
    ASSERT_OK(sorter_next(&sorter, &item, &there, &err), err);
    assert_false(there);
}

static void a_full_disk_is_told(void **state)
{
    Error err = {0};
    FaultDisk faults;
    fault_disk_init(&faults);
    faults.capacity_left = 100000;
    {
        AUTO(sorter_deinit) Sorter sorter = {0};
        sorter_init(1, test_path(state, ""), &faults.disk, &sorter);
        ASSERT_FAILS(sorter_fill(&sorter, 1, &err), err, ERROR_STORAGE, "disk full");
    }
    fault_disk_deinit(&faults);
}

static bool sort_work(void *context, Error *err)
{
    const Str *directory = context;
    AUTO(sorter_deinit) Sorter sorter = {0};
    AUTO(bytes_deinit) Bytes large = {0};
    SortItem item = {0};
    bool there = true;
    sorter_init(1, *directory, NULL, &sorter);
    TRY(bytes_reserve(&large, 400 << 10, err));
    memset(large.data, 'x', 400 << 10);
    for (int64_t i = 0; i < 5; i++)
        TRY(sorter_add(&sorter, &(SortItem){-i, {(const char *)large.data, 400 << 10}, STR("")}, err));
    TRY(sorter_finish(&sorter, err));
    while (there) TRY(sorter_next(&sorter, &item, &there, err));
    return true;
}

static void a_sort_survives_every_failing_allocation(void **state)
{
    Str directory = test_path(state, "");
    for_each_allocation_failure(sort_work, &directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(runs_in_a_file_come_out_as_items_in_memory_do),
        TEST_IN_DIRECTORY(what_was_read_can_be_read_again),
        TEST_IN_DIRECTORY(more_runs_than_are_merged_at_once_become_fewer),
        cmocka_unit_test(nothing_comes_out_of_nothing),
        TEST_IN_DIRECTORY(a_full_disk_is_told),
        TEST_IN_DIRECTORY(a_sort_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
