/// From an assembly to a plan: groups and sources get their final places, everything moves into the plan's arena.
#include <stdlib.h>
#include <string.h>

#include "language/compile_internal.h"
#include "language/kernel_constant.h"
#include "text/zone.h"

/// Where an assembly's parts are in the plan.
typedef struct Places {
    uint32_t *groups;      ///< per assembly group: its place in the plan
    uint32_t *group_order; ///< per place: the assembly's group
    uint32_t *sources;     ///< per definition source, then per union: its place, PLAN_NONE: not used
    uint32_t source_count;
    uint32_t union_count;
} Places;

/// By (level, view): a group stands after those that its row features read.
static void order_groups(const Assembly *assembly, Places *places)
{
    const AssemblyGroup *groups = assembly->groups.items;
    size_t count = assembly->groups.count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = 0;
        for (uint32_t j = 0; j < count; j++) {
            bool before = groups[j].level < groups[i].level ||
                          (groups[j].level == groups[i].level && groups[j].view < groups[i].view);
            place += before;
        }
        places->groups[i] = place;
        places->group_order[place] = i;
    }
}

static uint32_t group_source(const Assembly *assembly, const AssemblyGroup *group)
{
    return assembly->compiler->views[group->view].source;
}

/// The rows that the dataset and its label's aggregates are over.
static void mark_dataset_sources(const Compiler *compiler, Places *places)
{
    const DatasetDefinition *dataset = compiler->definition->dataset;
    if (dataset == NULL) return;
    places->sources[compiler_find_source(compiler, dataset->from)] = 0;
    for (uint32_t i = 0; i < compiler->column_count; i++) {
        uint32_t source = compiler->views[compiler->columns[i].view].source;
        if (compiler->label_needed[i] && source != PLAN_NONE) places->sources[source] = 0;
    }
}

/// The sources that groups and the dataset read are no longer PLAN_NONE.
static void mark_sources(const Assembly *assembly, bool with_dataset, Places *places)
{
    const Compiler *compiler = assembly->compiler;
    const Definition *definition = compiler->definition;
    size_t count = definition->source_count;
    for (size_t i = 0; i < count + compiler->unions.count; i++) places->sources[i] = PLAN_NONE;
    for (size_t i = 0; i < assembly->groups.count; i++) {
        places->sources[group_source(assembly, &assembly->groups.items[i])] = 0;
    }
    if (with_dataset) mark_dataset_sources(compiler, places);
    for (size_t i = 0; i < compiler->unions.count; i++) {
        const CompilerUnion *joined = &compiler->unions.items[i];
        if (places->sources[count + i] == PLAN_NONE) continue;
        for (uint32_t k = 0; k < joined->member_count; k++) places->sources[joined->members[k]] = 0;
    }
}

/// Sources keep the definition's order, and unions come after them; those that nothing reads are left out.
static void order_sources(const Assembly *assembly, bool with_dataset, Places *places)
{
    size_t source_count = assembly->compiler->definition->source_count;
    uint32_t count = 0;
    mark_sources(assembly, with_dataset, places);
    for (size_t i = 0; i < source_count + assembly->compiler->unions.count; i++) {
        if (places->sources[i] == PLAN_NONE) continue;
        if (i < source_count) places->source_count++;
        places->sources[i] = count++;
    }
    places->union_count = count - places->source_count;
}

static bool places_find(const Assembly *assembly, bool with_dataset, Places *out, Error *err)
{
    const Compiler *compiler = assembly->compiler;
    size_t source_count = compiler->definition->source_count + compiler->unions.count;
    Arena *arena = &assembly->compiler->arena;
    Places places = {
        .groups = arena_alloc_array(arena, assembly->groups.count, sizeof(uint32_t), err),
        .group_order = arena_alloc_array(arena, assembly->groups.count, sizeof(uint32_t), err),
        .sources = arena_alloc_array(arena, source_count, sizeof(uint32_t), err),
    };
    if (places.groups == NULL || places.group_order == NULL || places.sources == NULL) return false;
    order_groups(assembly, &places);
    order_sources(assembly, with_dataset, &places);
    *out = places;
    return true;
}

static bool copy_ids(Arena *arena, const uint32_t *ids, size_t count, uint32_t **out, Error *err)
{
    uint32_t *copy = arena_alloc_array(arena, count, sizeof(uint32_t), err);
    if (copy == NULL) return false;
    if (count > 0) memcpy(copy, ids, count * sizeof(uint32_t));
    *out = copy;
    return true;
}

