#include "flow/failure_internal.h"
#include "sys/disk_file.h"
#include "text/quantity.h"

enum { FAILURE_LINES_MAX = 12, FAILURE_BYTES_MAX = 2048 };

/// The last lines of `text`, whole ones, without the empty ones at its end.
static Str last_lines(Str text, size_t line_max)
{
    Str trimmed = str_trim(text);
    size_t begin = trimmed.size;
    for (size_t lines = 0; begin > 0; begin--) {
        if (trimmed.data[begin - 1] == '\n' && ++lines == line_max) break;
    }
    return str_slice(trimmed, begin, trimmed.size);
}

/// The last bytes of the log; a log that cannot be read has none.
static bool log_tail(const Store *store, Str path, Bytes *out, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    DiskStat stat = {0};
    Error ignored = {0};
    size_t count = 0;
    if (!disk_stat(store->disk, path, &stat, &ignored)) return true;
    if (!disk_file_open(store->disk, path, DISK_READ, &file, &ignored)) return true;
    TRY(bytes_reserve(out, FAILURE_BYTES_MAX, err));
    file.offset = stat.size > FAILURE_BYTES_MAX ? stat.size - FAILURE_BYTES_MAX : 0;
    if (disk_file_read(&file, out->data, FAILURE_BYTES_MAX, &count, &ignored)) out->size = count;
    return true;
}

static bool duration_text(int64_t duration_us, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "%lld.%lld s", (long long)(duration_us / 1000000),
                        (long long)(duration_us / 100000 % 10));
}

bool failure_limit_text(const char *what, int64_t limit_us, Arena *arena, Str *out, Error *err)
{
    Str duration = {0};
    TRY(duration_text(limit_us, arena, &duration, err));
    return arena_format(arena, out, err, "%s of %.*s", what, STR_ARG(duration));
}

static bool memory_text(const FlowStep *step, const AttemptExit *status, Arena *arena, Str *out, Error *err)
{
    QuantityText limit = size_format(step->place.memory_bytes);
    if (step->place.memory_bytes == 0) return arena_copy(arena, STR("was killed because memory ran out"), out, err);
    return arena_format(arena, out, err, "was killed because it needed more than its memory of %s%s%.*s", limit.text,
                        status->message.size > 0 ? ", " : "", STR_ARG(status->message));
}

/// How it ended.
static bool exit_text(const FlowStep *step, const AttemptExit *status, Arena *arena, Str *out, Error *err)
{
    switch (status->reason) {
    case ATTEMPT_UNSTARTABLE:
        return arena_format(arena, out, err, "could not be started: %.*s", STR_ARG(status->message));
    case ATTEMPT_TIMEOUT:
        return failure_limit_text("took longer than its timeout", step->timeout_us, arena, out, err);
    case ATTEMPT_TIMEOUT_TOTAL:
        return failure_limit_text("took longer than its timeout for all attempts", step->timeout_total_us, arena, out,
                                  err);
    case ATTEMPT_SILENT:
        return failure_limit_text("gave no sign of life for longer than its heartbeat", step->heartbeat_us, arena, out,
                                  err);
    case ATTEMPT_OUT_OF_MEMORY:
        return memory_text(step, status, arena, out, err);
    case ATTEMPT_SPILLED:
        return arena_format(arena, out, err, "its output '%.*s' holds one of its secrets and was not kept",
                            STR_ARG(status->message));
    case ATTEMPT_CANCELLED:
        return arena_copy(arena, STR("was cancelled"), out, err);
    case ATTEMPT_EXITED:
        return process_exit_text(status->status, arena, out, err);
    }
    return true;
}

FlowFailure failure_of(const AttemptExit *status)
{
    static const FlowFailure BY_REASON[] = {
        [ATTEMPT_EXITED] = FAILURE_EXIT,           [ATTEMPT_TIMEOUT] = FAILURE_TIMEOUT,
        [ATTEMPT_CANCELLED] = FAILURE_SIGNAL,      [ATTEMPT_UNSTARTABLE] = FAILURE_START,
        [ATTEMPT_OUT_OF_MEMORY] = FAILURE_MEMORY,  [ATTEMPT_SILENT] = FAILURE_SILENT,
        [ATTEMPT_TIMEOUT_TOTAL] = FAILURE_TIMEOUT, [ATTEMPT_SPILLED] = FAILURE_OUTPUT,
    };
    if (status->reason == ATTEMPT_EXITED && status->status.by_signal) return FAILURE_SIGNAL;
    return BY_REASON[status->reason];
}

bool failure_text(const Store *store, const FlowStep *step, Str directory, const AttemptExit *status, Str problem,
                  Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes log = {0};
    Str path = {0};
    Str how = problem;
    if (problem.size == 0) TRY(exit_text(step, status, arena, &how, err));
    TRY(attempt_path(directory, "log", arena, &path, err));
    TRY(log_tail(store, path, &log, err));
    Str lines = last_lines(bytes_str(&log), FAILURE_LINES_MAX);
    if (lines.size == 0) return arena_copy(arena, how, out, err);
    return arena_format(arena, out, err, "%.*s; its last lines:\n%.*s", STR_ARG(how), STR_ARG(lines));
}

static const char *const FAILURE_NAMES[FAILURE_COUNT] = {
    [FAILURE_EXIT] = "exit",       [FAILURE_SIGNAL] = "signal", [FAILURE_TIMEOUT] = "timeout",
    [FAILURE_SILENT] = "silent",   [FAILURE_MEMORY] = "memory", [FAILURE_LOST] = "lost",
    [FAILURE_STORAGE] = "storage", [FAILURE_OUTPUT] = "output", [FAILURE_START] = "start",
};

const char *flow_failure_name(FlowFailure failure)
{
    CHECK((size_t)failure < FAILURE_COUNT);
    return FAILURE_NAMES[failure];
}
