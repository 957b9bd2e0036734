/// transform_compile: every expression resolved, emitted and gathered into a Transform.
#include "language/transform.h"

#include <string.h>

#include "base/map.h"
#include "language/transform_internal.h"

/// What is being compiled and what into.
typedef struct TransformCompiler {
    const TransformDefinition *definition;
    Definition scope; ///< empty but for the document: emitters ask it
    Compiler compiler;
    Assembly assembly;
    TransformAssembly calls;
    ARRAY_OF(TransformColumn) columns;
    Transform transform;
} TransformCompiler;

void transform_deinit(Transform *transform)
{
    arena_deinit(&transform->arena);
    *transform = (Transform){0};
}

static void transform_compiler_deinit(TransformCompiler *making)
{
    assembly_deinit(&making->assembly);
    arena_deinit(&making->compiler.arena);
    memory_free(making->calls.calls.items);
    memory_free(making->columns.items);
    transform_deinit(&making->transform);
}

/// Every feature is a column that a formula may read. A node that none reads is not in the way: only what is needed is computed.
static bool inputs_add(TransformCompiler *making, const Plan *features, Error *err)
{
    Transform *transform = &making->transform;
    uint32_t count = features->feature_count;
    transform->inputs = arena_alloc_array(&transform->arena, count, sizeof(Field), err);
    making->assembly.columns = memory_alloc_array(count, sizeof(AssemblyColumn), err);
    if (transform->inputs == NULL || making->assembly.columns == NULL) return false;
    transform->input_count = count;
    for (uint32_t i = 0; i < count; i++) {
        Type type = features->features[i].type;
        PlanNode node = {.kind = PLAN_COLUMN, .type = type, .index = i, .group = PLAN_NONE};
        transform->inputs[i].type = making->assembly.columns[i].type = type;
        TRY(arena_copy(&transform->arena, features->features[i].name, &transform->inputs[i].name, err));
        TRY(builder_add(&making->assembly.main, node, &making->assembly.columns[i].node, err));
    }
    return true;
}

/// The model sees numbers.
static bool type_is_seen(Type type)
{
    return type_storage(type) != STORAGE_STRING;
}

static bool formula_emit(TransformCompiler *making, Formula *formula, TransformColumn *out, Error *err)
{
    Builder *builder = &making->assembly.main;
    AUTO(emitter_deinit)
    Emitter emitter = {.assembly = &making->assembly,
                       .formula = formula,
                       .view = PLAN_NONE,
                       .outside = builder,
                       .transform = &making->calls};
    Value value = {0};
    TRY(transform_resolve(&making->transform, formula, err));
    making->calls.last_call = PLAN_NONE;
    TRY(emit_formula(&emitter, &value, err));
    if (!type_is_seen(value.type)) {
        return emit_error(&emitter, formula->tree.node_count - 1, err,
                          "a model sees numbers, and this is %s; one_hot(x), vocabulary(x), target_encode(x) and "
                          "hash(x, buckets) make numbers of it",
                          type_text(value.type).text);
    }
    out->call = making->calls.last_call;
    return value_node(builder, &value, value.type, &out->node, err);
}

static bool column_add(TransformCompiler *making, const NamedExpression *expression, Error *err)
{
    Formula formula = {0};
    TransformColumn column = {.call = PLAN_NONE};
    Str what = {0};
    TRY(arena_format(&making->compiler.arena, &what, err, "transform '%.*s'", STR_ARG(expression->name)));
    TRY(formula_read(&making->compiler, expression->expression, what, &formula, err));
    TRY(formula_emit(making, &formula, &column, err));
    TRY(arena_copy(&making->transform.arena, expression->name, &column.name, err));
    return ARRAY_PUSH(&making->columns, column, err);
}

static Position keep_position(const TransformDefinition *definition, size_t i)
{
    return definition->keep_positions != NULL ? definition->keep_positions[i] : definition->position;
}

/// "view.*" takes all of the view; a feature that is there already is not taken twice.
static bool pattern_matches(Str pattern, Str name)
{
    if (!str_ends(pattern, STR(".*"))) return str_equal(pattern, name);
    return str_starts(name, str_slice(pattern, 0, pattern.size - 1));
}

