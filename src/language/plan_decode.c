/// Reads a plan's encoding back. Shapes are read here; plan_check then judges what they mean, and encoding again must give the
/// same bytes, so that nothing can hide in a plan that its digest does not show.
#include <string.h>

#include "frame/json_value.h"
#include "language/aggregation.h"
#include "language/kernel.h"
#include "language/kernel_constant.h"
#include "language/plan_internal.h"
#include "number/parse.h"
#include "text/json.h"
#include "text/zone.h"

/// A list or map that must be there.
static bool need(const Node *map, Str key, NodeKind kind, const Node **out, Error *err)
{
    TRY(node_need(map, key, out, err));
    return node_expect(*out, kind, err);
}

static bool decode_id(const Node *node, uint32_t *out, Error *err)
{
    int64_t id = 0;
    TRY(node_int(node, 0, PLAN_NONE - 1, &id, err));
    *out = (uint32_t)id;
    return true;
}

static bool decode_id_or_none(const Node *node, uint32_t *out, Error *err)
{
    if (node->kind != NODE_NULL) return decode_id(node, out, err);
    *out = PLAN_NONE;
    return true;
}

static bool decode_field_id(const Node *map, Str key, bool may_be_none, uint32_t *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return may_be_none ? decode_id_or_none(node, out, err) : decode_id(node, out, err);
}

static bool decode_ids(const Node *map, Str key, Arena *arena, uint32_t **out, uint32_t *out_count, Error *err)
{
    const Node *list = NULL;
    TRY(need(map, key, NODE_LIST, &list, err));
    uint32_t *ids = arena_alloc_array(arena, node_count(list), sizeof(uint32_t), err);
    if (ids == NULL) return false;
    for (size_t i = 0; i < node_count(list); i++) TRY(decode_id_or_none(node_at(list, i), &ids[i], err));
    *out = ids;
    *out_count = (uint32_t)node_count(list);
    return true;
}

/// A list of ids that must have as many items as something else.
static bool decode_ids_of(const Node *map, Str key, uint32_t count, Arena *arena, uint32_t **out, Error *err)
{
    uint32_t found = 0;
    TRY(decode_ids(map, key, arena, out, &found, err));
    if (found == count) return true;
    return node_error(node_get(map, key), err, "needs %u items, has %u", count, found);
}

static bool decode_str(const Node *map, Str key, Arena *arena, Str *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return arena_copy(arena, text, out, err);
}

static bool decode_type(const Node *map, Str key, Type *out, Error *err)
{
    const Node *node = NULL;
    Str name = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &name, err));
    return type_parse(name, out, err);
}

static bool decode_fields(const Node *map, Str key, Arena *arena, Field **out, uint32_t *out_count, Error *err)
{
    const Node *list = NULL;
    TRY(need(map, key, NODE_LIST, &list, err));
    Field *fields = arena_alloc_array(arena, node_count(list), sizeof(Field), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < node_count(list); i++) {
        TRY(decode_str(node_at(list, i), STR("name"), arena, &fields[i].name, err));
        TRY(decode_type(node_at(list, i), STR("type"), &fields[i].type, err));
    }
    *out = fields;
    *out_count = (uint32_t)node_count(list);
    return true;
}

static bool decode_nested(const Node *value, Arena *arena, PlanNode *out, Error *err)
{
    AUTO(column_deinit) Column column = {.type = out->type};
    TRY(column_push_json(&column, value, &(JsonContext){.what = "a constant", .kind = ERROR_DATA}, err));
    return arena_copy(arena, column.values.strings[0], &out->constant.string, err);
}

static bool decode_value(const Node *value, Arena *arena, PlanNode *out, Error *err)
{
    Str text = {0};
    out->is_null = value->kind == NODE_NULL;
    if (out->is_null) return true;
    if (type_is_nested(out->type)) return decode_nested(value, arena, out, err);
    switch (type_storage(out->type)) {
    case STORAGE_BOOL:
        return node_bool(value, &out->constant.boolean, err);
    case STORAGE_INT:
        return node_int(value, INT64_MIN, INT64_MAX, &out->constant.integer, err);
    case STORAGE_FLOAT:
        return node_double(value, &out->constant.number, err);
    case STORAGE_STRING:
        TRY(node_str(value, &text, err));
        return arena_copy(arena, text, &out->constant.string, err);
    case STORAGE_DECIMAL:
        break;
    }
    TRY(node_str(value, &text, err));
    return number_parse_decimal(text, out->type.scale, &out->constant.decimal, err);
}

