#include "report/report_snapshot_internal.h"

#include "number/float_order.h"
#include "number/parse.h"
#include "text/quantity.h"
#include "text/spark.h"
#include "text/table.h"
#include "text/timestamp.h"

enum { TOP_VALUES_SHOWN_MAX = 5, FEW_VALUES_MAX = 10, TOP_VALUE_BYTES_MAX = 16 };

static size_t bin_of(double value, double minimum, double width)
{
    double place = width > 0 ? (value - minimum) / width : 0;
    if (!(place > 0)) return 0;
    return place >= REPORT_BINS ? REPORT_BINS - 1 : (size_t)place;
}

static double lesser(double left, double right)
{
    return left < right ? left : right;
}

static double greater(double left, double right)
{
    return left > right ? left : right;
}

/// Spreads `count` evenly from `begin` to `end` over the parts.
static void bin_spread(double begin, double end, double count, double minimum, double width, double out[REPORT_BINS])
{
    size_t first = bin_of(begin, minimum, width);
    size_t last = bin_of(end, minimum, width);
    if (first == last || !(end > begin)) {
        out[first] += count;
        return;
    }
    for (size_t i = first; i <= last; i++) {
        double low = i == first ? begin : minimum + width * (double)i;
        double high = i == last ? end : minimum + width * (double)(i + 1);
        out[i] += count * greater(0, lesser(high, end) - greater(low, begin)) / (end - begin);
    }
}

/// Counts each value where it is; false when the profile does not name all of them as numbers.
static bool values_place(const Profile *from, double minimum, double width, double out[REPORT_BINS])
{
    Error ignored = {0};
    double values[PROFILE_TOP_MAX];
    if (from->top_count < from->distinct_count) return false;
    for (size_t i = 0; i < from->top_count; i++)
        if (!number_parse_double(from->top[i].text, &values[i], &ignored)) return false;
    for (size_t i = 0; i < from->top_count; i++)
        if (float_is_finite(values[i])) out[bin_of(values[i], minimum, width)] += (double)from->top[i].count;
    return true;
}

void report_rebin(const Profile *from, const Profile *scale, double out[REPORT_BINS])
{
    double width = (scale->maximum - scale->minimum) / REPORT_BINS;
    for (size_t i = 0; i < REPORT_BINS; i++) out[i] = 0;
    if (values_place(from, scale->minimum, width, out)) return;
    for (size_t i = 0; i < PROFILE_BINS; i++) {
        if (from->bins[i] == 0) continue;
        bin_spread(from->edges[i], from->edges[i + 1], (double)from->bins[i], scale->minimum, width, out);
    }
}

static bool histogram_cell(Table *table, const Profile *profile, const Profile *scale, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    double bins[REPORT_BINS];
    if (!profile->has_numbers || !scale->has_numbers) return table_cell(table, STR(""), err);
    report_rebin(profile, scale, bins);
    TRY(spark_write(bins, REPORT_BINS, &text, err));
    return table_cell(table, bytes_str(&text), err);
}

static bool is_moment(Type type)
{
    return type_is_timestamp(type) || type.id == TYPE_DATE;
}

static bool number_cell(Table *table, const SnapshotColumn *column, double value, Error *err)
{
    if (!column->train.has_numbers) return table_cell(table, STR(""), err);
    if (!is_moment(column->type)) return table_cell_format(table, err, "%.4g", value);
    bool fits = value > -9e18 && value < 9e18;
    Str text = str_from(timestamp_format(fits ? (int64_t)value : 0).text);
    return table_cell(table, str_slice(text, 0, str_find(text, 'T')), err);
}

static bool nulls_cell(Table *table, const Profile *profile, Error *err)
{
    uint64_t absent = profile->null_count + profile->nan_count;
    if (absent == 0 || profile->row_count == 0) return table_cell(table, STR("0"), err);
    return table_cell_format(table, err, "%.3g%%", 100.0 * (double)absent / (double)profile->row_count);
}

static bool type_cell(Table *table, Type type, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    type_name(type, name);
    return table_cell(
        table, is_moment(type) ? str_slice(str_from(name), 0, str_find(str_from(name), '_')) : str_from(name), err);
}

static bool column_row(Table *table, const SnapshotColumn *column, Error *err)
{
    const Profile *train = &column->train;
    TRY(table_cell(table, column->name, err));
    TRY(type_cell(table, column->type, err));
    TRY(nulls_cell(table, train, err));
    TRY(number_cell(table, column, train->minimum, err));
    TRY(number_cell(table, column, train->mean, err));
    TRY(number_cell(table, column, train->maximum, err));
    TRY(table_cell(table, str_from(count_format((int64_t)train->distinct_count).text), err));
    TRY(histogram_cell(table, train, train, err));
    return histogram_cell(table, &column->test, train, err);
}

static bool column_titles(Table *table, Error *err)
{
    TRY(table_column(table, STR("column"), TABLE_LEFT, err));
    TRY(table_column(table, STR("type"), TABLE_LEFT, err));
    TRY(table_column(table, STR("nulls"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("min"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("mean"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("max"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("distinct"), TABLE_RIGHT, err));
    TRY(table_column(table, STR("train"), TABLE_LEFT, err));
    return table_column(table, STR("test"), TABLE_LEFT, err);
}

/// The split's name says nothing inside a split.
static bool is_shown(const SnapshotColumn *column)
{
    return !str_equal(column->name, STR("_split"));
}

bool report_columns(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(column_titles(&table, err));
    for (size_t i = 0; i < manifest->column_count; i++)
        if (is_shown(&manifest->columns[i])) TRY(column_row(&table, &manifest->columns[i], err));
    return table_write(&table, REPORT_WIDTH_MAX, out, err);
}

/// A value that stands in one row only is not frequent: names of rows are not shown.
static bool has_top_values(const SnapshotColumn *column)
{
    const Profile *train = &column->train;
    if (!is_shown(column) || train->top_count == 0 || train->top[0].count < 2) return false;
    return column->type.id == TYPE_STRING || train->distinct_count <= FEW_VALUES_MAX;
}

static bool top_cell(Table *table, const Profile *profile, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    size_t shown = profile->top_count < TOP_VALUES_SHOWN_MAX ? profile->top_count : TOP_VALUES_SHOWN_MAX;
    for (size_t i = 0; i < shown; i++) {
        Str value = profile->top[i].text;
        size_t end = value.size;
        if (end > TOP_VALUE_BYTES_MAX) end = TOP_VALUE_BYTES_MAX;
        while (end > 0 && end < value.size && ((uint8_t)value.data[end] & 0xc0) == 0x80) end--;
        TRY(bytes_append_format(&text, err, "%s%.*s%s %.3g%%", i == 0 ? "" : ", ", (int)end, value.data,
                                end < value.size ? "…" : "",
                                100.0 * (double)profile->top[i].count / (double)profile->row_count));
    }
    return table_cell(table, bytes_str(&text), err);
}

bool report_top_values(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("frequent values of"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("train"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("test"), TABLE_LEFT, err));
    for (size_t i = 0; i < manifest->column_count; i++) {
        const SnapshotColumn *column = &manifest->columns[i];
        if (!has_top_values(column)) continue;
        TRY(table_cell(&table, column->name, err));
        TRY(top_cell(&table, &column->train, err));
        TRY(top_cell(&table, &column->test, err));
    }
    if (table_row_count(&table) == 0) return true;
    TRY(bytes_append_byte(out, '\n', err));
    return table_write(&table, REPORT_WIDTH_MAX, out, err);
}
