#include <string.h>

#include "engine/program_internal.h"

void program_state_deinit(ProgramState *state)
{
    arena_deinit(&state->arena);
}

bool program_node_is_lent(const PlanNode *node, const ProgramInput *input)
{
    switch (node->kind) {
    case PLAN_COLUMN:
        return node->index >= input->gathered_count || (input->rows == NULL && input->known == NULL);
    case PLAN_AT:
    case PLAN_AGGREGATE:
        return true;
    case PLAN_CONSTANT:
    case PLAN_CALL:
        return false;
    }
    return false;
}

static Values values_at(Values values, Storage storage, size_t i)
{
    return (Values){.any = (uint8_t *)values.any + i * storage_size(storage)};
}

static Vector at_vector(const ProgramInput *input)
{
    union {
        const int64_t *at;
        int64_t *ints;
    } instants = {.at = input->at}; // vectors are read-only views
    return (Vector){.type = TYPE_INSTANT, .count = input->count, .values = {.ints = instants.ints}};
}

Vector program_node_lend(const PlanNode *node, const ProgramInput *input, size_t begin, size_t count)
{
    Vector at = at_vector(input);
    const Vector *whole = node->kind == PLAN_AT          ? &at
                          : node->kind == PLAN_AGGREGATE ? &input->aggregates[node->group][node->index]
                                                         : &input->columns[node->index];
    return vector_slice(whole, begin, begin + count);
}

static void fill_constant(const PlanNode *node, Block *block, size_t count)
{
    Storage storage = type_storage(node->type);
    size_t size = storage_size(storage);

    memset(block->valid, !node->is_null, count);
    if (node->is_null) return;
    for (size_t i = 0; i < count; i++) memcpy((uint8_t *)block->values.any + i * size, &node->constant, size);
}

static bool block_alloc(ProgramState *state, uint32_t id, Error *err)
{
    const ProgramJob *job = state->job;
    const PlanNode *node = &job->program->nodes[id];
    Block *block = &state->blocks[id];

    block->valid = arena_alloc(&state->arena, job->capacity, err);
    TRY(block->valid != NULL);
    block->values.any = arena_alloc_array(&state->arena, job->capacity, storage_size(type_storage(node->type)), err);
    TRY(block->values.any != NULL);
    if (node->kind == PLAN_CONSTANT) fill_constant(node, block, job->capacity);
    return true;
}

/// The plan has them ready; a program without a plan reads them here.
static bool find_constants(ProgramState *state, uint32_t id, Error *err)
{
    const PlanNode *node = &state->job->program->nodes[id];
    state->constants[id] = node->constants;
    if (node->kind != PLAN_CALL || node->constants != NULL) return true;
    return kernel_constants_of(state->job->program, node, &state->arena, &state->constants[id], err);
}

bool program_state_init(const ProgramJob *job, Arena *text, ProgramState *out, Error *err)
{
    AUTO(program_state_deinit) ProgramState state = {.job = job, .text = text};
    size_t node_count = job->program->node_count;

    state.values = arena_alloc_array(&state.arena, node_count, sizeof(*state.values), err);
    TRY(state.values != NULL);
    state.blocks = arena_alloc_array(&state.arena, node_count, sizeof(*state.blocks), err);
    TRY(state.blocks != NULL);
    state.constants = arena_alloc_array(&state.arena, node_count, sizeof(*state.constants), err);
    TRY(state.constants != NULL);
    for (uint32_t id = 0; id < node_count; id++) {
        if (!job->needed[id] || program_node_is_lent(&job->program->nodes[id], job->input)) continue;
        if (job->targets[id] == PLAN_NONE) TRY(block_alloc(&state, id, err));
        TRY(find_constants(&state, id, err));
    }

    *out = state;
    state = (ProgramState){0};
    return true;
}

// A node that is asked for writes straight into its output.
static void aim_block(ProgramState *state, uint32_t id, size_t begin, size_t count)
{
    const ProgramJob *job = state->job;
    Block *block = &state->blocks[id];
    uint32_t target = job->targets[id];

    block->count = count;
    if (target == PLAN_NONE) return;
    union {
        const uint8_t *read;
        uint8_t *write;
    } valid = {.read = job->outputs[target].valid}; // this evaluation's own
    block->valid = valid.write + begin;
    block->values = values_at(job->outputs[target].values, type_storage(job->outputs[target].type), begin);
    if (job->program->nodes[id].kind == PLAN_CONSTANT) fill_constant(&job->program->nodes[id], block, count);
}

#define GATHER(member)                                                                                                 \
    for (size_t i = 0; i < block->count; i++)                                                                          \
    block->values.member[i] = column->values.member[rows == NULL ? begin + i : rows[begin + i]]

static void gather_values(const Vector *column, const uint64_t *rows, size_t begin, Block *block)
{
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        GATHER(bools);
        break;
    case STORAGE_INT:
        GATHER(ints);
        break;
    case STORAGE_FLOAT:
        GATHER(floats);
        break;
    case STORAGE_DECIMAL:
        GATHER(decimals);
        break;
    case STORAGE_STRING:
        GATHER(strings);
        break;
    }
}

static void gather_column(const ProgramInput *input, uint32_t index, size_t begin, Block *block)
{
    const Vector *column = &input->columns[index];
    const uint64_t *rows = input->rows;

    gather_values(column, rows, begin, block);
    for (size_t i = 0; i < block->count; i++) {
        size_t row = rows == NULL ? begin + i : rows[begin + i];
        bool known = input->known == NULL || input->known[(begin + i) * input->gathered_count + index];
        block->valid[i] = known && vector_is_valid(column, row);
    }
    block_zero_nulls(block, type_storage(column->type));
}

static bool run_call(ProgramState *state, uint32_t id, Error *err)
{
    const PlanNode *node = &state->job->program->nodes[id];
    KernelContext context = {.type = node->type, .constants = state->constants[id], .text = state->text};
    Vector arguments[PLAN_ARGUMENTS_MAX];

    for (uint32_t i = 0; i < node->argument_count; i++) arguments[i] = state->values[node->arguments[i]];
    return kernel_run(node->kernel, &context, arguments, node->argument_count, &state->blocks[id], err);
}

static bool run_node(ProgramState *state, uint32_t id, size_t begin, size_t count, Error *err)
{
    const ProgramJob *job = state->job;
    const PlanNode *node = &job->program->nodes[id];
    Block *block = &state->blocks[id];

    if (program_node_is_lent(node, job->input)) {
        state->values[id] = program_node_lend(node, job->input, begin, count);
        return true;
    }
    aim_block(state, id, begin, count);
    if (node->kind == PLAN_COLUMN) gather_column(job->input, node->index, begin, block);
    if (node->kind == PLAN_CALL) TRY(run_call(state, id, err));
    state->values[id] = (Vector){.type = node->type, .count = count, .valid = block->valid, .values = block->values};
    return true;
}

bool program_state_run(ProgramState *state, size_t begin, size_t count, Error *err)
{
    const ProgramJob *job = state->job;

    for (uint32_t id = 0; id < job->program->node_count; id++) {
        if (job->needed[id]) TRY(run_node(state, id, begin, count, err));
    }
    return true;
}
