#include "flow/state_internal.h"

static const Str STATE_NAMES[] = {
    [STEP_WAITING] = {"waiting", 7}, [STEP_RUNNING] = {"running", 7},     [STEP_DONE] = {"done", 4},
    [STEP_CACHED] = {"cached", 6},   [STEP_REFUSED] = {"refused", 7},     [STEP_FAILED] = {"failed", 6},
    [STEP_SKIPPED] = {"skipped", 7}, [STEP_CANCELLED] = {"cancelled", 9}, [STEP_PREEMPTED] = {"preempted", 9},
    [STEP_OMITTED] = {"omitted", 7},
};

const char *step_state_name(StepState state)
{
    CHECK((size_t)state < COUNT_OF(STATE_NAMES));
    return STATE_NAMES[state].data;
}

static const char *const TYPE_NAMES[FLOW_TYPE_COUNT] = {
    [FLOW_PATH] = "path",   [FLOW_FILE] = "file", [FLOW_FOLDER] = "folder",
    [FLOW_TABLE] = "table", [FLOW_BOOL] = "bool", [FLOW_INT] = "int",
    [FLOW_FLOAT] = "float", [FLOW_TEXT] = "text", [FLOW_LIST] = "list",
};

const char *flow_type_name(FlowType type)
{
    CHECK((size_t)type < FLOW_TYPE_COUNT);
    return TYPE_NAMES[type];
}

bool step_state_parse(Str name, StepState *out, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(STATE_NAMES); i++) {
        if (!str_equal(name, STATE_NAMES[i])) continue;
        *out = (StepState)i;
        return true;
    }
    return error_set(err, ERROR_DATA, "unknown state '%.*s'", STR_ARG(name));
}

bool step_state_is_end(StepState state)
{
    return state != STEP_WAITING && state != STEP_RUNNING;
}
