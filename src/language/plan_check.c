/// Whether a plan is sound: sources, groups, features and dataset.
#include "base/map.h"
#include "language/aggregation.h"
#include "language/kernel.h"
#include "language/plan_internal.h"
#include "text/zone.h"

/// What is looked at while one plan is checked.
typedef struct PlanChecker {
    const Plan *plan;
    Arena arena;
} PlanChecker;

static void plan_checker_deinit(PlanChecker *checker)
{
    arena_deinit(&checker->arena);
}

static bool expect(bool condition, Error *err, const char *what, uint32_t i, const char *message)
{
    return condition || error_set(err, ERROR_DATA, "%s %u: %s", what, i, message);
}

static bool is_instant_field(const PlanSource *source, uint32_t field)
{
    return field < source->field_count && type_is_timestamp(type_computed(source->fields[field].type));
}

static bool fields_are_unique(const Field *fields, uint32_t count, bool *out, Error *err)
{
    AUTO(map_deinit) Map seen = {0};
    *out = true;
    for (uint32_t i = 0; i < count && *out; i++) {
        uint64_t first = 0;
        TRY(map_get_or_put(&seen, fields[i].name, i, &first, out, err));
    }
    return true;
}

/// What stands behind a source's fields: row features of a group, features that a label reads, or nothing.
typedef struct ExtraTypes {
    const Plan *plan;      ///< whose main program the nodes are of
    const uint32_t *nodes; ///< NULL: those of its features
    uint32_t count;
} ExtraTypes;

/// The computed types of a source's fields, and after them the extra ones.
static bool row_types(PlanChecker *checker, PlanRows source, ExtraTypes extra, ProgramRules *out, Error *err)
{
    Type *types = arena_alloc_array(&checker->arena, (size_t)source.field_count + extra.count, sizeof(Type), err);
    if (types == NULL) return false;
    for (uint32_t i = 0; i < source.field_count; i++) types[i] = type_computed(source.fields[i].type);
    for (uint32_t i = 0; i < extra.count; i++) {
        uint32_t node = extra.nodes == NULL ? extra.plan->features[i].node : extra.nodes[i];
        types[source.field_count + i] = extra.plan->main.nodes[node].type;
    }
    out->types = types;
    out->type_count = (size_t)source.field_count + extra.count;
    return true;
}

static PlanRows source_rows(const PlanSource *source)
{
    return (PlanRows){source->fields, source->field_count};
}

static bool check_deleted(PlanChecker *checker, const PlanSource *source, uint32_t i, Error *err)
{
    ProgramRules rules = {.what = "deleted"};
    const Program *deleted = &source->deleted;
    TRY(row_types(checker, source_rows(source), (ExtraTypes){0}, &rules, err));
    TRY(plan_check_program(deleted, &rules, err));
    TRY(expect(deleted->output_count == (deleted->node_count > 0 ? 1U : 0U), err, "source", i,
               "'deleted' has one output"));
    return deleted->output_count == 0 ||
           expect(deleted->nodes[deleted->outputs[0]].type.id == TYPE_BOOL, err, "source", i, "'deleted' is a bool");
}

static bool check_source(PlanChecker *checker, uint32_t i, Error *err)
{
    const PlanSource *source = &checker->plan->sources[i];
    const Zone *zone = NULL;
    bool unique = false;
    TRY(fields_are_unique(source->fields, source->field_count, &unique, err));
    TRY(expect(unique, err, "source", i, "two fields have one name"));
    TRY(expect(is_instant_field(source, source->time), err, "source", i, "its time is no timestamp"));
    TRY(expect(is_instant_field(source, source->known), err, "source", i, "its known time is no timestamp"));
    for (uint32_t field = 0; field < source->field_count; field++) {
        uint32_t known = source->column_known[field];
        TRY(expect(known == PLAN_NONE || is_instant_field(source, known), err, "source", i,
                   "a column's known time is no timestamp"));
    }
    for (uint32_t key = 0; key < source->key_count; key++) {
        TRY(expect(source->key[key] < source->field_count, err, "source", i, "a key is no field"));
    }
    TRY(expect(source->timezone.size == 0 || zone_find(source->timezone, &zone, NULL), err, "source", i,
               "its time zone is no known one"));
    return check_deleted(checker, source, i, err);
}

