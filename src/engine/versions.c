#include "engine/versions.h"

#include <string.h>

#include "base/memory.h"
#include "engine/key.h"
#include "engine/supersession.h"

void versions_deinit(Versions *versions)
{
    for (size_t i = 0; i < COUNT_OF(versions->owned); i++) memory_free(versions->owned[i]);
    if (versions->source != NULL) source_columns_deinit(&versions->columns);
    arena_deinit(&versions->arena);
    row_times_deinit(&versions->times);
    *versions = (Versions){0};
}

bool source_is_plain(const PlanSource *source)
{
    for (uint32_t i = 0; i < source->field_count; i++) {
        if (source->column_known[i] != PLAN_NONE) return false;
    }
    return source->key_count == 0 && source->deleted.output_count == 0;
}

// Rows are versions as they lie there.
static bool init_plain(Versions *versions, Error *err)
{
    size_t rows = versions->table->row_count;

    TRY(row_times_init(versions->source, versions->table, &versions->times, err));
    versions->count = rows;
    versions->time = versions->times.time.instants;
    // Microseconds in one column: both roundings give the same.
    bool same = versions->source->time == versions->source->known && versions->times.known.owned == NULL;
    versions->known = same ? versions->time : versions->times.known.instants;
    versions->report = (HistoryReport){.row_count = rows, .version_count = rows, .key_count = rows};
    return true;
}

static bool version_is_seen(const Version *version)
{
    return !version->deleted && version->known < version->superseded;
}

typedef struct VersionArrays {
    int64_t *time;
    int64_t *known;
    int64_t *superseded;
    uint64_t *rows;
    Hash128 *digests;
} VersionArrays;

static bool arrays_alloc(Versions *versions, size_t count, size_t array_count, VersionArrays *out, Error *err)
{
    const size_t sizes[] = {sizeof(*out->time), sizeof(*out->known), sizeof(*out->superseded), sizeof(*out->rows),
                            sizeof(*out->digests)};

    CHECK(array_count <= COUNT_OF(sizes));
    for (size_t i = 0; i < array_count; i++) {
        versions->owned[i] = memory_alloc_array(count, sizes[i], err);
        TRY(versions->owned[i] != NULL);
    }
    *out = (VersionArrays){versions->owned[0], versions->owned[1], versions->owned[2], versions->owned[3],
                           versions->owned[4]};
    return true;
}

static bool init_from_history(Versions *versions, History *history, Error *err)
{
    size_t field_count = versions->source->field_count;
    VersionArrays arrays = {0};
    size_t count = 0;

    TRY(arrays_alloc(versions, history->version_count, 5, &arrays, err));
    for (size_t i = 0; i < history->version_count; i++) {
        const Version *version = &history->versions[i];
        if (!version_is_seen(version)) continue;
        arrays.time[count] = version->time;
        arrays.known[count] = version->known;
        arrays.superseded[count] = version->superseded;
        arrays.rows[count] = version->row;
        arrays.digests[count] = version->digest;
        if (history->column_known != NULL)
            memmove(history->column_known + count * field_count, history->column_known + i * field_count, field_count);
        count++;
    }
    versions->count = count;
    versions->time = arrays.time;
    versions->known = arrays.known;
    versions->superseded = arrays.superseded;
    versions->rows = arrays.rows;
    versions->digests = arrays.digests;
    versions->report = history->report;
    return true;
}

static bool init_history(Versions *versions, Error *err)
{
    History history = {0};

    TRY(history_build(versions->source, versions->table, &history, err));
    bool done = init_from_history(versions, &history, err);
    versions->column_known = history.column_known; // taken over, with the unseen versions gone
    versions->owned[5] = history.column_known;
    history.column_known = NULL;
    history_deinit(&history);
    return done;
}

// What is left when rows that are superseded the moment they are known are gone.
static bool drop_unseen(Versions *versions, const int64_t *superseded, size_t unseen, Error *err)
{
    size_t rows = versions->count;
    VersionArrays arrays = {0};
    size_t count = 0;

    TRY(arrays_alloc(versions, rows - unseen, 4, &arrays, err));
    for (size_t row = 0; row < rows; row++) {
        if (superseded[row] == versions->known[row]) continue;
        arrays.time[count] = versions->time[row];
        arrays.known[count] = versions->known[row];
        arrays.superseded[count] = superseded[row];
        arrays.rows[count++] = row;
    }
    versions->count = count;
    versions->time = arrays.time;
    versions->known = arrays.known;
    versions->superseded = arrays.superseded;
    versions->rows = arrays.rows;
    return true;
}

static bool supersede_rows(Versions *versions, Supersession *supersession, Error *err)
{
    versions->report = supersession->report;
    if (supersession->unseen > 0) return drop_unseen(versions, supersession->instants, supersession->unseen, err);
    versions->superseded = supersession->instants;
    versions->owned[0] = supersession->instants;
    supersession->instants = NULL;
    return true;
}

