#include "number/exact_sum.h"

#include "number/wide_internal.h"

enum { EXPONENT_LEAST = -1074, SCALE_MAX = 4096 };

static uint32_t touched_low(const ExactSum *sum)
{
    return EXACT_SUM_CHUNKS - sum->reach;
}

void exact_sum_reset(ExactSum *sum)
{
    for (uint32_t i = touched_low(sum); i < sum->end; i++) sum->chunks[i] = 0;
    sum->end = 0;
    sum->reach = 0;
    sum->pending = 0;
    sum->nan_count = 0;
    sum->positive_infinity_count = 0;
    sum->negative_infinity_count = 0;
}

void exact_sum_copy(const ExactSum *sum, ExactSum *out)
{
    if (sum == out) return;
    exact_sum_reset(out);
    for (uint32_t i = touched_low(sum); i < sum->end; i++) out->chunks[i] = sum->chunks[i];
    out->end = sum->end;
    out->reach = sum->reach;
    out->pending = sum->pending;
    out->nan_count = sum->nan_count;
    out->positive_infinity_count = sum->positive_infinity_count;
    out->negative_infinity_count = sum->negative_infinity_count;
}

/// Carries move up; every chunk but the highest ends in [0, 2^32), the highest keeps the sign and at most 33 bits.
void exact_sum_settle(ExactSum *sum)
{
    const int64_t digit_values = (int64_t)1 << EXACT_SUM_CHUNK_BITS;
    int64_t carry = 0;

    sum->pending = 0;
    if (sum->end == 0) return;
    for (uint32_t i = touched_low(sum); i + 1 < sum->end; i++) {
        int64_t value = sum->chunks[i] + carry;
        sum->chunks[i] = value & (digit_values - 1);
        carry = value >> EXACT_SUM_CHUNK_BITS;
    }
    int64_t *top = &sum->chunks[sum->end - 1];
    *top += carry;
    if (*top >= -digit_values && *top < digit_values) return;
    CHECK(sum->end < EXACT_SUM_CHUNKS);
    top[1] = *top >> EXACT_SUM_CHUNK_BITS;
    top[0] &= digit_values - 1;
    sum->end++;
}

void exact_sum_count_special(ExactSum *sum, double value, int64_t count)
{
    if (float_is_nan(value)) {
        sum->nan_count += count;
    } else if (value > 0) {
        sum->positive_infinity_count += count;
    } else {
        sum->negative_infinity_count += count;
    }
}

static void widen_touched(ExactSum *sum, const ExactSum *other)
{
    if (sum->end < other->end) sum->end = other->end;
    if (sum->reach < other->reach) sum->reach = other->reach;
}

/// A chunk holds at most 2^52 per pending addition and 2^33 besides, so merging counts as one addition more.
static void make_room_for_merge(ExactSum *sum, const ExactSum *other)
{
    if (sum->pending + other->pending + 1 > EXACT_SUM_PENDING_MAX) exact_sum_settle(sum);
}

static void finish_merge(ExactSum *sum, uint32_t other_pending)
{
    sum->pending += other_pending + 1;
    if (sum->pending > EXACT_SUM_PENDING_MAX) exact_sum_settle(sum);
}

void exact_sum_merge(ExactSum *sum, const ExactSum *other)
{
    make_room_for_merge(sum, other);
    widen_touched(sum, other);
    for (uint32_t i = touched_low(other); i < other->end; i++) sum->chunks[i] += other->chunks[i];
    sum->nan_count += other->nan_count;
    sum->positive_infinity_count += other->positive_infinity_count;
    sum->negative_infinity_count += other->negative_infinity_count;
    finish_merge(sum, other->pending);
}

void exact_sum_unmerge(ExactSum *sum, const ExactSum *other)
{
    make_room_for_merge(sum, other);
    widen_touched(sum, other);
    for (uint32_t i = touched_low(other); i < other->end; i++) sum->chunks[i] -= other->chunks[i];
    sum->nan_count -= other->nan_count;
    sum->positive_infinity_count -= other->positive_infinity_count;
    sum->negative_infinity_count -= other->negative_infinity_count;
    finish_merge(sum, other->pending);
}

static double round_special(const ExactSum *sum)
{
    if (sum->nan_count != 0) return float_nan();
    if (sum->positive_infinity_count != 0 && sum->negative_infinity_count != 0) return float_nan();
    return sum->positive_infinity_count != 0 ? float_infinity() : -float_infinity();
}

double exact_sum_round_scaled(const ExactSum *sum, int exponent)
{
    Wide wide;
    CHECK(exponent >= -SCALE_MAX && exponent <= SCALE_MAX);
    if (exact_sum_is_special(sum)) return round_special(sum);
    wide_from_sum(sum, &wide);
    return scaled_to_double(wide_round(&wide, EXACT_SUM_POINT_BITS - exponent, EXPONENT_LEAST));
}

double exact_sum_round(const ExactSum *sum)
{
    return exact_sum_round_scaled(sum, 0);
}

int exact_sum_sign(const ExactSum *sum)
{
    Wide wide;
    CHECK(!exact_sum_is_special(sum));
    wide_from_sum(sum, &wide);
    if (wide.low == wide.end) return 0;
    return wide.negative ? -1 : 1;
}

bool exact_sum_equal(const ExactSum *left, const ExactSum *right)
{
    Wide left_wide;
    Wide right_wide;
    wide_from_sum(left, &left_wide);
    wide_from_sum(right, &right_wide);
    if (left_wide.low != right_wide.low || left_wide.end != right_wide.end) return false;
    for (uint32_t i = left_wide.low; i < left_wide.end; i++) {
        if (left_wide.digits[i] != right_wide.digits[i]) return false;
    }
    return left_wide.negative == right_wide.negative && left->nan_count == right->nan_count &&
           left->positive_infinity_count == right->positive_infinity_count &&
           left->negative_infinity_count == right->negative_infinity_count;
}

/// Puts value * 2^(bit - EXACT_SUM_POINT_BITS) in pieces that one addition can hold.
static void put_magnitude(ExactSum *sum, Uint128 magnitude, uint32_t bit, bool negative)
{
    enum { PIECE_BITS = 48 };
    for (; magnitude != 0; magnitude >>= PIECE_BITS, bit += PIECE_BITS) {
        uint64_t piece = (uint64_t)magnitude & (((uint64_t)1 << PIECE_BITS) - 1);
        if (piece != 0) exact_sum_put(sum, piece, bit, negative);
    }
}

void exact_sum_add_int128_scaled(ExactSum *sum, Int128 value, uint32_t exponent)
{
    bool negative = value < 0;
    Uint128 magnitude = negative ? -(Uint128)value : (Uint128)value;
    put_magnitude(sum, magnitude, EXACT_SUM_POINT_BITS + exponent, negative);
}

void exact_sum_add_int128(ExactSum *sum, Int128 value)
{
    exact_sum_add_int128_scaled(sum, value, 0);
}

void exact_sum_remove_int128(ExactSum *sum, Int128 value)
{
    bool negative = value < 0;
    Uint128 magnitude = negative ? -(Uint128)value : (Uint128)value;
    put_magnitude(sum, magnitude, EXACT_SUM_POINT_BITS, !negative);
}
