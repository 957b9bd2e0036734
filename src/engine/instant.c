#include "engine/instant.h"

#include "base/memory.h"
#include "text/duration.h"
#include "text/timestamp.h"

static bool instant_overflow(Error *err)
{
    return error_set(err, ERROR_DATA, "the timestamp does not fit into 64 bits of microseconds");
}

// Microseconds on the value's own clock.
static bool clock_us(TypeId type, int64_t value, bool round_up, int64_t *out, Error *err)
{
    bool fits = true;
    switch (type) {
    case TYPE_DATE:
        fits = !__builtin_mul_overflow(value, MICROSECONDS_PER_DAY, out);
        break;
    case TYPE_TIMESTAMP_S:
        fits = timestamp_us_from_s(value, out);
        break;
    case TYPE_TIMESTAMP_MS:
        fits = timestamp_us_from_ms(value, out);
        break;
    case TYPE_TIMESTAMP_US:
        *out = value;
        break;
    case TYPE_TIMESTAMP_NS:
        *out = timestamp_us_from_ns(value, round_up ? TIMESTAMP_UP : TIMESTAMP_DOWN);
        break;
    default:
        return error_set(err, ERROR_DATA, "neither a timestamp nor a date");
    }
    return fits || instant_overflow(err);
}

static bool value_to_instant(Type type, int64_t value, const Zone *zone, bool round_up, int64_t *out, Error *err)
{
    int64_t local = 0;
    TRY(clock_us(type.id, value, round_up, &local, err));
    *out = type.zoned || zone == zone_utc() ? local : zone_utc_us(zone, local);
    return true;
}

static bool zone_of(Str timezone, const Zone **out, Error *err)
{
    *out = zone_utc();
    return timezone.size == 0 || zone_find(timezone, out, err);
}

bool instant_from(const Vector *vector, size_t row, Str timezone, bool round_up, int64_t *out, Error *err)
{
    const Zone *zone = NULL;
    TRY(zone_of(timezone, &zone, err));
    return value_to_instant(vector->type, vector->values.ints[row], zone, round_up, out, err);
}

bool instants_are_ready(const Vector *vector, Str timezone)
{
    bool utc = timezone.size == 0 || str_equal(timezone, STR("UTC"));
    return vector->type.id == TYPE_TIMESTAMP_US && (vector->type.zoned || utc);
}

bool instants_convert(const Vector *vector, Str timezone, bool round_up, int64_t *out, Error *err)
{
    const Zone *zone = NULL;
    TRY(zone_of(timezone, &zone, err));
    for (size_t i = 0; i < vector->count; i++) {
        out[i] = 0;
        if (vector_is_valid(vector, i)) {
            TRY_OR(value_to_instant(vector->type, vector->values.ints[i], zone, round_up, &out[i], err), err, "row %zu",
                   i + 1);
        }
    }
    return true;
}

Vector instants_vector(const Vector *vector, const int64_t *instants)
{
    Vector converted = *vector;
    union {
        const int64_t *read;
        int64_t *ints;
    } borrowed = {.read = instants}; // vectors are read-only views
    converted.values.ints = borrowed.ints;
    return converted;
}

void source_columns_deinit(SourceColumns *columns)
{
    for (size_t i = 0; columns->owned != NULL && i < columns->count; i++) memory_free(columns->owned[i]);
    memory_free(columns->owned);
    memory_free(columns->vectors);
    *columns = (SourceColumns){0};
}

static bool column_compute(Str timezone, Vector *vector, int64_t **owned, Error *err)
{
    Type computed = type_computed(vector->type);
    bool is_instant = type_is_timestamp(computed);

    if (is_instant && !instants_are_ready(vector, timezone)) {
        *owned = memory_alloc_array(vector->count, sizeof(**owned), err);
        TRY(*owned != NULL);
        TRY(instants_convert(vector, timezone, false, *owned, err));
        vector->values.ints = *owned;
    }
    vector->type = computed;
    return true;
}

bool source_columns_init(const PlanSource *source, const Frame *table, SourceColumns *out, Error *err)
{
    AUTO(source_columns_deinit) SourceColumns columns = {.count = table->column_count};

    columns.vectors = memory_alloc_array(columns.count, sizeof(*columns.vectors), err);
    TRY(columns.vectors != NULL);
    columns.owned = memory_alloc_array(columns.count, sizeof(*columns.owned), err);
    TRY(columns.owned != NULL);
    for (size_t i = 0; i < columns.count; i++) {
        columns.vectors[i] = frame_vector(table, i);
        TRY_OR(column_compute(source->timezone, &columns.vectors[i], &columns.owned[i], err), err, "column '%.*s'",
               STR_ARG(table->fields[i].name));
    }

    *out = columns;
    columns = (SourceColumns){0};
    return true;
}
