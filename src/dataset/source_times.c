#include "base/memory.h"
#include "dataset/source_internal.h"
#include "engine/instant.h"
#include "text/quantity.h"

enum { ROW_COLUMNS_MAX = 4, ROW_VALUE_BYTES_MAX = 40 };

static void bad_rows_deinit(BadRows *bad)
{
    bytes_deinit(&bad->row);
    bytes_deinit(&bad->times);
}

void times_check_deinit(TimesCheck *check)
{
    bad_rows_deinit(&check->time_nulls);
    bad_rows_deinit(&check->known_nulls);
    for (uint32_t i = 0; check->early != NULL && i <= check->source->field_count; i++)
        bad_rows_deinit(&check->early[i]);
    memory_free(check->early);
    memory_free(check->time);
    memory_free(check->known);
    *check = (TimesCheck){0};
}

bool times_check_init(const PlanSource *source, TimesCheck *out, Error *err)
{
    BadRows *early = memory_alloc_array((size_t)source->field_count + 1, sizeof(*early), err);
    TRY(early != NULL);
    *out = (TimesCheck){.source = source, .early = early, .known_max = INT64_MIN};
    return true;
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

static bool nulls_add(const PlanSource *source, const Frame *block, uint32_t field, BadRows *bad, Error *err)
{
    Vector vector = frame_vector(block, field);
    for (size_t i = 0; vector.valid != NULL && i < vector.count; i++) {
        if (vector.valid[i] != 0 || bad->count++ > 0) continue;
        TRY(source_row_describe(source, block, i, &bad->row, err));
    }
    return true;
}

static bool early_describe(const PlanSource *source, const Frame *block, uint32_t known, size_t row, BadRows *bad,
                           Error *err)
{
    TRY(source_row_describe(source, block, row, &bad->row, err));
    TRY(value_describe(source, block, known, row, &bad->times, err));
    TRY(bytes_append_str(&bad->times, STR(" (known), "), err));
    return value_describe(source, block, source->time, row, &bad->times, err);
}

static bool known_add(TimesCheck *check, const Frame *block, uint32_t field, BadRows *bad, Error *err)
{
    Vector known = frame_vector(block, field);
    TRY(instants_convert(&known, check->source->timezone, true, check->known, err));
    for (size_t i = 0; i < known.count; i++) {
        if (!vector_is_valid(&known, i)) continue;
        if (check->known[i] > check->known_max) check->known_max = check->known[i];
        if (check->known[i] >= check->time[i] || bad->count++ > 0) continue;
        TRY(early_describe(check->source, block, field, i, bad, err));
    }
    return true;
}

static bool block_reserve(TimesCheck *check, size_t row_count, Error *err)
{
    if (row_count <= check->capacity) return true;
    memory_free(check->time);
    memory_free(check->known);
    check->capacity = 0;
    check->known = NULL;
    check->time = memory_alloc_array(row_count, sizeof(int64_t), err);
    TRY(check->time != NULL);
    check->known = memory_alloc_array(row_count, sizeof(int64_t), err);
    TRY(check->known != NULL);
    check->capacity = row_count;
    return true;
}

bool times_check_add(TimesCheck *check, const Frame *block, Error *err)
{
    const PlanSource *source = check->source;
    Vector time = frame_vector(block, source->time);
    if (block->row_count == 0) return true;
    TRY(block_reserve(check, block->row_count, err));
    TRY(instants_convert(&time, source->timezone, false, check->time, err));
    TRY(nulls_add(source, block, source->time, &check->time_nulls, err));
    TRY(nulls_add(source, block, source->known, &check->known_nulls, err));
    TRY(known_add(check, block, source->known, &check->early[source->field_count], err));
    for (uint32_t field = 0; field < source->field_count; field++) {
        if (source->column_known[field] == PLAN_NONE) continue;
        TRY(known_add(check, block, source->column_known[field], &check->early[field], err));
    }
    if (check->row_count == 0) check->time_min = check->time[0];
    check->time_max = check->time[block->row_count - 1];
    check->row_count += block->row_count;
    return true;
}

static bool nulls_error(const TimesCheck *check, const char *role, uint32_t field, const BadRows *bad, Error *err)
{
    return error_set(err, ERROR_DATA, "'%s' (column '%.*s') is null in %s of %s rows, such as the one with %.*s", role,
                     STR_ARG(check->source->fields[field].name), count_format((int64_t)bad->count).text,
                     count_format((int64_t)check->row_count).text, STR_ARG(bytes_str(&bad->row)));
}

static bool early_error(const TimesCheck *check, const BadRows *bad, Error *err)
{
    bool one = bad->count == 1;
    return error_set(
        err, ERROR_DATA, "%s of %s rows %s known before %s happened, such as the one with %.*s: %.*s (time)",
        count_format((int64_t)bad->count).text, count_format((int64_t)check->row_count).text, one ? "is" : "are",
        one ? "it" : "they", STR_ARG(bytes_str(&bad->row)), STR_ARG(bytes_str(&bad->times)));
}

bool times_check_finish(const TimesCheck *check, SourceManifest *manifest, Error *err)
{
    const PlanSource *source = check->source;
    CHECK(check->row_count > 0);
    if (check->time_nulls.count > 0) return nulls_error(check, "time", source->time, &check->time_nulls, err);
    if (check->known_nulls.count > 0) return nulls_error(check, "known", source->known, &check->known_nulls, err);
    const BadRows *row = &check->early[source->field_count];
    if (row->count > 0) return early_error(check, row, err);
    for (uint32_t i = 0; i < source->field_count; i++)
        if (check->early[i].count > 0) return early_error(check, &check->early[i], err);
    manifest->time_min_us = check->time_min;
    manifest->time_max_us = check->time_max;
    manifest->known_max_us = check->known_max;
    return true;
}
