/// target_encode: the mean label of a category, drawn towards the mean of all.
///
/// In a training row at t only labels count that were known before t, of rows before t: max(at, label_known) < t. So a row never sees
/// its own label, nor that of a row of the same moment, and what comes later cannot change it. Rows of later splits, and
/// serving, see the table of all training rows.
#include <stdlib.h>

#include "fit/fit_internal.h"
#include "number/exact_stats.h"

/// A training row, as one that asks and as one that is counted from `available` on.
typedef struct TargetRow {
    uint32_t id;
    uint32_t row;
    int64_t at;
    int64_t available;
} TargetRow;

/// Labels counted per row that asks.
typedef struct TargetSums {
    double *sums;
    uint64_t *counts;
} TargetSums;

static int ids_compare(const TargetRow *left, const TargetRow *right)
{
    return left->id == right->id ? 0 : left->id < right->id ? -1 : 1;
}

static int at_compare(const void *left, const void *right)
{
    const TargetRow *a = left;
    const TargetRow *b = right;
    if (a->id != b->id) return ids_compare(a, b);
    return a->at == b->at ? 0 : a->at < b->at ? -1 : 1;
}

static int available_compare(const void *left, const void *right)
{
    const TargetRow *a = left;
    const TargetRow *b = right;
    if (a->id != b->id) return ids_compare(a, b);
    return a->available == b->available ? 0 : a->available < b->available ? -1 : 1;
}

/// Both lists hold the same rows, so the rows of an id begin in both at the same place.
static void rows_sweep(const TargetRow *askers, const TargetRow *sources, size_t count, const double *label,
                       TargetSums *out)
{
    ExactSum sum = {0};
    size_t next = 0;
    size_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || askers[i].id != askers[i - 1].id) {
            exact_sum_reset(&sum);
            next = begin = i;
        }
        for (; next < count && sources[next].id == askers[i].id && sources[next].available < askers[i].at; next++)
            exact_sum_add(&sum, label[sources[next].row]);
        out->sums[askers[i].row] = exact_sum_round(&sum);
        out->counts[askers[i].row] = next - begin;
    }
}

/// What was known of the row's id (`ids` NULL: of all rows) before each row.
static bool sums_before(const FitWork *work, const uint32_t *ids, TargetSums *out, Error *err)
{
    const FitRows *rows = work->rows;
    TargetRow *askers = arena_alloc_array(work->arena, rows->count, sizeof(TargetRow), err);
    TargetRow *sources = arena_alloc_array(work->arena, rows->count, sizeof(TargetRow), err);
    out->sums = arena_alloc_array(work->arena, rows->count, sizeof(double), err);
    out->counts = arena_alloc_array(work->arena, rows->count, sizeof(uint64_t), err);
    if (askers == NULL || sources == NULL || out->sums == NULL || out->counts == NULL) return false;
    for (size_t i = 0; i < rows->count; i++) {
        int64_t known = rows->label_known[i];
        askers[i] = (TargetRow){.id = ids == NULL ? 0 : ids[i],
                                .row = (uint32_t)i,
                                .at = rows->at[i],
                                .available = known > rows->at[i] ? known : rows->at[i]};
        sources[i] = askers[i];
    }
    qsort(askers, rows->count, sizeof(TargetRow), at_compare);
    qsort(sources, rows->count, sizeof(TargetRow), available_compare);
    rows_sweep(askers, sources, rows->count, rows->label, out);
    return true;
}

/// `smoothing` rows of the mean of all beside those of the category.
static double target_value(double sum, uint64_t count, double prior, double smoothing)
{
    double weight = (double)count + smoothing;
    return weight > 0 ? (sum + smoothing * prior) / weight : prior;
}

static bool targets_before(FitWork *work, const FitCategories *categories, Error *err)
{
    size_t count = work->rows->count;
    TargetSums all = {0};
    TargetSums own = {0};
    TRY(sums_before(work, NULL, &all, err));
    TRY(sums_before(work, categories->ids, &own, err));
    work->targets = arena_alloc_array(work->arena, count, sizeof(double), err);
    work->target_valid = arena_alloc_array(work->arena, count, sizeof(uint8_t), err);
    if (work->targets == NULL || work->target_valid == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        if (all.counts[i] == 0) continue; // nothing is known yet: null
        double prior = all.sums[i] / (double)all.counts[i];
        bool is_null = categories->ids[i] == PLAN_NONE;
        work->targets[i] =
            is_null ? prior : target_value(own.sums[i], own.counts[i], prior, work->call->parameters[0].number);
        work->target_valid[i] = 1;
    }
    return true;
}

/// Rows by their category, so that one sum serves all.
static bool rows_by_id(const FitWork *work, const FitCategories *categories, uint32_t **out_rows, size_t **out_begin,
                       Error *err)
{
    size_t *begin = arena_alloc_array(work->arena, categories->count + 2, sizeof(size_t), err);
    uint32_t *rows = arena_alloc_array(work->arena, work->rows->count, sizeof(uint32_t), err);
    if (begin == NULL || rows == NULL) return false;
    for (size_t i = 0; i < work->rows->count; i++) {
        if (categories->ids[i] != PLAN_NONE) begin[categories->ids[i] + 2]++;
    }
    for (size_t id = 2; id < categories->count + 2; id++) begin[id] += begin[id - 1];
    for (size_t i = 0; i < work->rows->count; i++) {
        if (categories->ids[i] != PLAN_NONE) rows[begin[categories->ids[i] + 1]++] = (uint32_t)i;
    }
    *out_rows = rows;
    *out_begin = begin;
    return true;
}

static bool targets_frozen(FitWork *work, FitCategories *categories, Error *err)
{
    ExactSum sum = {0};
    uint32_t *rows = NULL;
    size_t *begin = NULL;
    for (size_t i = 0; i < work->rows->count; i++) exact_sum_add(&sum, work->rows->label[i]);
    work->low = exact_mean(&sum, work->rows->count);
    TRY(rows_by_id(work, categories, &rows, &begin, err));
    for (size_t i = 0; i < categories->count; i++) {
        FitCategory *item = &categories->items[i];
        exact_sum_reset(&sum);
        for (size_t k = begin[item->id]; k < begin[item->id + 1]; k++) exact_sum_add(&sum, work->rows->label[rows[k]]);
        item->value = target_value(exact_sum_round(&sum), item->count, work->low, work->call->parameters[0].number);
    }
    return categories_table(work, categories->items, categories->count, &work->text, err);
}

bool learn_target(FitWork *work, Error *err)
{
    FitCategories categories = {0};
    FitCategory *chosen = NULL;
    size_t count = 0;
    TRY(work_categories(work, &categories, err));
    TRY(targets_frozen(work, &categories, err));
    TRY(targets_before(work, &categories, err));
    TRY(categories_choose(work, &categories, (double)categories.count, 1, &chosen, &count, err));
    TRY(categories_learned(work, chosen, count, err));
    return arena_format(work->arena, &work->learned, err, "mean of all %s; %.*s", number_text(work->low).text,
                        STR_ARG(work->learned));
}

bool emit_target(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t table = 0;
    uint32_t found = 0;
    uint32_t prior = 0;
    bool is_string = work->call->takes.id == TYPE_STRING;
    TRY(emit_text(builder, work->text, &table, err));
    TRY(emit_two(builder, is_string ? KERNEL_LOOKUP_STRING : KERNEL_LOOKUP_INT64, arguments[0], table, &found, err));
    TRY(emit_number(builder, work->low, &prior, err));
    return emit_two(builder, KERNEL_COALESCE_FLOAT64, found, prior, out, err);
}
