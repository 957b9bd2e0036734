#!/usr/bin/env python3
"""Writes src/number/pinned_tables.c: the constants of the pinned functions, as sums of two doubles.

Everything is computed here in integers of 1500 fractional bits by plain series, so nothing depends on a library.
Usage: scripts/make_pinned_tables.py > src/number/pinned_tables.c
"""
from fractions import Fraction

BITS = 1500
ONE = 1 << BITS


def fixed(fraction):
    return (fraction.numerator << BITS) // fraction.denominator


def series(x, term_next):
    """The sum of terms from `term_next(term, i)`, starting with x, until they vanish."""
    total, term, i = 0, x, 1
    while term != 0:
        total += term
        term = term_next(term, i)
        i += 1
    return total


def exp(x):
    return series(ONE, lambda term, i: (term * x >> BITS) // i)


def sin(x):
    square = x * x >> BITS
    return series(x, lambda term, i: -(term * square >> BITS) // (2 * i * (2 * i + 1)))


def cos(x):
    square = x * x >> BITS
    return series(ONE, lambda term, i: -(term * square >> BITS) // (2 * i * (2 * i - 1)))


def power_sum(x, sign):
    """x + sign x^3/3 + x^5/5 ...: atanh for sign 1, atan for -1."""
    square = x * x >> BITS
    total, power, i = 0, x, 0
    while power not in (0, -1):
        total += (sign ** i) * power // (2 * i + 1)
        power = power * square >> BITS
        i += 1
    return total


def log(fraction):
    return 2 * power_sum(fixed((fraction - 1) / (fraction + 1)), 1)


def log_ten(ln2):
    return 3 * ln2 + log(Fraction(5, 4))


def atan(fraction):
    """Halved twice through atan(x) = 2 atan(x / (1 + sqrt(1 + x^2))), so that the series is quick at 1 too."""
    x = fixed(fraction)
    for _ in range(2):
        root = isqrt(ONE * ONE + x * x)
        x = (x << BITS) // (ONE + root)
    return 4 * power_sum(x, -1)


def isqrt(value):
    from math import isqrt as root
    return root(value)


def to_double(value):
    """The fixed-point value rounded to nearest even."""
    return float(Fraction(value, ONE))


def pair(value):
    high = to_double(value)
    low = to_double(value - fixed(Fraction(high)))
    return high, low


def trimmed(value, bits):
    """The leading `bits` bits, and the rest as a double."""
    shift = value.bit_length() - bits
    high = (value >> shift) << shift
    return to_double(high), to_double(value - high)


def pair_text(value):
    return "{%s, %s}" % tuple(part.hex() for part in pair(value))


def print_pairs(name, size, values):
    print("\nconst Double2 %s[%s] = {" % (name, size))
    for value in values:
        print("    %s," % pair_text(value))
    print("};")


def print_constant(name, value):
    print("const Double2 %s = %s;" % (name, pair_text(value)))


def log_inverse(index):
    """A multiple of 1/512 near the inverse of the middle of interval `index` of [1, 2), doubled past sqrt(2)."""
    if index == 0 or index == 127:
        return Fraction(1)
    scale = 2 if index >= 53 else 1
    middle = 1 + Fraction(2 * index + 1, 256)
    return Fraction(round(512 * scale / middle), 512)


def main():
    pi = 4 * atan(Fraction(1))
    ln2 = log(Fraction(2))
    print("// Made by scripts/make_pinned_tables.py; do not edit.")
    print('#include "number/pinned_internal.h"\n')
    # 34 bits times an integer below 2^18 is exact; so is 42 bits times one below 2^11.
    print("const Double2 pinned_ln2_128th = {%s, %s};" % tuple(p.hex() for p in trimmed(ln2 // 128, 34)))
    print("const Double2 pinned_ln2_trimmed = {%s, %s};" % tuple(p.hex() for p in trimmed(ln2, 42)))
    print_constant("pinned_ln2", ln2)
    print_constant("pinned_log2_e", (ONE * ONE) // ln2)
    print_constant("pinned_log10_e", (ONE * ONE) // log_ten(ln2))
    print_constant("pinned_pi", pi)
    print_constant("pinned_half_pi", pi // 2)

    print("\nconst uint64_t pinned_two_over_pi[PINNED_TWO_OVER_PI_WORDS] = {\n    0,")
    inverse = (2 << (2 * BITS)) // pi
    for word in range(21):
        print("    0x%016x," % ((inverse >> (BITS - 64 * (word + 1))) & (2 ** 64 - 1)))
    print("};")

    print_pairs("pinned_exp_table", "PINNED_EXP_STEPS", (exp(ln2 * j // 128) for j in range(128)))
    print("\nconst LogStep pinned_log_table[PINNED_LOG_STEPS] = {")
    for index in range(128):
        inverse = log_inverse(index)
        print("    {%s, %s}," % (float(inverse).hex(), pair_text(-log(inverse))))
    print("};")
    print_pairs("pinned_sin_table", "PINNED_SIN_STEPS", (sin(fixed(Fraction(j, 64))) for j in range(52)))
    print_pairs("pinned_cos_table", "PINNED_SIN_STEPS", (cos(fixed(Fraction(j, 64))) for j in range(52)))
    print_pairs("pinned_atan_table", "PINNED_ATAN_STEPS", (atan(Fraction(j, 64)) for j in range(65)))


main()
