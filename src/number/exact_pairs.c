#include "number/exact_pairs.h"

#include "number/pinned.h"
#include "number/wide_internal.h"

enum { EXPONENT_FREE = -3 * EXACT_SUM_POINT_BITS };

void exact_pairs_reset(ExactPairs *pairs)
{
    pairs->count = 0;
    exact_sum_reset(&pairs->x);
    exact_sum_reset(&pairs->y);
    exact_sum_reset(&pairs->xx);
    exact_sum_reset(&pairs->yy);
    exact_sum_reset(&pairs->xy);
}

void exact_pairs_put(ExactPairs *pairs, double x, double y, int sign)
{
    uint64_t flip = sign < 0 ? FLOAT_SIGN_BIT : 0;
    pairs->count += sign < 0 ? UINT64_MAX : 1;
    exact_sum_apply(&pairs->x, x, flip);
    exact_sum_apply(&pairs->y, y, flip);
    exact_sum_apply_product(&pairs->xx, x, x, flip);
    exact_sum_apply_product(&pairs->yy, y, y, flip);
    exact_sum_apply_product(&pairs->xy, x, y, flip);
}

static bool is_special(const ExactPairs *pairs)
{
    return exact_sum_is_special(&pairs->x) || exact_sum_is_special(&pairs->y);
}

// first * second - third * fourth, rounded once. Products stand in units of 2^(-2 * EXACT_SUM_POINT_BITS).
static Scaled difference_of_products(const Wide factors[4])
{
    Wide minuend;
    Wide subtrahend;
    Wide difference;
    wide_multiply(&factors[0], &factors[1], &minuend);
    wide_multiply(&factors[2], &factors[3], &subtrahend);
    wide_subtract(&minuend, &subtrahend, &difference);
    return wide_round(&difference, 2 * EXACT_SUM_POINT_BITS, EXPONENT_FREE);
}

// n * products - left * right.
static Scaled spread(const ExactPairs *pairs, const ExactSum *products, const ExactSum *left, const ExactSum *right)
{
    Wide factors[4];
    wide_from_u64(pairs->count, EXACT_SUM_POINT_BITS / 32, &factors[0]);
    wide_from_sum(products, &factors[1]);
    wide_from_sum(left, &factors[2]);
    wide_from_sum(right, &factors[3]);
    return difference_of_products(factors);
}

static Scaled divide(Scaled above, Scaled below)
{
    return (Scaled){above.fraction / below.fraction, above.exponent - below.exponent};
}

// As decayed sums: 0 where the quotient is -0, of 0 by a negative weight or of an underflow.
static double quotient(Scaled above, Scaled below)
{
    return scaled_to_double(divide(above, below)) + 0.0;
}

static Scaled root(Scaled square)
{
    bool odd = (square.exponent & 1) != 0;
    return (Scaled){pinned_sqrt(odd ? square.fraction * 2 : square.fraction), (square.exponent - odd) / 2};
}

// Whether there are pairs enough, and numbers only; otherwise `*out_there` and `*out` are the answer.
static bool has_numbers(const ExactPairs *pairs, bool *out_there, double *out)
{
    *out_there = pairs->count >= 2;
    *out = float_nan();
    return *out_there && !is_special(pairs);
}

bool exact_pairs_correlation(const ExactPairs *pairs, double *out)
{
    bool there = false;
    if (!has_numbers(pairs, &there, out)) return there;
    Scaled xx = root(spread(pairs, &pairs->xx, &pairs->x, &pairs->x));
    Scaled yy = root(spread(pairs, &pairs->yy, &pairs->y, &pairs->y));
    Scaled below = {xx.fraction * yy.fraction, xx.exponent + yy.exponent};
    if (below.fraction == 0) return false;
    *out = quotient(spread(pairs, &pairs->xy, &pairs->x, &pairs->y), below);
    return true;
}

bool exact_pairs_slope(const ExactPairs *pairs, double *out)
{
    bool there = false;
    if (!has_numbers(pairs, &there, out)) return there;
    Scaled below = spread(pairs, &pairs->xx, &pairs->x, &pairs->x);
    if (below.fraction == 0) return false;
    *out = quotient(spread(pairs, &pairs->xy, &pairs->x, &pairs->y), below);
    return true;
}

bool exact_pairs_intercept(const ExactPairs *pairs, double *out)
{
    bool there = false;
    Wide factors[4];
    if (!has_numbers(pairs, &there, out)) return there;
    Scaled below = spread(pairs, &pairs->xx, &pairs->x, &pairs->x);
    if (below.fraction == 0) return false;
    wide_from_sum(&pairs->xx, &factors[0]);
    wide_from_sum(&pairs->y, &factors[1]);
    wide_from_sum(&pairs->x, &factors[2]);
    wide_from_sum(&pairs->xy, &factors[3]);
    *out = quotient(difference_of_products(factors), below);
    return true;
}

bool exact_pairs_weighted_mean(const ExactPairs *pairs, double *out)
{
    *out = float_nan();
    if (pairs->count == 0) return false;
    if (is_special(pairs)) return true;
    if (exact_sum_sign(&pairs->y) == 0) return false;
    *out = exact_ratio(&pairs->xy, &pairs->y) + 0.0; // as quotient()
    return true;
}

double exact_pairs_covariance(const ExactPairs *pairs, ExactSpread kind)
{
    return exact_covariance(&pairs->x, &pairs->y, &pairs->xy, pairs->count, kind);
}
