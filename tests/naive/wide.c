#include "naive/wide.h"

#include <math.h>

enum { EXACT_BITS = 16384, DOUBLE_BITS = 53, WORD_BITS = 64 };

Int128 power_of_ten(uint32_t exponent)
{
    Int128 power = 1;
    for (uint32_t i = 0; i < exponent; i++) power *= 10;
    return power;
}

void wide_set_integer(mpfr_t out, Int128 value)
{
    Uint128 magnitude = value < 0 ? -(Uint128)value : (Uint128)value;
    mpfr_set_uj(out, (uint64_t)(magnitude >> WORD_BITS), MPFR_RNDN);
    mpfr_mul_2ui(out, out, WORD_BITS, MPFR_RNDN);
    mpfr_t low;
    mpfr_init2(low, EXACT_BITS);
    mpfr_set_uj(low, (uint64_t)magnitude, MPFR_RNDN);
    mpfr_add(out, out, low, MPFR_RNDN);
    mpfr_clear(low);
    if (value < 0) mpfr_neg(out, out, MPFR_RNDN);
}

// Of an integer below 2^127.
static Int128 get_integer(const mpfr_t value)
{
    mpfr_t part;
    mpfr_init2(part, EXACT_BITS);
    mpfr_abs(part, value, MPFR_RNDN);
    mpfr_div_2ui(part, part, WORD_BITS, MPFR_RNDN);
    uint64_t high = mpfr_get_uj(part, MPFR_RNDZ);
    mpfr_frac(part, part, MPFR_RNDN);
    mpfr_mul_2ui(part, part, WORD_BITS, MPFR_RNDN);
    uint64_t low = mpfr_get_uj(part, MPFR_RNDN);
    mpfr_clear(part);
    Int128 magnitude = (Int128)((Uint128)high << WORD_BITS | low);
    return mpfr_sgn(value) < 0 ? -magnitude : magnitude;
}

int wide_compare_decimals(Int128 left, uint32_t left_scale, Int128 right, uint32_t right_scale)
{
    mpfr_t one;
    mpfr_t other;
    mpfr_t power;
    mpfr_inits2(EXACT_BITS, one, other, power, (mpfr_ptr)NULL);
    wide_set_integer(one, left);
    wide_set_integer(power, power_of_ten(right_scale));
    mpfr_mul(one, one, power, MPFR_RNDN);
    wide_set_integer(other, right);
    wide_set_integer(power, power_of_ten(left_scale));
    mpfr_mul(other, other, power, MPFR_RNDN);
    int order = mpfr_cmp(one, other);
    mpfr_clears(one, other, power, (mpfr_ptr)NULL);
    return order;
}

double wide_decimal_to_double(Int128 value, uint32_t scale)
{
    mpfr_t numerator;
    mpfr_t power;
    mpfr_t quotient;
    mpfr_inits2(EXACT_BITS, numerator, power, (mpfr_ptr)NULL);
    mpfr_init2(quotient, DOUBLE_BITS);
    wide_set_integer(numerator, value);
    wide_set_integer(power, power_of_ten(scale));
    mpfr_div(quotient, numerator, power, MPFR_RNDN);
    double out = mpfr_get_d(quotient, MPFR_RNDN);
    mpfr_clears(numerator, power, quotient, (mpfr_ptr)NULL);
    return out;
}

double wide_product(Int128 left, uint64_t right)
{
    mpfr_t product;
    mpfr_init2(product, EXACT_BITS);
    wide_set_integer(product, left);
    mpfr_mul_ui(product, product, right, MPFR_RNDN);
    double out = mpfr_get_d(product, MPFR_RNDN);
    mpfr_clear(product);
    return out;
}

bool wide_double_to_decimal(double value, uint32_t scale, Int128 *out)
{
    mpfr_t scaled;
    mpfr_t power;
    if (!isfinite(value)) return false;
    mpfr_inits2(EXACT_BITS, scaled, power, (mpfr_ptr)NULL);
    mpfr_set_d(scaled, value, MPFR_RNDN);
    wide_set_integer(power, power_of_ten(scale));
    mpfr_mul(scaled, scaled, power, MPFR_RNDN);
    mpfr_round(scaled, scaled);
    wide_set_integer(power, power_of_ten(38));
    bool fits = mpfr_cmpabs(scaled, power) < 0;
    if (fits) *out = get_integer(scaled);
    mpfr_clears(scaled, power, (mpfr_ptr)NULL);
    return fits;
}

static void set_item(mpfr_t out, const Sample *sample, size_t i)
{
    if (sample->numbers != NULL) {
        mpfr_set_d(out, sample->numbers[i], MPFR_RNDN);
    } else {
        wide_set_integer(out, sample->integers[i]);
    }
}

static void add_all(mpfr_t out, const Sample *sample)
{
    mpfr_t item;
    mpfr_init2(item, EXACT_BITS);
    mpfr_set_zero(out, 1);
    for (size_t i = 0; i < sample->count; i++) {
        set_item(item, sample, i);
        mpfr_add(out, out, item, MPFR_RNDN);
    }
    if (mpfr_zero_p(out)) mpfr_set_zero(out, 1);
    mpfr_clear(item);
}

double sample_sum(const Sample *sample)
{
    mpfr_t sum;
    mpfr_init2(sum, EXACT_BITS);
    add_all(sum, sample);
    double out = mpfr_get_d(sum, MPFR_RNDN);
    mpfr_clear(sum);
    return out;
}

double sample_mean(const Sample *sample, double divisor)
{
    double rounded = sample_sum(sample);
    if (isfinite(rounded)) return rounded / divisor;
    mpfr_t sum;
    mpfr_t mean;
    mpfr_init2(sum, EXACT_BITS);
    mpfr_init2(mean, DOUBLE_BITS);
    add_all(sum, sample);
    mpfr_set(mean, sum, MPFR_RNDN);
    mpfr_div_d(mean, mean, divisor, MPFR_RNDN);
    double out = mpfr_get_d(mean, MPFR_RNDN);
    mpfr_clears(sum, mean, (mpfr_ptr)NULL);
    return out;
}
