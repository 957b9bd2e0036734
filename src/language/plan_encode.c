/// A plan as canonical JSON: one order of keys, no white space, types by name, ids as numbers, PLAN_NONE as null.
#include "frame/json_value.h"
#include "language/plan.h"
#include "language/plan_internal.h"
#include "number/parse.h"
#include "text/json_writer.h"

static bool encode_id(JsonWriter *json, uint32_t id, Error *err)
{
    return id == PLAN_NONE ? json_null(json, err) : json_uint(json, id, err);
}

static bool encode_field_id(JsonWriter *json, Str key, uint32_t id, Error *err)
{
    TRY(json_key(json, key, err));
    return encode_id(json, id, err);
}

static bool encode_ids(JsonWriter *json, Str key, const uint32_t *ids, uint32_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (uint32_t i = 0; i < count; i++) TRY(encode_id(json, ids[i], err));
    return json_array_end(json, err);
}

static bool encode_type(JsonWriter *json, Type type, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    type_name(type, name);
    return json_field_str(json, STR("type"), str_from(name), err);
}

static bool encode_fields(JsonWriter *json, Str key, const Field *fields, uint32_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (uint32_t i = 0; i < count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), fields[i].name, err));
        TRY(encode_type(json, fields[i].type, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

static bool encode_nested(JsonWriter *json, const PlanNode *node, Error *err)
{
    Str bytes = node->constant.string;
    const Vector vector = {.type = node->type, .count = 1, .values.strings = &bytes};
    return vector_write_json(&vector, 0, json, err);
}

static bool encode_value(JsonWriter *json, const PlanNode *node, Error *err)
{
    char decimal[DECIMAL_TEXT_BYTES_MAX];
    if (node->is_null) return json_null(json, err);
    if (type_is_nested(node->type)) return encode_nested(json, node, err);
    switch (type_storage(node->type)) {
    case STORAGE_BOOL:
        return json_bool(json, node->constant.boolean, err);
    case STORAGE_INT:
        return json_int(json, node->constant.integer, err);
    case STORAGE_FLOAT:
        return json_double(json, node->constant.number, err);
    case STORAGE_STRING:
        return json_str(json, node->constant.string, err);
    case STORAGE_DECIMAL:
        break;
    }
    size_t size = number_format_decimal(node->constant.decimal, node->type.scale, decimal);
    return json_str(json, (Str){decimal, size}, err);
}

static bool encode_node(JsonWriter *json, const PlanNode *node, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("node"), plan_node_kind_name(node->kind), err));
    TRY(encode_type(json, node->type, err));
    switch (node->kind) {
    case PLAN_CONSTANT:
        TRY(json_key(json, STR("value"), err));
        TRY(encode_value(json, node, err));
        break;
    case PLAN_COLUMN:
        TRY(json_field_uint(json, STR("index"), node->index, err));
        break;
    case PLAN_AT:
        break;
    case PLAN_AGGREGATE:
        TRY(json_field_uint(json, STR("group"), node->group, err));
        TRY(json_field_uint(json, STR("index"), node->index, err));
        break;
    case PLAN_CALL:
        TRY(json_field_str(json, STR("kernel"), str_from(kernel_name(node->kernel)), err));
        TRY(encode_ids(json, STR("arguments"), node->arguments, node->argument_count, err));
        break;
    }
    return json_object_end(json, err);
}

static bool encode_program(JsonWriter *json, Str key, const Program *program, Error *err)
{
    TRY(json_field_object(json, key, err));
    TRY(json_field_array(json, STR("nodes"), err));
    for (uint32_t i = 0; i < program->node_count; i++) TRY(encode_node(json, &program->nodes[i], err));
    TRY(json_array_end(json, err));
    TRY(encode_ids(json, STR("outputs"), program->outputs, program->output_count, err));
    return json_object_end(json, err);
}

static bool encode_source(JsonWriter *json, const PlanSource *source, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("name"), source->name, err));
    TRY(encode_fields(json, STR("fields"), source->fields, source->field_count, err));
    TRY(json_field_uint(json, STR("time"), source->time, err));
    TRY(json_field_uint(json, STR("known"), source->known, err));
    TRY(encode_ids(json, STR("column_known"), source->column_known, source->field_count, err));
    TRY(encode_ids(json, STR("key"), source->key, source->key_count, err));
    TRY(encode_program(json, STR("deleted"), &source->deleted, err));
    TRY(json_field_str(json, STR("timezone"), source->timezone, err));
    return json_object_end(json, err);
}

static bool encode_edges(JsonWriter *json, const PlanAggregate *aggregate, Error *err)
{
    TRY(json_field_array(json, STR("edges"), err));
    for (uint32_t i = 0; i < aggregate->edge_count; i++) TRY(json_double(json, aggregate->edges[i], err));
    return json_array_end(json, err);
}

/// Parameters are there where the aggregation has them, and a second argument and a category where they are given.
static bool encode_parameters(JsonWriter *json, const PlanAggregate *aggregate, Error *err)
{
    if (aggregate->second != PLAN_NONE) TRY(encode_field_id(json, STR("second"), aggregate->second, err));
    if (aggregate->category != PLAN_NONE) TRY(encode_field_id(json, STR("category"), aggregate->category, err));
    if (aggregate->count != 0) TRY(json_field_int(json, STR("count"), aggregate->count, err));
    if (aggregate->number != 0) TRY(json_field_double(json, STR("number"), aggregate->number, err));
    if (aggregate->error != 0) TRY(json_field_double(json, STR("error"), aggregate->error, err));
    return aggregate->edge_count == 0 || encode_edges(json, aggregate, err);
}

