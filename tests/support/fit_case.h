/// A small dataset with transforms over it, as tests of fitting write it down.
///
///     AUTO(fit_case_deinit) FitCase fit = {0};
///     fit_case_floats(&fit, "trip.km", (const double[]){1, 2, NAN_IS_NULL, 9}, 4);
///     fit_case_transform(&fit, "km", "scale(trip.km)");
///     fit_case_run(&fit, 3);                       // the first three rows are training rows
///     fit_case_value(&fit, "km", 3)                // what rows outside of training see
#ifndef PAWL_SUPPORT_FIT_CASE_H
#define PAWL_SUPPORT_FIT_CASE_H

#include "fit/apply.h"
#include "fit/fit.h"

enum { FIT_CASE_COLUMNS_MAX = 16, FIT_CASE_ROWS_MAX = 4096 };

typedef struct FitCase {
    Frame frame;
    NamedExpression transforms[FIT_CASE_COLUMNS_MAX];
    size_t transform_count;
    const Str *keep;
    size_t keep_count;
    double label[FIT_CASE_ROWS_MAX];
    int64_t at[FIT_CASE_ROWS_MAX];
    int64_t label_known[FIT_CASE_ROWS_MAX];
    const uint64_t *rows; ///< which rows of the frame are training rows; NULL: the first ones
    size_t threads;       ///< 0: 1
    Transform transform;
    Fitting fitting;
    ProgramOutput training; ///< of the training rows
    ProgramOutput all;      ///< of all rows, as those outside of training see them
} FitCase;

void fit_case_deinit(FitCase *fit);

void fit_case_floats(FitCase *fit, const char *name, const double *values, size_t count);     ///< NaN: null
void fit_case_ints(FitCase *fit, const char *name, const int64_t *values, size_t count);      ///< INT64_MIN: null
void fit_case_texts(FitCase *fit, const char *name, const char *const *values, size_t count); ///< NULL: null
void fit_case_column(FitCase *fit, const char *name, Column *column);

void fit_case_transform(FitCase *fit, const char *name, const char *expression);

MUST_CHECK bool fit_case_compile(FitCase *fit, Error *err);

/// Compiles, fits on so many rows, and computes all columns.
MUST_CHECK bool fit_case_try(FitCase *fit, size_t training_count, Error *err);
void fit_case_run(FitCase *fit, size_t training_count);

/// A value as the model sees it: null is NaN, a bool 0 or 1. Fails when there is no such column.
double fit_case_value(const FitCase *fit, const char *column, size_t row);
double fit_case_training(const FitCase *fit, const char *column, size_t row);

/// Whether two cases learned the same: plans of one digest.
bool fit_case_same_plan(const FitCase *left, const FitCase *right);

#endif
