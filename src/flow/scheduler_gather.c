/// What the instances of a step made, as what the step made.
#include "flow/lookup_internal.h"
#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"
#include "text/json_writer.h"

static const StepRun *instance(const Scheduler *scheduler, const StepRun *step, size_t i)
{
    return &scheduler->steps[step->first + i];
}

/// The worst end of an instance, and the first that came to it; STEP_DONE: all that there are did get done.
static StepState worst_end(const Scheduler *scheduler, const StepRun *step, size_t *out_count, size_t *out_first)
{
    static const StepState BY_WEIGHT[] = {STEP_FAILED, STEP_PREEMPTED, STEP_REFUSED, STEP_CANCELLED, STEP_SKIPPED};
    for (size_t k = 0; k < COUNT_OF(BY_WEIGHT); k++) {
        *out_count = 0;
        for (size_t i = step->count; i-- > 0;) {
            if (instance(scheduler, step, i)->state != BY_WEIGHT[k]) continue;
            *out_first = i;
            ++*out_count;
        }
        if (*out_count > 0) return BY_WEIGHT[k];
    }
    return STEP_DONE;
}

static bool values_list(Scheduler *scheduler, const StepRun *step, Str name, Str *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < step->count; i++) {
        const StepRun *from = instance(scheduler, step, i);
        Str value = {0};
        if (step_state_is_done(from->state))
            TRY(lookup_value(&scheduler->journal, from->result, name, &arena, &value, err));
        TRY(value.size == 0 ? json_null(&json, err) : json_raw(&json, value, err));
    }
    TRY(json_array_end(&json, err));
    return arena_copy(&scheduler->arena, bytes_str(&text), out, err);
}

/// The logical digests of one output, a null for an instance that was omitted.
static bool logicals_list(const Scheduler *scheduler, const StepRun *step, Str name, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < step->count; i++) {
        const StepRun *from = instance(scheduler, step, i);
        const StepArtifact *output = lookup_output(from->outputs, from->output_count, name);
        if (output == NULL || !step_state_is_done(from->state)) {
            TRY(json_null(&json, err));
        } else {
            TRY(json_str(&json, str_from(digest_hex(&output->logical).text), err));
        }
    }
    TRY(json_array_end(&json, err));
    return arena_copy(arena, bytes_str(&text), out, err);
}

/// Fills outputs (their logical digests) and values, and the key that is made of them.
static bool gather_look(Scheduler *scheduler, size_t position, NewResult *made, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    StepRun *step = &scheduler->steps[position];
    const FlowStep *definition = step->definition;
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    StepArtifact *outputs =
        arena_alloc_array(&scheduler->arena, definition->output_count + 1, sizeof(StepArtifact), err);
    StepValue *values = arena_alloc_array(&scheduler->arena, definition->output_count + 1, sizeof(StepValue), err);
    TRY(outputs != NULL && values != NULL && json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("kind"), STR("gather"), err));
    for (size_t i = 0; i < definition->output_count; i++) {
        const FlowOutput *output = &definition->outputs[i];
        bool is_value = flow_type_is_value(output->type);
        Str list = {0};
        TRY(is_value ? values_list(scheduler, step, output->name, &list, err)
                     : logicals_list(scheduler, step, output->name, &scheduler->arena, &list, err));
        if (is_value) values[made->value_count++] = (StepValue){output->name, list};
        if (!is_value) outputs[made->output_count] = (StepArtifact){.name = output->name, .path = output->file};
        if (!is_value) TRY(digest_of(list, &outputs[made->output_count++].logical, err));
        TRY(json_key(&json, output->name, err) && json_raw(&json, list, err));
    }
    TRY(json_object_end(&json, err));
    made->outputs = outputs;
    made->values = values;
    TRY(digest_of(bytes_str(&text), &step->key.digest, err));
    return arena_copy(&scheduler->arena, bytes_str(&text), &step->key.document, err);
}

/// ".csv" of "clean.csv".
static Str ending(Str file)
{
    size_t dot = str_find(file, '.');
    return str_slice(file, dot, file.size);
}

static bool entry_copy(Scheduler *scheduler, const StepArtifact *from, Str folder, Str file, size_t index, Arena *arena,
                       Error *err)
{
    const Disk *disk = scheduler->store->disk;
    DiskStat stat = {0};
    Str source = {0};
    Str target = {0};
    TRY(object_path(scheduler->store, &from->digest, arena, &source, err));
    TRY(arena_format(arena, &target, err, "%.*s/%05zu%.*s", STR_ARG(folder), index, STR_ARG(ending(file))));
    TRY(disk_stat(disk, source, &stat, err));
    return stat.is_directory ? disk_copy_tree(disk, source, target, err) : disk_copy_file(disk, source, target, err);
}

