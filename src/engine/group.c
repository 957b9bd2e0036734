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
    group.column_count = rows->output_count - plan->key_count;
    group.partitions = memory_alloc_array((size_t)1 << group.bits, sizeof(*group.partitions), err);
    TRY(group.partitions != NULL);

    *out = group;
    group = (Group){0};
    return true;
}

void group_records_init(const Group *group, GroupRecords *out)
{
    *out = (GroupRecords){.lanes = LANE_POOL_INIT};
    records_init(&group->layout, group->bits, &out->records);
    out->records.pool = &group->memory->pool;
    out->records.spill = &group->memory->spill;
    out->records.lane_bytes_max = group->memory->lane_max;
}

void group_records_deinit(GroupRecords *records)
{
    for (RecordLane *lane = NULL; (lane = lane_take(&records->lanes)) != NULL;) {
        record_lane_deinit(lane);
        memory_free(lane);
    }
}

static RecordLane *lane_new(const Records *records, Error *err)
{
    RecordLane *lane = memory_alloc(sizeof(*lane), err);
    if (lane == NULL || record_lane_init(records, lane, err)) return lane;
    memory_free(lane);
    return NULL;
}

bool group_records_put(GroupRecords *records, const RecordBatch *batch, Error *err)
{
    RecordLane *lane = lane_take(&records->lanes);
    if (lane == NULL) lane = lane_new(&records->records, err);
    TRY(lane != NULL);
    bool done = records_put(&records->records, lane, batch, err);
    lane_give(&records->lanes, lane);
    return done;
}

/// Partitions under construction, each by one task.
typedef struct BuildJob {
    Group *group;
    const Versions *versions;
    RecordLane **lanes;
    size_t lane_count;
    const Records *records;
    LanePool scratches;
    atomic_bool tied;
    atomic_size_t section_left[RECORD_SECTIONS]; ///< partitions to build
} BuildJob;

// Memory of records is free for facts as soon as all partitions of a section are built.
static void leave_section(BuildJob *job, size_t partition)
{
    size_t section = records_section(job->records, partition);

    if (atomic_fetch_sub(&job->section_left[section], 1) > 1) return;
    for (size_t i = 0; i < job->lane_count; i++) slab_deinit(&job->lanes[i]->slabs[section]);
}

static bool build_with(BuildJob *job, size_t index, BuildScratch *scratch, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    size_t count = job->lane_count;
    const RecordBlock **blocks = arena_alloc_array(&arena, count + 1, sizeof(*blocks), err);
    TRY(blocks != NULL);
    RecordBlock *read = NULL;
    bool tied = false;

    for (size_t i = 0; i < count; i++) blocks[i] = job->lanes[i]->blocks[index];
    TRY(records_read(job->records, job->lanes, count, index, &scratch->records_read, &read, err));
    blocks[count] = read;
    PartitionRecords input = {&job->group->layout, blocks, count + 1, job->versions};
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
    if (done) leave_section(job, index);
    return done;
}

// The lanes, closed.
static bool list_lanes(GroupRecords *records, Arena *arena, RecordLane ***out, size_t *out_count, Error *err)
{
    size_t count = 0;
    for (const Lane *lane = records->lanes.idle; lane != NULL; lane = lane->next) count++;
    *out = arena_alloc_array(arena, count, sizeof(**out), err);
    TRY(*out != NULL);
    *out_count = count;
    count = 0;
    for (Lane *lane = records->lanes.idle; lane != NULL; lane = lane->next) {
        record_lane_close(&records->records, (RecordLane *)lane);
        (*out)[count++] = (RecordLane *)lane;
    }
    return true;
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
    }
    return true;
}

bool group_finish(Group *group, GroupRecords *records, const Versions *versions, size_t threads, bool *tied, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    BuildJob job = {.group = group, .versions = versions, .records = &records->records, .scratches = LANE_POOL_INIT};

    for (size_t i = 0; i < (size_t)1 << group->bits; i++) job.section_left[records_section(job.records, i)]++;
    TRY(list_lanes(records, &arena, &job.lanes, &job.lane_count, err));
    bool done = thread_parallel_for((size_t)1 << group->bits, threads, build_partition, &job, err);
    done = done && take_memory(&job, err);
    for (BuildScratch *scratch = NULL; (scratch = lane_take(&job.scratches)) != NULL;) {
        build_scratch_deinit(scratch);
        memory_free(scratch);
    }
    *tied = atomic_load(&job.tied);
    return done;
}