static bool finish_fields(Arena *arena, Schema schema, PlanSource *out, Error *err)
{
    out->field_count = (uint32_t)schema.count;
    out->fields = arena_alloc_array(arena, schema.count, sizeof(Field), err);
    if (out->fields == NULL) return false;
    for (size_t i = 0; i < schema.count; i++) {
        out->fields[i].type = schema.fields[i].type;
        TRY(arena_copy(arena, schema.fields[i].name, &out->fields[i].name, err));
    }
    return true;
}

static bool finish_roles(Arena *arena, const SourceDefinition *source, PlanSource *out, Error *err)
{
    out->time = (uint32_t)schema_find(source->schema, source->time);
    out->known = (uint32_t)schema_find(source->schema, source->known);
    out->key_count = (uint32_t)source->key_count;
    out->key = arena_alloc_array(arena, source->key_count, sizeof(uint32_t), err);
    out->column_known = arena_alloc_array(arena, source->schema.count, sizeof(uint32_t), err);
    if (out->key == NULL || out->column_known == NULL) return false;
    for (size_t i = 0; i < source->key_count; i++) out->key[i] = (uint32_t)schema_find(source->schema, source->key[i]);
    for (size_t i = 0; i < source->schema.count; i++) out->column_known[i] = PLAN_NONE;
    for (size_t i = 0; i < source->column_known_count; i++) {
        const ColumnKnown *known = &source->columns_known[i];
        out->column_known[schema_find(source->schema, known->column)] =
            (uint32_t)schema_find(source->schema, known->known);
    }
    return true;
}

bool source_deleted(Compiler *compiler, uint32_t index, Arena *arena, Program *out, Error *err)
{
    const SourceDefinition *source = &compiler->definition->sources[index];
    Formula formula = {0};
    Type type = {0};
    Str what = {0};
    if (source->deleted.text.size == 0) return true;
    TRY(arena_format(&compiler->arena, &what, err, "%.*s.deleted", STR_ARG(source->name)));
    TRY(formula_read(compiler, source->deleted, what, &formula, err));
    TRY(rows_program(compiler, index, &formula, "'deleted'", arena, out, &type, err));
    if (type.id == TYPE_BOOL) return true;
    return place_error(&formula.place, 0, err, "'deleted' must be a bool, and is %s", type_text(type).text);
}

static bool finish_source(Compiler *compiler, uint32_t index, Plan *plan, PlanSource *out, Error *err)
{
    const SourceDefinition *source = &compiler->definition->sources[index];
    TRY(arena_copy(&plan->arena, source->name, &out->name, err));
    TRY(arena_copy(&plan->arena, source->timezone, &out->timezone, err));
    TRY(finish_fields(&plan->arena, source->schema, out, err));
    TRY(finish_roles(&plan->arena, source, out, err));
    return source_deleted(compiler, index, &plan->arena, &out->deleted, err);
}

static bool finish_sources(Compiler *compiler, const Places *places, Plan *plan, Error *err)
{
    plan->sources = arena_alloc_array(&plan->arena, plan->source_count, sizeof(PlanSource), err);
    if (plan->sources == NULL) return false;
    for (uint32_t i = 0; i < compiler->definition->source_count; i++) {
        if (places->sources[i] == PLAN_NONE) continue;
        TRY(finish_source(compiler, i, plan, &plan->sources[places->sources[i]], err));
    }
    return true;
}

static bool finish_union(const Places *places, const CompilerUnion *joined, Arena *arena, PlanUnion *out, Error *err)
{
    PlanSource rows = {0};
    TRY(finish_fields(arena, joined->schema, &rows, err));
    out->fields = rows.fields;
    out->field_count = rows.field_count;
    out->member_count = joined->member_count;
    TRY(copy_ids(arena, joined->member_fields, (size_t)joined->member_count * rows.field_count, &out->member_fields,
                 err));
    TRY(copy_ids(arena, joined->members, joined->member_count, &out->members, err));
    for (uint32_t i = 0; i < out->member_count; i++) out->members[i] = places->sources[out->members[i]];
    return true;
}

