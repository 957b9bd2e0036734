/// The HTTP server: libh2o's event loop around answers. One thread; a request is answered whole by the version that was served when it came.
#ifndef PAWL_SERVE_SERVER_H
#define PAWL_SERVE_SERVER_H

#include "serve/answer.h"
#include "sys/interrupt.h"

#include <stdio.h>

typedef struct ServerOptions {
    Str host;      ///< an IPv4 address
    uint32_t port; ///< 0: a free one
    Str reference; ///< "model@alias" is followed when the alias moves; "model@3" is not
    Str online;    ///< the online store's directory
    Store *store;
    Interrupt *interrupt; ///< ends the server after answering what has come
    FILE *out;            ///< gets "serving MODEL on http://HOST:PORT"
    FILE *log;
} ServerOptions;

/// Serves until interrupted.
MUST_CHECK bool server_run(const ServerOptions *options, Error *err);

#endif
