#include "language/kernel_constant.h"

#include "number/float_order.h"
#include "number/parse.h"

bool kernel_type_is_constant(KernelType type)
{
    return type >= KERNEL_TYPE_ZONE;
}

const char *kernel_constant_hint(KernelType type)
{
    static const char *const HINTS[] = {
        [KERNEL_TYPE_ZONE] = "a time zone is written as a text in quotes, such as 'America/New_York'",
        [KERNEL_TYPE_UNIT] = "a calendar unit is written as a text in quotes, such as 'month'",
        [KERNEL_TYPE_EDGES] = "edges are written as numbers",
        [KERNEL_TYPE_INT_EDGES] = "edges are written as numbers",
        [KERNEL_TYPE_PATTERN] = "a pattern is written as a text in quotes, such as '^[a-z]+$'",
        [KERNEL_TYPE_JSON_PATH] = "a JSON path is written as a text in quotes, such as '$.a.b[0]'",
    };
    CHECK(kernel_type_is_constant(type));
    return HINTS[type];
}

static size_t edge_count(Str text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++) count += text.data[i] == ',';
    return count;
}

/// The next edge, which must be above the one before.
static bool edge_read(KernelEdges *edges, Str text, Error *err)
{
    size_t i = edges->count++;
    bool read = edges->ints != NULL ? number_parse_int64(text, &edges->ints[i], NULL)
                                    : number_parse_double(text, &edges->floats[i], NULL);
    if (!read || (edges->ints == NULL && float_is_nan(edges->floats[i])))
        return error_set(err, ERROR_DATA, "the edge '%.*s' is no number", STR_ARG(str_slice(text, 0, 64)));
    bool above =
        i == 0 || (edges->ints != NULL ? edges->ints[i] > edges->ints[i - 1] : edges->floats[i] > edges->floats[i - 1]);
    return above || error_set(err, ERROR_DATA, "the edge %.*s is not above the one before it", STR_ARG(text));
}

static bool edges_read(bool whole, Str text, Arena *arena, KernelEdges *out, Error *err)
{
    KernelEdges edges = {0};
    size_t count = edge_count(text);
    if (count > KERNEL_EDGES_MAX) return error_set(err, ERROR_DATA, "more than %d edges", KERNEL_EDGES_MAX);
    void *values = arena_alloc_array(arena, count, sizeof(int64_t), err);
    TRY(values != NULL);
    if (whole) edges.ints = values;
    if (!whole) edges.floats = values;
    for (size_t begin = 0; edges.count < count;) {
        size_t size = str_find(str_slice(text, begin, text.size), ',');
        TRY(edge_read(&edges, str_slice(text, begin, begin + size), err));
        begin += size + 1;
    }
    *out = edges;
    return true;
}

bool kernel_constant_read(KernelType type, Str text, Arena *arena, KernelConstants *out, Error *err)
{
    switch (type) {
    case KERNEL_TYPE_ZONE:
        return zone_find(text, &out->zone, err);
    case KERNEL_TYPE_UNIT:
        return date_unit_find(text, &out->unit, err);
    case KERNEL_TYPE_EDGES:
    case KERNEL_TYPE_INT_EDGES:
        return edges_read(type == KERNEL_TYPE_INT_EDGES, text, arena, &out->edges, err);
    case KERNEL_TYPE_PATTERN:
        return pattern_compile(text, arena, &out->pattern, err);
    case KERNEL_TYPE_JSON_PATH:
        return json_path_parse(text, &out->path, err);
    default:
        return error_set(err, ERROR_DATA, "no argument that must be constant");
    }
}

static bool call_has_constants(const PlanNode *call)
{
    const KernelType *types = kernel_info(call->kernel)->arguments;
    for (uint32_t i = 0; types[i] != KERNEL_TYPE_NONE; i++) {
        if (kernel_type_is_constant(types[i])) return true;
    }
    return false;
}

bool kernel_constants_of(const Program *program, const PlanNode *call, Arena *arena, const KernelConstants **out,
                         Error *err)
{
    const KernelType *types = kernel_info(call->kernel)->arguments;
    if (!call_has_constants(call)) return true;
    KernelConstants *constants = arena_alloc(arena, sizeof(*constants), err);
    TRY(constants != NULL);
    for (uint32_t i = 0; types[i] != KERNEL_TYPE_NONE; i++) {
        const PlanNode *text = &program->nodes[call->arguments[i]];
        if (!kernel_type_is_constant(types[i])) continue;
        if (text->kind != PLAN_CONSTANT || text->is_null || text->type.id != TYPE_STRING)
            return error_set(err, ERROR_DATA, "argument %u is no constant text", i + 1);
        TRY(kernel_constant_read(types[i], text->constant.string, arena, constants, err));
    }
    *out = constants;
    return true;
}

static bool program_prepare(Program *program, Arena *arena, Error *err)
{
    for (uint32_t i = 0; i < program->node_count; i++) {
        PlanNode *node = &program->nodes[i];
        if (node->kind == PLAN_CALL) TRY(kernel_constants_of(program, node, arena, &node->constants, err));
    }
    return true;
}

bool plan_prepare(Plan *plan, Error *err)
{
    for (uint32_t i = 0; i < plan->source_count; i++)
        TRY(program_prepare(&plan->sources[i].deleted, &plan->arena, err));
    for (uint32_t i = 0; i < plan->group_count; i++) TRY(program_prepare(&plan->groups[i].rows, &plan->arena, err));
    TRY(program_prepare(&plan->dataset.label, &plan->arena, err));
    return program_prepare(&plan->main, &plan->arena, err);
}
