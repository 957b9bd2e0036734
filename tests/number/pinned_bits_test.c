/// The bits themselves, as digests over many arguments: a compiler, an option or a machine that changes one fails here.
/// A digest may change only together with the version of the semantics.
#include <stdio.h>

#include "base/hash.h"
#include "mpfr_reference.h"
#include "number/exact_stats.h"
#include "number/gemm.h"
#include "number/pinned.h"
#include "number/random.h"

enum { ARGUMENTS = 4000 };

static double results[ARGUMENTS];

static void assert_digest(const char *name, uint64_t expected)
{
    uint64_t digest = hash64(results, sizeof(results), 0);
    if (digest != expected) fail_msg("%s: 0x%016llx", name, (unsigned long long)digest);
}

/// Ordinary arguments mostly, any at all now and then.
static double draw_argument(uint64_t *random, int i)
{
    if (i % 4 == 0) return test_any_finite(random);
    return test_between(random, -1, 1) * (i % 4 == 1 ? 1 : i % 4 == 2 ? 50 : 1000);
}

static void functions_of_one_argument_keep_their_bits(void **state)
{
    UNUSED(state);
    const struct {
        const char *name;
        PinnedFunction function;
        uint64_t digest;
    } cases[] = {
        {"exp", pinned_exp, 0x3ac8c757403460ee},     {"exp2", pinned_exp2, 0xce770966b6ddc63c},
        {"expm1", pinned_expm1, 0x7cd0430ce387474d}, {"log", pinned_log, 0x3c68e428962d6ae0},
        {"log1p", pinned_log1p, 0x3cb198b339e5594c}, {"sin", pinned_sin, 0xb8ecc55610eeb8b9},
        {"cos", pinned_cos, 0xd26748714ceb1f4d},     {"asin", pinned_asin, 0x862f54d5f032e15d},
        {"acos", pinned_acos, 0xa0ef840d63cf3aa4},   {"atan", pinned_atan, 0x6f1b7072dfc18345},
        {"log2", pinned_log2, 0xebf8d50ac321a9f0},   {"log10", pinned_log10, 0x6d7f5c5a3f098685},
        {"tan", pinned_tan, 0xea2e055e88b55b23},     {"cbrt", pinned_cbrt, 0x6efc87745bd1d824},
        {"sinh", pinned_sinh, 0xc61a2cf40e870e60},   {"cosh", pinned_cosh, 0x9294769566bc16ab},
        {"tanh", pinned_tanh, 0xe140b376971415df},   {"sigmoid", pinned_sigmoid, 0x164d2e23e3c54b5a},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t random = 1;
        for (int j = 0; j < ARGUMENTS; j++) results[j] = cases[i].function(draw_argument(&random, j));
        assert_digest(cases[i].name, cases[i].digest);
    }
}

static void functions_of_more_arguments_keep_their_bits(void **state)
{
    UNUSED(state);
    uint64_t random = 2;
    for (int i = 0; i < ARGUMENTS; i++) {
        double x = draw_argument(&random, i);
        results[i] = pinned_pow(x < 0 ? -x : x, draw_argument(&random, i / 4));
    }
    assert_digest("pow", 0xde7f5fdaa1622e9c);
    for (int i = 0; i < ARGUMENTS; i++) {
        double y = draw_argument(&random, i);
        results[i] = pinned_atan2(y, draw_argument(&random, i / 4));
    }
    assert_digest("atan2", 0xcafb0c615c0b8203);
    for (int i = 0; i < ARGUMENTS; i++) {
        double latitude = test_between(&random, -90, 90);
        double longitude = test_between(&random, -180, 180);
        results[i] = haversine_km(latitude, longitude, latitude + test_between(&random, -1, 1), longitude + 0.1);
    }
    assert_digest("haversine", 0x24f4bc4efd80ae1c);
    for (int i = 0; i < ARGUMENTS; i++) {
        double y = draw_argument(&random, i);
        results[i] = pinned_hypot(y, draw_argument(&random, i / 4));
    }
    assert_digest("hypot", 0xf0ebb5c6ca2660ee);
}

static void statistics_keep_their_bits(void **state)
{
    UNUSED(state);
    uint64_t random = 3;
    static ExactMoments moments;
    moments = (ExactMoments){0};
    for (int i = 0; i < ARGUMENTS / 4; i++) {
        exact_moments_add(&moments, draw_argument(&random, 1 + i % 3));
        results[4 * i] = exact_sum_round(&moments.sum);
        results[4 * i + 1] = exact_moments_mean(&moments);
        results[4 * i + 2] = exact_moments_variance(&moments, EXACT_SPREAD_SAMPLE);
        results[4 * i + 3] = exact_moments_stddev(&moments, EXACT_SPREAD_POPULATION);
    }
    assert_digest("statistics", 0x798f506724ff8efa);
}

static void draws_keep_their_bits(void **state)
{
    UNUSED(state);
    RandomKey key = random_key(11, RANDOM_TEST, 5);
    for (uint32_t i = 0; i < ARGUMENTS; i++) results[i] = random_normal(key, i, i % 7);
    assert_digest("normal", 0xf09a730dc40a8e71);
    RandomPermutation permutation = random_permutation(key, ARGUMENTS);
    for (uint32_t i = 0; i < ARGUMENTS; i++) results[i] = (double)random_permutation_at(&permutation, i);
    assert_digest("permutation", 0x340aae3808a030db);
}

static void normal_equations_keep_their_bits(void **state)
{
    UNUSED(state);
    enum { COLUMNS = 40, ROWS = 1500 };
    static double rows[ROWS * COLUMNS];
    uint64_t random = 4;
    Error err = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) rows[i] = test_between(&random, -1, 1);
    memset(results, 0, sizeof(results));
    double *moments = results + COLUMNS * COLUMNS;
    ASSERT_OK(gram_rows(rows, ROWS, COLUMNS, NULL, rows + 5, results, moments, &err), err);
    ASSERT_OK(cholesky_factor(results, COLUMNS, &err), err);
    cholesky_solve(results, COLUMNS, moments);
    assert_digest("normal equations", 0xb754750c93af250e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_one_argument_keep_their_bits),
        cmocka_unit_test(functions_of_more_arguments_keep_their_bits),
        cmocka_unit_test(statistics_keep_their_bits),
        cmocka_unit_test(draws_keep_their_bits),
        cmocka_unit_test(normal_equations_keep_their_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
