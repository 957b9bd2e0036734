#include "cli/commands.h"

#include "stage/stage.h"
#include "sys/environment.h"

static bool run_step(Invocation *invocation, Error *err)
{
    Str request = environment_get("PAWL_STEP");
    StageContext context = {
        .disk = invocation->disk,
        .clock = invocation->clock,
        .interrupt = invocation->interrupt,
        .directory = option_text(invocation, "directory"),
        .store = option_text(invocation, "store"),
    };
    if (request.size == 0) return error_set(err, ERROR_USAGE, "PAWL_STEP is not set: this command is started by a run");
    TRY(path_join(&invocation->arena, path_directory(request), STR("progress"), &context.progress_path, err));
    invocation->exit_code = stage_main(&context, request);
    return true;
}

static bool run_supervise(Invocation *invocation, Error *err)
{
    UNUSED(err);
    invocation->exit_code = flow_supervise(invocation->words[0]);
    return true;
}

static const Option options[] = {
    {"directory", "PATH", "where the pipeline file is"},
    {NULL, NULL, NULL},
};

const Command command_step = {
    .name = "step",
    .words = "",
    .summary = "be one of pawl's own steps",
    .options = options,
    .run = run_step,
    .hidden = true,
    .interrupts = true,
};

const Command command_supervise = {
    .name = "supervise",
    .words = "ATTEMPT",
    .summary = "supervise an attempt",
    .word_min = 1,
    .word_max = 1,
    .run = run_supervise,
    .hidden = true,
};
