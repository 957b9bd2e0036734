#include <stdlib.h>

#include "base/version.h"
#include "flow/key_internal.h"
#include "sys/environment.h"
#include "text/json_writer.h"

/// A name and what the document says of it.
typedef struct KeyField {
    Str name;
    Str value; ///< data NULL: null
    bool raw;  ///< it is JSON
} KeyField;

static int key_field_compare(const void *left, const void *right)
{
    return str_compare(((const KeyField *)left)->name, ((const KeyField *)right)->name);
}

static bool field_write(JsonWriter *json, const KeyField *field, Error *err)
{
    if (field->value.data == NULL) return json_field_null(json, field->name, err);
    if (!field->raw) return json_field_str(json, field->name, field->value, err);
    TRY(json_key(json, field->name, err));
    return json_raw(json, field->value, err);
}

static bool fields_write(JsonWriter *json, Str key, KeyField *fields, size_t count, Error *err)
{
    qsort(fields, count, sizeof(KeyField), key_field_compare);
    TRY(json_field_object(json, key, err));
    for (size_t i = 0; i < count; i++) {
        TRY(field_write(json, &fields[i], err));
    }
    return json_object_end(json, err);
}

/// A digest, or {"value": what it is}.
static bool input_field(const StepArtifact *input, Str name, Arena *arena, KeyField *out, Error *err)
{
    *out = (KeyField){.name = name, .raw = input->value.size > 0};
    if (out->raw) return arena_format(arena, &out->value, err, "{\"value\":%.*s}", STR_ARG(input->value));
    return arena_copy(arena, str_from(digest_hex(&input->logical).text), &out->value, err);
}

static bool inputs_write(JsonWriter *json, const FlowStep *step, const StepArtifact *inputs, Arena *arena, Error *err)
{
    KeyField *fields = arena_alloc_array(arena, step->input_count + 1, sizeof(KeyField), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < step->input_count; i++)
        TRY(input_field(&inputs[i], step->inputs[i].name, arena, &fields[i], err));
    return fields_write(json, STR("inputs"), fields, step->input_count, err);
}

/// What is handed through, as it is now, and what the pipeline states. Secrets are not in it.
static bool environment_write(JsonWriter *json, const FlowStep *step, Arena *arena, Error *err)
{
    const FlowPlace *place = &step->place;
    size_t count = place->environment_count + place->variable_count;
    KeyField *fields = arena_alloc_array(arena, count + 1, sizeof(KeyField), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < place->environment_count; i++) {
        // From an arena, so that it ends in a zero.
        TRY(arena_copy(arena, place->environment[i], &fields[i].name, err));
        fields[i].value = environment_get(fields[i].name.data);
    }
    for (size_t i = 0; i < place->variable_count; i++) {
        const FlowVariable *variable = &place->variables[i];
        Str value = variable->value.data == NULL ? STR("") : variable->value;
        fields[place->environment_count + i] = (KeyField){.name = variable->name, .value = value};
    }
    return fields_write(json, STR("environment"), fields, count, err);
}

static bool names_write(JsonWriter *json, Str key, const Str *names, size_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (size_t i = 0; i < count; i++) TRY(json_str(json, names[i], err));
    return json_array_end(json, err);
}

/// "rows: int"; of a path, which has no type, its name alone.
static bool output_name(const FlowOutput *output, Arena *arena, Str *out, Error *err)
{
    *out = output->name;
    if (output->type == FLOW_PATH) return true;
    return arena_format(arena, out, err, "%.*s: %s", STR_ARG(output->name), flow_type_name(output->type));
}

static bool outputs_write(JsonWriter *json, const FlowStep *step, Arena *arena, Error *err)
{
    Str *names = arena_alloc_array(arena, step->output_count + 1, sizeof(Str), err);
    if (names == NULL) return false;
    for (size_t i = 0; i < step->output_count; i++) TRY(output_name(&step->outputs[i], arena, &names[i], err));
    qsort(names, step->output_count, sizeof(Str), str_compare_items);
    return names_write(json, STR("outputs"), names, step->output_count, err);
}

static bool document_write(const FlowStep *step, Str params, const StepArtifact *inputs, Arena *arena, Bytes *out,
                           Error *err)
{
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("code"), step->code_digest, err));
    if (str_equal(step->kind, STR("command")))
        TRY(names_write(&json, STR("command"), step->argv, step->argv_count, err));
    TRY(environment_write(&json, step, arena, err));
    if (step->place.image_digest.size > 0) TRY(json_field_str(&json, STR("image"), step->place.image_digest, err));
    TRY(inputs_write(&json, step, inputs, arena, err));
    TRY(json_field_str(&json, STR("kind"), step->kind, err));
    TRY(outputs_write(&json, step, arena, err));
    TRY(json_key(&json, STR("params"), err));
    TRY(json_raw(&json, params.size == 0 ? STR("{}") : params, err));
    TRY(json_field_int(&json, STR("seed"), step->seed, err));
    TRY(json_field_int(&json, STR("semantics"), VERSION_SEMANTICS, err));
    return json_object_end(&json, err);
}

bool step_key_make(const FlowStep *step, Str params, const StepArtifact *inputs, Arena *arena, StepKey *out, Error *err)
{
    AUTO(bytes_deinit) Bytes document = {0};
    TRY_OR(document_write(step, params, inputs, arena, &document, err), err, "key of step '%.*s'", STR_ARG(step->name));
    TRY(digest_of(bytes_str(&document), &out->digest, err));
    return arena_copy(arena, bytes_str(&document), &out->document, err);
}
