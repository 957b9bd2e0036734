#include "base/memory.h"
#include "dataset/source_internal.h"
#include "engine/instant.h"
#include "text/quantity.h"

enum { ROW_COLUMNS_MAX = 4, ROW_VALUE_BYTES_MAX = 40 };

/// One column of moments, converted. `valid` is borrowed from the table.
typedef struct Instants {
    uint32_t field;
    int64_t *values;
    Vector vector;
} Instants;

static bool instants_read(const PlanSource *source, const Frame *table, uint32_t field, bool round_up, Instants *out,
                          Error *err)
{
    out->field = field;
    out->vector = frame_vector(table, field);
    return instants_convert(&out->vector, source->timezone, round_up, out->values, err);
}

static bool value_describe(const PlanSource *source, const Frame *table, uint32_t field, size_t row, Bytes *out,
                           Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Vector vector = frame_vector(table, field);
    TRY(vector_format(&vector, row, STR("null"), &text, err));
    Str value = bytes_str(&text);
    bool cut = value.size > ROW_VALUE_BYTES_MAX;
    const char *quote = type_storage(vector.type) == STORAGE_STRING && vector_is_valid(&vector, row) ? "'" : "";
    return bytes_append_format(out, err, "%.*s = %s%.*s%s%s", STR_ARG(source->fields[field].name), quote,
                               cut ? ROW_VALUE_BYTES_MAX : (int)value.size, value.data, cut ? "..." : "", quote);
}

bool source_row_describe(const PlanSource *source, const Frame *table, size_t row, Bytes *out, Error *err)
{
    size_t count = source->key_count > 0 ? source->key_count : source->field_count;
    if (count > ROW_COLUMNS_MAX) count = ROW_COLUMNS_MAX;
    for (size_t i = 0; i < count; i++) {
        uint32_t field = source->key_count > 0 ? source->key[i] : (uint32_t)i;
        if (i > 0) TRY(bytes_append_str(out, STR(", "), err));
        TRY(value_describe(source, table, field, row, out, err));
    }
    return true;
}

/// Rows that are not as they should be: how many, and the first.
typedef struct BadRows {
    uint64_t count;
    size_t first;
} BadRows;

static void bad_rows_add(BadRows *bad, size_t row)
{
    if (bad->count++ == 0) bad->first = row;
}

static bool nulls_check(const PlanSource *source, const Frame *table, const char *role, const Instants *instants,
                        Error *err)
{
    AUTO(bytes_deinit) Bytes row = {0};
    BadRows bad = {0};
    for (size_t i = 0; i < table->row_count; i++)
        if (!vector_is_valid(&instants->vector, i)) bad_rows_add(&bad, i);
    if (bad.count == 0) return true;
    TRY(source_row_describe(source, table, bad.first, &row, err));
    return error_set(err, ERROR_DATA, "'%s' (column '%.*s') is null in %s of %s rows, such as the one with %.*s", role,
                     STR_ARG(source->fields[instants->field].name), count_format((int64_t)bad.count).text,
                     count_format((int64_t)table->row_count).text, STR_ARG(bytes_str(&row)));
}

static bool early_error(const PlanSource *source, const Frame *table, uint32_t known, const BadRows *bad, Error *err)
{
    AUTO(bytes_deinit) Bytes row = {0};
    AUTO(bytes_deinit) Bytes times = {0};
    TRY(source_row_describe(source, table, bad->first, &row, err));
    TRY(value_describe(source, table, known, bad->first, &times, err));
    TRY(bytes_append_str(&times, STR(" (known), "), err));
    TRY(value_describe(source, table, source->time, bad->first, &times, err));
    bool one = bad->count == 1;
    return error_set(err, ERROR_DATA,
                     "%s of %s rows %s known before %s happened, such as the one with %.*s: %.*s (time)",
                     count_format((int64_t)bad->count).text, count_format((int64_t)table->row_count).text,
                     one ? "is" : "are", one ? "it" : "they", STR_ARG(bytes_str(&row)), STR_ARG(bytes_str(&times)));
}

static bool known_check(const PlanSource *source, const Frame *table, const Instants *time, const Instants *known,
                        int64_t *known_max, Error *err)
{
    BadRows bad = {0};
    for (size_t i = 0; i < table->row_count; i++) {
        if (!vector_is_valid(&known->vector, i)) continue;
        if (known->values[i] < time->values[i]) bad_rows_add(&bad, i);
        if (known->values[i] > *known_max) *known_max = known->values[i];
    }
    return bad.count == 0 || early_error(source, table, known->field, &bad, err);
}

static bool columns_known_check(const PlanSource *source, const Frame *table, const Instants *time, Instants *known,
                                int64_t *known_max, Error *err)
{
    for (uint32_t field = 0; field < source->field_count; field++) {
        if (source->column_known[field] == PLAN_NONE) continue;
        TRY(instants_read(source, table, source->column_known[field], true, known, err));
        TRY(known_check(source, table, time, known, known_max, err));
    }
    return true;
}

static bool times_check(const PlanSource *source, const Frame *table, Instants *time, Instants *known,
                        SourceManifest *manifest, Error *err)
{
    int64_t known_max = INT64_MIN;
    TRY(instants_read(source, table, source->time, false, time, err));
    TRY(nulls_check(source, table, "time", time, err));
    TRY(instants_read(source, table, source->known, true, known, err));
    TRY(nulls_check(source, table, "known", known, err));
    TRY(known_check(source, table, time, known, &known_max, err));
    TRY(columns_known_check(source, table, time, known, &known_max, err));
    manifest->time_min_us = time->values[0];
    manifest->time_max_us = time->values[table->row_count - 1];
    manifest->known_max_us = known_max;
    return true;
}

bool source_times_check(const PlanSource *source, const Frame *table, SourceManifest *manifest, Error *err)
{
    CHECK(table->row_count > 0);
    Instants time = {.values = memory_alloc_array(table->row_count, sizeof(int64_t), err)};
    Instants known = {.values = memory_alloc_array(table->row_count, sizeof(int64_t), err)};
    bool done = time.values != NULL && known.values != NULL && times_check(source, table, &time, &known, manifest, err);
    memory_free(time.values);
    memory_free(known.values);
    return done;
}
