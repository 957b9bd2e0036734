/// Telling whether two plans predict the same thing.
#include "evaluate/evaluation_internal.h"

static bool constant_describe(const PlanNode *node, Bytes *out, Error *err)
{
    if (node->is_null) return bytes_append_str(out, STR("null"), err);
    switch (type_storage(node->type)) {
    case STORAGE_BOOL:
        return bytes_append_byte(out, node->constant.boolean, err);
    case STORAGE_INT:
        return bytes_append_u64(out, (uint64_t)node->constant.integer, err);
    case STORAGE_FLOAT:
        return bytes_append(out, &node->constant.number, sizeof(node->constant.number), err);
    case STORAGE_DECIMAL:
        return bytes_append(out, &node->constant.decimal, sizeof(node->constant.decimal), err);
    case STORAGE_STRING:
        break;
    }
    return bytes_append_format(out, err, "%zu:%.*s", node->constant.string.size, STR_ARG(node->constant.string));
}

static bool call_describe(const PlanNode *node, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "%s(", kernel_name(node->kernel)));
    for (uint32_t i = 0; i < node->argument_count; i++) TRY(bytes_append_format(out, err, "%u ", node->arguments[i]));
    return bytes_append_str(out, STR(")"), err);
}

/// Columns by name: another source schema may number them otherwise.
static bool node_describe(const PlanSource *source, const PlanNode *node, Bytes *out, Error *err)
{
    char type[TYPE_NAME_BYTES_MAX];
    type_name(node->type, type);
    TRY(bytes_append_format(out, err, "\n%s %d ", type, (int)node->kind));
    if (node->kind == PLAN_CONSTANT) return constant_describe(node, out, err);
    if (node->kind == PLAN_CALL) return call_describe(node, out, err);
    if (node->kind != PLAN_COLUMN || node->index >= source->field_count)
        return bytes_append_format(out, err, "%u %u", node->group, node->index);
    return bytes_append_format(out, err, "column %.*s", STR_ARG(source->fields[node->index].name));
}

static bool label_describe(const Plan *plan, Bytes *out, Error *err)
{
    const PlanDataset *dataset = &plan->dataset;
    if (dataset->source >= plan->source_count) return bytes_append_str(out, STR("none"), err);
    const PlanSource *source = &plan->sources[dataset->source];
    for (uint32_t i = 0; i < dataset->label.node_count; i++)
        TRY(node_describe(source, &dataset->label.nodes[i], out, err));
    for (uint32_t i = 0; i < dataset->label.output_count; i++)
        TRY(bytes_append_format(out, err, "\noutput %u", dataset->label.outputs[i]));
    return true;
}

bool label_is_same(const Plan *left, const Plan *right, bool *out, Error *err)
{
    AUTO(bytes_deinit) Bytes one = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    TRY(label_describe(left, &one, err));
    TRY(label_describe(right, &other, err));
    *out = type_equal(left->dataset.label_type, right->dataset.label_type) &&
           str_equal(bytes_str(&one), bytes_str(&other));
    return true;
}
