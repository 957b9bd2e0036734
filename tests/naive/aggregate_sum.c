/// Sums and moments: exact inside, rounded to 53 bits where the definition rounds. Exponents are without end until the last step.
#include <math.h>

#include <mpfr.h>

#include "naive/aggregates.h"
#include "naive/wide.h"

enum { EXACT_BITS = 20480, ITEM_BITS = 1024, DOUBLE_BITS = 53 };

static const Type FLOAT = {.id = TYPE_FLOAT64};

static bool is_special(const Value *values, size_t count, double *out_sum)
{
    bool special = false;
    *out_sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i].type.id != TYPE_FLOAT64 || isfinite(values[i].number)) continue;
        *out_sum += values[i].number;
        special = true;
    }
    return special;
}

static Sample sample_of(const Counted *counted)
{
    double *numbers = arena_alloc_array(counted->arena, counted->count + 1, sizeof(*numbers), NULL);
    Int128 *integers = arena_alloc_array(counted->arena, counted->count + 1, sizeof(*integers), NULL);
    CHECK(numbers != NULL && integers != NULL);
    for (size_t i = 0; i < counted->count; i++) {
        numbers[i] = counted->values[i].number;
        integers[i] = counted->type.id == TYPE_DECIMAL ? counted->values[i].decimal : counted->values[i].integer;
    }
    bool floats = counted->type.id == TYPE_FLOAT64;
    return (Sample){counted->count, floats ? numbers : NULL, floats ? NULL : integers};
}

/// Integers' sums by halves of 10^19, which cannot overflow here.
static bool integer_sum(const Sample *sample, Int128 *out)
{
    Int128 half = power_of_ten(19);
    Int128 high = 0;
    Int128 low = 0;
    for (size_t i = 0; i < sample->count; i++) {
        high += sample->integers[i] / half;
        low += sample->integers[i] % half;
    }
    high += low / half;
    low %= half;
    Int128 product = 0;
    return !__builtin_mul_overflow(high, half, &product) && !__builtin_add_overflow(product, low, out);
}

Value naive_sum(const Counted *counted)
{
    Sample sample = sample_of(counted);
    double special = 0;
    Int128 sum = 0;
    if (counted->count == 0) return value_null(counted->type);
    if (is_special(counted->values, counted->count, &special)) return value_float(special);
    if (counted->type.id == TYPE_FLOAT64) return value_float(sample_sum(&sample));
    bool fits = integer_sum(&sample, &sum);
    if (counted->type.id == TYPE_DECIMAL)
        return fits ? value_decimal(sum, counted->type.scale) : value_null(counted->type);
    return fits && sum >= INT64_MIN && sum <= INT64_MAX ? value_int((int64_t)sum) : value_null(counted->type);
}

Value naive_mean(const Counted *counted)
{
    Sample sample = sample_of(counted);
    double special = 0;
    double divisor = (double)counted->count;
    if (counted->count == 0) return value_null(FLOAT);
    if (is_special(counted->values, counted->count, &special)) return value_float(special);
    if (counted->type.id == TYPE_DECIMAL) divisor = wide_product(power_of_ten(counted->type.scale), counted->count);
    return value_float(sample_mean(&sample, divisor));
}

static void set_value(mpfr_t out, Value value)
{
    if (value.type.id == TYPE_FLOAT64) {
        mpfr_set_d(out, value.number, MPFR_RNDN);
    } else {
        wide_set_integer(out, value.type.id == TYPE_DECIMAL ? value.decimal : value.integer);
    }
}

/// The sum of x^of_x * y^of_y, exactly.
static void sum_powers(mpfr_t out, const Counted *counted, unsigned of_x, unsigned of_y)
{
    mpfr_t item;
    mpfr_t product;
    mpfr_inits2(ITEM_BITS, item, product, (mpfr_ptr)NULL);
    mpfr_set_zero(out, 1);
    for (size_t i = 0; i < counted->count; i++) {
        mpfr_set_ui(product, 1, MPFR_RNDN);
        set_value(item, counted->values[i]);
        for (unsigned power = 0; power < of_x; power++) mpfr_mul(product, product, item, MPFR_RNDN);
        if (of_y > 0) set_value(item, counted->seconds[i]);
        for (unsigned power = 0; power < of_y; power++) mpfr_mul(product, product, item, MPFR_RNDN);
        mpfr_add(out, out, product, MPFR_RNDN);
    }
    mpfr_clears(item, product, (mpfr_ptr)NULL);
}

