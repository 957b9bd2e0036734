#include "language/aggregation.h"

#include "number/float_order.h"

static const AggregationInfo AGGREGATIONS[AGGREGATION_COUNT_] = {
#define AGGREGATION(id, name, form, argument, second, parameter, result, empty, counts, meaning, source)               \
    [AGGREGATION_##id] = {(name),                                                                                      \
                          (form),                                                                                      \
                          AGGREGATION_TAKES_##argument,                                                                \
                          AGGREGATION_TAKES_##second,                                                                  \
                          AGGREGATION_PARAMETER_##parameter,                                                           \
                          AGGREGATION_GIVES_##result,                                                                  \
                          AGGREGATION_EMPTY_##empty,                                                                   \
                          AGGREGATION_COUNTS_##counts,                                                                 \
                          (meaning),                                                                                   \
                          (source)},
#include "language/aggregations.def"
#undef AGGREGATION
};

static const struct {
    const char *name;
    Aggregation aggregation;
} ALIASES[] = {{"stddev_samp", AGGREGATION_STDDEV}, {"variance", AGGREGATION_VAR_SAMP}};

static const struct {
    const char *text;
    const char *types;
} TAKES[AGGREGATION_TAKES_COUNT] = {
    [AGGREGATION_TAKES_NOTHING] = {"nothing", "nothing"},
    [AGGREGATION_TAKES_ANY] = {"a value with a type", "nothing, or any type"},
    [AGGREGATION_TAKES_EACH] = {"a value with a type", "any type"},
    [AGGREGATION_TAKES_FLAT] = {"a value that is no list or map", "any type but lists and maps"},
    [AGGREGATION_TAKES_ORDERED] = {"a number, a string or a timestamp", "int64, float64, decimal, string, timestamp"},
    [AGGREGATION_TAKES_GROUPED] = {"a bool, an int64, a string or a timestamp", "bool, int64, string, timestamp"},
    [AGGREGATION_TAKES_BOOL] = {"a bool", "bool"},
    [AGGREGATION_TAKES_NUMBER] = {"a number or a bool", "int64, float64, decimal; bool as 0 and 1"},
    [AGGREGATION_TAKES_FLOAT] = {"a number or a bool", "numbers and bool, as float64"},
    [AGGREGATION_TAKES_NUMBER_LIST] = {"a list of numbers", "lists of numbers"},
    [AGGREGATION_TAKES_LIST] = {"a list", "lists"},
};

/// Where a parameter is kept, and between what it must lie.
typedef struct ParameterInfo {
    uint32_t count_min, count_max; ///< of parameters
    const char *text;              ///< for the reference
    const char *refusal;
    int64_t integer_min, integer_max;
    double number_min, number_max;
    double error_min, error_max;
} ParameterInfo;

#define WHOLE(least, greatest) .integer_min = (least), .integer_max = (greatest)
#define FRACTION(least, greatest) .number_min = (least), .number_max = (greatest)

static const ParameterInfo PARAMETERS[AGGREGATION_PARAMETER_KINDS] = {
    [AGGREGATION_PARAMETER_NONE] = {.text = "", .refusal = "a parameter is one too many"},
    [AGGREGATION_PARAMETER_COUNT] = {1, 1, "from 1 to 10,000", "a number of values is between 1 and 10000",
                                     WHOLE(1, AGGREGATE_KEPT_MAX)},
    [AGGREGATION_PARAMETER_OFFSET] = {1, 1, "n from 0 to 10,000", "a number of rows to go back is between 0 and 10000",
                                      WHOLE(0, AGGREGATE_KEPT_MAX)},
    [AGGREGATION_PARAMETER_BOUND] = {1, 1, "n from 1 to 1,048,576", "a bound is between 1 and 1048576",
                                     WHOLE(1, AGGREGATE_BOUND_MAX)},
    [AGGREGATION_PARAMETER_QUANTILE] = {1, 1, "q from 0 to 1", "a quantile is between 0 and 1", FRACTION(0, 1)},
    [AGGREGATION_PARAMETER_SKETCH] = {1, 2, "q from 0 to 1, error from 0.0001 to 0.5",
                                      "a quantile is between 0 and 1, and its error between 0.0001 and 0.5",
                                      FRACTION(0, 1), .error_min = 0.0001, .error_max = 0.5},
    [AGGREGATION_PARAMETER_ALPHA] = {1, 1, "alpha over 0, to 1", "alpha is greater than 0 and at most 1",
                                     FRACTION(0x1p-1022, 1)},
    [AGGREGATION_PARAMETER_HALF_LIFE] = {1, 1, "a half-life", "a half-life is longer than 0", WHOLE(1, INT64_MAX)},
    [AGGREGATION_PARAMETER_UNIT] = {1, 1, "a duration; needs a window in time", "a unit of time is longer than 0",
                                    WHOLE(1, INT64_MAX)},
    [AGGREGATION_PARAMETER_EDGES] = {.count_min = 1,
                                     .count_max = 1,
                                     .text = "1 to 1,000 edges, ascending",
                                     .refusal = "a histogram has edges only"},
};

