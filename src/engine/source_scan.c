#include "engine/source_scan.h"

#include "base/memory.h"
#include "engine/group_feed.h"
#include "engine/history_internal.h"
#include "engine/key_rows.h"
#include "engine/tie_settle.h"

/// What is told apart: nothing at first.
typedef struct ScanNeeds {
    bool ordered;     ///< rows of equal time and known in a group
    uint8_t *digests; ///< per source of the plan: its versions, by their content
} ScanNeeds;

/// A source of the unit while it is read.
typedef struct ScannedSource {
    uint32_t index; ///< in the plan
    struct UnitScan *scan;
    SourceReading reading;
    KeyRows keys; ///< of a source with histories
    LanePool lanes;
    atomic_uint_least64_t row_count, version_count;
} ScannedSource;

typedef struct UnitScan {
    const Plan *plan;
    const ScanUnit *unit;
    const RowReader *readers; ///< per source of the plan
    const ScanNeeds *needs;
    GroupMemory *memory;
    Group *groups; ///< per group of the plan, as are feeds
    GroupFeed *feeds;
    ScannedSource *sources; ///< per source of the plan
    Arena arena;
} UnitScan;

static void source_deinit(ScannedSource *source)
{
    for (ChunkLane *lane = NULL; (lane = lane_take(&source->lanes)) != NULL;) chunk_lane_free(lane);
    key_rows_deinit(&source->keys);
}

static void scan_deinit(UnitScan *scan)
{
    for (uint32_t i = 0; scan->sources != NULL && i < scan->plan->source_count; i++) source_deinit(&scan->sources[i]);
    for (uint32_t i = 0; scan->feeds != NULL && i < scan->plan->group_count; i++) group_feed_deinit(&scan->feeds[i]);
    arena_deinit(&scan->arena);
}

static bool scan_alloc(UnitScan *scan, Error *err)
{
    const Plan *plan = scan->plan;
    scan->sources = arena_alloc_array(&scan->arena, plan->source_count, sizeof(*scan->sources), err);
    TRY(scan->sources != NULL);
    for (uint32_t i = 0; i < plan->source_count; i++)
        scan->sources[i] =
            (ScannedSource){.index = i, .scan = scan, .keys.store = RECORD_STORE_INIT, .lanes = LANE_POOL_INIT};
    scan->feeds = arena_alloc_array(&scan->arena, plan->group_count, sizeof(*scan->feeds), err);
    TRY(scan->feeds != NULL);
    for (uint32_t i = 0; i < plan->group_count; i++) scan->feeds[i].records = (RecordStore)RECORD_STORE_INIT;
    return true;
}

static uint64_t rows_expected(const RowReader *reader)
{
    return reader->row_count == 0 ? UINT64_MAX : reader->row_count;
}

// A digest is over all columns, the rest of the work over few.
static bool init_source(UnitScan *scan, uint32_t index, Error *err)
{
    const Plan *plan = scan->plan;
    ScannedSource *source = &scan->sources[index];

    TRY(source_reading_init(&plan->sources[index], &scan->arena, &source->reading, err));
    for (uint32_t group = 0; group < plan->group_count; group++) {
        uint32_t member = group_member(plan, group, index);
        if (member == PLAN_NONE) continue;
        const PlanUnion *joined = plan_union(plan, plan->groups[group].source);
        source_reading_add(&source->reading, &plan->groups[group].rows, group_member_fields(joined, member));
    }
    if (scan->needs->digests[index]) source_reading_digest(&source->reading);
    source->reading.ordered = scan->needs->ordered;
    if (!source_has_history(&plan->sources[index])) return true;
    return key_rows_init(&source->reading, rows_expected(&scan->readers[index]), scan->memory, &source->keys, err);
}

static RecordOrder group_order(const UnitScan *scan, uint32_t group)
{
    const PlanGroup *planned = &scan->plan->groups[group];
    if (!scan->needs->ordered) return RECORD_UNORDERED;
    bool plain = planned->source < scan->plan->source_count && scan->plan->sources[planned->source].key_count == 0;
    return plain ? RECORD_BY_DIGEST : RECORD_BY_TEXT;
}

static void add_shape(const UnitScan *scan, uint32_t source, GroupShape *shape)
{
    const SourceReading *reading = &scan->sources[source].reading;
    uint64_t rows = rows_expected(&scan->readers[source]);

    shape->row_count = rows > UINT64_MAX - shape->row_count ? UINT64_MAX : shape->row_count + rows;
    shape->has_known |= reading->has_known;
    shape->has_superseded |= reading->has_moments || source_has_history(reading->source);
}

static bool init_group(UnitScan *scan, uint32_t group, Error *err)
{
    GroupShape shape = {.order = group_order(scan, group)};

    for (uint32_t i = 0; i < scan->plan->source_count; i++) {
        if (group_member(scan->plan, group, i) != PLAN_NONE) add_shape(scan, i, &shape);
    }
    return group_feed_init(scan->plan, group, &shape, scan->memory, &scan->groups[group], &scan->feeds[group], err);
}