// Every row is one version; keys tell when one replaces another.
static bool init_keyed(Versions *versions, size_t threads, bool *out_found, Error *err)
{
    AUTO(supersession_deinit) Supersession supersession = {0};

    TRY_OR(init_plain(versions, err), err, "source '%.*s'", STR_ARG(versions->source->name));
    TRY(supersession_find(versions->source, versions->table, &versions->times, threads, &supersession, out_found, err));
    if (*out_found) return supersede_rows(versions, &supersession, err);
    row_times_deinit(&versions->times);
    versions->time = versions->known = NULL;
    return true;
}

static bool init_rows(Versions *versions, size_t threads, Error *err)
{
    const PlanSource *source = versions->source;
    bool done = false;

    if (source_is_plain(source)) {
        TRY_OR(init_plain(versions, err), err, "source '%.*s'", STR_ARG(source->name));
        return true;
    }
    if (source_is_keyed(source)) TRY(init_keyed(versions, threads, &done, err));
    return done || init_history(versions, err);
}

bool versions_init(const PlanSource *source, const Frame *table, size_t threads, Versions *out, Error *err)
{
    AUTO(versions_deinit) Versions versions = {.source = source, .table = table};

    TRY(init_rows(&versions, threads, err));
    if (versions.count > VERSIONS_MAX)
        return error_set(err, ERROR_MEMORY, "source '%.*s' has %zu versions; at most %zu", STR_ARG(source->name),
                         versions.count, VERSIONS_MAX);
    TRY_OR(source_columns_init(source, table, &versions.columns, err), err, "source '%.*s'", STR_ARG(source->name));

    *out = versions;
    versions = (Versions){0};
    return true;
}

static Hash128 tie_digest(TieSorter *sorter, uint32_t version)
{
    Hash128 digest = {0};
    const Versions *versions = sorter->versions;

    if (versions->digests != NULL) return versions->digests[version];
    if (!row_digest(&sorter->digester, versions_row(versions, version), NULL, &digest, sorter->err))
        sorter->failed = true;
    return digest;
}

// The part that a union's version is of; its number there takes its place.
static size_t find_part(const Versions *versions, uint32_t *version)
{
    size_t part = 0;
    while (*version >= versions->parts[part]->count) *version -= (uint32_t)versions->parts[part++]->count;
    return part;
}

// Of equal time and known: key, then digest.
static int compare_content(TieSorter *sorter, uint32_t left, uint32_t right)
{
    const Versions *versions = sorter->versions;
    int order = key_compare(sorter->keys, versions_row(versions, left), sorter->keys, versions_row(versions, right),
                            sorter->key_count);
    return order != 0 ? order : hash128_compare(tie_digest(sorter, left), tie_digest(sorter, right));
}

static int compare_in_union(TieSorter *sorter, uint32_t left, uint32_t right)
{
    size_t left_part = find_part(sorter->versions, &left);
    size_t right_part = find_part(sorter->versions, &right);
    if (left_part != right_part) return left_part < right_part ? -1 : 1;
    TieSorter *part = &sorter->parts[left_part];
    part->err = sorter->err;
    int order = compare_content(part, left, right);
    sorter->failed |= part->failed;
    return order;
}

int tie_sorter_compare(TieSorter *sorter, uint32_t left, uint32_t right)
{
    const Versions *versions = sorter->versions;

    if (versions->known[left] != versions->known[right]) return versions->known[left] < versions->known[right] ? -1 : 1;
    return sorter->parts != NULL ? compare_in_union(sorter, left, right) : compare_content(sorter, left, right);
}

static void tie_keys_deinit(TieSorter *sorter)
{
    memory_free(sorter->keys);
    row_digester_deinit(&sorter->digester);
}

void tie_sorter_deinit(TieSorter *sorter)
{
    for (size_t i = 0; sorter->parts != NULL && i < sorter->versions->part_count; i++)
        tie_keys_deinit(&sorter->parts[i]);
    memory_free(sorter->parts);
    tie_keys_deinit(sorter);
    *sorter = (TieSorter){0};
}

static bool tie_keys_init(const Versions *versions, TieSorter *out, Error *err)
{
    const PlanSource *source = versions->source;

    out->versions = versions;
    out->key_count = source->key_count;
    out->keys = memory_alloc_array(source->key_count, sizeof(*out->keys), err);
    TRY(out->keys != NULL);
    for (uint32_t i = 0; i < source->key_count; i++) out->keys[i] = frame_vector(versions->table, source->key[i]);
    return versions->digests != NULL || row_digester_init(versions->table, &out->digester, err);
}

bool tie_sorter_init(const Versions *versions, TieSorter *out, Error *err)
{
    AUTO(tie_sorter_deinit) TieSorter sorter = {.versions = versions};

    if (versions->part_count == 0) {
        TRY(tie_keys_init(versions, &sorter, err));
    } else {
        sorter.parts = memory_alloc_array(versions->part_count, sizeof(*sorter.parts), err);
        TRY(sorter.parts != NULL);
    }
    for (size_t i = 0; i < versions->part_count; i++) TRY(tie_keys_init(versions->parts[i], &sorter.parts[i], err));

    *out = sorter;
    sorter = (TieSorter){0};
    return true;
}