static bool encode_aggregate(JsonWriter *json, const PlanAggregate *aggregate, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("aggregation"), str_from(aggregation_name(aggregate->aggregation)), err));
    TRY(encode_type(json, aggregate->type, err));
    TRY(encode_field_id(json, STR("argument"), aggregate->argument, err));
    TRY(encode_field_id(json, STR("condition"), aggregate->condition, err));
    TRY(encode_parameters(json, aggregate, err));
    TRY(plan_window_encode(json, &aggregate->window, err));
    return json_object_end(json, err);
}

static bool encode_group(JsonWriter *json, const PlanGroup *group, uint32_t input_count, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("view"), group->view, err));
    TRY(json_field_uint(json, STR("source"), group->source, err));
    TRY(json_field_bool(json, STR("inclusive"), group->inclusive, err));
    TRY(encode_program(json, STR("rows"), &group->rows, err));
    TRY(encode_ids(json, STR("request_keys"), group->request_keys, group->key_count, err));
    TRY(encode_ids(json, STR("row_features"), group->row_features, group->row_feature_count, err));
    TRY(encode_ids(json, STR("row_inputs"), group->row_inputs, group->row_feature_count > 0 ? input_count : 0, err));
    TRY(json_field_array(json, STR("aggregates"), err));
    for (uint32_t i = 0; i < group->aggregate_count; i++) TRY(encode_aggregate(json, &group->aggregates[i], err));
    TRY(json_array_end(json, err));
    return json_object_end(json, err);
}

static bool encode_feature(JsonWriter *json, const PlanFeature *feature, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("name"), feature->name, err));
    TRY(encode_type(json, feature->type, err));
    TRY(json_field_uint(json, STR("node"), feature->node, err));
    return json_object_end(json, err);
}

static bool encode_union(JsonWriter *json, const PlanUnion *joined, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(encode_ids(json, STR("members"), joined->members, joined->member_count, err));
    TRY(encode_fields(json, STR("fields"), joined->fields, joined->field_count, err));
    TRY(encode_ids(json, STR("member_fields"), joined->member_fields, joined->member_count * joined->field_count, err));
    return json_object_end(json, err);
}

/// A plan without unions has no list of them.
static bool encode_unions(JsonWriter *json, const Plan *plan, Error *err)
{
    if (plan->union_count == 0) return true;
    TRY(json_field_array(json, STR("unions"), err));
    for (uint32_t i = 0; i < plan->union_count; i++) TRY(encode_union(json, &plan->unions[i], err));
    return json_array_end(json, err);
}

static bool encode_lists(JsonWriter *json, const Plan *plan, Error *err)
{
    TRY(json_field_array(json, STR("sources"), err));
    for (uint32_t i = 0; i < plan->source_count; i++) TRY(encode_source(json, &plan->sources[i], err));
    TRY(json_array_end(json, err));
    TRY(encode_unions(json, plan, err));
    TRY(encode_fields(json, STR("inputs"), plan->inputs, plan->input_count, err));
    TRY(json_field_array(json, STR("groups"), err));
    for (uint32_t i = 0; i < plan->group_count; i++) TRY(encode_group(json, &plan->groups[i], plan->input_count, err));
    TRY(json_array_end(json, err));
    TRY(encode_program(json, STR("main"), &plan->main, err));
    TRY(json_field_array(json, STR("features"), err));
    for (uint32_t i = 0; i < plan->feature_count; i++) TRY(encode_feature(json, &plan->features[i], err));
    return json_array_end(json, err);
}

/// All but the dataset.
static bool encode_body(JsonWriter *json, const Plan *plan, Error *err)
{
    TRY(json_field_int(json, STR("semantics"), PLAN_SEMANTICS_VERSION, err));
    TRY(json_field_str(json, STR("zones"), plan->zone_version, err));
    return encode_lists(json, plan, err);
}

static bool encode_label_plan(JsonWriter *json, const PlanDataset *dataset, Error *err)
{
    const Plan *label = dataset->label_plan;
    if (label == NULL) return true;
    TRY(json_field_object(json, STR("label_plan"), err));
    TRY(encode_body(json, label, err));
    TRY(json_field_null(json, STR("dataset"), err));
    TRY(json_object_end(json, err));
    return encode_ids(json, STR("label_inputs"), dataset->label_inputs, label->input_count, err);
}

static bool encode_dataset(JsonWriter *json, const PlanDataset *dataset, uint32_t input_count, Error *err)
{
    char name[TYPE_NAME_BYTES_MAX];
    if (dataset->source == PLAN_NONE) return json_field_null(json, STR("dataset"), err);
    type_name(dataset->label_type, name);
    TRY(json_field_object(json, STR("dataset"), err));
    TRY(json_field_uint(json, STR("source"), dataset->source, err));
    TRY(json_field_uint(json, STR("at"), dataset->at, err));
    TRY(encode_program(json, STR("label"), &dataset->label, err));
    TRY(json_field_str(json, STR("label_type"), str_from(name), err));
    TRY(encode_field_id(json, STR("label_known"), dataset->label_known, err));
    TRY(encode_ids(json, STR("label_columns"), dataset->label_columns, dataset->label_column_count, err));
    TRY(encode_label_plan(json, dataset, err));
    TRY(encode_ids(json, STR("input_fields"), dataset->input_fields, input_count, err));
    return json_object_end(json, err);
}

bool plan_encode(const Plan *plan, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    json.nonfinite_refused = true;
    TRY(json_object_begin(&json, err));
    TRY(encode_body(&json, plan, err));
    TRY(encode_dataset(&json, &plan->dataset, plan->input_count, err));
    return json_object_end(&json, err);
}