const AggregationInfo *aggregation_info(Aggregation aggregation)
{
    CHECK(aggregation < AGGREGATION_COUNT_);
    return &AGGREGATIONS[aggregation];
}

const char *aggregation_name(Aggregation aggregation)
{
    return aggregation_info(aggregation)->name;
}

bool aggregation_find(Str name, Aggregation *out)
{
    for (size_t i = 0; i < COUNT_OF(AGGREGATIONS); i++) {
        if (!str_equal(name, str_from(AGGREGATIONS[i].name))) continue;
        *out = (Aggregation)i;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(ALIASES); i++) {
        if (!str_equal(name, str_from(ALIASES[i].name))) continue;
        *out = ALIASES[i].aggregation;
        return true;
    }
    return false;
}

static bool is_computed_number(Type type)
{
    return type.id == TYPE_INT64 || type.id == TYPE_FLOAT64 || type.id == TYPE_DECIMAL;
}

bool aggregate_category_accepts(Type type)
{
    return type.id == TYPE_BOOL || type.id == TYPE_INT64 || type.id == TYPE_STRING || type_is_timestamp(type);
}

bool aggregation_takes(AggregationTakes takes, Type type)
{
    switch (takes) {
    case AGGREGATION_TAKES_ANY:
    case AGGREGATION_TAKES_EACH:
        return type.id < TYPE_COUNT;
    case AGGREGATION_TAKES_FLAT:
        return type.id < TYPE_COUNT && !type_is_nested(type);
    case AGGREGATION_TAKES_ORDERED:
        return is_computed_number(type) || type.id == TYPE_STRING || type_is_timestamp(type);
    case AGGREGATION_TAKES_GROUPED:
        return aggregate_category_accepts(type);
    case AGGREGATION_TAKES_BOOL:
        return type.id == TYPE_BOOL;
    case AGGREGATION_TAKES_NUMBER:
        return is_computed_number(type);
    case AGGREGATION_TAKES_FLOAT:
        return type.id == TYPE_FLOAT64;
    case AGGREGATION_TAKES_NUMBER_LIST:
        return type.id == TYPE_LIST && is_computed_number(type_item(type));
    case AGGREGATION_TAKES_LIST:
        return type.id == TYPE_LIST;
    case AGGREGATION_TAKES_NOTHING:
    case AGGREGATION_TAKES_COUNT:
        break;
    }
    return false;
}

static bool takes_given(AggregationTakes takes, const Type *type)
{
    if (type == NULL) return takes == AGGREGATION_TAKES_NOTHING || takes == AGGREGATION_TAKES_ANY;
    return aggregation_takes(takes, *type);
}

bool aggregation_accepts(Aggregation aggregation, const Type *argument, const Type *second)
{
    const AggregationInfo *info = aggregation_info(aggregation);
    return takes_given(info->argument, argument) && takes_given(info->second, second);
}

const char *aggregation_takes_text(AggregationTakes takes)
{
    return TAKES[takes].text;
}

const char *aggregation_takes_types(AggregationTakes takes)
{
    return TAKES[takes].types;
}

uint32_t aggregation_arguments_max(Aggregation aggregation)
{
    const AggregationInfo *info = aggregation_info(aggregation);
    return (info->argument != AGGREGATION_TAKES_NOTHING ? 1U : 0U) +
           (info->second != AGGREGATION_TAKES_NOTHING ? 1U : 0U);
}