static bool column_is_there(const TransformCompiler *making, Str name)
{
    for (size_t i = 0; i < making->columns.count; i++) {
        if (str_equal(making->columns.items[i].name, name)) return true;
    }
    return false;
}

static bool keep_refused(const TransformCompiler *making, size_t i, const Field *field, Error *err)
{
    return definition_error(&making->scope, keep_position(making->definition, i), err,
                            "train: 'keep' names '%.*s', which is %s, and a model sees numbers; give it a transform: "
                            "one_hot(x), vocabulary(x), target_encode(x)",
                            STR_ARG(field->name), type_text(field->type).text);
}

static bool keep_unknown(TransformCompiler *making, size_t i, Error *err)
{
    const Transform *transform = &making->transform;
    Str pattern = making->definition->keep[i];
    Str *names = arena_alloc_array(&making->compiler.arena, transform->input_count, sizeof(Str), err);
    if (names == NULL) return false;
    for (uint32_t k = 0; k < transform->input_count; k++) names[k] = transform->inputs[k].name;
    NameHint hint = name_hint(pattern, names, transform->input_count);
    return definition_error(&making->scope, keep_position(making->definition, i), err,
                            "train: 'keep' names '%.*s', and the dataset has no such feature%s", STR_ARG(pattern),
                            hint.text);
}

static bool keep_add(TransformCompiler *making, size_t i, Error *err)
{
    const Transform *transform = &making->transform;
    bool found = false;
    for (uint32_t k = 0; k < transform->input_count; k++) {
        const Field *field = &transform->inputs[k];
        if (!pattern_matches(making->definition->keep[i], field->name)) continue;
        found = true;
        if (!type_is_seen(field->type)) return keep_refused(making, i, field, err);
        TransformColumn column = {field->name, making->assembly.columns[k].node, PLAN_NONE};
        if (!column_is_there(making, field->name)) TRY(ARRAY_PUSH(&making->columns, column, err));
    }
    return found || keep_unknown(making, i, err);
}

static bool columns_add(TransformCompiler *making, Error *err)
{
    const TransformDefinition *definition = making->definition;
    if (definition->column_count + definition->keep_count > TRANSFORM_COLUMNS_MAX) {
        return definition_error(&making->scope, definition->position, err, "train: more than %d transforms",
                                TRANSFORM_COLUMNS_MAX);
    }
    for (size_t i = 0; i < definition->column_count; i++) TRY(column_add(making, &definition->columns[i], err));
    for (size_t i = 0; i < definition->keep_count; i++) TRY(keep_add(making, i, err));
    if (making->columns.count > 0) return true;
    return definition_error(&making->scope, definition->position, err, "train: the transforms leave no column");
}

static bool transform_finish(TransformCompiler *making, Error *err)
{
    Transform *transform = &making->transform;
    transform->call_count = (uint32_t)making->calls.calls.count;
    transform->column_count = (uint32_t)making->columns.count;
    transform->calls = arena_alloc_array(&transform->arena, transform->call_count, sizeof(TransformCall), err);
    transform->columns = arena_alloc_array(&transform->arena, transform->column_count, sizeof(TransformColumn), err);
    if (transform->calls == NULL || transform->columns == NULL) return false;
    if (transform->call_count > 0)
        memcpy(transform->calls, making->calls.calls.items, transform->call_count * sizeof(TransformCall));
    memcpy(transform->columns, making->columns.items, transform->column_count * sizeof(TransformColumn));
    return builder_finish(&making->assembly.main, &transform->arena, &transform->program, err);
}

bool transform_compile(const TransformDefinition *definition, const Plan *features, Transform *out, Error *err)
{
    AUTO(transform_compiler_deinit) TransformCompiler making = {.definition = definition};
    making.scope.document = definition->document;
    making.compiler.definition = &making.scope;
    making.assembly.compiler = &making.compiler;
    making.calls.transform = &making.transform;
    TRY(inputs_add(&making, features, err));
    TRY(columns_add(&making, err));
    TRY(transform_finish(&making, err));
    *out = making.transform;
    making.transform = (Transform){0};
    return true;
}
