#include "sys/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/path.h"

enum { PUMP_BYTES = 1 << 16, PUMP_LOOK_MS = 50 };

static bool write_all(int file, Str data, Error *err)
{
    size_t done = 0;
    while (done < data.size) {
        ssize_t size = write(file, data.data + done, data.size - done);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return error_set(err, ERROR_STORAGE, "cannot write a log: %s", strerrordesc_np(errno));
        done += (size_t)size;
    }
    return true;
}

static bool pump_carry(Pump *pump, Str data, bool end, Error *err)
{
    AUTO(bytes_deinit) Bytes filtered = {0};
    TRY(pump->filter(pump->context, data, end, &filtered, err));
    return write_all(pump->target, bytes_str(&filtered), err);
}

/// `*out_size` is 0 when nothing is there, yet or, with nobody left who could write, ever.
static bool pump_read(Pump *pump, char *data, size_t *out_size)
{
    ssize_t size = -1;
    do {
        size = read(pump->reader, data, PUMP_BYTES);
    } while (size < 0 && errno == EINTR);
    *out_size = size > 0 ? (size_t)size : 0;
    return size > 0;
}

static void pump_wait(const Pump *pump)
{
    struct pollfd waited = {.fd = pump->reader, .events = POLLIN};
    (void)poll(&waited, 1, PUMP_LOOK_MS);
}

static bool pump_loop(Pump *pump, Error *err)
{
    char data[PUMP_BYTES];
    size_t size = 0;
    for (;;) {
        bool ending = atomic_load(&pump->ending);
        if (pump_read(pump, data, &size)) {
            TRY(pump_carry(pump, (Str){data, size}, false, err));
        } else if (ending) {
            return pump_carry(pump, (Str){0}, true, err);
        } else {
            pump_wait(pump);
        }
    }
}

/// After a failure what is written is thrown away, so that nobody waits for room in the pipe.
static void *pump_main(void *context)
{
    Pump *pump = context;
    char data[PUMP_BYTES];
    size_t size = 0;
    if (pump_loop(pump, &pump->failure)) return NULL;
    while (!atomic_load(&pump->ending)) {
        if (!pump_read(pump, data, &size)) pump_wait(pump);
    }
    return NULL;
}

static void file_close(int *file)
{
    if (*file >= 0) (void)close(*file);
    *file = -1;
}

static void pump_close(Pump *pump)
{
    file_close(&pump->reader);
    file_close(&pump->keeper);
    file_close(&pump->target);
    pump->open = false;
}

/// The keeper holds the pipe open for writing: without a writer every look would find its end.
static bool pump_open(Pump *pump, const PathText *path, const PathText *target, Error *err)
{
    if (mkfifo(path->text, 0600) == 0) {
        pump->reader = open(path->text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        pump->keeper = open(path->text, O_WRONLY | O_CLOEXEC);
        pump->target = open(target->text, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    }
    if (pump->reader >= 0 && pump->keeper >= 0 && pump->target >= 0) return true;
    return error_set(err, ERROR_STORAGE, "cannot make the pipe '%s': %s", path->text, strerrordesc_np(errno));
}

static bool pump_start(Pump *pump, Error *err)
{
    int number = pthread_create(&pump->thread, NULL, pump_main, pump);
    pump->open = number == 0;
    return pump->open || error_set(err, ERROR_ENVIRONMENT, "cannot start a thread: %s", strerrordesc_np(number));
}

bool pump_begin(Pump *pump, Str path, Str target, PumpFilter filter, void *context, Error *err)
{
    PathText pipe_path;
    PathText target_path;
    pump->reader = pump->keeper = pump->target = -1;
    pump->filter = filter;
    pump->context = context;
    atomic_init(&pump->ending, false);
    TRY(path_text(path, &pipe_path, err));
    TRY(path_text(target, &target_path, err));
    if (pump_open(pump, &pipe_path, &target_path, err) && pump_start(pump, err)) return true;
    pump_close(pump);
    return false;
}

bool pump_end(Pump *pump, Error *err)
{
    if (!pump->open) return true;
    atomic_store(&pump->ending, true);
    CHECK(pthread_join(pump->thread, NULL) == 0);
    pump_close(pump);
    return pump->failure.kind == ERROR_NONE || error_set(err, pump->failure.kind, "%s", pump->failure.text);
}

void pump_deinit(Pump *pump)
{
    Error ignored = {0};
    bool done = pump_end(pump, &ignored);
    UNUSED(done);
}
