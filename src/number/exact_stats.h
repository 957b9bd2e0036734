/// Mean, variance, covariance and their kin from exact sums: numerator and denominator are exact integers, each rounded
/// once, then pinned IEEE operations (division, square root) follow. So equal multisets of values give equal bits.
///
/// Any NaN, or +Inf and -Inf together, gives the canonical NaN; otherwise a mean over an infinity is that infinity, and a
/// variance, covariance or deviation over one is NaN. Too few values (0 for a mean, 0 or 1 for a sample's spread) give
/// NaN; what an empty window means is the caller's to decide before.
///
/// A quotient inside the range of doubles never over- or underflows on the way, whatever the sums hold.
#ifndef PAWL_NUMBER_EXACT_STATS_H
#define PAWL_NUMBER_EXACT_STATS_H

#include "number/exact_sum.h"

typedef enum ExactSpread {
    EXACT_SPREAD_SAMPLE,    ///< divide by n (n - 1)
    EXACT_SPREAD_POPULATION ///< divide by n n
} ExactSpread;

/// `sum` of `count` values.
double exact_mean(const ExactSum *sum, uint64_t count);

/// `squares` is the sum of the same values' squares.
double exact_variance(const ExactSum *sum, const ExactSum *squares, uint64_t count, ExactSpread spread);
double exact_stddev(const ExactSum *sum, const ExactSum *squares, uint64_t count, ExactSpread spread);

/// `products` is the sum of x * y over the same `count` pairs.
double exact_covariance(const ExactSum *sum_x, const ExactSum *sum_y, const ExactSum *products, uint64_t count,
                        ExactSpread spread);

/// sum / divisor, both exact, each rounded once: weighted means and other ratios of sums.
double exact_ratio(const ExactSum *sum, const ExactSum *divisor);

/// What a sliding window keeps for mean, variance and deviation. The zero value is empty.
typedef struct ExactMoments {
    uint64_t count;
    ExactSum sum;
    ExactSum squares;
} ExactMoments;

static inline void exact_moments_add(ExactMoments *moments, double value)
{
    moments->count++;
    exact_sum_add(&moments->sum, value);
    exact_sum_add_square(&moments->squares, value);
}

static inline void exact_moments_remove(ExactMoments *moments, double value)
{
    moments->count--;
    exact_sum_remove(&moments->sum, value);
    exact_sum_remove_square(&moments->squares, value);
}

void exact_moments_merge(ExactMoments *moments, const ExactMoments *other);
double exact_moments_mean(const ExactMoments *moments);
double exact_moments_variance(const ExactMoments *moments, ExactSpread spread);
double exact_moments_stddev(const ExactMoments *moments, ExactSpread spread);

#endif
