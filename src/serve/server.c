#include "serve/server.h"

#include "serve/http.h"

enum { SERVER_REFRESH_US = 1000000, SERVER_POLL_MS = 100 };

/// Where requests go: the version that is served now, and how the next one is found.
typedef struct Server {
    const ServerOptions *options;
    const KeyValueKind *kind;
    KeyValue *online;
    ServedModel served;
    int64_t checked_us;
    int64_t refused_version; ///< a version that could not be opened: said once
    Http *http;
} Server;

static void server_deinit(Server *server)
{
    http_close(&server->http);
    if (server->online != NULL) server->kind->close(&server->online);
    served_model_deinit(&server->served);
}

/// The version that the reference names now; the served one when it cannot be told.
static int64_t version_now(Server *server)
{
    AUTO(arena_deinit) Arena arena = {0};
    ModelVersion version = {0};
    Error ignored = {0};
    if (!registry_find(server->options->store, server->options->reference, &arena, &version, &ignored))
        return server->served.version;
    return version.version;
}

/// Follows the alias. The old version answers on when the new one cannot be opened.
static void server_refresh(Server *server, int64_t now_us)
{
    ServedModel next = {0};
    Error err = {0};
    if (now_us - server->checked_us < SERVER_REFRESH_US) return;
    server->checked_us = now_us;
    int64_t version = version_now(server);
    if (version == server->served.version || version == server->refused_version) return;
    if (!served_model_open(server->options->store, server->kind, server->online, server->options->reference, &next,
                           &err)) {
        server->refused_version = version;
        (void)fprintf(server->options->log, "still serving %.*s: %s\n", STR_ARG(server->served.name), err.text);
        return;
    }
    served_model_deinit(&server->served);
    server->served = next;
    (void)fprintf(server->options->log, "serving %.*s\n", STR_ARG(server->served.name));
}

typedef bool (*RouteAnswer)(Server *server, Str body, Bytes *out, Error *err);

static AnswerSource source_of(const Server *server)
{
    return (AnswerSource){
        .served = &server->served,
        .kind = server->kind,
        .online = server->online,
        .now_us = clock_now_us(server->options->store->clock),
    };
}

static bool route_health(Server *server, Str body, Bytes *out, Error *err)
{
    UNUSED(body);
    return answer_health(&server->served, out, err);
}

static bool route_model(Server *server, Str body, Bytes *out, Error *err)
{
    UNUSED(body);
    return answer_model(&server->served, out, err);
}

static bool route_features(Server *server, Str body, Bytes *out, Error *err)
{
    AnswerSource source = source_of(server);
    return answer_rows(&source, body, false, out, err);
}

static bool route_predict(Server *server, Str body, Bytes *out, Error *err)
{
    AnswerSource source = source_of(server);
    return answer_rows(&source, body, true, out, err);
}

typedef struct Route {
    Str method, path;
    RouteAnswer answer;
} Route;

static const Route routes[] = {
    {STR_INIT("GET"), STR_INIT("/health"), route_health},
    {STR_INIT("GET"), STR_INIT("/v1/model"), route_model},
    {STR_INIT("POST"), STR_INIT("/v1/features"), route_features},
    {STR_INIT("POST"), STR_INIT("/v1/predict"), route_predict},
};

/// The route, or the status that says why there is none.
static const Route *route_find(const HttpRequest *request, int *status, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(routes); i++) {
        if (!str_equal(routes[i].path, request->path)) continue;
        if (str_equal(routes[i].method, request->method)) return &routes[i];
        *status = 405;
        error_set(err, ERROR_USAGE, "%.*s takes %.*s, not %.*s", STR_ARG(request->path), STR_ARG(routes[i].method),
                  STR_ARG(request->method));
        return NULL;
    }
    *status = 404;
    error_set(err, ERROR_NOT_FOUND, "there is no '%.*s'; there are /health, /v1/model, /v1/features and /v1/predict",
              STR_ARG(request->path));
    return NULL;
}

static int server_answer(void *context, const HttpRequest *request, Bytes *out)
{
    Server *server = context;
    Error err = {0};
    Error ignored = {0};
    int status = 200;
    server_refresh(server, clock_now_us(server->options->store->clock));
    const Route *route = route_find(request, &status, &err);
    if (route != NULL && route->answer(server, request->body, out, &err)) return 200;
    if (route != NULL) status = error_http_status(err.kind);
    bytes_clear(out);
    return answer_error(&err, out, &ignored) ? status : 500;
}

static bool online_open(Server *server, Error *err)
{
    server->kind = key_value_find(STR("lmdb"));
    CHECK(server->kind != NULL);
    if (!disk_exists(server->options->store->disk, server->options->online))
        return error_set(err, ERROR_NOT_FOUND, "there is no online store '%.*s'; 'pawl run' makes it",
                         STR_ARG(server->options->online));
    return server->kind->open(server->options->online, true, &server->online, err);
}

static bool server_start(Server *server, Error *err)
{
    const ServerOptions *options = server->options;
    uint32_t port = 0;
    TRY(online_open(server, err));
    TRY(served_model_open(options->store, server->kind, server->online, options->reference, &server->served, err));
    TRY(http_open(options->host, options->port, server_answer, server, &server->http, &port, err));
    (void)fprintf(options->out, "serving %.*s on http://%.*s:%u\n", STR_ARG(server->served.name),
                  STR_ARG(options->host), port);
    (void)fflush(options->out);
    return true;
}

bool server_run(const ServerOptions *options, Error *err)
{
    AUTO(server_deinit) Server server = {.options = options};
    TRY(server_start(&server, err));
    while (!interrupt_raised(options->interrupt)) {
        TRY(http_turn(server.http, SERVER_POLL_MS, err));
        server_refresh(&server, clock_now_us(options->store->clock));
    }
    return http_drain(server.http, err);
}
