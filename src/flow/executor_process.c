/// A process of this machine, as it is: it sees what its user sees. Ended with all that it started by the supervisor, whose
/// descendants all of it stays.
#include "flow/executor_internal.h"

static bool process_launch(const ExecutorTask *task, ExecutorLaunch *out, Error *err)
{
    *out = (ExecutorLaunch){.arguments = task->command->arguments, .argument_count = task->command->argument_count};
    return executor_environment(task, true, out, err);
}

const Executor executor_process = {.name = STR_INIT("process"), .launch = process_launch};