static bool check_member(const Plan *plan, const PlanUnion *joined, uint32_t member, uint32_t i, Error *err)
{
    const PlanSource *source = &plan->sources[joined->members[member]];
    for (uint32_t k = 0; k < joined->field_count; k++) {
        uint32_t field = joined->member_fields[member * joined->field_count + k];
        bool last = k + 1 == joined->field_count;
        bool same =
            field == PLAN_NONE || (!last && field < source->field_count &&
                                   type_equal(joined->fields[k].type, type_computed(source->fields[field].type)));
        TRY(expect(same, err, "union", i, "a column is no field of its type"));
    }
    return true;
}

static bool check_union(const Plan *plan, uint32_t i, Error *err)
{
    const PlanUnion *joined = &plan->unions[i];
    bool unique = false;
    TRY(expect(joined->member_count >= 2, err, "union", i, "it has fewer than two sources"));
    for (uint32_t k = 0; k < joined->member_count; k++) {
        TRY(expect(joined->members[k] < plan->source_count, err, "union", i, "there is no such source"));
        bool ordered = k == 0 || str_compare(plan->sources[joined->members[k - 1]].name,
                                             plan->sources[joined->members[k]].name) < 0;
        TRY(expect(ordered, err, "union", i, "its sources are not in the order of their names"));
    }
    TRY(fields_are_unique(joined->fields, joined->field_count, &unique, err));
    TRY(expect(unique, err, "union", i, "two columns have one name"));
    bool named = joined->field_count > 0 && joined->fields[joined->field_count - 1].type.id == TYPE_STRING;
    TRY(expect(named, err, "union", i, "its last column is not the name of a source"));
    for (uint32_t k = 0; k < joined->member_count; k++) TRY(check_member(plan, joined, k, i, err));
    return true;
}

/// What nodes of the main program read, directly and through groups: marks nodes, and tells the greatest group.
static void close_nodes(const Plan *plan, uint8_t *marks, uint32_t *out_group_end)
{
    uint32_t end = 0;
    for (uint32_t i = plan->main.node_count; i-- > 0;) {
        const PlanNode *node = &plan->main.nodes[i];
        if (!marks[i]) continue;
        for (uint32_t k = 0; k < node->argument_count; k++) marks[node->arguments[k]] = 1;
        if (node->kind != PLAN_AGGREGATE) continue;
        const PlanGroup *group = &plan->groups[node->group];
        for (uint32_t k = 0; k < group->key_count; k++) marks[group->request_keys[k]] = 1;
        if (end <= node->group) end = node->group + 1;
    }
    *out_group_end = end;
}

/// A group's row features read only groups before it, and inputs that its rows have.
static bool check_row_features(PlanChecker *checker, const PlanGroup *group, uint32_t i, Error *err)
{
    const Plan *plan = checker->plan;
    uint8_t *marks = arena_alloc(&checker->arena, (size_t)plan->main.node_count + 1, err);
    uint32_t group_end = 0;
    if (marks == NULL) return false;
    for (uint32_t k = 0; k < group->row_feature_count; k++) marks[group->row_features[k]] = 1;
    close_nodes(plan, marks, &group_end);
    TRY(expect(group_end <= i, err, "group", i, "a row feature reads a group that is not before it"));
    for (uint32_t node = 0; node < plan->main.node_count; node++) {
        if (!marks[node] || plan->main.nodes[node].kind != PLAN_COLUMN) continue;
        uint32_t field = group->row_inputs[plan->main.nodes[node].index];
        TRY(expect(field != PLAN_NONE, err, "group", i, "a row feature needs an input that its rows do not have"));
    }
    return true;
}

static bool check_row_inputs(const Plan *plan, const PlanGroup *group, uint32_t i, Error *err)
{
    PlanRows rows = plan_rows(plan, group->source);
    for (uint32_t k = 0; group->row_feature_count > 0 && k < plan->input_count; k++) {
        uint32_t field = group->row_inputs[k];
        bool same = field == PLAN_NONE || (field < rows.field_count &&
                                           type_equal(type_computed(rows.fields[field].type), plan->inputs[k].type));
        TRY(expect(same, err, "group", i, "a row input is no field of the input's type"));
    }
    return true;
}

