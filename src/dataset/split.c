#include "dataset/split.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "text/quantity.h"
#include "text/timestamp.h"

/// Shares are whole billionths, so that a rank is computed in integers.
#define SHARE_WHOLE INT64_C(1000000000)

static const char *const SPLIT_NAMES[SPLIT_COUNT] = {"train", "validation", "test", "none"};

const char *split_name(Split split)
{
    CHECK(split < SPLIT_COUNT);
    return SPLIT_NAMES[split];
}

static int int64_compare_items(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static bool share_is_fraction(double share)
{
    return share >= 0 && share <= 1;
}

static bool shares_check(const SplitOptions *options, Error *err)
{
    double sum = options->train + options->validation + options->test;
    bool fractions =
        share_is_fraction(options->train) && share_is_fraction(options->validation) && share_is_fraction(options->test);
    if (fractions && fabs(sum - 1) < 1e-6) return true;
    return error_set(err, ERROR_CONFIG, "split: the shares %.6g, %.6g and %.6g do not add up to 1", options->train,
                     options->validation, options->test);
}

bool split_options_check(const SplitOptions *options, Error *err)
{
    if (options->gap_us < 0) return error_set(err, ERROR_CONFIG, "split: the gap is negative");
    if (!options->by_instant) return shares_check(options, err);
    if (options->t1_us <= options->t2_us) return true;
    return error_set(err, ERROR_CONFIG, "split: test begins at %s, before validation at %s",
                     timestamp_format(options->t2_us).text, timestamp_format(options->t1_us).text);
}

uint64_t split_place(uint64_t count, double share)
{
    Int128 billionths = (Int128)llround(share * (double)SHARE_WHOLE);
    return (uint64_t)((billionths * (Int128)count + SHARE_WHOLE - 1) / SHARE_WHOLE);
}

/// The value of rank ceil(share * count) + 1; just after the last one where there is none.
static int64_t quantile_after(const int64_t *sorted, size_t count, double share)
{
    uint64_t place = split_place(count, share);
    if (place < count) return sorted[place];
    if (count == 0) return 0;
    return sorted[count - 1] == INT64_MAX ? INT64_MAX : sorted[count - 1] + 1;
}

static bool borders_find(const Examples *examples, const SplitOptions *options, SplitReport *report, Error *err)
{
    report->t1_us = options->t1_us;
    report->t2_us = options->t2_us;
    if (options->by_instant) return true;

    int64_t *sorted = memory_alloc_array(examples->count, sizeof(int64_t), err);
    if (sorted == NULL) return false;
    for (size_t i = 0; i < examples->count; i++) sorted[i] = examples->at[i];
    qsort(sorted, examples->count, sizeof(int64_t), int64_compare_items);
    report->t1_us = quantile_after(sorted, examples->count, options->train);
    report->t2_us = quantile_after(sorted, examples->count, options->train + options->validation);
    memory_free(sorted);
    return true;
}

static int64_t add_saturating(int64_t instant, int64_t duration)
{
    int64_t sum = 0;
    return __builtin_add_overflow(instant, duration, &sum) ? INT64_MAX : sum;
}

/// The label is known, and not null.
static Split example_split(int64_t at, int64_t label_known, const SplitOptions *options, SplitReport *report)
{
    if (at >= report->t2_us) return SPLIT_TEST;
    Split split = at < report->t1_us ? SPLIT_TRAIN : SPLIT_VALIDATION;
    int64_t limit = split == SPLIT_TRAIN ? report->t1_us : report->t2_us;
    if (add_saturating(label_known, options->gap_us) <= limit) return split;
    report->label_late++;
    return SPLIT_NONE;
}

Split split_classify(int64_t at, int64_t label_known, bool label_is_null, const SplitOptions *options, int64_t as_of_us,
                     SplitReport *report)
{
    Split split = SPLIT_NONE;
    if (label_known >= as_of_us) {
        report->label_unknown++;
    } else if (label_is_null) {
        report->label_null++;
    } else {
        split = example_split(at, label_known, options, report);
    }
    report->counts[split]++;
    return split;
}

static void examples_classify(const Examples *examples, const SplitOptions *options, int64_t as_of_us, Split *out,
                              SplitReport *report)
{
    Vector label = column_view(&examples->label);
    for (size_t i = 0; i < examples->count; i++)
        out[i] = split_classify(examples->at[i], examples->label_known[i], !vector_is_valid(&label, i), options,
                                as_of_us, report);
}

static QuantityText count_text(uint64_t count)
{
    return count_format((int64_t)count);
}

static bool split_empty_error(const SplitReport *report, int64_t as_of_us, Split split, Error *err)
{
    uint64_t count = 0;
    for (size_t i = 0; i < SPLIT_COUNT; i++) count += report->counts[i];
    return error_set(err, ERROR_DATA,
                     "the %s split is empty: of %s examples, %s are in train (before %s), %s in validation, %s in test "
                     "(from %s); excluded are %s whose label is not known before %s, %s whose label is null, %s whose "
                     "label became known too late for its split",
                     split_name(split), count_text(count).text, count_text(report->counts[SPLIT_TRAIN]).text,
                     timestamp_format(report->t1_us).text, count_text(report->counts[SPLIT_VALIDATION]).text,
                     count_text(report->counts[SPLIT_TEST]).text, timestamp_format(report->t2_us).text,
                     count_text(report->label_unknown).text, timestamp_format(as_of_us).text,
                     count_text(report->label_null).text, count_text(report->label_late).text);
}

bool split_check(const SplitReport *report, int64_t as_of_us, Error *err)
{
    if (report->counts[SPLIT_TRAIN] == 0) return split_empty_error(report, as_of_us, SPLIT_TRAIN, err);
    return report->counts[SPLIT_TEST] > 0 || split_empty_error(report, as_of_us, SPLIT_TEST, err);
}

bool split_examples(const Examples *examples, const SplitOptions *options, int64_t as_of_us, Split *out,
                    SplitReport *out_report, Error *err)
{
    SplitReport report = {0};
    TRY(split_options_check(options, err));
    TRY(borders_find(examples, options, &report, err));
    examples_classify(examples, options, as_of_us, out, &report);
    TRY(split_check(&report, as_of_us, err));
    *out_report = report;
    return true;
}