/// factor * n^of_n * the product of sums, added to `out`. `sums` are pairs (powers of x, of y), ended by a pair of zeros.
static void add_term(mpfr_t out, const Counted *counted, long factor, unsigned of_n, const unsigned (*sums)[2])
{
    mpfr_t term;
    mpfr_t sum;
    mpfr_inits2(EXACT_BITS, term, sum, (mpfr_ptr)NULL);
    mpfr_set_si(term, factor, MPFR_RNDN);
    for (unsigned i = 0; i < of_n; i++) mpfr_mul_ui(term, term, counted->count, MPFR_RNDN);
    for (; (*sums)[0] + (*sums)[1] > 0; sums++) {
        sum_powers(sum, counted, (*sums)[0], (*sums)[1]);
        mpfr_mul(term, term, sum, MPFR_RNDN);
    }
    mpfr_add(out, out, term, MPFR_RNDN);
    mpfr_clears(term, sum, (mpfr_ptr)NULL);
}

typedef struct Term {
    long factor;
    unsigned of_n;
    unsigned sums[5][2];
} Term;

/// The terms' sum, exact inside, rounded to the 53 bits of `out`.
static void add_terms(mpfr_t out, const Counted *counted, const Term *terms, size_t count)
{
    mpfr_t exact;
    mpfr_init2(exact, EXACT_BITS);
    mpfr_set_zero(exact, 1);
    for (size_t i = 0; i < count; i++)
        add_term(exact, counted, terms[i].factor, terms[i].of_n, (const unsigned(*)[2])terms[i].sums);
    mpfr_set(out, exact, MPFR_RNDN);
    mpfr_clear(exact);
}

static const Term SPREAD_X[] = {{1, 1, {{2, 0}}}, {-1, 0, {{1, 0}, {1, 0}}}};
static const Term SPREAD_Y[] = {{1, 1, {{0, 2}}}, {-1, 0, {{0, 1}, {0, 1}}}};
static const Term SPREAD_XY[] = {{1, 1, {{1, 1}}}, {-1, 0, {{1, 0}, {0, 1}}}};
static const Term INTERCEPT[] = {{1, 0, {{2, 0}, {0, 1}}}, {-1, 0, {{1, 0}, {1, 1}}}};
static const Term THIRD[] = {{1, 2, {{3, 0}}}, {-3, 1, {{1, 0}, {2, 0}}}, {2, 0, {{1, 0}, {1, 0}, {1, 0}}}};
static const Term FOURTH[] = {{1, 3, {{4, 0}}},
                              {-4, 2, {{1, 0}, {3, 0}}},
                              {6, 1, {{1, 0}, {1, 0}, {2, 0}}},
                              {-3, 0, {{1, 0}, {1, 0}, {1, 0}, {1, 0}}}};

/// The terms divided by n * (n - less), as a double. `root`: its square root.
static double spread(const Counted *counted, const Term *terms, size_t less, bool root)
{
    mpfr_t numerator;
    mpfr_t denominator;
    mpfr_inits2(DOUBLE_BITS, numerator, denominator, (mpfr_ptr)NULL);
    add_terms(numerator, counted, terms, 2);
    mpfr_set_ui(denominator, counted->count, MPFR_RNDN);
    mpfr_mul_ui(denominator, denominator, counted->count - less, MPFR_RNDN);
    mpfr_div(numerator, numerator, denominator, MPFR_RNDN);
    if (root) mpfr_sqrt(numerator, numerator, MPFR_RNDN);
    double out = mpfr_get_d(numerator, MPFR_RNDN);
    mpfr_clears(numerator, denominator, (mpfr_ptr)NULL);
    return fpclassify(out) == FP_ZERO ? 0 : out;
}

static bool any_special(const Counted *counted)
{
    double ignored = 0;
    return is_special(counted->values, counted->count, &ignored) ||
           (counted->seconds != NULL && is_special(counted->seconds, counted->count, &ignored));
}

static Value deviation(const Counted *counted, size_t less, bool root)
{
    if (counted->count <= less) return value_null(FLOAT);
    if (any_special(counted)) return value_float((double)NAN);
    double units = spread(counted, SPREAD_X, less, root);
    if (counted->type.id != TYPE_DECIMAL) return value_float(units);
    double unit = wide_product(power_of_ten(counted->type.scale), 1);
    return value_float(root ? units / unit : units / unit / unit);
}

Value naive_stddev_samp(const Counted *counted)
{
    return deviation(counted, 1, true);
}

Value naive_stddev_pop(const Counted *counted)
{
    return deviation(counted, 0, true);
}

