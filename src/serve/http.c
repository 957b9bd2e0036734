#include "serve/http.h"

#include "base/memory.h"
#include "serve/request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <h2o.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HTTP_BACKLOG = 1024,
    HTTP_ADDRESS_BYTES_MAX = 64,
    HTTP_DRAIN_TURNS = 20,
    HTTP_DRAIN_TURN_MS = 25,
    HTTP_CLOSE_TURNS = 4
};

struct Http {
    h2o_globalconf_t config;
    h2o_context_t context;
    h2o_accept_ctx_t accept;
    h2o_socket_t *listener;
    HttpAnswer answer;
    void *answer_context;
};

typedef struct HttpHandler {
    h2o_handler_t super;
    Http *http;
} HttpHandler;

static Str str_of(h2o_iovec_t text)
{
    return (Str){.data = text.base, .size = text.len};
}

typedef struct ReasonRow {
    int status;
    const char *reason;
} ReasonRow;

/// RFC 9110, section 15.
static const ReasonRow reasons[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {422, "Unprocessable Content"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *reason_of(int status)
{
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        if (reasons[i].status == status) return reasons[i].reason;
    return "Error";
}

static void response_send(h2o_req_t *request, int status, const Bytes *body)
{
    request->res.status = status;
    request->res.reason = reason_of(status);
    request->res.content_length = body->size; // else in chunks
    h2o_add_header(&request->pool, &request->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL, H2O_STRLIT("application/json"));
    h2o_send_inline(request, (const char *)body->data, body->size);
}

static int request_handle(h2o_handler_t *handler, h2o_req_t *request)
{
    Http *http = ((HttpHandler *)handler)->http;
    AUTO(bytes_deinit) Bytes body = {0};
    HttpRequest in = {
        .method = str_of(request->method), .path = str_of(request->path_normalized), .body = str_of(request->entity)};
    int status = http->answer(http->answer_context, &in, &body);
    response_send(request, status, &body);
    return 0;
}

static void connection_accept(h2o_socket_t *listener, const char *error)
{
    Http *http = listener->data;
    if (error != NULL) return;
    h2o_socket_t *socket = h2o_evloop_socket_accept(listener);
    if (socket != NULL) h2o_accept(&http->accept, socket);
}

static void http_configure(Http *http)
{
    h2o_config_init(&http->config);
    http->config.max_request_entity_size = REQUEST_BODY_BYTES_MAX;
    h2o_hostconf_t *host = h2o_config_register_host(&http->config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    h2o_pathconf_t *path = h2o_config_register_path(host, "/", 0);
    h2o_handler_t *handler = h2o_create_handler(path, sizeof(HttpHandler));
    ((HttpHandler *)handler)->http = http;
    handler->on_req = request_handle;
    h2o_context_init(&http->context, h2o_evloop_create(), &http->config);
    http->accept.ctx = &http->context;
    http->accept.hosts = http->config.hosts;
}

static bool socket_fail(int handle, Str host, uint32_t port, Error *err)
{
    int number = errno;
    if (handle >= 0) (void)close(handle);
    return error_set(err, ERROR_ENVIRONMENT, "listening on %.*s:%u: %s", STR_ARG(host), port, strerror(number));
}

static bool address_fill(Str host, uint32_t port, struct sockaddr_in *out, Error *err)
{
    char text[HTTP_ADDRESS_BYTES_MAX];
    (void)snprintf(text, sizeof(text), "%.*s", STR_ARG(host));
    *out = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (port <= UINT16_MAX && inet_pton(AF_INET, text, &out->sin_addr) == 1) return true;
    return error_set(err, ERROR_USAGE, "'%.*s:%u' is no IPv4 address with a port", STR_ARG(host), port);
}

static bool socket_listen(Str host, uint32_t port, int *out, uint32_t *out_port, Error *err)
{
    struct sockaddr_in address;
    socklen_t size = sizeof(address);
    int on = 1;
    TRY(address_fill(host, port, &address, err));
    int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handle < 0) return socket_fail(handle, host, port, err);
    bool listening = setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
                     bind(handle, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                     listen(handle, HTTP_BACKLOG) == 0 && getsockname(handle, (struct sockaddr *)&address, &size) == 0;
    if (!listening) return socket_fail(handle, host, port, err);
    *out = handle;
    *out_port = ntohs(address.sin_port);
    return true;
}

bool http_open(Str host, uint32_t port, HttpAnswer answer, void *context, Http **out, uint32_t *out_port, Error *err)
{
    int handle = -1;
    TRY(socket_listen(host, port, &handle, out_port, err));
    Http *http = memory_alloc(sizeof(Http), err);
    if (http == NULL) {
        (void)close(handle);
        return false;
    }
    http->answer = answer;
    http->answer_context = context;
    http_configure(http);
    http->listener = h2o_evloop_socket_create(http->context.loop, handle, H2O_SOCKET_FLAG_DONT_READ);
    http->listener->data = http;
    h2o_socket_read_start(http->listener, connection_accept);
    *out = http;
    return true;
}

static bool has_connections(Http *http)
{
    return !h2o_linklist_is_empty(&http->context.http1._conns) || !h2o_linklist_is_empty(&http->context.http2._conns);
}

void http_close(Http **http)
{
    Http *closed = *http;
    *http = NULL;
    if (closed == NULL) return;
    if (closed->listener != NULL) h2o_socket_close(closed->listener);
    // What a connection still points to stays. The loop itself cannot be freed (libh2o 2.2 has no call for it); the process ends after.
    if (has_connections(closed)) return;
    // The shutdown's own timer runs on; libh2o refuses to be disposed of with it.
    h2o_timeout_unlink(&closed->context.http2._graceful_shutdown_timeout);
    h2o_context_dispose(&closed->context);
    h2o_config_dispose(&closed->config);
    memory_free(closed);
}

bool http_turn(Http *http, int32_t wait_ms, Error *err)
{
    if (h2o_evloop_run(http->context.loop, wait_ms) == 0 || errno == EINTR) return true;
    return error_set(err, ERROR_ENVIRONMENT, "the event loop failed: %s", strerror(errno));
}

bool http_drain(Http *http, Error *err)
{
    h2o_socket_close(http->listener);
    http->listener = NULL;
    h2o_context_request_shutdown(&http->context);
    for (int i = 0; i < HTTP_DRAIN_TURNS && has_connections(http); i++) TRY(http_turn(http, HTTP_DRAIN_TURN_MS, err));
    // Who has said nothing until now is idle.
    http->context.http1.req_timeout.timeout = 0;
    http->context.http2.idle_timeout.timeout = 0;
    for (int i = 0; i < HTTP_CLOSE_TURNS && has_connections(http); i++) TRY(http_turn(http, HTTP_DRAIN_TURN_MS, err));
    return true;
}
