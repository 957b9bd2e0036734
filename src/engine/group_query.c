#include "engine/group_query.h"

#include "base/array.h"
#include "engine/entity_sort.h"
#include "engine/partition.h"
#include "engine/result_rows.h"
#include "sys/lane.h"
#include "sys/thread.h"

enum { QUERY_PARALLEL_MIN = 4096 }; ///< fewer queries are not worth a thread

typedef struct QueryJob {
    const Group *group;
    const GroupRequest *request;
    const WindowPlan *plan; ///< of the request's aggregates
    const Partitioning *partitioning;
    const ResultRows *rows; ///< NULL: answers go straight into the request's columns
    LanePool scratches;
} QueryJob;

/// One thread's memory, kept from partition to partition.
typedef struct QueryScratch {
    Lane link;
    EntitySorter sorter;
    int64_t *at;
    uint32_t *rows;
    size_t at_capacity, row_capacity;
    WindowScratch window;
    Arena text;         ///< of answers: it outlives the scratch
    RecordBuffer image; ///< of a partition that was in the file
    ResultBlocks blocks;
} QueryScratch;

static void query_scratch_deinit(QueryScratch *scratch)
{
    entity_sorter_deinit(&scratch->sorter);
    memory_free(scratch->at);
    memory_free(scratch->rows);
    window_scratch_deinit(&scratch->window);
    arena_deinit(&scratch->text);
    memory_free(scratch->image.bytes);
    result_blocks_deinit(&scratch->blocks);
}

static bool query_scratch_reserve(QueryScratch *scratch, size_t count, Error *err)
{
    TRY(entity_sorter_reserve(&scratch->sorter, count, err));
    TRY(array_reserve(&scratch->at, &scratch->at_capacity, count, sizeof(*scratch->at), err));
    return array_reserve(&scratch->rows, &scratch->row_capacity, count, sizeof(*scratch->rows), err);
}

// Finds each query's entity; those without one are dropped. Returns how many stay.
static size_t find_entities(const QueryJob *job, const GroupPartition *partition, const PartitionItem *items,
                            size_t count, EntityItem *out)
{
    const GroupRequest *request = job->request;
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        size_t entity = group_find(partition, items[i].hash, request->keys, request->plan->key_count, items[i].index);
        if (entity == SIZE_MAX) continue;
        out[found++] = (EntityItem){items[i].instant, (uint32_t)entity, items[i].index};
    }
    return found;
}

/// Where the answers to a partition's queries go.
typedef struct QueryTarget {
    const WindowPlan *plan;
    WindowAggregate *aggregates;
    EntityStatus *statuses;
} QueryTarget;

static bool sweep_entities(const QueryTarget *target, const GroupPartition *partition, const EntityItem *items,
                           size_t count, QueryScratch *scratch, Error *err)
{
    for (size_t begin = 0; begin < count;) {
        size_t entity = items[begin].entity;
        size_t end = begin + 1;
        while (end < count && items[end].entity == entity) end++;
        WindowQueries queries = {scratch->at + begin, scratch->rows + begin, end - begin};
        TRY(window_evaluate(&scratch->window, target->plan, &partition->facts, partition->entity_begin[entity],
                            partition->entity_end[entity], &queries, target->aggregates, target->statuses, err));
        begin = end;
    }
    return true;
}

// Strings that were picked lie in the image, which the next partition takes.
static bool keep_strings(const QueryTarget *target, const GroupRequest *request, size_t count, QueryScratch *scratch,
                         Error *err)
{
    for (size_t i = 0; i < request->aggregate_count; i++) {
        const WindowAggregate *aggregate = &target->aggregates[i];
        if (type_storage(aggregate->type) != STORAGE_STRING) continue;
        for (size_t item = 0; item < count; item++) {
            Str *string = &aggregate->result.values.strings[scratch->rows[item]];
            if (string->size > 0) TRY(arena_copy(&scratch->text, *string, string, err));
        }
    }
    return true;
}

