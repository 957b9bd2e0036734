/// Scalar functions by their definitions: mathematics by MPFR, the calendar by looking at the zone's clock.
#include "naive/scalar.h"

#include <math.h>
#include <mpfr.h>

#include "base/hash.h"
#include "naive/wide.h"
#include "number/float_order.h"
#include "number/pinned.h"
#include "number/sphere.h"
#include "text/zone.h"

static const Type FLOAT = {.id = TYPE_FLOAT64};
static const Type INTEGER = {.id = TYPE_INT64};
static const Type BOOLEAN = {.id = TYPE_BOOL};

static bool is(const ScalarCall *call, const char *name)
{
    return str_equal(call->name, str_from(name));
}

bool scalar_all_there(const ScalarCall *call)
{
    for (size_t i = 0; i < call->count; i++) {
        if (!call->values[i].there) return false;
    }
    return true;
}

// Mathematics: the true value by MPFR, rounded to a double, is what a pinned function gives, or its neighbour.

typedef int (*TrueFunction)(mpfr_t out, const mpfr_t x, mpfr_rnd_t mode);
typedef int (*TrueFunction2)(mpfr_t out, const mpfr_t x, const mpfr_t y, mpfr_rnd_t mode);

static int true_sigmoid(mpfr_t out, const mpfr_t x, mpfr_rnd_t mode)
{
    mpfr_neg(out, x, mode);
    mpfr_exp(out, out, mode);
    mpfr_add_ui(out, out, 1, mode);
    return mpfr_ui_div(out, 1, out, mode);
}

typedef struct Mathematics {
    const char *name;
    double (*pinned)(double x);
    TrueFunction truth;
} Mathematics;

static const Mathematics MATHEMATICS[] = {
    {"sqrt", pinned_sqrt, mpfr_sqrt},
    {"cbrt", pinned_cbrt, mpfr_cbrt},
    {"ln", pinned_log, mpfr_log},
    {"log2", pinned_log2, mpfr_log2},
    {"log10", pinned_log10, mpfr_log10},
    {"log1p", pinned_log1p, mpfr_log1p},
    {"exp", pinned_exp, mpfr_exp},
    {"exp2", pinned_exp2, mpfr_exp2},
    {"expm1", pinned_expm1, mpfr_expm1},
    {"sin", pinned_sin, mpfr_sin},
    {"cos", pinned_cos, mpfr_cos},
    {"tan", pinned_tan, mpfr_tan},
    {"asin", pinned_asin, mpfr_asin},
    {"acos", pinned_acos, mpfr_acos},
    {"atan", pinned_atan, mpfr_atan},
    {"sinh", pinned_sinh, mpfr_sinh},
    {"cosh", pinned_cosh, mpfr_cosh},
    {"tanh", pinned_tanh, mpfr_tanh},
    {"sigmoid", pinned_sigmoid, true_sigmoid},
};

typedef struct Mathematics2 {
    const char *name;
    double (*pinned)(double x, double y);
    TrueFunction2 truth;
} Mathematics2;

static const Mathematics2 MATHEMATICS2[] = {
    {"pow", pinned_pow, mpfr_pow},
    {"atan2", pinned_atan2, mpfr_atan2},
    {"hypot", pinned_hypot, mpfr_hypot},
};

static void check_near(double pinned, double truth)
{
    bool same = float_bits(pinned) == float_bits(float_canonical(truth));
    CHECK(same || nextafter(pinned, truth) == truth); // NOLINT(clang-diagnostic-float-equal)
}

// NaN by MPFR, though no argument is: undefined. Poles too, but overflow is infinite.
static Value mathematics(const Mathematics *function, Value argument)
{
    enum { BITS = 160 };
    mpfr_t x, truth;
    Value value = value_widen(argument, FLOAT);
    if (!value.there) return value;
    mpfr_inits2(BITS, x, truth, (mpfr_ptr)0);
    mpfr_set_d(x, value.number, MPFR_RNDN);
    mpfr_clear_divby0();
    function->truth(truth, x, MPFR_RNDN);
    bool pole = mpfr_divby0_p() != 0;
    double nearest = mpfr_get_d(truth, MPFR_RNDN);
    mpfr_clears(x, truth, (mpfr_ptr)0);
    double pinned = function->pinned(value.number);
    check_near(pinned, nearest);
    return pole || (isnan(nearest) && !isnan(value.number)) ? value_null(FLOAT) : value_float(pinned);
}

static Value mathematics2(const Mathematics2 *function, const ScalarCall *call)
{
    enum { BITS = 160 };
    mpfr_t x, y, truth;
    Value left = value_widen(call->values[0], FLOAT);
    Value right = value_widen(call->values[1], FLOAT);
    if (!left.there || !right.there) return value_null(FLOAT);
    mpfr_inits2(BITS, x, y, truth, (mpfr_ptr)0);
    mpfr_set_d(x, left.number, MPFR_RNDN);
    mpfr_set_d(y, right.number, MPFR_RNDN);
    mpfr_clear_divby0();
    function->truth(truth, x, y, MPFR_RNDN);
    double nearest = mpfr_get_d(truth, MPFR_RNDN);
    bool pole = mpfr_divby0_p() != 0 || (fpclassify(left.number) == FP_ZERO && right.number < 0 && is(call, "pow"));
    mpfr_clears(x, y, truth, (mpfr_ptr)0);
    double pinned = function->pinned(left.number, right.number);
    check_near(pinned, nearest);
    bool undefined = isnan(nearest) && !isnan(left.number) && !isnan(right.number);
    return pole || undefined ? value_null(FLOAT) : value_float(pinned);
}

