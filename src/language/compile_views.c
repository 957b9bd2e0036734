/// Reads what a user declared about views: expressions are parsed, inputs gathered, names checked.
#include "language/compile_internal.h"
#include "language/token.h"

/// "view.column" needs names without quotes, dots and spaces.
static bool name_is_identifier(Str name)
{
    bool good = name.size > 0 && !(name.data[0] >= '0' && name.data[0] <= '9');
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        good &=
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
    }
    return good;
}

static bool expect_identifier(const Compiler *compiler, Position position, const char *what, Str name, Error *err)
{
    if (name.size > DEFINITION_NAME_BYTES_MAX) {
        return definition_error(compiler->definition, position, err, "the %s name is longer than %d bytes", what,
                                DEFINITION_NAME_BYTES_MAX);
    }
    if (name_is_identifier(name)) return true;
    return definition_error(compiler->definition, position, err,
                            "the %s name '%.*s' must be letters, digits and '_', not starting with a digit", what,
                            STR_ARG(name));
}

static bool what_of(Compiler *compiler, const ViewDefinition *view, Str part, Str *out, Error *err)
{
    return arena_format(&compiler->arena, out, err, "%.*s.%.*s", STR_ARG(view->name), STR_ARG(part));
}

static bool column_repeats(const Compiler *compiler, const CompilerColumn *column, const NamedExpression *definition,
                           Error *err)
{
    Str view = compiler->definition->views[column->view].name;
    bool is_series = !str_equal(column->name, definition->name);
    return definition_error(compiler->definition, definition->expression.position, err,
                            "column '%.*s' of view '%.*s' is defined twice%s%.*s%s", STR_ARG(column->name),
                            STR_ARG(view), is_series ? "; here by the series '" : "",
                            is_series ? (int)definition->name.size : 0, definition->name.data, is_series ? "'" : "");
}

static bool add_column(Compiler *compiler, const CompilerColumn *column, const NamedExpression *definition, Error *err)
{
    CompilerView *view = &compiler->views[column->view];
    uint64_t first = 0;
    bool is_new = false;
    if (compiler->column_count == DEFINITION_COLUMNS_MAX)
        return error_set(err, ERROR_CONFIG, "more than %d feature columns", DEFINITION_COLUMNS_MAX);
    TRY(expect_identifier(compiler, definition->expression.position, "column's", column->name, err));
    TRY(map_get_or_put(&view->columns, column->name, compiler->column_count, &first, &is_new, err));
    if (!is_new) return column_repeats(compiler, column, definition, err);
    TRY(array_reserve(&compiler->columns, &compiler->column_capacity, compiler->column_count + 1,
                      sizeof(*compiler->columns), err));
    compiler->columns[compiler->column_count++] = *column;
    view->column_count++;
    return true;
}

/// One column, or one per window of its series.
static bool read_column(Compiler *compiler, uint32_t view, const NamedExpression *definition, Error *err)
{
    CompilerColumn column = {.view = view, .name = definition->name};
    Formula formula = {0};
    Str what = {0};
    uint32_t length = 0;
    TRY(expect_identifier(compiler, definition->expression.position, "column's", definition->name, err));
    TRY(what_of(compiler, &compiler->definition->views[view], definition->name, &what, err));
    TRY(formula_read(compiler, definition->expression, what, &formula, err));
    TRY(series_length(&formula, &length, err));
    for (uint32_t i = 0; i < length; i++) {
        TRY(formula_share(compiler, &formula, &column.formula, err));
        TRY(series_name(&compiler->arena, definition->name, &formula, i, &column.name, err));
        column.formula.series = i;
        TRY(add_column(compiler, &column, definition, err));
    }
    return true;
}

static bool read_columns(Compiler *compiler, uint32_t index, Error *err)
{
    const ViewDefinition *view = &compiler->definition->views[index];
    for (size_t i = 0; i < view->column_count; i++) TRY(read_column(compiler, index, &view->columns[i], err));
    return true;
}

