/// Whether a step runs: its condition, and for handlers what has ended how.
#include "flow/lookup_internal.h"
#include "flow/scheduler_internal.h"
#include "flow/state_internal.h"
#include "text/json.h"
#include "text/json_writer.h"

Handled scheduler_handled(const Scheduler *scheduler, size_t position)
{
    const StepRun *step = &scheduler->steps[position];
    if (!step_is_handler(step->definition)) return (Handled){0};
    const StepRun *heard = step->heard == 0 ? NULL : &scheduler->steps[step->heard - 1];
    if (step->definition->after_count > 0 && heard == NULL) return (Handled){.state = STR("done")};
    bool own = heard != NULL && heard->state != STEP_SKIPPED;
    return (Handled){.state = str_from(step_state_name(own ? heard->state : scheduler_state(scheduler))),
                     .step = own ? heard->definition->name : scheduler->failed_step,
                     .message = own ? heard->message : scheduler->message};
}

/// What `params` says, and what a condition asks of it.
typedef struct Names {
    Scheduler *scheduler;
    size_t position;
    Arena *arena;
    Document params;
} Names;

static bool text_node(Names *names, Str text, const Node **out, Error *err)
{
    Node *made = NULL;
    TRY(node_new_str(names->arena, text, &made, err));
    *out = made;
    return true;
}

static bool run_look_up(Names *names, Str value, const Node **out, Error *err)
{
    Handled handled = scheduler_handled(names->scheduler, names->position);
    if (str_equal(value, STR("state"))) return text_node(names, handled.state, out, err);
    return text_node(names, handled.step, out, err);
}

static bool value_look_up(Names *names, const ConditionNode *name, const Node **out, Error *err)
{
    Scheduler *scheduler = names->scheduler;
    const StepRun *upstream = &scheduler->steps[graph_position(&scheduler->graph, name->step)];
    Document document = {0};
    Str json = {0};
    *out = NULL;
    if (!upstream->settled || !step_state_is_done(upstream->state)) return true;
    TRY(lookup_value(&scheduler->journal, upstream->result, name->value, names->arena, &json, err));
    if (json.size == 0) return true;
    TRY(json_parse(name->value, json, names->arena, &document, err));
    *out = document.root;
    return true;
}

static bool name_look_up(void *context, const ConditionNode *name, const Node **out, Error *err)
{
    Names *names = context;
    const FlowStep *step = names->scheduler->steps[names->position].definition;
    Str param = name->value;
    if (str_equal(name->step, STR("run"))) return run_look_up(names, name->value, out, err);
    if (name->step.size > 0 && !str_equal(name->step, STR("params"))) return value_look_up(names, name, out, err);
    if (name->step.size == 0 && step->foreach != NULL) param = step->foreach->item;
    *out = node_get(names->params.root, param);
    return true;
}

static bool condition_holds(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const StepRun *step = &scheduler->steps[position];
    const GraphCondition *condition = graph_condition(&scheduler->graph, step->owner > 0 ? step->owner - 1 : position);
    Names names = {.scheduler = scheduler, .position = position, .arena = &arena};
    Str params = step->definition->params;
    *out = true;
    if (condition == NULL) return true;
    TRY(json_parse(STR("params"), params.size == 0 ? STR("{}") : params, &arena, &names.params, err));
    return condition_evaluate(&condition->condition, name_look_up, &names, out, err);
}

/// A condition that cannot be decided fails its step; what is wrong with the store ends the run.
static bool condition_decide(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    Error problem = {0};
    Str text = {0};
    const FlowStep *step = scheduler->steps[position].definition;
    if (!condition_holds(scheduler, position, out, &problem)) {
        *out = false;
        if (problem.kind != ERROR_DATA) return error_set(err, problem.kind, "%s", problem.text);
        return scheduler_undone(scheduler, position, STEP_FAILED, str_from(problem.text), err);
    }
    if (*out) return true;
    TRY(arena_format(&scheduler->arena, &text, err, "not true: %.*s", STR_ARG(step->when)));
    return scheduler_omit(scheduler, position, text, err);
}

/// The key of a handler holds what it handles: the same end is handled once, however often the scheduler dies.
static bool handled_write(const Handled *handled, Str params, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Document document = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    TRY(json_parse(STR("params"), params.size == 0 ? STR("{}") : params, arena, &document, err));
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("failed_step"), handled->step, err));
    TRY(json_field_node(&json, STR("params"), document.root, err));
    TRY(json_field_str(&json, STR("run_state"), handled->state, err));
    TRY(json_object_end(&json, err));
    return arena_copy(arena, bytes_str(&text), out, err);
}

static bool handler_decide(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    StepRun *step = &scheduler->steps[position];
    Handled handled = scheduler_handled(scheduler, position);
    *out = step->definition->on == ON_ALWAYS || !str_equal(handled.state, STR("done"));
    if (!*out) return scheduler_omit(scheduler, position, STR("nothing failed"), err);
    return handled_write(&handled, step->definition->params, &scheduler->arena, &step->handled_params, err);
}

bool scheduler_decide(Scheduler *scheduler, size_t position, bool *out, Error *err)
{
    *out = true;
    if (step_is_handler(scheduler->steps[position].definition)) TRY(handler_decide(scheduler, position, out, err));
    return !*out || condition_decide(scheduler, position, out, err);
}
