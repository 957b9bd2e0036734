#include "frame/profile.h"

#include "base/array.h"
#include "base/map.h"
#include "base/memory.h"
#include "frame/list.h"
#include "frame/sort_internal.h"
#include "number/exact_stats.h"
#include "number/float_order.h"

#define US_PER_DAY 86400e6

/// The most frequent values so far, as indexes of a vector of distinct or sorted values.
typedef struct Top {
    const Vector *values;
    uint64_t counts[PROFILE_TOP_MAX];
    size_t rows[PROFILE_TOP_MAX];
    size_t count;
} Top;

static bool top_is_before(const Top *top, uint64_t count, size_t row, size_t place)
{
    if (count != top->counts[place]) return count > top->counts[place];
    return vector_compare(top->values, row, top->values, top->rows[place]) < 0;
}

static void top_offer(Top *top, uint64_t count, size_t row)
{
    size_t place = top->count;
    if (place == PROFILE_TOP_MAX) {
        if (!top_is_before(top, count, row, place - 1)) return;
        place--;
    } else {
        top->count++;
    }
    for (; place > 0 && top_is_before(top, count, row, place - 1); place--) {
        top->counts[place] = top->counts[place - 1];
        top->rows[place] = top->rows[place - 1];
    }
    top->counts[place] = count;
    top->rows[place] = row;
}

static bool top_write(const Top *top, Profile *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < top->count; i++) {
        bytes_clear(&text);
        TRY(vector_format(top->values, top->rows[i], STR(""), &text, err));
        TRY(arena_copy(&out->arena, bytes_str(&text), &out->top[i].text, err));
        out->top[i].count = top->counts[i];
    }
    out->top_count = top->count;
    return true;
}

/// Each run of equal values in a sorted vector is one distinct value.
static bool runs_count(const Vector *sorted, Profile *out, Error *err)
{
    Top top = {.values = sorted};
    size_t begin = 0;
    for (size_t i = 1; i <= sorted->count; i++) {
        if (i < sorted->count && vector_same(sorted, i - 1, sorted, i)) continue;
        top_offer(&top, i - begin, begin);
        out->distinct_count++;
        begin = i;
    }
    return top_write(&top, out, err);
}

/// What a string is counted under: its first row.
typedef struct StringCount {
    size_t row;
    uint64_t count;
} StringCount;

typedef struct StringCounts {
    Map map; ///< text to place in `items`
    ARRAY_OF(StringCount) list;
} StringCounts;

static void string_counts_deinit(StringCounts *counts)
{
    map_deinit(&counts->map);
    memory_free(counts->list.items);
}

static bool string_counts_add(StringCounts *counts, Str text, size_t row, Error *err)
{
    uint64_t place = 0;
    bool is_new = false;
    TRY(map_get_or_put(&counts->map, text, counts->list.count, &place, &is_new, err));
    if (is_new) TRY(ARRAY_PUSH(&counts->list, ((StringCount){.row = row}), err));
    counts->list.items[place].count++;
    return true;
}

static bool strings_count(const Vector *vector, Profile *out, Error *err)
{
    AUTO(string_counts_deinit) StringCounts counts = {0};
    for (size_t i = 0; i < vector->count; i++) {
        if (vector_is_valid(vector, i)) TRY(string_counts_add(&counts, vector->values.strings[i], i, err));
    }
    Top top = {.values = vector};
    for (size_t i = 0; i < counts.list.count; i++)
        top_offer(&top, counts.list.items[i].count, counts.list.items[i].row);
    out->distinct_count = counts.list.count;
    return top_write(&top, out, err);
}

/// Exact up to 10^22, then rounded the same way everywhere.
static double power_of_ten(unsigned exponent)
{
    double power = 1;
    for (unsigned i = 0; i < exponent; i++) power *= 10;
    return power;
}

/// The value as the number that ranges and histograms are about; times in microseconds.
static double value_number(const Vector *vector, size_t i)
{
    switch (vector->type.id) {
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
        return vector->values.floats[i];
    case TYPE_DECIMAL:
        return (double)vector->values.decimals[i] / power_of_ten(vector->type.scale);
    case TYPE_DATE:
        return (double)vector->values.ints[i] * US_PER_DAY;
    case TYPE_TIMESTAMP_S:
        return (double)vector->values.ints[i] * 1e6;
    case TYPE_TIMESTAMP_MS:
        return (double)vector->values.ints[i] * 1e3;
    case TYPE_TIMESTAMP_NS:
        return (double)vector->values.ints[i] / 1e3;
    default:
        return (double)vector->values.ints[i];
    }
}

/// Nearest rank: the value of rank ceil(p * n), the first for p = 0.
static size_t quantile_index(size_t step, size_t count)
{
    size_t steps = PROFILE_QUANTILES - 1;
    Uint128 product = (Uint128)step * count;
    size_t rank = (size_t)((product + steps - 1) / steps);
    return rank == 0 ? 0 : rank - 1;
}

