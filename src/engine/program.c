#include "engine/program.h"

#include <string.h>

#include "base/memory.h"
#include "engine/program_internal.h"
#include "sys/thread.h"

void program_output_deinit(ProgramOutput *output)
{
    for (size_t i = 0; output->owned != NULL && i < 2 * output->vector_count; i++) memory_free(output->owned[i]);
    for (size_t i = 0; output->texts != NULL && i < output->text_count; i++) arena_deinit(&output->texts[i]);
    arena_deinit(&output->arena);
    *output = (ProgramOutput){0};
}

void program_mark_needed(const Program *program, const uint32_t *nodes, size_t count, uint8_t *needed)
{
    for (size_t i = 0; i < count; i++) needed[nodes[i]] = 1;
    for (uint32_t id = program->node_count; id-- > 0;) {
        const PlanNode *node = &program->nodes[id];
        for (uint32_t i = 0; needed[id] && node->kind == PLAN_CALL && i < node->argument_count; i++)
            needed[node->arguments[i]] = 1;
    }
}

static size_t task_count(size_t rows)
{
    return (rows + PROGRAM_TASK_ROWS - 1) / PROGRAM_TASK_ROWS;
}

static bool output_alloc(size_t node_count, size_t rows, ProgramOutput *out, Error *err)
{
    out->vectors = arena_alloc_array(&out->arena, node_count, sizeof(*out->vectors), err);
    TRY(out->vectors != NULL);
    out->owned = arena_alloc_array(&out->arena, 2 * node_count, sizeof(*out->owned), err);
    TRY(out->owned != NULL);
    out->vector_count = node_count;
    out->texts = arena_alloc_array(&out->arena, task_count(rows), sizeof(*out->texts), err);
    TRY(out->texts != NULL);
    out->text_count = task_count(rows);
    return true;
}

// Few rows lie in the arena, many in memory of their own.
static bool values_alloc(ProgramOutput *out, size_t count, size_t size, void **owned, void **values, Error *err)
{
    if (count <= PROGRAM_SMALL_ROWS) {
        *values = arena_alloc_array(&out->arena, count, size, err);
    } else {
        *owned = memory_alloc_array(count, size, err);
        *values = *owned;
    }
    return *values != NULL;
}

static bool vector_alloc(ProgramOutput *out, size_t i, Type type, size_t count, Error *err)
{
    void *values = NULL;
    void *valid = NULL;
    TRY(values_alloc(out, count, storage_size(type_storage(type)), &out->owned[2 * i], &values, err));
    TRY(values_alloc(out, count, sizeof(uint8_t), &out->owned[2 * i + 1], &valid, err));
    out->vectors[i] = (Vector){.type = type, .count = count, .valid = valid, .values = {.any = values}};
    return true;
}

// Lent vectors are ready; the others get memory that their nodes write into. A node asked for twice is computed once.
static bool aim_outputs(const Program *program, const uint32_t *nodes, const ProgramInput *input, uint32_t *targets,
                        ProgramOutput *out, Error *err)
{
    for (uint32_t id = 0; id < program->node_count; id++) targets[id] = PLAN_NONE;
    for (size_t i = 0; i < out->vector_count; i++) {
        const PlanNode *node = &program->nodes[nodes[i]];
        if (program_node_is_lent(node, input)) {
            out->vectors[i] = program_node_lend(node, input, 0, input->count);
        } else if (targets[nodes[i]] == PLAN_NONE) {
            TRY(vector_alloc(out, i, node->type, input->count, err));
            targets[nodes[i]] = (uint32_t)i;
        }
    }
    return true;
}

typedef struct ProgramRun {
    ProgramJob job;
    Arena *texts;
} ProgramRun;

static bool run_task(void *context, size_t index, Error *err)
{
    const ProgramRun *run = context;
    AUTO(program_state_deinit) ProgramState state = {0};
    size_t rows = run->job.input->count;
    size_t begin = index * PROGRAM_TASK_ROWS;
    size_t end = rows - begin < PROGRAM_TASK_ROWS ? rows : begin + PROGRAM_TASK_ROWS;

    TRY(program_state_init(&run->job, &run->texts[index], &state, err));
    for (; begin < end; begin += run->job.capacity) {
        size_t count = end - begin < run->job.capacity ? end - begin : run->job.capacity;
        TRY(program_state_run(&state, begin, count, err));
    }
    return true;
}

// Vectors without a null say so, which spares later readers the look.
static void settle_outputs(const uint32_t *nodes, const uint32_t *targets, ProgramOutput *out)
{
    for (size_t i = 0; i < out->vector_count; i++) {
        Vector *vector = &out->vectors[i];
        uint32_t target = targets[nodes[i]];
        if (target == PLAN_NONE) continue;
        if (target != i) {
            *vector = out->vectors[target];
        } else if (vector->count == 0 || memchr(vector->valid, 0, vector->count) == NULL) {
            vector->valid = NULL;
        }
    }
}

bool program_evaluate(const Program *program, const uint32_t *nodes, size_t node_count, const ProgramInput *input,
                      size_t threads, ProgramOutput *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(program_output_deinit) ProgramOutput output = {0};
    uint8_t *needed = arena_alloc(&arena, program->node_count, err);
    TRY(needed != NULL);
    uint32_t *targets = arena_alloc_array(&arena, program->node_count, sizeof(*targets), err);
    TRY(targets != NULL);

    program_mark_needed(program, nodes, node_count, needed);
    TRY(output_alloc(node_count, input->count, &output, err));
    TRY(aim_outputs(program, nodes, input, targets, &output, err));
    ProgramRun run = {
        .job = {.program = program,
                .input = input,
                .needed = needed,
                .targets = targets,
                .outputs = output.vectors,
                .capacity = input->count < PROGRAM_BLOCK_ROWS ? input->count : PROGRAM_BLOCK_ROWS},
        .texts = output.texts,
    };
    TRY(thread_parallel_for(task_count(input->count), threads, run_task, &run, err));
    settle_outputs(nodes, targets, &output);

    *out = output;
    output = (ProgramOutput){0};
    return true;
}