/// The engine keeps what stands after the keys.
static bool is_value_output(const PlanGroup *group, uint32_t output)
{
    return output >= group->key_count && output < group->rows.output_count;
}

/// The type of what an aggregate reads; NULL: nothing. False: it is no output after the keys.
static bool output_type(const PlanGroup *group, uint32_t output, const Type **out)
{
    *out = NULL;
    if (output == PLAN_NONE) return true;
    if (!is_value_output(group, output)) return false;
    *out = &group->rows.nodes[group->rows.outputs[output]].type;
    return true;
}

static bool check_aggregate_types(const PlanGroup *group, const PlanAggregate *aggregate, uint32_t i, Error *err)
{
    const Type *argument = NULL;
    const Type *second = NULL;
    const Type *category = NULL;
    const Type *condition = NULL;
    Type type = {0};
    TRY(expect(output_type(group, aggregate->argument, &argument) && output_type(group, aggregate->second, &second),
               err, "group", i, "an argument is no output after the keys"));
    TRY(expect(output_type(group, aggregate->category, &category), err, "group", i,
               "a category is no output after the keys"));
    TRY(expect(output_type(group, aggregate->condition, &condition), err, "group", i,
               "a condition is no output after the keys"));
    bool accepted = aggregation_accepts(aggregate->aggregation, argument, second) &&
                    (category == NULL || aggregate_category_accepts(*category)) &&
                    aggregate_type(aggregate->aggregation, argument, category, &type) &&
                    type_equal(aggregate->type, type);
    TRY(expect(accepted, err, "group", i, "an aggregation does not have these types"));
    return expect(condition == NULL || condition->id == TYPE_BOOL, err, "group", i, "a condition is no bool");
}

static bool check_aggregate(const PlanGroup *group, const PlanAggregate *aggregate, uint32_t i, Error *err)
{
    TRY(check_aggregate_types(group, aggregate, i, err));
    TRY(expect(window_is_valid(&aggregate->window), err, "group", i, "a window is none that there is"));
    const char *refusal = aggregate_refusal(aggregate);
    return expect(refusal == NULL, err, "group", i, refusal);
}

/// Keys are computed before the group is read: they know only what groups before it say.
static bool check_request_keys(PlanChecker *checker, const PlanGroup *group, uint32_t i, Error *err)
{
    const Plan *plan = checker->plan;
    uint8_t *marks = arena_alloc(&checker->arena, (size_t)plan->main.node_count + 1, err);
    uint32_t group_end = 0;
    if (marks == NULL) return false;
    for (uint32_t k = 0; k < group->key_count; k++) {
        Type wanted = group->rows.nodes[group->rows.outputs[k]].type;
        TRY(expect(type_equal(plan->main.nodes[group->request_keys[k]].type, wanted), err, "group", i,
                   "a key has one type in the rows and another in the request"));
        marks[group->request_keys[k]] = 1;
    }
    close_nodes(plan, marks, &group_end);
    return expect(group_end <= i, err, "group", i, "a key reads a group that is not before it");
}

/// The parts of a group that do not depend on the main program being sound.
static bool check_group_indexes(const Plan *plan, uint32_t i, Error *err)
{
    const PlanGroup *group = &plan->groups[i];
    bool there = group->source < plan->source_count || group->source - plan->source_count < plan->union_count;
    TRY(expect(there, err, "group", i, "there is no such source"));
    for (uint32_t k = 0; k < group->key_count; k++) {
        TRY(expect(group->request_keys[k] < plan->main.node_count, err, "group", i, "a key is no node"));
    }
    for (uint32_t k = 0; k < group->row_feature_count; k++) {
        TRY(expect(group->row_features[k] < plan->main.node_count, err, "group", i, "a row feature is no node"));
    }
    return check_row_inputs(plan, group, i, err);
}

static bool check_group(PlanChecker *checker, uint32_t i, Error *err)
{
    const PlanGroup *group = &checker->plan->groups[i];
    ProgramRules rules = {.what = "rows"};
    ExtraTypes extra = {checker->plan, group->row_features, group->row_feature_count};
    TRY(row_types(checker, plan_rows(checker->plan, group->source), extra, &rules, err));
    TRY(plan_check_program(&group->rows, &rules, err));
    TRY(expect(group->rows.output_count >= group->key_count, err, "group", i, "it has fewer outputs than keys"));
    for (uint32_t k = 0; k < group->aggregate_count; k++) TRY(check_aggregate(group, &group->aggregates[k], i, err));
    TRY(check_request_keys(checker, group, i, err));
    return check_row_features(checker, group, i, err);
}