static bool decode_call(const Node *map, PlanNode *out, Error *err)
{
    const Node *name = NULL;
    const Node *arguments = NULL;
    Str id = {0};
    TRY(node_need(map, STR("kernel"), &name, err));
    TRY(node_str(name, &id, err));
    if (!kernel_find(id, &out->kernel)) return node_error(name, err, "there is no kernel '%.*s'", STR_ARG(id));
    TRY(need(map, STR("arguments"), NODE_LIST, &arguments, err));
    if (node_count(arguments) > PLAN_ARGUMENTS_MAX)
        return node_error(arguments, err, "more than %d arguments", PLAN_ARGUMENTS_MAX);
    out->argument_count = (uint32_t)node_count(arguments);
    for (uint32_t i = 0; i < out->argument_count; i++) TRY(decode_id(node_at(arguments, i), &out->arguments[i], err));
    return true;
}

static bool decode_kind(const Node *map, PlanNodeKind *out, Error *err)
{
    Str names[PLAN_CALL + 1];
    const Node *node = NULL;
    size_t kind = 0;
    for (size_t i = 0; i < COUNT_OF(names); i++) names[i] = plan_node_kind_name((PlanNodeKind)i);
    TRY(node_need(map, STR("node"), &node, err));
    TRY(node_choice(node, names, COUNT_OF(names), &kind, err));
    *out = (PlanNodeKind)kind;
    return true;
}

static bool decode_node(const Node *map, Arena *arena, PlanNode *out, Error *err)
{
    PlanNode node = {.index = PLAN_NONE, .group = PLAN_NONE};
    const Node *value = NULL;
    TRY(decode_kind(map, &node.kind, err));
    TRY(decode_type(map, STR("type"), &node.type, err));
    switch (node.kind) {
    case PLAN_CONSTANT:
        TRY(node_need(map, STR("value"), &value, err));
        TRY(decode_value(value, arena, &node, err));
        break;
    case PLAN_AGGREGATE:
        TRY(decode_field_id(map, STR("group"), false, &node.group, err));
        __attribute__((fallthrough));
    case PLAN_COLUMN:
        TRY(decode_field_id(map, STR("index"), false, &node.index, err));
        break;
    case PLAN_AT:
        break;
    case PLAN_CALL:
        TRY(decode_call(map, &node, err));
        break;
    }
    *out = node;
    return true;
}

static bool decode_program(const Node *map, Str key, Arena *arena, Program *out, Error *err)
{
    const Node *node = NULL;
    const Node *list = NULL;
    TRY(need(map, key, NODE_MAP, &node, err));
    TRY(need(node, STR("nodes"), NODE_LIST, &list, err));
    out->node_count = (uint32_t)node_count(list);
    out->nodes = arena_alloc_array(arena, out->node_count, sizeof(PlanNode), err);
    if (out->nodes == NULL) return false;
    for (uint32_t i = 0; i < out->node_count; i++) TRY(decode_node(node_at(list, i), arena, &out->nodes[i], err));
    return decode_ids(node, STR("outputs"), arena, &out->outputs, &out->output_count, err);
}

static bool decode_source(const Node *map, Arena *arena, PlanSource *out, Error *err)
{
    TRY(decode_str(map, STR("name"), arena, &out->name, err));
    TRY(decode_fields(map, STR("fields"), arena, &out->fields, &out->field_count, err));
    TRY(decode_field_id(map, STR("time"), false, &out->time, err));
    TRY(decode_field_id(map, STR("known"), false, &out->known, err));
    TRY(decode_ids_of(map, STR("column_known"), out->field_count, arena, &out->column_known, err));
    TRY(decode_ids(map, STR("key"), arena, &out->key, &out->key_count, err));
    TRY(decode_program(map, STR("deleted"), arena, &out->deleted, err));
    return decode_str(map, STR("timezone"), arena, &out->timezone, err);
}

