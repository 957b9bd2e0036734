#include "engine/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"

void node_values_deinit(NodeValues *evaluation)
{
    for (size_t i = 0; i < evaluation->owned_count; i++) memory_free(evaluation->owned[i]);
    memory_free(evaluation->owned);
    program_output_deinit(&evaluation->output);
    for (size_t i = 0; i < evaluation->key_count; i++) program_output_deinit(&evaluation->keys[i]);
    for (size_t i = 0; i < evaluation->texts.count; i++) arena_deinit(&evaluation->texts.items[i]);
    memory_free(evaluation->texts.items);
    arena_deinit(&evaluation->arena);
    *evaluation = (NodeValues){0};
}

bool node_values_take(NodeValues *evaluation, const void *values)
{
    for (size_t i = 0; i < evaluation->owned_count; i++) {
        if (evaluation->owned[i] != values) continue;
        evaluation->owned[i] = NULL;
        return true;
    }
    return false;
}

/// An evaluation under way.
typedef struct EvaluationJob {
    const Evaluator *evaluator;
    const Queries *queries;
    NodeValues *evaluation;
    uint8_t *needed;           ///< per node of the main program
    const Vector **aggregates; ///< per group: a vector per aggregate
    EntityStatus *statuses;
} EvaluationJob;

// Memory for one value per query, freed with the evaluation; for few queries in its arena.
static bool own(EvaluationJob *job, size_t size, void **out, Error *err)
{
    NodeValues *evaluation = job->evaluation;
    if (job->queries->count <= PROGRAM_SMALL_ROWS) {
        *out = arena_alloc_array(&evaluation->arena, job->queries->count, size, err);
        return *out != NULL;
    }
    TRY(array_reserve(&evaluation->owned, &evaluation->owned_capacity, evaluation->owned_count + 1, sizeof(void *),
                      err));
    *out = memory_alloc_array(job->queries->count, size, err);
    TRY(*out != NULL);
    evaluation->owned[evaluation->owned_count++] = *out;
    return true;
}

// Facts keep what the row program gives after the keys.
static uint32_t fact_column(const PlanGroup *group, uint32_t output)
{
    return output == PLAN_NONE ? PLAN_NONE : output - group->key_count;
}

static bool request_aggregate(EvaluationJob *job, const PlanGroup *group, const PlanAggregate *plan,
                              WindowAggregate *out, Error *err)
{
    void *valid = NULL;
    void *values = NULL;

    TRY(own(job, sizeof(uint8_t), &valid, err));
    TRY(own(job, storage_size(type_storage(plan->type)), &values, err));
    *out = (WindowAggregate){
        .plan = plan,
        .argument_column = fact_column(group, plan->argument),
        .second_column = fact_column(group, plan->second),
        .category_column = fact_column(group, plan->category),
        .condition_column = fact_column(group, plan->condition),
        .type = plan->type,
        .result = {.count = job->queries->count, .valid = valid, .values = {.any = values}},
    };
    if (plan->argument != PLAN_NONE) out->argument = group->rows.nodes[group->rows.outputs[plan->argument]].type;
    if (plan->second != PLAN_NONE) out->second = group->rows.nodes[group->rows.outputs[plan->second]].type;
    return aggregate_fill_empty(plan, &job->evaluation->arena, &out->result, err);
}

static int compare_windows(const void *left, const void *right)
{
    const PlanAggregate *left_plan = ((const WindowAggregate *)left)->plan;
    const PlanAggregate *right_plan = ((const WindowAggregate *)right)->plan;
    int order = window_compare(&left_plan->window, &right_plan->window);
    if (order != 0) return order;
    return (left_plan > right_plan) - (left_plan < right_plan);
}

// The needed aggregates of a group; each one's vector is where the program will look for it.
static bool request_aggregates(EvaluationJob *job, uint32_t group, GroupRequest *request, Error *err)
{
    const Plan *plan = job->evaluator->plan;
    const PlanGroup *planned = &plan->groups[group];
    Arena *arena = &job->evaluation->arena;
    uint8_t *asked = arena_alloc(arena, planned->aggregate_count, err);
    TRY(asked != NULL);

    for (uint32_t id = 0; id < plan->main.node_count; id++) {
        const PlanNode *node = &plan->main.nodes[id];
        if (job->needed[id] && node->kind == PLAN_AGGREGATE && node->group == group) asked[node->index] = 1;
    }
    request->aggregates = arena_alloc_array(arena, planned->aggregate_count, sizeof(*request->aggregates), err);
    TRY(request->aggregates != NULL);
    for (uint32_t i = 0; i < planned->aggregate_count; i++) {
        if (!asked[i]) continue;
        TRY(request_aggregate(job, planned, &planned->aggregates[i], &request->aggregates[request->aggregate_count++],
                              err));
    }
    qsort(request->aggregates, request->aggregate_count, sizeof(*request->aggregates), compare_windows);
    return true;
}

