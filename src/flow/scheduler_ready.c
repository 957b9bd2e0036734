#include "flow/lookup_internal.h"
#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"

/// The committed outputs that become this step's inputs.
static bool inputs_gather(Scheduler *scheduler, size_t position, Error *err)
{
    const FlowStep *step = scheduler->steps[position].definition;
    StepArtifact *inputs = arena_alloc_array(&scheduler->arena, step->input_count + 1, sizeof(StepArtifact), err);
    if (inputs == NULL) return false;
    for (size_t i = 0; i < step->input_count; i++) {
        const FlowInput *input = &step->inputs[i];
        const StepRun *upstream = &scheduler->steps[graph_position(&scheduler->graph, input->step)];
        TRY(lookup_input(&scheduler->journal, input, upstream->result, upstream->outputs, upstream->output_count,
                         &scheduler->arena, &inputs[i], err));
    }
    scheduler->steps[position].inputs = inputs;
    return true;
}

static bool values_add(Scheduler *scheduler, size_t position, Error *err)
{
    StepValue *values = NULL;
    size_t count = 0;
    Str step = scheduler->steps[position].definition->name;
    if (scheduler->options->resolve == NULL) return true;
    TRY(journal_read_values(&scheduler->journal, scheduler->steps[position].result, &scheduler->arena, &values, &count,
                            err));
    for (size_t i = 0; i < count; i++) {
        StepValue value = {.json = values[i].json};
        TRY(arena_format(&scheduler->arena, &value.name, err, "%.*s.%.*s", STR_ARG(step), STR_ARG(values[i].name)));
        TRY(ARRAY_PUSH(&scheduler->values, value, err));
    }
    return true;
}

bool scheduler_done(Scheduler *scheduler, size_t position, int64_t result, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    step->result = result;
    if (step->outputs == NULL) {
        TRY(journal_read_outputs(&scheduler->journal, result, &scheduler->arena, &step->outputs, &step->output_count,
                                 err));
    }
    TRY(values_add(scheduler, position, err));
    return scheduler_spread(scheduler, position, err);
}

/// Done in an earlier life of this run, with the same key and outputs that are still there: not done again.
static bool step_is_kept(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    *out = step_state_is_done(step->state) && step->result != 0 && digest_equal(&step->recorded_key, &step->key.digest);
    if (!*out) return true;
    return lookup_outputs(&scheduler->journal, step->result, &scheduler->arena, &step->outputs, &step->output_count,
                          out, err);
}

static bool step_keep(Scheduler *scheduler, size_t position, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    FlowEvent event = {
        .step = scheduler->steps[position].definition, .state = step->state, .attempt = step->attempt, .left_us = -1};
    step->settled = true;
    scheduler->counts[step->state]++;
    TRY(scheduler_tell(scheduler, event, err));
    return scheduler_done(scheduler, position, step->result, err);
}

/// A hit is looked up in the transaction that takes it: no gc can forget it in between. That is a second look once in a burst.
static bool cache_look_up(Scheduler *scheduler, const FlowStep *definition, Lookup *lookup, Error *err)
{
    const Database *database = scheduler->store->database;
    bool held = transaction_is_open(database) && !transaction_is_unsynced(database);
    TRY(lookup_cache(&scheduler->journal, scheduler->flow, definition, &scheduler->arena, lookup, err));
    if (held || lookup->result == 0) return true;
    TRY(scheduler_batch(scheduler, err));
    return lookup_cache(&scheduler->journal, scheduler->flow, definition, &scheduler->arena, lookup, err);
}

/// Takes it from the cache or makes it runnable.
static bool step_look_up(Scheduler *scheduler, size_t position, Lookup *lookup, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    const FlowStep *definition = scheduler->steps[position].definition;
    TRY(cache_look_up(scheduler, definition, lookup, err));
    step->result = lookup->result;
    step->outputs = lookup->result == 0 ? NULL : lookup->outputs;
    step->output_count = lookup->result == 0 ? 0 : lookup->output_count;
    step->reason = lookup->reason;
    if (lookup->result == 0) return scheduler_queue(scheduler, position, err);
    TRY(scheduler_change(scheduler, position, STEP_CACHED, (Str){0}, err));
    return scheduler_done(scheduler, position, lookup->result, err);
}

bool scheduler_ready(Scheduler *scheduler, size_t position, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    Lookup lookup = {.resolved = step->resolved};
    bool kept = false;
    bool runs = true;
    bool repeated = step->definition->foreach != NULL && step->owner == 0;
    if (step->settled) return true;
    if (repeated)
        return step->expanded ? scheduler_gather(scheduler, position, err) : scheduler_expand(scheduler, position, err);
    if (step->definition->when.size > 0 || step_is_handler(step->definition))
        TRY(scheduler_decide(scheduler, position, &runs, err));
    if (!runs) return true;
    TRY(inputs_gather(scheduler, position, err));
    TRY(lookup_key(scheduler->steps[position].definition, scheduler->options, step->inputs, scheduler->values.items,
                   scheduler->values.count, &scheduler->arena, &lookup, err));
    step->params = lookup.params;
    step->resolved = lookup.resolved;
    step->key = lookup.key;
    if (step->handled_params.size > 0)
        TRY(step_key_make(step->definition, step->handled_params, step->inputs, &scheduler->arena, &step->key, err));
    TRY(step_is_kept(scheduler, position, &kept, err));
    if (kept) return step_keep(scheduler, position, err);
    if (step->state == STEP_RUNNING && digest_equal(&step->recorded_key, &step->key.digest)) {
        return scheduler_attach(scheduler, position, err);
    }
    if (step->state == STEP_RUNNING) TRY(scheduler_abandon(scheduler, position, err));
    if (step->state != STEP_WAITING) {
        step->result = 0;
        TRY(scheduler_change(scheduler, position, STEP_WAITING, (Str){0}, err));
    }
    return step_look_up(scheduler, position, &lookup, err);
}
