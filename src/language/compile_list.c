/// [a, b, c]: a constant as far as its items are, the others pushed to it row by row.
#include "frame/list.h"
#include "language/compile_internal.h"

/// The type of the list whose items these are.
static bool list_type(const Emitter *emitter, uint32_t i, const Value *values, uint32_t count, Type *out, Error *err)
{
    Type item = TYPE_OF(TYPE_COUNT);
    if (count == 0) {
        return emit_error(emitter, i, err, "an empty list has no type; write cast('[]' as list(int64))");
    }
    if (!values_common_type(values, count, &item)) {
        return emit_error(emitter, i, err, "the items of a list have one type; cast them to one");
    }
    if (item.id == TYPE_COUNT) {
        return emit_error(emitter, i, err, "a list of nothing but null; give a null a type: cast(null as float64)");
    }
    if (type_is_nested(item)) {
        return emit_error(emitter, i, err, "a list of lists or maps is not held; make two lists, or one with concat()");
    }
    *out = type_list(item);
    return true;
}

static bool constant_push(ListWriter *writer, const Value *value, Type item, Error *err)
{
    PlanNode node = value_constant(value, item);
    const uint8_t valid = !node.is_null;
    Vector vector = {.type = item, .count = 1, .valid = &valid, .values.any = &node.constant};
    return list_writer_push(writer, &vector, 0, err);
}

/// The items before the first that is no constant, as a literal; `*out_count` of them.
static bool constants_gather(Arena *arena, Type type, const Value *values, uint32_t count, Value *out,
                             uint32_t *out_count, Error *err)
{
    AUTO(list_writer_deinit) ListWriter writer = {0};
    Value list = {.type = type, .is_literal = true, .literal = {.kind = PLAN_CONSTANT, .type = type}};
    Type item = type_item(type);
    uint32_t i = 0;
    TRY(list_writer_begin(&writer, type, err));
    for (; i < count && value_is_constant(&values[i], item); i++) TRY(constant_push(&writer, &values[i], item, err));
    TRY(list_writer_finish(&writer, arena, &list.literal.constant.string, err));
    *out = list;
    *out_count = i;
    return true;
}

static bool item_push(Builder *builder, const Value *value, Value *list, Error *err)
{
    uint32_t arguments[PLAN_ARGUMENTS_MAX] = {0};
    TRY(value_node(builder, list, list->type, &arguments[0], err));
    TRY(value_node(builder, value, type_item(list->type), &arguments[1], err));
    list->is_literal = false;
    return builder_call(builder, KERNEL_LIST_PUSH, list->type, arguments, &list->node, err);
}

static bool emit_items(Emitter *emitter, uint32_t i, const Value *values, uint32_t count, Value *out, Error *err)
{
    Type type = {0};
    Value list = {0};
    uint32_t done = 0;
    TRY(list_type(emitter, i, values, count, &type, err));
    TRY(constants_gather(&emitter->assembly->compiler->arena, type, values, count, &list, &done, err));
    for (; done < count; done++) TRY(item_push(emit_builder(emitter, i), &values[done], &list, err));
    *out = list;
    return true;
}

bool emit_list(Emitter *emitter, uint32_t i, Value *out, Error *err)
{
    const TreeNode *node = &emitter->formula->tree.nodes[i];
    Value *values = memory_alloc_array(node->item_count + 1, sizeof(Value), err);
    if (values == NULL) return false;
    for (uint32_t k = 0; k < node->item_count; k++) values[k] = emitter->values[node->items[k]];
    bool done = emit_items(emitter, i, values, node->item_count, out, err);
    memory_free(values);
    return done;
}
