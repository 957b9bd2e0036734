#include "engine/explain.h"

#include <string.h>

#include "base/array.h"
#include "engine/explain_facts.h"
#include "engine/window_internal.h"
#include "frame/json_value.h"
#include "language/aggregation.h"

const char *explain_reason_text(ExplainReason reason)
{
    static const char *const texts[EXPLAIN_REASON_COUNT] = {
        [EXPLAIN_COUNTED] = "counted",       [EXPLAIN_LATE] = "not known yet",    [EXPLAIN_REPLACED] = "replaced",
        [EXPLAIN_RETRACTED] = "retracted",   [EXPLAIN_AHEAD] = "not in time yet", [EXPLAIN_LEFT] = "left the window",
        [EXPLAIN_CAPPED] = "beyond the cap", [EXPLAIN_CONDITION] = "not 'where'", [EXPLAIN_NULL] = "null",
    };
    return texts[reason];
}

const char *explain_reason_name(ExplainReason reason)
{
    static const char *const names[EXPLAIN_REASON_COUNT] = {
        [EXPLAIN_COUNTED] = "counted",     [EXPLAIN_LATE] = "late",           [EXPLAIN_REPLACED] = "replaced",
        [EXPLAIN_RETRACTED] = "retracted", [EXPLAIN_AHEAD] = "ahead",         [EXPLAIN_LEFT] = "left",
        [EXPLAIN_CAPPED] = "capped",       [EXPLAIN_CONDITION] = "condition", [EXPLAIN_NULL] = "null",
    };
    return names[reason];
}

void explanation_deinit(Explanation *explanation)
{
    arena_deinit(&explanation->arena);
    *explanation = (Explanation){0};
}

static bool find_feature(const Plan *plan, Str name, const PlanFeature **out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str *names = arena_alloc_array(&arena, plan->feature_count, sizeof(Str), err);
    TRY(names != NULL);
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        names[i] = plan->features[i].name;
        *out = &plan->features[i];
        if (str_equal(name, names[i])) return true;
    }
    Str nearest = str_nearest(name, names, plan->feature_count);
    if (nearest.size > 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no feature '%.*s'; did you mean '%.*s'?", STR_ARG(name),
                         STR_ARG(nearest));
    return error_set(err, ERROR_NOT_FOUND, "there is no feature '%.*s'; features are named view.column", STR_ARG(name));
}

// Marks what the node reads: 1 in its own expression, 2 only to find the entities of aggregates.
static void mark_read(const Plan *plan, uint32_t node, uint8_t *marks)
{
    marks[node] = 1;
    for (uint32_t i = plan->main.node_count; i-- > 0;) {
        const PlanNode *read = &plan->main.nodes[i];
        if (marks[i] == 0) continue;
        for (uint32_t k = 0; k < read->argument_count; k++) {
            uint8_t *mark = &marks[read->arguments[k]];
            if (*mark != 1) *mark = marks[i];
        }
        if (read->kind != PLAN_AGGREGATE) continue;
        const PlanGroup *group = &plan->groups[read->group];
        for (uint32_t k = 0; k < group->key_count; k++) {
            if (marks[group->request_keys[k]] == 0) marks[group->request_keys[k]] = 2;
        }
    }
}

bool explain_inputs(const Plan *plan, Str feature, uint8_t *needed, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const PlanFeature *found = NULL;
    TRY(find_feature(plan, feature, &found, err));
    uint8_t *marks = arena_alloc(&arena, plan->main.node_count, err);
    TRY(marks != NULL);
    mark_read(plan, found->node, marks);
    for (uint32_t i = 0; i < plan->main.node_count; i++) {
        const PlanNode *node = &plan->main.nodes[i];
        if (marks[i] != 0 && node->kind == PLAN_COLUMN) needed[node->index] = 1;
    }
    return true;
}

/// An explanation under way.
typedef struct Explainer {
    const Engine *engine;
    const Plan *plan;
    const Frame *tables;
    const ExplainQuestion *question;
    Explanation *out;
    Arena scratch;
    uint8_t *marks; ///< per node of the main program
} Explainer;

