#include "engine/tie_settle.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/instant.h"
#include "engine/key.h"
#include "engine/partition.h"

enum { MARK_BITS = 16 };

void tie_reader_deinit(TieReader *ties)
{
    memory_free(ties->times.items);
    memory_free(ties->marks);
    *ties = (TieReader){0};
}

static int compare_times(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left;
    int64_t other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static size_t mark_of(int64_t time)
{
    return (size_t)(key_mix((uint64_t)time) >> (64 - MARK_BITS));
}

bool tie_reader_init(const Plan *plan, uint32_t source, const Group *groups, const RowReader *reader, TieReader *out,
                     Error *err)
{
    AUTO(tie_reader_deinit) TieReader ties = {.source = &plan->sources[source], .reader = reader};

    ties.marks = memory_alloc((size_t)1 << MARK_BITS, err);
    TRY(ties.marks != NULL);
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (plan->groups[i].source != source) continue;
        for (size_t k = 0; k < groups[i].ties.count; k++)
            TRY(ARRAY_PUSH(&ties.times, groups[i].ties.items[k].time, err));
    }
    for (size_t i = 0; i < ties.times.count; i++) ties.marks[mark_of(ties.times.items[i])] = 1;
    qsort(ties.times.items, ties.times.count, sizeof(*ties.times.items), compare_times);

    *out = ties;
    ties = (TieReader){0};
    return true;
}

static bool is_tied(const TieReader *ties, int64_t time)
{
    if (!ties->marks[mark_of(time)]) return false;
    return bsearch(&time, ties->times.items, ties->times.count, sizeof(time), compare_times) != NULL;
}

/// A scan whose rows are looked at on their way.
typedef struct TieScan {
    const TieReader *ties;
    const ChunkSink *sink;
    size_t field_count;
    size_t time; ///< its place among the fields; field_count: it is not there
} TieScan;

static bool copy_row(Column *columns, const Vector *vectors, size_t count, size_t row, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(column_push_from(&columns[i], &vectors[i], row, err));
    return true;
}

static bool gather_tied(const TieScan *scan, const Vector *vectors, size_t row_count, Column *columns, Error *err)
{
    const int64_t *times = vectors[scan->time].values.ints;

    for (size_t row = 0; row < row_count; row++) {
        if (!is_tied(scan->ties, times[row])) continue;
        for (size_t i = 0; columns[0].count == 0 && i < scan->field_count; i++) columns[i].type = vectors[i].type;
        TRY(copy_row(columns, vectors, scan->field_count, row, err));
    }
    return true;
}

static bool put_tied(const TieScan *scan, const Vector *vectors, size_t row_count, Column *columns, Arena *arena,
                     Error *err)
{
    TRY(gather_tied(scan, vectors, row_count, columns, err));
    size_t count = columns[0].count;
    if (count == 0) return true;
    Vector *views = arena_alloc_array(arena, scan->field_count, sizeof(*views), err);
    TRY(views != NULL);
    for (size_t i = 0; i < scan->field_count; i++) views[i] = column_view(&columns[i]);
    return scan->sink->put(scan->sink->context, views, count, err);
}

static bool put_chunk(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    const TieScan *scan = context;
    AUTO(arena_deinit) Arena arena = {0};
    bool known =
        scan->time < scan->field_count && instants_are_ready(&vectors[scan->time], scan->ties->source->timezone);

    if (!known) return scan->sink->put(scan->sink->context, vectors, row_count, err);
    Column *columns = arena_alloc_array(&arena, scan->field_count, sizeof(*columns), err);
    TRY(columns != NULL);
    bool done = put_tied(scan, vectors, row_count, columns, &arena, err);
    for (size_t i = 0; i < scan->field_count; i++) column_deinit(&columns[i]);
    return done;
}

static bool scan_ties(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    const TieReader *ties = context;
    TieScan scan = {.ties = ties, .sink = sink, .field_count = field_count};
    ChunkSink own = {put_chunk, &scan};

    while (scan.time < field_count && fields[scan.time] != ties->source->time) scan.time++;
    return ties->reader->scan(ties->reader->context, fields, field_count, &own, err);
}

static bool read_all(void *context, Frame *out, Error *err)
{
    const TieReader *ties = context;
    return ties->reader->read(ties->reader->context, out, err);
}

RowReader tie_reader(TieReader *ties)
{
    return (RowReader){.read = read_all,
                       .scan = scan_ties,
                       .context = ties,
                       .schema = ties->reader->schema,
                       .row_count = ties->times.count * 2};
}

static bool find_ordered(const Group *ordered, const TiedRows *run, const FactTable **out_facts, size_t *out_begin)
{
    const GroupPartition *partition = &ordered->partitions[partition_of(run->hash, ordered->bits)];
    size_t entity = 0;
    size_t end = 0;

    while (entity < partition->entity_count && partition->entity_hash[entity] != run->hash) entity++;
    if (entity == partition->entity_count || partition->image != NULL) return false;
    size_t begin = partition->entity_begin[entity];
    while (begin < partition->entity_end[entity] && partition->facts.time[begin] < run->time) begin++;
    for (end = begin; end < partition->entity_end[entity] && partition->facts.time[end] == run->time;) end++;
    *out_facts = &partition->facts;
    *out_begin = begin;
    return end - begin == run->count;
}

static void copy_facts(const Vector *from, size_t begin, const TiedRows *run, const Vector *to)
{
    size_t size = storage_size(type_storage(to->type));
    union {
        const uint8_t *read;
        uint8_t *write;
    } valid = {.read = to->valid}; // the group's own

    memcpy((uint8_t *)to->values.any + run->begin * size, (const uint8_t *)from->values.any + begin * size,
           run->count * size);
    for (size_t i = 0; valid.write != NULL && i < run->count; i++)
        valid.write[run->begin + i] = vector_is_valid(from, begin + i);
}

bool group_settle(Group *group, const Group *ordered, Error *err)
{
    for (size_t i = 0; i < group->ties.count; i++) {
        const TiedRows *run = &group->ties.items[i];
        const FactTable *facts = NULL;
        size_t begin = 0;
        if (!find_ordered(ordered, run, &facts, &begin))
            return error_set(err, ERROR_DATA, "rows changed while they were read");
        for (size_t column = 0; column < group->column_count; column++)
            copy_facts(&facts->columns[column], begin, run, &group->partitions[run->partition].facts.columns[column]);
    }
    group->ties.count = 0;
    return true;
}
