#include "engine/group.h"

#include <stdatomic.h>

#include "base/memory.h"
#include "engine/group_internal.h"
#include "engine/partition.h"
#include "sys/thread.h"

void group_memory_init(GroupMemory *out)
{
    *out = (GroupMemory){.pool = SLAB_POOL_INIT};
    spill_init(NULL, STR(""), &out->spill);
}

void group_memory_deinit(GroupMemory *memory)
{
    slab_pool_deinit(&memory->pool);
    spill_deinit(&memory->spill);
}

void group_deinit(Group *group)
{
    for (size_t i = 0; i < group->slab_count; i++) slab_deinit(&group->slabs[i]);
    memory_free(group->slabs);
    memory_free(group->partitions);
    run_table_deinit(&group->runs);
    memory_free(group->ties.items);
    arena_deinit(&group->arena);
    *group = (Group){0};
}

bool group_init(const PlanGroup *plan, const GroupShape *shape, GroupMemory *memory, Group *out, Error *err)
{
    const Program *rows = &plan->rows;
    AUTO(group_deinit) Group group = {.plan = plan, .memory = memory, .bits = partition_bits(shape->row_count)};
    Type *types = arena_alloc_array(&group.arena, rows->output_count, sizeof(*types), err);
    TRY(types != NULL);

    for (uint32_t i = 0; i < rows->output_count; i++) types[i] = rows->nodes[rows->outputs[i]].type;
    RecordShape record = {.types = types,
                          .key_count = plan->key_count,
                          .field_count = rows->output_count,
                          .has_known = shape->has_known,
                          .has_superseded = shape->has_superseded,
                          .order = shape->order};
    TRY(record_layout_init(&record, &group.arena, &group.layout, err));
    TRY(run_table_init(&group.layout, memory->limit == 0 ? shape->row_count : 0, &group.runs, err));
    group.column_count = rows->output_count - plan->key_count;
    group.partitions = memory_alloc_array((size_t)1 << group.bits, sizeof(*group.partitions), err);
    TRY(group.partitions != NULL);

    *out = group;
    group = (Group){0};
    return true;
}

void group_records_init(Group *group, RecordStore *out)
{
    record_store_init(&group->layout, group->bits, group->memory, out);
    out->records.runs = &group->runs;
}

/// Partitions under construction, each by one task.
typedef struct BuildJob {
    Group *group;
    const Versions *versions;
    RecordStore *records;
    GroupRuns runs;
    LanePool scratches;
    atomic_bool tied;
} BuildJob;

static bool build_with(BuildJob *job, size_t index, BuildScratch *scratch, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    PartitionRecords input = {.layout = &job->group->layout,
                              .base = atomic_load(&job->records->records.base),
                              .versions = job->versions,
                              .index = index};
    bool tied = false;

    if (job->runs.partitions != NULL) input.runs = &job->runs.partitions[index];
    TRY(record_store_read(job->records, index, &scratch->records_read, &arena, &input.blocks, err));
    TRY(partition_build(&input, scratch, &job->group->partitions[index], &tied, err));
    if (tied) atomic_store(&job->tied, true);
    return true;
}

static BuildScratch *scratch_new(const BuildJob *job, Error *err)
{
    BuildScratch *scratch = memory_alloc(sizeof(*scratch), err);
    if (scratch == NULL) return NULL;
    scratch->memory = job->group->memory;
    scratch->slab.pool = &scratch->memory->pool;
    return scratch;
}

static bool build_partition(void *context, size_t index, Error *err)
{
    BuildJob *job = context;

    if (atomic_load(&job->tied)) return true;
    BuildScratch *scratch = lane_take(&job->scratches);
    if (scratch == NULL) scratch = scratch_new(job, err);
    TRY(scratch != NULL);
    bool done = build_with(job, index, scratch, err);
    lane_give(&job->scratches, scratch);
    if (done) record_store_leave(job->records, index); // free for facts
    return done;
}

// What was built stays, in the memory of those who built it.
static bool take_memory(BuildJob *job, Error *err)
{
    Group *group = job->group;
    size_t count = 0;

    for (const Lane *lane = job->scratches.idle; lane != NULL; lane = lane->next) count++;
    group->slabs = memory_alloc_array(count, sizeof(*group->slabs), err);
    TRY(group->slabs != NULL);
    for (Lane *lane = job->scratches.idle; lane != NULL; lane = lane->next) {
        BuildScratch *scratch = (BuildScratch *)lane;
        group->slabs[group->slab_count++] = scratch->slab;
        scratch->slab = (Slab){0};
        for (size_t i = 0; i < scratch->tied.count; i++) TRY(ARRAY_PUSH(&group->ties, scratch->tied.items[i], err));
    }
    return true;
}

bool group_finish(Group *group, RecordStore *records, const Versions *versions, size_t threads, bool *tied, Error *err)
{
    BuildJob job = {.group = group, .versions = versions, .records = records, .scratches = LANE_POOL_INIT};

    TRY(record_store_close(records, err));
    TRY(group_runs_init(group, records, &job.runs, err));
    bool done = thread_parallel_for((size_t)1 << group->bits, threads, build_partition, &job, err);
    done = done && take_memory(&job, err);
    for (BuildScratch *scratch = NULL; (scratch = lane_take(&job.scratches)) != NULL;) {
        build_scratch_deinit(scratch);
        memory_free(scratch);
    }
    group_runs_deinit(&job.runs);
    if (atomic_load(&job.tied)) group->ties.count = 0; // too many to be settled one by one
    *tied = atomic_load(&job.tied) || group->ties.count > 0;
    return done;
}
