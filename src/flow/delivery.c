#include "flow/delivery_internal.h"

#include <signal.h>

#include "sys/disk_tree.h"
#include "sys/unique_name.h"

enum {
    LANE_BATCH_MAX = 200,         ///< requests of one process
    LANE_LOG_BYTES_MAX = 1 << 16, ///< looked at for what went wrong
    LANE_PROBLEM_BYTES_MAX = 400,
};

/// Three tries, each at most 30 s: $0 is the command, $1 the text's file.
static const Str COMMAND_SCRIPT =
    STR_INIT("for pause in 1 2 0; do timeout 30 sh -c \"$0\" < \"$1\" && exit 0; sleep $pause; done; exit 1");

/// What each request has; tried again at 1, 2, 4, 8 s while it fails in a way that may pass.
static const char REQUEST_OPTIONS[] = "request = \"POST\"\nfail\nsilent\nshow-error\noutput = \"/dev/null\"\n"
                                      "max-time = 10\nretry = 3\nretry-all-errors\nretry-max-time = 20\n";

void lane_deinit(Lane *lane)
{
    Error ignored = {0};
    bool removed = lane->outbox.size == 0 || disk_remove_tree(lane->store->disk, lane->outbox, &ignored);
    UNUSED(removed);
    process_deinit(&lane->process);
    memory_free(lane->waiting.items);
    arena_deinit(&lane->arena);
    *lane = (Lane){0};
}

bool lane_init(Lane *lane, const Store *store, Str url, Str command, Str content_type, Error *err)
{
    UniqueName name;
    *lane = (Lane){.store = store, .url = url, .command = command, .content_type = content_type};
    TRY(unique_name_draw(&name, err));
    TRY(arena_format(&lane->arena, &lane->outbox, err, "%.*s/outbox/%s", STR_ARG(store->root), name.text));
    return arena_format(&lane->arena, &lane->log, err, "%.*s/log", STR_ARG(lane->outbox));
}

Str lane_name(const Lane *lane)
{
    if (lane->url.size == 0) return lane->command;
    size_t slashes = 0;
    size_t end = 0;
    for (; end < lane->url.size; end++) {
        slashes += lane->url.data[end] == '/';
        if (slashes == 3) break;
    }
    return str_slice(lane->url, 0, end);
}

/// A value of curl's configuration file, in quotes.
static bool quoted_append(Bytes *out, const char *name, const char *prefix, Str value, Error *err)
{
    TRY(bytes_append_format(out, err, "%s = \"%s", name, prefix));
    for (size_t i = 0; i < value.size; i++) {
        char byte = value.data[i];
        if (byte == '"' || byte == '\\') TRY(bytes_append_byte(out, '\\', err));
        TRY(bytes_append_byte(out, byte == '\n' || byte == '\r' ? ' ' : (uint8_t)byte, err));
    }
    return bytes_append_str(out, STR("\"\n"), err);
}

static bool requests_write(const Lane *lane, size_t count, Bytes *out, Error *err)
{
    TRY(bytes_append_str(out, STR("fail-early\n"), err));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) TRY(bytes_append_str(out, STR("next\n"), err));
        TRY(quoted_append(out, "url", "", lane->url, err));
        TRY(quoted_append(out, "header", "Content-Type: ", lane->content_type, err));
        TRY(quoted_append(out, "data-binary", "@", lane->waiting.items[i], err));
        TRY(bytes_append_str(out, str_from(REQUEST_OPTIONS), err));
    }
    return true;
}

static bool lane_spawn(Lane *lane, const Str *arguments, size_t count, Str input, Error *err)
{
    ProcessSpec spec = {.arguments = arguments,
                        .argument_count = count,
                        .input_path = input,
                        .output_path = lane->log,
                        .error_path = lane->log,
                        .new_session = true};
    return process_spawn(&spec, &lane->process, err);
}

static bool requests_start(Lane *lane, size_t count, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(requests_write(lane, count, &text, err));
    TRY(path_join(&arena, lane->outbox, STR("requests"), &path, err));
    TRY(disk_write_atomic(lane->store->disk, path, bytes_str(&text), err));
    const Str arguments[] = {STR("curl"), STR("-q"), STR("-K"), path};
    return lane_spawn(lane, arguments, COUNT_OF(arguments), (Str){0}, err);
}

static bool command_start(Lane *lane, Error *err)
{
    const Str arguments[] = {STR("sh"), STR("-c"), COMMAND_SCRIPT, lane->command, lane->waiting.items[0]};
    return lane_spawn(lane, arguments, COUNT_OF(arguments), (Str){0}, err);
}

