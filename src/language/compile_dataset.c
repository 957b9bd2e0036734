/// What a user declared about the dataset: which features, which label, and where each input of the plan is in training.
#include <string.h>

#include "language/compile_internal.h"

static bool expect_timestamp(const Compiler *compiler, const SourceDefinition *source, const char *role, Str name,
                             Error *err)
{
    Position position = compiler->definition->dataset->position;
    size_t field = schema_find(source->schema, name);
    if (field == SIZE_MAX) {
        return definition_error(compiler->definition, position, err,
                                "dataset: '%s' names the column '%.*s', which source '%.*s' does not have", role,
                                STR_ARG(name), STR_ARG(source->name));
    }
    Type type = type_computed(source->schema.fields[field].type);
    if (type_is_timestamp(type)) return true;
    return definition_error(compiler->definition, position, err, "dataset: '%s' must be a timestamp, and '%.*s' is %s",
                            role, STR_ARG(name), type_text(type).text);
}

bool dataset_check(const Compiler *compiler, Error *err)
{
    const DatasetDefinition *dataset = compiler->definition->dataset;
    if (dataset == NULL) return true;
    uint32_t index = compiler_find_source(compiler, dataset->from);
    if (index == PLAN_NONE) return source_unknown(compiler, dataset->from, dataset->position, err);

    const SourceDefinition *source = &compiler->definition->sources[index];
    if (dataset->at.size == 0) {
        return definition_error(compiler->definition, dataset->position, err,
                                "the dataset does not say as of when each example is seen; name a column under 'at'");
    }
    if (dataset->label.text.size == 0) {
        return definition_error(compiler->definition, dataset->position, err, "the dataset has no label");
    }
    TRY(expect_timestamp(compiler, source, "at", dataset->at, err));
    if (dataset->label_known.size == 0) return true;
    return expect_timestamp(compiler, source, "label_known", dataset->label_known, err);
}

typedef struct Selection {
    uint32_t *columns;
    size_t count;
    uint8_t *taken; ///< per column
} Selection;

static void selection_add(Selection *selection, uint32_t column)
{
    if (selection->taken[column]) return;
    selection->taken[column] = 1;
    selection->columns[selection->count++] = column;
}

static void selection_add_plain(const Compiler *compiler, Selection *selection, uint32_t column)
{
    if (!compiler->ahead[column]) selection_add(selection, column);
}

static Position pattern_position(const DatasetDefinition *dataset, size_t i)
{
    return dataset->feature_positions != NULL ? dataset->feature_positions[i] : dataset->position;
}

static bool select_unknown_view(const Compiler *compiler, Str view, Position position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Definition *definition = compiler->definition;
    Str *names = arena_alloc_array(&arena, definition->view_count, sizeof(Str), err);
    if (names == NULL) return false;
    for (size_t i = 0; i < definition->view_count; i++) names[i] = definition->views[i].name;
    NameHint hint = name_hint(view, names, definition->view_count);
    return definition_error(definition, position, err,
                            "dataset: 'features' names the view '%.*s', which does not exist%s", STR_ARG(view),
                            hint.text);
}

static bool select_unknown_column(const Compiler *compiler, uint32_t view, Str column, Position position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Definition *definition = compiler->definition;
    const CompilerView *in = &compiler->views[view];
    Str name = in->definition->name;
    Str *names = arena_alloc_array(&arena, in->column_count, sizeof(Str), err);
    if (names == NULL) return false;
    for (size_t i = 0; i < in->column_count; i++) names[i] = compiler->columns[in->first_column + i].name;
    NameHint hint = name_hint(column, names, in->column_count);
    return definition_error(definition, position, err,
                            "dataset: 'features' names '%.*s.%.*s', and view '%.*s' has no such column%s",
                            STR_ARG(name), STR_ARG(column), STR_ARG(name), hint.text);
}

static bool select_ahead(const Compiler *compiler, Str pattern, Position position, Error *err)
{
    return definition_error(compiler->definition, position, err,
                            "dataset: 'features' names '%.*s', which looks ahead; only the label may read it",
                            STR_ARG(pattern));
}

/// "view.column" or "view.*"; what looks ahead is the label's, and in no `*`.
static bool select_pattern(const Compiler *compiler, Str pattern, Position position, Selection *selection, Error *err)
{
    size_t dot = str_find(pattern, '.');
    Str column = str_slice(pattern, dot + 1, pattern.size);
    if (dot == pattern.size) {
        return definition_error(compiler->definition, position, err,
                                "dataset: 'features' are written view.column or view.*, not '%.*s'", STR_ARG(pattern));
    }
    uint32_t view = compiler_find_view(compiler, str_slice(pattern, 0, dot));
    if (view == PLAN_NONE) return select_unknown_view(compiler, str_slice(pattern, 0, dot), position, err);
    if (!str_equal(column, STR("*"))) {
        uint32_t found = compiler_find_column(compiler, view, column);
        if (found == PLAN_NONE) return select_unknown_column(compiler, view, column, position, err);
        if (compiler->ahead[found]) return select_ahead(compiler, pattern, position, err);
        selection_add(selection, found);
        return true;
    }
    for (uint32_t i = 0; i < compiler->views[view].column_count; i++) {
        selection_add_plain(compiler, selection, compiler->views[view].first_column + i);
    }
    return true;
}

