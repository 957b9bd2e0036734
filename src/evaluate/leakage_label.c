/// The second proof of a wrong `known`: a label that was known, or could have been computed, when it was asked for.
#include "dataset/examples.h"
#include "engine/instant.h"
#include "evaluate/leakage_internal.h"
#include "text/quantity.h"
#include "text/timestamp.h"

/// Of the labels that are there: above it the label is as good as never a prediction.
#define KNOWN_SHARE_MAX 0.5

/// Every version of every row is visible.
#define AT_THE_END (INT64_MAX - 1)

typedef struct LabelCount {
    uint64_t labels, known; ///< not null; known at or before `at`
    size_t first;
} LabelCount;

static LabelCount labels_count(const Examples *examples)
{
    LabelCount count = {0};
    Vector label = column_view(&examples->label);
    for (size_t i = 0; i < examples->count; i++) {
        if (!vector_is_valid(&label, i)) continue;
        count.labels++;
        if (examples->label_known[i] > examples->at[i]) continue;
        if (count.known++ == 0) count.first = i;
    }
    return count;
}

/// The label's columns, for the advice.
static bool columns_write(const Plan *plan, Bytes *out, Error *err)
{
    const PlanSource *source = &plan->sources[plan->dataset.source];
    for (uint32_t i = 0; i < plan->dataset.label_column_count; i++)
        TRY(bytes_append_format(out, err, ", %.*s: COLUMN",
                                STR_ARG(source->fields[plan->dataset.label_columns[i]].name)));
    return true;
}

static bool report_label(const Plan *plan, const Examples *examples, const LabelCount *count, LeakageBuilder *out,
                         Error *err)
{
    AUTO(bytes_deinit) Bytes columns = {0};
    const PlanSource *source = &plan->sources[plan->dataset.source];
    Str known = source->fields[source->known].name;
    LeakageFinding finding = {.kind = LEAKAGE_LABEL_KNOWN_AT_ONCE,
                              .source = source->name,
                              .column = STR("label"),
                              .rows = count->known,
                              .row_count = count->labels,
                              .score = (double)count->known / (double)count->labels};
    TRY(columns_write(plan, &columns, err));
    return leakage_add(
        out, finding, err,
        "the label of %.*s is declared known at or before `at` in %s of %s examples (first: %.*s, at %s, known %s): "
        "nothing is left to predict, and features may read what the label is made of. Declare which column holds the "
        "moment it becomes known: `known: {row: %.*s%.*s}`, or `label: {value: ..., known: COLUMN}`.",
        STR_ARG(source->name), count_format((int64_t)count->known).text, count_format((int64_t)count->labels).text,
        STR_ARG(examples->ids[count->first]), timestamp_format(examples->at[count->first]).text,
        timestamp_format(examples->label_known[count->first]).text, STR_ARG(known), STR_ARG(bytes_str(&columns)));
}

bool leakage_check_label(const Plan *plan, const Frame *tables, LeakageBuilder *out, Error *err)
{
    AUTO(examples_deinit) Examples examples = {0};
    if (plan->dataset.source == PLAN_NONE) return true;
    TRY(examples_build(plan, tables, AT_THE_END, &examples, err));
    LabelCount count = labels_count(&examples);
    if ((double)count.known <= KNOWN_SHARE_MAX * (double)count.labels) return true;
    return report_label(plan, &examples, &count, out, err);
}

/// Of each row of the dataset's source: the moment of one column.
static bool moments_read(const Plan *plan, const Frame *tables, uint32_t field, bool round_up, int64_t *out, Error *err)
{
    const PlanSource *source = &plan->sources[plan->dataset.source];
    Vector vector = frame_vector(&tables[plan->dataset.source], field);
    TRY_OR(instants_convert(&vector, source->timezone, round_up, out, err), err, "source '%.*s': column '%.*s'",
           STR_ARG(source->name), STR_ARG(source->fields[field].name));
    for (size_t i = 0; i < vector.count; i++)
        if (!vector_is_valid(&vector, i)) out[i] = INT64_MAX;
    return true;
}

/// Raises `known` to when all the label's columns are known, as they are declared.
static bool columns_known(const Plan *plan, const Frame *tables, int64_t *room, int64_t *known, Error *err)
{
    const PlanSource *source = &plan->sources[plan->dataset.source];
    size_t count = tables[plan->dataset.source].row_count;
    TRY(moments_read(plan, tables, source->known, true, known, err));
    for (uint32_t i = 0; i < plan->dataset.label_column_count; i++) {
        uint32_t field = source->column_known[plan->dataset.label_columns[i]];
        if (field == PLAN_NONE) continue;
        TRY(moments_read(plan, tables, field, true, room, err));
        for (size_t row = 0; row < count; row++)
            if (room[row] > known[row]) known[row] = room[row];
    }
    return true;
}

/// A label with a `known` of its own, all of whose columns features read too.
static bool label_is_read(const Plan *plan)
{
    const PlanDataset *dataset = &plan->dataset;
    if (dataset->source == PLAN_NONE || dataset->label_known == PLAN_NONE) return false;
    for (uint32_t i = 0; i < dataset->label_column_count; i++)
        if (!leakage_features_read(plan, dataset->source, dataset->label_columns[i])) return false;
    return dataset->label_column_count > 0;
}

static bool report_columns(const Plan *plan, uint64_t early, uint64_t row_count, LeakageBuilder *out, Error *err)
{
    AUTO(bytes_deinit) Bytes columns = {0};
    const PlanSource *source = &plan->sources[plan->dataset.source];
    Str first = source->fields[plan->dataset.label_columns[0]].name;
    Str known = source->fields[source->known].name;
    LeakageFinding finding = {.kind = LEAKAGE_LABEL_READ_EARLY,
                              .source = source->name,
                              .column = first,
                              .rows = early,
                              .row_count = row_count,
                              .score = (double)early / (double)row_count};
    TRY(columns_write(plan, &columns, err));
    return leakage_add(
        out, finding, err,
        "the label of %.*s has a `known` of its own, but features read what it is made of (%.*s), which is "
        "declared known at or before `at` in %s of %s rows: they see labels before these are known. "
        "Declare when the columns are known: `known: {row: %.*s%.*s}`.",
        STR_ARG(source->name), STR_ARG(first), count_format((int64_t)early).text, count_format((int64_t)row_count).text,
        STR_ARG(known), STR_ARG(bytes_str(&columns)));
}

bool leakage_check_label_columns(const Plan *plan, const Frame *tables, LeakageBuilder *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    if (!label_is_read(plan)) return true;
    size_t count = tables[plan->dataset.source].row_count;
    int64_t *at = arena_alloc_array(&arena, count + 1, sizeof(int64_t), err);
    int64_t *known = arena_alloc_array(&arena, count + 1, sizeof(int64_t), err);
    int64_t *room = arena_alloc_array(&arena, count + 1, sizeof(int64_t), err);
    uint64_t early = 0;
    TRY(at != NULL && known != NULL && room != NULL);
    TRY(moments_read(plan, tables, plan->dataset.at, false, at, err));
    TRY(columns_known(plan, tables, room, known, err));
    for (size_t i = 0; i < count; i++) early += at[i] != INT64_MAX && known[i] <= at[i];
    if ((double)early <= KNOWN_SHARE_MAX * (double)count) return true;
    return report_columns(plan, early, count, out, err);
}
