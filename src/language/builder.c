#include "language/builder.h"

#include <string.h>

void builder_deinit(Builder *builder)
{
    map_deinit(&builder->ids);
    arena_deinit(&builder->keys);
    memory_free(builder->nodes.items);
    memory_free(builder->outputs.items);
    *builder = (Builder){0};
}

static bool key_constant(const PlanNode *node, Bytes *out, Error *err)
{
    if (node->is_null) return true;
    switch (type_storage(node->type)) {
    case STORAGE_BOOL:
        return bytes_append_byte(out, node->constant.boolean, err);
    case STORAGE_INT:
        return bytes_append(out, &node->constant.integer, sizeof(int64_t), err);
    case STORAGE_FLOAT:
        return bytes_append(out, &node->constant.number, sizeof(double), err);
    case STORAGE_DECIMAL:
        return bytes_append(out, &node->constant.decimal, sizeof(Int128), err);
    case STORAGE_STRING:
        return bytes_append_str(out, node->constant.string, err);
    }
    return true;
}

/// All that makes two nodes the same.
static bool key_append(const PlanNode *node, Bytes *out, Error *err)
{
    TRY(bytes_append_u32(out, (uint32_t)node->kind, err));
    TRY(bytes_append_u32(out, (uint32_t)node->type.id << 8 | node->type.scale, err));
    if (type_is_nested(node->type)) TRY(bytes_append_u32(out, (uint32_t)node->type.item << 8 | node->type.key, err));
    switch (node->kind) {
    case PLAN_CONSTANT:
        TRY(bytes_append_byte(out, node->is_null, err));
        return key_constant(node, out, err);
    case PLAN_COLUMN:
        return bytes_append_u32(out, node->index, err);
    case PLAN_AT:
        return true;
    case PLAN_AGGREGATE:
        TRY(bytes_append_u32(out, node->group, err));
        return bytes_append_u32(out, node->index, err);
    case PLAN_CALL:
        break;
    }
    TRY(bytes_append_u32(out, (uint32_t)node->kernel, err));
    for (uint32_t i = 0; i < node->argument_count; i++) TRY(bytes_append_u32(out, node->arguments[i], err));
    return true;
}

bool builder_add(Builder *builder, PlanNode node, uint32_t *out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str key = {0};
    uint64_t id = builder->nodes.count;
    bool is_new = false;
    if (id == PROGRAM_NODES_MAX) {
        return error_set(err, ERROR_CONFIG, "more than %d operations in one program", PROGRAM_NODES_MAX);
    }
    TRY(key_append(&node, &bytes, err));
    TRY(array_reserve(&builder->nodes.items, &builder->nodes.capacity, builder->nodes.count + 1, sizeof(PlanNode),
                      err));
    TRY(arena_copy(&builder->keys, bytes_str(&bytes), &key, err));
    TRY(map_get_or_put(&builder->ids, key, id, &id, &is_new, err));
    if (is_new) builder->nodes.items[builder->nodes.count++] = node;
    *out = (uint32_t)id;
    return true;
}

bool builder_call(Builder *builder, Kernel kernel, Type type, const uint32_t *arguments, uint32_t *out, Error *err)
{
    PlanNode node = {.kind = PLAN_CALL, .type = type, .index = PLAN_NONE, .group = PLAN_NONE, .kernel = kernel};
    node.argument_count = kernel_argument_count(kernel);
    memcpy(node.arguments, arguments, node.argument_count * sizeof(uint32_t));
    return builder_add(builder, node, out, err);
}

bool builder_output(Builder *builder, uint32_t first, uint32_t node, uint32_t *out, Error *err)
{
    for (uint32_t i = first; i < builder->outputs.count; i++) {
        if (builder->outputs.items[i] != node) continue;
        *out = i;
        return true;
    }
    uint32_t place = (uint32_t)builder->outputs.count;
    TRY(ARRAY_PUSH(&builder->outputs, node, err));
    *out = place;
    return true;
}

static bool program_copy_strings(Program *program, Arena *arena, Error *err)
{
    for (uint32_t i = 0; i < program->node_count; i++) {
        PlanNode *node = &program->nodes[i];
        bool is_text = type_storage(node->type) == STORAGE_STRING;
        bool is_held = node->kind == PLAN_CONSTANT && is_text && !node->is_null;
        if (is_held) TRY(arena_copy(arena, node->constant.string, &node->constant.string, err));
    }
    return true;
}

bool builder_finish(const Builder *builder, Arena *arena, Program *out, Error *err)
{
    Program program = {.node_count = (uint32_t)builder->nodes.count, .output_count = (uint32_t)builder->outputs.count};
    program.nodes = arena_alloc_array(arena, program.node_count, sizeof(PlanNode), err);
    program.outputs = arena_alloc_array(arena, program.output_count, sizeof(uint32_t), err);
    if (program.nodes == NULL || program.outputs == NULL) return false;
    if (program.node_count > 0) memcpy(program.nodes, builder->nodes.items, program.node_count * sizeof(PlanNode));
    if (program.output_count > 0)
        memcpy(program.outputs, builder->outputs.items, program.output_count * sizeof(uint32_t));
    TRY(program_copy_strings(&program, arena, err));
    *out = program;
    return true;
}
