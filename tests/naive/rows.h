/// Which rows of a source are visible at an instant, and what they hold: the definition of time, word for word.
#ifndef PAWL_NAIVE_ROWS_H
#define PAWL_NAIVE_ROWS_H

#include "language/tree.h"
#include "naive/value.h"

/// A source with its rows; borrowed but for what `source_rows_init` makes.
typedef struct SourceRows {
    const SourceDefinition *definition;
    const Frame *table;
    Arena arena;
    size_t *by_name; ///< fields in order of name
    uint64_t *keys;  ///< per row: a number, equal for equal keys
    size_t key_count;
    Tree deleted;  ///< no nodes: rows are never retracted
    int64_t *time; ///< per row
    int64_t *known;
    struct Moments {
        int64_t *instants; ///< per row
        bool *there;
    } * moments;       ///< per known column
    size_t *moment_of; ///< per field: the known column that says when it is known; SIZE_MAX: the row's
} SourceRows;

void source_rows_deinit(SourceRows *rows);
MUST_CHECK bool source_rows_init(const Definition *definition, size_t source, const Frame *table, SourceRows *out,
                                 Error *err);

/// A version: what was known of a row at an instant.
typedef struct RowVersion {
    const SourceRows *source;
    size_t row;
    int64_t time;
    int64_t known;
    bool deleted;
    size_t place; ///< among the rows of a view
} RowVersion;

/// The field's value as the version knows it, in its computed type. A row of SIZE_MAX is one of nothing but nulls.
Value row_value(const SourceRows *rows, const RowVersion *version, size_t field);

/// Decides whether a version is retracted.
typedef bool (*RowCondition)(void *context, const SourceRows *rows, const RowVersion *version);

/// What is visible at `t` (known < t): per key the greatest in (known, deleted, digest), unless that is deleted; in the rows'
/// total order. `out` has room for every row.
size_t rows_visible(const SourceRows *rows, int64_t t, RowCondition deleted, void *context, RowVersion *out);

#endif