/// The last line that the process wrote.
static bool problem_read(Lane *lane, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error ignored = {0};
    Str rest = STR("failed");
    Str line = {0};
    if (disk_read(lane->store->disk, lane->log, LANE_LOG_BYTES_MAX, &text, &ignored) && text.size > 0)
        rest = bytes_str(&text);
    Str last = rest;
    while (str_split(&rest, '\n', &line))
        if (str_trim(line).size > 0) last = line;
    return arena_copy(&lane->arena, str_slice(str_trim(last), 0, LANE_PROBLEM_BYTES_MAX), &lane->problem, err);
}

/// Takes the texts that the process had out of the lane.
static void sent_remove(Lane *lane)
{
    Error ignored = {0};
    for (size_t i = 0; i < lane->sent; i++) {
        bool removed = disk_remove_file(lane->store->disk, lane->waiting.items[i], &ignored);
        UNUSED(removed);
    }
    for (size_t i = lane->sent; i < lane->waiting.count; i++)
        lane->waiting.items[i - lane->sent] = lane->waiting.items[i];
    lane->waiting.count -= lane->sent;
    lane->sent = 0;
}

/// A destination that cannot be started is a problem of the lane's.
static bool lane_start(Lane *lane, Error *err)
{
    Error problem = {0};
    if (lane->process.pid != 0 || lane->waiting.count == 0) return true;
    lane->sent = lane->url.size > 0 && lane->waiting.count < LANE_BATCH_MAX ? lane->waiting.count : 1;
    if (lane->url.size > 0 && lane->waiting.count >= LANE_BATCH_MAX) lane->sent = LANE_BATCH_MAX;
    bool started = lane->url.size > 0 ? requests_start(lane, lane->sent, &problem) : command_start(lane, &problem);
    if (started) return true;
    lane->failed += lane->sent;
    sent_remove(lane);
    return arena_copy(&lane->arena, str_from(problem.text), &lane->problem, err);
}

static bool lane_take(Lane *lane, Error *err)
{
    ProcessExit status = {0};
    TRY(process_reap(&lane->process, &status, err));
    process_deinit(&lane->process);
    lane->process = (Process){0};
    if (process_exit_ok(status)) {
        lane->delivered += lane->sent;
    } else {
        lane->failed += lane->sent;
        TRY(problem_read(lane, err));
    }
    sent_remove(lane);
    return true;
}

static bool lane_wait(Lane *lane, int64_t timeout_ms, bool *out_ended, Error *err)
{
    size_t index = 1;
    if (lane->process.pid != 0) TRY(process_wait_any(&lane->process, 1, NULL, timeout_ms, &index, err));
    *out_ended = index == 0;
    return true;
}

bool lane_push(Lane *lane, Str text, Error *err)
{
    UniqueName name;
    Str path = {0};
    TRY(unique_name_draw(&name, err));
    TRY(path_join(&lane->arena, lane->outbox, str_from(name.text), &path, err));
    TRY(disk_make_directories_unsynced(lane->store->disk, lane->outbox, err));
    TRY(disk_write_atomic(lane->store->disk, path, text, err));
    TRY(ARRAY_PUSH(&lane->waiting, path, err));
    return lane_pump(lane, err);
}

bool lane_pump(Lane *lane, Error *err)
{
    bool ended = false;
    TRY(lane_wait(lane, 0, &ended, err));
    if (ended) TRY(lane_take(lane, err));
    return lane_start(lane, err);
}

/// Nobody waits any longer.
static bool lane_give_up(Lane *lane, Error *err)
{
    if (lane->process.pid != 0) {
        TRY(process_signal(&lane->process, SIGKILL, err));
        TRY(process_reap(&lane->process, &(ProcessExit){0}, err));
        process_deinit(&lane->process);
        lane->process = (Process){0};
    }
    lane->failed += lane->waiting.count;
    lane->sent = lane->waiting.count;
    lane->problem = STR("took too long");
    sent_remove(lane);
    return true;
}

bool lane_drain(Lane *lane, uint64_t until_ns, Error *err)
{
    TRY(lane_pump(lane, err));
    while (lane->process.pid != 0) {
        uint64_t now = clock_monotonic_ns(lane->store->clock);
        bool ended = false;
        if (now >= until_ns) return lane_give_up(lane, err);
        TRY(lane_wait(lane, (int64_t)((until_ns - now) / 1000000) + 1, &ended, err));
        if (ended) TRY(lane_take(lane, err));
        TRY(lane_start(lane, err));
    }
    return true;
}
