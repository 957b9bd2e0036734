#include "engine/explain_facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/key.h"
#include "engine/versions_union.h"

void explain_facts_deinit(ExplainFacts *facts)
{
    versions_deinit(&facts->joined);
    for (size_t i = 0; facts->sources != NULL && i < facts->source_count; i++)
        versions_deinit(&facts->sources[i].versions);
    for (size_t i = 0; facts->columns != NULL && i < facts->column_count; i++) column_deinit(&facts->columns[i]);
    arena_deinit(&facts->arena);
    *facts = (ExplainFacts){0};
}

// Versions that can be seen keep their order, and the one after each in its key says how it ended.
static bool mark_retracted(const PlanSource *source, const Frame *table, Arena *arena, ExplainSource *out, Error *err)
{
    AUTO(history_deinit) History history = {0};
    size_t seen = 0;

    if (source->deleted.output_count == 0) return true;
    out->retracted = arena_alloc(arena, out->versions.count, err);
    TRY(out->retracted != NULL);
    TRY(history_build(source, table, &history, err));
    for (size_t i = 0; i < history.version_count; i++) {
        const Version *version = &history.versions[i];
        if (version->deleted || version->known >= version->superseded) continue;
        bool last = i + 1 == history.version_count || history.versions[i + 1].key != version->key;
        // Of what became known at once, the greatest counts.
        size_t next = i + 1;
        while (!last && next + 1 < history.version_count && history.versions[next + 1].key == version->key &&
               history.versions[next + 1].known == history.versions[next].known)
            next++;
        out->retracted[seen++] = !last && history.versions[next].deleted;
    }
    CHECK(seen == out->versions.count);
    return true;
}

static bool read_source(const Engine *engine, const Frame *tables, uint32_t source, ExplainFacts *facts, Error *err)
{
    const Plan *plan = engine_plan(engine);
    ExplainSource *out = &facts->sources[facts->source_count];
    TRY(versions_init(&plan->sources[source], &tables[source], engine_threads(engine), &out->versions, err));
    facts->source_ids[facts->source_count++] = source;
    return mark_retracted(&plan->sources[source], &tables[source], &facts->arena, out, err);
}

// All columns of a union, as it does not matter here which are read.
static bool join_sources(const Plan *plan, const PlanUnion *joined, ExplainFacts *facts, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Versions *versions = arena_alloc_array(&facts->arena, plan->source_count, sizeof(*versions), err);
    TRY(versions != NULL);
    uint8_t *needed = arena_alloc(&arena, joined->field_count, err);
    TRY(needed != NULL);
    memset(needed, 1, joined->field_count);
    for (size_t i = 0; i < facts->source_count; i++) versions[facts->source_ids[i]] = facts->sources[i].versions;
    return versions_join(joined, versions, needed, &facts->joined, err);
}

static bool read_sources(const Engine *engine, const Frame *tables, ExplainFacts *facts, Error *err)
{
    const Plan *plan = engine_plan(engine);
    uint32_t source = facts->group->source;
    const PlanUnion *joined = plan_union(plan, source);
    size_t count = joined == NULL ? 1 : joined->member_count;

    facts->sources = arena_alloc_array(&facts->arena, count, sizeof(*facts->sources), err);
    TRY(facts->sources != NULL);
    facts->source_ids = arena_alloc_array(&facts->arena, count, sizeof(*facts->source_ids), err);
    TRY(facts->source_ids != NULL);
    for (size_t i = 0; i < count; i++)
        TRY(read_source(engine, tables, joined == NULL ? source : joined->members[i], facts, err));
    return joined == NULL || join_sources(plan, joined, facts, err);
}

static const Versions *group_versions(const ExplainFacts *facts)
{
    return facts->joined.part_count > 0 ? &facts->joined : &facts->sources[0].versions;
}

static bool run_rows(const Engine *engine, const ExplainFacts *facts, const Vector *features, ProgramOutput *out,
                     Error *err)
{
    const PlanGroup *group = facts->group;
    const Versions *versions = group_versions(facts);
    size_t field_count = versions->columns.count;
    AUTO(arena_deinit) Arena arena = {0};
    Vector *columns = arena_alloc_array(&arena, field_count + group->row_feature_count, sizeof(*columns), err);
    TRY(columns != NULL);
    for (size_t i = 0; i < field_count; i++) columns[i] = versions->columns.vectors[i];
    for (size_t i = 0; i < group->row_feature_count; i++) columns[field_count + i] = features[i];
    ProgramInput input = {
        .count = versions->count,
        .columns = columns,
        .gathered_count = field_count,
        .rows = versions->rows,
        .known = versions->column_known,
        .at = versions->time,
    };
    return program_evaluate(&group->rows, group->rows.outputs, group->rows.output_count, &input, engine_threads(engine),
                            out, err);
}

