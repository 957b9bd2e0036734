/// scale, winsorise, impute: a few numbers learned of one column.
#include <stdlib.h>

#include "fit/fit_internal.h"
#include "number/exact_stats.h"

enum { SCALE_STANDARD, SCALE_MIN_MAX, SCALE_ROBUST, SCALE_MAX_ABS };
enum { IMPUTE_MEAN, IMPUTE_MEDIAN, IMPUTE_MOST_FREQUENT, IMPUTE_CONSTANT };

static int method_of(const FitWork *work)
{
    return (int)work->call->parameters[0].number;
}

static bool learn_standard(FitWork *work, Error *err)
{
    ExactMoments moments = {0};
    double *numbers = NULL;
    size_t count = 0;
    TRY(work_numbers(work, 0, &numbers, &count, err));
    for (size_t i = 0; i < count; i++) exact_moments_add(&moments, numbers[i]);
    work->low = exact_moments_mean(&moments);
    work->high = exact_moments_stddev(&moments, EXACT_SPREAD_POPULATION);
    return true;
}

static bool learn_ordered(FitWork *work, Error *err)
{
    double *sorted = NULL;
    size_t count = 0;
    TRY(work_sorted(work, 0, &sorted, &count, err));
    double least = sorted[0];
    double greatest = sorted[count - 1];
    work->low = 0;
    work->high = -least > greatest ? -least : greatest;
    if (method_of(work) == SCALE_MIN_MAX) {
        work->low = least;
        work->high = greatest - least;
    } else if (method_of(work) == SCALE_ROBUST) {
        work->low = sorted_quantile(sorted, count, 0.5);
        work->high = sorted_quantile(sorted, count, 0.75) - sorted_quantile(sorted, count, 0.25);
    }
    return true;
}

bool learn_scale(FitWork *work, Error *err)
{
    TRY(method_of(work) == SCALE_STANDARD ? learn_standard(work, err) : learn_ordered(work, err));
    if (work->high == 0) work->high = 1;
    return arena_format(work->arena, &work->learned, err, "centre %s, spread %s", number_text(work->low).text,
                        number_text(work->high).text);
}

bool emit_scale(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t centre = 0;
    uint32_t spread = 0;
    TRY(emit_number(builder, work->low, &centre, err));
    TRY(emit_number(builder, work->high, &spread, err));
    TRY(emit_two(builder, KERNEL_SUBTRACT_FLOAT64, arguments[0], centre, &centre, err));
    return emit_two(builder, KERNEL_DIVIDE_FLOAT64, centre, spread, out, err);
}

bool learn_winsorise(FitWork *work, Error *err)
{
    double *sorted = NULL;
    size_t count = 0;
    TRY(work_sorted(work, 0, &sorted, &count, err));
    work->low = sorted_quantile(sorted, count, work->call->parameters[0].number);
    work->high = sorted_quantile(sorted, count, work->call->parameters[1].number);
    return arena_format(work->arena, &work->learned, err, "from %s to %s", number_text(work->low).text,
                        number_text(work->high).text);
}

/// Null is neither below nor above, and stays.
bool emit_winsorise(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t low = 0;
    uint32_t high = 0;
    uint32_t below = 0;
    uint32_t above = 0;
    TRY(emit_number(builder, work->low, &low, err));
    TRY(emit_number(builder, work->high, &high, err));
    TRY(emit_two(builder, KERNEL_LESS_FLOAT64, arguments[0], low, &below, err));
    TRY(emit_two(builder, KERNEL_LESS_FLOAT64, high, arguments[0], &above, err));
    TRY(emit_three(builder, KERNEL_IF_FLOAT64, above, high, arguments[0], &above, err));
    return emit_three(builder, KERNEL_IF_FLOAT64, below, low, above, out, err);
}

/// The longest run of equal values, of equally long ones the first.
static double most_frequent_number(const double *sorted, size_t count)
{
    double best = sorted[0];
    size_t best_run = 0;
    size_t run = 0;
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
        if (run > best_run) best = sorted[i];
        if (run > best_run) best_run = run;
    }
    return best;
}

static bool learn_impute_number(FitWork *work, Error *err)
{
    ExactSum sum = {0};
    double *sorted = NULL;
    size_t count = 0;
    if (method_of(work) == IMPUTE_CONSTANT) {
        work->low = work->call->parameters[1].number;
        return true;
    }
    TRY(work_sorted(work, 0, &sorted, &count, err));
    for (size_t i = 0; i < count; i++) exact_sum_add(&sum, sorted[i]);
    work->low = sorted_quantile(sorted, count, 0.5);
    if (method_of(work) == IMPUTE_MEAN) work->low = exact_mean(&sum, count);
    if (method_of(work) == IMPUTE_MOST_FREQUENT) work->low = most_frequent_number(sorted, count);
    return true;
}

static bool learn_impute_category(FitWork *work, Error *err)
{
    FitCategories categories = {0};
    FitCategory *chosen = NULL;
    size_t count = 0;
    work->integer = work->call->parameters[1].integer;
    work->text = work->call->parameters[1].text;
    if (method_of(work) == IMPUTE_CONSTANT) return true;
    TRY(work_categories(work, &categories, err));
    TRY(categories_choose(work, &categories, 1, 1, &chosen, &count, err));
    if (count == 0) return error_set(err, ERROR_DATA, "no training row has a value to learn from");
    work->integer = chosen[0].integer;
    return arena_copy(work->arena, chosen[0].string, &work->text, err);
}

static bool impute_learned(FitWork *work, Error *err)
{
    Arena *arena = work->arena;
    if (work->call->takes.id == TYPE_FLOAT64)
        return arena_format(arena, &work->learned, err, "%s", number_text(work->low).text);
    if (work->call->takes.id == TYPE_INT64)
        return arena_format(arena, &work->learned, err, "%lld", (long long)work->integer);
    return arena_format(arena, &work->learned, err, "'%.*s'", STR_ARG(work->text));
}

bool learn_impute(FitWork *work, Error *err)
{
    bool is_number = work->call->takes.id == TYPE_FLOAT64;
    TRY(is_number ? learn_impute_number(work, err) : learn_impute_category(work, err));
    TRY(impute_learned(work, err));
    if (work->call->fitted == FITTED_IMPUTE) return true;
    work->column_count = 2;
    work->suffixes = arena_alloc_array(work->arena, 2, sizeof(Str), err);
    if (work->suffixes == NULL) return false;
    work->suffixes[0] = STR("value");
    work->suffixes[1] = STR("missing");
    return true;
}

bool emit_impute(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    TypeId type = work->call->takes.id;
    uint32_t value = 0;
    Kernel coalesce = KERNEL_COALESCE_FLOAT64;
    Kernel is_null = KERNEL_IS_NULL_FLOAT64;
    if (type == TYPE_FLOAT64) {
        TRY(emit_number(builder, work->low, &value, err));
    } else if (type == TYPE_INT64) {
        coalesce = KERNEL_COALESCE_INT64;
        is_null = KERNEL_IS_NULL_INT64;
        TRY(emit_integer(builder, work->integer, &value, err));
    } else {
        coalesce = KERNEL_COALESCE_STRING;
        is_null = KERNEL_IS_NULL_STRING;
        TRY(emit_text(builder, work->text, &value, err));
    }
    TRY(emit_two(builder, coalesce, arguments[0], value, &out[0], err));
    return work->column_count == 1 || emit_one(builder, is_null, arguments[0], &out[1], err);
}
