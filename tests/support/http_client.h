/// A small HTTP client for tests of servers on loopback.
#ifndef PAWL_SUPPORT_HTTP_CLIENT_H
#define PAWL_SUPPORT_HTTP_CLIENT_H

#include "base/bytes.h"

/// One request on a connection of its own; the response's body in `out`, its status returned. 0: no answer.
int http_request(uint32_t port, const char *method, const char *path, Str body, Bytes *out);

/// `pawl serve` in a process of its own, from a directory with a store.
typedef struct ServerProcess {
    int pid;
    uint32_t port;
} ServerProcess;

/// Starts it on a free port and waits until it answers.
void server_process_start(ServerProcess *server, const char *binary, const char *directory, const char *arguments);

/// SIGTERM; gives its exit code.
int server_process_stop(ServerProcess *server);

#endif
