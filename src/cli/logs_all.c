#include "cli/logs_all.h"

#include "base/array.h"
#include "base/map.h"
#include "sys/disk_file.h"

enum { LOGS_POLL_US = 200000, LOGS_PIECE_BYTES = 1 << 16 };

/// How far an attempt's log was printed.
typedef struct LogPlace {
    uint64_t offset;
    Bytes rest; ///< a line without its end yet
} LogPlace;

typedef struct Logs {
    Invocation *invocation;
    Map names; ///< of log files, to places
    ARRAY_OF(LogPlace) places;
    size_t width; ///< of the longest name so far
} Logs;

static void logs_deinit(Logs *logs)
{
    for (size_t i = 0; i < logs->places.count; i++) bytes_deinit(&logs->places.items[i].rest);
    memory_free(logs->places.items);
    map_deinit(&logs->names);
}

static bool line_print(Logs *logs, Str step, Str line, Error *err)
{
    int width = logs->width > step.size ? (int)(logs->width - step.size) : 0;
    bool printed = fprintf(logs->invocation->out, "%.*s%*s | %.*s\n", STR_ARG(step), width, "", STR_ARG(line)) >= 0;
    return printed || error_set(err, ERROR_STORAGE, "writing the output failed");
}

/// Whole lines; at the end of a step also what has no end.
static bool lines_print(Logs *logs, LogPlace *place, Str step, bool ended, Error *err)
{
    Str text = bytes_str(&place->rest);
    size_t begin = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '\n') continue;
        TRY(line_print(logs, step, str_slice(text, begin, i), err));
        begin = i + 1;
    }
    if (ended && begin < text.size) TRY(line_print(logs, step, str_slice(text, begin, text.size), err));
    AUTO(bytes_deinit) Bytes rest = {0};
    if (!ended) TRY(bytes_append_str(&rest, str_slice(text, begin, text.size), err));
    bytes_deinit(&place->rest);
    place->rest = bytes_take(&rest);
    return true;
}

static bool place_find(Logs *logs, Str path, size_t *out, Error *err)
{
    uint64_t place = 0;
    Str kept = {0};
    LogPlace fresh = {0};
    if (map_get(&logs->names, path, &place)) {
        *out = place;
        return true;
    }
    TRY(arena_copy(&logs->invocation->arena, path, &kept, err));
    TRY(map_put(&logs->names, kept, logs->places.count, err));
    *out = logs->places.count;
    return ARRAY_PUSH(&logs->places, fresh, err);
}

static bool log_print(Logs *logs, const StepRecord *step, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    size_t place = 0;
    size_t count = 1;
    if (step->log_path.size == 0 || !disk_exists(logs->invocation->disk, step->log_path)) return true;
    if (step->step.size > logs->width) logs->width = step->step.size;
    TRY(place_find(logs, step->log_path, &place, err));
    LogPlace *at = &logs->places.items[place];
    TRY(disk_file_open(logs->invocation->disk, step->log_path, DISK_READ, &file, err));
    file.offset = at->offset;
    while (count > 0) {
        TRY(bytes_reserve(&at->rest, LOGS_PIECE_BYTES, err));
        TRY(disk_file_read(&file, at->rest.data + at->rest.size, LOGS_PIECE_BYTES, &count, err));
        at->rest.size += count;
        at->offset += count;
        TRY(lines_print(logs, at, step->step, count == 0 && step->state != STEP_RUNNING, err));
    }
    return true;
}

static bool round_print(Logs *logs, Store *store, Str run, bool *out_goes_on, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord record = {0};
    TRY(flow_run_find(store, run, &arena, &record, err));
    *out_goes_on = record.state == STEP_RUNNING;
    for (size_t i = 0; i < record.step_count; i++) TRY(log_print(logs, &record.steps[i], err));
    (void)fflush(logs->invocation->out);
    return true;
}

bool logs_all(Invocation *invocation, Store *store, Str run, bool follow, Error *err)
{
    AUTO(logs_deinit) Logs logs = {.invocation = invocation};
    RunRecord record = {0};
    bool goes_on = true;
    TRY(flow_run_find(store, run, &invocation->arena, &record, err));
    for (size_t i = 0; i < record.step_count; i++)
        if (record.steps[i].step.size > logs.width) logs.width = record.steps[i].step.size;
    while (goes_on && !interrupt_raised(invocation->interrupt)) {
        TRY(round_print(&logs, store, record.run, &goes_on, err));
        if (!follow) return true;
        if (goes_on) clock_sleep_us(invocation->clock, LOGS_POLL_US);
    }
    return true;
}
