/// The parameters of a fitted call: literals, checked against language/fitted.def.
#include <string.h>

#include "language/transform_internal.h"
#include "number/float_order.h"

/// One parameter being read.
typedef struct ParameterReader {
    Emitter *emitter;
    TransformCall *call;
    const FittedParameterInfo *info;
    uint32_t item; ///< the tree's node
} ParameterReader;

static const char *call_name(const TransformCall *call)
{
    return fitted_info(call->fitted)->name;
}

static const Value *reader_value(const ParameterReader *reader)
{
    return &reader->emitter->values[reader->item];
}

/// A literal number; false for all else.
static bool literal_number(const Value *value, double *out)
{
    if (!value->is_literal) return false;
    if (value->type.id == TYPE_INT64) *out = (double)value->literal.constant.integer;
    if (value->type.id == TYPE_FLOAT64) *out = value->literal.constant.number;
    return value->type.id == TYPE_INT64 || value->type.id == TYPE_FLOAT64;
}

static bool read_number(const ParameterReader *reader, TransformParameter *out, Error *err)
{
    const FittedParameterInfo *info = reader->info;
    bool whole = info->kind != FITTED_PARAMETER_NUMBER;
    double number = 0;
    bool good = literal_number(reader_value(reader), &number);
    if (whole && reader_value(reader)->type.id != TYPE_INT64) good = false;
    if (!good || !(number >= info->least && number <= info->greatest)) {
        return emit_error(reader->emitter, reader->item, err, "the %s of '%s' is %s from %.15g to %.15g", info->name,
                          call_name(reader->call), whole ? "a whole number" : "a number", info->least, info->greatest);
    }
    out->number = number;
    return true;
}

static bool read_choice(const ParameterReader *reader, TransformParameter *out, Error *err)
{
    Str names[8];
    size_t count = 0;
    const Value *value = reader_value(reader);
    bool is_text = value->is_literal && value->type.id == TYPE_STRING;
    for (; count < COUNT_OF(names); count++) {
        names[count] = fitted_choice_text(reader->info, count);
        if (names[count].size == 0) break;
    }
    size_t place = is_text ? fitted_choice(reader->info, value->literal.constant.string) : SIZE_MAX;
    if (place == SIZE_MAX) {
        NameHint hint = is_text ? name_hint(value->literal.constant.string, names, count) : (NameHint){{0}};
        return emit_error(reader->emitter, reader->item, err, "the %s of '%s' is one of: %s%s", reader->info->name,
                          call_name(reader->call), reader->info->choices, hint.text);
    }
    out->number = (double)place;
    return true;
}

static bool read_edge(const ParameterReader *reader, uint32_t item, Error *err)
{
    TransformCall *call = reader->call;
    double number = 0;
    if (!literal_number(&reader->emitter->values[item], &number))
        return emit_error(reader->emitter, item, err, "an edge of '%s' is a number", call_name(call));
    if (call->edge_count > 0 && !(call->edges[call->edge_count - 1] < number))
        return emit_error(reader->emitter, item, err, "the edges of '%s' ascend", call_name(call));
    call->edges[call->edge_count++] = number + 0.0;
    return true;
}

/// A count of bins, or [e1, e2, ...].
static bool read_edges(const ParameterReader *reader, TransformParameter *out, Error *err)
{
    const TreeNode *list = &reader->emitter->formula->tree.nodes[reader->item];
    if (list->kind != TREE_LIST) return read_number(reader, out, err);
    reader->call->edges =
        arena_alloc_array(&reader->emitter->transform->transform->arena, list->item_count, sizeof(double), err);
    if (reader->call->edges == NULL) return false;
    for (uint32_t k = 0; k < list->item_count; k++) TRY(read_edge(reader, list->items[k], err));
    if (list->item_count > 0) return true;
    return emit_error(reader->emitter, reader->item, err, "'%s' needs an edge at least", call_name(reader->call));
}

static bool value_refused(const ParameterReader *reader, Error *err)
{
    return emit_error(reader->emitter, reader->item, err,
                      "the value of '%s' is a literal of the type of what it "
                      "replaces, %s",
                      call_name(reader->call), type_text(reader->call->takes).text);
}

