#include "engine/code_sort.h"

#include <stdlib.h>

#include "number/random.h"
#include "support/test.h"

static int compare_codes(const void *left, const void *right)
{
    uint64_t one = *(const uint64_t *)left;
    uint64_t other = *(const uint64_t *)right;
    return (one > other) - (one < other);
}

static void check_sorted(CodeSorter *sorter, size_t count, uint32_t bits, uint32_t used_bits)
{
    static uint64_t expected[600000];
    RandomKey key = random_key(count, RANDOM_TEST, bits);
    const uint64_t *sorted = NULL;
    Error err = {0};
    assert_true(count <= COUNT_OF(expected));
    ASSERT_OK(code_sorter_reserve(sorter, count, &err), err);
    for (size_t i = 0; i < count; i++) {
        uint64_t code = random_u64(key, i, 0) >> (64 - used_bits);
        expected[i] = sorter->codes[i] = i % 7 == 0 ? code : code >> used_bits / 2;
    }
    qsort(expected, count, sizeof(*expected), compare_codes);
    ASSERT_OK(code_sorter_sort(sorter, count, bits, &sorted, &err), err);
    for (size_t i = 0; i < count; i++) assert_true(sorted[i] == expected[i]);
}

static void codes_are_sorted_however_many_and_however_spread(void **state)
{
    UNUSED(state);
    AUTO(code_sorter_deinit) CodeSorter sorter = {0};
    static const size_t counts[] = {0, 1, 2, 24, 25, 100, 5000, 600000};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        check_sorted(&sorter, counts[i], 64, 64);
        check_sorted(&sorter, counts[i], 64, 20); // all in one bucket
        check_sorted(&sorter, counts[i], 40, 37);
        check_sorted(&sorter, counts[i], 3, 3);
        check_sorted(&sorter, counts[i], 1, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_sorted_however_many_and_however_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