static bool decode_edges(const Node *map, Arena *arena, PlanAggregate *out, Error *err)
{
    const Node *list = node_get(map, STR("edges"));
    if (list == NULL) return true;
    TRY(node_expect(list, NODE_LIST, err));
    double *edges = arena_alloc_array(arena, node_count(list), sizeof(*edges), err);
    if (edges == NULL) return false;
    for (size_t i = 0; i < node_count(list); i++) TRY(node_double(node_at(list, i), &edges[i], err));
    out->edges = edges;
    out->edge_count = (uint32_t)node_count(list);
    return true;
}

static bool decode_number(const Node *map, Str key, double *out, Error *err)
{
    const Node *node = node_get(map, key);
    return node == NULL || node_double(node, out, err);
}

/// What is not there has no value; an aggregate that says so in another way is not canonical.
static bool decode_parameters(const Node *map, Arena *arena, PlanAggregate *out, Error *err)
{
    const Node *second = node_get(map, STR("second"));
    const Node *category = node_get(map, STR("category"));
    const Node *count = node_get(map, STR("count"));
    out->second = out->category = PLAN_NONE;
    if (second != NULL) TRY(decode_id(second, &out->second, err));
    if (category != NULL) TRY(decode_id(category, &out->category, err));
    if (count != NULL) TRY(node_int(count, 0, INT64_MAX, &out->count, err));
    TRY(decode_number(map, STR("number"), &out->number, err));
    TRY(decode_number(map, STR("error"), &out->error, err));
    return decode_edges(map, arena, out, err);
}

static bool decode_aggregate(const Node *map, Arena *arena, PlanAggregate *out, Error *err)
{
    const Node *node = NULL;
    Str name = {0};
    TRY(node_need(map, STR("aggregation"), &node, err));
    TRY(node_str(node, &name, err));
    if (!aggregation_find(name, &out->aggregation))
        return node_error(node, err, "there is no aggregation '%.*s'", STR_ARG(name));
    TRY(decode_type(map, STR("type"), &out->type, err));
    TRY(decode_field_id(map, STR("argument"), true, &out->argument, err));
    TRY(decode_field_id(map, STR("condition"), true, &out->condition, err));
    TRY(decode_parameters(map, arena, out, err));
    return plan_window_decode(map, arena, &out->window, err);
}

static bool decode_aggregates(const Node *map, Arena *arena, PlanGroup *out, Error *err)
{
    const Node *list = NULL;
    TRY(need(map, STR("aggregates"), NODE_LIST, &list, err));
    out->aggregate_count = (uint32_t)node_count(list);
    out->aggregates = arena_alloc_array(arena, out->aggregate_count, sizeof(PlanAggregate), err);
    if (out->aggregates == NULL) return false;
    for (uint32_t i = 0; i < out->aggregate_count; i++)
        TRY(decode_aggregate(node_at(list, i), arena, &out->aggregates[i], err));
    return true;
}

static bool decode_group(const Node *map, uint32_t input_count, Arena *arena, PlanGroup *out, Error *err)
{
    const Node *inclusive = NULL;
    TRY(decode_str(map, STR("view"), arena, &out->view, err));
    TRY(decode_field_id(map, STR("source"), false, &out->source, err));
    TRY(node_need(map, STR("inclusive"), &inclusive, err));
    TRY(node_bool(inclusive, &out->inclusive, err));
    TRY(decode_program(map, STR("rows"), arena, &out->rows, err));
    TRY(decode_ids(map, STR("request_keys"), arena, &out->request_keys, &out->key_count, err));
    TRY(decode_ids(map, STR("row_features"), arena, &out->row_features, &out->row_feature_count, err));
    uint32_t count = out->row_feature_count > 0 ? input_count : 0;
    TRY(decode_ids_of(map, STR("row_inputs"), count, arena, &out->row_inputs, err));
    return decode_aggregates(map, arena, out, err);
}

