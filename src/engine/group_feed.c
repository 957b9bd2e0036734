#include "engine/group_feed.h"

#include "engine/tie_text.h"

void group_feed_deinit(GroupFeed *feed)
{
    record_store_deinit(&feed->records);
}

bool group_feed_init(const Plan *plan, uint32_t group, const GroupShape *shape, GroupMemory *memory, Group *out_group,
                     GroupFeed *out, Error *err)
{
    const PlanGroup *planned = &plan->groups[group];

    TRY(group_init(planned, shape, memory, out_group, err));
    out->plan = plan;
    out->planned = planned;
    out->joined = plan_union(plan, planned->source);
    out->group = out_group;
    group_records_init(out_group, &out->records);
    return true;
}

uint32_t group_member(const Plan *plan, uint32_t group, uint32_t source)
{
    const PlanUnion *joined = plan_union(plan, plan->groups[group].source);

    if (joined == NULL) return plan->groups[group].source == source ? 0 : PLAN_NONE;
    for (uint32_t i = 0; i < joined->member_count; i++) {
        if (joined->members[i] == source) return i;
    }
    return PLAN_NONE;
}

const uint32_t *group_member_fields(const PlanUnion *joined, uint32_t member)
{
    return joined == NULL ? NULL : joined->member_fields + (size_t)member * joined->field_count;
}

/// One batch on its way into one group.
typedef struct FedBatch {
    GroupFeed *feed;
    uint32_t member;
    const VersionBatch *batch;
    Arena *arena;
} FedBatch;

static bool null_column(const FedBatch *fed, Type type, Vector *out, Error *err)
{
    size_t count = fed->batch->count;
    uint8_t *valid = arena_alloc(fed->arena, count, err);
    TRY(valid != NULL);
    *out = (Vector){.type = type, .count = count, .valid = valid};
    out->values.any = arena_alloc_array(fed->arena, count, storage_size(type_storage(type)), err);
    return out->values.any != NULL;
}

static bool name_column(const FedBatch *fed, Vector *out, Error *err)
{
    const PlanUnion *joined = fed->feed->joined;
    size_t count = fed->batch->count;
    Str *names = arena_alloc_array(fed->arena, count, sizeof(*names), err);
    TRY(names != NULL);
    for (size_t i = 0; i < count; i++) names[i] = fed->feed->plan->sources[joined->members[fed->member]].name;
    *out = (Vector){.type = joined->fields[joined->field_count - 1].type, .count = count, .values = {.strings = names}};
    return true;
}

static bool union_column(const FedBatch *fed, uint32_t column, Vector *out, Error *err)
{
    const PlanUnion *joined = fed->feed->joined;
    uint32_t field = group_member_fields(joined, fed->member)[column];

    if (column + 1 == joined->field_count) return name_column(fed, out, err);
    if (field == PLAN_NONE) return null_column(fed, joined->fields[column].type, out, err);
    *out = fed->batch->columns[field];
    out->type = joined->fields[column].type;
    return true;
}

static bool union_columns(const FedBatch *fed, Vector **out, Error *err)
{
    const Program *program = &fed->feed->planned->rows;

    *out = arena_alloc_array(fed->arena, fed->feed->joined->field_count, sizeof(**out), err);
    TRY(*out != NULL);
    for (uint32_t i = 0; i < program->node_count; i++) {
        uint32_t column = program->nodes[i].index;
        if (program->nodes[i].kind != PLAN_COLUMN || (*out)[column].count > 0) continue;
        TRY(union_column(fed, column, &(*out)[column], err));
    }
    return true;
}

static bool never_superseded(const FedBatch *fed, const int64_t **out, Error *err)
{
    int64_t *never = arena_alloc_array(fed->arena, fed->batch->count, sizeof(*never), err);
    TRY(never != NULL);
    for (size_t i = 0; i < fed->batch->count; i++) never[i] = INT64_MAX;
    *out = never;
    return true;
}

static bool put_records(const FedBatch *fed, const Vector *values, Error *err)
{
    const VersionBatch *batch = fed->batch;
    const RecordLayout *layout = &fed->feed->group->layout;
    const PlanUnion *joined = fed->feed->joined;
    RecordBatch records = {.count = batch->count,
                           .values = values,
                           .time = batch->time,
                           .known = batch->known,
                           .superseded = batch->superseded,
                           .digests = batch->digests};

    if (layout->has_superseded && batch->superseded == NULL) TRY(never_superseded(fed, &records.superseded, err));
    if (layout->order == RECORD_BY_TEXT) {
        uint32_t source = joined == NULL ? fed->feed->planned->source : joined->members[fed->member];
        TRY(tie_texts_make(batch, fed->feed->plan->sources[source].key_count, joined == NULL ? PLAN_NONE : fed->member,
                           fed->arena, &records.ties, err));
    }
    return record_store_put(&fed->feed->records, &records, err);
}

bool group_feed_put(GroupFeed *feed, uint32_t member, const VersionBatch *batch, Arena *arena, Error *err)
{
    const Program *program = &feed->planned->rows;
    AUTO(program_output_deinit) ProgramOutput output = {0};
    FedBatch fed = {feed, member, batch, arena};
    Vector *joined = NULL;

    if (batch->count == 0) return true;
    if (feed->joined != NULL) TRY(union_columns(&fed, &joined, err));
    ProgramInput input = {.count = batch->count,
                          .columns = joined == NULL ? batch->columns : joined,
                          .gathered_count = plan_rows(feed->plan, feed->planned->source).field_count,
                          .at = batch->time};
    TRY(program_evaluate(program, program->outputs, program->output_count, &input, 1, &output, err));
    return put_records(&fed, output.vectors, err);
}
