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
    if (check->source->key_count == 0) return bytes_append_format(out, err, "row %zu", row + 1);
    for (uint32_t i = 0; i < check->source->key_count; i++) {
        Vector key = frame_vector(check->table, check->source->key[i]);
        if (i > 0) TRY(bytes_append_str(out, STR(", "), err));
        TRY(vector_format(&key, row, STR("null"), out, err));
    }
    return true;
}

static bool report_field(const InstantCheck *check, uint32_t field, uint64_t rows, size_t first, LeakageBuilder *out,
                         Error *err)
{
    AUTO(bytes_deinit) Bytes row = {0};
    Str source = check->source->name;
    Str column = check->source->fields[field].name;
    Str known = check->source->fields[check->source->known].name;
    uint64_t row_count = check->table->row_count;
    LeakageFinding finding = {.kind = LEAKAGE_INSTANT_AFTER_KNOWN,
                              .source = source,
                              .column = column,
                              .rows = rows,
                              .row_count = row_count,
                              .score = (double)rows / (double)row_count};
    TRY(row_name(check, first, &row, err));
    return leakage_add(
        out, finding, err,
        "%.*s.%.*s holds instants after the moment its row is declared known, in %s of %s rows (first: %.*s, known %s, "
        "%.*s %s): a row that records the future was not yet readable. Declare when this column, and what is computed "
        "from it, is known: `known: {row: %.*s, %.*s: %.*s}`. A plan for the future (a booking, an expiry) is known "
        "with its row: say `%.*s: %.*s` there.",
        STR_ARG(source), STR_ARG(column), count_format((int64_t)rows).text, count_format((int64_t)row_count).text,
        STR_ARG(bytes_str(&row)), timestamp_format(check->known[first]).text, STR_ARG(column),
        timestamp_format(check->columns->vectors[field].values.ints[first]).text, STR_ARG(known), STR_ARG(column),
        STR_ARG(column), STR_ARG(column), STR_ARG(known));
}

static bool check_field(const InstantCheck *check, uint32_t field, LeakageBuilder *out, Error *err)
{
    const Vector *vector = &check->columns->vectors[field];
    uint64_t rows = 0;
    size_t first = 0;
    for (size_t i = 0; i < vector->count; i++) {
        if (!vector_is_valid(vector, i) || vector->values.ints[i] <= check->known[i]) continue;
        if (rows++ == 0) first = i;
    }
    return rows == 0 || report_field(check, field, rows, first, out, err);
}

static bool known_read(const PlanSource *source, const Frame *table, int64_t *out, Error *err)
{
    Vector known = frame_vector(table, source->known);
    TRY_OR(instants_convert(&known, source->timezone, true, out, err), err, "source '%.*s': column '%.*s'",
           STR_ARG(source->name), STR_ARG(source->fields[source->known].name));
    return true;
}

static bool check_source(InstantCheck *check, LeakageBuilder *out, Error *err)
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
        if (is_checked(check, i)) TRY(check_field(check, i, out, err));
    return true;
}

bool leakage_check_instants(const Plan *plan, const Frame *tables, LeakageBuilder *out, Error *err)
{
    for (uint32_t i = 0; i < plan->source_count; i++) {
        InstantCheck check = {.plan = plan, .number = i, .source = &plan->sources[i], .table = &tables[i]};
        TRY(check_source(&check, out, err));
    }
    return true;
}
