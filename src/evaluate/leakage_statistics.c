/// Statistics that provenance cannot give: a feature, or its absence, that alone all but tells the label.
#include "base/memory.h"
#include "evaluate/leakage_internal.h"
#include "evaluate/metric_internal.h"
#include "frame/list.h"
#include "number/float_order.h"
#include "text/quantity.h"

enum {
    REGRESSION_ROWS_MIN = 100, ///< with fewer, chance does it too
    CLASS_ROWS_MIN = 30        ///< of each side
};

/// Folded AUC: whichever direction.
#define SINGLE_AUC_MAX 0.98
#define SINGLE_CORRELATION_MAX 0.98 ///< squared, of ranks
#define MISSING_AUC_MAX 0.9
#define MISSING_SHARE_MIN 0.01

/// The training rows, with room for one feature's values.
typedef struct FeatureCheck {
    Objective objective;
    size_t count;
    const uint64_t *rows;
    double *label;
    double *missing; ///< 1 where the feature is null
    size_t missing_count;
    double *values, *value_labels; ///< of the rows that have the feature
    size_t value_count;
    RankRow *ranked;
    double *ranks[2];
} FeatureCheck;

/// Twice the mid-ranks, which are integers; `count` is below 2^31.
static bool ranks_twice(FeatureCheck *check, const double *values, double *out, Error *err)
{
    size_t count = check->value_count;
    TRY(rank_rows(values, values, count, check->ranked, err));
    for (size_t begin = 0, end = 0; end < count; end++) {
        if (!check->ranked[end].tie_ends) continue;
        for (size_t i = begin; i <= end; i++) out[check->ranked[i].row] = (double)(begin + end + 2);
        begin = end + 1;
    }
    return true;
}

static Int128 product_sum(const double *left, const double *right, size_t count)
{
    Int128 sum = 0;
    for (size_t i = 0; i < count; i++) sum += (Int128)(int64_t)left[i] * (int64_t)right[i];
    return sum;
}

/// count^2 times the covariance of twice the ranks.
static double rank_covariance(const double *left, const double *right, size_t count)
{
    Int128 sum = (Int128)count * ((Int128)count + 1);
    return (double)((Int128)count * product_sum(left, right, count) - sum * sum);
}

/// Spearman's rho, squared; 0 where one side is constant.
static bool correlation_squared(FeatureCheck *check, double *out, Error *err)
{
    size_t count = check->value_count;
    const double *const *ranks = (const double *const *)check->ranks;
    TRY(ranks_twice(check, check->values, check->ranks[0], err));
    TRY(ranks_twice(check, check->value_labels, check->ranks[1], err));
    double spread = rank_covariance(ranks[0], ranks[0], count) * rank_covariance(ranks[1], ranks[1], count);
    double covariance = rank_covariance(ranks[0], ranks[1], count);
    *out = spread > 0 ? covariance * covariance / spread : 0;
    return true;
}

/// How well `scores` separate the classes, in whichever direction; 0.5 where a class has too few rows.
static bool separation(const double *classes, const double *scores, size_t count, double *out, Error *err)
{
    MetricValue value = {0};
    size_t ones = 0;
    *out = 0.5;
    for (size_t i = 0; i < count; i++) ones += classes[i] == 1;
    if (ones < CLASS_ROWS_MIN || count - ones < CLASS_ROWS_MIN) return true;
    TRY(metric_find(STR("auc"))->compute(classes, scores, count, &value, err));
    if (value.defined) *out = value.value < 0.5 ? 1 - value.value : value.value;
    return true;
}

/// Lists and maps take part by their sizes.
static double value_at(const Vector *vector, size_t row)
{
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return vector->values.bools[row];
    case STORAGE_INT:
        return (double)vector->values.ints[row];
    case STORAGE_FLOAT:
        return vector->values.floats[row];
    case STORAGE_DECIMAL:
        return (double)vector->values.decimals[row];
    case STORAGE_STRING:
        break;
    }
    return type_is_nested(vector->type) ? (double)list_count(vector->values.strings[row]) : float_nan();
}

/// Infinities take part as the greatest finite numbers: only order counts.
static double value_ranked(double value)
{
    if (value > 1.7976931348623157e308) return 1.7976931348623157e308;
    return value < -1.7976931348623157e308 ? -1.7976931348623157e308 : value;
}

static void feature_read(FeatureCheck *check, const Vector *vector)
{
    check->missing_count = 0;
    check->value_count = 0;
    for (size_t i = 0; i < check->count; i++) {
        size_t row = check->rows[i];
        double value = vector_is_valid(vector, row) ? value_at(vector, row) : float_nan();
        bool missing = float_is_nan(value);
        check->missing[i] = missing;
        check->missing_count += missing;
        if (missing) continue;
        check->values[check->value_count] = value_ranked(value);
        check->value_labels[check->value_count++] = check->label[i];
    }
}