uint32_t aggregation_arguments_min(Aggregation aggregation)
{
    if (aggregation_info(aggregation)->argument == AGGREGATION_TAKES_ANY) return 0;
    return aggregation_arguments_max(aggregation);
}

uint32_t aggregation_parameters_min(Aggregation aggregation)
{
    return PARAMETERS[aggregation_info(aggregation)->parameter].count_min;
}

uint32_t aggregation_parameters_max(Aggregation aggregation)
{
    return PARAMETERS[aggregation_info(aggregation)->parameter].count_max;
}

const char *aggregation_parameter_text(AggregationParameter parameter)
{
    return PARAMETERS[parameter].text;
}

Type aggregation_type(Aggregation aggregation, const Type *argument)
{
    AggregationResult result = aggregation_info(aggregation)->result;
    switch (result) {
    case AGGREGATION_GIVES_INT64:
        return TYPE_OF(TYPE_INT64);
    case AGGREGATION_GIVES_FLOAT64:
        return TYPE_OF(TYPE_FLOAT64);
    case AGGREGATION_GIVES_BOOL:
        return TYPE_OF(TYPE_BOOL);
    case AGGREGATION_GIVES_INT64_LIST:
        return type_list(TYPE_OF(TYPE_INT64));
    case AGGREGATION_GIVES_FLOAT64_LIST:
        return type_list(TYPE_OF(TYPE_FLOAT64));
    default:
        break;
    }
    CHECK(argument != NULL);
    if (result == AGGREGATION_GIVES_LIST) return type_list(*argument);
    return result == AGGREGATION_GIVES_SAME ? *argument : type_map(*argument, TYPE_OF(TYPE_INT64));
}

bool aggregate_type(Aggregation aggregation, const Type *argument, const Type *category, Type *out)
{
    Type type = aggregation_type(aggregation, argument);
    if (category != NULL && type_is_nested(type)) return false;
    *out = category == NULL ? type : type_map(*category, type);
    return true;
}

static const char *edges_refusal(const PlanAggregate *aggregate)
{
    if (aggregate->edge_count < 1 || aggregate->edge_count > AGGREGATE_EDGES_MAX)
        return "a histogram has between 1 and 1000 edges";
    for (uint32_t i = 0; i < aggregate->edge_count; i++) {
        if (!float_is_finite(aggregate->edges[i])) return "a histogram's edges are finite numbers";
        if (i > 0 && aggregate->edges[i - 1] >= aggregate->edges[i])
            return "a histogram's edges ascend, each greater than the one before it";
    }
    return NULL;
}

static const char *window_refusal(const PlanAggregate *aggregate)
{
    const Window *window = &aggregate->window;
    bool keeps_all =
        aggregate->aggregation == AGGREGATION_COLLECT || aggregate->aggregation == AGGREGATION_CONCAT_LISTS;
    if (aggregation_info(aggregate->aggregation)->parameter == AGGREGATION_PARAMETER_UNIT &&
        window->kind != WINDOW_TIME)
        return "a rate needs a window in time: rate(1h) over 7d";
    if (keeps_all && (window->rows_max < 1 || window->rows_max > AGGREGATE_KEPT_MAX))
        return "what keeps all values needs a bound, of at most 10000: 'over 100 rows', or 'over 7d max 100 rows'";
    return NULL;
}

static bool is_between(double value, double least, double greatest)
{
    return value >= least && value <= greatest;
}

const char *aggregate_refusal(const PlanAggregate *aggregate)
{
    AggregationParameter parameter = aggregation_info(aggregate->aggregation)->parameter;
    const ParameterInfo *info = &PARAMETERS[parameter];
    bool fits = aggregate->count >= info->integer_min && aggregate->count <= info->integer_max &&
                is_between(aggregate->number, info->number_min, info->number_max) &&
                is_between(aggregate->error, info->error_min, info->error_max);
    if (!fits) return info->refusal;
    if (parameter == AGGREGATION_PARAMETER_EDGES) {
        const char *refusal = edges_refusal(aggregate);
        if (refusal != NULL) return refusal;
    } else if (aggregate->edge_count != 0) {
        return "edges are a histogram's";
    }
    return window_refusal(aggregate);
}
