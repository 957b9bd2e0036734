#include "engine/facts.h"

/// Facts of a group of every storage. What decodes, encodes to the same bytes again.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static PlanNode nodes[] = {
        {.kind = PLAN_COLUMN, .type = {.id = TYPE_INT64}},
        {.kind = PLAN_COLUMN, .type = {.id = TYPE_FLOAT64}},
        {.kind = PLAN_COLUMN, .type = {.id = TYPE_BOOL}},
        {.kind = PLAN_COLUMN, .type = {.id = TYPE_STRING}},
        {.kind = PLAN_COLUMN, .type = {.id = TYPE_DECIMAL, .precision = 38, .scale = 2}},
    };
    static uint32_t outputs[] = {0, 1, 2, 3, 4};
    const PlanGroup group = {.rows = {.nodes = nodes, .node_count = 5, .outputs = outputs, .output_count = 5}};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    FactTable facts = {0};
    size_t count = 0;
    Error err = {0};

    if (!facts_decode(&group, (Str){(const char *)data, size}, &arena, &facts, &count, &err)) return 0;
    CHECK(facts_encode(&facts, 5, 0, count, &again, &err));
    CHECK(again.size <= size);
    return 0;
}
