/// The first proof of a wrong `known`: a row that holds an instant later than the moment it was declared readable.
#include "base/memory.h"
#include "engine/instant.h"
#include "evaluate/leakage_internal.h"
#include "text/quantity.h"
#include "text/timestamp.h"

/// One source, its columns as instants, and when its rows are known.
typedef struct InstantCheck {
    const Plan *plan;
    uint32_t number; ///< of the source
    const PlanSource *source;
    const Frame *table;
    const SourceColumns *columns;
    const int64_t *known;
    uint64_t first_row;   ///< of the table, in its source
    InstantCount *counts; ///< per field
    LeakageWatch *watch;
} InstantCheck;

/// A column that says when others are known, and that no feature sees, may hold later instants: that is its purpose.
static bool only_tells_known(const InstantCheck *check, uint32_t field)
{
    bool tells = false;
    for (uint32_t i = 0; i < check->source->field_count; i++) tells |= check->source->column_known[i] == field;
    return tells && !leakage_features_read(check->plan, check->number, field);
}

static bool has_role(const InstantCheck *check, uint32_t field)
{
    const PlanDataset *dataset = &check->plan->dataset;
    if (field == check->source->time || field == check->source->known) return true;
    return dataset->source == check->number && field == dataset->at;
}

/// Only timestamps: a date's hour is not known. A column with a `known` of its own was thought about.
static bool is_checked(const InstantCheck *check, uint32_t field)
{
    if (!type_is_timestamp(check->source->fields[field].type)) return false;
    if (check->source->column_known[field] != PLAN_NONE) return false;
    return !has_role(check, field) && !only_tells_known(check, field);
}

/// How a person finds the row: its key, or its place.
static bool row_name(const InstantCheck *check, size_t row, Bytes *out, Error *err)
{
    uint64_t number = check->first_row + row + 1;
    if (check->source->key_count == 0) return bytes_append_format(out, err, "row %llu", (unsigned long long)number);
    for (uint32_t i = 0; i < check->source->key_count; i++) {
        Vector key = frame_vector(check->table, check->source->key[i]);
        if (i > 0) TRY(bytes_append_str(out, STR(", "), err));
        TRY(vector_format(&key, row, STR("null"), out, err));
    }
    return true;
}

static bool report_field(const PlanSource *in, uint32_t field, const InstantCount *count, uint64_t row_count,
                         LeakageBuilder *out, Error *err)
{
    Str source = in->name;
    Str column = in->fields[field].name;
    Str known = in->fields[in->known].name;
    LeakageFinding finding = {.kind = LEAKAGE_INSTANT_AFTER_KNOWN,
                              .source = source,
                              .column = column,
                              .rows = count->rows,
                              .row_count = row_count,
                              .score = (double)count->rows / (double)row_count};
    return leakage_add(
        out, finding, err,
        "%.*s.%.*s holds instants after the moment its row is declared known, in %s of %s rows (first: %.*s, known %s, "
        "%.*s %s): a row that records the future was not yet readable. Declare when this column, and what is computed "
        "from it, is known: `known: {row: %.*s, %.*s: %.*s}`. A plan for the future (a booking, an expiry) is known "
        "with its row: say `%.*s: %.*s` there.",
        STR_ARG(source), STR_ARG(column), count_format((int64_t)count->rows).text,
        count_format((int64_t)row_count).text, STR_ARG(count->row), timestamp_format(count->known).text,
        STR_ARG(column), timestamp_format(count->instant).text, STR_ARG(known), STR_ARG(column), STR_ARG(column),
        STR_ARG(column), STR_ARG(known));
}

static bool count_first(const InstantCheck *check, size_t row, int64_t instant, InstantCount *count, Error *err)
{
    AUTO(bytes_deinit) Bytes name = {0};
    count->known = check->known[row];
    count->instant = instant;
    TRY(row_name(check, row, &name, err));
    return arena_copy(&check->watch->arena, bytes_str(&name), &count->row, err);
}

static bool count_field(const InstantCheck *check, uint32_t field, Error *err)
{
    const Vector *vector = &check->columns->vectors[field];
    InstantCount *count = &check->counts[field];
    for (size_t i = 0; i < vector->count; i++) {
        if (!vector_is_valid(vector, i) || vector->values.ints[i] <= check->known[i]) continue;
        if (count->rows++ == 0) TRY(count_first(check, i, vector->values.ints[i], count, err));
    }
    return true;
}

static bool known_read(const PlanSource *source, const Frame *table, int64_t *out, Error *err)
{
    Vector known = frame_vector(table, source->known);
    TRY_OR(instants_convert(&known, source->timezone, true, out, err), err, "source '%.*s': column '%.*s'",
           STR_ARG(source->name), STR_ARG(source->fields[source->known].name));
    return true;
}

static bool check_source(InstantCheck *check, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(source_columns_deinit) SourceColumns columns = {0};
    int64_t *known = arena_alloc_array(&arena, check->table->row_count + 1, sizeof(int64_t), err);
    TRY(known != NULL);
    TRY(known_read(check->source, check->table, known, err));
    TRY_OR(source_columns_init(check->source, check->table, &columns, err), err, "source '%.*s'",
           STR_ARG(check->source->name));
    check->known = known;
    check->columns = &columns;
    for (uint32_t i = 0; i < check->source->field_count; i++)
        if (is_checked(check, i)) TRY(count_field(check, i, err));
    return true;
}

bool leakage_needs_instants(const Plan *plan, uint32_t source)
{
    const InstantCheck check = {.plan = plan, .number = source, .source = &plan->sources[source]};
    for (uint32_t i = 0; i < check.source->field_count; i++)
        if (is_checked(&check, i)) return true;
    return false;
}

bool leakage_count_instants(LeakageWatch *watch, uint32_t source, const Frame *block, uint64_t first_row, Error *err)
{
    InstantCheck check = {.plan = watch->plan,
                          .number = source,
                          .source = &watch->plan->sources[source],
                          .table = block,
                          .first_row = first_row,
                          .counts = watch->instants[source],
                          .watch = watch};
    return check_source(&check, err);
}

bool leakage_report_instants(const LeakageWatch *watch, LeakageBuilder *out, Error *err)
{
    for (uint32_t i = 0; i < watch->plan->source_count; i++) {
        const PlanSource *source = &watch->plan->sources[i];
        for (uint32_t field = 0; field < source->field_count; field++) {
            const InstantCount *count = &watch->instants[i][field];
            if (count->rows > 0) TRY(report_field(source, field, count, watch->row_counts[i], out, err));
        }
    }
    return true;
}