// Views of the results, by the aggregates' places in the plan.
static bool view_aggregates(EvaluationJob *job, const GroupRequest *request, Error *err)
{
    const PlanGroup *planned = request->plan;
    Vector *vectors = arena_alloc_array(&job->evaluation->arena, planned->aggregate_count, sizeof(*vectors), err);
    TRY(vectors != NULL);

    for (size_t i = 0; i < request->aggregate_count; i++) {
        const WindowAggregate *aggregate = &request->aggregates[i];
        vectors[aggregate->plan - planned->aggregates] = (Vector){
            .type = aggregate->type,
            .count = request->count,
            .valid = aggregate->result.valid,
            .values = aggregate->result.values,
        };
    }
    job->aggregates[request->group] = vectors;
    return true;
}

// An inclusive group sees what is known at t itself: it is asked as of one microsecond later.
static bool shift_instants(EvaluationJob *job, const int64_t **at, Error *err)
{
    void *shifted = NULL;
    TRY(own(job, sizeof(int64_t), &shifted, err));
    int64_t *instants = shifted;
    for (size_t i = 0; i < job->queries->count; i++) instants[i] = (*at)[i] == INT64_MAX ? INT64_MAX : (*at)[i] + 1;
    *at = instants;
    return true;
}

static bool read_group(EvaluationJob *job, uint32_t group, const Vector *keys, Error *err)
{
    const Evaluator *evaluator = job->evaluator;
    const PlanGroup *planned = &evaluator->plan->groups[group];
    GroupRequest request = {
        .plan = planned,
        .group = group,
        .keys = keys,
        .at = job->queries->at,
        .count = job->queries->count,
        .text = &job->evaluation->arena,
        .texts = &job->evaluation->texts,
    };

    TRY(request_aggregates(job, group, &request, err));
    if (job->statuses != NULL) request.statuses = job->statuses + group * request.count;
    if (planned->inclusive) TRY(shift_instants(job, &request.at, err));
    TRY(evaluator->read(evaluator->context, &request, err));
    return view_aggregates(job, &request, err);
}

static ProgramInput main_input(const EvaluationJob *job)
{
    return (ProgramInput){
        .count = job->queries->count,
        .columns = job->queries->inputs,
        .at = job->queries->at,
        .aggregates = job->aggregates,
    };
}

static bool group_is_needed(const EvaluationJob *job, uint32_t group)
{
    const Program *program = &job->evaluator->plan->main;

    if (job->statuses != NULL) return true;
    for (uint32_t id = 0; id < program->node_count; id++) {
        const PlanNode *node = &program->nodes[id];
        if (job->needed[id] && node->kind == PLAN_AGGREGATE && node->group == group) return true;
    }
    return false;
}

// From the last group to the first, as an entity may be named by what groups before say: those are asked too.
static void ask_groups(EvaluationJob *job, uint8_t *asked)
{
    const Plan *plan = job->evaluator->plan;
    for (uint32_t group = plan->group_count; group-- > 0;) {
        const PlanGroup *planned = &plan->groups[group];
        asked[group] = group_is_needed(job, group);
        if (asked[group]) program_mark_needed(&plan->main, planned->request_keys, planned->key_count, job->needed);
    }
}

// Per node of the main program: one more than the last group whose aggregates it reads, 0 when it reads none.
static void find_reach(const Program *program, uint32_t *reach)
{
    for (uint32_t id = 0; id < program->node_count; id++) {
        const PlanNode *node = &program->nodes[id];
        if (node->kind == PLAN_AGGREGATE) reach[id] = node->group + 1;
        for (uint32_t i = 0; i < node->argument_count; i++) {
            if (reach[id] < reach[node->arguments[i]]) reach[id] = reach[node->arguments[i]];
        }
    }
}