/// Where the first value at or over `edge` stands.
static size_t numbers_find(const double *numbers, size_t count, double edge)
{
    size_t begin = 0;
    while (begin < count) {
        size_t middle = begin + (count - begin) / 2;
        if (numbers[middle] < edge) {
            begin = middle + 1;
        } else {
            count = middle;
        }
    }
    return begin;
}

/// Equal widths, computed so that a range over all doubles does not overflow and rounding never steps back.
static void profile_set_edges(Profile *out)
{
    out->edges[0] = out->minimum;
    for (size_t i = 1; i < PROFILE_BINS; i++) {
        double share = (double)i / PROFILE_BINS;
        double edge = out->minimum * (1 - share) + out->maximum * share;
        if (edge < out->edges[i - 1]) edge = out->edges[i - 1];
        out->edges[i] = edge > out->maximum ? out->maximum : edge;
    }
    out->edges[PROFILE_BINS] = out->maximum;
}

static void profile_fill_bins(const double *numbers, size_t count, Profile *out)
{
    size_t begin = 0;
    for (size_t i = 0; i < PROFILE_BINS; i++) {
        size_t end = i + 1 == PROFILE_BINS ? count : numbers_find(numbers, count, out->edges[i + 1]);
        out->bins[i] = end - begin;
        begin = end;
    }
}

/// `numbers` are finite and ascending; there is at least one.
static void profile_describe(const double *numbers, size_t count, Profile *out)
{
    ExactMoments moments = {0};
    for (size_t i = 0; i < count; i++) exact_moments_add(&moments, numbers[i]);
    out->has_numbers = true;
    out->minimum = numbers[0];
    out->maximum = numbers[count - 1];
    out->mean = exact_moments_mean(&moments);
    out->stddev = count < 2 ? 0 : exact_moments_stddev(&moments, EXACT_SPREAD_SAMPLE);
    for (size_t i = 0; i < PROFILE_QUANTILES; i++) out->quantiles[i] = numbers[quantile_index(i, count)];
    profile_set_edges(out);
    profile_fill_bins(numbers, count, out);
}

static bool profile_numbers(const Vector *sorted, Profile *out, Error *err)
{
    double *numbers = memory_alloc_array(sorted->count, sizeof(double), err);
    if (numbers == NULL) return false;
    size_t count = 0;
    for (size_t i = 0; i < sorted->count; i++) {
        double number = value_number(sorted, i);
        if (float_is_nan(number)) out->nan_count++;
        if (float_is_finite(number)) numbers[count++] = number;
    }
    if (count > 0) profile_describe(numbers, count, out);
    memory_free(numbers);
    return true;
}

static bool column_copy_valid(const Vector *vector, Column *out, Error *err)
{
    out->type = vector->type;
    if (vector->valid == NULL) return column_append(out, vector, err);
    TRY(column_reserve(out, vector->count, err));
    for (size_t i = 0; i < vector->count; i++) {
        if (vector_is_valid(vector, i)) TRY(column_push_from(out, vector, i, err));
    }
    return true;
}

static bool fixed_profile(const Vector *vector, Profile *out, Error *err)
{
    AUTO(column_deinit) Column column = {0};
    TRY(column_copy_valid(vector, &column, err));
    memory_free(column.valid);
    column.valid = NULL;
    TRY(column_sort(&column, err));
    Vector sorted = column_view(&column);
    TRY(runs_count(&sorted, out, err));
    return vector->type.id == TYPE_BOOL ? true : profile_numbers(&sorted, out, err);
}

/// Of lists and maps: the numbers are their sizes.
static bool sizes_profile(const Vector *vector, Profile *out, Error *err)
{
    AUTO(column_deinit) Column sizes = {.type = TYPE_OF(TYPE_INT64)};
    for (size_t i = 0; i < vector->count; i++) {
        if (vector_is_valid(vector, i)) TRY(column_push_int(&sizes, list_count(vector->values.strings[i]), err));
    }
    TRY(column_sort(&sizes, err));
    Vector sorted = column_view(&sizes);
    return sizes.count == 0 || profile_numbers(&sorted, out, err);
}

void profile_deinit(Profile *profile)
{
    arena_deinit(&profile->arena);
    *profile = (Profile){0};
}

bool profile_compute(const Vector *vector, Profile *out, Error *err)
{
    AUTO(profile_deinit) Profile profile = {.row_count = vector->count};
    for (size_t i = 0; i < vector->count; i++) profile.null_count += !vector_is_valid(vector, i);
    if (type_storage(vector->type) == STORAGE_STRING) {
        TRY(strings_count(vector, &profile, err));
        if (type_is_nested(vector->type)) TRY(sizes_profile(vector, &profile, err));
    } else {
        TRY(fixed_profile(vector, &profile, err));
    }
    *out = profile;
    profile = (Profile){0};
    return true;
}
