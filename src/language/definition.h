/// What a user defined, before compiling: sources with their roles, feature views, the dataset. Filled by `config` from a
/// pipeline file, or by a test; compiled by plan_compile.
///
/// Everything is borrowed and must outlive the compilation.
#ifndef PAWL_LANGUAGE_DEFINITION_H
#define PAWL_LANGUAGE_DEFINITION_H

#include "frame/frame.h"
#include "text/node.h"

/// A piece of the feature language and where it stands in `Definition.document`, for errors with line, column and caret.
typedef struct Expression {
    Str text;          ///< empty: not given
    Position position; ///< of the text's first character
} Expression;

/// When a column could first be read: the instant in column `known`.
typedef struct ColumnKnown {
    Str column;
    Str known;
} ColumnKnown;

typedef struct SourceDefinition {
    Str name;
    Position position;
    Schema schema; ///< as read; locked
    Str time;      ///< the column with the event time
    Str known;     ///< the column with the row's known time (for `known: time`, the time column)
    const ColumnKnown *columns_known;
    size_t column_known_count;
    const Str *key; ///< columns; none: rows are a multiset
    size_t key_count;
    Expression deleted; ///< a boolean over the row that retracts it; empty: never
    Str timezone;       ///< of zone-less timestamps; empty: UTC
} SourceDefinition;

typedef struct NamedExpression {
    Str name;
    Expression expression;
} NamedExpression;

typedef struct InputDefinition {
    Str name;
    Position position;
    Type type;
} InputDefinition;

typedef struct ViewDefinition {
    Str name;
    Position position;
    Str from;        ///< a source; empty: computed from the request itself
    const Str *with; ///< more sources, whose rows join those of `from`: a union
    size_t with_count;
    const NamedExpression
        *by; ///< the entity: expressions over the row, and over the request's inputs of the same names
    size_t by_count;
    /// Per item of `by`, what the request's side is, where that is an expression of its own; NULL or an empty text: the same.
    /// An item that names a feature (city: driver.home_city) and has none links: its name is the rows' column.
    const Expression *by_request;
    const InputDefinition *inputs;
    size_t input_count;
    const NamedExpression *columns;
    size_t column_count;
    bool
        columns_all; ///< not yet `columns`: every column of the source that is no time and no key, as its latest row has it
    int64_t ttl_us; ///< 0: none; else the window of aggregates that state none
    bool inclusive; ///< evaluate at t + 1 us
} ViewDefinition;

typedef struct DatasetDefinition {
    Str from;
    Position position;
    Str at; ///< a timestamp column of `from`
    Expression label;
    Str label_known;     ///< a column; empty: the latest `known` of the row and of the columns that the label reads
    const Str *features; ///< "view.column" or "view.*"; none: all
    size_t feature_count;
    const Position *feature_positions; ///< of each; NULL: the dataset's
} DatasetDefinition;

typedef struct Definition {
    const Document *document; ///< for errors; may be NULL
    const SourceDefinition *sources;
    size_t source_count;
    const ViewDefinition *views;
    size_t view_count;
    const DatasetDefinition *dataset; ///< NULL: features only
} Definition;

#endif