static LeakageFinding finding_of(const FeatureCheck *check, LeakageKind kind, Str feature, double score)
{
    uint64_t rows = kind == LEAKAGE_MISSINGNESS ? check->missing_count : check->value_count;
    return (LeakageFinding){.kind = kind, .column = feature, .rows = rows, .row_count = check->count, .score = score};
}

static bool report_single(const FeatureCheck *check, Str feature, const char *measure, double value, double score,
                          LeakageBuilder *out, Error *err)
{
    LeakageFinding finding = finding_of(check, LEAKAGE_SINGLE_FEATURE, feature, score);
    return leakage_add(out, finding, err,
                       "%.*s alone all but gives the label (%s %.4f over %s training rows): it is likely made from the "
                       "label, or recorded after it. See when the columns it reads are known, or leave it out.",
                       STR_ARG(feature), measure, value, count_format((int64_t)check->value_count).text);
}

static bool check_single(FeatureCheck *check, Str feature, LeakageBuilder *out, Error *err)
{
    double value = 0;
    if (check->objective == OBJECTIVE_BINARY) {
        TRY(separation(check->value_labels, check->values, check->value_count, &value, err));
        return value <= SINGLE_AUC_MAX || report_single(check, feature, "AUC", value, (value - 0.5) * 2, out, err);
    }
    if (check->value_count < REGRESSION_ROWS_MIN) return true;
    TRY(correlation_squared(check, &value, err));
    return value <= SINGLE_CORRELATION_MAX ||
           report_single(check, feature, "squared rank correlation", value, value, out, err);
}

static bool check_missing(FeatureCheck *check, Str feature, LeakageBuilder *out, Error *err)
{
    double value = 0;
    double least = MISSING_SHARE_MIN * (double)check->count;
    if ((double)check->missing_count < least || (double)check->value_count < least) return true;
    TRY(separation(check->missing, check->label, check->count, &value, err));
    if (value <= MISSING_AUC_MAX) return true;
    return leakage_add(
        out, finding_of(check, LEAKAGE_MISSINGNESS, feature, (value - 0.5) * 2), err,
        "whether %.*s is null all but gives the label (AUC %.4f; null in %s of %s training rows): it is "
        "likely filled in after the label is known. See when the columns it reads are known, or leave it "
        "out.",
        STR_ARG(feature), value, count_format((int64_t)check->missing_count).text,
        count_format((int64_t)check->count).text);
}

static bool check_feature(FeatureCheck *check, const Frame *frame, Str feature, LeakageBuilder *out, Error *err)
{
    Vector vector = {0};
    TRY(frame_find(frame, feature, &vector, err));
    if (vector.type.id == TYPE_STRING) return true;
    feature_read(check, &vector);
    TRY(check_single(check, feature, out, err));
    return check_missing(check, feature, out, err);
}

static bool room_make(FeatureCheck *check, Arena *arena, Error *err)
{
    double **columns[] = {&check->label,        &check->missing,  &check->values,
                          &check->value_labels, &check->ranks[0], &check->ranks[1]};
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        *columns[i] = arena_alloc_array(arena, check->count + 1, sizeof(double), err);
        TRY(*columns[i] != NULL);
    }
    check->ranked = arena_alloc_array(arena, check->count + 1, sizeof(RankRow), err);
    return check->ranked != NULL;
}

static bool labels_read(FeatureCheck *check, const Frame *frame, Error *err)
{
    Vector label = {0};
    TRY(frame_find(frame, STR("_label"), &label, err));
    for (size_t i = 0; i < check->count; i++) check->label[i] = label.values.floats[check->rows[i]];
    return true;
}

static void rows_free(uint64_t **rows)
{
    memory_free(*rows);
}

bool leakage_check_snapshot(const Snapshot *snapshot, Objective objective, LeakageReport *out, Error *err)
{
    AUTO(leakage_builder_deinit) LeakageBuilder builder = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(rows_free) uint64_t *rows = NULL;
    FeatureCheck check = {.objective = objective};
    TRY(snapshot_rows(snapshot, SPLIT_TRAIN, &rows, &check.count, err));
    check.rows = rows;
    TRY(room_make(&check, &arena, err));
    TRY(labels_read(&check, &snapshot->frame, err));
    for (uint32_t i = 0; i < snapshot->plan.feature_count; i++)
        TRY(check_feature(&check, &snapshot->frame, snapshot->plan.features[i].name, &builder, err));
    return leakage_finish(&builder, out, err);
}
