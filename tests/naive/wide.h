/// Numbers wider than any machine's, by MPFR: exact sums, products and quotients, rounded where the definition rounds.
#ifndef PAWL_NAIVE_WIDE_H
#define PAWL_NAIVE_WIDE_H

#include <stdint.h>

#include <mpfr.h>

#include "base/base.h"

/// 10^0 to 10^38.
Int128 power_of_ten(uint32_t exponent);

/// Exactly, when `out` has 128 bits or more.
void wide_set_integer(mpfr_t out, Int128 value);

int wide_compare_decimals(Int128 left, uint32_t left_scale, Int128 right, uint32_t right_scale);

/// value / 10^scale, rounded once.
double wide_decimal_to_double(Int128 value, uint32_t scale);

/// The product, rounded once.
double wide_product(Int128 left, uint64_t right);

/// value * 10^scale to the nearest integer, halves away from zero; false when it is no number or has 39 digits or more.
bool wide_double_to_decimal(double value, uint32_t scale, Int128 *out);

/// Finite doubles, or integers of up to 127 bits, of which sum and mean are asked.
typedef struct Sample {
    size_t count;
    const double *numbers;  ///< or NULL
    const Int128 *integers; ///< or NULL
} Sample;

double sample_sum(const Sample *sample);

/// The sum rounded once, divided by `divisor`; a sum beyond all doubles is divided before it is a double.
double sample_mean(const Sample *sample, double divisor);

#endif