static bool scan_init(UnitScan *scan, Error *err)
{
    TRY(scan_alloc(scan, err));
    for (uint32_t i = 0; i < scan->plan->source_count; i++) {
        if (scan->unit->sources[i]) TRY(init_source(scan, i, err));
    }
    for (uint32_t i = 0; i < scan->plan->group_count; i++) {
        if (scan->unit->groups[i]) TRY(init_group(scan, i, err));
    }
    return true;
}

/// What can be seen goes into all groups of the source.
static bool feed_groups(void *context, const VersionBatch *batch, Arena *arena, Error *err)
{
    ScannedSource *source = context;
    UnitScan *scan = source->scan;

    for (uint32_t group = 0; group < scan->plan->group_count; group++) {
        uint32_t member = group_member(scan->plan, group, source->index);
        if (member != PLAN_NONE) TRY(group_feed_put(&scan->feeds[group], member, batch, arena, err));
    }
    return true;
}

static bool put_versions(void *context, const VersionBatch *batch, Arena *arena, Error *err)
{
    ScannedSource *source = context;
    const PlanSource *planned = source->reading.source;
    VersionBatch kept = {0};

    atomic_fetch_add(&source->version_count, batch->count);
    if (source_has_history(planned)) return key_rows_put(&source->keys, batch, arena, err);
    TRY(version_batch_keep(batch, planned->field_count, arena, &kept, err));
    return feed_groups(source, &kept, arena, err);
}

static bool scan_put(void *context, const Vector *vectors, size_t row_count, Error *err)
{
    ScannedSource *source = context;
    VersionSink sink = {put_versions, source};
    ChunkLane *lane = lane_take(&source->lanes);
    if (lane == NULL) lane = memory_alloc(sizeof(*lane), err);
    TRY(lane != NULL);
    atomic_fetch_add(&source->row_count, row_count);
    bool done = source_chunk_put(&source->reading, vectors, row_count, lane, &sink, err);
    lane_give(&source->lanes, lane);
    return done;
}

static bool read_source(UnitScan *scan, uint32_t index, Error *err)
{
    ScannedSource *source = &scan->sources[index];
    const RowReader *reader = &scan->readers[index];
    ChunkSink sink = {scan_put, source};

    TRY(reader->scan(reader->context, source->reading.fields, source->reading.field_count, &sink, err));
    uint64_t versions = atomic_load(&source->version_count);
    return versions <= VERSIONS_MAX ||
           error_set(err, ERROR_MEMORY, "source '%.*s' has %llu versions; at most %zu",
                     STR_ARG(source->reading.source->name), (unsigned long long)versions, VERSIONS_MAX);
}

static bool read_history(UnitScan *scan, uint32_t index, size_t threads, HistoryReport *report, bool *tied, Error *err)
{
    ScannedSource *source = &scan->sources[index];
    uint64_t rows = atomic_load(&source->row_count);
    VersionSink sink = {feed_groups, source};
    KeyCounts counts = {.keys = rows};

    if (source_has_history(source->reading.source))
        TRY(key_rows_finish(&source->keys, threads, &sink, &counts, tied, err));
    *report = (HistoryReport){.row_count = rows,
                              .version_count = atomic_load(&source->version_count),
                              .key_count = counts.keys,
                              .conflict_count = counts.conflicts,
                              .conflict_rows = {UINT64_MAX, UINT64_MAX}};
    key_rows_deinit(&source->keys);
    source->keys = (KeyRows){.store = RECORD_STORE_INIT};
    return true;
}

static void forget_ties(UnitScan *scan)
{
    for (uint32_t i = 0; i < scan->plan->group_count; i++) {
        if (scan->unit->groups[i]) scan->groups[i].ties.count = 0;
    }
}

static bool finish_groups(UnitScan *scan, size_t threads, bool *tied, Error *err)
{
    bool lost = false;

    for (uint32_t i = 0; !lost && i < scan->plan->group_count; i++) {
        bool group_tied = false;
        if (!scan->unit->groups[i]) continue;
        TRY(group_finish(&scan->groups[i], &scan->feeds[i].records, NULL, threads, &group_tied, err));
        lost = group_tied && scan->groups[i].ties.count == 0;
        *tied |= group_tied;
    }
    if (lost) forget_ties(scan);
    return true;
}

/// What else has to be told apart, when something has.
typedef struct ScanTies {
    bool found;
    ScanNeeds needs;
} ScanTies;

// Rows without a key are told apart by their digests.
static void need_order(const UnitScan *scan, ScanNeeds *needs)
{
    needs->ordered = true;
    for (uint32_t i = 0; i < scan->plan->source_count; i++) {
        if (scan->unit->sources[i] && scan->plan->sources[i].key_count == 0) needs->digests[i] = 1;
    }
}

