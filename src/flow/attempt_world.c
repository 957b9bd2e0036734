#include "flow/attempt_internal.h"

static bool machine_spawn(void *context, const FlowOptions *options, Str directory, Process *out, bool *out_is_child,
                          Error *err)
{
    UNUSED(context);
    *out_is_child = options->nursery == NULL;
    return attempt_spawn(options, directory, out, err);
}

static bool machine_wait(void *context, const Process *processes, size_t count, Interrupt *interrupt,
                         int64_t timeout_ms, size_t *out_index, Error *err)
{
    UNUSED(context);
    return process_wait_any(processes, count, interrupt, timeout_ms, out_index, err);
}

static bool machine_signal(void *context, const Process *process, int signal, Error *err)
{
    UNUSED(context);
    return process_signal(process, signal, err);
}

static bool machine_find(void *context, const Store *store, Str directory, AttemptFate *out_fate, Process *out_process,
                         Error *err)
{
    UNUSED(context);
    return attempt_find(store, directory, out_fate, out_process, err);
}

static bool machine_end_orphans(void *context, const Store *store, Str directory, Error *err)
{
    UNUSED(context);
    return attempt_end_orphans(store, directory, err);
}

static const AttemptWorld MACHINE = {
    .spawn = machine_spawn,
    .wait = machine_wait,
    .signal = machine_signal,
    .find = machine_find,
    .end_orphans = machine_end_orphans,
};

const AttemptWorld *attempt_world(const FlowOptions *options)
{
    return options->world != NULL ? options->world : &MACHINE;
}
