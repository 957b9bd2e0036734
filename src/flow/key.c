#include <stdlib.h>

#include "base/version.h"
#include "flow/key_internal.h"
#include "sys/environment.h"
#include "text/json_writer.h"

/// A name and what the document says of it.
typedef struct KeyField {
    Str name;
    Str value; ///< data NULL: null
} KeyField;

static int key_field_compare(const void *left, const void *right)
{
    return str_compare(((const KeyField *)left)->name, ((const KeyField *)right)->name);
}

static bool fields_write(JsonWriter *json, Str key, KeyField *fields, size_t count, Error *err)
{
    qsort(fields, count, sizeof(KeyField), key_field_compare);
    TRY(json_field_object(json, key, err));
    for (size_t i = 0; i < count; i++) {
        if (fields[i].value.data == NULL) {
            TRY(json_field_null(json, fields[i].name, err));
        } else {
            TRY(json_field_str(json, fields[i].name, fields[i].value, err));
        }
    }
    return json_object_end(json, err);
}

static bool inputs_write(JsonWriter *json, const FlowStep *step, const StepArtifact *inputs, Arena *arena, Error *err)
{
    KeyField *fields = arena_alloc_array(arena, step->input_count + 1, sizeof(KeyField), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < step->input_count; i++) {
        DigestHex hex = digest_hex(&inputs[i].logical);
        fields[i].name = step->inputs[i].name;
        TRY(arena_copy(arena, str_from(hex.text), &fields[i].value, err));
    }
    return fields_write(json, STR("inputs"), fields, step->input_count, err);
}

static bool environment_write(JsonWriter *json, const FlowStep *step, Arena *arena, Error *err)
{
    KeyField *fields = arena_alloc_array(arena, step->place.environment_count + 1, sizeof(KeyField), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < step->place.environment_count; i++) {
        // From an arena, so that it ends in a zero.
        TRY(arena_copy(arena, step->place.environment[i], &fields[i].name, err));
        fields[i].value = environment_get(fields[i].name.data);
    }
    return fields_write(json, STR("environment"), fields, step->place.environment_count, err);
}

static bool names_write(JsonWriter *json, Str key, const Str *names, size_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (size_t i = 0; i < count; i++) TRY(json_str(json, names[i], err));
    return json_array_end(json, err);
}

static bool outputs_write(JsonWriter *json, const FlowStep *step, Arena *arena, Error *err)
{
    Str *names = arena_alloc_array(arena, step->output_count + 1, sizeof(Str), err);
    if (names == NULL) return false;
    for (size_t i = 0; i < step->output_count; i++) names[i] = step->outputs[i].name;
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
