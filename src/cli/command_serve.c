#include "cli/commands.h"

#include "number/parse.h"
#include "registry/registry.h"
#include "serve/server.h"

/// The model that was asked for, or the store's only one; its production alias unless a version or alias is named.
static bool reference_find(Invocation *invocation, Store *store, Str *out, Error *err)
{
    ModelVersion *models = NULL;
    size_t count = 0;
    Str name = invocation->word_count > 0 ? invocation->words[0] : (Str){0};
    if (str_find(name, '@') < name.size) {
        *out = name;
        return true;
    }
    if (name.size == 0) {
        TRY(registry_models(store, &invocation->arena, &models, &count, err));
        if (count == 0) return error_set(err, ERROR_NOT_FOUND, "no model is registered yet; 'pawl run' registers one");
        if (count > 1)
            return error_set(err, ERROR_USAGE, "there are %zu models; name the one to serve ('pawl model list')",
                             count);
        name = models[0].model;
    }
    return arena_format(&invocation->arena, out, err, "%.*s@production", STR_ARG(name));
}

static bool port_read(const Invocation *invocation, uint32_t *out, Error *err)
{
    Str text = option_text(invocation, "port");
    int64_t value = 8080;
    Error ignored = {0};
    if (text.size > 0 && (!number_parse_int64(text, &value, &ignored) || value < 0 || value > UINT16_MAX))
        return error_set(err, ERROR_USAGE, "--port %.*s: a number from 0 (any free one) to 65535 is expected",
                         STR_ARG(text));
    *out = (uint32_t)value;
    return true;
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    ServerOptions options = {.host = option_text(invocation, "host"),
                             .store = &store,
                             .interrupt = invocation->interrupt,
                             .out = invocation->out,
                             .log = invocation->err};
    if (options.host.size == 0) options.host = STR("127.0.0.1");
    TRY(port_read(invocation, &options.port, err));
    TRY(command_store(invocation, &store, err));
    TRY(reference_find(invocation, &store, &options.reference, err));
    TRY(path_join(&invocation->arena, store.root, STR("online"), &options.online, err));
    return server_run(&options, err);
}

static const Option options[] = {
    {"port", "N", "the port (default: 8080; 0: any free one)"},
    {"host", "ADDRESS", "the IPv4 address (default: 127.0.0.1)"},
    {NULL, NULL, NULL},
};

const Command command_serve = {
    .name = "serve",
    .words = "[MODEL[@VERSION|@ALIAS]]",
    .summary = "answer features and predictions over HTTP",
    .help = "GET /health, GET /v1/model, POST /v1/features, POST /v1/predict with {\"inputs\": {...}, \"at\": ...}.\n"
            "An alias (default: production) is followed: a second after a promotion, requests get the new version.",
    .options = options,
    .word_max = 1,
    .run = run,
    .interrupts = true,
};