// Into blocks of the partition's own, in the order in which it is swept, or straight to the queries' rows.
static bool aim_queries(const QueryJob *job, const EntityItem *items, size_t count, QueryScratch *scratch,
                        QueryTarget *out, Error *err)
{
    const GroupRequest *request = job->request;

    for (size_t i = 0; i < count; i++) {
        scratch->at[i] = items[i].instant;
        scratch->rows[i] = job->rows == NULL ? items[i].index : (uint32_t)i;
    }
    *out = (QueryTarget){job->plan, request->aggregates, request->statuses};
    if (job->rows == NULL) return true;
    TRY(result_blocks_clear(&scratch->blocks, request, count, &scratch->text, err));
    out->aggregates = scratch->blocks.aggregates;
    if (request->statuses != NULL) out->statuses = scratch->blocks.statuses;
    return true;
}

static bool query_with(const QueryJob *job, size_t index, const PartitionItem *items, size_t count,
                       QueryScratch *scratch, Error *err)
{
    const GroupRequest *request = job->request;
    GroupPartition partition = {0};
    EntityItem *sorted = NULL;
    QueryTarget target = {0};

    scratch->window.aggregates.text = &scratch->text;
    TRY(group_partition_read(job->group, index, &scratch->image, &partition, err));
    TRY(query_scratch_reserve(scratch, count, err));
    size_t found = find_entities(job, &partition, items, count, scratch->sorter.items);
    TRY(entity_sorter_sort(&scratch->sorter, found, partition.entity_count, &sorted, err));
    TRY(aim_queries(job, sorted, found, scratch, &target, err));
    TRY(sweep_entities(&target, &partition, sorted, found, scratch, err));
    if (partition.image != NULL) TRY(keep_strings(&target, request, found, scratch, err));
    if (job->rows != NULL) result_rows_put(job->rows, &scratch->blocks, sorted, found);
    return true;
}

static bool query_partition(void *context, size_t index, Error *err)
{
    QueryJob *job = context;
    size_t begin = job->partitioning->begin[index];
    size_t count = job->partitioning->begin[index + 1] - begin;

    if (count == 0 || job->group->partitions[index].entity_count == 0) return true;
    QueryScratch *scratch = lane_take(&job->scratches);
    if (scratch == NULL) scratch = memory_alloc(sizeof(*scratch), err);
    TRY(scratch != NULL);
    bool done = query_with(job, index, job->partitioning->items + begin, count, scratch, err);
    lane_give(&job->scratches, scratch);
    return done;
}

// Answers point into it.
static bool keep_text(AnswerTexts *texts, Arena *text, Error *err)
{
    TRY(ARRAY_PUSH(texts, *text, err));
    *text = (Arena){0};
    return true;
}

static bool query_partitions(QueryJob *job, size_t threads, Error *err)
{
    bool done = thread_parallel_for((size_t)1 << job->group->bits, threads, query_partition, job, err);
    for (QueryScratch *scratch = NULL; (scratch = lane_take(&job->scratches)) != NULL;) {
        done = done && keep_text(job->request->texts, &scratch->text, err);
        query_scratch_deinit(scratch);
        memory_free(scratch);
    }
    return done;
}

bool group_query(const Group *group, const GroupRequest *request, size_t threads, Error *err)
{
    AUTO(partitioning_deinit) Partitioning partitioning = {0};
    AUTO(result_rows_deinit) ResultRows rows = {0};
    AUTO(window_plan_deinit) WindowPlan plan = {0};
    PartitionInput input = {
        .keys = request->keys,
        .key_count = request->plan->key_count,
        .instants = request->at,
        .count = request->count,
    };
    QueryJob job = {
        .group = group, .request = request, .plan = &plan, .partitioning = &partitioning, .scratches = LANE_POOL_INIT};

    if (request->count < QUERY_PARALLEL_MIN) threads = 1;
    TRY(window_plan_init(request->aggregates, request->aggregate_count, &plan, err));
    TRY(partition_items(&input, group->bits, threads, &partitioning, err));
    if (!result_rows_are_useful(request)) return query_partitions(&job, threads, err);
    TRY(result_rows_init(request, &group->memory->pool, &rows, err));
    job.rows = &rows;
    return query_partitions(&job, threads, err) && result_rows_finish(&rows, threads, err);
}