static bool finish_unions(const Compiler *compiler, const Places *places, Plan *plan, Error *err)
{
    plan->union_count = places->union_count;
    plan->unions = arena_alloc_array(&plan->arena, plan->union_count, sizeof(PlanUnion), err);
    if (plan->unions == NULL) return false;
    for (size_t i = 0; i < compiler->unions.count; i++) {
        uint32_t place = places->sources[compiler->definition->source_count + i];
        if (place == PLAN_NONE) continue;
        TRY(finish_union(places, &compiler->unions.items[i], &plan->arena, &plan->unions[place - plan->source_count],
                         err));
    }
    return true;
}

static bool finish_row_inputs(const Assembly *assembly, const AssemblyGroup *group, Plan *plan, PlanGroup *out,
                              Error *err)
{
    const Compiler *compiler = assembly->compiler;
    Schema schema = compiler_schema(compiler, group_source(assembly, group));
    size_t count = assembly->inputs.count;
    if (group->row_features.count == 0) return true;
    uint8_t *needed = arena_alloc(&assembly->compiler->arena, count + 1, err);
    out->row_inputs = arena_alloc_array(&plan->arena, count, sizeof(uint32_t), err);
    if (needed == NULL || out->row_inputs == NULL) return false;
    TRY(assembly_inputs_read(assembly, group->row_features.items, group->row_features.count, needed, err));
    for (size_t i = 0; i < count; i++) {
        Str name = compiler->inputs.items[assembly->inputs.items[i]].name;
        out->row_inputs[i] = needed[i] ? (uint32_t)schema_find(schema, name) : PLAN_NONE;
    }
    return true;
}

static bool copy_aggregates(Arena *arena, const AssemblyGroup *group, PlanGroup *out, Error *err)
{
    PlanAggregate *aggregates = arena_alloc_array(arena, group->aggregates.count, sizeof(PlanAggregate), err);
    if (aggregates == NULL) return false;
    for (size_t i = 0; i < group->aggregates.count; i++) {
        PlanAggregate *copy = &aggregates[i];
        *copy = group->aggregates.items[i];
        double *edges = arena_alloc_array(arena, copy->edge_count, sizeof(*edges), err);
        if (edges == NULL) return false;
        if (copy->edge_count > 0) memcpy(edges, copy->edges, copy->edge_count * sizeof(*edges));
        copy->edges = edges;
        TRY(arena_copy(arena, copy->window.zone, &copy->window.zone, err));
    }
    out->aggregates = aggregates;
    return true;
}

static bool finish_group(const Assembly *assembly, const Places *places, const AssemblyGroup *group, Plan *plan,
                         PlanGroup *out, Error *err)
{
    const ViewDefinition *view = assembly->compiler->views[group->view].definition;
    Arena *arena = &plan->arena;
    out->source = places->sources[group_source(assembly, group)];
    out->inclusive = view->inclusive;
    out->key_count = (uint32_t)view->by_count;
    out->row_feature_count = (uint32_t)group->row_features.count;
    out->aggregate_count = (uint32_t)group->aggregates.count;
    TRY(arena_copy(arena, view->name, &out->view, err));
    TRY(builder_finish(&group->rows, arena, &out->rows, err));
    TRY(copy_ids(arena, group->request_keys.items, group->request_keys.count, &out->request_keys, err));
    TRY(copy_ids(arena, group->row_features.items, group->row_features.count, &out->row_features, err));
    TRY(finish_row_inputs(assembly, group, plan, out, err));
    return copy_aggregates(arena, group, out, err);
}

static bool finish_groups(const Assembly *assembly, const Places *places, Plan *plan, Error *err)
{
    plan->group_count = (uint32_t)assembly->groups.count;
    plan->groups = arena_alloc_array(&plan->arena, plan->group_count, sizeof(PlanGroup), err);
    if (plan->groups == NULL) return false;
    for (uint32_t i = 0; i < plan->group_count; i++) {
        const AssemblyGroup *group = &assembly->groups.items[places->group_order[i]];
        TRY(finish_group(assembly, places, group, plan, &plan->groups[i], err));
    }
    return true;
}

static bool finish_main(const Assembly *assembly, const Places *places, Plan *plan, Error *err)
{
    TRY(builder_finish(&assembly->main, &plan->arena, &plan->main, err));
    for (uint32_t i = 0; i < plan->main.node_count; i++) {
        PlanNode *node = &plan->main.nodes[i];
        if (node->kind == PLAN_AGGREGATE) node->group = places->groups[node->group];
    }
    return true;
}

