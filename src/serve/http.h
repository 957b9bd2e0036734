/// HTTP/1.1 and HTTP/2 over libh2o's own event loop: requests in, whole answers out. The only file that knows libh2o is http.c.
#ifndef PAWL_SERVE_HTTP_H
#define PAWL_SERVE_HTTP_H

#include "base/bytes.h"

typedef struct Http Http;

/// Borrowed during the call.
typedef struct HttpRequest {
    Str method, path, body;
} HttpRequest;

/// Fills a JSON body and returns the status.
typedef int (*HttpAnswer)(void *context, const HttpRequest *request, Bytes *out);

/// Listens on an IPv4 address; `*out_port` is the port that was given (for port 0: the free one that was found).
MUST_CHECK bool http_open(Str host, uint32_t port, HttpAnswer answer, void *context, Http **out, uint32_t *out_port,
                          Error *err);
void http_close(Http **http);

/// Handles what comes within the time.
MUST_CHECK bool http_turn(Http *http, int32_t wait_ms, Error *err);

/// Takes no new connection, answers what has come, within the time that a person waits.
MUST_CHECK bool http_drain(Http *http, Error *err);

#endif
