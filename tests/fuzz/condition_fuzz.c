/// Any bytes are a condition that evaluates to a boolean or an error, or an error with its place.
#include "flow/condition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// Every name has a value of a kind that its length picks.
static bool lookup_by_length(void *context, const ConditionNode *name, const Node **out, Error *err)
{
    UNUSED(err);
    const Node *values = context;
    CHECK(name->value.size > 0);
    *out = name->value.size % 5 == 4 ? NULL : &values[name->value.size % 5];
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Condition condition = {0};
    bool value = false;
    Node values[4] = {{.kind = NODE_INT, .integer = 3},
                      {.kind = NODE_STRING, .text = STR("a")},
                      {.kind = NODE_BOOL, .boolean = true},
                      {.kind = NODE_LIST}};
    if (!condition_parse((Str){(const char *)data, size}, &arena, &condition, &err)) {
        CHECK(err.kind == ERROR_CONFIG);
        return 0;
    }
    CHECK(condition.count > 0 && condition.count <= CONDITION_NODES_MAX);
    if (!condition_evaluate(&condition, lookup_by_length, values, &value, &err)) CHECK(err.kind == ERROR_DATA);
    return 0;
}
