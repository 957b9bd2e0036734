#include "model/linear_scale_internal.h"

#include "base/memory.h"
#include "number/exact_stats.h"
#include "sys/thread.h"

typedef struct FitWork {
    const Matrix *matrix;
    const Str *names;
    LinearScale *scale;
} FitWork;

void linear_scale_deinit(LinearScale *scale)
{
    memory_free(scale->means);
    memory_free(scale->scales);
    *scale = (LinearScale){0};
}

bool linear_scale_init(size_t column_count, LinearScale *out, Error *err)
{
    AUTO(linear_scale_deinit) LinearScale scale = {.column_count = column_count};
    scale.means = memory_alloc_array(column_count, sizeof(double), err);
    TRY(scale.means != NULL);
    scale.scales = memory_alloc_array(column_count, sizeof(double), err);
    TRY(scale.scales != NULL);
    *out = scale;
    scale = (LinearScale){0};
    return true;
}

static bool fit_column(void *context, size_t column, Error *err)
{
    const FitWork *work = context;
    const Matrix *matrix = work->matrix;
    ExactMoments moments = {0};
    for (size_t i = 0; i < matrix->row_count; i++) {
        double value = matrix->values[i * matrix->column_count + column];
        if (float_is_nan(value)) continue;
        if (!float_is_finite(value)) {
            return error_set(err, ERROR_DATA,
                             "feature '%.*s' is infinite in training row %zu, and a linear model needs finite values",
                             STR_ARG(work->names[column]), i);
        }
        exact_moments_add(&moments, value);
    }
    if (moments.count == 0) return true;
    work->scale->means[column] = exact_moments_mean(&moments);
    work->scale->scales[column] = exact_moments_stddev(&moments, EXACT_SPREAD_POPULATION);
    return true;
}

bool linear_scale_fit(const Matrix *matrix, const Str *names, uint32_t threads, LinearScale *out, Error *err)
{
    AUTO(linear_scale_deinit) LinearScale scale = {0};
    FitWork work = {matrix, names, &scale};
    TRY(linear_scale_init(matrix->column_count, &scale, err));
    TRY(thread_parallel_for(matrix->column_count, threads, fit_column, &work, err));
    *out = scale;
    scale = (LinearScale){0};
    return true;
}
