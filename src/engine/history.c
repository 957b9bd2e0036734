#include "engine/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "base/memory.h"
#include "engine/history_internal.h"
#include "engine/instant.h"
#include "engine/key.h"
#include "engine/program.h"
#include "engine/row_digest.h"

typedef ARRAY_OF(Version) VersionArray;

/// Versions in the order of rows, before they are sorted.
typedef struct HistoryBuilder {
    const PlanSource *source;
    const Frame *table;
    RowTimes times;
    VersionArray versions;
    uint8_t *column_known; ///< per version and field; NULL: the source has no per-column known
    size_t *order;         ///< versions sorted
} HistoryBuilder;

static void builder_deinit(HistoryBuilder *builder)
{
    row_times_deinit(&builder->times);
    memory_free(builder->versions.items);
    memory_free(builder->column_known);
    memory_free(builder->order);
    *builder = (HistoryBuilder){0};
}

void history_deinit(History *history)
{
    memory_free(history->versions);
    memory_free(history->key_begin);
    memory_free(history->column_known);
    *history = (History){0};
}

static bool push_version(HistoryBuilder *builder, size_t row, int64_t known, Error *err)
{
    Version version = {.time = builder->times.time.instants[row], .known = known, .row = row};
    return ARRAY_PUSH(&builder->versions, version, err);
}

// One version per distinct moment of the row, from the first on.
static bool expand_row(HistoryBuilder *builder, size_t row, Error *err)
{
    int64_t known = builder->times.known.instants[row];

    TRY(push_version(builder, row, known, err));
    while (row_times_next(&builder->times, row, known, &known)) TRY(push_version(builder, row, known, err));
    return true;
}

static bool expand_rows(HistoryBuilder *builder, Error *err)
{
    size_t field_count = builder->source->field_count;

    for (size_t row = 0; row < builder->times.row_count; row++) TRY(expand_row(builder, row, err));
    if (builder->times.column_known_count == 0) return true;
    builder->column_known = memory_alloc_array(builder->versions.count, field_count, err);
    TRY(builder->column_known != NULL);
    for (size_t i = 0; i < builder->versions.count; i++) {
        const Version *version = &builder->versions.items[i];
        row_times_mark_known(&builder->times, version->row, version->known, field_count,
                             builder->column_known + i * field_count);
    }
    return true;
}

static const uint8_t *known_of(const HistoryBuilder *builder, size_t version)
{
    return builder->column_known == NULL ? NULL : builder->column_known + version * builder->source->field_count;
}

static bool digest_versions(HistoryBuilder *builder, Error *err)
{
    AUTO(row_digester_deinit) RowDigester digester = {0};

    TRY(row_digester_init(builder->table, &digester, err));
    for (size_t i = 0; i < builder->versions.count; i++) {
        Version *version = &builder->versions.items[i];
        TRY(row_digest(&digester, version->row, known_of(builder, i), &version->digest, err));
    }
    return true;
}

static bool evaluate_deleted(HistoryBuilder *builder, const SourceColumns *columns, uint64_t *rows, Error *err)
{
    const Program *program = &builder->source->deleted;
    AUTO(program_output_deinit) ProgramOutput output = {0};
    ProgramInput input = {
        .count = builder->versions.count,
        .columns = columns->vectors,
        .gathered_count = columns->count,
        .rows = rows,
        .known = builder->column_known,
    };

    for (size_t i = 0; i < input.count; i++) rows[i] = builder->versions.items[i].row;
    TRY(program_evaluate(program, program->outputs, 1, &input, 1, &output, err));
    for (size_t i = 0; i < input.count; i++)
        builder->versions.items[i].deleted = output.vectors[0].values.bools[i] != 0;
    return true;
}

static bool mark_deleted(HistoryBuilder *builder, Error *err)
{
    AUTO(source_columns_deinit) SourceColumns columns = {0};

    if (builder->source->deleted.output_count == 0) return true;
    TRY(source_columns_init(builder->source, builder->table, &columns, err));
    uint64_t *rows = memory_alloc_array(builder->versions.count, sizeof(*rows), err);
    TRY(rows != NULL);
    bool done = evaluate_deleted(builder, &columns, rows, err);
    memory_free(rows);
    return done;
}

typedef struct KeyNumbers {
    Arena arena; ///< the keys' bytes
    Map map;
    Bytes bytes;
    Vector *parts;
    uint64_t *of_row;
} KeyNumbers;

static void key_numbers_deinit(KeyNumbers *numbers)
{
    map_deinit(&numbers->map);
    bytes_deinit(&numbers->bytes);
    arena_deinit(&numbers->arena);
    memory_free(numbers->of_row);
}

static bool number_key(KeyNumbers *numbers, size_t part_count, size_t row, Error *err)
{
    Str key = {0};

    bytes_clear(&numbers->bytes);
    TRY(key_encode(numbers->parts, part_count, row, &numbers->bytes, err));
    if (map_get(&numbers->map, bytes_str(&numbers->bytes), &numbers->of_row[row])) return true;
    numbers->of_row[row] = numbers->map.count;
    TRY(arena_copy(&numbers->arena, bytes_str(&numbers->bytes), &key, err));
    return map_put(&numbers->map, key, numbers->of_row[row], err);
}

static bool number_rows(const HistoryBuilder *builder, KeyNumbers *numbers, Error *err)
{
    const PlanSource *source = builder->source;

    numbers->of_row = memory_alloc_array(builder->table->row_count, sizeof(*numbers->of_row), err);
    TRY(numbers->of_row != NULL);
    numbers->parts = arena_alloc_array(&numbers->arena, source->key_count, sizeof(*numbers->parts), err);
    TRY(numbers->parts != NULL);
    for (uint32_t i = 0; i < source->key_count; i++) numbers->parts[i] = frame_vector(builder->table, source->key[i]);
    for (size_t row = 0; row < builder->table->row_count; row++) TRY(number_key(numbers, source->key_count, row, err));
    return true;
}