static int compare_facts(const void *left_item, const void *right_item, void *context)
{
    TieSorter *sorter = context;
    uint32_t left = *(const uint32_t *)left_item;
    uint32_t right = *(const uint32_t *)right_item;
    const int64_t *time = sorter->versions->time;
    if (time[left] != time[right]) return time[left] < time[right] ? -1 : 1;
    return tie_sorter_compare(sorter, left, right);
}

static bool order_facts(ExplainFacts *facts, Error *err)
{
    AUTO(tie_sorter_deinit) TieSorter sorter = {0};
    TRY(tie_sorter_init(group_versions(facts), &sorter, err));
    sorter.err = err;
    qsort_r(facts->order, facts->count, sizeof(*facts->order), compare_facts, &sorter);
    return !sorter.failed;
}

// The versions whose row has the entity's key; a key with a null has none.
static bool find_entity(const ProgramOutput *rows, const Vector *keys, ExplainFacts *facts, Error *err)
{
    size_t key_count = facts->group->key_count;
    size_t count = group_versions(facts)->count;

    facts->order = arena_alloc_array(&facts->arena, count, sizeof(*facts->order), err);
    TRY(facts->order != NULL);
    if (key_has_null(keys, key_count, 0)) return true;
    for (size_t i = 0; i < count; i++) {
        if (key_same(rows->vectors, i, keys, 0, key_count) && !key_has_null(rows->vectors, key_count, i))
            facts->order[facts->count++] = (uint32_t)i;
    }
    return order_facts(facts, err);
}

static bool gather_instants(const int64_t *from, ExplainFacts *facts, const int64_t **out, Error *err)
{
    int64_t *to = arena_alloc_array(&facts->arena, facts->count, sizeof(*to), err);
    TRY(to != NULL);
    for (size_t i = 0; i < facts->count; i++) to[i] = from == NULL ? INT64_MAX : from[facts->order[i]];
    *out = to;
    return true;
}

static bool gather_column(const Vector *from, const ExplainFacts *facts, Column *out, Error *err)
{
    out->type = from->type;
    for (size_t i = 0; i < facts->count; i++) TRY(column_push_from(out, from, facts->order[i], err));
    return true;
}

static bool gather_facts(const ProgramOutput *rows, ExplainFacts *facts, Error *err)
{
    const Versions *versions = group_versions(facts);
    size_t key_count = facts->group->key_count;
    size_t count = facts->group->rows.output_count - key_count;

    TRY(gather_instants(versions->time, facts, &facts->facts.time, err));
    TRY(gather_instants(versions->known, facts, &facts->facts.known, err));
    TRY(gather_instants(versions->superseded, facts, &facts->facts.superseded, err));
    facts->columns = arena_alloc_array(&facts->arena, count, sizeof(*facts->columns), err);
    TRY(facts->columns != NULL);
    facts->column_count = count;
    Vector *views = arena_alloc_array(&facts->arena, count, sizeof(*views), err);
    TRY(views != NULL);
    for (size_t i = 0; i < count; i++) {
        TRY(gather_column(&rows->vectors[key_count + i], facts, &facts->columns[i], err));
        views[i] = column_view(&facts->columns[i]);
    }
    facts->facts.columns = views;
    return true;
}

static bool find_facts(const Engine *engine, const Frame *tables, const Vector *keys, ExplainFacts *facts, Error *err)
{
    AUTO(program_output_deinit) ProgramOutput inputs = {0};
    AUTO(node_values_deinit) NodeValues features = {0};
    AUTO(program_output_deinit) ProgramOutput rows = {0};

    TRY(read_sources(engine, tables, facts, err));
    if (facts->group->row_feature_count > 0)
        TRY(engine_row_features(engine, facts->group, group_versions(facts), &inputs, &features, err));
    TRY(run_rows(engine, facts, features.output.vectors, &rows, err));
    TRY(find_entity(&rows, keys, facts, err));
    return gather_facts(&rows, facts, err);
}

bool explain_facts_find(const Engine *engine, const Frame *tables, const PlanGroup *group, const Vector *keys,
                        ExplainFacts *out, Error *err)
{
    AUTO(explain_facts_deinit) ExplainFacts facts = {.group = group};
    TRY(find_facts(engine, tables, keys, &facts, err));
    *out = facts;
    facts = (ExplainFacts){0};
    return true;
}

size_t explain_facts_source(const ExplainFacts *facts, size_t fact, size_t *out_version)
{
    size_t source = 0;
    size_t version = facts->order[fact];
    while (version >= facts->sources[source].versions.count) version -= facts->sources[source++].versions.count;
    *out_version = version;
    return source;
}
