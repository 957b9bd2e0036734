#include <string.h>

#include "dataset/examples_internal.h"
#include "dataset/value_number_internal.h"
#include "engine/program.h"
#include "number/float_order.h"

static bool label_type_check(const PlanDataset *dataset, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    if (dataset->label_type.id == TYPE_BOOL || type_is_number(dataset->label_type)) return true;
    type_name(dataset->label_type, name);
    return error_set(err, ERROR_CONFIG, "the label is of type %s; it must be a number or a boolean", name);
}

/// Raises each example's label_known to the moment in `field` of its row; without one it is never known.
static bool known_raise(ExampleBuilder *builder, uint32_t field, int64_t *instants, Error *err)
{
    Vector vector = frame_vector(builder->table, field);
    TRY_OR(instants_convert(&vector, builder->source->timezone, true, instants, err), err, "column '%.*s'",
           STR_ARG(builder->source->fields[field].name));
    for (size_t i = 0; i < builder->picks.count; i++) {
        size_t row = builder->history.versions[builder->picks.items[i].version].row;
        int64_t known = vector_is_valid(&vector, row) ? instants[row] : INT64_MAX;
        if (known > builder->examples.label_known[i]) builder->examples.label_known[i] = known;
    }
    return true;
}

/// What is read of views is seen as of `at`, or as of the end of a window that looks ahead.
static void known_raise_ahead(ExampleBuilder *builder)
{
    Examples *examples = &builder->examples;
    const Plan *label = builder->plan->dataset.label_plan;
    if (label == NULL) return;
    int64_t ahead_us = plan_ahead_us(label);
    for (size_t i = 0; i < examples->count; i++) {
        int64_t known = 0;
        if (__builtin_add_overflow(examples->at[i], ahead_us, &known)) known = INT64_MAX;
        if (known > examples->label_known[i]) examples->label_known[i] = known;
    }
}

/// The label's own moment, and never before that of its row and of the columns that it reads.
static bool label_known_fill(ExampleBuilder *builder, Error *err)
{
    const PlanDataset *dataset = &builder->plan->dataset;
    Examples *examples = &builder->examples;
    int64_t *instants = arena_alloc_array(&builder->arena, builder->table->row_count + 1, sizeof(int64_t), err);
    examples->label_known = arena_alloc_array(&examples->arena, examples->count + 1, sizeof(int64_t), err);
    TRY(instants != NULL && examples->label_known != NULL);
    for (size_t i = 0; i < examples->count; i++) examples->label_known[i] = INT64_MIN;
    known_raise_ahead(builder);
    TRY(known_raise(builder, builder->source->known, instants, err));
    if (dataset->label_known != PLAN_NONE) TRY(known_raise(builder, dataset->label_known, instants, err));
    for (uint32_t i = 0; i < dataset->label_column_count; i++) {
        uint32_t known = builder->source->column_known[dataset->label_columns[i]];
        if (known != PLAN_NONE) TRY(known_raise(builder, known, instants, err));
    }
    return true;
}

/// Which row, and which of its columns are known, each example's label is computed from.
static bool program_input(ExampleBuilder *builder, ProgramInput *out, Error *err)
{
    size_t count = builder->picks.count;
    size_t field_count = builder->source->field_count;
    const uint8_t *column_known = builder->history.column_known;
    uint64_t *rows = arena_alloc_array(&builder->arena, count + 1, sizeof(uint64_t), err);
    uint8_t *known = arena_alloc_array(&builder->arena, column_known == NULL ? 1 : count + 1, field_count, err);
    TRY(rows != NULL && known != NULL);
    for (size_t i = 0; i < count; i++) {
        size_t version = builder->picks.items[i].version;
        rows[i] = builder->history.versions[version].row;
        if (column_known != NULL) memcpy(known + i * field_count, column_known + version * field_count, field_count);
    }
    *out = (ProgramInput){.count = count,
                          .columns = builder->columns.vectors,
                          .gathered_count = builder->columns.count,
                          .rows = rows,
                          .known = column_known == NULL ? NULL : known,
                          .at = builder->examples.at};
    return true;
}