// The end of the groups from `begin` on whose keys read only groups before `begin`: their keys are computed in one go.
static uint32_t wave_end(const Plan *plan, const uint32_t *reach, uint32_t begin)
{
    uint32_t end = begin + 1;
    for (; end < plan->group_count; end++) {
        const PlanGroup *group = &plan->groups[end];
        for (uint32_t part = 0; part < group->key_count; part++) {
            if (reach[group->request_keys[part]] > begin) return end;
        }
    }
    return end;
}

/// Groups whose keys are computed at once.
typedef struct Wave {
    uint32_t begin, end;
    const uint8_t *asked; ///< per group of the plan
} Wave;

// The entity keys of a wave's groups, one group's after the other's.
static bool evaluate_keys(EvaluationJob *job, const Wave *wave, ProgramOutput *out, Error *err)
{
    const Plan *plan = job->evaluator->plan;
    size_t count = 0;
    for (uint32_t group = wave->begin; group < wave->end; group++) count += plan->groups[group].key_count;
    uint32_t *nodes = arena_alloc_array(&job->evaluation->arena, count, sizeof(*nodes), err);
    TRY(nodes != NULL);

    count = 0;
    for (uint32_t group = wave->begin; group < wave->end; group++) {
        for (uint32_t part = 0; wave->asked[group] && part < plan->groups[group].key_count; part++)
            nodes[count++] = plan->groups[group].request_keys[part];
    }
    ProgramInput input = main_input(job);
    return program_evaluate(&plan->main, nodes, count, &input, job->evaluator->threads, out, err);
}

static bool read_wave(EvaluationJob *job, const Wave *wave, Error *err)
{
    const Plan *plan = job->evaluator->plan;
    NodeValues *evaluation = job->evaluation;
    ProgramOutput *output = &evaluation->keys[evaluation->key_count];

    TRY(evaluate_keys(job, wave, output, err));
    evaluation->key_count++;
    const Vector *keys = output->vectors;
    for (uint32_t group = wave->begin; group < wave->end; group++) {
        if (!wave->asked[group]) continue;
        TRY(read_group(job, group, keys, err));
        keys += plan->groups[group].key_count;
    }
    return true;
}

static bool read_groups(EvaluationJob *job, Error *err)
{
    const Plan *plan = job->evaluator->plan;
    Arena *arena = &job->evaluation->arena;
    uint8_t *asked = arena_alloc(arena, plan->group_count, err);
    TRY(asked != NULL);
    uint32_t *reach = arena_alloc_array(arena, plan->main.node_count, sizeof(*reach), err);
    TRY(reach != NULL);
    job->evaluation->keys = arena_alloc_array(arena, plan->group_count, sizeof(ProgramOutput), err);
    TRY(job->evaluation->keys != NULL);

    ask_groups(job, asked);
    find_reach(&plan->main, reach);
    for (uint32_t begin = 0; begin < plan->group_count;) {
        Wave wave = {begin, wave_end(plan, reach, begin), asked};
        TRY(read_wave(job, &wave, err));
        begin = wave.end;
    }
    return true;
}

static bool evaluate_into(EvaluationJob *job, const uint32_t *nodes, size_t node_count, Error *err)
{
    const Plan *plan = job->evaluator->plan;
    Arena *arena = &job->evaluation->arena;

    job->needed = arena_alloc(arena, plan->main.node_count, err);
    TRY(job->needed != NULL);
    job->aggregates = arena_alloc_array(arena, plan->group_count, sizeof(*job->aggregates), err);
    TRY(job->aggregates != NULL);
    program_mark_needed(&plan->main, nodes, node_count, job->needed);
    TRY(read_groups(job, err));
    ProgramInput input = main_input(job);
    return program_evaluate(&plan->main, nodes, node_count, &input, job->evaluator->threads, &job->evaluation->output,
                            err);
}

bool evaluate_nodes(const Evaluator *evaluator, const Queries *queries, const uint32_t *nodes, size_t node_count,
                    EntityStatus *statuses, NodeValues *out, Error *err)
{
    AUTO(node_values_deinit) NodeValues evaluation = {0};
    EvaluationJob job = {.evaluator = evaluator, .queries = queries, .evaluation = &evaluation, .statuses = statuses};

    for (size_t i = 0; statuses != NULL && i < evaluator->plan->group_count * queries->count; i++)
        statuses[i] = ENTITY_UNKNOWN;
    TRY(evaluate_into(&job, nodes, node_count, err));

    *out = evaluation;
    evaluation = (NodeValues){0};
    return true;
}
