#include "serve/served_model.h"

void served_model_deinit(ServedModel *served)
{
    model_deinit(&served->model);
    arena_deinit(&served->arena);
    *served = (ServedModel){0};
}

static bool state_check(const KeyValueKind *kind, KeyValue *online, const ServedModel *served, Error *err)
{
    KeyValueRead *read = NULL;
    Digest data = {0};
    bool found = false;
    TRY(kind->read_begin(online, &read, err));
    bool done = online_find(kind, read, &served->model.plan.digest, &found, &data, err);
    kind->read_end(&read);
    if (!done || found) return done;
    return error_set(err, ERROR_NOT_FOUND,
                     "the features of %.*s are not in the online store; 'pawl run' publishes them",
                     STR_ARG(served->name));
}

static bool package_open(Store *store, const ModelVersion *version, ServedModel *served, Error *err)
{
    Str path = {0};
    TRY(object_path(store, &version->package, &served->arena, &path, err));
    return model_open(store->disk, path, &served->model, err);
}

bool served_model_open(Store *store, const KeyValueKind *kind, KeyValue *online, Str reference, ServedModel *out,
                       Error *err)
{
    AUTO(served_model_deinit) ServedModel served = {0};
    ModelVersion version = {0};
    TRY(registry_find(store, reference, &served.arena, &version, err));
    served.version = version.version;
    served.metadata = version.metadata;
    TRY(arena_format(&served.arena, &served.name, err, "%.*s@%lld", STR_ARG(version.model),
                     (long long)version.version));
    TRY_OR(package_open(store, &version, &served, err), err, "%.*s", STR_ARG(served.name));
    TRY(state_check(kind, online, &served, err));
    *out = served;
    served = (ServedModel){0};
    return true;
}