static bool value_json(Explainer *explainer, const Vector *vector, size_t i, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(vector_write_json(vector, i, &json, err));
    return arena_copy(&explainer->out->arena, bytes_str(&text), out, err);
}

static bool entity_json(Explainer *explainer, const Vector *keys, size_t count, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) TRY(vector_write_json(&keys[i], 0, &json, err));
    TRY(json_array_end(&json, err));
    return arena_copy(&explainer->out->arena, bytes_str(&text), out, err);
}

static bool key_json(Explainer *explainer, uint32_t source, uint64_t row, Str *out, Error *err)
{
    const PlanSource *planned = &explainer->plan->sources[source];
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    if (planned->key_count == 0) return true;
    TRY(json_object_begin(&json, err));
    for (uint32_t i = 0; i < planned->key_count; i++) {
        Vector vector = frame_vector(&explainer->tables[source], planned->key[i]);
        vector.type = type_is_timestamp(vector.type) ? vector.type : type_computed(vector.type);
        TRY(json_key(&json, planned->fields[planned->key[i]].name, err));
        TRY(vector_write_json(&vector, (size_t)row, &json, err));
    }
    TRY(json_object_end(&json, err));
    return arena_copy(&explainer->out->arena, bytes_str(&text), out, err);
}

/// One aggregate, its window as of the instant asked for, and which facts the window holds.
typedef struct Judge {
    const ExplainFacts *facts;
    const PlanAggregate *plan;
    WindowBounds bounds;
    uint8_t *held;     ///< per fact: in the window
    uint8_t *uncapped; ///< the same without the cap on rows
} Judge;

static const Vector *judge_column(const Judge *judge, uint32_t output)
{
    return output == PLAN_NONE ? NULL : &judge->facts->facts.columns[output - judge->facts->group->key_count];
}

static bool is_null(const Judge *judge, uint32_t output, size_t fact)
{
    const Vector *vector = judge_column(judge, output);
    return vector != NULL && !vector_is_valid(vector, fact);
}

static ExplainReason judge_value(const Judge *judge, size_t fact)
{
    const PlanAggregate *plan = judge->plan;
    const Vector *condition = judge_column(judge, plan->condition);
    if (condition != NULL && !(vector_is_valid(condition, fact) && condition->values.bools[fact] != 0))
        return EXPLAIN_CONDITION;
    bool null = is_null(judge, plan->argument, fact) &&
                aggregation_info(plan->aggregation)->counts == AGGREGATION_COUNTS_VALUES;
    null |= is_null(judge, plan->second, fact) || is_null(judge, plan->category, fact);
    return null ? EXPLAIN_NULL : EXPLAIN_COUNTED;
}

static ExplainReason judge_fact(const Judge *judge, size_t fact)
{
    const FactTable *table = &judge->facts->facts;
    size_t version = 0;
    const ExplainSource *source = &judge->facts->sources[explain_facts_source(judge->facts, fact, &version)];
    if (table->known[fact] >= judge->bounds.seen) return EXPLAIN_LATE;
    if (table->superseded[fact] < judge->bounds.seen)
        return source->retracted != NULL && source->retracted[version] ? EXPLAIN_RETRACTED : EXPLAIN_REPLACED;
    if (table->time[fact] >= judge->bounds.high) return EXPLAIN_AHEAD;
    if (!judge->uncapped[fact]) return EXPLAIN_LEFT;
    return judge->held[fact] ? judge_value(judge, fact) : EXPLAIN_CAPPED;
}

static bool gather(const ExplainFacts *facts, const Window *window, int64_t t, Arena *arena, uint8_t **out, Error *err)
{
    AUTO(window_scratch_deinit) WindowScratch scratch = {0};
    Sweep sweep = {.scratch = &scratch, .facts = &facts->facts, .end = facts->count};
    WindowRows rows = {0};
    *out = arena_alloc(arena, facts->count, err);
    TRY(*out != NULL);
    if (facts->count == 0) return true;
    TRY(window_gather(&sweep, window, t, &rows, err));
    for (size_t i = 0; i < rows.count; i++) (*out)[rows.positions[i]] = 1;
    return true;
}