/// The folder of one output, made in a place of the step's own and moved into the objects.
static bool folder_make(Scheduler *scheduler, const StepRun *step, StepArtifact *output, Str directory, Arena *arena,
                        Error *err)
{
    Str folder = {0};
    TRY(path_join(arena, directory, output->name, &folder, err));
    TRY(disk_make_directories_unsynced(scheduler->store->disk, folder, err));
    for (size_t i = 0; i < step->count; i++) {
        const StepRun *from = instance(scheduler, step, i);
        const StepArtifact *made = lookup_output(from->outputs, from->output_count, output->name);
        if (made == NULL || !step_state_is_done(from->state)) continue;
        TRY(entry_copy(scheduler, made, folder, output->path, i, arena, err));
    }
    TRY(object_stage(scheduler->store, folder, &output->digest, err));
    return object_place(scheduler->store, folder, &output->digest, err);
}

static bool folders_make(Scheduler *scheduler, size_t position, const NewResult *made, StepArtifact *outputs,
                         Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const StepRun *step = &scheduler->steps[position];
    Str directory = {0};
    if (made->output_count == 0) return true;
    TRY(attempt_directory(scheduler->store, scheduler->journal.run, step->definition->name, step->attempt + 1, &arena,
                          &directory, err));
    TRY(disk_remove_tree(scheduler->store->disk, directory, err));
    for (size_t i = 0; i < made->output_count; i++)
        TRY(folder_make(scheduler, step, &outputs[i], directory, &arena, err));
    return true;
}

/// Begun and done in one transaction: nobody ever sees it run.
static bool gather_record(Scheduler *scheduler, size_t position, NewResult *made, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    FlowStep definition = *step->definition;
    definition.input_count = 0;
    TRY(scheduler_batch(scheduler, err));
    TRY(scheduler_change(scheduler, position, STEP_RUNNING, STR("gathers its instances"), err));
    made->step = &definition;
    made->flow = scheduler->flow->name;
    made->attempt = step->attempt;
    made->key = &step->key;
    made->cached = !definition.uncached;
    for (size_t i = 0; i < made->output_count; i++) TRY(object_record(scheduler->store, &made->outputs[i].digest, err));
    TRY(journal_add_result(&scheduler->journal, made, &step->result, err));
    FAILPOINT("flow.gathered");
    return scheduler_change(scheduler, position, STEP_DONE, (Str){0}, err);
}

/// From this run before, or from the cache.
static bool gather_find(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    bool kept = step_state_is_done(step->state) && digest_equal(&step->recorded_key, &step->key.digest);
    int64_t result = step->result;
    bool intact = false;
    TRY(scheduler_batch(scheduler, err));
    if (!kept || result == 0) TRY(journal_find_cached(&scheduler->journal, &step->key.digest, &result, err));
    if (result != 0)
        TRY(lookup_outputs(&scheduler->journal, result, &scheduler->arena, &step->outputs, &step->output_count, &intact,
                           err));
    *out = intact && !step->definition->uncached;
    if (!*out && step->state == STEP_WAITING) return true;
    if (!*out) return scheduler_change(scheduler, position, STEP_WAITING, (Str){0}, err);
    step->result = result;
    if (step->state != STEP_WAITING) TRY(scheduler_change(scheduler, position, STEP_WAITING, (Str){0}, err));
    step->result = result;
    return scheduler_change(scheduler, position, STEP_CACHED, (Str){0}, err);
}

static bool gather_make(Scheduler *scheduler, size_t position, Error *err)
{
    NewResult made = {0};
    bool found = false;
    TRY(gather_look(scheduler, position, &made, err));
    TRY(gather_find(scheduler, position, &found, err));
    if (!found) {
        StepArtifact *outputs = arena_alloc_array(&scheduler->arena, made.output_count + 1, sizeof(StepArtifact), err);
        TRY(outputs != NULL);
        for (size_t i = 0; i < made.output_count; i++) outputs[i] = made.outputs[i];
        TRY(scheduler_flush(scheduler, err));
        TRY(folders_make(scheduler, position, &made, outputs, err));
        made.outputs = outputs;
        scheduler->steps[position].outputs = outputs;
        scheduler->steps[position].output_count = made.output_count;
        TRY(gather_record(scheduler, position, &made, err));
    }
    return scheduler_done(scheduler, position, scheduler->steps[position].result, err);
}

bool scheduler_gather(Scheduler *scheduler, size_t position, Error *err)
{
    const StepRun *step = &scheduler->steps[position];
    size_t count = 0;
    size_t first = 0;
    size_t omitted = 0;
    Str text = {0};
    StepState worst = worst_end(scheduler, step, &count, &first);
    for (size_t i = 0; i < step->count; i++) omitted += instance(scheduler, step, i)->state == STEP_OMITTED;
    if (omitted > 0 && omitted == step->count)
        return scheduler_omit(scheduler, position, STR("all its instances are omitted"), err);
    if (worst == STEP_DONE) return gather_make(scheduler, position, err);
    const StepRun *bad = instance(scheduler, step, first);
    TRY(arena_format(&scheduler->arena, &text, err, "%zu of %u instances %s, the first is '%.*s': %.*s", count,
                     step->count, step_state_name(worst), STR_ARG(bad->definition->name), STR_ARG(bad->message)));
    return scheduler_undone(scheduler, position, worst, text, err);
}
