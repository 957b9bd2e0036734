#include "base/memory.h"
#include "engine/history_internal.h"
#include "engine/instant.h"
#include "text/timestamp.h"

bool source_has_moments(const PlanSource *source)
{
    for (uint32_t i = 0; i < source->field_count; i++) {
        if (source->column_known[i] != PLAN_NONE) return true;
    }
    return false;
}

void row_times_deinit(RowTimes *times)
{
    memory_free(times->time.owned);
    memory_free(times->known.owned);
    for (size_t i = 0; i < times->column_known_count; i++) memory_free(times->column_known[i].owned);
    memory_free(times->column_known);
    memory_free(times->known_field);
    memory_free(times->field_moment);
    *times = (RowTimes){0};
}

static bool moments_init(const PlanSource *source, const Vector *fields, uint32_t field, bool round_up, Moments *out,
                         Error *err)
{
    Vector vector = fields[field];

    out->valid = vector.valid;
    out->instants = vector.values.ints;
    if (instants_are_ready(&vector, source->timezone)) return true;
    out->owned = memory_alloc_array(vector.count, sizeof(*out->owned), err);
    TRY(out->owned != NULL);
    out->instants = out->owned;
    TRY_OR(instants_convert(&vector, source->timezone, round_up, out->owned, err), err, "column '%.*s'",
           STR_ARG(source->fields[field].name));
    return true;
}

static bool moments_has(const Moments *moments, size_t row)
{
    return moments->valid == NULL || moments->valid[row] != 0;
}

// The entry of a known column, made when it is new.
static bool find_moment(const PlanSource *source, const Vector *fields, uint32_t field, RowTimes *times, uint32_t *out,
                        Error *err)
{
    for (uint32_t i = 0; i < times->column_known_count; i++) {
        if (times->known_field[i] == field) {
            *out = i;
            return true;
        }
    }
    *out = (uint32_t)times->column_known_count;
    times->known_field[*out] = field;
    times->column_known_count++;
    return moments_init(source, fields, field, true, &times->column_known[*out], err);
}

static bool column_moments_init(const PlanSource *source, const Vector *fields, RowTimes *times, Error *err)
{
    times->column_known = memory_alloc_array(source->field_count, sizeof(*times->column_known), err);
    TRY(times->column_known != NULL);
    times->known_field = memory_alloc_array(source->field_count, sizeof(*times->known_field), err);
    TRY(times->known_field != NULL);
    times->field_moment = memory_alloc_array(source->field_count, sizeof(*times->field_moment), err);
    TRY(times->field_moment != NULL);
    for (uint32_t field = 0; field < source->field_count; field++) {
        uint32_t known = source->column_known[field];
        times->field_moment[field] = PLAN_NONE;
        if (known != PLAN_NONE) TRY(find_moment(source, fields, known, times, &times->field_moment[field], err));
    }
    return true;
}

static bool moment_is_early(const PlanSource *source, uint32_t field, size_t row, int64_t known, int64_t time,
                            Error *err)
{
    return error_set(err, ERROR_DATA, "row %zu: known ('%.*s') is %s, before its time %s", row + 1,
                     STR_ARG(source->fields[field].name), timestamp_format(known).text, timestamp_format(time).text);
}

static bool row_check(const PlanSource *source, const RowTimes *times, size_t row, Error *err)
{
    if (!moments_has(&times->time, row))
        return error_set(err, ERROR_DATA, "row %zu: time ('%.*s') is null", row + 1,
                         STR_ARG(source->fields[source->time].name));
    if (!moments_has(&times->known, row))
        return error_set(err, ERROR_DATA, "row %zu: known ('%.*s') is null", row + 1,
                         STR_ARG(source->fields[source->known].name));

    int64_t time = times->time.instants[row];
    int64_t known = times->known.instants[row];
    if (known < time) return moment_is_early(source, source->known, row, known, time, err);
    for (size_t i = 0; i < times->column_known_count; i++) {
        int64_t moment = times->column_known[i].instants[row];
        if (moments_has(&times->column_known[i], row) && moment < time)
            return moment_is_early(source, times->known_field[i], row, moment, time, err);
    }
    return true;
}

bool row_times_read(const PlanSource *source, const Vector *fields, size_t row_count, RowTimes *out, Error *err)
{
    AUTO(row_times_deinit) RowTimes times = {.row_count = row_count};

    TRY(moments_init(source, fields, source->time, false, &times.time, err));
    TRY(moments_init(source, fields, source->known, true, &times.known, err));
    if (source_has_moments(source)) TRY(column_moments_init(source, fields, &times, err));
    for (size_t row = 0; row < times.row_count; row++) TRY(row_check(source, &times, row, err));

    *out = times;
    times = (RowTimes){0};
    return true;
}

bool row_times_init(const PlanSource *source, const Frame *table, RowTimes *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Vector *fields = arena_alloc_array(&arena, source->field_count, sizeof(*fields), err);
    TRY(fields != NULL);
    for (uint32_t i = 0; i < source->field_count; i++) fields[i] = frame_vector(table, i);
    return row_times_read(source, fields, table->row_count, out, err);
}

bool row_times_column_known(const RowTimes *times, size_t row, size_t moment, int64_t *out)
{
    const Moments *moments = &times->column_known[moment];
    int64_t known = times->known.instants[row];

    if (!moments_has(moments, row)) return false;
    *out = moments->instants[row] > known ? moments->instants[row] : known;
    return true;
}

bool row_times_next(const RowTimes *times, size_t row, int64_t after, int64_t *out)
{
    bool found = false;

    for (size_t i = 0; i < times->column_known_count; i++) {
        int64_t moment = 0;
        if (!row_times_column_known(times, row, i, &moment) || moment <= after || (found && moment > *out)) continue;
        *out = moment;
        found = true;
    }
    return found;
}

void row_times_mark_known(const RowTimes *times, size_t row, int64_t known, size_t field_count, uint8_t *out)
{
    for (size_t field = 0; field < field_count; field++) {
        int64_t moment = known;
        bool there = times->field_moment[field] == PLAN_NONE ||
                     row_times_column_known(times, row, times->field_moment[field], &moment);
        out[field] = there && moment <= known;
    }
}