// Gives every version the dense number of its key; a row without a key is a key of its own.
static bool number_keys(HistoryBuilder *builder, size_t *out_count, Error *err)
{
    AUTO(key_numbers_deinit) KeyNumbers numbers = {0};
    bool keyed = builder->source->key_count > 0;

    if (keyed) TRY(number_rows(builder, &numbers, err));
    for (size_t i = 0; i < builder->versions.count; i++) {
        Version *version = &builder->versions.items[i];
        version->key = keyed ? numbers.of_row[version->row] : version->row;
    }
    *out_count = keyed ? numbers.map.count : builder->table->row_count;
    return true;
}

// Of one key: (known, deleted, digest), then the row, which only tells exact repeats apart.
static int compare_versions(const void *left_index, const void *right_index, void *context)
{
    const Version *versions = context;
    const Version *left = &versions[*(const size_t *)left_index];
    const Version *right = &versions[*(const size_t *)right_index];

    if (left->known != right->known) return left->known < right->known ? -1 : 1;
    if (left->deleted != right->deleted) return left->deleted ? 1 : -1;
    int order = hash128_compare(left->digest, right->digest);
    if (order != 0) return order;
    return (left->row > right->row) - (left->row < right->row);
}

// A counting sort by key, then each key's few versions.
static bool sort_versions(HistoryBuilder *builder, History *history, Error *err)
{
    size_t count = builder->versions.count;
    Version *versions = builder->versions.items;
    uint64_t *begin = history->key_begin;

    builder->order = memory_alloc_array(count, sizeof(*builder->order), err);
    TRY(builder->order != NULL);
    for (size_t i = 0; i < count; i++) begin[versions[i].key + 1]++;
    for (size_t key = 0; key < history->key_count; key++) begin[key + 1] += begin[key];
    for (size_t i = count;
         i-- > 0;) // from the back, with begin[key + 1] as the next free place, which moves to begin[key]
        builder->order[--begin[versions[i].key + 1]] = i;
    memmove(begin, begin + 1, history->key_count * sizeof(*begin));
    begin[history->key_count] = count;
    for (size_t key = 0; key < history->key_count; key++) {
        size_t size = begin[key + 1] - begin[key];
        if (size > 1) qsort_r(builder->order + begin[key], size, sizeof(size_t), compare_versions, versions);
    }
    return true;
}

static bool versions_conflict(const Version *left, const Version *right)
{
    return left->known == right->known &&
           (left->deleted != right->deleted || hash128_compare(left->digest, right->digest) != 0);
}

static void supersede_versions(History *history)
{
    for (size_t key = 0; key < history->key_count; key++) {
        for (size_t i = history->key_begin[key]; i < history->key_begin[key + 1]; i++) {
            Version *version = &history->versions[i];
            const Version *next = version + 1;
            bool last = i + 1 == history->key_begin[key + 1];
            version->superseded = last ? INT64_MAX : next->known;
            if (last || !versions_conflict(version, next)) continue;
            if (history->report.conflict_count++ > 0) continue;
            history->report.conflict_rows[0] = version->row;
            history->report.conflict_rows[1] = next->row;
        }
    }
}

static bool gather_versions(const HistoryBuilder *builder, History *history, Error *err)
{
    size_t field_count = builder->source->field_count;

    history->versions = memory_alloc_array(builder->versions.count, sizeof(*history->versions), err);
    TRY(history->versions != NULL);
    history->version_count = builder->versions.count;
    for (size_t i = 0; i < history->version_count; i++)
        history->versions[i] = builder->versions.items[builder->order[i]];
    if (builder->column_known == NULL) return true;
    history->column_known = memory_alloc_array(history->version_count, field_count, err);
    TRY(history->column_known != NULL);
    for (size_t i = 0; i < history->version_count; i++)
        memcpy(history->column_known + i * field_count, known_of(builder, builder->order[i]), field_count);
    return true;
}

bool history_build(const PlanSource *source, const Frame *table, History *out, Error *err)
{
    AUTO(builder_deinit) HistoryBuilder builder = {.source = source, .table = table};
    AUTO(history_deinit) History history = {0};

    TRY_OR(row_times_init(source, table, &builder.times, err), err, "source '%.*s'", STR_ARG(source->name));
    TRY(expand_rows(&builder, err));
    TRY(digest_versions(&builder, err));
    TRY_OR(mark_deleted(&builder, err), err, "source '%.*s'", STR_ARG(source->name));
    TRY(number_keys(&builder, &history.key_count, err));
    history.key_begin = memory_alloc_array(history.key_count + 1, sizeof(*history.key_begin), err);
    TRY(history.key_begin != NULL);
    TRY(sort_versions(&builder, &history, err));
    TRY(gather_versions(&builder, &history, err));
    supersede_versions(&history);
    history.report.row_count = table->row_count;
    history.report.version_count = history.version_count;
    history.report.key_count = history.key_count;

    *out = history;
    history = (History){0};
    return true;
}

size_t history_visible(const History *history, size_t key, int64_t t)
{
    size_t begin = history->key_begin[key];
    size_t end = history->key_begin[key + 1];
    size_t low = begin;

    while (low < end) { // the number of versions with known < t
        size_t middle = low + (end - low) / 2;
        if (history->versions[middle].known < t) {
            low = middle + 1;
        } else {
            end = middle;
        }
    }
    return low == begin || history->versions[low - 1].deleted ? SIZE_MAX : low - 1;
}
