#include "language/aggregation.h"

enum { AGGREGATION_EMPTY_NONE = false, AGGREGATION_EMPTY_ZERO = true };

static const AggregationInfo AGGREGATIONS[AGGREGATION_COUNT_] = {
#define AGGREGATION(id, name, arguments, result, empty, inverse, meaning)                                              \
    [AGGREGATION_##id] = {                                                                                             \
        (name),   AGGREGATION_TAKES_##arguments, AGGREGATION_GIVES_##result, AGGREGATION_EMPTY_##empty, (inverse),     \
        (meaning)},
#include "language/aggregations.def"
#undef AGGREGATION
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
    return false;
}

bool aggregation_accepts(Aggregation aggregation, const Type *argument)
{
    AggregationArguments takes = aggregation_info(aggregation)->arguments;
    if (argument == NULL) return takes == AGGREGATION_TAKES_ANY;
    return takes != AGGREGATION_TAKES_NUMBER || type_is_number(*argument);
}

Type aggregation_type(Aggregation aggregation, const Type *argument)
{
    switch (aggregation_info(aggregation)->result) {
    case AGGREGATION_GIVES_INT64:
        return TYPE_OF(TYPE_INT64);
    case AGGREGATION_GIVES_FLOAT64:
        return TYPE_OF(TYPE_FLOAT64);
    case AGGREGATION_GIVES_SAME:
        break;
    }
    CHECK(argument != NULL);
    return *argument;
}
