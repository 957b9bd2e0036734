#include <stdio.h>

#include "dataset/expectation_internal.h"
#include "dataset/value_number_internal.h"
#include "number/float_order.h"
#include "text/quantity.h"

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

static bool rows_finish(Measure *measure, Error *err)
{
    UNUSED(err);
    ExpectationResult *result = &measure->result;
    const Expectation *expectation = result->expectation;
    double rows = (double)measure->row_count;
    result->holds = rows >= expectation->low && rows <= expectation->high;
    if (!result->holds)
        (void)snprintf(result->found, sizeof(result->found), "%s rows", count_text(measure->row_count).text);
    return true;
}

static bool fresh_finish(Measure *measure, Error *err)
{
    UNUSED(err);
    measure->result.holds = true;
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

static bool worst_set(Measure *measure, const Vector *vector, size_t i, Error *err)
{
    column_clear(&measure->worst);
    measure->worst.type = vector->type;
    return column_push_from(&measure->worst, vector, i, err);
}

/// `sign` -1: values must not be below the bound; 1: not above. A NaN is neither.
static bool bound_add(Measure *measure, const Vector *vector, double bound, int sign, Error *err)
{
    for (size_t i = 0; i < vector->count; i++) {
        int order = 0;
        if (!vector_is_valid(vector, i)) continue;
        TRY(value_compare_bound(vector, i, bound, &order, err));
        if (order * sign <= 0 && !value_is_nan(vector, i)) continue;
        expectation_fail_row(&measure->result, measure->row_count + i);
        Vector worst = column_view(&measure->worst);
        if (worst.count == 0 || vector_compare(vector, i, &worst, 0) * sign > 0)
            TRY(worst_set(measure, vector, i, err));
    }
    return true;
}

static bool bound_finish(Measure *measure, const char *what, Error *err)
{
    Vector worst = column_view(&measure->worst);
    measure->result.holds = worst.count == 0;
    return measure->result.holds || found_value(&measure->result, what, &worst, 0, err);
}

static bool min_add(Measure *measure, const Vector *vector, Error *err)
{
    return bound_add(measure, vector, measure->result.expectation->low, -1, err);
}

static bool min_finish(Measure *measure, Error *err)
{
    return bound_finish(measure, "least", err);
}

static bool max_add(Measure *measure, const Vector *vector, Error *err)
{
    return bound_add(measure, vector, measure->result.expectation->high, 1, err);
}

static bool max_finish(Measure *measure, Error *err)
{
    return bound_finish(measure, "greatest", err);
}

static bool nulls_add(Measure *measure, const Vector *vector, Error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < vector->count; i++)
        if (!vector_is_valid(vector, i)) expectation_fail_row(&measure->result, measure->row_count + i);
    return true;
}

static bool nulls_finish(Measure *measure, Error *err)
{
    UNUSED(err);
    ExpectationResult *result = &measure->result;
    double share = measure->row_count == 0 ? 0 : (double)result->failed_rows / (double)measure->row_count;
    result->holds = share <= result->expectation->high;
    if (!result->holds) (void)snprintf(result->found, sizeof(result->found), "%.3g%% are null", share * 100);
    return true;
}

static bool unique_add(Measure *measure, const Vector *vector, Error *err)
{
    return expectation_add_repeats(vector, measure->row_count, &measure->repeats, err);
}

static bool unique_finish(Measure *measure, Error *err)
{
    uint64_t values = 0;
    ExpectationResult *result = &measure->result;
    TRY(expectation_find_repeats(&measure->repeats, result, &values, err));
    result->holds = values == 0;
    if (!result->holds)
        (void)snprintf(result->found, sizeof(result->found), "%s value%s repeat%s", count_text(values).text,
                       values == 1 ? "" : "s", values == 1 ? "s" : "");
    return true;
}

static bool values_add(Measure *measure, const Vector *vector, Error *err)
{
    return value_set_check(&measure->values, vector, measure->row_count, &measure->result, err);
}

static bool values_finish(Measure *measure, Error *err)
{
    ExpectationResult *result = &measure->result;
    result->holds = result->failed_rows == 0;
    return result->holds || value_set_tell(&measure->values, result, err);
}

typedef struct MeasureKind {
    const char *name; ///< as the pipeline file has it
    bool needs_number;
    bool (*add)(Measure *measure, const Vector *vector, Error *err); ///< NULL: it needs no column
    bool (*finish)(Measure *measure, Error *err);
} MeasureKind;

static const MeasureKind KINDS[] = {
    [EXPECT_ROWS] = {"rows", false, NULL, rows_finish},
    [EXPECT_FRESH] = {"fresh", false, NULL, fresh_finish},
    [EXPECT_MIN] = {"min", true, min_add, min_finish},
    [EXPECT_MAX] = {"max", true, max_add, max_finish},
    [EXPECT_NULLS] = {"nulls", false, nulls_add, nulls_finish},
    [EXPECT_UNIQUE] = {"unique", false, unique_add, unique_finish},
    [EXPECT_VALUES] = {"values", false, values_add, values_finish},
};

static bool column_missing(Schema schema, Str name, Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    Vector found = {0};
    TRY(frame_add_schema(&frame, schema, err));
    bool there = frame_find(&frame, name, &found, err);
    CHECK(!there);
    if (err != NULL && err->kind == ERROR_NOT_FOUND) err->kind = ERROR_CONFIG;
    return error_prefix(err, "expect");
}

static bool column_find(Schema schema, Measure *measure, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    Str column = measure->result.expectation->column;
    if (measure->kind->add == NULL) return true;
    measure->column = schema_find(schema, column);
    if (measure->column == SIZE_MAX) return column_missing(schema, column, err);
    Type type = schema.fields[measure->column].type;
    if (!measure->kind->needs_number || type_is_number(type)) return true;
    type_name(type, name);
    return error_set(err, ERROR_CONFIG, "expect: '%s' needs a column of numbers, and '%.*s' is %s", measure->kind->name,
                     STR_ARG(column), name);
}

void measure_deinit(Measure *measure)
{
    column_deinit(&measure->worst);
    value_set_deinit(&measure->values);
    sorter_deinit(&measure->repeats);
    *measure = (Measure){0};
}

bool measure_needs_memory(const Expectation *expectation)
{
    return expectation->kind == EXPECT_UNIQUE;
}

bool measure_init(const Expectation *expectation, Schema schema, uint64_t memory_bytes, Measure *out, Error *err)
{
    CHECK(expectation->kind < COUNT_OF(KINDS));
    AUTO(measure_deinit) Measure measure = {.kind = &KINDS[expectation->kind], .result.expectation = expectation};
    TRY(column_find(schema, &measure, err));
    TRY(value_set_init(expectation, &measure.values, err));
    sorter_init(memory_bytes, STR(""), NULL, &measure.repeats);
    *out = measure;
    measure = (Measure){0};
    return true;
}

bool measure_add(Measure *measure, const Vector *vectors, size_t row_count, Error *err)
{
    if (measure->kind->add != NULL) TRY(measure->kind->add(measure, &vectors[measure->column], err));
    measure->row_count += row_count;
    return true;
}

bool measure_finish(Measure *measure, Error *err)
{
    return measure->kind->finish(measure, err);
}
