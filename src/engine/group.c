#include "engine/group.h"

#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "engine/group_internal.h"
#include "number/float_order.h"
#include "sys/thread.h"

void group_deinit(Group *group)
{
    for (size_t i = 0; group->partitions != NULL && i < (size_t)1 << group->bits; i++)
        group_partition_deinit(&group->partitions[i]);
    for (size_t i = 0; group->owned != NULL && i < 2 * group->column_count; i++) memory_free(group->owned[i]);
    memory_free(group->partitions);
    memory_free(group->owned);
    memory_free(group->columns);
    memory_free(group->time);
    memory_free(group->known);
    memory_free(group->superseded);
    program_output_deinit(&group->rows);
    *group = (Group){0};
}

static bool run_rows(Group *group, const Vector *features, size_t threads, Error *err)
{
    const PlanGroup *plan = group->plan;
    const Versions *versions = group->versions;
    size_t field_count = versions->columns.count;
    AUTO(arena_deinit) Arena arena = {0};
    Vector *columns = arena_alloc_array(&arena, field_count + plan->row_feature_count, sizeof(*columns), err);
    TRY(columns != NULL);
    for (size_t i = 0; i < field_count; i++) columns[i] = versions->columns.vectors[i];
    for (size_t i = 0; i < plan->row_feature_count; i++) columns[field_count + i] = features[i];

    ProgramInput input = {
        .count = versions->count,
        .columns = columns,
        .gathered_count = field_count,
        .rows = versions->rows,
        .known = versions->column_known,
        .at = versions->time,
    };
    return program_evaluate(&plan->rows, plan->rows.outputs, plan->rows.output_count, &input, threads, &group->rows,
                            err);
}

static bool alloc_instants(size_t count, int64_t **out, Error *err)
{
    *out = memory_alloc_array(count, sizeof(**out), err);
    return *out != NULL;
}

static bool alloc_column(Group *group, size_t i, Error *err)
{
    const Vector *values = &group->rows.vectors[group->plan->key_count + i];
    void **owned = &group->owned[2 * i];

    owned[0] = memory_alloc_array(group->fact_count, storage_size(type_storage(values->type)), err);
    TRY(owned[0] != NULL);
    if (values->valid != NULL) {
        owned[1] = memory_alloc(group->fact_count, err);
        TRY(owned[1] != NULL);
    }
    group->columns[i] =
        (Vector){.type = values->type, .count = group->fact_count, .valid = owned[1], .values = {.any = owned[0]}};
    return true;
}

static bool alloc_facts(Group *group, Error *err)
{
    const Versions *versions = group->versions;
    size_t column_count = group->plan->rows.output_count - group->plan->key_count;

    TRY(alloc_instants(group->fact_count, &group->time, err));
    if (versions->known != versions->time) TRY(alloc_instants(group->fact_count, &group->known, err));
    if (versions->superseded != NULL) TRY(alloc_instants(group->fact_count, &group->superseded, err));
    group->columns = memory_alloc_array(column_count, sizeof(*group->columns), err);
    TRY(group->columns != NULL);
    group->owned = memory_alloc_array(2 * column_count, sizeof(*group->owned), err);
    TRY(group->owned != NULL);
    group->column_count = column_count;
    for (size_t i = 0; i < column_count; i++) TRY(alloc_column(group, i, err));
    group->facts = (FactTable){
        .time = group->time,
        .known = group->known == NULL ? group->time : group->known,
        .superseded = group->superseded,
        .columns = group->columns,
    };
    return true;
}

enum { GATHER_AHEAD = 16 }; ///< rows whose values are fetched before they are needed

#define GATHER(member, convert)                                                                                        \
    for (size_t i = 0; i < count; i++) {                                                                               \
        size_t ahead = i + GATHER_AHEAD < count ? i + GATHER_AHEAD : i;                                                \
        __builtin_prefetch(&from.member[items[ahead].index]);                                                          \
        to.member[i] = convert(from.member[items[i].index]);                                                           \
    }
#define AS_IS(value) (value)

static void gather_values(const Vector *source, const EntityItem *items, size_t count, void *out)
{
    Values from = source->values;
    Values to = {.any = out};

    switch (type_storage(source->type)) {
    case STORAGE_BOOL:
        GATHER(bools, AS_IS)
        break;
    case STORAGE_INT:
        GATHER(ints, AS_IS)
        break;
    case STORAGE_FLOAT:
        GATHER(floats, float_canonical)
        break;
    case STORAGE_DECIMAL:
        GATHER(decimals, AS_IS)
        break;
    case STORAGE_STRING:
        GATHER(strings, AS_IS)
        break;
    }
}

static void gather_facts(Group *group, const EntityItem *items, size_t begin, size_t count)
{
    const Versions *versions = group->versions;

    for (size_t i = 0; i < count; i++) group->time[begin + i] = items[i].instant;
    for (size_t i = 0; group->known != NULL && i < count; i++)
        group->known[begin + i] = versions->known[items[i].index];
    for (size_t i = 0; group->superseded != NULL && i < count; i++)
        group->superseded[begin + i] = versions->superseded[items[i].index];
    for (size_t column = 0; column < group->column_count; column++) {
        const Vector *source = &group->rows.vectors[group->plan->key_count + column];
        uint8_t *values = group->owned[2 * column];
        uint8_t *valid = group->owned[2 * column + 1];
        gather_values(source, items, count, values + begin * storage_size(type_storage(source->type)));
        for (size_t i = 0; valid != NULL && i < count; i++) valid[begin + i] = source->valid[items[i].index];
    }
}

