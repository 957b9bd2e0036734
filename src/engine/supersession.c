#include "engine/supersession.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "engine/key.h"
#include "engine/partition.h"
#include "engine/row_digest.h"
#include "sys/thread.h"

/// No item.
#define NO_ITEM UINT32_MAX

/// Rows of one task that fills the instants.
enum { FILL_ROWS = 1 << 20 };

void supersession_deinit(Supersession *supersession)
{
    memory_free(supersession->instants);
    *supersession = (Supersession){0};
}

bool source_is_keyed(const PlanSource *source)
{
    for (uint32_t i = 0; i < source->field_count; i++) {
        if (source->column_known[i] != PLAN_NONE) return false;
    }
    return source->key_count > 0 && source->deleted.output_count == 0;
}

/// What a partition found.
typedef struct KeyCounts {
    size_t keys, conflicts, unseen;
    uint64_t conflict_rows[2]; ///< the pair whose lesser row is least
} KeyCounts;

typedef struct SupersessionJob {
    const Frame *table;
    const RowTimes *times;
    const Vector *keys;
    size_t key_count;
    bool exact; ///< equal hashes are equal keys
    Partitioning partitioning;
    int64_t *instants;
    KeyCounts *counts; ///< per partition
} SupersessionJob;

static void job_deinit(SupersessionJob *job)
{
    partitioning_deinit(&job->partitioning);
    memory_free(job->counts);
}

/// A row of a key that comes more than once.
typedef struct KeyedRow {
    int64_t known;
    Hash128 digest;
    uint64_t row;
} KeyedRow;

/// One partition while it is worked on.
typedef struct KeyPartition {
    const SupersessionJob *job;
    const PartitionItem *items;
    size_t count;
    uint32_t *slots; ///< by hash: the item that is first in its key
    size_t slot_count;
    uint32_t *next; ///< per item: the next of its key
    ARRAY_OF(KeyedRow) rows;
    RowDigester digester;
    bool digester_ready;
    KeyCounts counts;
} KeyPartition;

static void key_partition_deinit(KeyPartition *partition)
{
    memory_free(partition->slots);
    memory_free(partition->next);
    memory_free(partition->rows.items);
    row_digester_deinit(&partition->digester);
}

static bool key_partition_init(const SupersessionJob *job, size_t index, KeyPartition *out, Error *err)
{
    const size_t *begin = job->partitioning.begin + index;

    *out = (KeyPartition){
        .job = job, .items = job->partitioning.items + begin[0], .count = begin[1] - begin[0], .slot_count = 16};
    while (out->slot_count < 2 * out->count) out->slot_count *= 2;
    out->slots = memory_alloc_array(out->slot_count, sizeof(*out->slots), err);
    TRY(out->slots != NULL);
    out->next = memory_alloc_array(out->count, sizeof(*out->next), err);
    TRY(out->next != NULL);
    memset(out->slots, 0xff, out->slot_count * sizeof(*out->slots));
    memset(out->next, 0xff, out->count * sizeof(*out->next));
    return true;
}

static bool items_same_key(const KeyPartition *partition, uint32_t left, uint32_t right)
{
    const SupersessionJob *job = partition->job;
    const PartitionItem *a = &partition->items[left];
    const PartitionItem *b = &partition->items[right];
    return a->hash == b->hash && (job->exact || key_same(job->keys, a->index, job->keys, b->index, job->key_count));
}

// The slot of the item's key: the partition's bits of the hash are all alike, the others choose.
static uint32_t *find_slot(const KeyPartition *partition, uint32_t item)
{
    size_t slot = (size_t)partition->items[item].hash & (partition->slot_count - 1);
    while (partition->slots[slot] != NO_ITEM && !items_same_key(partition, partition->slots[slot], item))
        slot = (slot + 1) & (partition->slot_count - 1);
    return &partition->slots[slot];
}

static void chain_items(KeyPartition *partition)
{
    for (uint32_t item = 0; item < partition->count; item++) {
        uint32_t *slot = find_slot(partition, item);
        partition->counts.keys += *slot == NO_ITEM;
        partition->next[item] = *slot;
        *slot = item;
    }
}