static bool read_value(const ParameterReader *reader, TransformParameter *out, Error *err)
{
    const Value *value = reader_value(reader);
    TypeId wanted = reader->call->takes.id;
    if (wanted == TYPE_FLOAT64) return literal_number(value, &out->number) || value_refused(reader, err);
    if (!value->is_literal || value->type.id != wanted) return value_refused(reader, err);
    if (wanted == TYPE_INT64) out->integer = value->literal.constant.integer;
    if (wanted == TYPE_STRING)
        return arena_copy(&reader->emitter->transform->transform->arena, value->literal.constant.string, &out->text,
                          err);
    return true;
}

static bool read_parameter(const ParameterReader *reader, TransformParameter *out, Error *err)
{
    switch (reader->info->kind) {
    case FITTED_PARAMETER_COUNT:
    case FITTED_PARAMETER_NUMBER:
        return read_number(reader, out, err);
    case FITTED_PARAMETER_CHOICE:
        return read_choice(reader, out, err);
    case FITTED_PARAMETER_EDGES:
        return read_edges(reader, out, err);
    case FITTED_PARAMETER_VALUE:
        return read_value(reader, out, err);
    }
    return false;
}

/// impute's method decides what it works on: a mean is of numbers, and only 'constant' has a value.
static bool check_impute(Emitter *emitter, uint32_t i, TransformCall *call, uint32_t given, Error *err)
{
    Str method = fitted_choice_text(fitted_parameter(call->fitted, 0), (size_t)call->parameters[0].number);
    bool is_constant = str_equal(method, STR("constant"));
    bool of_numbers = str_equal(method, STR("mean")) || str_equal(method, STR("median"));
    if (is_constant != (given == 2)) {
        return emit_error(emitter, i, err, "'%s' %s", call_name(call),
                          is_constant ? "with 'constant' needs a value" : "takes a value with 'constant' only");
    }
    if (!of_numbers || call->takes.id == TYPE_FLOAT64) return true;
    if (call->takes.id == TYPE_STRING) {
        return emit_error(emitter, i, err, "a string has no %.*s; '%s' it with 'most_frequent' or 'constant'",
                          STR_ARG(method), call_name(call));
    }
    call->takes = TYPE_OF(TYPE_FLOAT64);
    return builder_call(emitter->outside, KERNEL_CAST_INT64_FLOAT64, call->takes, call->arguments, call->arguments,
                        err);
}

static bool check_together(Emitter *emitter, uint32_t i, TransformCall *call, uint32_t given, Error *err)
{
    switch (call->fitted) {
    case FITTED_IMPUTE:
    case FITTED_IMPUTE_FLAGGED:
        return check_impute(emitter, i, call, given, err);
    case FITTED_WINSORISE:
        if (call->parameters[0].number < call->parameters[1].number) return true;
        return emit_error(emitter, i, err, "the low quantile of 'winsorise' is below the high one");
    case FITTED_PCA:
        if (call->parameters[0].number <= call->argument_count) return true;
        return emit_error(emitter, i, err, "'pca' of %u values has no more than so many directions",
                          call->argument_count);
    case FITTED_BIN:
        if (call->edge_count == 0 || given < 2) return true;
        return emit_error(emitter, i, err, "'bin' with given edges has no method");
    default:
        return true;
    }
}

bool transform_parameters(Emitter *emitter, uint32_t i, TransformCall *call, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    uint32_t given = node->item_count - call->argument_count;
    for (uint32_t k = 0; fitted_parameter(call->fitted, k) != NULL; k++) {
        ParameterReader reader = {emitter, call, fitted_parameter(call->fitted, k), 0};
        call->parameters[k].number = reader.info->otherwise;
        if (k >= given) continue;
        reader.item = node->items[call->argument_count + k];
        TRY(read_parameter(&reader, &call->parameters[k], err));
    }
    if (given > FITTED_PARAMETERS_MAX || (given > 0 && fitted_parameter(call->fitted, given - 1) == NULL))
        return emit_error(emitter, i, err, "'%s' is written %s", call_name(call), fitted_info(call->fitted)->form);
    return check_together(emitter, i, call, given, err);
}
