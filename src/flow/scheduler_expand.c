/// One instance of a step for each item of a list that is known only now.
#include <string.h>

#include "flow/lookup_internal.h"
#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"
#include "text/json.h"
#include "text/json_writer.h"

static bool list_read(Scheduler *scheduler, const FlowForeach *foreach, Arena *arena, const Node **out, Error *err)
{
    Str json = foreach->values;
    Document document = {0};
    if (foreach->step.size > 0) {
        const StepRun *upstream = &scheduler->steps[graph_position(&scheduler->graph, foreach->step)];
        TRY(lookup_value(&scheduler->journal, upstream->result, foreach->value, arena, &json, err));
        if (json.size == 0)
            return error_set(err, ERROR_DATA, "step '%.*s' gave no value '%.*s'", STR_ARG(foreach->step),
                             STR_ARG(foreach->value));
    }
    TRY(json_parse(STR("list"), json, arena, &document, err));
    *out = document.root;
    if ((*out)->kind != NODE_LIST)
        return error_set(err, ERROR_DATA, "it goes through a list, and this is %s", node_kind_name((*out)->kind));
    if (node_count(*out) <= FLOW_INSTANCES_MAX) return true;
    return error_set(err, ERROR_DATA, "%zu items: at most %d", node_count(*out), (int)FLOW_INSTANCES_MAX);
}

/// The step's params and the item, which hides one of the same name.
static bool item_params(Str params, Str name, const Node *item, Arena *arena, Str *out, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Document document = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    bool written = false;
    TRY(json_parse(STR("params"), params.size == 0 ? STR("{}") : params, &scratch, &document, err));
    TRY(json_object_begin(&json, err));
    for (size_t i = 0; i <= node_count(document.root); i++) {
        bool last = i == node_count(document.root);
        Str key = last ? (Str){0} : node_key(document.root, i);
        if (!written && (last || str_compare(name, key) <= 0)) {
            TRY(json_field_node(&json, name, item, err));
            written = true;
        }
        if (!last && !str_equal(key, name)) TRY(json_field_node(&json, key, node_at(document.root, i), err));
    }
    TRY(json_object_end(&json, err));
    return arena_copy(arena, bytes_str(&text), out, err);
}

static bool instance_define(Scheduler *scheduler, const FlowStep *step, const Node *item, size_t index,
                            const FlowStep **out, Error *err)
{
    FlowStep *made = arena_alloc(&scheduler->arena, sizeof(FlowStep), err);
    TRY(made != NULL);
    *made = *step;
    TRY(arena_format(&scheduler->arena, &made->name, err, "%.*s[%zu]", STR_ARG(step->name), index));
    *out = made;
    return item_params(step->params, step->foreach->item, item, &scheduler->arena, &made->params, err);
}

/// More steps than there were when the run began; what points to one looks it up anew.
static bool steps_reserve(Scheduler *scheduler, size_t count, Error *err)
{
    size_t room = scheduler->step_room;
    if (scheduler->step_count + count > FLOW_STEPS_MAX)
        return error_set(err, ERROR_DATA, "more than %d steps in one run", (int)FLOW_STEPS_MAX);
    while (room < scheduler->step_count + count) room *= 2;
    if (room == scheduler->step_room) return true;
    StepRun *steps = arena_alloc_array(&scheduler->arena, room, sizeof(StepRun), err);
    TRY(steps != NULL);
    memcpy(steps, scheduler->steps, scheduler->step_count * sizeof(StepRun));
    scheduler->steps = steps;
    scheduler->step_room = room;
    return true;
}

/// The row that an earlier scheduler wrote for it, or a new one. `*from` is where the search goes on: rows stand in order.
static bool instance_claim(Scheduler *scheduler, StepRun *step, size_t *from, Error *err)
{
    for (size_t i = *from; i < scheduler->before.step_count; i++) {
        if (!str_equal(scheduler->before.steps[i].name, step->definition->name)) continue;
        scheduler->claimed[i] = true;
        step->row = i;
        *from = i + 1;
        step_restore(step, &scheduler->before.steps[i], scheduler->before.state != STEP_RUNNING);
        return true;
    }
    step->row = scheduler->row_next++;
    TRY(scheduler_batch_unsynced(scheduler, err));
    return journal_add_step(&scheduler->journal, step->row, step->definition->name, step->definition->kind, err);
}

static bool instance_add(Scheduler *scheduler, size_t owner, const Node *item, size_t index, size_t *from, Error *err)
{
    StepRun *step = &scheduler->steps[scheduler->step_count];
    *step = (StepRun){.owner = (uint32_t)owner + 1};
    memcpy(step->limits, scheduler->steps[owner].limits, sizeof(step->limits));
    TRY(instance_define(scheduler, scheduler->steps[owner].definition, item, index, &step->definition, err));
    TRY(instance_claim(scheduler, step, from, err));
    return queue_push(&scheduler->ready, scheduler->step_count++, err);
}

static bool instances_add(Scheduler *scheduler, size_t position, const Node *list, Error *err)
{
    size_t from = scheduler->flow->step_count;
    TRY(steps_reserve(scheduler, node_count(list), err));
    StepRun *step = &scheduler->steps[position];
    step->expanded = true;
    step->first = (uint32_t)scheduler->step_count;
    step->count = (uint32_t)node_count(list);
    step->waits = step->count;
    for (size_t i = 0; i < node_count(list); i++)
        TRY(instance_add(scheduler, position, node_at(list, i), i, &from, err));
    return step->count > 0 || scheduler_gather(scheduler, position, err);
}

/// A list that is none fails the step; what is wrong with the store ends the run.
bool scheduler_expand(Scheduler *scheduler, size_t position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Error problem = {0};
    Str text = {0};
    const Node *list = NULL;
    if (list_read(scheduler, scheduler->steps[position].definition->foreach, &arena, &list, &problem))
        return instances_add(scheduler, position, list, err);
    if (problem.kind != ERROR_DATA) return error_set(err, problem.kind, "%s", problem.text);
    TRY(arena_format(&scheduler->arena, &text, err, "foreach: %s", problem.text));
    return scheduler_undone(scheduler, position, STEP_FAILED, text, err);
}

static bool unclaimed_end(Scheduler *scheduler, size_t row, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str directory = {0};
    const StepRow *from = &scheduler->before.steps[row];
    if (from->state != STEP_RUNNING && from->state != STEP_WAITING) return true;
    TRY(attempt_directory(scheduler->store, scheduler->journal.run, from->name, from->attempt, &arena, &directory,
                          err));
    if (from->state == STEP_RUNNING)
        TRY(attempt_abandon(attempt_world(scheduler->options), scheduler->store, directory, err));
    StepChange change = {.position = row,
                         .from = from->state,
                         .from_attempt = from->attempt,
                         .to = STEP_CANCELLED,
                         .attempt = from->attempt,
                         .message = STR("its list does not ask for it any more")};
    TRY(scheduler_batch(scheduler, err));
    return journal_change_step(&scheduler->journal, &change, err);
}

bool scheduler_end_unclaimed(Scheduler *scheduler, Error *err)
{
    for (size_t i = scheduler->flow->step_count; i < scheduler->before.step_count; i++)
        if (!scheduler->claimed[i]) TRY(unclaimed_end(scheduler, i, err));
    return true;
}