static bool scan_run(UnitScan *scan, size_t threads, HistoryReport *reports, ScanTies *ties, Error *err)
{
    bool tied = false;

    TRY(scan_init(scan, err));
    for (uint32_t i = 0; i < scan->plan->source_count; i++) {
        if (!scan->unit->sources[i]) continue;
        bool source_tied = false;
        TRY(read_source(scan, i, err));
        TRY(read_history(scan, i, threads, &reports[i], &source_tied, err));
        if (source_tied) ties->needs.digests[i] = 1;
        ties->found |= source_tied;
    }
    if (ties->found) return true;
    TRY(finish_groups(scan, threads, &tied, err));
    if (tied) need_order(scan, &ties->needs);
    ties->found = tied;
    return true;
}

static void reset_groups(const Plan *plan, const ScanUnit *unit, Group *groups)
{
    for (uint32_t i = 0; i < plan->group_count; i++) {
        if (unit->groups[i]) group_deinit(&groups[i]);
    }
}

// The one source of the unit, of rows without a key; otherwise, and where ties are many, PLAN_NONE.
static uint32_t settled_source(const UnitScan *scan)
{
    uint32_t found = PLAN_NONE;
    size_t count = 0;
    bool noted = false;

    for (uint32_t i = 0; i < scan->plan->source_count; i++) {
        if (!scan->unit->sources[i]) continue;
        count++;
        found = i;
    }
    for (uint32_t i = 0; i < scan->plan->group_count; i++)
        noted |= scan->unit->groups[i] && scan->groups[i].ties.count > 0;
    return noted && count == 1 && scan->plan->sources[found].key_count == 0 ? found : PLAN_NONE;
}

static bool settle_with(const UnitScan *all, const RowReader *readers, const ScanNeeds *needs, size_t threads,
                        Group *ordered, Error *err)
{
    AUTO(scan_deinit) UnitScan scan = *all;
    AUTO(arena_deinit) Arena arena = {0};
    ScanTies ties = {.needs = *needs};
    HistoryReport *reports = arena_alloc_array(&arena, all->plan->source_count, sizeof(*reports), err);
    TRY(reports != NULL);

    scan.readers = readers;
    scan.needs = needs;
    scan.groups = ordered;
    TRY(scan_run(&scan, threads, reports, &ties, err));
    for (uint32_t i = 0; i < all->plan->group_count; i++) {
        if (all->unit->groups[i]) TRY(group_settle(&all->groups[i], &ordered[i], err));
    }
    return true;
}

// Few ties: the rows of their times are read again, all others stay.
static bool settle(const UnitScan *all, uint32_t source, const ScanNeeds *needs, size_t threads, Error *err)
{
    const Plan *plan = all->plan;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(tie_reader_deinit) TieReader ties = {0};
    Group *ordered = arena_alloc_array(&arena, plan->group_count, sizeof(*ordered), err);
    TRY(ordered != NULL);
    RowReader *readers = arena_alloc_array(&arena, plan->source_count, sizeof(*readers), err);
    TRY(readers != NULL);

    for (uint32_t i = 0; i < plan->source_count; i++) readers[i] = all->readers[i];
    TRY(tie_reader_init(plan, source, all->groups, &all->readers[source], &ties, err));
    readers[source] = tie_reader(&ties);
    bool done = settle_with(all, readers, needs, threads, ordered, err);
    reset_groups(plan, all->unit, ordered);
    return done;
}

// Whole microseconds seldom meet; coarser times often do.
static bool ties_are_likely(const PlanSource *source)
{
    TypeId type = source->fields[source->time].type.id;
    return type != TYPE_TIMESTAMP_US && type != TYPE_TIMESTAMP_NS;
}

static bool guess_needs(UnitScan *scan, ScanNeeds *needs, Arena *arena, Error *err)
{
    bool likely = false;

    needs->digests = arena_alloc(arena, scan->plan->source_count, err);
    TRY(needs->digests != NULL);
    for (uint32_t i = 0; i < scan->plan->source_count; i++)
        likely |= scan->unit->sources[i] && ties_are_likely(&scan->plan->sources[i]);
    if (likely) need_order(scan, needs);
    return true;
}

bool source_scan(const Plan *plan, const ScanUnit *unit, const RowReader *readers, size_t threads, GroupMemory *memory,
                 Group *groups, HistoryReport *reports, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    UnitScan all = {.plan = plan, .unit = unit, .readers = readers, .memory = memory, .groups = groups};
    ScanTies ties = {.found = true};

    TRY(guess_needs(&all, &ties.needs, &arena, err));
    while (ties.found) { // each time more is told apart
        AUTO(scan_deinit) UnitScan scan = all;
        ScanNeeds needs = ties.needs;
        scan.needs = &needs;
        ties.found = false;
        reset_groups(plan, unit, groups);
        TRY(scan_run(&scan, threads, reports, &ties, err));
        uint32_t source = ties.found ? settled_source(&scan) : PLAN_NONE;
        if (source == PLAN_NONE) continue;
        TRY(settle(&all, source, &ties.needs, threads, err));
        ties.found = false;
    }
    return true;
}
