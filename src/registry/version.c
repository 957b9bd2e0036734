#include "base/array.h"
#include "registry/registry_internal.h"

#define VERSION_COLUMNS "model, version, package, digest, created_us, run, step, verdict, metadata"

typedef ARRAY_OF(ModelVersion) Versions;
typedef ARRAY_OF(Str) Names;

static void versions_deinit(Versions *versions)
{
    memory_free(versions->items);
}

static void names_deinit(Names *names)
{
    memory_free(names->items);
}

static bool version_take(Statement *statement, Arena *arena, ModelVersion *out, Error *err)
{
    TRY(statement_text(statement, 0, arena, &out->model, err));
    out->version = statement_int(statement, 1);
    TRY(statement_digest(statement, 2, &out->package, err));
    TRY(statement_digest(statement, 3, &out->digest, err));
    out->created_us = statement_int(statement, 4);
    TRY(statement_text(statement, 5, arena, &out->run, err));
    TRY(statement_text(statement, 6, arena, &out->step, err));
    TRY(statement_text(statement, 7, arena, &out->verdict, err));
    return statement_text(statement, 8, arena, &out->metadata, err);
}

static bool names_collect(Statement *statement, Arena *arena, Names *names, Error *err)
{
    for (;;) {
        Str name = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(statement_text(statement, 0, arena, &name, err));
        TRY(ARRAY_PUSH(names, name, err));
    }
}

static bool version_read_aliases(Store *store, Arena *arena, ModelVersion *version, Error *err)
{
    AUTO(names_deinit) Names names = {0};
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "SELECT alias FROM registry_alias WHERE model = ? AND version = ? ORDER BY alias", &statement,
                         err));
    TRY(statement_bind(statement, err, "si", version->model, version->version));
    TRY(names_collect(statement, arena, &names, err));
    version->aliases = arena_alloc_array(arena, names.count + 1, sizeof(Str), err);
    if (version->aliases == NULL) return false;
    for (size_t i = 0; i < names.count; i++) version->aliases[i] = names.items[i];
    version->alias_count = names.count;
    return true;
}

static bool versions_collect(Statement *statement, Arena *arena, Versions *versions, Error *err)
{
    for (;;) {
        ModelVersion version = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(version_take(statement, arena, &version, err));
        TRY(ARRAY_PUSH(versions, version, err));
    }
}

/// All that the bound statement gives, each with its aliases.
static bool versions_read(Store *store, Statement *statement, Arena *arena, ModelVersion **out, size_t *out_count,
                          Error *err)
{
    AUTO(versions_deinit) Versions versions = {0};
    TRY(versions_collect(statement, arena, &versions, err));
    ModelVersion *kept = arena_alloc_array(arena, versions.count + 1, sizeof(ModelVersion), err);
    if (kept == NULL) return false;
    for (size_t i = 0; i < versions.count; i++) {
        kept[i] = versions.items[i];
        TRY(version_read_aliases(store, arena, &kept[i], err));
    }
    *out = kept;
    *out_count = versions.count;
    return true;
}

static bool version_read_one(Store *store, Statement *statement, Arena *arena, ModelVersion *out, bool *out_found,
                             Error *err)
{
    ModelVersion *versions = NULL;
    size_t count = 0;
    TRY(versions_read(store, statement, arena, &versions, &count, err));
    *out_found = count > 0;
    if (count > 0) *out = versions[0];
    return true;
}

/// False for anything else than 1 to 18 digits.
static bool digits_parse(Str text, int64_t *out)
{
    int64_t value = 0;
    if (text.size == 0 || text.size > 18) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        value = value * 10 + (text.data[i] - '0');
    }
    *out = value;
    return true;
}

static bool find_newest(Store *store, Str model, Arena *arena, ModelVersion *out, bool *out_found, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "SELECT " VERSION_COLUMNS
                         " FROM registry_version WHERE model = ? ORDER BY version DESC LIMIT 1",
                         &statement, err));
    TRY(statement_bind_text(statement, 1, model, err));
    return version_read_one(store, statement, arena, out, out_found, err);
}

static bool find_version(Store *store, Str model, int64_t version, Arena *arena, ModelVersion *out, bool *out_found,
                         Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "SELECT " VERSION_COLUMNS " FROM registry_version WHERE model = ? AND version = ?", &statement,
                         err));
    TRY(statement_bind(statement, err, "si", model, version));
    return version_read_one(store, statement, arena, out, out_found, err);
}

