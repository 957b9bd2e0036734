#include "model/linear_weights_internal.h"

#include "base/memory.h"
#include "model/trainer_internal.h"
#include "number/float_order.h"
#include "text/json.h"
#include "text/json_writer.h"

void linear_weights_deinit(LinearWeights *weights)
{
    linear_scale_deinit(&weights->scale);
    memory_free(weights->weights);
    *weights = (LinearWeights){0};
}

static bool column_encode(JsonWriter *json, const LinearScale *scale, const double *weights, Str name, size_t i,
                          Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_double(json, STR("mean"), scale->means[i], err));
    TRY(json_field_str(json, STR("name"), name, err));
    TRY(json_field_double(json, STR("scale"), scale->scales[i], err));
    TRY(json_field_double(json, STR("weight"), weights[i], err));
    return json_object_end(json, err);
}

bool linear_weights_encode(const LinearScale *scale, const double *weights, const Str *names, Objective objective,
                           Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    json.nonfinite_refused = true;
    TRY(json_object_begin(&json, err));
    TRY(json_field_double(&json, STR("bias"), weights[scale->column_count], err));
    TRY(json_field_array(&json, STR("columns"), err));
    for (size_t i = 0; i < scale->column_count; i++) TRY(column_encode(&json, scale, weights, names[i], i, err));
    TRY(json_array_end(&json, err));
    TRY(json_field_str(&json, STR("objective"), str_from(objective_name(objective)), err));
    return json_object_end(&json, err);
}

static bool finite_read(const Node *map, Str key, double *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    TRY(node_double(node, out, err));
    return float_is_finite(*out) || node_error(node, err, "a finite number is wanted");
}

static bool column_decode(const Node *node, LinearWeights *out, size_t i, Error *err)
{
    const Node *name = NULL;
    Str text = {0};
    TRY(NODE_CHECK_KEYS(node, err, "mean", "name", "scale", "weight"));
    TRY(node_need(node, STR("name"), &name, err));
    TRY(node_str(name, &text, err));
    TRY(finite_read(node, STR("mean"), &out->scale.means[i], err));
    TRY(finite_read(node, STR("scale"), &out->scale.scales[i], err));
    if (out->scale.scales[i] < 0) return node_error(node, err, "a scale is not negative");
    return finite_read(node, STR("weight"), &out->weights[i], err);
}

static bool objective_check(const Node *root, Objective objective, Error *err)
{
    const Node *node = NULL;
    Str name = {0};
    TRY(node_need(root, STR("objective"), &node, err));
    TRY(node_str(node, &name, err));
    return str_equal(name, str_from(objective_name(objective))) || node_error(node, err, "another objective");
}

static bool columns_decode(const Node *columns, size_t column_count, LinearWeights *out, Error *err)
{
    TRY(node_expect(columns, NODE_LIST, err));
    if (node_count(columns) != column_count)
        return node_error(columns, err, "%zu columns, but the model has %zu", node_count(columns), column_count);
    TRY(linear_scale_init(column_count, &out->scale, err));
    out->weights = memory_alloc_array(column_count + 1, sizeof(double), err);
    TRY(out->weights != NULL);
    for (size_t i = 0; i < column_count; i++) TRY(column_decode(node_at(columns, i), out, i, err));
    return true;
}

bool linear_weights_decode(Str text, Objective objective, size_t column_count, LinearWeights *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(linear_weights_deinit) LinearWeights weights = {0};
    Document document = {0};
    const Node *columns = NULL;
    TRY(json_parse(STR("weights.json"), text, &arena, &document, err));
    TRY(NODE_CHECK_KEYS(document.root, err, "bias", "columns", "objective"));
    TRY(objective_check(document.root, objective, err));
    TRY(node_need(document.root, STR("columns"), &columns, err));
    TRY(columns_decode(columns, column_count, &weights, err));
    TRY(finite_read(document.root, STR("bias"), &weights.weights[column_count], err));
    *out = weights;
    weights = (LinearWeights){0};
    return true;
}

double linear_margin(const LinearWeights *weights, const double *row)
{
    double margin = weights->weights[weights->scale.column_count];
    for (size_t i = 0; i < weights->scale.column_count; i++)
        margin += weights->weights[i] * linear_scaled(&weights->scale, i, row[i]);
    return margin;
}