static bool call_mathematics(const ScalarCall *call, Value *out)
{
    for (size_t i = 0; i < COUNT_OF(MATHEMATICS); i++) {
        if (!is(call, MATHEMATICS[i].name)) continue;
        *out = mathematics(&MATHEMATICS[i], call->values[0]);
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(MATHEMATICS2); i++) {
        if (!is(call, MATHEMATICS2[i].name)) continue;
        *out = mathematics2(&MATHEMATICS2[i], call);
        return true;
    }
    return false;
}

// Distances.

static Value call_distance(const ScalarCall *call)
{
    double at[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        Value value = value_widen(call->values[i], FLOAT);
        if (!value.there) return value_null(FLOAT);
        at[i] = value.number;
    }
    if (is(call, "bearing_degrees")) return value_float(bearing_degrees(at[0], at[1], at[2], at[3]));
    if (is(call, "manhattan")) return value_float(fabs(at[2] - at[0]) + fabs(at[3] - at[1]));
    return value_float(pinned_hypot(at[2] - at[0], at[3] - at[1]));
}

// Numbers.

static Value call_sign(Value value)
{
    if (!value.there || (value.type.id == TYPE_FLOAT64 && isnan(value.number))) return value_null(INTEGER);
    int order = value_compare(value, value_widen(value_int(0), value.type));
    return value_int(order < 0 ? -1 : order > 0);
}

static Value call_clip(const ScalarCall *call)
{
    Type type = value_join(call->values, 3);
    Value value = value_widen(call->values[0], type);
    Value low = value_widen(call->values[1], type);
    Value high = value_widen(call->values[2], type);
    bool there = value.there && low.there && high.there;
    bool nan = type.id == TYPE_FLOAT64 && (isnan(low.number) || isnan(high.number));
    if (!there || nan || value_compare(low, high) > 0) return value_null(type);
    if (type.id == TYPE_FLOAT64 && isnan(value.number)) return value;
    if (value_compare(value, low) < 0) return low;
    return value_compare(value, high) > 0 ? high : value;
}

static Value call_div(const ScalarCall *call)
{
    Value left = call->values[0];
    Value right = call->values[1];
    Type type = value_join(call->values, 2);
    Value none = type.id == TYPE_DECIMAL ? value_null(value_decimal(0, 0).type) : value_null(INTEGER);
    left = value_widen(left, type);
    right = value_widen(right, type);
    if (!left.there || !right.there) return none;
    if (type.id == TYPE_DECIMAL) return right.decimal == 0 ? none : value_decimal(left.decimal / right.decimal, 0);
    if (right.integer == 0) return none;
    Int128 quotient = (Int128)left.integer / right.integer;
    return quotient > INT64_MAX ? none : value_int((int64_t)quotient);
}

static Value call_bits(const ScalarCall *call)
{
    int64_t result = 0;
    if (!scalar_all_there(call)) return value_null(INTEGER);
    int64_t left = call->values[0].integer;
    int64_t right = call->count > 1 ? call->values[1].integer : 0;
    bool shift = is(call, "shift_left") || is(call, "shift_right");
    if (shift && (right < 0 || right > 63)) return value_null(INTEGER);
    for (int bit = 0; bit < 64; bit++) {
        bool in_left = (left >> bit & 1) != 0;
        bool in_right = (right >> bit & 1) != 0;
        bool set = false;
        if (is(call, "bit_and")) set = in_left && in_right;
        if (is(call, "bit_or")) set = in_left || in_right;
        if (is(call, "bit_xor")) set = in_left != in_right;
        if (is(call, "bit_not")) set = !in_left;
        if (is(call, "shift_left")) set = bit >= right && (left >> (bit - right) & 1) != 0;
        if (is(call, "shift_right")) set = bit + right > 63 ? left < 0 : (left >> (bit + right) & 1) != 0;
        if (is(call, "bit_count")) result += in_left;
        if (set) result |= (int64_t)((uint64_t)1 << bit);
    }
    return value_int(result);
}

static Int128 round_tens(Int128 value, int64_t digits)
{
    Int128 power = power_of_ten((uint32_t)-digits);
    Int128 size = value < 0 ? -value : value;
    Int128 rounded = (size + power / 2) / power * power;
    return value < 0 ? -rounded : rounded;
}

