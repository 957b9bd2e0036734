#include "number/decayed_sum.h"

#include "number/pinned.h"
#include "number/wide_internal.h"

// Keeps doubles of DECAY_EPOCHS_MAX epochs, and sums of 2^62 of them, within an ExactSum's range.
enum { DECAYED_SUM_SHIFT = 1000, EXPONENT_FREE = -3 * EXACT_SUM_POINT_BITS, SCALE_MAX = 1 << 16 };

Decay decay_of(int64_t time, int64_t half_life)
{
    int64_t rest = time % half_life;
    int64_t epoch = time / half_life - (rest < 0);
    if (rest < 0) rest += half_life;
    return (Decay){epoch, (double)rest / (double)half_life};
}

void decayed_sum_add(DecayedSum *sum, double value, Decay decay)
{
    double term = value * pinned_exp2(decay.fraction);
    uint64_t bits = float_bits(term);
    uint64_t behind = (uint64_t)sum->epoch - (uint64_t)decay.epoch;
    if (!float_is_finite(term)) {
        exact_sum_count_special(&sum->sum, term, 1);
        return;
    }
    if (bits << 1 == 0 || behind > DECAY_EPOCHS_MAX) return;
    uint32_t bit = float_exponent(bits) + EXACT_SUM_POINT_BITS - 1075 + DECAYED_SUM_SHIFT - (uint32_t)behind;
    exact_sum_put(&sum->sum, float_mantissa(bits), bit, (bits & FLOAT_SIGN_BIT) != 0);
}

double decayed_sum_ratio(const DecayedSum *sum, const DecayedSum *divisor)
{
    return exact_ratio(&sum->sum, &divisor->sum) + 0.0;
}

double decayed_sum_at(const DecayedSum *sum, Decay at)
{
    Wide wide;
    if (exact_sum_is_special(&sum->sum)) return exact_sum_round(&sum->sum);
    wide_from_sum(&sum->sum, &wide);
    Scaled rounded = wide_round(&wide, EXACT_SUM_POINT_BITS, EXPONENT_FREE);
    Int128 exponent = (Int128)sum->epoch - at.epoch + rounded.exponent - DECAYED_SUM_SHIFT;
    if (exponent > SCALE_MAX) exponent = SCALE_MAX;
    if (exponent < -SCALE_MAX) exponent = -SCALE_MAX;
    return pinned_scale(rounded.fraction * pinned_exp2(-at.fraction), (int)exponent) + 0.0; // never -0
}