static bool decode_features(const Node *root, Plan *plan, Error *err)
{
    const Node *list = NULL;
    TRY(need(root, STR("features"), NODE_LIST, &list, err));
    plan->feature_count = (uint32_t)node_count(list);
    plan->features = arena_alloc_array(&plan->arena, plan->feature_count, sizeof(PlanFeature), err);
    if (plan->features == NULL) return false;
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        TRY(decode_str(node_at(list, i), STR("name"), &plan->arena, &plan->features[i].name, err));
        TRY(decode_type(node_at(list, i), STR("type"), &plan->features[i].type, err));
        TRY(decode_field_id(node_at(list, i), STR("node"), false, &plan->features[i].node, err));
    }
    return true;
}

static bool decode_sources(const Node *root, Plan *plan, Error *err)
{
    const Node *list = NULL;
    TRY(need(root, STR("sources"), NODE_LIST, &list, err));
    plan->source_count = (uint32_t)node_count(list);
    plan->sources = arena_alloc_array(&plan->arena, plan->source_count, sizeof(PlanSource), err);
    if (plan->sources == NULL) return false;
    for (uint32_t i = 0; i < plan->source_count; i++) {
        TRY(decode_source(node_at(list, i), &plan->arena, &plan->sources[i], err));
    }
    return true;
}

static bool decode_union(const Node *map, Arena *arena, PlanUnion *out, Error *err)
{
    TRY(decode_ids(map, STR("members"), arena, &out->members, &out->member_count, err));
    TRY(decode_fields(map, STR("fields"), arena, &out->fields, &out->field_count, err));
    uint64_t count = (uint64_t)out->member_count * out->field_count;
    if (count >= PLAN_NONE) return node_error(map, err, "a union of too many columns");
    return decode_ids_of(map, STR("member_fields"), (uint32_t)count, arena, &out->member_fields, err);
}

static bool decode_unions(const Node *root, Plan *plan, Error *err)
{
    const Node *list = node_get(root, STR("unions"));
    if (list == NULL) return true;
    TRY(node_expect(list, NODE_LIST, err));
    plan->union_count = (uint32_t)node_count(list);
    plan->unions = arena_alloc_array(&plan->arena, plan->union_count, sizeof(PlanUnion), err);
    if (plan->unions == NULL) return false;
    for (uint32_t i = 0; i < plan->union_count; i++)
        TRY(decode_union(node_at(list, i), &plan->arena, &plan->unions[i], err));
    return true;
}

static bool decode_groups(const Node *root, Plan *plan, Error *err)
{
    const Node *list = NULL;
    TRY(need(root, STR("groups"), NODE_LIST, &list, err));
    plan->group_count = (uint32_t)node_count(list);
    plan->groups = arena_alloc_array(&plan->arena, plan->group_count, sizeof(PlanGroup), err);
    if (plan->groups == NULL) return false;
    for (uint32_t i = 0; i < plan->group_count; i++) {
        TRY(decode_group(node_at(list, i), plan->input_count, &plan->arena, &plan->groups[i], err));
    }
    return true;
}

/// All but the dataset.
static bool decode_body(const Node *root, Plan *plan, Error *err)
{
    const Node *semantics = NULL;
    int64_t version = 0;
    TRY(node_need(root, STR("semantics"), &semantics, err));
    TRY(node_int(semantics, 0, INT64_MAX, &version, err));
    if (version != PLAN_SEMANTICS_VERSION) {
        return node_error(semantics, err, "the plan has the meaning of version %lld, and this pawl computes version %d",
                          (long long)version, PLAN_SEMANTICS_VERSION);
    }
    TRY(decode_str(root, STR("zones"), &plan->arena, &plan->zone_version, err));
    TRY(decode_sources(root, plan, err));
    TRY(decode_unions(root, plan, err));
    TRY(decode_fields(root, STR("inputs"), &plan->arena, &plan->inputs, &plan->input_count, err));
    TRY(decode_groups(root, plan, err));
    TRY(decode_program(root, STR("main"), &plan->arena, &plan->main, err));
    return decode_features(root, plan, err);
}

