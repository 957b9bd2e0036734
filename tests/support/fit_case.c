#include "support/fit_case.h"

#include "number/float_order.h"
#include "support/test.h"

void fit_case_deinit(FitCase *fit)
{
    frame_deinit(&fit->frame);
    program_output_deinit(&fit->training);
    program_output_deinit(&fit->all);
    transform_deinit(&fit->transform);
    fitting_deinit(&fit->fitting);
}

void fit_case_column(FitCase *fit, const char *name, Column *column)
{
    Error err = {0};
    ASSERT_OK(frame_take_column(&fit->frame, str_from(name), column, &err), err);
}

void fit_case_floats(FitCase *fit, const char *name, const double *values, size_t count)
{
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_FLOAT64)};
    Error err = {0};
    for (size_t i = 0; i < count; i++) {
        bool done =
            float_is_nan(values[i]) ? column_push_null(&column, &err) : column_push_float(&column, values[i], &err);
        ASSERT_OK(done, err);
    }
    fit_case_column(fit, name, &column);
}

void fit_case_ints(FitCase *fit, const char *name, const int64_t *values, size_t count)
{
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_INT64)};
    Error err = {0};
    for (size_t i = 0; i < count; i++) {
        bool done =
            values[i] == INT64_MIN ? column_push_null(&column, &err) : column_push_int(&column, values[i], &err);
        ASSERT_OK(done, err);
    }
    fit_case_column(fit, name, &column);
}

void fit_case_texts(FitCase *fit, const char *name, const char *const *values, size_t count)
{
    AUTO(column_deinit) Column column = {.type = TYPE_OF(TYPE_STRING)};
    Error err = {0};
    for (size_t i = 0; i < count; i++) {
        bool done = values[i] == NULL ? column_push_null(&column, &err)
                                      : column_push_string(&column, str_from(values[i]), &err);
        ASSERT_OK(done, err);
    }
    fit_case_column(fit, name, &column);
}

void fit_case_transform(FitCase *fit, const char *name, const char *expression)
{
    CHECK(fit->transform_count < FIT_CASE_COLUMNS_MAX);
    fit->transforms[fit->transform_count++] =
        (NamedExpression){.name = str_from(name), .expression = {.text = str_from(expression)}};
}

bool fit_case_compile(FitCase *fit, Error *err)
{
    PlanFeature features[FIT_CASE_COLUMNS_MAX];
    Plan plan = {.features = features, .feature_count = (uint32_t)fit->frame.column_count};
    const TransformDefinition definition = {.columns = fit->transforms,
                                            .column_count = fit->transform_count,
                                            .keep = fit->keep,
                                            .keep_count = fit->keep_count};
    CHECK(fit->frame.column_count <= FIT_CASE_COLUMNS_MAX);
    for (size_t i = 0; i < fit->frame.column_count; i++)
        features[i] = (PlanFeature){.name = fit->frame.fields[i].name, .type = fit->frame.fields[i].type};
    return transform_compile(&definition, &plan, &fit->transform, err);
}

bool fit_case_try(FitCase *fit, size_t training_count, Error *err)
{
    const FitRows rows = {.frame = &fit->frame,
                          .rows = fit->rows,
                          .count = training_count,
                          .label = fit->label,
                          .at = fit->at,
                          .label_known = fit->label_known,
                          .threads = fit->threads == 0 ? 1 : fit->threads};
    frame_finish(&fit->frame);
    TRY(fit_case_compile(fit, err));
    TRY(transform_fit(&fit->transform, &rows, &fit->fitting, err));
    TRY(fitting_training(&fit->fitting, &rows, &fit->training, err));
    return transform_apply(&fit->fitting.plan, &fit->frame, NULL, fit->frame.row_count, 1, &fit->all, err);
}

void fit_case_run(FitCase *fit, size_t training_count)
{
    Error err = {0};
    ASSERT_OK(fit_case_try(fit, training_count, &err), err);
}

static double value_of(const Vector *vector, size_t row)
{
    if (!vector_is_valid(vector, row)) return float_nan();
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        return vector->values.bools[row];
    case STORAGE_INT:
        return (double)vector->values.ints[row];
    case STORAGE_FLOAT:
        return vector->values.floats[row];
    default:
        fail_msg("a column that no model sees");
        return 0;
    }
}

static const Vector *vector_of(const FitCase *fit, const ProgramOutput *output, const char *column)
{
    const Plan *plan = &fit->fitting.plan;
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        if (str_equal(plan->features[i].name, str_from(column))) return &output->vectors[i];
    }
    fail_msg("there is no column '%s'", column);
    return NULL;
}

double fit_case_value(const FitCase *fit, const char *column, size_t row)
{
    return value_of(vector_of(fit, &fit->all, column), row);
}

double fit_case_training(const FitCase *fit, const char *column, size_t row)
{
    return value_of(vector_of(fit, &fit->training, column), row);
}

bool fit_case_same_plan(const FitCase *left, const FitCase *right)
{
    return digest_equal(&left->fitting.plan.digest, &right->fitting.plan.digest);
}