static bool find_alias(Store *store, Str model, Str alias, Arena *arena, ModelVersion *out, bool *out_found, Error *err)
{
    int64_t version = REGISTRY_NO_VERSION;
    TRY(registry_alias(store, model, alias, &version, err));
    return find_version(store, model, version, arena, out, out_found, err);
}

/// The model is there, but not what stands behind the '@': names what there is.
static bool unknown_reference(Store *store, Str model, Str which, const ModelVersion *newest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(names_deinit) Names aliases = {0};
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "SELECT alias FROM registry_alias WHERE model = ? ORDER BY alias", &statement,
                         err));
    TRY(statement_bind_text(statement, 1, model, err));
    TRY(names_collect(statement, &arena, &aliases, err));
    Str nearest = str_nearest(which, aliases.items, aliases.count);
    if (nearest.size > 0) {
        return error_set(err, ERROR_NOT_FOUND, "model '%.*s' has no '%.*s'; did you mean '%.*s@%.*s'?", STR_ARG(model),
                         STR_ARG(which), STR_ARG(model), STR_ARG(nearest));
    }
    return error_set(err, ERROR_NOT_FOUND, "model '%.*s' has no '%.*s'; its newest version is %lld", STR_ARG(model),
                     STR_ARG(which), (long long)newest->version);
}

bool registry_find(Store *store, Str reference, Arena *arena, ModelVersion *out, Error *err)
{
    Str model = str_slice(reference, 0, str_find(reference, '@'));
    Str which = str_slice(reference, model.size + 1, reference.size);
    ModelVersion found = {0};
    ModelVersion newest = {0};
    bool known = false;
    int64_t version = 0;
    TRY(registry_open(store, err));
    TRY(find_newest(store, model, arena, &newest, &known, err));
    if (!known) return registry_unknown_model(store, model, err);
    if (model.size == reference.size) {
        *out = newest;
        return true;
    }
    bool numbered = digits_parse(which, &version);
    if (numbered) TRY(find_version(store, model, version, arena, &found, &known, err));
    if (!numbered) TRY(find_alias(store, model, which, arena, &found, &known, err));
    if (!known) return unknown_reference(store, model, which, &newest, err);
    *out = found;
    return true;
}

bool registry_find_digest(Store *store, const Digest *digest, Arena *arena, ModelVersion *out, Error *err)
{
    Statement *statement = NULL;
    bool found = false;
    TRY(registry_open(store, err));
    TRY(statement_cached(store->database,
                         "SELECT " VERSION_COLUMNS " FROM registry_version WHERE package = ?1 OR digest = ?1"
                         " ORDER BY created_us DESC, model, version DESC LIMIT 1",
                         &statement, err));
    TRY(statement_bind_digest(statement, 1, digest, err));
    TRY(version_read_one(store, statement, arena, out, &found, err));
    return found || error_set(err, ERROR_NOT_FOUND, "no model has the digest %.12s", digest_hex(digest).text);
}

bool registry_models(Store *store, Arena *arena, ModelVersion **out, size_t *out_count, Error *err)
{
    Statement *statement = NULL;
    TRY(registry_open(store, err));
    TRY(statement_cached(store->database,
                         "SELECT " VERSION_COLUMNS " FROM registry_version AS one WHERE version ="
                         " (SELECT max(version) FROM registry_version WHERE model = one.model) ORDER BY model",
                         &statement, err));
    return versions_read(store, statement, arena, out, out_count, err);
}

bool registry_versions(Store *store, Str model, Arena *arena, ModelVersion **out, size_t *out_count, Error *err)
{
    Statement *statement = NULL;
    size_t count = 0;
    TRY(registry_open(store, err));
    TRY(statement_cached(store->database,
                         "SELECT " VERSION_COLUMNS " FROM registry_version WHERE model = ? ORDER BY version DESC",
                         &statement, err));
    TRY(statement_bind_text(statement, 1, model, err));
    TRY(versions_read(store, statement, arena, out, &count, err));
    if (count == 0) return registry_unknown_model(store, model, err);
    *out_count = count;
    return true;
}
