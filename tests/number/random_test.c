#include "number/random.h"

#include "mpfr_reference.h"

static void assert_block(RandomBlock counter, RandomKey key, RandomBlock expected)
{
    RandomBlock block = philox4x32(counter, key);
    assert_memory_equal(&block, &expected, sizeof(block));
}

/// kat_vectors of the Random123 distribution.
static void philox_gives_the_published_answers(void **state)
{
    UNUSED(state);
    assert_block((RandomBlock){{0, 0, 0, 0}}, (RandomKey){{0, 0}},
                 (RandomBlock){{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
    assert_block((RandomBlock){{UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}}, (RandomKey){{UINT32_MAX, UINT32_MAX}},
                 (RandomBlock){{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
    assert_block((RandomBlock){{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, (RandomKey){{0xa4093822, 0x299f31d0}},
                 (RandomBlock){{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}});
}

static void every_coordinate_makes_another_draw(void **state)
{
    UNUSED(state);
    RandomKey key = random_key(1, RANDOM_TEST, 1);
    uint64_t base = random_u64(key, 1, 1);
    assert_true(random_u64(key, 1, 1) == base);
    assert_true(random_u64(key, 2, 1) != base);
    assert_true(random_u64(key, 1, 2) != base);
    assert_true(random_u64(key, (uint64_t)1 << 32 | 1, 1) != base);
    assert_true(random_u64(random_key(2, RANDOM_TEST, 1), 1, 1) != base);
    assert_true(random_u64(random_key((uint64_t)1 << 32 | 1, RANDOM_TEST, 1), 1, 1) != base);
    assert_true(random_u64(random_key(1, RANDOM_SHUFFLE, 1), 1, 1) != base);
    assert_true(random_u64(random_key(1, RANDOM_TEST, (uint64_t)1 << 32 | 1), 1, 1) != base);
}

/// Draws are part of results: these values may never change.
static void draws_are_pinned(void **state)
{
    UNUSED(state);
    RandomKey key = random_key(7, RANDOM_SHUFFLE, 3);
    assert_true(random_u64(key, 12, 5) == 0x4f948cce39ed06e1);
    assert_true(random_below(key, 12, 5, 1000) == 310);
    assert_same_bits(random_uniform(key, 12, 5), 0x1.3e523338e7b4p-2);
    assert_same_bits(random_normal(key, 12, 5), -0x1.3eb93ff8d4711p+0);
    RandomPermutation permutation = random_permutation(key, 1000);
    assert_true(random_permutation_at(&permutation, 17) == 443);
}

static void bounded_draws_are_uniform(void **state)
{
    UNUSED(state);
    enum { BOUND = 7, DRAWS = 70000 };
    uint32_t counts[BOUND] = {0};
    RandomKey key = random_key(3, RANDOM_TEST, 0);
    for (uint64_t i = 0; i < DRAWS; i++) counts[random_below(key, i, 0, BOUND)]++;
    for (int i = 0; i < BOUND; i++) assert_in_range(counts[i], 9600, 10400);
}

static void bounded_draws_reject_what_would_be_biased(void **state)
{
    UNUSED(state);
    const uint64_t bound = (uint64_t)3 << 62; // every fourth draw is rejected
    RandomKey key = random_key(4, RANDOM_TEST, 0);
    uint32_t low = 0;
    for (uint64_t i = 0; i < 30000; i++) {
        uint64_t value = random_below(key, i, 0, bound);
        assert_true(value < bound);
        low += value < (uint64_t)1 << 62;
    }
    assert_in_range(low, 9600, 10400);
    assert_true(random_below(key, 0, 0, 1) == 0);
}

static void normal_draws_have_the_moments_of_a_normal(void **state)
{
    UNUSED(state);
    enum { DRAWS = 100000 };
    double sum = 0;
    double squares = 0;
    uint32_t beyond_two = 0;
    RandomKey key = random_key(5, RANDOM_TEST, 0);
    for (uint64_t i = 0; i < DRAWS; i++) {
        double value = random_normal(key, i, 0);
        sum += value;
        squares += value * value;
        beyond_two += value > 2 || value < -2;
    }
    assert_true(sum / DRAWS < 0.015 && sum / DRAWS > -0.015);
    assert_true(squares / DRAWS < 1.02 && squares / DRAWS > 0.98);
    assert_in_range(beyond_two, 4300, 4800);
}

static void permutations_hit_every_place_once(void **state)
{
    UNUSED(state);
    enum { COUNT_MAX = 5000 };
    const uint64_t counts[] = {1, 2, 3, 7, 64, 65, 100, 4096, 4097, COUNT_MAX};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        bool seen[COUNT_MAX] = {false};
        RandomPermutation permutation = random_permutation(random_key(6, RANDOM_SHUFFLE, i), counts[i]);
        for (uint64_t j = 0; j < counts[i]; j++) {
            uint64_t place = random_permutation_at(&permutation, j);
            assert_true(place < counts[i]);
            assert_false(seen[place]);
            seen[place] = true;
        }
    }
}

static void permutations_move_first_items_anywhere(void **state)
{
    UNUSED(state);
    enum { COUNT = 5, EPOCHS = 10000 };
    uint32_t places[COUNT] = {0};
    for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
        RandomPermutation permutation = random_permutation(random_key(8, RANDOM_SHUFFLE, epoch), COUNT);
        places[random_permutation_at(&permutation, 0)]++;
    }
    for (int i = 0; i < COUNT; i++) assert_in_range(places[i], 1800, 2200);
}

static void great_permutations_stay_inside(void **state)
{
    UNUSED(state);
    RandomPermutation permutation = random_permutation(random_key(9, RANDOM_SHUFFLE, 0), UINT64_MAX);
    assert_int_equal(permutation.half_bits, 32);
    assert_true(random_permutation_at(&permutation, UINT64_MAX - 1) < UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(every_coordinate_makes_another_draw),
        cmocka_unit_test(draws_are_pinned),
        cmocka_unit_test(bounded_draws_are_uniform),
        cmocka_unit_test(bounded_draws_reject_what_would_be_biased),
        cmocka_unit_test(normal_draws_have_the_moments_of_a_normal),
        cmocka_unit_test(permutations_hit_every_place_once),
        cmocka_unit_test(permutations_move_first_items_anywhere),
        cmocka_unit_test(great_permutations_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