/// What a label reads: a plan without a dataset. Its arena is its own, from the first byte on.
static bool decode_label_plan(const Node *map, Plan *plan, Error *err)
{
    const Node *root = node_get(map, STR("label_plan"));
    const Node *none = NULL;
    Plan *label = NULL;
    if (root == NULL) return true;
    TRY(node_expect(root, NODE_MAP, err));
    label = arena_alloc(&plan->arena, sizeof(*label), err);
    TRY(label != NULL);
    plan->dataset.label_plan = label;
    label->dataset = (PlanDataset){.source = PLAN_NONE, .at = PLAN_NONE, .label_known = PLAN_NONE};
    TRY(need(root, STR("dataset"), NODE_NULL, &none, err));
    TRY(decode_body(root, label, err));
    return decode_ids_of(map, STR("label_inputs"), label->input_count, &plan->arena, &plan->dataset.label_inputs, err);
}

static bool decode_dataset(const Node *root, Plan *plan, Error *err)
{
    PlanDataset *dataset = &plan->dataset;
    const Node *map = NULL;
    *dataset = (PlanDataset){.source = PLAN_NONE, .at = PLAN_NONE, .label_known = PLAN_NONE};
    TRY(node_need(root, STR("dataset"), &map, err));
    if (map->kind == NODE_NULL) return true;
    TRY(decode_field_id(map, STR("source"), false, &dataset->source, err));
    TRY(decode_field_id(map, STR("at"), false, &dataset->at, err));
    TRY(decode_program(map, STR("label"), &plan->arena, &dataset->label, err));
    TRY(decode_type(map, STR("label_type"), &dataset->label_type, err));
    TRY(decode_field_id(map, STR("label_known"), true, &dataset->label_known, err));
    TRY(decode_ids(map, STR("label_columns"), &plan->arena, &dataset->label_columns, &dataset->label_column_count,
                   err));
    TRY(decode_label_plan(map, plan, err));
    return decode_ids_of(map, STR("input_fields"), plan->input_count, &plan->arena, &dataset->input_fields, err);
}

static bool decode_plan(const Node *root, Plan *plan, Error *err)
{
    TRY(decode_body(root, plan, err));
    return decode_dataset(root, plan, err);
}

static bool finish_label_plan(const Plan *plan, Error *err)
{
    AUTO(bytes_deinit) Bytes encoding = {0};
    Plan *label = plan->dataset.label_plan;
    if (label == NULL) return true;
    TRY(plan_prepare(label, err));
    TRY(plan_encode(label, &encoding, err));
    return digest_of(bytes_str(&encoding), &label->digest, err);
}

static bool check_canonical(const Plan *plan, Str text, Error *err)
{
    AUTO(bytes_deinit) Bytes again = {0};
    TRY(plan_encode(plan, &again, err));
    return str_equal(bytes_str(&again), text) || error_set(err, ERROR_DATA, "the plan is not in its canonical form");
}

/// Zone data of another release gives other hours: only a plan that asks for none can do without its own.
static bool check_zones(const Plan *plan, Error *err)
{
    const Plan *label = plan->dataset.label_plan;
    if (label != NULL && !str_equal(plan->zone_version, label->zone_version))
        return error_set(err, ERROR_DATA, "the label's plan was made with other time zone data");
    if (str_equal(plan->zone_version, zone_data_version()) || !plan_uses_zones(plan)) return true;
    return error_set(err, ERROR_DATA, "the plan was made with time zone data %.*s, and this pawl has %.*s",
                     STR_ARG(plan->zone_version), STR_ARG(zone_data_version()));
}

static bool plan_read(Str text, Plan *plan, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    TRY(json_parse(STR("plan"), text, &arena, &document, err));
    TRY(decode_plan(document.root, plan, err));
    TRY(plan_check(plan, err));
    TRY(check_zones(plan, err));
    TRY(check_canonical(plan, text, err));
    TRY(plan_prepare(plan, err));
    TRY(finish_label_plan(plan, err));
    return digest_of(text, &plan->digest, err);
}

bool plan_decode(Str text, Plan *out, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    if (!plan_read(text, &plan, err)) {
        if (err != NULL && err->kind == ERROR_CONFIG) err->kind = ERROR_DATA;
        return false;
    }
    *out = plan_take(&plan);
    return true;
}
