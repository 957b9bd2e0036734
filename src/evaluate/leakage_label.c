/// The second proof of a wrong `known`: a label that was known, or could have been computed, when it was asked for.
#include "dataset/examples.h"
#include "engine/instant.h"
#include "evaluate/leakage_internal.h"
#include "text/quantity.h"
#include "text/timestamp.h"

/// Of the labels that are there: above it the label is as good as never a prediction.
#define KNOWN_SHARE_MAX 0.5

/// The first example by (at, id) is named, in whatever order they come.
static bool first_set(LeakageWatch *watch, const Examples *examples, size_t i, Error *err)
{
    LabelCount *count = watch->label;
    int64_t at = examples->at[i];
    bool before =
        count->known == 0 || at < count->at || (at == count->at && str_compare(examples->ids[i], count->id) < 0);
    if (!before) return true;
    count->at = at;
    count->label_known = examples->label_known[i];
    return arena_copy(&watch->arena, examples->ids[i], &count->id, err);
}

bool leakage_watch_examples(LeakageWatch *watch, const Examples *examples, Error *err)
{
    Vector label = column_view(&examples->label);
    for (size_t i = 0; i < examples->count; i++) {
        if (!vector_is_valid(&label, i)) continue;
        watch->label->labels++;
        if (examples->label_known[i] > examples->at[i]) continue;
        TRY(first_set(watch, examples, i, err));
        watch->label->known++;
    }
    return true;
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

static bool report_label(const Plan *plan, const LabelCount *count, LeakageBuilder *out, Error *err)
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
        STR_ARG(count->id), timestamp_format(count->at).text, timestamp_format(count->label_known).text, STR_ARG(known),
        STR_ARG(bytes_str(&columns)));
}

bool leakage_report_label(const LeakageWatch *watch, LeakageBuilder *out, Error *err)
{
    const LabelCount *count = watch->label;
    if ((double)count->known <= KNOWN_SHARE_MAX * (double)count->labels) return true;
    return report_label(watch->plan, count, out, err);
}

/// Of each row of the dataset's source: the moment of one column.
static bool moments_read(const Plan *plan, const Frame *block, uint32_t field, bool round_up, int64_t *out, Error *err)
{
    const PlanSource *source = &plan->sources[plan->dataset.source];
    Vector vector = frame_vector(block, field);
    TRY_OR(instants_convert(&vector, source->timezone, round_up, out, err), err, "source '%.*s': column '%.*s'",
           STR_ARG(source->name), STR_ARG(source->fields[field].name));
    for (size_t i = 0; i < vector.count; i++)
        if (!vector_is_valid(&vector, i)) out[i] = INT64_MAX;
    return true;
}

/// Raises `known` to when all the label's columns are known, as they are declared.
static bool columns_known(const Plan *plan, const Frame *block, int64_t *room, int64_t *known, Error *err)
{
    const PlanSource *source = &plan->sources[plan->dataset.source];
    size_t count = block->row_count;
    TRY(moments_read(plan, block, source->known, true, known, err));
    for (uint32_t i = 0; i < plan->dataset.label_column_count; i++) {
        uint32_t field = source->column_known[plan->dataset.label_columns[i]];
        if (field == PLAN_NONE) continue;
        TRY(moments_read(plan, block, field, true, room, err));
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

bool leakage_needs_label_columns(const Plan *plan, uint32_t source)
{
    return plan->dataset.source == source && label_is_read(plan);
}

bool leakage_count_label_columns(LeakageWatch *watch, const Frame *block, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Plan *plan = watch->plan;
    size_t count = block->row_count;
    int64_t *at = arena_alloc_array(&arena, count + 1, sizeof(int64_t), err);
    int64_t *known = arena_alloc_array(&arena, count + 1, sizeof(int64_t), err);
    int64_t *room = arena_alloc_array(&arena, count + 1, sizeof(int64_t), err);
    TRY(at != NULL && known != NULL && room != NULL);
    TRY(moments_read(plan, block, plan->dataset.at, false, at, err));
    TRY(columns_known(plan, block, room, known, err));
    for (size_t i = 0; i < count; i++) watch->early_rows += at[i] != INT64_MAX && known[i] <= at[i];
    return true;
}

bool leakage_report_label_columns(const LeakageWatch *watch, LeakageBuilder *out, Error *err)
{
    if (!label_is_read(watch->plan)) return true;
    uint64_t count = watch->row_counts[watch->plan->dataset.source];
    if ((double)watch->early_rows <= KNOWN_SHARE_MAX * (double)count) return true;
    return report_columns(watch->plan, watch->early_rows, count, out, err);
}
