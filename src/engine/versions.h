/// The versions of a source that anything can ever see, column by column: what groups are built from.
///
/// Deleted versions, and those superseded the moment they were known, are not among them. A source without key, deletions and
/// per-column known needs no history: its rows are its versions, and its columns are borrowed. Borrows source and table.
#ifndef PAWL_ENGINE_VERSIONS_H
#define PAWL_ENGINE_VERSIONS_H

#include "engine/history_internal.h"
#include "engine/instant.h"
#include "engine/row_digest.h"

/// Versions of a source at most, so that a position and a flag fit into 32 bits.
#define VERSIONS_MAX ((size_t)INT32_MAX)

typedef struct Versions {
    const PlanSource *source; ///< NULL: of a union (engine/versions_union.h)
    const Frame *table;
    size_t count;
    const int64_t *time;
    const int64_t *known;        ///< may be `time` itself
    const int64_t *superseded;   ///< NULL: never
    const uint64_t *rows;        ///< NULL: version i is row i
    const uint8_t *column_known; ///< count * fields; NULL: all known
    const Hash128 *digests;      ///< NULL: computed where ties ask for them
    SourceColumns columns;       ///< in computed types
    HistoryReport report;
    RowTimes times; ///< owns what is borrowed above, or not
    void *owned[6];
    const struct Versions **parts; ///< of a union: its sources' versions, which follow each other
    size_t part_count;
    Arena arena; ///< of a union: all that is joined
} Versions;

/// Whether rows are versions as they lie.
bool source_is_plain(const PlanSource *source);

void versions_deinit(Versions *versions);
MUST_CHECK bool versions_init(const PlanSource *source, const Frame *table, size_t threads, Versions *out, Error *err);

/// Compares versions of one entity and equal time by the rest of the total order: (known, key, digest). One thread at a time.
typedef struct TieSorter {
    const Versions *versions;
    Vector *keys;
    size_t key_count;
    RowDigester digester;
    struct TieSorter *parts; ///< of a union
    bool failed;             ///< for want of memory; the order is worth nothing then
    Error *err;              ///< where to say so
} TieSorter;

void tie_sorter_deinit(TieSorter *sorter);
MUST_CHECK bool tie_sorter_init(const Versions *versions, TieSorter *out, Error *err);
int tie_sorter_compare(TieSorter *sorter, uint32_t left, uint32_t right);

static inline uint64_t versions_row(const Versions *versions, size_t version)
{
    return versions->rows == NULL ? version : versions->rows[version];
}

#endif
