/// The second proof of a wrong `known`: a label that was known when it was asked for.
#include "dataset/examples.h"
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
