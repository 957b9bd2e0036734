/// The interpreter's parts: who asks, and what an expression is evaluated against.
#ifndef PAWL_NAIVE_NAIVE_INTERNAL_H
#define PAWL_NAIVE_NAIVE_INTERNAL_H

#include "naive/naive.h"
#include "naive/rows.h"

typedef struct Naive {
    const Definition *definition;
    SourceRows *sources;
    Arena arena;         ///< trees
    Arena scratch;       ///< strings and lists of one request
    Tree **columns;      ///< per view and column
    Tree **keys;         ///< per view and part of `by`: over the rows
    Tree **request_keys; ///< and over the request
    bool **linked;       ///< whether those are two expressions
    // What was visible last, as many features ask for the same.
    size_t visible_source;
    int64_t visible_at;
    RowVersion *visible;
    size_t visible_count;
} Naive;

/// Who asks: a request with its inputs, or a row as of its time.
typedef struct Asker {
    int64_t at;
    const Frame *inputs; ///< NULL: a row asks
    size_t row;
    const SourceRows *rows;
    const RowVersion *version;
    const ViewDefinition *view; ///< whose rows ask
} Asker;

/// Where an expression stands: in a view, over the request or over a row.
typedef struct Scope {
    const ViewDefinition *view; ///< NULL: rows only
    const Asker *asker;
    const SourceRows *rows; ///< NULL: outside of aggregates
    const RowVersion *version;
    size_t series; ///< which window of the aggregates that have several
} Scope;

MUST_CHECK bool naive_evaluate(Naive *naive, const Scope *scope, const Tree *tree, uint32_t node, Value *out,
                               Error *err);

/// A column of a view; of a series of windows, the column of one.
typedef struct ColumnPlace {
    size_t view;
    size_t column;
    size_t series;
} ColumnPlace;

/// The column for whoever asks.
MUST_CHECK bool naive_column(Naive *naive, ColumnPlace place, const Asker *asker, Value *out, Error *err);

/// The column by its name, "trips" or "trips_1h".
bool naive_find_column(const Naive *naive, size_t view, Str name, ColumnPlace *out);

/// How many columns the definition's column makes, and what series `series` adds to its name.
size_t naive_series_count(const Naive *naive, ColumnPlace place);
void naive_series_suffix(const Naive *naive, ColumnPlace place, Bytes *out);

/// What a row of a view holds under a name; of several sources, null where the row's own has no such column. False: none has.
bool naive_row_field(const Naive *naive, const ViewDefinition *view, const SourceRows *rows, const RowVersion *version,
                     Str name, Value *out);

MUST_CHECK bool naive_aggregate(Naive *naive, const Scope *scope, const Tree *tree, const TreeNode *node, Value *out,
                                Error *err);

/// Whether a row of the entity is visible at all for whoever asks.
MUST_CHECK bool naive_entity_is_known(Naive *naive, const Scope *scope, bool *out, Error *err);

size_t naive_view(const Definition *definition, Str name);
size_t naive_source(const Definition *definition, Str name);

#endif
