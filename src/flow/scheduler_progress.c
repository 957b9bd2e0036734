#include "flow/scheduler_internal.h"
#include "sys/disk_file.h"
#include "text/json.h"

enum { PROGRESS_BYTES_MAX = 1 << 16 };

/// What was appended since the last look, at most the last PROGRESS_BYTES_MAX bytes of it.
static bool progress_read(Scheduler *scheduler, Slot *slot, Str path, Bytes *out, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    DiskStat stat = {0};
    Error ignored = {0};
    size_t count = 0;
    if (!disk_stat(scheduler->store->disk, path, &stat, &ignored) || stat.size <= slot->progress_offset) return true;
    if (!disk_file_open(scheduler->store->disk, path, DISK_READ, &file, &ignored)) return true;
    TRY(bytes_reserve(out, PROGRESS_BYTES_MAX, err));
    if (stat.size - slot->progress_offset > PROGRESS_BYTES_MAX) slot->progress_offset = stat.size - PROGRESS_BYTES_MAX;
    file.offset = slot->progress_offset;
    if (disk_file_read(&file, out->data, PROGRESS_BYTES_MAX, &count, &ignored)) out->size = count;
    return true;
}

/// The last line that has its end; moves the offset past it.
static Str last_line(Slot *slot, Str text)
{
    size_t end = text.size;
    while (end > 0 && text.data[end - 1] != '\n') end--;
    if (end == 0) return (Str){0};
    slot->progress_offset += end;
    size_t begin = end - 1;
    while (begin > 0 && text.data[begin - 1] != '\n') begin--;
    return str_slice(text, begin, end - 1);
}

static bool progress_decode(Str line, Arena *arena, FlowEvent *event, Error *err)
{
    Document document = {0};
    TRY(json_parse(STR("progress"), line, arena, &document, err));
    TRY(node_get_double(document.root, STR("done"), &event->done, err));
    TRY(node_get_double(document.root, STR("total"), &event->total, err));
    TRY(node_get_int(document.root, STR("left_us"), INT64_MIN, INT64_MAX, &event->left_us, err));
    return node_get_str(document.root, STR("text"), &event->text, err);
}

/// What the step last said; without news only its time goes on.
static bool progress_tell(Scheduler *scheduler, Str line, FlowEvent event, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    FlowEvent news = event;
    Error ignored = {0};
    // A line that cannot be understood is a user's step's own; it is no reason to stop.
    if (line.size > 0 && progress_decode(line, &arena, &news, &ignored)) return scheduler_tell(scheduler, news, err);
    event.tick = true;
    return scheduler_tell(scheduler, event, err);
}

static bool slot_progress(Scheduler *scheduler, Slot *slot, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str directory = {0};
    Str path = {0};
    const StepRun *step = &scheduler->steps[slot->position];
    uint64_t elapsed_ns = clock_monotonic_ns(scheduler->store->clock) - step->started_ns;
    FlowEvent event = {.step = scheduler->steps[slot->position].definition,
                       .state = STEP_RUNNING,
                       .attempt = step->attempt,
                       .elapsed_us = (int64_t)(elapsed_ns / 1000),
                       .left_us = -1};
    TRY(scheduler_directory(scheduler, slot->position, &arena, &directory, err));
    TRY(attempt_path(directory, "progress", &arena, &path, err));
    TRY(progress_read(scheduler, slot, path, &text, err));
    return progress_tell(scheduler, last_line(slot, bytes_str(&text)), event, err);
}

bool scheduler_progress(Scheduler *scheduler, Error *err)
{
    for (size_t i = 0; i < scheduler->slot_count; i++) TRY(slot_progress(scheduler, &scheduler->slots[i], err));
    return true;
}
