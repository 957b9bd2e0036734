#include "sys/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/process_internal.h"

/// What is asked for: two texts, one behind the other, each with its zero byte.
typedef struct NurseryRequest {
    uint32_t argument_size;
    uint32_t output_size;
    char texts[NURSERY_REQUEST_BYTES_MAX];
} NurseryRequest;

/// What comes back, with the process's handle beside it.
typedef struct NurseryReply {
    int64_t pid; ///< 0: not forked
    uint64_t start_ticks;
    int number; ///< errno
} NurseryReply;

/// Room for one file beside a message.
typedef union FileBox {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
} FileBox;

static bool reply_send(int socket, NurseryReply reply, int handle)
{
    FileBox box = {0};
    struct iovec part = {.iov_base = &reply, .iov_len = sizeof(reply)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (handle >= 0) {
        message.msg_control = box.bytes;
        message.msg_controllen = sizeof(box.bytes);
        box.header =
            (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &handle, sizeof(handle));
    }
    ssize_t size = -1;
    do {
        size = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof(reply);
}

static bool reply_receive(int socket, NurseryReply *reply, int *out_handle)
{
    FileBox box = {0};
    struct iovec part = {.iov_base = reply, .iov_len = sizeof(*reply)};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = box.bytes, .msg_controllen = sizeof(box.bytes)};
    ssize_t size = -1;
    do {
        size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    *out_handle = -1;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) memcpy(out_handle, CMSG_DATA(header), sizeof(*out_handle));
    return size == (ssize_t)sizeof(*reply);
}

/// In the forked process: nothing of the nursery's is left but its memory.
static bool child_detach(const char *output)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int log = open(output, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    bool placed = null >= 0 && log >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(log, STDOUT_FILENO) >= 0 &&
                  dup2(log, STDERR_FILENO) >= 0;
    return placed && close_range(STDERR_FILENO + 1, ~0U, 0) == 0 && setsid() >= 0 && prctl(PR_SET_PDEATHSIG, 0) == 0;
}

static _Noreturn void child_run(NurseryBody body, const NurseryRequest *request)
{
    const char *output = request->texts + request->argument_size + 1;
    if (!child_detach(output)) _exit(127);
    process_reset_signals();
    int code = body((Str){request->texts, request->argument_size});
    (void)fflush(NULL);
    _exit(code);
}

/// False when nobody asks any more.
static bool nursery_serve(int socket, NurseryBody body)
{
    static NurseryRequest request; // this process does nothing else
    NurseryReply reply = {0};
    ssize_t size = recv(socket, &request, sizeof(request), 0);
    if (size < 0 && errno == EINTR) return true;
    if (size <= 0) return false;

    pid_t child = fork();
    if (child == 0) child_run(body, &request);
    reply.number = child < 0 ? errno : 0;
    int handle = child < 0 ? -1 : pidfd_open(child, 0);
    ProcessFacts facts = {0};
    if (handle >= 0 && process_facts(child, &facts)) reply = (NurseryReply){child, facts.start_ticks, 0};
    if (child > 0 && reply.pid == 0) reply.number = ECHILD;
    bool sent = reply_send(socket, reply, handle);
    if (handle >= 0) (void)close(handle);
    return sent;
}

/// Everything but the socket and standard error is closed: a lock held through a copied file would outlive its owner.
static void files_close(int socket)
{
    if (socket > STDERR_FILENO + 1) (void)close_range(STDERR_FILENO + 1, (unsigned)socket - 1, 0);
    (void)close_range((unsigned)socket + 1, ~0U, 0);
}

/// Its children are buried by the kernel; one that ends at once is still there while its handle is opened, as signals wait.
static _Noreturn void nursery_run(int socket, NurseryBody body, pid_t parent)
{
    (void)setsid();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    process_reset_signals();
    files_close(socket);
    while (getppid() == parent && nursery_serve(socket, body)) {
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
    }
    _exit(0);
}

bool nursery_start(NurseryBody body, Nursery *out, Error *err)
{
    int ends[2] = {-1, -1};
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set(err, ERROR_ENVIRONMENT, "cannot make a socket: %s", strerrordesc_np(errno));
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) nursery_run(ends[1], body, parent);
    int number = errno;
    (void)close(ends[1]);
    if (child > 0) {
        *out = (Nursery){.pid = child, .socket = ends[0]};
        return true;
    }
    (void)close(ends[0]);
    return error_set(err, ERROR_ENVIRONMENT, "cannot fork: %s", strerrordesc_np(number));
}

void nursery_deinit(Nursery *nursery)
{
    if (nursery->pid == 0) return;
    (void)close(nursery->socket);
    while (waitpid((pid_t)nursery->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    *nursery = (Nursery){0};
}

static bool request_make(Str argument, Str output_path, NurseryRequest *request, size_t *out_size, Error *err)
{
    if (argument.size + output_path.size + 2 > sizeof(request->texts))
        return error_set(err, ERROR_USAGE, "paths of more than %d bytes", (int)NURSERY_REQUEST_BYTES_MAX);
    request->argument_size = (uint32_t)argument.size;
    request->output_size = (uint32_t)output_path.size;
    memcpy(request->texts, argument.data, argument.size);
    request->texts[argument.size] = '\0';
    memcpy(request->texts + argument.size + 1, output_path.data, output_path.size);
    request->texts[argument.size + 1 + output_path.size] = '\0';
    *out_size = offsetof(NurseryRequest, texts) + argument.size + output_path.size + 2;
    return true;
}

bool nursery_spawn(const Nursery *nursery, Str argument, Str output_path, Process *out, Error *err)
{
    NurseryRequest request;
    NurseryReply reply = {0};
    int handle = -1;
    size_t size = 0;
    TRY(request_make(argument, output_path, &request, &size, err));
    bool told = send(nursery->socket, &request, size, MSG_NOSIGNAL) == (ssize_t)size &&
                reply_receive(nursery->socket, &reply, &handle);
    if (told && reply.pid != 0 && handle >= 0) {
        *out = (Process){.pid = reply.pid, .start_ticks = reply.start_ticks, .handle = handle};
        return true;
    }
    if (handle >= 0) (void)close(handle);
    return error_set(err, ERROR_ENVIRONMENT, "cannot fork a process: %s",
                     told ? strerrordesc_np(reply.number) : "the process that does it has ended");
}