static bool check_main(PlanChecker *checker, Error *err)
{
    const Plan *plan = checker->plan;
    Type *types = arena_alloc_array(&checker->arena, plan->input_count, sizeof(Type), err);
    bool unique = false;
    if (types == NULL) return false;
    for (uint32_t i = 0; i < plan->input_count; i++) {
        types[i] = plan->inputs[i].type;
        TRY(expect(type_equal(types[i], type_computed(types[i])), err, "input", i,
                   "its type is not one that is computed in"));
    }
    TRY(fields_are_unique(plan->inputs, plan->input_count, &unique, err));
    TRY(expect(unique, err, "input", 0, "two inputs have one name"));
    ProgramRules rules = {.what = "main", .types = types, .type_count = plan->input_count, .main_of = plan};
    return plan_check_program(&plan->main, &rules, err);
}

static bool check_features(const Plan *plan, Error *err)
{
    AUTO(map_deinit) Map seen = {0};
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        const PlanFeature *feature = &plan->features[i];
        uint64_t first = 0;
        bool is_new = false;
        TRY(expect(feature->node < plan->main.node_count, err, "feature", i, "there is no such node"));
        TRY(expect(type_equal(feature->type, plan->main.nodes[feature->node].type), err, "feature", i,
                   "its node has another type"));
        TRY(map_get_or_put(&seen, feature->name, i, &first, &is_new, err));
        TRY(expect(is_new, err, "feature", i, "two features have one name"));
    }
    return true;
}

static bool check_label(PlanChecker *checker, const PlanSource *source, Error *err)
{
    const PlanDataset *dataset = &checker->plan->dataset;
    const Program *label = &dataset->label;
    ProgramRules rules = {.what = "label"};
    ExtraTypes extra = {0};
    if (dataset->label_plan != NULL)
        extra = (ExtraTypes){dataset->label_plan, NULL, dataset->label_plan->feature_count};
    TRY(row_types(checker, source_rows(source), extra, &rules, err));
    TRY(plan_check_program(label, &rules, err));
    TRY(expect(label->output_count == 1, err, "label", 0, "it has one output"));
    TRY(expect(type_equal(dataset->label_type, label->nodes[label->outputs[0]].type), err, "label", 0,
               "its type is another"));
    for (uint32_t i = 0; i < dataset->label_column_count; i++) {
        TRY(expect(dataset->label_columns[i] < source->field_count, err, "label", i, "a column is no field"));
    }
    return true;
}

/// Training finds each of the label's sources among the plan's, by name.
static bool check_label_sources(const Plan *plan, const Plan *label, Error *err)
{
    for (uint32_t i = 0; i < label->source_count; i++) {
        const PlanSource *source = &label->sources[i];
        uint32_t found = plan_find_source(plan, source->name);
        TRY(expect(found != PLAN_NONE, err, "label", i, "its source is none of the plan's"));
        const PlanSource *same = &plan->sources[found];
        TRY(expect(same->field_count == source->field_count, err, "label", i, "its source has other fields"));
        for (uint32_t k = 0; k < source->field_count; k++) {
            bool equal = str_equal(source->fields[k].name, same->fields[k].name) &&
                         type_equal(source->fields[k].type, same->fields[k].type);
            TRY(expect(equal, err, "label", i, "its source has other fields"));
        }
    }
    return true;
}

static bool inputs_are_fields(const Plan *plan, const PlanSource *source, const uint32_t *fields, Error *err)
{
    for (uint32_t i = 0; i < plan->input_count; i++) {
        bool same = fields[i] < source->field_count &&
                    type_equal(type_computed(source->fields[fields[i]].type), plan->inputs[i].type);
        TRY(expect(same, err, "dataset", i, "an input is no field of its type"));
    }
    return true;
}

