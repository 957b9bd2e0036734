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

/// The label's own moment, and never before that of its row and of the columns that it reads.
static bool label_known_fill(ExampleBuilder *builder, Error *err)
{
    const PlanDataset *dataset = &builder->plan->dataset;
    Examples *examples = &builder->examples;
    int64_t *instants = arena_alloc_array(&builder->arena, builder->table->row_count + 1, sizeof(int64_t), err);
    examples->label_known = arena_alloc_array(&examples->arena, examples->count + 1, sizeof(int64_t), err);
    TRY(instants != NULL && examples->label_known != NULL);
    for (size_t i = 0; i < examples->count; i++) examples->label_known[i] = INT64_MIN;
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
    ProgramInput input = {0};
    TRY(label_type_check(&builder->plan->dataset, err));
    TRY(label_known_fill(builder, err));
    TRY(program_input(builder, &input, err));
    TRY_OR(program_evaluate(program, program->outputs, 1, &input, 1, &output, err), err, "label");
    builder->examples.label.type = TYPE_OF(TYPE_FLOAT64);
    for (size_t i = 0; i < builder->picks.count; i++)
        TRY(label_push(builder, &output.vectors[0], i, &builder->examples.label, err));
    return true;
}
