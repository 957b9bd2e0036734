/// Whether a program is sound: every node of the right shape and type, reading only what stands before it.
#include "frame/list.h"
#include "language/aggregation.h"
#include "language/kernel_constant.h"
#include "language/lookup_table.h"
#include "language/plan_internal.h"

typedef struct NodeCheck {
    const Program *program;
    const ProgramRules *rules;
    uint32_t id;
} NodeCheck;

static bool node_wrong(const NodeCheck *check, Error *err, const char *message)
{
    return error_set(err, ERROR_DATA, "%s: node %u: %s", check->rules->what, check->id, message);
}

/// 38 digits at most, as the kernels keep it.
static bool decimal_fits(Int128 value)
{
    const Int128 limit = (Int128)10000000000000000000U * 10000000000000000000U;
    return value < limit && value > -limit;
}

static bool check_constant(const NodeCheck *check, const PlanNode *node, Error *err)
{
    if (!node->is_null && type_is_nested(node->type)) return list_check(node->type, node->constant.string, err);
    if (node->is_null || node->type.id != TYPE_DECIMAL || decimal_fits(node->constant.decimal)) return true;
    return node_wrong(check, err, "a decimal of more than 38 digits");
}

static bool check_column(const NodeCheck *check, const PlanNode *node, Error *err)
{
    if (node->index >= check->rules->type_count) return node_wrong(check, err, "there is no such column");
    if (type_equal(node->type, check->rules->types[node->index])) return true;
    return node_wrong(check, err, "the column has another type");
}

static bool check_at(const NodeCheck *check, const PlanNode *node, Error *err)
{
    if (check->rules->main_of == NULL) return node_wrong(check, err, "'at' among rows");
    return type_equal(node->type, TYPE_INSTANT) || node_wrong(check, err, "'at' is a timestamp");
}

/// An aggregate is read after its entity is known: the request's keys stand before it.
static bool check_aggregate(const NodeCheck *check, const PlanNode *node, Error *err)
{
    const Plan *plan = check->rules->main_of;
    if (plan == NULL) return node_wrong(check, err, "an aggregate among rows");
    if (node->group >= plan->group_count) return node_wrong(check, err, "there is no such group");
    const PlanGroup *group = &plan->groups[node->group];
    if (node->index >= group->aggregate_count) return node_wrong(check, err, "there is no such aggregate");
    if (!type_equal(node->type, group->aggregates[node->index].type))
        return node_wrong(check, err, "its aggregate has another type");
    for (uint32_t i = 0; i < group->key_count; i++) {
        if (group->request_keys[i] >= check->id) return node_wrong(check, err, "it stands before its group's keys");
    }
    return true;
}

static bool check_constants(const NodeCheck *check, const PlanNode *node, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const KernelConstants *constants = NULL;
    Error reason = {0};
    if (kernel_constants_of(check->program, node, &arena, &constants, &reason)) return true;
    if (reason.kind == ERROR_MEMORY) return error_set(err, ERROR_MEMORY, "%s", reason.text);
    return node_wrong(check, err, reason.text);
}

/// The kind of lookup table that an argument must be; LOOKUP_KIND_COUNT: none.
static LookupKind table_kind(KernelType type)
{
    switch (type) {
    case KERNEL_TYPE_TABLE_INTEGERS:
        return LOOKUP_INTEGERS;
    case KERNEL_TYPE_TABLE_NUMBERS:
        return LOOKUP_NUMBERS;
    case KERNEL_TYPE_TABLE_RANKS:
        return LOOKUP_RANKS;
    case KERNEL_TYPE_TABLE_STRINGS:
        return LOOKUP_STRINGS;
    default:
        return LOOKUP_KIND_COUNT;
    }
}

static bool check_table(const NodeCheck *check, uint32_t argument, LookupKind kind, Error *err)
{
    const PlanNode *node = &check->program->nodes[argument];
    if (node->kind != PLAN_CONSTANT || node->is_null) return node_wrong(check, err, "its lookup table is no constant");
    TRY_OR(lookup_table_check(node->constant.string, kind, err), err, "%s: node %u", check->rules->what, check->id);
    return true;
}

static bool check_call(const NodeCheck *check, const PlanNode *node, Error *err)
{
    Type types[PLAN_ARGUMENTS_MAX];
    if (node->kernel >= KERNEL_COUNT || node->argument_count > PLAN_ARGUMENTS_MAX) {
        return node_wrong(check, err, "there is no such kernel");
    }
    if (node->argument_count != kernel_argument_count(node->kernel))
        return node_wrong(check, err, "its arguments are too few or too many");
    for (uint32_t i = 0; i < node->argument_count; i++) {
        if (node->arguments[i] >= check->id) return node_wrong(check, err, "an argument stands after its use");
        types[i] = check->program->nodes[node->arguments[i]].type;
    }
    if (!kernel_accepts(node->kernel, node->type, types, node->argument_count)) {
        return node_wrong(check, err, "the kernel does not have these types");
    }
    for (uint32_t i = 0; i < node->argument_count; i++) {
        LookupKind table = table_kind(kernel_info(node->kernel)->arguments[i]);
        if (table != LOOKUP_KIND_COUNT) TRY(check_table(check, node->arguments[i], table, err));
    }
    return check_constants(check, node, err);
}

static bool check_node(const NodeCheck *check, Error *err)
{
    const PlanNode *node = &check->program->nodes[check->id];
    if (!type_equal(node->type, type_computed(node->type)))
        return node_wrong(check, err, "its type is not one that is computed in");
    switch (node->kind) {
    case PLAN_CONSTANT:
        return check_constant(check, node, err);
    case PLAN_COLUMN:
        return check_column(check, node, err);
    case PLAN_AT:
        return check_at(check, node, err);
    case PLAN_AGGREGATE:
        return check_aggregate(check, node, err);
    case PLAN_CALL:
        return check_call(check, node, err);
    }
    return node_wrong(check, err, "it is of no known kind");
}

bool plan_check_program(const Program *program, const ProgramRules *rules, Error *err)
{
    NodeCheck check = {program, rules, 0};
    for (; check.id < program->node_count; check.id++) TRY(check_node(&check, err));
    for (uint32_t i = 0; i < program->output_count; i++) {
        if (program->outputs[i] >= program->node_count) {
            return error_set(err, ERROR_DATA, "%s: output %u is no node", rules->what, i);
        }
    }
    return true;
}