bool dataset_select(Compiler *compiler, uint32_t **out, size_t *out_count, Error *err)
{
    const DatasetDefinition *dataset = compiler->definition->dataset;
    Selection selection = {0};
    selection.columns = arena_alloc_array(&compiler->arena, compiler->column_count, sizeof(uint32_t), err);
    selection.taken = arena_alloc_array(&compiler->arena, compiler->column_count, sizeof(uint8_t), err);
    if (selection.columns == NULL || selection.taken == NULL) return false;

    bool all = dataset == NULL || dataset->feature_count == 0;
    for (uint32_t i = 0; all && i < compiler->column_count; i++) selection_add_plain(compiler, &selection, i);
    for (size_t i = 0; !all && i < dataset->feature_count; i++) {
        TRY(select_pattern(compiler, dataset->features[i], pattern_position(dataset, i), &selection, err));
    }
    *out = selection.columns;
    *out_count = selection.count;
    return true;
}

bool rows_program(Compiler *compiler, uint32_t source, Formula *formula, const char *what, Arena *arena, Program *out,
                  Type *out_type, Error *err)
{
    Assembly assembly = {.compiler = compiler};
    AUTO(builder_deinit) Builder builder = {0};
    AUTO(emitter_deinit)
    Emitter emitter = {
        .assembly = &assembly, .formula = formula, .view = PLAN_NONE, .source = source, .outside = &builder};
    Value value = {0};
    uint32_t node = 0;
    TRY(scope_resolve_rows(compiler, source, what, formula, err));
    TRY(emit_formula(&emitter, &value, err));
    TRY(value_node(&builder, &value, value.type, &node, err));
    TRY(ARRAY_PUSH(&builder.outputs, node, err));
    *out_type = value.type;
    return builder_finish(&builder, arena, out, err);
}

static bool input_unavailable(const Compiler *compiler, const SourceDefinition *source, const CompilerInput *input,
                              Error *err)
{
    const Definition *definition = compiler->definition;
    size_t field = schema_find(source->schema, input->name);
    Str view = definition->views[input->view].name;
    if (field == SIZE_MAX) {
        return definition_error(
            definition, definition->dataset->position, err,
            "dataset: view '%.*s' needs the input '%.*s', and source '%.*s' has no column of that name "
            "to take it from in training",
            STR_ARG(view), STR_ARG(input->name), STR_ARG(source->name));
    }
    return definition_error(definition, definition->dataset->position, err,
                            "dataset: view '%.*s' needs the input '%.*s' as %s, and in source '%.*s' it is %s",
                            STR_ARG(view), STR_ARG(input->name), type_text(input->type).text, STR_ARG(source->name),
                            type_text(type_computed(source->schema.fields[field].type)).text);
}

bool dataset_input_fields(const Assembly *assembly, const SourceDefinition *source, Arena *arena, uint32_t **out,
                          Error *err)
{
    const Compiler *compiler = assembly->compiler;
    uint32_t *fields = arena_alloc_array(arena, assembly->inputs.count, sizeof(uint32_t), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < assembly->inputs.count; i++) {
        const CompilerInput *input = &compiler->inputs.items[assembly->inputs.items[i]];
        size_t field = schema_find(source->schema, input->name);
        bool same = field != SIZE_MAX && type_equal(type_computed(source->schema.fields[field].type), input->type);
        if (!same) return input_unavailable(compiler, source, input, err);
        fields[i] = (uint32_t)field;
    }
    *out = fields;
    return true;
}

bool dataset_finish(Assembly *assembly, Plan *plan, Error *err)
{
    Compiler *compiler = assembly->compiler;
    const DatasetDefinition *dataset = compiler->definition->dataset;
    uint32_t index = compiler_find_source(compiler, dataset->from);
    const SourceDefinition *source = &compiler->definition->sources[index];
    size_t known = dataset->label_known.size > 0 ? schema_find(source->schema, dataset->label_known) : PLAN_NONE;

    plan->dataset.at = (uint32_t)schema_find(source->schema, dataset->at);
    plan->dataset.label_known = (uint32_t)known;
    TRY(label_finish(compiler, index, plan, err));
    return dataset_input_fields(assembly, source, &plan->arena, &plan->dataset.input_fields, err);
}