static bool check_source_of(Compiler *compiler, CompilerView *view, Error *err)
{
    const ViewDefinition *definition = view->definition;
    bool has_rows = definition->from.size > 0;
    view->source = has_rows ? compiler_find_source(compiler, definition->from) : PLAN_NONE;
    if (has_rows && view->source == PLAN_NONE)
        return source_unknown(compiler, definition->from, definition->position, err);
    if (!has_rows && definition->by_count > 0) {
        return definition_error(compiler->definition, definition->position, err,
                                "view '%.*s' has 'by' and no 'from'; name the source whose rows it groups",
                                STR_ARG(definition->name));
    }
    if (definition->with_count > 0) TRY(compiler_add_union(compiler, definition, &view->source, err));
    if (definition->by_count <= VIEW_KEYS_MAX) return true;
    return definition_error(compiler->definition, definition->position, err, "more than %d expressions in 'by'",
                            VIEW_KEYS_MAX);
}

static bool read_view(Compiler *compiler, uint32_t index, Error *err)
{
    CompilerView *view = &compiler->views[index];
    view->definition = &compiler->definition->views[index];
    view->first_column = compiler->column_count;

    TRY(expect_identifier(compiler, view->definition->position, "view's", view->definition->name, err));
    if (compiler_find_view(compiler, view->definition->name) != index) {
        return definition_error(compiler->definition, view->definition->position, err, "view '%.*s' is defined twice",
                                STR_ARG(view->definition->name));
    }
    TRY(check_source_of(compiler, view, err));
    TRY(compiler_read_keys(compiler, view, err));
    return read_columns(compiler, index, err);
}

bool compiler_read_views(Compiler *compiler, Error *err)
{
    size_t view_count = compiler->definition->view_count;
    if (view_count > DEFINITION_VIEWS_MAX)
        return error_set(err, ERROR_CONFIG, "more than %d views", DEFINITION_VIEWS_MAX);
    compiler->views = arena_alloc_array(&compiler->arena, view_count, sizeof(CompilerView), err);
    if (compiler->views == NULL) return false;
    for (size_t i = 0; i < view_count; i++) TRY(read_view(compiler, (uint32_t)i, err));
    return compiler_resolve_row_keys(compiler, err);
}

static bool add_input(Compiler *compiler, uint32_t view, Str name, Type type, Position position, Error *err)
{
    CompilerInput input = {.name = name, .type = type_computed(type), .view = view};
    uint32_t found = compiler_find_input(compiler, name);
    if (found == PLAN_NONE) return ARRAY_PUSH(&compiler->inputs, input, err);

    const CompilerInput *first = &compiler->inputs.items[found];
    if (type_equal(first->type, input.type)) return true;
    return definition_error(
        compiler->definition, position, err,
        "input '%.*s' is %s in view '%.*s' and %s in view '%.*s'; one name is one value of the request", STR_ARG(name),
        type_text(first->type).text, STR_ARG(compiler->definition->views[first->view].name), type_text(input.type).text,
        STR_ARG(compiler->definition->views[view].name));
}

/// The fields that a view's `by` reads, as inputs.
static bool add_key_inputs(Compiler *compiler, uint32_t index, const Formula *key, Error *err)
{
    const CompilerView *view = &compiler->views[index];
    Schema schema = compiler_schema(compiler, view->source);
    for (uint32_t i = 0; i < key->tree.node_count; i++) {
        if (key->references[i].kind != REFERENCE_FIELD) continue;
        const Field *field = &schema.fields[key->references[i].index];
        TRY(add_input(compiler, index, field->name, field->type, key->place.expression.position, err));
    }
    return true;
}

static bool add_view_inputs(Compiler *compiler, uint32_t index, Error *err)
{
    const CompilerView *view = &compiler->views[index];
    const ViewDefinition *definition = view->definition;
    for (size_t i = 0; i < definition->input_count; i++) {
        const InputDefinition *input = &definition->inputs[i];
        for (size_t j = 0; j < i; j++) {
            if (!str_equal(input->name, definition->inputs[j].name)) continue;
            return definition_error(compiler->definition, input->position, err, "input '%.*s' is declared twice",
                                    STR_ARG(input->name));
        }
        TRY(add_input(compiler, index, input->name, input->type, input->position, err));
    }
    for (size_t i = 0; i < definition->by_count; i++) {
        if (!view->linked[i]) TRY(add_key_inputs(compiler, index, &view->keys[i], err));
    }
    return true;
}

bool compiler_add_inputs(Compiler *compiler, Error *err)
{
    for (size_t i = 0; i < compiler->definition->view_count; i++) TRY(add_view_inputs(compiler, (uint32_t)i, err));
    return compiler_resolve_request_keys(compiler, err);
}
