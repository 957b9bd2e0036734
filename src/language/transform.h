/// What a model sees of the features: `train: transforms:`, compiled. A contract between rooms: language makes it, fit turns it
/// into a plan whose inputs are the features and whose features are the model's columns.
///
/// The program reads the features as its first columns; after them stands a column for each fitted call, which is a place that
/// the fit fills in. A call reads only calls before it, so that they are fitted from the inside out.
#ifndef PAWL_LANGUAGE_TRANSFORM_H
#define PAWL_LANGUAGE_TRANSFORM_H

#include "language/fitted.h"
#include "language/plan.h"

enum {
    TRANSFORM_COLUMNS_MAX = 4096, ///< as written
    TRANSFORM_VALUES_MAX = 256,   ///< of one call
};

/// What a user wrote. Borrowed.
typedef struct TransformDefinition {
    const Document *document; ///< for errors; may be NULL
    const NamedExpression *columns;
    size_t column_count;
    const Str *keep; ///< "view.column" or "view.*": features that the model sees as they are, after the columns
    size_t keep_count;
    const Position *keep_positions; ///< of each; NULL: unknown
    Position position;
} TransformDefinition;

typedef struct TransformParameter {
    double number; ///< of a choice its place
    // `impute(x, 'constant', value)`: a literal of the argument's type.
    int64_t integer;
    Str text;
} TransformParameter;

typedef struct TransformCall {
    Fitted fitted;
    Str what;            ///< "transform 'name'": where the user wrote it
    Type type;           ///< of its column in the program
    Type takes;          ///< of its arguments: float64, int64 or string
    uint32_t *arguments; ///< nodes
    uint32_t argument_count;
    TransformParameter parameters[FITTED_PARAMETERS_MAX];
    double *edges; ///< given edges, ascending
    uint32_t edge_count;
} TransformCall;

typedef struct TransformColumn {
    Str name;
    uint32_t node;
    uint32_t call; ///< one that makes several columns, which this is all of; PLAN_NONE: one column
} TransformColumn;

typedef struct Transform {
    Arena arena;
    Field *inputs; ///< the features
    uint32_t input_count;
    Program program; ///< outputs unused
    TransformCall *calls;
    uint32_t call_count;
    TransformColumn *columns;
    uint32_t column_count;
} Transform;

void transform_deinit(Transform *transform);

/// All of it or nothing; an error names file, line and column, shows the line with a caret, and suggests the nearest known
/// name. `features` are those of the dataset's plan.
MUST_CHECK bool transform_compile(const TransformDefinition *definition, const Plan *features, Transform *out,
                                  Error *err);

#endif
