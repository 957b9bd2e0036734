/// Holds pinned functions against MPFR: the error of a result in units of the last place of the true value.
#ifndef PAWL_TESTS_MPFR_REFERENCE_H
#define PAWL_TESTS_MPFR_REFERENCE_H

#include <mpfr.h>

#include "number/float_order.h"
#include "support/test.h"

enum { REFERENCE_BITS = 256 };

typedef double (*PinnedFunction)(double x);
typedef int (*ReferenceFunction)(mpfr_t out, const mpfr_t x, mpfr_rnd_t mode);
typedef double (*PinnedFunction2)(double x, double y);
typedef int (*ReferenceFunction2)(mpfr_t out, const mpfr_t x, const mpfr_t y, mpfr_rnd_t mode);

/// SplitMix64: inputs that do not depend on what is tested.
static inline uint64_t test_u64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/// In [low, high).
static inline double test_between(uint64_t *state, double low, double high)
{
    return low + (high - low) * ((double)(test_u64(state) >> 11) * 0x1p-53);
}

/// Any finite double, all exponents alike.
static inline double test_any_finite(uint64_t *state)
{
    for (;;) {
        double value = float_from_bits(test_u64(state));
        if (float_is_finite(value)) return value;
    }
}

/// Of `actual` against the true value; infinite when they differ in kind.
static inline double ulp_error(double actual, mpfr_t truth)
{
    double rounded = mpfr_get_d(truth, MPFR_RNDN);
    if (float_is_nan(rounded) || !float_is_finite(rounded) || !float_is_finite(actual)) {
        bool same = float_bits(actual) == float_bits(float_canonical(rounded));
        return same ? 0 : float_infinity();
    }
    if (rounded == 0 && mpfr_zero_p(truth)) return actual == 0 ? 0 : float_infinity();
    mpfr_exp_t exponent = mpfr_get_exp(truth) - 53;
    mpfr_t difference;
    mpfr_init2(difference, REFERENCE_BITS);
    mpfr_sub_d(difference, truth, actual, MPFR_RNDN);
    mpfr_mul_2si(difference, difference, exponent < -1074 ? 1074 : -exponent, MPFR_RNDN);
    double error = mpfr_get_d(difference, MPFR_RNDN);
    mpfr_clear(difference);
    return error < 0 ? -error : error;
}

static inline double error_at(PinnedFunction function, ReferenceFunction reference, double x)
{
    mpfr_t truth;
    mpfr_t argument;
    mpfr_init2(truth, REFERENCE_BITS);
    mpfr_init2(argument, 53);
    mpfr_set_d(argument, x, MPFR_RNDN);
    reference(truth, argument, MPFR_RNDN);
    double error = ulp_error(function(x), truth);
    mpfr_clear(truth);
    mpfr_clear(argument);
    return error;
}

static inline double error_at2(PinnedFunction2 function, ReferenceFunction2 reference, double x, double y)
{
    mpfr_t truth;
    mpfr_t first;
    mpfr_t second;
    mpfr_init2(truth, REFERENCE_BITS);
    mpfr_init2(first, 53);
    mpfr_init2(second, 53);
    mpfr_set_d(first, x, MPFR_RNDN);
    mpfr_set_d(second, y, MPFR_RNDN);
    reference(truth, first, second, MPFR_RNDN);
    double error = ulp_error(function(x, y), truth);
    mpfr_clear(truth);
    mpfr_clear(first);
    mpfr_clear(second);
    return error;
}

/// Fails, naming the worst argument, when an error over `count` random arguments in [low, high) is above `limit`.
static inline void check_between(PinnedFunction function, ReferenceFunction reference, double low, double high,
                                 size_t count, double limit)
{
    uint64_t state = float_bits(low) ^ float_bits(high);
    double worst = 0;
    double worst_x = 0;
    for (size_t i = 0; i < count; i++) {
        double x = test_between(&state, low, high);
        double error = error_at(function, reference, x);
        if (error > worst) {
            worst = error;
            worst_x = x;
        }
    }
    if (worst > limit) fail_msg("%.6f ulp at %a", worst, worst_x);
}

/// The same over doubles of all magnitudes.
static inline void check_anywhere(PinnedFunction function, ReferenceFunction reference, size_t count, double limit)
{
    uint64_t state = count;
    for (size_t i = 0; i < count; i++) {
        double x = test_any_finite(&state);
        double error = error_at(function, reference, x);
        if (error > limit) fail_msg("%.6f ulp at %a", error, x);
    }
}

/// Checks arguments around `x`: itself and its nearest neighbours on both sides.
static inline void check_around(PinnedFunction function, ReferenceFunction reference, double x, double limit)
{
    for (int step = -3; step <= 3; step++) {
        double near = float_from_bits(float_bits(x) + (uint64_t)(int64_t)step);
        double error = error_at(function, reference, near);
        if (error > limit) fail_msg("%.6f ulp at %a", error, near);
    }
}

static inline void assert_same_bits(double actual, double expected)
{
    if (float_bits(actual) != float_bits(expected)) fail_msg("%a is not %a", actual, expected);
}

#endif
