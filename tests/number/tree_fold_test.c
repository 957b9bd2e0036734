#include "number/tree_fold.h"

#include "base/memory.h"
#include "mpfr_reference.h"

enum { WIDTH = 3, SLOTS_MAX = 70 };

static void draw_slots(size_t count, double *slots)
{
    uint64_t random = count;
    for (size_t i = 0; i < count * WIDTH; i++) slots[i] = test_between(&random, -1, 1) * 1e10 + 0.1;
}

static bool push_all(size_t count, const double *slots, double *out, Error *err)
{
    AUTO(tree_folder_deinit) TreeFolder folder = {.width = WIDTH};
    for (size_t i = 0; i < count; i++) TRY(tree_folder_push(&folder, slots + i * WIDTH, err));
    tree_folder_finish(&folder, out);
    return true;
}

static void leaves_in_order_fold_as_slots_in_memory(void **state)
{
    UNUSED(state);
    Error err = {0};
    double slots[SLOTS_MAX * WIDTH];
    double folded[WIDTH];
    for (size_t count = 1; count <= SLOTS_MAX; count++) {
        draw_slots(count, slots);
        ASSERT_OK(push_all(count, slots, folded, &err), err);
        tree_fold(slots, count, WIDTH);
        assert_memory_equal(folded, slots, sizeof(folded));
    }
}

/// What two workers of aligned halves do, then their parts are folded: the same bits as one worker.
static void aligned_halves_fold_apart(void **state)
{
    UNUSED(state);
    double whole[SLOTS_MAX * WIDTH];
    double parts[SLOTS_MAX * WIDTH];
    draw_slots(SLOTS_MAX, whole);
    memcpy(parts, whole, sizeof(parts));
    tree_fold(whole, SLOTS_MAX, WIDTH);
    tree_fold(parts, 64, WIDTH);
    tree_fold(parts + 64 * WIDTH, SLOTS_MAX - 64, WIDTH);
    for (size_t i = 0; i < WIDTH; i++) assert_same_bits(parts[i] + parts[64 * WIDTH + i], whole[i]);
}

static void a_fold_of_nothing_is_zero(void **state)
{
    UNUSED(state);
    Error err = {0};
    double out[WIDTH] = {1, 2, 3};
    ASSERT_OK(push_all(0, NULL, out, &err), err);
    for (size_t i = 0; i < WIDTH; i++) assert_same_bits(out[i], 0);
}

static void a_folder_goes_on_after_finishing(void **state)
{
    UNUSED(state);
    Error err = {0};
    const double leaf[WIDTH] = {1, 2, 3};
    double out[WIDTH];
    AUTO(tree_folder_deinit) TreeFolder folder = {.width = WIDTH};
    for (int i = 1; i <= 9; i++) {
        ASSERT_OK(tree_folder_push(&folder, leaf, &err), err);
        tree_folder_finish(&folder, out);
        assert_same_bits(out[2], 3 * i);
    }
}

static bool push_five(void *context, Error *err)
{
    double out[WIDTH];
    return push_all(5, context, out, err);
}

static void folding_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    double slots[5 * WIDTH];
    draw_slots(5, slots);
    for_each_allocation_failure(push_five, slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_in_order_fold_as_slots_in_memory),
        cmocka_unit_test(aligned_halves_fold_apart),
        cmocka_unit_test(a_fold_of_nothing_is_zero),
        cmocka_unit_test(a_folder_goes_on_after_finishing),
        cmocka_unit_test(folding_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