static bool judge_init(Explainer *explainer, const ExplainFacts *facts, const PlanAggregate *plan, Judge *out,
                       Error *err)
{
    Window uncapped = plan->window;
    WindowClock clock = window_clock(&plan->window);
    int64_t at = explainer->question->at;
    if (facts->group->inclusive && at < INT64_MAX) at++;
    uncapped.rows_max = 0;
    *out = (Judge){.facts = facts, .plan = plan, .bounds = window_bounds(&clock, at)};
    TRY(gather(facts, &plan->window, at, &explainer->scratch, &out->held, err));
    return gather(facts, &uncapped, at, &explainer->scratch, &out->uncapped, err);
}

static bool describe_row(Explainer *explainer, const Judge *judge, size_t fact, ExplainRow *out, Error *err)
{
    const ExplainFacts *facts = judge->facts;
    const Vector *argument = judge_column(judge, judge->plan->argument);
    size_t version = 0;
    size_t source = explain_facts_source(facts, fact, &version);
    out->source = facts->source_ids[source];
    out->row = versions_row(&facts->sources[source].versions, version);
    out->time = facts->facts.time[fact];
    out->known = facts->facts.known[fact];
    out->superseded = facts->facts.superseded[fact];
    if (argument != NULL) TRY(value_json(explainer, argument, fact, &out->value, err));
    return key_json(explainer, out->source, out->row, &out->key, err);
}

// From the last row back, so that of each reason the last ones are shown; then turned round.
static bool list_rows(Explainer *explainer, const Judge *judge, ExplainAggregate *out, Error *err)
{
    size_t room = (size_t)explainer->question->rows_max * EXPLAIN_REASON_COUNT;
    size_t count = judge->facts->count;
    out->rows = arena_alloc_array(&explainer->out->arena, room < count ? room : count, sizeof(*out->rows), err);
    TRY(out->rows != NULL);
    for (size_t fact = count; fact-- > 0;) {
        ExplainReason reason = judge_fact(judge, fact);
        if (out->counts[reason]++ >= explainer->question->rows_max) continue;
        ExplainRow *row = &out->rows[out->row_count++];
        row->reason = reason;
        TRY(describe_row(explainer, judge, fact, row, err));
    }
    for (size_t i = 0; i < out->row_count / 2; i++) {
        ExplainRow row = out->rows[i];
        out->rows[i] = out->rows[out->row_count - 1 - i];
        out->rows[out->row_count - 1 - i] = row;
    }
    return true;
}

static bool aggregate_text(Explainer *explainer, const PlanAggregate *plan, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    bool lifetime = plan->window.kind == WINDOW_LIFETIME && plan->window.rows_max == 0;
    TRY(bytes_append_format(&text, err, "%s%s", aggregation_name(plan->aggregation), lifetime ? "" : " over "));
    if (!lifetime) TRY(window_format(&plan->window, &text, err));
    return arena_copy(&explainer->out->arena, bytes_str(&text), out, err);
}

static bool source_names(Explainer *explainer, const PlanGroup *group, Str *out, Error *err)
{
    const Plan *plan = explainer->plan;
    const PlanUnion *joined = plan_union(plan, group->source);
    AUTO(bytes_deinit) Bytes text = {0};
    if (joined == NULL) return arena_copy(&explainer->out->arena, plan->sources[group->source].name, out, err);
    for (uint32_t i = 0; i < joined->member_count; i++)
        TRY(bytes_append_format(&text, err, "%s%.*s", i == 0 ? "" : " + ",
                                STR_ARG(plan->sources[joined->members[i]].name)));
    return arena_copy(&explainer->out->arena, bytes_str(&text), out, err);
}

