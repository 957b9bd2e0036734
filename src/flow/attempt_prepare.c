#include "flow/attempt_internal.h"
#include "sys/disk_file.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"

/// Not synced: an attempt whose files a crash of the machine took is lost, and the next one writes its own.
static bool file_write(const Disk *disk, Str directory, const char *name, Str text, Arena *arena, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    Str path = {0};
    TRY(attempt_path(directory, name, arena, &path, err));
    TRY(disk_file_open(disk, path, DISK_REPLACE, &file, err));
    TRY(disk_file_write(&file, text, err));
    return disk_file_close(&file, err);
}

static bool outputs_name(const AttemptPlan *plan, Str directory, StepRequest *request, Error *err)
{
    Str out = {0};
    Arena *arena = &request->arena;
    TRY(attempt_path(directory, "out", arena, &out, err));
    request->outputs = arena_alloc_array(arena, plan->step->output_count + 1, sizeof(StepArtifact), err);
    if (request->outputs == NULL) return false;
    for (size_t i = 0; i < plan->step->output_count; i++) {
        const FlowOutput *output = &plan->step->outputs[i];
        StepArtifact *named = &request->outputs[request->output_count];
        if (flow_type_is_value(output->type)) continue;
        named->name = output->name;
        TRY(path_join(arena, out, output->name, &named->path, err));
        request->output_count++;
    }
    return true;
}

static bool inputs_name(const AttemptPlan *plan, StepRequest *request, Error *err)
{
    request->inputs = arena_alloc_array(&request->arena, plan->step->input_count + 1, sizeof(StepArtifact), err);
    if (request->inputs == NULL) return false;
    for (size_t i = 0; i < plan->step->input_count; i++) {
        request->inputs[i] = plan->inputs[i];
        if (plan->inputs[i].value.size > 0) continue;
        TRY(object_path(plan->store, &plan->inputs[i].digest, &request->arena, &request->inputs[i].path, err));
    }
    request->input_count = plan->step->input_count;
    return true;
}

/// As many as it has cores, when it asked for some.
static uint32_t step_threads(const AttemptPlan *plan)
{
    uint32_t milli = plan->step->place.cpu_milli;
    return milli == 0 ? plan->options->threads : (milli + 999) / 1000;
}

/// The less of what the run gives each step and what this one asked for.
static uint64_t step_memory(const AttemptPlan *plan)
{
    uint64_t of_run = plan->options->memory_bytes;
    uint64_t of_step = plan->step->place.memory_bytes;
    return of_step != 0 && (of_run == 0 || of_step < of_run) ? of_step : of_run;
}

static bool request_fill(const AttemptPlan *plan, Str directory, StepRequest *request, Error *err)
{
    request->step = plan->step->name;
    request->kind = plan->step->kind;
    request->attempt = plan->attempt;
    request->seed = plan->step->seed;
    request->as_of_us = plan->as_of_us;
    request->threads = step_threads(plan);
    request->memory_bytes = step_memory(plan);
    TRY(arena_format(&request->arena, &request->run, err, "%lld", (long long)plan->run));
    TRY(attempt_checkpoint(plan->store, &plan->key, &request->arena, &request->checkpoint, err));
    TRY(inputs_name(plan, request, err));
    return outputs_name(plan, directory, request, err);
}

static bool directories_make(const Disk *disk, Str directory, const StepRequest *request, Arena *arena, Error *err)
{
    Str out = {0};
    TRY(attempt_path(directory, "out", arena, &out, err));
    TRY(disk_remove_tree(disk, directory, err));
    TRY(disk_make_directories_unsynced(disk, out, err));
    return disk_make_directories_unsynced(disk, request->checkpoint, err);
}

static bool files_write(const AttemptPlan *plan, Str directory, const StepRequest *request, Arena *arena, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes command = {0};
    TRY(step_request_encode(request, plan->params, &text, err));
    TRY(file_write(plan->store->disk, directory, "step.json", bytes_str(&text), arena, err));
    TRY(attempt_command_encode(plan, directory, request, &command, err));
    return file_write(plan->store->disk, directory, "command.json", bytes_str(&command), arena, err);
}

bool attempt_prepare(const AttemptPlan *plan, Str directory, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(step_request_deinit) StepRequest request = {0};
    TRY(request_fill(plan, directory, &request, err));
    TRY(directories_make(plan->store->disk, directory, &request, &arena, err));
    TRY(files_write(plan, directory, &request, &arena, err));
    FAILPOINT("flow.attempt_prepared");
    return true;
}