/// The fields behind the label's plan's inputs, of the rows that the labels are of, as a frame.
static bool feature_inputs(const ExampleBuilder *builder, const ProgramInput *rows, Frame *out, Error *err)
{
    const PlanDataset *dataset = &builder->plan->dataset;
    const Plan *label = dataset->label_plan;
    for (uint32_t i = 0; i < label->input_count; i++) {
        uint32_t field = dataset->label_inputs[i];
        Column *column = NULL;
        TRY(frame_add_column(out, label->inputs[i].name, label->inputs[i].type, &column, err));
        for (size_t k = 0; k < rows->count; k++) {
            bool known = rows->known == NULL || rows->known[k * rows->gathered_count + field] != 0;
            TRY(known ? column_append_rows(column, &rows->columns[field], &rows->rows[k], 1, err)
                      : column_push_null(column, err));
        }
    }
    frame_finish(out);
    out->row_count = rows->count;
    return true;
}

/// The tables of the label's plan are among the plan's.
static bool feature_tables(ExampleBuilder *builder, Frame **out, Error *err)
{
    const Plan *label = builder->plan->dataset.label_plan;
    Frame *tables = arena_alloc_array(&builder->arena, (size_t)label->source_count + 1, sizeof(Frame), err);
    TRY(tables != NULL);
    for (uint32_t i = 0; i < label->source_count; i++) {
        uint32_t source = plan_find_source(builder->plan, label->sources[i].name);
        CHECK(source != PLAN_NONE);
        tables[i] = builder->tables[source];
    }
    *out = tables;
    return true;
}

/// What the label reads of views, as of each example's `at`.
static bool features_evaluate(ExampleBuilder *builder, const ProgramInput *rows, Frame *out, Error *err)
{
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame inputs = {0};
    const EngineOptions options = {0};
    Frame *tables = NULL;
    TRY(feature_inputs(builder, rows, &inputs, err));
    if (builder->label != NULL) return engine_evaluate(builder->label, &inputs, builder->examples.at, out, NULL, err);
    TRY(feature_tables(builder, &tables, err));
    TRY(engine_open(builder->plan->dataset.label_plan, tables, &options, &engine, err));
    return engine_evaluate(engine, &inputs, builder->examples.at, out, NULL, err);
}

/// Puts the features behind the row's fields.
static bool features_append(ExampleBuilder *builder, const Frame *features, ProgramInput *input, Error *err)
{
    size_t field_count = input->gathered_count;
    size_t count = builder->plan->dataset.label_plan->feature_count;
    Vector *columns = arena_alloc_array(&builder->arena, field_count + count, sizeof(Vector), err);
    TRY(columns != NULL);
    for (size_t i = 0; i < field_count; i++) columns[i] = input->columns[i];
    for (size_t i = 0; i < count; i++) columns[field_count + i] = frame_vector(features, i);
    input->columns = columns;
    return true;
}

/// A label that is not known before `as_of` is null, and so is one that is no finite number.
static bool label_push(const ExampleBuilder *builder, const Vector *label, size_t i, Column *out, Error *err)
{
    double value = 0;
    if (builder->examples.label_known[i] >= builder->as_of_us || !vector_is_valid(label, i))
        return column_push_null(out, err);
    TRY(value_number(label, i, &value, err));
    return float_is_finite(value) ? column_push_float(out, value, err) : column_push_null(out, err);
}

bool example_labels_fill(ExampleBuilder *builder, Error *err)
{
    const Program *program = &builder->plan->dataset.label;
    AUTO(program_output_deinit) ProgramOutput output = {0};
    AUTO(frame_deinit) Frame features = {0};
    ProgramInput input = {0};
    TRY(label_type_check(&builder->plan->dataset, err));
    TRY(label_known_fill(builder, err));
    TRY(program_input(builder, &input, err));
    if (builder->plan->dataset.label_plan != NULL) {
        TRY_OR(features_evaluate(builder, &input, &features, err), err, "label");
        TRY(features_append(builder, &features, &input, err));
    }
    TRY_OR(program_evaluate(program, program->outputs, 1, &input, 1, &output, err), err, "label");
    builder->examples.label.type = TYPE_OF(TYPE_FLOAT64);
    for (size_t i = 0; i < builder->picks.count; i++)
        TRY(label_push(builder, &output.vectors[0], i, &builder->examples.label, err));
    return true;
}
