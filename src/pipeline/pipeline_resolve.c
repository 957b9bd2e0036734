/// What is only known just before a step starts: how far the data reach, which model is in production.
#include "pipeline/pipeline_internal.h"

#include "registry/registry.h"
#include "text/json.h"

typedef struct Resolver {
    Pipeline *pipeline;
    const StepValue *values;
    size_t value_count;
    const FlowStep *step;
    Arena arena;
} Resolver;

static void resolver_deinit(Resolver *resolver)
{
    arena_deinit(&resolver->arena);
}

static bool value_int(Resolver *resolver, Str name, int64_t *out, Error *err)
{
    Document *document = arena_alloc(&resolver->arena, sizeof(Document), err);
    TRY(document != NULL);
    for (size_t i = 0; i < resolver->value_count; i++) {
        if (!str_equal(resolver->values[i].name, name)) continue;
        TRY(json_parse(name, resolver->values[i].json, &resolver->arena, document, err));
        return node_int(document->root, INT64_MIN, INT64_MAX, out, err);
    }
    return error_set(err, ERROR_STEP, "step '%.*s' needs the value '%.*s', which no step gave",
                     STR_ARG(resolver->step->name), STR_ARG(name));
}

static bool source_value(Resolver *resolver, Str source, const char *value, int64_t *out, Error *err)
{
    Str name = {0};
    TRY(arena_format(&resolver->arena, &name, err, "ingest.%.*s.%s", STR_ARG(source), value));
    return value_int(resolver, name, out, err);
}

/// The step's own params without the closing brace; the object stays open.
static bool params_open(const FlowStep *step, Bytes *out, Error *err)
{
    CHECK(step->params.size > 2 && step->params.data[step->params.size - 1] == '}');
    return bytes_append_str(out, str_slice(step->params, 0, step->params.size - 1), err);
}

static bool add_int(const char *name, int64_t value, Bytes *out, Error *err)
{
    return bytes_append_format(out, err, ",\"%s\":%lld", name, (long long)value);
}

/// After the last moment at which anything became known, a later `as_of` sees nothing else: one snapshot for all of them.
static bool resolve_dataset(Resolver *resolver, Bytes *out, Error *err)
{
    const Config *config = &resolver->pipeline->config;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < config->source_count; i++) {
        int64_t known = 0;
        TRY(source_value(resolver, config->sources[i].definition.name, "known_max", &known, err));
        if (known > last) last = known;
    }
    int64_t as_of = resolver->pipeline->as_of_us;
    if (last < INT64_MAX && last + 1 < as_of) as_of = last + 1;
    TRY(params_open(resolver->step, out, err));
    TRY(add_int("as_of", as_of, out, err));
    return bytes_append_byte(out, '}', err);
}

static bool resolve_fresh(Resolver *resolver, Bytes *out, Error *err)
{
    int64_t time_max = 0;
    Str source = str_slice(resolver->step->name, STR("fresh.").size, resolver->step->name.size);
    TRY(source_value(resolver, source, "time_max", &time_max, err));
    TRY(params_open(resolver->step, out, err));
    TRY(add_int("time_max", time_max, out, err));
    TRY(add_int("now", resolver->pipeline->started_us, out, err));
    return bytes_append_byte(out, '}', err);
}

/// The version that the alias of the model points to now, with the path of its package; a package that is gone is the gate's to judge.
static bool production_write(Resolver *resolver, int64_t version, Bytes *out, Error *err)
{
    Store *store = &resolver->pipeline->store;
    ModelVersion found = {0};
    Str reference = {0};
    Str path = STR("(its package is gone)");
    Error gone = {0};
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(arena_format(&resolver->arena, &reference, err, "%.*s@%lld", STR_ARG(resolver->pipeline->config.model),
                     (long long)version));
    TRY(registry_find(store, reference, &resolver->arena, &found, err));
    if (!object_path(store, &found.package, &resolver->arena, &path, &gone) && gone.kind != ERROR_NOT_FOUND) {
        *err = gone;
        return false;
    }
    TRY(json_object_begin(&json, err));
    TRY(json_field_int(&json, STR("version"), version, err));
    TRY(json_field_str(&json, STR("digest"), str_from(digest_hex(&found.digest).text), err));
    TRY(json_field_str(&json, STR("path"), path, err));
    return json_object_end(&json, err);
}

static bool resolve_evaluate(Resolver *resolver, Bytes *out, Error *err)
{
    const Config *config = &resolver->pipeline->config;
    Str alias = config->promote.size > 0 ? config->promote : STR("production");
    int64_t version = REGISTRY_NO_VERSION;
    if (config->has_register) TRY(registry_alias(&resolver->pipeline->store, config->model, alias, &version, err));
    TRY(params_open(resolver->step, out, err));
    if (version != REGISTRY_NO_VERSION) {
        TRY(bytes_append_str(out, STR(",\"production\":"), err));
        TRY(production_write(resolver, version, out, err));
    }
    return bytes_append_byte(out, '}', err);
}

static bool resolve_register(Resolver *resolver, Bytes *out, Error *err)
{
    int64_t version = REGISTRY_NO_VERSION;
    TRY(value_int(resolver, STR("evaluate.compared_with"), &version, err));
    TRY(params_open(resolver->step, out, err));
    TRY(add_int("compared_with", version, out, err));
    return bytes_append_byte(out, '}', err);
}

typedef struct ResolveRow {
    Str kind;
    bool (*resolve)(Resolver *resolver, Bytes *out, Error *err);
} ResolveRow;

static const ResolveRow resolve_rows[] = {
    {STR_INIT("dataset"), resolve_dataset},
    {STR_INIT("fresh"), resolve_fresh},
    {STR_INIT("evaluate"), resolve_evaluate},
    {STR_INIT("register"), resolve_register},
};

bool pipeline_resolve(void *context, const FlowStep *step, const StepValue *values, size_t value_count, Bytes *params,
                      Error *err)
{
    AUTO(resolver_deinit)
    Resolver resolver = {.pipeline = context, .values = values, .value_count = value_count, .step = step};
    for (size_t i = 0; i < COUNT_OF(resolve_rows); i++) {
        if (!str_equal(step->kind, resolve_rows[i].kind)) continue;
        bytes_clear(params);
        return resolve_rows[i].resolve(&resolver, params, err);
    }
    return true;
}
