#include <stdio.h>

#include "base/map.h"
#include "dataset/expectation_internal.h"
#include "dataset/value_number_internal.h"
#include "number/float_order.h"
#include "text/quantity.h"

enum { OTHER_VALUES_SHOWN_MAX = 3 };

void expectation_fail_row(ExpectationResult *result, uint64_t row)
{
    if (result->sample_count < EXPECTATION_SAMPLES_MAX) result->samples[result->sample_count++] = row;
    result->failed_rows++;
}

static QuantityText count_text(uint64_t count)
{
    return count_format((int64_t)count);
}

/// Puts the value into `found`, after `what`.
static bool found_value(ExpectationResult *result, const char *what, const Vector *vector, size_t row, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(vector_format(vector, row, STR("null"), &text, err));
    (void)snprintf(result->found, sizeof(result->found), "%s is %.*s", what, STR_ARG(bytes_str(&text)));
    return true;
}

static bool measure_rows(const Expectation *expectation, const Frame *table, const Vector *vector,
                         ExpectationResult *result, Error *err)
{
    UNUSED(vector);
    UNUSED(err);
    double rows = (double)table->row_count;
    result->holds = rows >= expectation->low && rows <= expectation->high;
    if (!result->holds)
        (void)snprintf(result->found, sizeof(result->found), "%s rows", count_text(table->row_count).text);
    return true;
}

static bool measure_fresh(const Expectation *expectation, const Frame *table, const Vector *vector,
                          ExpectationResult *result, Error *err)
{
    UNUSED(expectation);
    UNUSED(table);
    UNUSED(vector);
    UNUSED(err);
    result->holds = true;
    return true;
}

/// An integer of any size against a double, exactly. <0, 0, >0.
static int int_compare_double(int64_t value, double bound)
{
    const double limit = 9223372036854775808.0;
    if (bound >= limit) return -1;
    if (bound < -limit) return 1;
    int64_t whole = (int64_t)bound;
    if (value != whole) return value < whole ? -1 : 1;
    double rest = bound - (double)whole;
    return (rest < 0) - (rest > 0);
}

/// <0, 0, >0; a NaN is greater than every bound. A decimal is what its digits mean to whoever wrote the bound: the nearest
/// double.
static bool value_compare_bound(const Vector *vector, size_t i, double bound, int *out, Error *err)
{
    double value = 0;
    if (type_storage(vector->type) == STORAGE_INT) {
        *out = int_compare_double(vector->values.ints[i], bound);
        return true;
    }
    TRY(value_number(vector, i, &value, err));
    *out = float_compare(value, bound);
    return true;
}

static bool value_is_nan(const Vector *vector, size_t i)
{
    return type_storage(vector->type) == STORAGE_FLOAT && float_is_nan(vector->values.floats[i]);
}

/// `sign` -1: values must not be below the bound; 1: not above. A NaN is neither.
static bool measure_bound(const Vector *vector, double bound, int sign, ExpectationResult *result, Error *err)
{
    size_t worst = SIZE_MAX;
    for (size_t i = 0; i < vector->count; i++) {
        int order = 0;
        if (!vector_is_valid(vector, i)) continue;
        TRY(value_compare_bound(vector, i, bound, &order, err));
        if (order * sign <= 0 && !value_is_nan(vector, i)) continue;
        expectation_fail_row(result, i);
        if (worst == SIZE_MAX || vector_compare(vector, i, vector, worst) * sign > 0) worst = i;
    }
    result->holds = worst == SIZE_MAX;
    return result->holds || found_value(result, sign < 0 ? "least" : "greatest", vector, worst, err);
}

static bool measure_min(const Expectation *expectation, const Frame *table, const Vector *vector,
                        ExpectationResult *result, Error *err)
{
    UNUSED(table);
    return measure_bound(vector, expectation->low, -1, result, err);
}

static bool measure_max(const Expectation *expectation, const Frame *table, const Vector *vector,
                        ExpectationResult *result, Error *err)
{
    UNUSED(table);
    return measure_bound(vector, expectation->high, 1, result, err);
}

static bool measure_nulls(const Expectation *expectation, const Frame *table, const Vector *vector,
                          ExpectationResult *result, Error *err)
{
    UNUSED(table);
    UNUSED(err);
    for (size_t i = 0; i < vector->count; i++)
        if (!vector_is_valid(vector, i)) expectation_fail_row(result, i);
    double share = vector->count == 0 ? 0 : (double)result->failed_rows / (double)vector->count;
    result->holds = share <= expectation->high;
    if (!result->holds) (void)snprintf(result->found, sizeof(result->found), "%.3g%% are null", share * 100);
    return true;
}

