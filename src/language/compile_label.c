/// The label: an expression over the example's row that may read columns of views, those that look ahead among them. What it reads
/// is a plan of its own, so that serving never needs it.
#include "language/compile_internal.h"

/// The distinct columns that the label reads, in order.
static bool label_features(Compiler *compiler, Error *err)
{
    const Formula *label = &compiler->label;
    LabelFeatures *features = &compiler->label_features;
    features->columns = arena_alloc_array(&compiler->arena, label->tree.node_count, sizeof(uint32_t), err);
    TRY(features->columns != NULL);
    for (uint32_t i = 0; i < label->tree.node_count; i++) {
        uint32_t column = label->references[i].index;
        if (label->references[i].kind != REFERENCE_FEATURE || compiler->label_needed[column]) continue;
        compiler->label_needed[column] = 1;
        features->columns[features->count++] = column;
    }
    compiler_close_selection(compiler, compiler->label_needed);
    return true;
}

bool compiler_read_label(Compiler *compiler, Error *err)
{
    const DatasetDefinition *dataset = compiler->definition->dataset;
    compiler->label_needed = arena_alloc(&compiler->arena, compiler->column_count + 1, err);
    TRY(compiler->label_needed != NULL);
    if (dataset == NULL) return true;
    TRY(formula_read(compiler, dataset->label, STR("the label"), &compiler->label, err));
    TRY(scope_resolve_label(compiler, compiler_find_source(compiler, dataset->from), &compiler->label, err));
    return label_features(compiler, err);
}

/// The label's own program, over the row's fields and then what the label's plan gives.
static bool label_program(Assembly *features, uint32_t source, Plan *plan, Error *err)
{
    Compiler *compiler = features->compiler;
    AUTO(builder_deinit) Builder builder = {0};
    AUTO(emitter_deinit)
    Emitter emitter = {.assembly = features,
                       .formula = &compiler->label,
                       .label = &compiler->label_features,
                       .view = PLAN_NONE,
                       .source = source,
                       .outside = &builder};
    Value value = {0};
    uint32_t node = 0;
    TRY(emit_formula(&emitter, &value, err));
    TRY(value_node(&builder, &value, value.type, &node, err));
    TRY(ARRAY_PUSH(&builder.outputs, node, err));
    plan->dataset.label_type = value.type;
    return builder_finish(&builder, &plan->arena, &plan->dataset.label, err);
}

/// The fields that the label reads: by name, or to find the entities of what it reads.
static bool label_fields(const Compiler *compiler, size_t field_count, Plan *plan, Error *err)
{
    const Formula *label = &compiler->label;
    PlanDataset *dataset = &plan->dataset;
    uint8_t *read = arena_alloc(&plan->arena, field_count + 1, err);
    uint32_t *fields = arena_alloc_array(&plan->arena, field_count, sizeof(uint32_t), err);
    TRY(read != NULL && fields != NULL);
    for (uint32_t i = 0; i < label->tree.node_count; i++) {
        if (label->references[i].kind == REFERENCE_FIELD) read[label->references[i].index] = 1;
    }
    for (uint32_t i = 0; dataset->label_plan != NULL && i < dataset->label_plan->input_count; i++)
        read[dataset->label_inputs[i]] = 1;
    for (uint32_t field = 0; field < field_count; field++) {
        if (read[field]) fields[dataset->label_column_count++] = field;
    }
    dataset->label_columns = fields;
    return true;
}

static bool label_plan(Assembly *features, const SourceDefinition *source, Plan *plan, Error *err)
{
    const LabelFeatures *read = &features->compiler->label_features;
    if (read->count == 0) return true;
    plan->dataset.label_plan = arena_alloc(&plan->arena, sizeof(Plan), err);
    TRY(plan->dataset.label_plan != NULL);
    TRY(plan_finish(features, read->columns, read->count, false, plan->dataset.label_plan, err));
    return dataset_input_fields(features, source, &plan->arena, &plan->dataset.label_inputs, err);
}

bool label_finish(Compiler *compiler, uint32_t source, Plan *plan, Error *err)
{
    AUTO(assembly_deinit) Assembly features = {.compiler = compiler};
    const SourceDefinition *definition = &compiler->definition->sources[source];
    TRY(assembly_emit(&features, compiler->label_needed, err));
    TRY(label_program(&features, source, plan, err));
    TRY(label_plan(&features, definition, plan, err));
    return label_fields(compiler, definition->schema.count, plan, err);
}
