/// The aggregations as data: what language/aggregations.def says, for the compiler, the engine and the reference page.
#ifndef PAWL_LANGUAGE_AGGREGATION_H
#define PAWL_LANGUAGE_AGGREGATION_H

#include "language/plan.h"

typedef enum AggregationArguments {
    AGGREGATION_TAKES_ANY,    ///< every computed type, or nothing
    AGGREGATION_TAKES_NUMBER, ///< int64, float64, decimal
    AGGREGATION_TAKES_EACH,   ///< every computed type
} AggregationArguments;

typedef enum AggregationResult {
    AGGREGATION_GIVES_INT64,
    AGGREGATION_GIVES_FLOAT64,
    AGGREGATION_GIVES_SAME, ///< the argument's type
} AggregationResult;

typedef struct AggregationInfo {
    const char *name;
    AggregationArguments arguments;
    AggregationResult result;
    bool zero_when_empty; ///< else null
    bool has_inverse;     ///< a row can be taken out of the state again exactly
    const char *meaning;
} AggregationInfo;

const AggregationInfo *aggregation_info(Aggregation aggregation);

/// By its name in the language.
bool aggregation_find(Str name, Aggregation *out);

/// Whether it takes an argument of this computed type, or none (NULL), as the engine sees it.
bool aggregation_accepts(Aggregation aggregation, const Type *argument);

/// Of the result, for an argument that it accepts.
Type aggregation_type(Aggregation aggregation, const Type *argument);

#endif