// The value of the aggregate, and before it its entity's key.
static bool read_values(Explainer *explainer, uint32_t node, NodeValues *out, Error *err)
{
    const PlanNode *read = &explainer->plan->main.nodes[node];
    const PlanGroup *group = &explainer->plan->groups[read->group];
    uint32_t *ids = arena_alloc_array(&explainer->scratch, group->key_count + 1, sizeof(*ids), err);
    TRY(ids != NULL);
    if (group->key_count > 0) memcpy(ids, group->request_keys, group->key_count * sizeof(*ids));
    ids[group->key_count] = node;
    EngineNodes nodes = {ids, group->key_count + 1};
    return engine_read_nodes(explainer->engine, explainer->question->inputs, &explainer->question->at, &nodes,
                             &explainer->scratch, out, err);
}

static bool explain_aggregate(Explainer *explainer, uint32_t node, ExplainAggregate *out, Error *err)
{
    AUTO(node_values_deinit) NodeValues values = {0};
    AUTO(explain_facts_deinit) ExplainFacts facts = {0};
    const PlanNode *read = &explainer->plan->main.nodes[node];
    const PlanGroup *group = &explainer->plan->groups[read->group];
    Judge judge = {0};
    TRY(read_values(explainer, node, &values, err));
    const Vector *keys = values.output.vectors;
    out->names_entity = explainer->marks[node] == 2;
    TRY(arena_copy(&explainer->out->arena, group->view, &out->view, err));
    TRY(aggregate_text(explainer, &group->aggregates[read->index], &out->text, err));
    TRY(source_names(explainer, group, &out->sources, err));
    TRY(entity_json(explainer, keys, group->key_count, &out->entity, err));
    TRY(value_json(explainer, &keys[group->key_count], 0, &out->value, err));
    TRY(explain_facts_find(explainer->engine, explainer->tables, group, keys, &facts, err));
    TRY(judge_init(explainer, &facts, &group->aggregates[read->index], &judge, err));
    return list_rows(explainer, &judge, out, err);
}

static bool explain_aggregates(Explainer *explainer, Error *err)
{
    const Program *program = &explainer->plan->main;
    Explanation *out = explainer->out;
    out->aggregates = arena_alloc_array(&out->arena, program->node_count, sizeof(*out->aggregates), err);
    TRY(out->aggregates != NULL);
    for (uint32_t i = 0; i < program->node_count; i++) {
        if (explainer->marks[i] == 0 || program->nodes[i].kind != PLAN_AGGREGATE) continue;
        TRY(explain_aggregate(explainer, i, &out->aggregates[out->aggregate_count++], err));
    }
    return true;
}

static bool explain_feature(Explainer *explainer, Error *err)
{
    AUTO(node_values_deinit) NodeValues values = {0};
    const PlanFeature *feature = NULL;
    Explanation *out = explainer->out;
    TRY(find_feature(explainer->plan, explainer->question->feature, &feature, err));
    EngineNodes nodes = {&feature->node, 1};
    TRY(engine_read_nodes(explainer->engine, explainer->question->inputs, &explainer->question->at, &nodes,
                          &explainer->scratch, &values, err));
    TRY(arena_copy(&out->arena, feature->name, &out->feature, err));
    out->type = feature->type;
    TRY(value_json(explainer, &values.output.vectors[0], 0, &out->value, err));
    explainer->marks = arena_alloc(&explainer->scratch, explainer->plan->main.node_count, err);
    TRY(explainer->marks != NULL);
    mark_read(explainer->plan, feature->node, explainer->marks);
    return explain_aggregates(explainer, err);
}

bool engine_explain(const Engine *engine, const Frame *tables, const ExplainQuestion *question, Explanation *out,
                    Error *err)
{
    AUTO(explanation_deinit) Explanation explanation = {0};
    Explainer explainer = {
        .engine = engine, .plan = engine_plan(engine), .tables = tables, .question = question, .out = &explanation};
    bool done = explain_feature(&explainer, err);
    arena_deinit(&explainer.scratch);
    TRY(done);
    *out = explanation;
    explanation = (Explanation){0};
    return true;
}
