/// Elementary functions whose bits depend on nothing but their argument: not on the machine's libm, CPU or compiler.
///
/// Only IEEE double addition, multiplication, division and square root, in a fixed order, without contraction. Each
/// function reduces its argument by a table and evaluates in double-double arithmetic (Dekker 1971), so results are
/// within 0.501 ulp of the true value (0.51 for pow; results below the normal range within one more half-unit of their
/// last place); tests hold them against MPFR. Special values follow C17 Annex F; every NaN returned is the canonical one.
#ifndef PAWL_NUMBER_PINNED_H
#define PAWL_NUMBER_PINNED_H

#include "base/base.h"

double pinned_exp(double x);
double pinned_exp2(double x);
double pinned_expm1(double x);
double pinned_log(double x); ///< natural
double pinned_log2(double x);
double pinned_log10(double x);
double pinned_log1p(double x);
double pinned_pow(double x, double y);
double pinned_sqrt(double x);
double pinned_cbrt(double x);
double pinned_hypot(double x,
                    double y); ///< sqrt(x^2 + y^2), without overflow on the way; infinite when one is, even beside NaN

double pinned_sin(double x); ///< radians, any magnitude
double pinned_cos(double x);
double pinned_tan(double x);
double pinned_asin(double x);
double pinned_acos(double x);
double pinned_atan(double x);
double pinned_atan2(double y, double x);

double pinned_sinh(double x);
double pinned_cosh(double x);
double pinned_tanh(double x);

/// 1 / (1 + exp(-x)).
double pinned_sigmoid(double x);

/// The sign of x and of zero is kept.
double pinned_floor(double x);
double pinned_ceil(double x);
double pinned_trunc(double x);
double pinned_round(double x);      ///< halves away from zero
double pinned_round_even(double x); ///< halves to even

/// x * 2^exponent, rounded once.
double pinned_scale(double x, int exponent);

/// x is fraction * 2^exponent with 0.5 <= |fraction| < 1; zero, infinities and NaN give themselves and 0.
double pinned_fraction(double x, int *out_exponent);

/// Great-circle distance in kilometres of two points in degrees, on a sphere of the mean radius 6371.0088 km (IUGG). NaN
/// when an argument is NaN or infinite.
double haversine_km(double from_latitude, double from_longitude, double to_latitude, double to_longitude);

#endif
