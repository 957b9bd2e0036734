/// pca: the directions in which training rows vary most, of their exact covariances.
#include "fit/fit_internal.h"
#include "number/eigen.h"
#include "number/exact_stats.h"
#include "sys/thread.h"

/// The rows that have all values, column by column.
typedef struct PcaRows {
    double **columns;
    size_t count;
    size_t width;
    ExactSum *sums;
    double *covariance; ///< width * width
} PcaRows;

static bool row_is_complete(const FitWork *work, size_t row)
{
    for (uint32_t i = 0; i < work->call->argument_count; i++) {
        if (!vector_is_valid(&work->arguments[i], row)) return false;
    }
    return true;
}

static bool rows_alloc(const FitWork *work, PcaRows *out, Error *err)
{
    size_t width = work->call->argument_count;
    out->width = width;
    out->columns = arena_alloc_array(work->arena, width, sizeof(double *), err);
    out->sums = arena_alloc_array(work->arena, width, sizeof(ExactSum), err);
    out->covariance = arena_alloc_array(work->arena, width, width * sizeof(double), err);
    if (out->columns == NULL || out->sums == NULL || out->covariance == NULL) return false;
    for (size_t i = 0; i < width; i++) {
        out->columns[i] = arena_alloc_array(work->arena, work->rows->count, sizeof(double), err);
        if (out->columns[i] == NULL) return false;
    }
    return true;
}

static bool rows_gather(const FitWork *work, PcaRows *out, Error *err)
{
    TRY(rows_alloc(work, out, err));
    for (size_t row = 0; row < work->rows->count; row++) {
        if (!row_is_complete(work, row)) continue;
        for (size_t i = 0; i < out->width; i++) {
            double value = work->arguments[i].values.floats[row];
            if (!float_is_finite(value)) return error_set(err, ERROR_DATA, "a training row has an infinite value");
            out->columns[i][out->count] = value;
            exact_sum_add(&out->sums[i], value);
        }
        out->count++;
    }
    if (out->count >= 2) return true;
    return error_set(err, ERROR_DATA, "fewer than two training rows have all values");
}

static bool covariances_row(void *context, size_t i, Error *err)
{
    PcaRows *rows = context;
    UNUSED(err);
    for (size_t k = i; k < rows->width; k++) {
        ExactSum products = {0};
        for (size_t row = 0; row < rows->count; row++)
            exact_sum_add_product(&products, rows->columns[i][row], rows->columns[k][row]);
        double covariance =
            exact_covariance(&rows->sums[i], &rows->sums[k], &products, rows->count, EXACT_SPREAD_SAMPLE);
        rows->covariance[i * rows->width + k] = rows->covariance[k * rows->width + i] = covariance;
    }
    return true;
}

static bool suffixes_make(FitWork *work, Error *err)
{
    work->suffixes = arena_alloc_array(work->arena, work->column_count, sizeof(Str), err);
    if (work->suffixes == NULL) return false;
    for (uint32_t i = 0; i < work->column_count; i++) TRY(arena_format(work->arena, &work->suffixes[i], err, "%u", i));
    return true;
}

static bool pca_learned(FitWork *work, const double *variances, size_t width, Error *err)
{
    ExactSum total = {0};
    ExactSum kept = {0};
    for (size_t i = 0; i < width; i++) exact_sum_add(&total, variances[i]);
    for (size_t i = 0; i < work->column_count; i++) exact_sum_add(&kept, variances[i]);
    double share = exact_sum_sign(&total) > 0 ? exact_ratio(&kept, &total) : 0;
    return arena_format(work->arena, &work->learned, err, "%u of %zu directions, with %.1f%% of the variance",
                        work->column_count, width, 100 * share);
}

bool learn_pca(FitWork *work, Error *err)
{
    PcaRows rows = {0};
    TRY(rows_gather(work, &rows, err));
    TRY(thread_parallel_for(rows.width, work->rows->threads, covariances_row, &rows, err));
    double *variances = arena_alloc_array(work->arena, rows.width, sizeof(double), err);
    work->weights = arena_alloc_array(work->arena, rows.width + 1, rows.width * sizeof(double), err);
    if (variances == NULL || work->weights == NULL) return false;
    for (size_t i = 0; i < rows.width * rows.width; i++) {
        if (!float_is_finite(rows.covariance[i]))
            return error_set(err, ERROR_DATA, "the training values are so great that their covariance is not finite");
    }
    for (size_t i = 0; i < rows.width; i++) work->weights[i] = exact_mean(&rows.sums[i], rows.count);
    TRY(eigen_symmetric(rows.covariance, rows.width, variances, work->weights + rows.width, err));
    work->column_count = (uint32_t)work->call->parameters[0].number;
    TRY(suffixes_make(work, err));
    return pca_learned(work, variances, rows.width, err);
}

static bool emit_direction(const FitWork *work, Builder *builder, const uint32_t *centred, const double *weights,
                           uint32_t *out, Error *err)
{
    for (uint32_t i = 0; i < work->call->argument_count; i++) {
        uint32_t part = 0;
        TRY(emit_number(builder, weights[i], &part, err));
        TRY(emit_two(builder, KERNEL_MULTIPLY_FLOAT64, centred[i], part, &part, err));
        if (i == 0)
            *out = part;
        else
            TRY(emit_two(builder, KERNEL_ADD_FLOAT64, *out, part, out, err));
    }
    return true;
}

bool emit_pca(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t centred[TRANSFORM_VALUES_MAX];
    uint32_t width = work->call->argument_count;
    for (uint32_t i = 0; i < width; i++) {
        TRY(emit_number(builder, work->weights[i], &centred[i], err));
        TRY(emit_two(builder, KERNEL_SUBTRACT_FLOAT64, arguments[i], centred[i], &centred[i], err));
    }
    for (uint32_t i = 0; i < work->column_count; i++)
        TRY(emit_direction(work, builder, centred, work->weights + (i + 1) * (size_t)width, &out[i], err));
    return true;
}