static Value round_float(double x, int64_t digits)
{
    Int128 units = 0;
    double size = fabs(x);
    if (isnan(x) || size >= (digits >= 0 ? 0x1p53 : 0x1p120)) return value_float(x);
    if (digits < 0) return value_float(copysign((double)round_tens((Int128)x, digits), x));
    CHECK(wide_double_to_decimal(x, (uint32_t)digits, &units));
    return value_float(copysign(wide_decimal_to_double(units, (uint32_t)digits), x));
}

// Of one argument there is the older code.
static Value call_round_digits(const ScalarCall *call)
{
    Value value = call->values[0];
    int64_t digits = call->values[1].integer;
    Type type = value.type;
    if (type.id == TYPE_DECIMAL && digits < type.scale) type.scale = (uint8_t)digits;
    if (type.id == TYPE_DECIMAL) return value_cast(value, type, call->arena);
    if (!value.there) return value;
    if (type.id == TYPE_FLOAT64) return round_float(value.number, digits);
    if (digits >= 0) return value;
    Int128 rounded = round_tens(value.integer, digits);
    bool fits = rounded >= INT64_MIN && rounded <= INT64_MAX;
    return fits ? value_int((int64_t)rounded) : value_null(INTEGER);
}

static Value call_bucketize(const ScalarCall *call)
{
    int64_t passed = 0;
    bool whole = true;
    if (!call->values[0].there) return value_null(INTEGER);
    for (size_t i = 0; i < call->count; i++) whole &= call->values[i].type.id == TYPE_INT64;
    Type type = whole ? INTEGER : FLOAT;
    for (size_t i = 1; i < call->count; i++)
        passed += value_compare(value_widen(call->values[0], type), value_widen(call->values[i], type)) >= 0;
    return value_int(passed);
}

static Value call_nullif(const ScalarCall *call)
{
    Type type = value_join(call->values, 2);
    Value left = value_widen(call->values[0], type);
    Value right = value_widen(call->values[1], type);
    bool equal = left.there && right.there && value_compare(left, right) == 0;
    return equal ? value_null(type) : left;
}

// Hashes.

static int64_t hash_with(Value value, int64_t seed)
{
    AUTO(column_deinit) Column column = {.type = value.type};
    AUTO(bytes_deinit) Bytes bytes = {0};
    if (value.type.id == TYPE_FLOAT64 && fpclassify(value.number) == FP_ZERO) value.number = 0;
    CHECK(value_push(&column, value, NULL));
    Vector vector = column_view(&column);
    CHECK(vector_encode(&vector, 0, &bytes, NULL));
    return (int64_t)hash64(bytes.data, bytes.size, (uint64_t)seed);
}

static Value bucket(int64_t hash, Value buckets)
{
    if (!buckets.there || buckets.integer < 1) return value_null(INTEGER);
    return value_int((int64_t)((uint64_t)hash % (uint64_t)buckets.integer));
}

static Value call_hash(const ScalarCall *call)
{
    int64_t hash = 0;
    if (is(call, "cross")) {
        for (size_t i = 0; i < call->count; i++) hash = hash_with(call->values[i], hash);
        return value_int(hash);
    }
    if (!call->values[0].there) return value_null(INTEGER);
    if (is(call, "bucket")) return bucket(call->values[0].integer, call->values[1]);
    if (call->count == 3 && !call->values[2].there) return value_null(INTEGER);
    hash = hash_with(call->values[0], call->count == 3 ? call->values[2].integer : 0);
    return call->count == 1 ? value_int(hash) : bucket(hash, call->values[1]);
}

static bool call_number(const ScalarCall *call, Value *out)
{
    const Value *first = &call->values[0];
    if (is(call, "sign")) {
        *out = call_sign(*first);
    } else if (is(call, "clip")) {
        *out = call_clip(call);
    } else if (is(call, "div")) {
        *out = call_div(call);
    } else if (is(call, "is_nan") || is(call, "is_finite")) {
        double x = value_widen(*first, FLOAT).number;
        *out = first->there ? value_bool(is(call, "is_nan") ? isnan(x) : isfinite(x)) : value_null(BOOLEAN);
    } else if (str_starts(call->name, STR("bit_")) || str_starts(call->name, STR("shift_"))) {
        *out = call_bits(call);
    } else if (is(call, "round") && call->count == 2) {
        *out = call_round_digits(call);
    } else if (is(call, "bucketize")) {
        *out = call_bucketize(call);
    } else if (is(call, "nullif")) {
        *out = call_nullif(call);
    } else {
        return false;
    }
    return true;
}

bool scalar_call(Str name, const Value *values, size_t count, Arena *arena, Value *out)
{
    const ScalarCall call = {name, values, count, arena};
    if (call_mathematics(&call, out) || call_number(&call, out) || scalar_date(&call, out)) return true;
    if (scalar_text(&call, out) || scalar_regex(&call, out) || scalar_json(&call, out)) return true;
    if (is(&call, "bearing_degrees") || is(&call, "manhattan") || is(&call, "euclidean")) {
        *out = call_distance(&call);
    } else if (is(&call, "cross") || is(&call, "hash") || is(&call, "bucket")) {
        *out = call_hash(&call);
    } else {
        return false;
    }
    return true;
}