static bool measure_unique(const Expectation *expectation, const Frame *table, const Vector *vector,
                           ExpectationResult *result, Error *err)
{
    UNUSED(expectation);
    UNUSED(table);
    uint64_t values = 0;
    TRY(expectation_find_repeats(vector, result, &values, err));
    result->holds = values == 0;
    if (!result->holds)
        (void)snprintf(result->found, sizeof(result->found), "%s value%s repeat%s", count_text(values).text,
                       values == 1 ? "" : "s", values == 1 ? "s" : "");
    return true;
}

/// Which values are allowed, and which others were met, in the order of rows.
typedef struct ValueSet {
    Arena arena;
    Map allowed;
    Map others;
    Str shown[OTHER_VALUES_SHOWN_MAX];
} ValueSet;

static void value_set_deinit(ValueSet *set)
{
    map_deinit(&set->allowed);
    map_deinit(&set->others);
    arena_deinit(&set->arena);
}

static bool value_set_init(const Expectation *expectation, ValueSet *set, Error *err)
{
    for (size_t i = 0; i < expectation->value_count; i++) TRY(map_put(&set->allowed, expectation->values[i], i, err));
    return true;
}

static bool value_set_meet(ValueSet *set, Str text, bool *out_allowed, Error *err)
{
    uint64_t place = 0;
    *out_allowed = map_get(&set->allowed, text, &place);
    if (*out_allowed || map_get(&set->others, text, &place)) return true;
    TRY(arena_copy(&set->arena, text, &text, err));
    if (set->others.count < OTHER_VALUES_SHOWN_MAX) set->shown[set->others.count] = text;
    return map_put(&set->others, text, 0, err);
}

static bool found_others(const ValueSet *set, ExpectationResult *result, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < set->others.count && i < OTHER_VALUES_SHOWN_MAX; i++)
        TRY(bytes_append_format(&text, err, "%s'%.*s'", i == 0 ? "" : ", ", STR_ARG(set->shown[i])));
    if (set->others.count > OTHER_VALUES_SHOWN_MAX)
        TRY(bytes_append_format(&text, err, ", %s more", count_text(set->others.count - OTHER_VALUES_SHOWN_MAX).text));
    (void)snprintf(result->found, sizeof(result->found), "%.*s", STR_ARG(bytes_str(&text)));
    return true;
}

static bool measure_values(const Expectation *expectation, const Frame *table, const Vector *vector,
                           ExpectationResult *result, Error *err)
{
    UNUSED(table);
    AUTO(value_set_deinit) ValueSet set = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(value_set_init(expectation, &set, err));
    for (size_t i = 0; i < vector->count; i++) {
        bool allowed = false;
        if (!vector_is_valid(vector, i)) continue;
        bytes_clear(&text);
        TRY(vector_format(vector, i, STR(""), &text, err));
        TRY(value_set_meet(&set, bytes_str(&text), &allowed, err));
        if (!allowed) expectation_fail_row(result, i);
    }
    result->holds = result->failed_rows == 0;
    return result->holds || found_others(&set, result, err);
}

typedef struct ExpectationMeasure {
    const char *name; ///< as the pipeline file has it
    bool needs_column;
    bool needs_number;
    bool (*measure)(const Expectation *expectation, const Frame *table, const Vector *vector, ExpectationResult *result,
                    Error *err);
} ExpectationMeasure;

static const ExpectationMeasure MEASURES[] = {
    [EXPECT_ROWS] = {"rows", false, false, measure_rows},
    [EXPECT_FRESH] = {"fresh", false, false, measure_fresh},
    [EXPECT_MIN] = {"min", true, true, measure_min},
    [EXPECT_MAX] = {"max", true, true, measure_max},
    [EXPECT_NULLS] = {"nulls", true, false, measure_nulls},
    [EXPECT_UNIQUE] = {"unique", true, false, measure_unique},
    [EXPECT_VALUES] = {"values", true, false, measure_values},
};

static bool column_find(const Expectation *expectation, const ExpectationMeasure *row, const Frame *table, Vector *out,
                        Error *err)
{
    char type[TYPE_NAME_BYTES_MAX];
    if (!row->needs_column) return true;
    if (!frame_find(table, expectation->column, out, err)) {
        if (err != NULL && err->kind == ERROR_NOT_FOUND) err->kind = ERROR_CONFIG;
        return error_prefix(err, "expect");
    }
    if (!row->needs_number || type_is_number(out->type)) return true;
    type_name(out->type, type);
    return error_set(err, ERROR_CONFIG, "expect: '%s' needs a column of numbers, and '%.*s' is %s", row->name,
                     STR_ARG(expectation->column), type);
}

bool expectation_measure(const Expectation *expectation, const Frame *table, ExpectationResult *out, Error *err)
{
    CHECK(expectation->kind < COUNT_OF(MEASURES));
    const ExpectationMeasure *row = &MEASURES[expectation->kind];
    ExpectationResult result = {.expectation = expectation};
    Vector vector = {0};
    TRY(column_find(expectation, row, table, &vector, err));
    TRY(row->measure(expectation, table, &vector, &result, err));
    *out = result;
    return true;
}
