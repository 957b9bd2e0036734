#include "number/unit_sum.h"

#include "mpfr_reference.h"

enum { NUMBERS_MAX = 70, ROUNDS = 3000 };

/// Numbers, what the superaccumulator makes of some of them, and what sums in units do.
typedef struct Trial {
    double numbers[NUMBERS_MAX];
    size_t count;
    UnitScale scale;
    ExactMoments exact;
    UnitMoments units;
} Trial;

/// A mantissa of any length and an exponent within `binades` of `base`; some zeros of both signs.
static double draw(uint64_t *random, uint32_t base, uint32_t binades)
{
    uint64_t sign = test_u64(random) & FLOAT_SIGN_BIT;
    uint64_t exponent = base + test_u64(random) % (binades + 1);
    uint64_t fraction = test_u64(random) & (((uint64_t)1 << 52) - 1);
    if (test_u64(random) % 9 == 0) return float_from_bits(sign);
    if (test_u64(random) % 3 == 0) fraction &= ~(uint64_t)0 << (test_u64(random) % 52);
    return float_from_bits(sign | (exponent > 2046 ? 2046 : exponent) << 52 | fraction);
}

static void trial_make(Trial *trial, uint64_t seed)
{
    static const uint32_t BASES[] = {0, 1, 1023, 1990, 2046, 700};
    static const uint32_t BINADES[] = {0, 3, 12, 40, 43, 72, 90};
    uint64_t random = seed;
    UnitRange range = {0};
    trial->count = 1 + test_u64(&random) % NUMBERS_MAX;
    uint32_t base = BASES[test_u64(&random) % COUNT_OF(BASES)];
    uint32_t binades = BINADES[test_u64(&random) % COUNT_OF(BINADES)];
    for (size_t i = 0; i < trial->count; i++) {
        trial->numbers[i] = draw(&random, base, binades);
        if (seed % 4 == 0 && i > 0 && i % 2 == 1) trial->numbers[i] = -trial->numbers[i - 1];
        if (seed % 4 == 1) trial->numbers[i] = trial->numbers[0];
        unit_range_see(&range, trial->numbers[i]);
    }
    trial->scale = unit_scale_of(&range, trial->count);
}

static void trial_sum(Trial *trial, size_t begin, size_t end)
{
    trial->exact = (ExactMoments){0};
    trial->units = (UnitMoments){.count = end - begin};
    for (size_t i = begin; i < end; i++) {
        Int128 units = unit_of(&trial->scale, trial->numbers[i]);
        exact_moments_add(&trial->exact, trial->numbers[i]);
        trial->units.sum += units;
        if (trial->scale.squares) trial->units.squares = unit_squares_add(trial->units.squares, unit_square(units));
    }
}

static void check_spreads(const Trial *trial)
{
    for (ExactSpread spread = EXACT_SPREAD_SAMPLE; spread <= EXACT_SPREAD_POPULATION; spread++) {
        assert_same_bits(unit_variance(&trial->scale, &trial->units, spread),
                         exact_moments_variance(&trial->exact, spread));
        assert_same_bits(unit_stddev(&trial->scale, &trial->units, spread),
                         exact_moments_stddev(&trial->exact, spread));
    }
}

static void units_give_the_bits_of_the_superaccumulator(void **state)
{
    UNUSED(state);
    static Trial trial;
    size_t sums = 0;
    size_t squares = 0;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        trial_make(&trial, seed);
        if (!trial.scale.sums) continue;
        trial_sum(&trial, seed % trial.count, trial.count);
        sums++;
        assert_same_bits(unit_sum_round(&trial.scale, trial.units.sum), exact_sum_round(&trial.exact.sum));
        assert_same_bits(unit_mean(&trial.scale, trial.units.sum, trial.units.count), exact_moments_mean(&trial.exact));
        if (!trial.scale.squares) continue;
        squares++;
        check_spreads(&trial);
    }
    assert_true(sums > ROUNDS / 2 && sums < ROUNDS && squares > ROUNDS / 3 && squares < sums);
}

static void differences_of_prefixes_are_the_sums_between(void **state)
{
    UNUSED(state);
    static Trial trial;
    static UnitMoments prefixes[NUMBERS_MAX + 1];
    for (uint64_t seed = 0; seed < ROUNDS / 10; seed++) {
        trial_make(&trial, seed);
        if (!trial.scale.squares) continue;
        for (size_t i = 0; i < trial.count; i++) {
            Int128 units = unit_of(&trial.scale, trial.numbers[i]);
            prefixes[i + 1].sum = prefixes[i].sum + units;
            prefixes[i + 1].squares = unit_squares_add(prefixes[i].squares, unit_square(units));
        }
        for (size_t begin = 0; begin < trial.count; begin += 3) {
            trial_sum(&trial, begin, trial.count);
            trial.units.sum = prefixes[trial.count].sum - prefixes[begin].sum;
            trial.units.squares = unit_squares_subtract(prefixes[trial.count].squares, prefixes[begin].squares);
            check_spreads(&trial);
        }
    }
}

static void integers_are_their_own_units(void **state)
{
    UNUSED(state);
    UnitRange range = {0};
    unit_range_see_integer(&range, INT64_MIN);
    unit_range_see_integer(&range, INT64_MAX);
    UnitScale scale = unit_scale_of(&range, 3);
    assert_true(scale.sums && scale.squares && scale.exponent == 0);
    Int128 sum = (Int128)INT64_MIN + INT64_MIN + INT64_MAX;
    UnitSquares squares = unit_square(INT64_MIN);
    squares = unit_squares_add(squares, unit_square(INT64_MIN));
    squares = unit_squares_add(squares, unit_square(INT64_MAX));
    UnitMoments moments = {3, sum, squares};
    static ExactMoments exact;
    exact.count = 3;
    exact_sum_add_int128(&exact.sum, sum);
    exact_sum_add_int128_scaled(&exact.squares, 1, 126); // 2^126, twice, and 2^126 - 2^64 + 1
    exact_sum_add_int128_scaled(&exact.squares, 1, 127);
    exact_sum_add_int128(&exact.squares, 1 - ((Int128)1 << 64));
    assert_same_bits(unit_variance(&scale, &moments, EXACT_SPREAD_SAMPLE),
                     exact_moments_variance(&exact, EXACT_SPREAD_SAMPLE));
}

static void what_does_not_fit_is_told(void **state)
{
    UNUSED(state);
    UnitRange range = {0};
    unit_range_see(&range, 1e308);
    assert_true(unit_scale_of(&range, 1000).squares);
    unit_range_see(&range, 5e-324);
    assert_false(unit_scale_of(&range, 1).sums);
    range = (UnitRange){0};
    unit_range_see(&range, float_nan());
    assert_false(unit_scale_of(&range, 1).sums);
    range = (UnitRange){0};
    unit_range_see(&range, -0.0);
    UnitScale zeros = unit_scale_of(&range, 5);
    assert_true(zeros.sums && zeros.squares);
    assert_same_bits(unit_sum_round(&zeros, 0), 0.0);
    unit_range_see_integer(&range, (Int128)1 << 120);
    assert_true(unit_scale_of(&range, 1).sums && !unit_scale_of(&range, 1).squares);
    assert_false(unit_scale_of(&range, 1 << 6).sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_give_the_bits_of_the_superaccumulator),
        cmocka_unit_test(differences_of_prefixes_are_the_sums_between),
        cmocka_unit_test(integers_are_their_own_units),
        cmocka_unit_test(what_does_not_fit_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
