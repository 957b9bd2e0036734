#include <stdlib.h>

#include "base/memory.h"
#include "engine/partition.h"
#include "engine/plain_rows_internal.h"

// An entity whose rows came in one run stays where it is. What came in several - files' row groups are read by several threads - or beside
// scattered rows is put in order behind.

void group_runs_deinit(GroupRuns *runs)
{
    memory_free(runs->partitions);
    memory_free(runs->runs);
    *runs = (GroupRuns){0};
}

static size_t count_runs(const RecordStore *records)
{
    size_t count = 0;
    for (size_t i = 0; i < records->part_count; i++) count += records->parts[i]->entity_runs.run_count;
    return count;
}

// A counting sort by partition.
static void scatter_runs(const RecordStore *records, GroupRuns *runs)
{
    uint32_t bits = records->records.bits;
    size_t place = 0;

    for (size_t i = 0; i < records->part_count; i++) {
        const RunLane *lane = &records->parts[i]->entity_runs;
        for (size_t k = 0; k < lane->run_count; k++) runs->partitions[partition_of(lane->runs[k].hash, bits)].count++;
    }
    for (size_t i = 0; i < record_store_partitions(records); i++) {
        runs->partitions[i].begin = place; // until all runs are there: where its next one goes
        runs->partitions[i].runs = runs->runs + place;
        place += runs->partitions[i].count;
    }
    for (size_t i = 0; i < records->part_count; i++) {
        const RunLane *lane = &records->parts[i]->entity_runs;
        for (size_t k = 0; k < lane->run_count; k++)
            runs->runs[runs->partitions[partition_of(lane->runs[k].hash, bits)].begin++] = lane->runs[k];
    }
}

static int compare_runs(const void *left, const void *right)
{
    const EntityRun *one = left;
    const EntityRun *other = right;
    if (one->hash != other->hash) return one->hash < other->hash ? -1 : 1;
    return (one->begin > other->begin) - (one->begin < other->begin);
}

static bool run_is_whole(const PartitionRuns *runs, size_t i)
{
    bool first = i == 0 || runs->runs[i - 1].hash != runs->runs[i].hash;
    bool last = i + 1 == runs->count || runs->runs[i + 1].hash != runs->runs[i].hash;
    return first && last;
}

// Beside scattered rows no run is taken to be whole.
static size_t rows_to_order(const PartitionRuns *runs, size_t record_count)
{
    size_t rows = record_count;
    for (size_t i = 0; i < runs->count; i++) {
        if (record_count > 0 || !run_is_whole(runs, i)) rows += runs->runs[i].count;
    }
    return rows;
}

static size_t place_rows(const RecordStore *records, GroupRuns *runs, size_t place)
{
    size_t begin = place;

    for (size_t i = 0; i < record_store_partitions(records); i++) {
        PartitionRuns *part = &runs->partitions[i];
        qsort(runs->runs + (part->runs - runs->runs), part->count, sizeof(*part->runs), compare_runs);
        part->row_count = rows_to_order(part, record_store_count(records, i));
        part->begin = place;
        place += part->row_count;
    }
    return place - begin;
}

bool group_runs_init(Group *group, const RecordStore *records, GroupRuns *out, Error *err)
{
    AUTO(group_runs_deinit) GroupRuns runs = {0};
    size_t count = count_runs(records);

    if (count == 0) return true;
    runs.runs = memory_alloc_array(count, sizeof(*runs.runs), err);
    TRY(runs.runs != NULL);
    runs.partitions = memory_alloc_array(record_store_partitions(records), sizeof(*runs.partitions), err);
    TRY(runs.partitions != NULL);
    scatter_runs(records, &runs);
    size_t more = place_rows(records, &runs, group->runs.used);
    TRY(run_table_extend(&group->runs, more, atomic_load(&records->records.has_nulls), err));
    group->table = (FactTable){.time = group->runs.time, .known = group->runs.time, .columns = group->runs.columns};
    for (size_t i = 0; i < record_store_partitions(records); i++) {
        runs.partitions[i].table = &group->runs;
        runs.partitions[i].facts = &group->table;
    }

    *out = runs;
    runs = (GroupRuns){0};
    return true;
}

static bool read_rows(PlainBuild *build, const PartitionRecords *input, Error *err)
{
    const PartitionRuns *runs = input->runs;

    TRY(plain_build_read(build, &input->blocks, err));
    bool scattered = build->count > 0;
    for (size_t i = 0; i < runs->count; i++) {
        if (scattered || !run_is_whole(runs, i)) TRY(plain_build_read_run(build, &runs->runs[i], runs->table, err));
    }
    return true;
}

// Entities of one run come after those that were put in order.
static bool add_whole(PlainBuild *build, const PartitionRuns *runs, bool scattered, Error *err)
{
    for (size_t i = 0; !scattered && i < runs->count; i++) {
        if (run_is_whole(runs, i)) TRY(plain_build_add(build, runs->runs[i].hash, err));
    }
    return true;
}

static void fill_places(const PlainBuild *build, const PartitionRuns *runs, size_t ordered, GroupPartition *out)
{
    const PlainRows *rows = build->rows;
    size_t entity = ordered;

    for (size_t i = build->count; i-- > 0;)
        out->entity_begin[rows->entities[rows->order[i]]] = (uint32_t)(runs->begin + i);
    for (size_t i = 0; i < build->count; i++)
        out->entity_end[rows->entities[rows->order[i]]] = (uint32_t)(runs->begin + i + 1);
    for (size_t i = 0; entity < build->entity_count; i++) {
        if (!run_is_whole(runs, i)) continue;
        out->entity_begin[entity] = runs->runs[i].begin;
        out->entity_end[entity++] = runs->runs[i].begin + runs->runs[i].count;
    }
}

static size_t count_facts(const PartitionRuns *runs, const PlainBuild *build, bool scattered)
{
    size_t count = build->count;
    for (size_t i = 0; !scattered && i < runs->count; i++) count += run_is_whole(runs, i) ? runs->runs[i].count : 0;
    return count;
}

bool partition_build_runs(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out, bool *tied,
                          Error *err)
{
    const PartitionRuns *runs = input->runs;
    bool scattered = record_blocks_count(&input->blocks) > 0;
    PlainBuild build = {0};
    PartitionDraft draft = {0};

    TRY(plain_build_init(input, scratch, runs->row_count, &build, err));
    TRY(read_rows(&build, input, err));
    TRY(plain_build_order(&build, &scratch->sorter, tied, err));
    TRY(plain_build_note_ties(&build, input, runs->begin, scratch, tied, err));
    if (*tied) return true;
    size_t ordered = build.entity_count;
    TRY(add_whole(&build, runs, scattered, err));
    if (build.entity_count == 0) return true;
    PartitionShape shape = {.fact_count = count_facts(runs, &build, scattered),
                            .entity_count = build.entity_count,
                            .slot_count = build.slot_count,
                            .nulls = build.nulls,
                            .table = runs->facts};
    TRY(partition_alloc(build.layout, &shape, scratch, &draft, err));
    plain_build_fill_entities(&build, &draft.partition);
    plain_build_fill_facts(&build, runs->begin, &draft.partition.facts);
    fill_places(&build, runs, ordered, &draft.partition);
    return partition_keep(build.layout, &shape, scratch, &draft, out, err);
}