// Strings of row features live no longer than the building.
static bool keep_strings(Group *group, GroupPartition *partition, size_t begin, size_t count, Error *err)
{
    if (group->plan->row_feature_count == 0) return true;
    for (size_t column = 0; column < group->column_count; column++) {
        if (type_storage(group->columns[column].type) != STORAGE_STRING) continue;
        Str *strings = group->columns[column].values.strings + begin;
        for (size_t i = 0; i < count; i++) {
            if (strings[i].size > 0) TRY(arena_copy(&partition->text, strings[i], &strings[i], err));
        }
    }
    return true;
}

/// Scratch of one partition being built.
typedef struct PartitionScratch {
    EntityItem *spare;
    uint32_t *ties;
    size_t tie_capacity;
    TieSorter sorter;
    bool has_sorter;
} PartitionScratch;

static void scratch_deinit(PartitionScratch *scratch)
{
    memory_free(scratch->spare);
    memory_free(scratch->ties);
    if (scratch->has_sorter) tie_sorter_deinit(&scratch->sorter);
}

static bool sort_tie(const Group *group, EntityItem *items, size_t count, PartitionScratch *scratch, Error *err)
{
    TRY(array_reserve(&scratch->ties, &scratch->tie_capacity, count, sizeof(*scratch->ties), err));
    if (!scratch->has_sorter) TRY(tie_sorter_init(group->versions, &scratch->sorter, err));
    scratch->has_sorter = true;
    for (size_t i = 0; i < count; i++) scratch->ties[i] = items[i].index;
    TRY(tie_sorter_sort(&scratch->sorter, scratch->ties, count, err));
    for (size_t i = 0; i < count; i++) items[i].index = scratch->ties[i];
    return true;
}

static bool sort_ties(const Group *group, EntityItem *items, size_t count, PartitionScratch *scratch, Error *err)
{
    for (size_t begin = 0; begin < count;) {
        size_t end = begin + 1;
        while (end < count && items[end].entity == items[begin].entity && items[end].instant == items[begin].instant)
            end++;
        if (end - begin > 1) TRY(sort_tie(group, items + begin, end - begin, scratch, err));
        begin = end;
    }
    return true;
}

static bool mark_entities(GroupPartition *partition, const EntityItem *items, size_t begin, size_t count, Error *err)
{
    partition->entity_begin = memory_alloc_array(partition->entity_count + 1, sizeof(size_t), err);
    TRY(partition->entity_begin != NULL);
    for (size_t i = 0; i < count; i++) partition->entity_begin[items[i].entity + 1] = begin + i + 1;
    partition->entity_begin[0] = begin;
    return true;
}

typedef struct GroupJob {
    Group *group;
    const Partitioning *partitioning;
} GroupJob;

static bool build_partition(void *context, size_t index, Error *err)
{
    const GroupJob *job = context;
    Group *group = job->group;
    GroupPartition *partition = &group->partitions[index];
    size_t begin = job->partitioning->begin[index];
    size_t count = job->partitioning->begin[index + 1] - begin;
    EntityItem *items = job->partitioning->items + begin;
    AUTO(scratch_deinit) PartitionScratch scratch = {0};

    if (count == 0) return true;
    scratch.spare = memory_alloc_array(count, sizeof(*scratch.spare), err);
    TRY(scratch.spare != NULL);
    TRY(partition_number_entities(group, items, count, partition, err));
    TRY(entity_items_sort(items, scratch.spare, count, partition->entity_count, &items, err));
    TRY(sort_ties(group, items, count, &scratch, err));
    TRY(mark_entities(partition, items, begin, count, err));
    gather_facts(group, items, begin, count);
    return keep_strings(group, partition, begin, count, err);
}

static bool build_partitions(Group *group, size_t threads, Error *err)
{
    const Versions *versions = group->versions;
    AUTO(partitioning_deinit) Partitioning partitioning = {0};
    PartitionInput input = {
        .keys = group->rows.vectors,
        .key_count = group->plan->key_count,
        .instants = versions->time,
        .count = versions->count,
    };

    group->bits = partition_bits(versions->count);
    TRY(partition_items(&input, group->bits, threads, &partitioning, err));
    group->fact_count = partitioning.begin[(size_t)1 << group->bits];
    TRY(alloc_facts(group, err));
    group->partitions = memory_alloc_array((size_t)1 << group->bits, sizeof(*group->partitions), err);
    TRY(group->partitions != NULL);
    GroupJob job = {.group = group, .partitioning = &partitioning};
    return thread_parallel_for((size_t)1 << group->bits, threads, build_partition, &job, err);
}

// What the facts hold now is not needed in the order of versions any more; keys are, to tell entities apart.
static void free_arguments(Group *group)
{
    ProgramOutput *rows = &group->rows;
    for (size_t i = 2 * (size_t)group->plan->key_count; i < 2 * rows->vector_count; i++) {
        memory_free(rows->owned[i]);
        rows->owned[i] = NULL;
    }
}

bool group_build(const PlanGroup *plan, const Versions *versions, const Vector *features, size_t threads, Group *out,
                 Error *err)
{
    AUTO(group_deinit) Group group = {.plan = plan, .versions = versions};

    TRY(run_rows(&group, features, threads, err));
    TRY(build_partitions(&group, threads, err));
    free_arguments(&group);

    *out = group;
    group = (Group){0};
    return true;
}