static int compare_rows(const void *left, const void *right)
{
    const KeyedRow *a = left;
    const KeyedRow *b = right;
    if (a->known != b->known) return a->known < b->known ? -1 : 1;
    int order = hash128_compare(a->digest, b->digest);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static bool gather_key(KeyPartition *partition, uint32_t item, Error *err)
{
    partition->rows.count = 0;
    for (; item != NO_ITEM; item = partition->next[item]) {
        uint64_t row = partition->items[item].index;
        KeyedRow keyed = {.known = partition->job->times->known.instants[row], .row = row};
        TRY(ARRAY_PUSH(&partition->rows, keyed, err));
    }
    qsort(partition->rows.items, partition->rows.count, sizeof(KeyedRow), compare_rows);
    return true;
}

static bool digest_rows(KeyPartition *partition, Error *err)
{
    if (!partition->digester_ready) TRY(row_digester_init(partition->job->table, &partition->digester, err));
    partition->digester_ready = true;
    for (size_t i = 0; i < partition->rows.count; i++) {
        KeyedRow *keyed = &partition->rows.items[i];
        TRY(row_digest(&partition->digester, keyed->row, NULL, &keyed->digest, err));
    }
    qsort(partition->rows.items, partition->rows.count, sizeof(KeyedRow), compare_rows);
    return true;
}

// Contents are looked at only where rows were known at the same moment.
static bool order_key(KeyPartition *partition, uint32_t item, Error *err)
{
    TRY(gather_key(partition, item, err));
    for (size_t i = 1; i < partition->rows.count; i++) {
        if (partition->rows.items[i - 1].known == partition->rows.items[i].known) return digest_rows(partition, err);
    }
    return true;
}

static bool pair_is_earlier(uint64_t left, uint64_t right, const KeyCounts *than)
{
    uint64_t least = left < right ? left : right;
    uint64_t other = than->conflict_rows[0] < than->conflict_rows[1] ? than->conflict_rows[0] : than->conflict_rows[1];
    return than->conflicts == 0 || least < other;
}

static void conflict_add(KeyCounts *counts, uint64_t left, uint64_t right, size_t conflicts)
{
    if (pair_is_earlier(left, right, counts)) {
        counts->conflict_rows[0] = left;
        counts->conflict_rows[1] = right;
    }
    counts->conflicts += conflicts;
}

static void supersede_key(KeyPartition *partition)
{
    for (size_t i = 1; i < partition->rows.count; i++) {
        const KeyedRow *row = &partition->rows.items[i - 1];
        const KeyedRow *next = row + 1;
        partition->job->instants[row->row] = next->known;
        if (row->known != next->known) continue;
        partition->counts.unseen++;
        if (hash128_compare(row->digest, next->digest) != 0) conflict_add(&partition->counts, row->row, next->row, 1);
    }
}

static bool supersede_partition(void *context, size_t index, Error *err)
{
    const SupersessionJob *job = context;
    AUTO(key_partition_deinit) KeyPartition partition = {0};

    TRY(key_partition_init(job, index, &partition, err));
    chain_items(&partition);
    for (size_t slot = 0; slot < partition.slot_count; slot++) {
        uint32_t item = partition.slots[slot];
        if (item == NO_ITEM || partition.next[item] == NO_ITEM) continue;
        TRY(order_key(&partition, item, err));
        supersede_key(&partition);
    }
    job->counts[index] = partition.counts;
    return true;
}

static bool fill_instants(void *context, size_t index, Error *err)
{
    UNUSED(err);
    const SupersessionJob *job = context;
    size_t end = (index + 1) * FILL_ROWS < job->table->row_count ? (index + 1) * FILL_ROWS : job->table->row_count;
    for (size_t row = index * FILL_ROWS; row < end; row++) job->instants[row] = INT64_MAX;
    return true;
}

static void counts_sum(const SupersessionJob *job, size_t partition_count, Supersession *out)
{
    KeyCounts sum = {0};
    for (size_t i = 0; i < partition_count; i++) {
        const KeyCounts *counts = &job->counts[i];
        sum.keys += counts->keys;
        sum.unseen += counts->unseen;
        if (counts->conflicts > 0)
            conflict_add(&sum, counts->conflict_rows[0], counts->conflict_rows[1], counts->conflicts);
    }
    out->unseen = sum.unseen;
    out->report = (HistoryReport){.row_count = job->table->row_count,
                                  .version_count = job->table->row_count,
                                  .key_count = sum.keys,
                                  .conflict_count = sum.conflicts,
                                  .conflict_rows = {sum.conflict_rows[0], sum.conflict_rows[1]}};
}

static bool supersede(SupersessionJob *job, size_t threads, Supersession *out, Error *err)
{
    size_t rows = job->table->row_count;
    size_t partition_count = (size_t)1 << job->partitioning.bits;

    job->counts = memory_alloc_array(partition_count, sizeof(*job->counts), err);
    TRY(job->counts != NULL);
    out->instants = memory_alloc_array(rows, sizeof(*out->instants), err);
    TRY(out->instants != NULL);
    job->instants = out->instants;
    TRY(thread_parallel_for((rows + FILL_ROWS - 1) / FILL_ROWS, threads, fill_instants, job, err));
    TRY(thread_parallel_for(partition_count, threads, supersede_partition, job, err));
    counts_sum(job, partition_count, out);
    return true;
}

bool supersession_find(const PlanSource *source, const Frame *table, const RowTimes *times, size_t threads,
                       Supersession *out, bool *out_found, Error *err)
{
    AUTO(supersession_deinit) Supersession found = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(job_deinit) SupersessionJob job = {.table = table, .times = times, .key_count = source->key_count};
    Vector *keys = arena_alloc_array(&arena, source->key_count, sizeof(*keys), err);
    TRY(keys != NULL);

    for (uint32_t i = 0; i < source->key_count; i++) keys[i] = frame_vector(table, source->key[i]);
    job.keys = keys;
    job.exact = key_hash_is_exact(keys, source->key_count);
    PartitionInput input = {
        .keys = keys, .key_count = source->key_count, .instants = times->known.instants, .count = table->row_count};
    uint32_t bits = partition_bits(table->row_count);
    TRY(partition_items(&input, bits, threads, &job.partitioning, err));
    *out_found = job.partitioning.begin[(size_t)1 << bits] == table->row_count;
    if (!*out_found) return true;
    TRY(supersede(&job, threads, &found, err));
    if (found.report.key_count == table->row_count) {
        memory_free(found.instants);
        found.instants = NULL;
    }

    *out = found;
    found = (Supersession){0};
    return true;
}
