#include "support/http_client.h"

#include "support/test.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int connection_open(uint32_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int handle = socket(AF_INET, SOCK_STREAM, 0);
    if (handle >= 0 && connect(handle, (const struct sockaddr *)&address, sizeof(address)) == 0) return handle;
    if (handle >= 0) (void)close(handle);
    return -1;
}

static bool bytes_send(int handle, Str text)
{
    while (text.size > 0) {
        ssize_t count = send(handle, text.data, text.size, MSG_NOSIGNAL);
        if (count <= 0) return false;
        text = str_slice(text, (size_t)count, text.size);
    }
    return true;
}

static void bytes_receive(int handle, Bytes *out)
{
    char piece[65536];
    Error err = {0};
    ssize_t count = 0;
    while ((count = recv(handle, piece, sizeof(piece), 0)) > 0)
        ASSERT_OK(bytes_append(out, piece, (size_t)count, &err), err);
}

static Str after_headers(Str response)
{
    for (size_t i = 0; i + 4 <= response.size; i++)
        if (str_starts(str_slice(response, i, response.size), STR("\r\n\r\n")))
            return str_slice(response, i + 4, response.size);
    return (Str){0};
}

int http_request(uint32_t port, const char *method, const char *path, Str body, Bytes *out)
{
    AUTO(bytes_deinit) Bytes response = {0};
    char head[512];
    Error err = {0};
    int status = 0;
    int handle = connection_open(port);
    if (handle < 0) return 0;
    (void)snprintf(head, sizeof(head),
                   "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", method,
                   path, body.size);
    if (bytes_send(handle, str_from(head)) && bytes_send(handle, body)) bytes_receive(handle, &response);
    (void)close(handle);
    if (response.size < 12 || sscanf((const char *)response.data + 9, "%3d", &status) != 1) return 0;
    bytes_clear(out);
    ASSERT_OK(bytes_append_str(out, after_headers(bytes_str(&response)), &err), err);
    return status;
}

static uint32_t port_read(FILE *stream)
{
    char line[512];
    unsigned port = 0;
    while (fgets(line, sizeof(line), stream) != NULL) {
        const char *colon = strrchr(line, ':');
        if (colon != NULL && sscanf(colon, ":%u", &port) == 1) return port;
        print_error("pawl serve: %s", line);
    }
    return 0;
}

void server_process_start(ServerProcess *server, const char *binary, const char *directory, const char *arguments)
{
    char command[4096];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(command, sizeof(command), "cd '%s' && exec '%s' serve --port 0 %s", directory, binary, arguments);
    server->pid = fork();
    if (server->pid == 0) {
        // A test that fails leaves no server behind.
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    assert_non_null(stream);
    server->port = port_read(stream);
    (void)fclose(stream);
    assert_int_not_equal(server->port, 0);
}

int server_process_stop(ServerProcess *server)
{
    int status = 0;
    assert_int_equal(kill(server->pid, SIGTERM), 0);
    assert_int_equal(waitpid(server->pid, &status, 0), server->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
