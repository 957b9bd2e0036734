#include "api/pawl_internal.h"

#include <string.h>

#include "base/memory.h"
#include "config/config.h"
#include "frame/arrow_import.h"

/// What pawl.h reads of a pipeline file.
enum { PLAN_SECTIONS = CONFIG_SOURCES | CONFIG_FEATURES | CONFIG_DATASET };

static const PawlSourceSchema *schema_named(const PawlSourceSchema *schemas, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(str_from(schemas[i].name), name)) return &schemas[i];
    }
    return NULL;
}

static bool sources_complete(Config *config, const PawlSourceSchema *schemas, size_t count, Error *err)
{
    for (size_t i = 0; i < config->source_count; i++) {
        SourceDefinition *source = &config->sources[i].definition;
        const PawlSourceSchema *given = schema_named(schemas, count, source->name);
        if (given == NULL) {
            return document_error(config->document, source->position, err, ERROR_USAGE,
                                  "source '%.*s' was given no schema", STR_ARG(source->name));
        }
        TRY_OR(arrow_import_schema(given->schema, &config->arena, &source->schema, err), err, "source '%.*s'",
               STR_ARG(source->name));
    }
    return true;
}

static bool plan_compile_text(Str name, Str text, const PawlSourceSchema *schemas, size_t count, Plan *out, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Definition definition = {0};
    TRY(config_parse(name, text, PLAN_SECTIONS, NULL, 0, &config, err));
    TRY(sources_complete(&config, schemas, count, err));
    TRY(config_definition(&config, &arena, &definition, err));
    return plan_compile(&definition, out, err);
}

/// Moves the plan into an object of the caller's.
static bool plan_hand_out(Plan *plan, PawlPlan **out, Error *err)
{
    PawlPlan *object = memory_alloc(sizeof(*object), err);
    TRY(object != NULL);
    object->digest = digest_hex(&plan->digest);
    object->plan = plan_take(plan);
    *out = object;
    return true;
}

bool pawl_plan_compile(const char *name, const char *text, size_t size, const PawlSourceSchema *schemas,
                       size_t schema_count, PawlPlan **out, PawlError *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    Error error = {0};
    bool done = plan_compile_text(str_from(name), (Str){text, size}, schemas, schema_count, &plan, &error);
    return (done && plan_hand_out(&plan, out, &error)) || pawl_refuse(&error, err);
}

bool pawl_plan_decode(const char *text, size_t size, PawlPlan **out, PawlError *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    Error error = {0};
    bool done = plan_decode((Str){text, size}, &plan, &error);
    return (done && plan_hand_out(&plan, out, &error)) || pawl_refuse(&error, err);
}

void pawl_plan_free(PawlPlan *plan)
{
    if (plan == NULL) return;
    plan_deinit(&plan->plan);
    memory_free(plan);
}

static bool plan_text(const Plan *plan, char **out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    TRY(plan_encode(plan, &bytes, err));
    Str text = bytes_str(&bytes);
    char *copy = memory_alloc(text.size + 1, err);
    TRY(copy != NULL);
    memcpy(copy, text.data, text.size);
    *out = copy;
    return true;
}

bool pawl_plan_encode(const PawlPlan *plan, char **out, PawlError *err)
{
    Error error = {0};
    return plan_text(&plan->plan, out, &error) || pawl_refuse(&error, err);
}

void pawl_text_free(char *text)
{
    memory_free(text);
}

const char *pawl_plan_digest(const PawlPlan *plan)
{
    return plan->digest.text;
}

static bool inputs_export(const Plan *plan, struct ArrowSchema *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Field *fields = arena_alloc_array(&arena, plan->input_count + 1, sizeof(*fields), err);
    TRY(fields != NULL);
    if (plan->input_count > 0) memcpy(fields, plan->inputs, plan->input_count * sizeof(*fields));
    fields[plan->input_count] = (Field){STR("at"), TYPE_INSTANT};
    return arrow_export_schema((Schema){fields, plan->input_count + 1}, out, err);
}

bool pawl_plan_inputs(const PawlPlan *plan, struct ArrowSchema *out, PawlError *err)
{
    Error error = {0};
    return inputs_export(&plan->plan, out, &error) || pawl_refuse(&error, err);
}

static bool features_export(const Plan *plan, struct ArrowSchema *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Field *fields = arena_alloc_array(&arena, plan->feature_count + 1, sizeof(*fields), err);
    TRY(fields != NULL);
    for (uint32_t i = 0; i < plan->feature_count; i++)
        fields[i] = (Field){plan->features[i].name, plan->features[i].type};
    return arrow_export_schema((Schema){fields, plan->feature_count}, out, err);
}

bool pawl_plan_features(const PawlPlan *plan, struct ArrowSchema *out, PawlError *err)
{
    Error error = {0};
    return features_export(&plan->plan, out, &error) || pawl_refuse(&error, err);
}