static bool check_dataset(PlanChecker *checker, Error *err)
{
    const Plan *plan = checker->plan;
    const PlanDataset *dataset = &plan->dataset;
    if (dataset->source == PLAN_NONE) return true;
    TRY(expect(dataset->source < plan->source_count, err, "dataset", 0, "there is no such source"));
    const PlanSource *source = &plan->sources[dataset->source];
    TRY(expect(is_instant_field(source, dataset->at), err, "dataset", 0, "'at' is no timestamp"));
    TRY(expect(dataset->label_known == PLAN_NONE || is_instant_field(source, dataset->label_known), err, "dataset", 0,
               "'label_known' is no timestamp"));
    TRY(inputs_are_fields(plan, source, dataset->input_fields, err));
    if (dataset->label_plan != NULL) {
        TRY(check_label_sources(plan, dataset->label_plan, err));
        TRY(inputs_are_fields(dataset->label_plan, source, dataset->label_inputs, err));
    }
    return check_label(checker, source, err);
}

static bool program_uses_zones(const Program *program)
{
    for (uint32_t i = 0; i < program->node_count; i++) {
        const PlanNode *node = &program->nodes[i];
        if (node->kind != PLAN_CALL) continue;
        for (uint32_t k = 0; k < node->argument_count; k++) {
            bool is_zone = kernel_info(node->kernel)->arguments[k] == KERNEL_TYPE_ZONE;
            if (is_zone && !str_equal(program->nodes[node->arguments[k]].constant.string, STR("UTC"))) return true;
        }
    }
    return false;
}

static bool group_uses_zones(const PlanGroup *group)
{
    bool uses = program_uses_zones(&group->rows);
    for (uint32_t i = 0; i < group->aggregate_count; i++) {
        const Window *window = &group->aggregates[i].window;
        uses |= window->kind == WINDOW_CALENDAR && !str_equal(window->zone, STR("UTC"));
    }
    return uses;
}

static bool body_uses_zones(const Plan *plan)
{
    bool uses = program_uses_zones(&plan->main);
    for (uint32_t i = 0; i < plan->source_count; i++) {
        Str zone = plan->sources[i].timezone;
        uses |= program_uses_zones(&plan->sources[i].deleted) || (zone.size > 0 && !str_equal(zone, STR("UTC")));
    }
    for (uint32_t i = 0; i < plan->group_count; i++) uses |= group_uses_zones(&plan->groups[i]);
    return uses;
}

bool plan_uses_zones(const Plan *plan)
{
    const Plan *label = plan->dataset.label_plan;
    return body_uses_zones(plan) || program_uses_zones(&plan->dataset.label) ||
           (label != NULL && body_uses_zones(label));
}

/// All but the dataset.
static bool check_body(PlanChecker *checker, Error *err)
{
    const Plan *plan = checker->plan;
    for (uint32_t i = 0; i < plan->source_count; i++) TRY(check_source(checker, i, err));
    for (uint32_t i = 0; i < plan->union_count; i++) TRY(check_union(plan, i, err));
    for (uint32_t i = 0; i < plan->group_count; i++) TRY(check_group_indexes(plan, i, err));
    TRY(check_main(checker, err));
    for (uint32_t i = 0; i < plan->group_count; i++) TRY(check_group(checker, i, err));
    return check_features(plan, err);
}

static bool check_label_plan(const Plan *label, Error *err)
{
    AUTO(plan_checker_deinit) PlanChecker checker = {.plan = label};
    return check_body(&checker, err);
}

/// A label's plan alone may look ahead.
static bool check_no_ahead(const Plan *plan, Error *err)
{
    for (uint32_t i = 0; i < plan->group_count; i++) {
        for (uint32_t k = 0; k < plan->groups[i].aggregate_count; k++) {
            bool ahead = plan->groups[i].aggregates[k].window.kind == WINDOW_NEXT;
            TRY(expect(!ahead, err, "group", i, "a feature looks ahead"));
        }
    }
    return true;
}

bool plan_check(const Plan *plan, Error *err)
{
    AUTO(plan_checker_deinit) PlanChecker checker = {.plan = plan};
    TRY(check_body(&checker, err));
    TRY(check_no_ahead(plan, err));
    if (plan->dataset.label_plan != NULL) TRY(check_label_plan(plan->dataset.label_plan, err));
    return check_dataset(&checker, err);
}
