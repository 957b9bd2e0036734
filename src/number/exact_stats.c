#include "number/exact_stats.h"

#include "number/pinned.h"
#include "number/spread_internal.h"

enum {
    EXPONENT_FREE = -3 * EXACT_SUM_POINT_BITS, ///< below any bit that a numerator can have
    MEAN_SCALE = 64                            ///< more than a count's bits
};

/// A sum that overflows may still have a mean: then both sides are scaled by a power of two.
double exact_mean(const ExactSum *sum, uint64_t count)
{
    if (count == 0) return float_nan();
    double rounded = exact_sum_round(sum);
    if (float_is_finite(rounded) || exact_sum_is_special(sum)) return float_canonical(rounded / (double)count);
    return pinned_scale(exact_sum_round_scaled(sum, -MEAN_SCALE) / (double)count, MEAN_SCALE);
}

/// count * products - sum_x * sum_y, rounded once.
static Scaled spread_numerator(const ExactSum *sum_x, const ExactSum *sum_y, const ExactSum *products, uint64_t count)
{
    Wide left, right, minuend, subtrahend, difference;
    wide_from_sum(products, &left);
    wide_from_u64(count, EXACT_SUM_POINT_BITS / 32, &right);
    wide_multiply(&left, &right, &minuend);
    wide_from_sum(sum_x, &left);
    wide_from_sum(sum_y, &right);
    wide_multiply(&left, &right, &subtrahend);
    wide_subtract(&minuend, &subtrahend, &difference);
    return wide_round(&difference, 2 * EXACT_SUM_POINT_BITS, EXPONENT_FREE);
}

static double spread_denominator(uint64_t count, ExactSpread spread)
{
    Uint128 other = spread == EXACT_SPREAD_SAMPLE ? count - 1 : count;
    return (double)(count * other);
}

bool spread_is_defined(uint64_t count, ExactSpread spread)
{
    return count > (spread == EXACT_SPREAD_SAMPLE ? 1 : 0);
}

double spread_quotient(Scaled numerator, uint64_t count, ExactSpread spread)
{
    return pinned_scale(numerator.fraction / spread_denominator(count, spread), numerator.exponent);
}

double spread_root(Scaled numerator, uint64_t count, ExactSpread spread)
{
    bool odd = (numerator.exponent & 1) != 0;
    double variance = numerator.fraction / spread_denominator(count, spread) * (odd ? 2.0 : 1.0);
    return pinned_scale(pinned_sqrt(variance), (numerator.exponent - odd) / 2);
}

double exact_covariance(const ExactSum *sum_x, const ExactSum *sum_y, const ExactSum *products, uint64_t count,
                        ExactSpread spread)
{
    if (!spread_is_defined(count, spread)) return float_nan();
    if (exact_sum_is_special(sum_x) || exact_sum_is_special(sum_y) || exact_sum_is_special(products))
        return float_nan();
    return spread_quotient(spread_numerator(sum_x, sum_y, products, count), count, spread);
}

double exact_variance(const ExactSum *sum, const ExactSum *squares, uint64_t count, ExactSpread spread)
{
    return exact_covariance(sum, sum, squares, count, spread);
}

double exact_stddev(const ExactSum *sum, const ExactSum *squares, uint64_t count, ExactSpread spread)
{
    if (!spread_is_defined(count, spread)) return float_nan();
    if (exact_sum_is_special(sum) || exact_sum_is_special(squares)) return float_nan();
    return spread_root(spread_numerator(sum, sum, squares, count), count, spread);
}

static Scaled sum_scaled(const ExactSum *sum)
{
    Wide wide;
    wide_from_sum(sum, &wide);
    return wide_round(&wide, EXACT_SUM_POINT_BITS, EXPONENT_FREE);
}

double exact_ratio(const ExactSum *sum, const ExactSum *divisor)
{
    if (exact_sum_is_special(sum) || exact_sum_is_special(divisor)) {
        return float_canonical(exact_sum_round(sum) / exact_sum_round(divisor));
    }
    Scaled above = sum_scaled(sum);
    Scaled below = sum_scaled(divisor);
    return float_canonical(pinned_scale(above.fraction / below.fraction, above.exponent - below.exponent));
}

void exact_moments_merge(ExactMoments *moments, const ExactMoments *other)
{
    moments->count += other->count;
    exact_sum_merge(&moments->sum, &other->sum);
    exact_sum_merge(&moments->squares, &other->squares);
}

double exact_moments_mean(const ExactMoments *moments)
{
    return exact_mean(&moments->sum, moments->count);
}

double exact_moments_variance(const ExactMoments *moments, ExactSpread spread)
{
    return exact_variance(&moments->sum, &moments->squares, moments->count, spread);
}

double exact_moments_stddev(const ExactMoments *moments, ExactSpread spread)
{
    return exact_stddev(&moments->sum, &moments->squares, moments->count, spread);
}
