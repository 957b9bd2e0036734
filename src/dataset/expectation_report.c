#include <math.h>
#include <stdio.h>

#include "dataset/expectation_internal.h"
#include "number/parse.h"
#include "text/quantity.h"
#include "text/table.h"

enum {
    REPORT_WIDTH_MAX = 100,
    REPORT_BYTES_MAX = ERROR_TEXT_BYTES_MAX - 96, ///< leaves room for what callers put in front
    SAMPLE_COLUMNS_MAX = 6,
    SAMPLE_CELL_BYTES_MAX = 24,
    VALUES_SHOWN_MAX = 6
};

typedef struct NumberText {
    char text[NUMBER_TEXT_BYTES_MAX];
} NumberText;

static NumberText number_text(double value)
{
    NumberText out;
    (void)number_format_double(value, out.text);
    return out;
}

static bool describe_rows(const Expectation *item, Bytes *out, Error *err)
{
    if (item->low == item->high) return bytes_append_format(out, err, "rows = %s", number_text(item->low).text);
    if (isinf(item->high)) return bytes_append_format(out, err, "rows >= %s", number_text(item->low).text);
    if (isinf(item->low)) return bytes_append_format(out, err, "rows <= %s", number_text(item->high).text);
    return bytes_append_format(out, err, "rows %s..%s", number_text(item->low).text, number_text(item->high).text);
}

static bool describe_nulls(const Expectation *item, Bytes *out, Error *err)
{
    if (item->high <= 0) return bytes_append_format(out, err, "%.*s is never null", STR_ARG(item->column));
    return bytes_append_format(out, err, "%.*s is null in <= %.3g%%", STR_ARG(item->column), item->high * 100);
}

static bool describe_values(const Expectation *item, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "%.*s is one of ", STR_ARG(item->column)));
    for (size_t i = 0; i < item->value_count && i < VALUES_SHOWN_MAX; i++)
        TRY(bytes_append_format(out, err, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(item->values[i])));
    return item->value_count <= VALUES_SHOWN_MAX || bytes_append_str(out, STR(", ..."), err);
}

static bool describe(const Expectation *item, Bytes *out, Error *err)
{
    bytes_clear(out);
    switch (item->kind) {
    case EXPECT_ROWS:
        return describe_rows(item, out, err);
    case EXPECT_FRESH:
        return bytes_append_str(out, STR("fresh"), err);
    case EXPECT_MIN:
        return bytes_append_format(out, err, "%.*s >= %s", STR_ARG(item->column), number_text(item->low).text);
    case EXPECT_MAX:
        return bytes_append_format(out, err, "%.*s <= %s", STR_ARG(item->column), number_text(item->high).text);
    case EXPECT_NULLS:
        return describe_nulls(item, out, err);
    case EXPECT_UNIQUE:
        return bytes_append_format(out, err, "%.*s is unique", STR_ARG(item->column));
    case EXPECT_VALUES:
        return describe_values(item, out, err);
    }
    return true;
}

/// The table, each line behind `indent` spaces and a line end before each.
static bool table_append(const Table *table, int indent, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str line = {0};
    TRY(table_write(table, REPORT_WIDTH_MAX, &text, err));
    Str rest = str_trim(bytes_str(&text));
    while (str_split(&rest, '\n', &line)) TRY(bytes_append_format(out, err, "\n%*s%.*s", indent, "", STR_ARG(line)));
    return true;
}

static bool summary_row(Table *table, const ExpectationResult *result, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(describe(result->expectation, &text, err));
    TRY(table_cell(table, bytes_str(&text), err));
    TRY(table_cell(table, str_from(result->found), err));
    if (result->expectation->kind == EXPECT_ROWS) return table_cell(table, STR("-"), err);
    return table_cell(table, str_from(count_format((int64_t)result->failed_rows).text), err);
}

static bool summary_append(const ExpectationResult *results, size_t count, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("expectation"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("found"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("rows that failed"), TABLE_RIGHT, err));
    for (size_t i = 0; i < count; i++)
        if (!results[i].holds) TRY(summary_row(&table, &results[i], err));
    return table_append(&table, 2, out, err);
}

/// The expectation's column, then the table's first ones.
static size_t sample_columns(const Expectation *expectation, const Frame *table, size_t *out)
{
    size_t first = schema_find(frame_schema(table), expectation->column);
    size_t count = 0;
    out[count++] = first;
    for (size_t i = 0; i < table->column_count && count < SAMPLE_COLUMNS_MAX; i++)
        if (i != first) out[count++] = i;
    return count;
}

static bool sample_cell(Table *table, const Vector *vector, size_t row, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(vector_format(vector, row, STR("null"), &text, err));
    Str value = bytes_str(&text);
    if (value.size <= SAMPLE_CELL_BYTES_MAX) return table_cell(table, value, err);
    size_t end = SAMPLE_CELL_BYTES_MAX - 1;
    while (end > 0 && ((uint8_t)value.data[end] & 0xc0) == 0x80) end--;
    return table_cell_format(table, err, "%.*s…", (int)end, value.data);
}

static bool sample_titles(Table *samples, const Frame *table, const size_t *columns, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(table_column(samples, table->fields[columns[i]].name, TABLE_LEFT, err));
    return true;
}

static bool samples_append(const ExpectationResult *result, const Frame *table, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table samples = {0};
    AUTO(bytes_deinit) Bytes name = {0};
    size_t columns[SAMPLE_COLUMNS_MAX];
    size_t count = sample_columns(result->expectation, table, columns);
    TRY(sample_titles(&samples, table, columns, count, err));
    for (size_t i = 0; i < result->sample_count * count; i++) {
        Vector vector = frame_vector(table, columns[i % count]);
        TRY(sample_cell(&samples, &vector, result->samples[i / count], err));
    }
    TRY(describe(result->expectation, &name, err));
    TRY(bytes_append_format(out, err, "\n  rows that failed %.*s", STR_ARG(bytes_str(&name))));
    if (result->failed_rows > result->sample_count)
        TRY(bytes_append_format(out, err, " (%zu of %s)", result->sample_count,
                                count_format((int64_t)result->failed_rows).text));
    TRY(bytes_append_byte(out, ':', err));
    return table_append(&samples, 4, out, err);
}

/// Samples that would not fit are left out, and said to be.
static bool samples_append_all(const Frame *table, const ExpectationResult *results, size_t count, Bytes *out,
                               Error *err)
{
    static const char more[] = "\n  (further sample rows are left out)";
    for (size_t i = 0; i < count; i++) {
        size_t before = out->size;
        if (results[i].sample_count == 0 || results[i].holds) continue;
        TRY(samples_append(&results[i], table, out, err));
        if (out->size + sizeof(more) <= REPORT_BYTES_MAX) continue;
        out->size = before;
        return bytes_append_str(out, str_from(more), err);
    }
    return true;
}

bool expectations_report(Str source, const Frame *table, const ExpectationResult *results, size_t count, Bytes *out,
                         Error *err)
{
    size_t failed = 0;
    size_t checked = 0;
    for (size_t i = 0; i < count; i++) {
        failed += !results[i].holds;
        checked += results[i].expectation->kind != EXPECT_FRESH;
    }
    TRY(bytes_append_format(out, err, "source '%.*s': %zu of %zu expectations failed", STR_ARG(source), failed,
                            checked));
    TRY(summary_append(results, count, out, err));
    return samples_append_all(table, results, count, out, err);
}