static bool finish_inputs(const Assembly *assembly, Plan *plan, Error *err)
{
    plan->input_count = (uint32_t)assembly->inputs.count;
    plan->inputs = arena_alloc_array(&plan->arena, plan->input_count, sizeof(Field), err);
    if (plan->inputs == NULL) return false;
    for (uint32_t i = 0; i < plan->input_count; i++) {
        const CompilerInput *input = &assembly->compiler->inputs.items[assembly->inputs.items[i]];
        plan->inputs[i].type = input->type;
        TRY(arena_copy(&plan->arena, input->name, &plan->inputs[i].name, err));
    }
    return true;
}

static bool finish_features(const Assembly *assembly, const uint32_t *selected, size_t count, Plan *plan, Error *err)
{
    const Compiler *compiler = assembly->compiler;
    plan->feature_count = (uint32_t)count;
    plan->features = arena_alloc_array(&plan->arena, count, sizeof(PlanFeature), err);
    if (plan->features == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const CompilerColumn *column = &compiler->columns[selected[i]];
        Str view = compiler->definition->views[column->view].name;
        plan->features[i].type = assembly->columns[selected[i]].type;
        plan->features[i].node = assembly->columns[selected[i]].node;
        TRY(arena_format(&plan->arena, &plan->features[i].name, err, "%.*s.%.*s", STR_ARG(view),
                         STR_ARG(column->name)));
    }
    return true;
}

static bool finish_dataset(Assembly *assembly, const Places *places, bool with_dataset, Plan *plan, Error *err)
{
    const Compiler *compiler = assembly->compiler;
    const DatasetDefinition *dataset = compiler->definition->dataset;
    plan->dataset = (PlanDataset){.source = PLAN_NONE, .at = PLAN_NONE, .label_known = PLAN_NONE};
    if (dataset == NULL || !with_dataset) return true;
    plan->dataset.source = places->sources[compiler_find_source(compiler, dataset->from)];
    return dataset_finish(assembly, plan, err);
}

static uint64_t count_nodes(const Plan *plan)
{
    uint64_t count = (uint64_t)plan->main.node_count + plan->dataset.label.node_count;
    for (uint32_t i = 0; i < plan->source_count; i++) count += plan->sources[i].deleted.node_count;
    for (uint32_t i = 0; i < plan->group_count; i++) count += plan->groups[i].rows.node_count;
    return count;
}

/// A plan that is encoded must also decode: its JSON has limits.
static bool check_size(const Plan *plan, Error *err)
{
    const Plan *label = plan->dataset.label_plan;
    uint64_t count = count_nodes(plan) + (label == NULL ? 0 : count_nodes(label));
    if (count <= PLAN_NODES_MAX) return true;
    return error_set(err, ERROR_CONFIG, "the features need more than %d operations", PLAN_NODES_MAX);
}

static bool plan_fill(Assembly *assembly, const uint32_t *selected, size_t count, bool with_dataset, Plan *plan,
                      Error *err)
{
    Places places = {0};
    TRY(places_find(assembly, with_dataset, &places, err));
    plan->source_count = places.source_count;
    TRY(finish_sources(assembly->compiler, &places, plan, err));
    TRY(finish_unions(assembly->compiler, &places, plan, err));
    TRY(finish_groups(assembly, &places, plan, err));
    TRY(finish_main(assembly, &places, plan, err));
    TRY(finish_inputs(assembly, plan, err));
    TRY(finish_features(assembly, selected, count, plan, err));
    TRY(finish_dataset(assembly, &places, with_dataset, plan, err));
    TRY(check_size(plan, err));
    return arena_copy(&plan->arena, zone_data_version(), &plan->zone_version, err);
}

bool plan_finish(Assembly *assembly, const uint32_t *selected, size_t selected_count, bool with_dataset, Plan *out,
                 Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(bytes_deinit) Bytes encoding = {0};
    TRY(plan_fill(assembly, selected, selected_count, with_dataset, &plan, err));
    TRY(plan_prepare(&plan, err));
    TRY(plan_encode(&plan, &encoding, err));
    TRY(digest_of(bytes_str(&encoding), &plan.digest, err));
    *out = plan_take(&plan);
    return true;
}