Value naive_var_samp(const Counted *counted)
{
    return deviation(counted, 1, false);
}

Value naive_var_pop(const Counted *counted)
{
    return deviation(counted, 0, false);
}

static Value covariance(const Counted *counted, size_t less)
{
    if (counted->count <= less) return value_null(FLOAT);
    if (any_special(counted)) return value_float((double)NAN);
    return value_float(spread(counted, SPREAD_XY, less, false));
}

Value naive_covar_pop(const Counted *counted)
{
    return covariance(counted, 0);
}

Value naive_covar_samp(const Counted *counted)
{
    return covariance(counted, 1);
}

/// What the numerators of a ratio come to; false when there is nothing to say: `*out` holds what is said instead.
static bool ratio_begins(const Counted *counted, size_t least, Value *out)
{
    *out = counted->count < least ? value_null(FLOAT) : value_float((double)NAN);
    return counted->count >= least && !any_special(counted);
}

typedef struct Parts {
    mpfr_t above, below, other;
} Parts;

static void parts_init(Parts *parts)
{
    mpfr_inits2(DOUBLE_BITS, parts->above, parts->below, parts->other, (mpfr_ptr)NULL);
}

/// above / below, null when below is zero; ends the parts.
static Value parts_divide(Parts *parts, double minus)
{
    Value out = value_null(FLOAT);
    if (!mpfr_zero_p(parts->below)) {
        mpfr_div(parts->above, parts->above, parts->below, MPFR_RNDN);
        double quotient = mpfr_get_d(parts->above, MPFR_RNDN) - minus;
        out = value_float(fpclassify(quotient) == FP_ZERO ? 0 : quotient);
    }
    mpfr_clears(parts->above, parts->below, parts->other, (mpfr_ptr)NULL);
    return out;
}

Value naive_skew(const Counted *counted)
{
    Value out;
    Parts parts;
    if (!ratio_begins(counted, 1, &out)) return out;
    parts_init(&parts);
    add_terms(parts.above, counted, THIRD, COUNT_OF(THIRD));
    add_terms(parts.other, counted, SPREAD_X, 2);
    mpfr_sqrt(parts.below, parts.other, MPFR_RNDN);
    mpfr_mul(parts.below, parts.other, parts.below, MPFR_RNDN);
    return parts_divide(&parts, 0);
}

Value naive_kurtosis(const Counted *counted)
{
    Value out;
    Parts parts;
    if (!ratio_begins(counted, 1, &out)) return out;
    parts_init(&parts);
    add_terms(parts.above, counted, FOURTH, COUNT_OF(FOURTH));
    add_terms(parts.other, counted, SPREAD_X, 2);
    mpfr_sqr(parts.below, parts.other, MPFR_RNDN);
    return parts_divide(&parts, 3);
}

Value naive_corr(const Counted *counted)
{
    Value out;
    Parts parts;
    if (!ratio_begins(counted, 2, &out)) return out;
    parts_init(&parts);
    add_terms(parts.below, counted, SPREAD_X, 2);
    add_terms(parts.other, counted, SPREAD_Y, 2);
    mpfr_sqrt(parts.below, parts.below, MPFR_RNDN);
    mpfr_sqrt(parts.other, parts.other, MPFR_RNDN);
    mpfr_mul(parts.below, parts.below, parts.other, MPFR_RNDN);
    add_terms(parts.above, counted, SPREAD_XY, 2);
    return parts_divide(&parts, 0);
}

static Value line(const Counted *counted, const Term *terms)
{
    Value out;
    Parts parts;
    if (!ratio_begins(counted, 2, &out)) return out;
    parts_init(&parts);
    add_terms(parts.above, counted, terms, 2);
    add_terms(parts.below, counted, SPREAD_X, 2);
    return parts_divide(&parts, 0);
}

Value naive_slope(const Counted *counted)
{
    return line(counted, SPREAD_XY);
}

Value naive_intercept(const Counted *counted)
{
    return line(counted, INTERCEPT);
}

Value naive_weighted_mean(const Counted *counted)
{
    static const Term PRODUCTS[] = {{1, 0, {{1, 1}}}};
    static const Term WEIGHTS[] = {{1, 0, {{0, 1}}}};
    Value out;
    Parts parts;
    if (!ratio_begins(counted, 1, &out)) return out;
    parts_init(&parts);
    add_terms(parts.above, counted, PRODUCTS, 1);
    add_terms(parts.below, counted, WEIGHTS, 1);
    return parts_divide(&parts, 0);
}
