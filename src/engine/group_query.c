#include "engine/group_query.h"

#include "base/memory.h"
#include "sys/thread.h"

enum { QUERY_PARALLEL_MIN = 4096 }; ///< fewer queries are not worth a thread

typedef struct QueryJob {
    const Group *group;
    const GroupRequest *request;
    const Partitioning *partitioning;
} QueryJob;

/// One task's memory.
typedef struct QueryScratch {
    EntityItem *spare;
    int64_t *at;
    uint32_t *rows;
    WindowScratch window;
} QueryScratch;

static void query_scratch_deinit(QueryScratch *scratch)
{
    memory_free(scratch->spare);
    memory_free(scratch->at);
    memory_free(scratch->rows);
    window_scratch_deinit(&scratch->window);
}

static bool query_scratch_init(size_t count, QueryScratch *out, Error *err)
{
    out->spare = memory_alloc_array(count, sizeof(*out->spare), err);
    TRY(out->spare != NULL);
    out->at = memory_alloc_array(count, sizeof(*out->at), err);
    TRY(out->at != NULL);
    out->rows = memory_alloc_array(count, sizeof(*out->rows), err);
    return out->rows != NULL;
}

// Finds each query's entity; those without one are dropped. Returns how many stay.
static size_t find_entities(const QueryJob *job, const GroupPartition *partition, EntityItem *items, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t entity = group_find(job->group, partition, items[i].hash, job->request->keys, items[i].index);
        if (entity == SIZE_MAX) continue;
        items[found] = items[i];
        items[found++].entity = (uint32_t)entity;
    }
    return found;
}

static bool sweep_entities(const QueryJob *job, const GroupPartition *partition, const EntityItem *items, size_t count,
                           QueryScratch *scratch, Error *err)
{
    const GroupRequest *request = job->request;

    for (size_t i = 0; i < count; i++) {
        scratch->at[i] = items[i].instant;
        scratch->rows[i] = items[i].index;
    }
    for (size_t begin = 0; begin < count;) {
        size_t entity = items[begin].entity;
        size_t end = begin + 1;
        while (end < count && items[end].entity == entity) end++;
        WindowQueries queries = {scratch->at + begin, scratch->rows + begin, end - begin};
        TRY(window_evaluate(&scratch->window, &job->group->facts, partition->entity_begin[entity],
                            partition->entity_begin[entity + 1], &queries, request->aggregates,
                            request->aggregate_count, request->statuses, err));
        begin = end;
    }
    return true;
}

static bool query_partition(void *context, size_t index, Error *err)
{
    const QueryJob *job = context;
    const GroupPartition *partition = &job->group->partitions[index];
    size_t begin = job->partitioning->begin[index];
    size_t count = job->partitioning->begin[index + 1] - begin;
    EntityItem *items = job->partitioning->items + begin;
    AUTO(query_scratch_deinit) QueryScratch scratch = {0};

    count = find_entities(job, partition, items, count);
    if (count == 0) return true;
    TRY(query_scratch_init(count, &scratch, err));
    TRY(entity_items_sort(items, scratch.spare, count, partition->entity_count, &items, err));
    return sweep_entities(job, partition, items, count, &scratch, err);
}

bool group_query(const Group *group, const GroupRequest *request, size_t threads, Error *err)
{
    AUTO(partitioning_deinit) Partitioning partitioning = {0};
    PartitionInput input = {
        .keys = request->keys,
        .key_count = request->plan->key_count,
        .instants = request->at,
        .count = request->count,
    };
    QueryJob job = {.group = group, .request = request, .partitioning = &partitioning};

    if (request->count < QUERY_PARALLEL_MIN) threads = 1;
    TRY(partition_items(&input, group->bits, threads, &partitioning, err));
    return thread_parallel_for((size_t)1 << group->bits, threads, query_partition, &job, err);
}
