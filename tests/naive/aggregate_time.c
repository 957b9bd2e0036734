/// Aggregations over the times of rows, and values that decay with them.
#include <math.h>

#include <mpfr.h>

#include "naive/aggregates.h"
#include "naive/wide.h"
#include "number/pinned.h"

enum { EXACT_BITS = 20480, DOUBLE_BITS = 53, REACH = 2000 };

static const Type FLOAT = {.id = TYPE_FLOAT64};

Value naive_rate(const Counted *counted)
{
    double windows = (double)counted->window_us / (double)counted_int(counted, 0, 1);
    return value_float((double)counted->count / windows);
}

static Value seconds(Int128 from, Int128 to)
{
    return value_float((double)(to - from) / 1e6);
}

Value naive_time_since_last(const Counted *counted)
{
    if (counted->count == 0) return value_null(FLOAT);
    return seconds(counted->times[counted->count - 1], counted->at);
}

Value naive_time_since_first(const Counted *counted)
{
    if (counted->count == 0) return value_null(FLOAT);
    return seconds(counted->times[0], counted->at);
}

Value naive_mean_gap(const Counted *counted)
{
    if (counted->count < 2) return value_null(FLOAT);
    Int128 span = (Int128)counted->times[counted->count - 1] - counted->times[0];
    return value_float((double)span / (double)(counted->count - 1) / 1e6);
}

static Value extreme_gap(const Counted *counted, int sign)
{
    if (counted->count < 2) return value_null(FLOAT);
    Int128 best = (Int128)counted->times[1] - counted->times[0];
    for (size_t i = 2; i < counted->count; i++) {
        Int128 gap = (Int128)counted->times[i] - counted->times[i - 1];
        if (gap * sign > best * sign) best = gap;
    }
    return seconds(0, best);
}

Value naive_max_gap(const Counted *counted)
{
    return extreme_gap(counted, 1);
}

Value naive_min_gap(const Counted *counted)
{
    return extreme_gap(counted, -1);
}

/// Whole half-lives since 1970, and 2 to the rest of them.
static int64_t half_lives(int64_t time, int64_t half_life, double *out_fraction)
{
    int64_t whole = time / half_life - (time % half_life < 0 ? 1 : 0);
    int64_t rest = (int64_t)((Int128)time - (Int128)whole * half_life);
    mpfr_t quotient;
    mpfr_t dividend;
    mpfr_t divisor;
    mpfr_init2(quotient, DOUBLE_BITS);
    mpfr_inits2(EXACT_BITS, dividend, divisor, (mpfr_ptr)NULL);
    wide_set_integer(dividend, rest);
    wide_set_integer(divisor, half_life);
    mpfr_div(quotient, dividend, divisor, MPFR_RNDN);
    *out_fraction = mpfr_get_d(quotient, MPFR_RNDN);
    mpfr_clears(quotient, divisor, dividend, (mpfr_ptr)NULL);
    return whole;
}

static double item(const Counted *counted, size_t i, bool ones)
{
    return ones ? 1 : counted->values[i].number;
}

/// The rows' mantissas and exponents, summed exactly relative to the greatest exponent, rounded to the 53 bits of `out`.
static int64_t decayed(const Counted *counted, bool ones, mpfr_t out)
{
    int64_t half_life = counted_int(counted, 0, 1);
    int64_t greatest = INT64_MIN;
    double fraction = 0;
    mpfr_t sum;
    mpfr_t term;
    mpfr_inits2(EXACT_BITS, sum, term, (mpfr_ptr)NULL);
    mpfr_set_zero(sum, 1);
    for (size_t i = 0; i < counted->count; i++) {
        int64_t whole = half_lives(counted->times[i], half_life, &fraction);
        greatest = whole > greatest ? whole : greatest;
    }
    for (size_t i = 0; i < counted->count; i++) {
        Int128 below = (Int128)greatest - half_lives(counted->times[i], half_life, &fraction);
        if (below > REACH) continue;
        mpfr_set_d(term, item(counted, i, ones) * pinned_exp2(fraction), MPFR_RNDN);
        mpfr_div_2ui(term, term, (unsigned long)below, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_set(out, sum, MPFR_RNDN);
    mpfr_clears(sum, term, (mpfr_ptr)NULL);
    return greatest;
}

static bool special_sum(const Counted *counted, double *out)
{
    bool special = false;
    *out = 0;
    for (size_t i = 0; i < counted->count; i++) {
        special = special || !isfinite(counted->values[i].number);
        if (!isfinite(counted->values[i].number)) *out += counted->values[i].number;
    }
    return special;
}

/// As of the instant of evaluation.
static double decayed_to(const Counted *counted, bool ones)
{
    double fraction = 0;
    mpfr_t sum;
    mpfr_init2(sum, DOUBLE_BITS);
    int64_t greatest = decayed(counted, ones, sum);
    int64_t whole = half_lives(counted->at, counted_int(counted, 0, 1), &fraction);
    Int128 below = (Int128)whole - greatest;
    mpfr_mul_d(sum, sum, pinned_exp2(-fraction), MPFR_RNDN);
    if (below >= 0) {
        mpfr_div_2ui(sum, sum, (unsigned long)(below < 100000 ? below : 100000), MPFR_RNDN);
    } else {
        mpfr_mul_2ui(sum, sum, (unsigned long)-below, MPFR_RNDN);
    }
    double out = mpfr_get_d(sum, MPFR_RNDN);
    mpfr_clear(sum);
    return fpclassify(out) == FP_ZERO ? 0 : out;
}

Value naive_decayed_sum(const Counted *counted)
{
    double special = 0;
    if (counted->count == 0) return value_null(FLOAT);
    if (special_sum(counted, &special)) return value_float(special);
    return value_float(decayed_to(counted, false));
}

Value naive_decayed_count(const Counted *counted)
{
    return value_float(counted->count == 0 ? 0 : decayed_to(counted, true));
}

Value naive_decayed_mean(const Counted *counted)
{
    double special = 0;
    mpfr_t sums[2];
    if (counted->count == 0) return value_null(FLOAT);
    if (special_sum(counted, &special)) return value_float(special);
    mpfr_inits2(DOUBLE_BITS, sums[0], sums[1], (mpfr_ptr)NULL);
    (void)decayed(counted, false, sums[0]);
    (void)decayed(counted, true, sums[1]);
    mpfr_div(sums[0], sums[0], sums[1], MPFR_RNDN);
    double out = mpfr_get_d(sums[0], MPFR_RNDN);
    mpfr_clears(sums[0], sums[1], (mpfr_ptr)NULL);
    return value_float(fpclassify(out) == FP_ZERO ? 0 : out);
}
