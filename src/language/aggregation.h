/// The aggregations as data: what language/aggregations.def says, for the compiler, the engine and the reference page.
#ifndef PAWL_LANGUAGE_AGGREGATION_H
#define PAWL_LANGUAGE_AGGREGATION_H

#include "language/plan.h"

enum {
    AGGREGATE_KEPT_MAX = 10000,    ///< values that first_k and its kin keep, rows that lag counts
    AGGREGATE_BOUND_MAX = 1 << 20, ///< of bounded_distinct
    AGGREGATE_EDGES_MAX = 1000,    ///< of a histogram
    AGGREGATE_ARGUMENTS_MAX = 2,
};

/// What an argument may be, as the engine gets it.
typedef enum AggregationTakes {
    AGGREGATION_TAKES_NOTHING,
    AGGREGATION_TAKES_ANY,     ///< every computed type, or nothing
    AGGREGATION_TAKES_EACH,    ///< every computed type
    AGGREGATION_TAKES_FLAT,    ///< not lists and maps
    AGGREGATION_TAKES_ORDERED, ///< int64, float64, decimal, string, timestamp
    AGGREGATION_TAKES_GROUPED, ///< bool, int64, string, timestamp: what can be a map's key
    AGGREGATION_TAKES_BOOL,
    AGGREGATION_TAKES_NUMBER,      ///< int64, float64, decimal; the compiler makes an int64 of a bool
    AGGREGATION_TAKES_FLOAT,       ///< float64; the compiler casts every number and bool
    AGGREGATION_TAKES_NUMBER_LIST, ///< a list of int64, float64 or decimal
    AGGREGATION_TAKES_LIST,
    AGGREGATION_TAKES_COUNT
} AggregationTakes;

/// The constants after the arguments, and where a PlanAggregate keeps them.
typedef enum AggregationParameter {
    AGGREGATION_PARAMETER_NONE,
    AGGREGATION_PARAMETER_COUNT,     ///< `count`, 1 to AGGREGATE_KEPT_MAX
    AGGREGATION_PARAMETER_OFFSET,    ///< `count`, 0 to AGGREGATE_KEPT_MAX
    AGGREGATION_PARAMETER_BOUND,     ///< `count`, 1 to AGGREGATE_BOUND_MAX
    AGGREGATION_PARAMETER_QUANTILE,  ///< `number`, 0 to 1
    AGGREGATION_PARAMETER_SKETCH,    ///< a quantile, and `error`, 0.0001 to 0.5
    AGGREGATION_PARAMETER_ALPHA,     ///< `number`, over 0, to 1
    AGGREGATION_PARAMETER_HALF_LIFE, ///< `count`, microseconds
    AGGREGATION_PARAMETER_UNIT,      ///< `count`, microseconds; needs a window in time
    AGGREGATION_PARAMETER_EDGES,     ///< `edges`, ascending
    AGGREGATION_PARAMETER_KINDS
} AggregationParameter;

typedef enum AggregationResult {
    AGGREGATION_GIVES_INT64,
    AGGREGATION_GIVES_FLOAT64,
    AGGREGATION_GIVES_BOOL,
    AGGREGATION_GIVES_SAME, ///< the argument's type
    AGGREGATION_GIVES_LIST, ///< of the argument's type
    AGGREGATION_GIVES_INT64_LIST,
    AGGREGATION_GIVES_FLOAT64_LIST,
    AGGREGATION_GIVES_COUNT_MAP, ///< from the argument's type to int64
} AggregationResult;

typedef enum AggregationEmpty {
    AGGREGATION_EMPTY_NONE, ///< null
    AGGREGATION_EMPTY_ZERO,
    AGGREGATION_EMPTY_EMPTY, ///< no items; of a histogram zeros
} AggregationEmpty;

typedef enum AggregationCounts {
    AGGREGATION_COUNTS_VALUES, ///< rows whose arguments are all there
    AGGREGATION_COUNTS_ROWS,   ///< null arguments too
} AggregationCounts;

typedef struct AggregationInfo {
    const char *name;
    const char *form; ///< "quantile(x, q)"
    AggregationTakes argument;
    AggregationTakes second;
    AggregationParameter parameter;
    AggregationResult result;
    AggregationEmpty empty;
    AggregationCounts counts;
    const char *meaning;
    const char *source;
} AggregationInfo;

const AggregationInfo *aggregation_info(Aggregation aggregation);

/// By its name in the language, or another name of it: variance, stddev_samp.
bool aggregation_find(Str name, Aggregation *out);

/// Whether it takes a first and a second argument of these computed types, NULL for none, as the engine sees them.
bool aggregation_accepts(Aggregation aggregation, const Type *argument, const Type *second);

bool aggregation_takes(AggregationTakes takes, Type type);

/// "a number or a bool", for errors; "int64, float64, decimal; bool as 0 and 1", for the reference.
const char *aggregation_takes_text(AggregationTakes takes);
const char *aggregation_takes_types(AggregationTakes takes);

/// How many arguments and parameters there must be.
uint32_t aggregation_arguments_min(Aggregation aggregation);
uint32_t aggregation_arguments_max(Aggregation aggregation);
uint32_t aggregation_parameters_min(Aggregation aggregation);
uint32_t aggregation_parameters_max(Aggregation aggregation);

/// "q from 0 to 1", for the reference; empty without one.
const char *aggregation_parameter_text(AggregationParameter parameter);

/// Of the result, for arguments that it accepts, without a category.
Type aggregation_type(Aggregation aggregation, const Type *argument);

/// Why parameters and window are wrong ("a quantile is between 0 and 1"), or NULL.
const char *aggregate_refusal(const PlanAggregate *aggregate);

/// Whether values of a type can be categories: keys of a map.
bool aggregate_category_accepts(Type type);

/// The type of the result by a category (NULL: none). False: by a category its result would be a list of lists or the like.
bool aggregate_type(Aggregation aggregation, const Type *argument, const Type *category, Type *out);

#endif
