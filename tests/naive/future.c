#include "naive/future.h"

#include <stdlib.h>

#include "naive/rows.h"
#include "number/random.h"

/// Whether a column says when something is known or happened: those stay.
static bool is_moment(const SourceDefinition *source, Str name)
{
    if (str_equal(name, source->time) || str_equal(name, source->known)) return true;
    for (size_t i = 0; i < source->column_known_count; i++) {
        if (str_equal(name, source->columns_known[i].known)) return true;
    }
    return false;
}

static bool cell_is_known(const SourceRows *rows, size_t row, size_t field, int64_t t)
{
    size_t moment = rows->moment_of[field];
    if (rows->known[row] >= t) return false;
    return moment == SIZE_MAX || (rows->moments[moment].there[row] && rows->moments[moment].instants[row] < t);
}

static bool missing(const SourceRows *rows, int64_t t, Frame *out, Error *err)
{
    size_t count = 0;
    uint64_t *kept = calloc(rows->table->row_count + 1, sizeof(*kept));
    CHECK(kept != NULL);
    for (size_t row = 0; row < rows->table->row_count; row++) {
        if (rows->known[row] < t) kept[count++] = row;
    }
    bool done = frame_gather(rows->table, kept, count, out, err);
    free(kept);
    return done;
}

/// One column, cells that are not known taken from other rows.
static bool other_column(const SourceRows *rows, size_t field, int64_t t, RandomKey key, Frame *out, Error *err)
{
    AUTO(frame_deinit) Frame gathered = {0};
    size_t count = rows->table->row_count;
    const Str name = rows->table->fields[field].name;
    uint64_t *from = calloc(count + 1, sizeof(*from));
    CHECK(from != NULL);
    for (size_t row = 0; row < count; row++) {
        bool stays = is_moment(rows->definition, name) || cell_is_known(rows, row, field, t);
        from[row] = stays ? row : random_below(key, row, (uint32_t)field, count);
    }
    bool done = frame_gather(rows->table, from, count, &gathered, err);
    free(from);
    TRY(done);
    return frame_take_column(out, name, &gathered.columns[field], err);
}

static bool other(const SourceRows *rows, int64_t t, uint64_t seed, Frame *out, Error *err)
{
    RandomKey key = random_key(seed, RANDOM_TEST, 2);
    for (size_t field = 0; field < rows->table->column_count; field++) TRY(other_column(rows, field, t, key, out, err));
    frame_finish(out);
    return true;
}

bool future_table(const Definition *definition, size_t source, const Frame *table, int64_t t, Future future,
                  uint64_t seed, Frame *out, Error *err)
{
    AUTO(source_rows_deinit) SourceRows rows = {0};
    TRY(source_rows_init(definition, source, table, &rows, err));
    return future == FUTURE_MISSING ? missing(&rows, t, out, err) : other(&rows, t, seed, out, err);
}
