/// Sums whose terms halve with time, without any moment that they must be brought up to: a term's weight is relative to 1970, so
/// that it never changes, and what remains to the moment of asking is one factor at the end. Order cannot show.
///
/// The weight of a moment is 2^(time / half-life) = 2^epoch * 2^fraction, epoch whole and 0 <= fraction < 1. A term is value *
/// exp2(fraction), rounded once; terms * 2^epoch are summed exactly, relative to the greatest epoch. Terms of epochs more than
/// DECAY_EPOCHS_MAX before it are left out, by rule.
#ifndef PAWL_NUMBER_DECAYED_SUM_H
#define PAWL_NUMBER_DECAYED_SUM_H

#include "number/exact_stats.h"

enum { DECAY_EPOCHS_MAX = 2000 };

typedef struct Decay {
    int64_t epoch;
    double fraction;
} Decay;

/// `half_life` is at least 1.
Decay decay_of(int64_t time, int64_t half_life);

/// Zero, with the greatest epoch of its terms, is empty.
typedef struct DecayedSum {
    int64_t epoch;
    ExactSum sum; ///< in units of 2^(epoch - DECAYED_SUM_SHIFT)
} DecayedSum;

void decayed_sum_add(DecayedSum *sum, double value, Decay decay);

/// As of a moment: the sum rounded once, times exp2(-fraction), times 2^(sum->epoch - epoch). A zero is never -0.
double decayed_sum_at(const DecayedSum *sum, Decay at);

/// One by another of the same terms' moments, each rounded once: at any moment the same.
double decayed_sum_ratio(const DecayedSum *sum, const DecayedSum *divisor);

#endif
