#include "engine/aggregate_gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "frame/json_value.h"
#include "language/aggregation.h"
#include "number/float_order.h"
#include "support/test.h"

enum { VALUES_MAX = 8, HOUR_US = 1000000, AT_US = 100 * HOUR_US };

#define NIL NAN // in a case's values: null
#define NOT_A_NUMBER 12345.6789

/// Values of one window, what is computed of them, and what comes out, as JSON.
typedef struct Case {
    Aggregation aggregation;
    char type; ///< of the argument: f, i, d (2 places), b, s (letters a, b, ...), t
    size_t count;
    double values[VALUES_MAX];
    double seconds[VALUES_MAX]; ///< of aggregations of two arguments: float64
    int64_t parameter;
    double number, error;
    const char *expected;
} Case;

#define F(id, expected, n, ...)                                                                                        \
    {                                                                                                                  \
        AGGREGATION_##id, 'f', (n), {__VA_ARGS__}, {0}, 0, 0, 0, (expected)                                            \
    }
#define OF(id, type, expected, n, ...)                                                                                 \
    {                                                                                                                  \
        AGGREGATION_##id, (type), (n), {__VA_ARGS__}, {0}, 0, 0, 0, (expected)                                         \
    }
#define K(id, type, k, expected, n, ...)                                                                               \
    {                                                                                                                  \
        AGGREGATION_##id, (type), (n), {__VA_ARGS__}, {0}, (k), 0, 0, (expected)                                       \
    }
#define Q(id, number, error, expected, n, ...)                                                                         \
    {                                                                                                                  \
        AGGREGATION_##id, 'f', (n), {__VA_ARGS__}, {0}, 0, (number), (error), (expected)                               \
    }
#define LIST(...) __VA_ARGS__
#define PAIRS(id, expected, n, x, y)                                                                                   \
    {                                                                                                                  \
        AGGREGATION_##id, 'f', (n), {x}, {y}, 0, 0, 0, (expected)                                                      \
    }

static const Case CASES[] = {
    // Counts and flags.
    OF(COUNT, 'i', "2", 3, 1, NIL, 3),
    OF(COUNT_IF, 'b', "2", 4, 1, 0, NIL, 1),
    OF(NULL_COUNT, 's', "2", 3, NIL, 1, NIL),
    OF(ANY, 'b', "true", 3, 0, NIL, 1),
    OF(ANY, 'b', "null", 1, NIL),
    OF(ALL, 'b', "false", 3, 1, NIL, 0),
    OF(ALL, 'b', "true", 2, 1, NIL),
    // Sums and spreads.
    F(SUM, "1", 3, 1e308, 1, -1e308),
    F(SUM, "0", 2, -0.0, -0.0),
    F(SUM, "\"NaN\"", 2, INFINITY, -INFINITY),
    OF(SUM, 'd', "\"4.00\"", 3, 1.5, NIL, 2.5),
    F(VAR_POP, "1", 3, 1e15, 1e15 + 2, NIL),
    F(VAR_POP, "0", 1, 7),
    F(VAR_SAMP, "null", 1, 7),
    F(VAR_SAMP, "2", 2, 0, 2),
    F(VAR_POP, "\"NaN\"", 2, INFINITY, 1),
    F(STDDEV_POP, "5e-324", 2, 5e-324, -5e-324),
    OF(VAR_SAMP, 'd', "0.5", 2, 1, 2),
    OF(VAR_POP, 'i', "0.25", 2, 9007199254740991, 9007199254740992),
    F(SKEW, "0", 3, 1, 2, 3),
    F(SKEW, "null", 3, 4, 4, 4),
    F(SKEW, "null", 1, 4),
    OF(KURTOSIS, 'i', "-2", 2, -5, 5),
    F(KURTOSIS, "\"NaN\"", 2, NOT_A_NUMBER, 5),
    PAIRS(COVAR_POP, "1", 3, LIST(0, 2, NIL), LIST(0, 2, 9)),
    PAIRS(COVAR_SAMP, "null", 2, LIST(0, NIL), LIST(0, 2)),
    PAIRS(CORR, "-1", 2, LIST(0, 2), LIST(2, 0)),
    PAIRS(CORR, "null", 2, LIST(1, 1), LIST(2, 0)),
    PAIRS(SLOPE, "2", 3, LIST(1e15, 1e15 + 1, 1e15 + 2), LIST(7, 9, 11)),
    PAIRS(INTERCEPT, "3", 3, LIST(0, 1, 2), LIST(3, 5, 7)),
    PAIRS(WEIGHTED_MEAN, "2.5", 2, LIST(1, 3), LIST(1, 3)),
    PAIRS(WEIGHTED_MEAN, "null", 2, LIST(1, 3), LIST(1, -1)),
    // Rows as they are.
    OF(FIRST, 's', "\"b\"", 3, NIL, 1, 0),
    OF(LAST, 'i', "4", 3, 3, 4, NIL),
    PAIRS(ARG_MIN, "1", 3, LIST(1, 2, 3), LIST(5, 5, 6)),
    PAIRS(ARG_MAX, "3", 4, LIST(1, NIL, 3, 4), LIST(5, 9, 6, NIL)),
    K(FIRST_K, 'i', 2, "[1,2]", 4, NIL, 1, 2, 3),
    K(LAST_K, 's', 2, "[\"b\",\"c\"]", 4, 0, 1, 2, NIL),
    K(LAST_K, 's', 2, "[]", 1, NIL),
    K(FIRST_DISTINCT_K, 'i', 2, "[3,1]", 4, 3, 3, 1, 2),
    K(LAST_DISTINCT_K, 'i', 2, "[3,2]", 4, 1, 3, 2, 3),
    K(FIRST_DISTINCT_K, 'f', 5, "[-0,\"NaN\"]", 4, -0.0, 0.0, NOT_A_NUMBER, NOT_A_NUMBER),
    K(LAG, 'i', 1, "null", 3, 1, NIL, 3),
    K(LAG, 'i', 2, "1", 3, 1, NIL, 3),
    K(LAG, 'i', 3, "null", 3, 1, NIL, 3),
    OF(LATEST, 'i', "null", 2, 1, NIL),
    K(NTH, 'i', 2, "3", 3, 1, NIL, 3),
    K(NTH, 'i', 3, "null", 3, 1, NIL, 3),
    K(TOP_K, 'f', 3, "[\"NaN\",\"Infinity\",2]", 4, 1, 2, INFINITY, NOT_A_NUMBER),
    K(TOP_K, 'd', 2, "[\"2.50\",\"2.50\"]", 3, 2.5, 1, 2.5),
    K(BOTTOM_K, 'f', 3, "[-0,0,1]", 3, 1, -0.0, 0.0),
    K(BOTTOM_K, 'i', 9, "[1,2]", 2, 2, 1),
    OF(COLLECT, 'i', "[2,1]", 3, 2, NIL, 1),
    // Where values lie.
    F(MEDIAN, "2.5", 4, 4, 1, 2, 3),
    F(MEDIAN, "3", 1, 3),
    F(MEDIAN, "\"NaN\"", 2, -INFINITY, INFINITY),
    Q(QUANTILE, 0, 0, "0", 2, 1, -0.0),
    Q(QUANTILE, 1, 0, "\"NaN\"", 2, NOT_A_NUMBER, 5),
    Q(QUANTILE, 0.25, 0, "5e-324", 2, 5e-324, 5e-324),
    Q(APPROX_QUANTILE, 0.5, 0.5, "1.5000000000000002", 1, 2),
    Q(APPROX_QUANTILE, 0, 0.01, "\"-Infinity\"", 2, -INFINITY, 1),
    Q(APPROX_QUANTILE, 0.9, 0.01, "0", 2, 1e-310, -0.0),
    // Which values, and how often.
    OF(DISTINCT, 's', "2", 4, 0, 1, 0, NIL),
    F(DISTINCT, "2", 4, 0.0, -0.0, NOT_A_NUMBER, NOT_A_NUMBER),
    K(BOUNDED_DISTINCT, 'i', 2, "2", 4, 1, 2, 3, 4),
    F(APPROX_DISTINCT, "3", 5, 0.0, -0.0, 1, 2, 1),
    OF(VALUE_COUNTS, 's', "{\"a\":2,\"c\":1}", 4, 2, 0, NIL, 0),
    OF(VALUE_COUNTS, 'b', "{\"false\":1,\"true\":1}", 2, 1, 0),
    K(TOP_N_FREQUENCY, 'i', 2, "[5,-1]", 5, 5, -1, 5, 3, NIL),
    OF(MODE, 'i', "-9", 4, 2, -9, 2, -9),
    OF(TOP1_RATIO, 's', "0.75", 4, 0, 0, 1, 0),
    OF(ENTROPY, 's', "0.6931471805599453", 2, 0, 1),
    OF(ENTROPY, 's', "0", 3, 1, 1, 1),
    // Times: row i is i + 1 hours before t, the first row the longest ago.
    K(DECAYED_SUM, 'f', HOUR_US, "1", 2, 2, 1),
    K(DECAYED_MEAN, 'f', HOUR_US, "3", 2, 3, 3),
    K(DECAYED_COUNT, 'n', HOUR_US, "0.75", 2, 0, 0),
    K(DECAYED_SUM, 'f', HOUR_US, "\"Infinity\"", 2, INFINITY, 1),
    OF(TIME_SINCE_LAST, 'n', "1", 3, 0, 0, 0),
    OF(TIME_SINCE_FIRST, 'n', "3", 3, 0, 0, 0),
    OF(MEAN_GAP, 'n', "1", 3, 0, 0, 0),
    OF(MAX_GAP, 'n', "null", 1, 0),
    OF(MIN_GAP, 'n', "1", 2, 0, 0),
    K(RATE, 'n', HOUR_US, "0.03", 3, 0, 0, 0),
    // In order.
    OF(STREAK, 'b', "2", 5, 1, 0, 1, NIL, 1),
    OF(LONGEST_STREAK, 'b', "3", 5, 1, 1, 1, 0, 1),
    F(DRAWDOWN, "0.5", 4, 4, 8, 4, 6),
    F(DRAWDOWN, "0", 3, -1, -2, 0),
    F(DRAWDOWN, "\"NaN\"", 2, NOT_A_NUMBER, 1),
    F(DRAWDOWN, "\"NaN\"", 2, INFINITY, INFINITY),
    Q(EWMA, 0.5, 0, "2", 3, 1, NIL, 3),
};

/// The facts of one case.
typedef struct World {
    int64_t time[VALUES_MAX];
    uint8_t valid[2][VALUES_MAX];
    Int128 storage[2][VALUES_MAX + 1];
    Str strings[VALUES_MAX];
    uint8_t conditions[VALUES_MAX];
    Vector columns[3];
} World;

static Type case_type(char letter)
{
    static const Type DECIMAL = {.id = TYPE_DECIMAL, .precision = 38, .scale = 2};
    if (letter == 'i') return TYPE_OF(TYPE_INT64);
    if (letter == 'd') return DECIMAL;
    if (letter == 's') return TYPE_OF(TYPE_STRING);
    if (letter == 'b') return TYPE_OF(TYPE_BOOL);
    return letter == 't' ? TYPE_INSTANT : TYPE_OF(TYPE_FLOAT64);
}

static void put_value(Vector *column, size_t i, double value)
{
    static const char LETTERS[] = "abcdefgh";
    if (type_storage(column->type) == STORAGE_BOOL) column->values.bools[i] = value > 0;
    if (type_storage(column->type) == STORAGE_INT) column->values.ints[i] = (int64_t)value;
    if (type_storage(column->type) == STORAGE_FLOAT)
        column->values.floats[i] = value > 12345 && value < 12346 ? float_nan() : value;
    if (type_storage(column->type) == STORAGE_DECIMAL) column->values.decimals[i] = (Int128)(value * 100);
    if (type_storage(column->type) == STORAGE_STRING) column->values.strings[i] = (Str){LETTERS + (size_t)value, 1};
}

static void fill_column(World *world, size_t column, Type type, const double *values, size_t count)
{
    Vector *vector = &world->columns[column];
    *vector = (Vector){.type = type, .count = count, .valid = world->valid[column]};
    vector->values.any = type.id == TYPE_STRING ? (void *)world->strings : (void *)world->storage[column];
    for (size_t i = 0; i < count; i++) {
        world->valid[column][i] = !isnan(values[i]);
        if (world->valid[column][i]) put_value(vector, i, values[i]);
    }
}

static void fill_world(const Case *one, World *out)
{
    *out = (World){0};
    fill_column(out, 0, case_type(one->type), one->values, one->count);
    fill_column(out, 1, TYPE_OF(TYPE_FLOAT64), one->seconds, one->count);
    out->columns[2] = (Vector){.type = TYPE_OF(TYPE_BOOL), .count = one->count};
    out->columns[2].values.bools = out->conditions;
    for (size_t i = 0; i < one->count; i++) {
        out->time[i] = AT_US - (int64_t)(one->count - i) * HOUR_US;
        out->conditions[i] = 1;
    }
}

static PlanAggregate plan_of(const Case *one, const World *world)
{
    const AggregationInfo *info = aggregation_info(one->aggregation);
    bool argument = one->type != 'n';
    return (PlanAggregate){
        .aggregation = one->aggregation,
        .type = aggregation_type(one->aggregation, argument ? &world->columns[0].type : NULL),
        .argument = argument ? 0 : PLAN_NONE,
        .second = info->second == AGGREGATION_TAKES_NOTHING ? PLAN_NONE : 1,
        .category = PLAN_NONE,
        .condition = 2,
        .count = one->parameter,
        .number = one->number,
        .error = one->error,
        .window = {.kind = WINDOW_TIME, .length_us = AT_US},
    };
}

/// One value, and the memory that it points into.
typedef struct Answer {
    uint8_t valid;
    Int128 value[2];
    Arena text;
} Answer;

static void answer_deinit(Answer *answer)
{
    arena_deinit(&answer->text);
}

static void evaluate(const PlanAggregate *plan, const World *world, size_t count, Answer *out)
{
    static const int64_t AT = AT_US;
    static const uint32_t ROW = 0;
    AUTO(window_plan_deinit) WindowPlan works = {0};
    AUTO(window_scratch_deinit) WindowScratch scratch = {.aggregates.text = &out->text};
    Error err = {0};
    const FactTable facts = {world->time, world->time, NULL, world->columns};
    const WindowQueries queries = {&AT, &ROW, 1};
    WindowAggregate aggregate = {
        .plan = plan,
        .argument_column = plan->argument,
        .second_column = plan->second,
        .category_column = plan->category,
        .condition_column = plan->condition,
        .argument = plan->argument == PLAN_NONE ? TYPE_OF(TYPE_BOOL) : world->columns[0].type,
        .second = plan->second == PLAN_NONE ? TYPE_OF(TYPE_BOOL) : world->columns[plan->second].type,
        .type = plan->type,
        .result = {1, &out->valid, {.any = out->value}},
    };
    ASSERT_OK(aggregate_fill_empty(plan, &out->text, &aggregate.result, &err), err);
    ASSERT_OK(window_plan_init(&aggregate, 1, &works, &err), err);
    ASSERT_OK(window_evaluate(&scratch, &works, &facts, 0, count, &queries, &aggregate, NULL, &err), err);
}

/// 1.0 as 1: a case's text says what a value is, not how JSON tells floats from integers.
static void strip_fractions(Bytes *text)
{
    size_t size = 0;
    for (size_t i = 0; i < text->size; i++) {
        bool point = text->data[i] == '.' && i + 1 < text->size && text->data[i + 1] == '0';
        bool whole = point && (i + 2 == text->size || strchr(",]}", text->data[i + 2]) != NULL);
        if (whole) i++;
        if (!whole) text->data[size++] = text->data[i];
    }
    text->size = size;
}

static bool answer_is(Answer *answer, Type type, const char *name, const char *expected)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    const Vector vector = {.type = type, .count = 1, .valid = &answer->valid, .values = {.any = answer->value}};
    ASSERT_OK(vector_write_json(&vector, 0, &json, &err), err);
    strip_fractions(&text);
    if (str_equal(bytes_str(&text), str_from(expected))) return true;
    print_error("%s: %.*s, not %s\n", name, STR_ARG(bytes_str(&text)), expected);
    return false;
}

static void cases_come_out_as_written(void **state)
{
    UNUSED(state);
    bool same = true;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        World world;
        AUTO(answer_deinit) Answer answer = {0};
        fill_world(&CASES[i], &world);
        PlanAggregate plan = plan_of(&CASES[i], &world);
        evaluate(&plan, &world, CASES[i].count, &answer);
        same = answer_is(&answer, plan.type, aggregation_name(plan.aggregation), CASES[i].expected) && same;
    }
    assert_true(same);
}

/// Where the order of the rows is part of the meaning.
static bool is_ordered(Aggregation aggregation)
{
    static const Aggregation ORDERED[] = {AGGREGATION_FIRST,
                                          AGGREGATION_LAST,
                                          AGGREGATION_ARG_MIN,
                                          AGGREGATION_ARG_MAX,
                                          AGGREGATION_FIRST_K,
                                          AGGREGATION_LAST_K,
                                          AGGREGATION_FIRST_DISTINCT_K,
                                          AGGREGATION_LAST_DISTINCT_K,
                                          AGGREGATION_LAG,
                                          AGGREGATION_LATEST,
                                          AGGREGATION_NTH,
                                          AGGREGATION_COLLECT,
                                          AGGREGATION_STREAK,
                                          AGGREGATION_EWMA,
                                          AGGREGATION_LONGEST_STREAK,
                                          AGGREGATION_DRAWDOWN,
                                          AGGREGATION_DECAYED_SUM,
                                          AGGREGATION_BOTTOM_K};
    for (size_t i = 0; i < COUNT_OF(ORDERED); i++) {
        if (ORDERED[i] == aggregation) return true;
    }
    return false;
}

static void the_order_of_rows_shows_only_where_it_is_meant(void **state)
{
    UNUSED(state);
    bool same = true;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        if (is_ordered(CASES[i].aggregation)) continue;
        Case reversed = CASES[i];
        World world;
        AUTO(answer_deinit) Answer answer = {0};
        for (size_t k = 0; k < reversed.count; k++) {
            reversed.values[k] = CASES[i].values[reversed.count - 1 - k];
            reversed.seconds[k] = CASES[i].seconds[reversed.count - 1 - k];
        }
        fill_world(&reversed, &world);
        PlanAggregate plan = plan_of(&reversed, &world);
        evaluate(&plan, &world, reversed.count, &answer);
        same = answer_is(&answer, plan.type, aggregation_name(plan.aggregation), CASES[i].expected) && same;
    }
    assert_true(same);
}

static void without_rows_each_gives_its_value_on_empty(void **state)
{
    UNUSED(state);
    bool same = true;
    static const char *const TEXTS[][2] = {{"null", "null"}, {"0", "0"}, {"[]", "{}"}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        World world;
        AUTO(answer_deinit) Answer answer = {0};
        fill_world(&CASES[i], &world);
        PlanAggregate plan = plan_of(&CASES[i], &world);
        for (size_t k = 0; k < VALUES_MAX; k++) world.conditions[k] = 0;
        evaluate(&plan, &world, CASES[i].count, &answer);
        bool map = plan.type.id == TYPE_MAP;
        same = answer_is(&answer, plan.type, aggregation_name(plan.aggregation),
                         TEXTS[aggregation_info(plan.aggregation)->empty][map]) &&
               same;
    }
    assert_true(same);
}

static void a_histogram_counts_between_its_edges(void **state)
{
    UNUSED(state);
    bool same = true;
    static const double EDGES[] = {0, 1};
    const Case one = F(HISTOGRAM, "[1,2,3]", 7, -0.5, -0.0, 0.5, 1, NOT_A_NUMBER, INFINITY, NIL);
    World world;
    AUTO(answer_deinit) Answer answer = {0};
    AUTO(answer_deinit) Answer empty = {0};
    fill_world(&one, &world);
    PlanAggregate plan = plan_of(&one, &world);
    plan.edges = EDGES;
    plan.edge_count = COUNT_OF(EDGES);
    evaluate(&plan, &world, one.count, &answer);
    same = answer_is(&answer, plan.type, "histogram", one.expected) && same;
    for (size_t k = 0; k < VALUES_MAX; k++) world.conditions[k] = 0;
    evaluate(&plan, &world, one.count, &empty);
    same = answer_is(&empty, plan.type, "histogram", "[0,0,0]") && same;
    assert_true(same);
}

static void a_category_has_the_rows_of_its_value(void **state)
{
    UNUSED(state);
    bool same = true;
    static const struct {
        Aggregation aggregation;
        const char *expected;
    } WANTED[] = {
        {AGGREGATION_COUNT, "{\"-1\":1,\"5\":2}"},    {AGGREGATION_SUM, "{\"-1\":4,\"5\":3}"},
        {AGGREGATION_MEAN, "{\"-1\":4,\"5\":1.5}"},   {AGGREGATION_MAX, "{\"-1\":4,\"5\":2}"},
        {AGGREGATION_LAST, "{\"-1\":4,\"5\":1}"},     {AGGREGATION_VAR_SAMP, "{\"-1\":null,\"5\":0.5}"},
        {AGGREGATION_MEDIAN, "{\"-1\":4,\"5\":1.5}"}, {AGGREGATION_NULL_COUNT, "{\"-1\":0,\"5\":0,\"7\":1}"},
    };
    const Case one = F(SUM, "", 6, 2, 4, NIL, 1, 8, NIL);
    static const double CATEGORIES[VALUES_MAX] = {5, -1, 7, 5, NIL, NIL};
    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        World world;
        AUTO(answer_deinit) Answer answer = {0};
        fill_world(&one, &world);
        fill_column(&world, 1, TYPE_OF(TYPE_INT64), CATEGORIES, one.count);
        PlanAggregate plan = plan_of(&one, &world);
        plan.aggregation = WANTED[i].aggregation;
        plan.category = 1;
        plan.type = type_map(TYPE_OF(TYPE_INT64), aggregation_type(plan.aggregation, &world.columns[0].type));
        evaluate(&plan, &world, one.count, &answer);
        same = answer_is(&answer, plan.type, aggregation_name(plan.aggregation), WANTED[i].expected) && same;
    }
    assert_true(same);
}

static bool write_list(const double *values, const uint8_t *valid, size_t count, Arena *text, Str *out, Error *err)
{
    AUTO(list_writer_deinit) ListWriter list = {0};
    union {
        const double *read;
        void *any;
    } borrowed = {.read = values};
    const Vector items = {
        .type = TYPE_OF(TYPE_FLOAT64), .count = count, .valid = valid, .values = {.any = borrowed.any}};
    TRY(list_writer_begin(&list, type_list(TYPE_OF(TYPE_FLOAT64)), err));
    for (size_t i = 0; i < count; i++) TRY(list_writer_push(&list, &items, i, err));
    return list_writer_finish(&list, text, out, err);
}

static void vectors_are_taken_element_by_element(void **state)
{
    UNUSED(state);
    bool same = true;
    static const double LISTS[3][2] = {{1e308, 5}, {1, -0.0}, {-1e308, 7}};
    static const uint8_t VALID[3][2] = {{1, 0}, {1, 1}, {1, 0}};
    static const struct {
        Aggregation aggregation;
        const char *expected;
    } WANTED[] = {
        {AGGREGATION_SUM_LIST, "[1,0]"},
        {AGGREGATION_MEAN_LIST, "[0.3333333333333333,0]"},
        {AGGREGATION_MIN_LIST, "[-1e+308,-0]"},
        {AGGREGATION_MAX_LIST, "[1e+308,-0]"},
        {AGGREGATION_CONCAT_LISTS, "[1e+308,null,1,-0,-1e+308,null]"},
    };
    Error err = {0};
    for (size_t i = 0; i <= COUNT_OF(WANTED); i++) {
        bool ragged = i == COUNT_OF(WANTED);
        World world;
        AUTO(answer_deinit) Answer answer = {0};
        const Case one = OF(COLLECT, 's', "", 3, 0, 0, 0);
        fill_world(&one, &world);
        PlanAggregate plan = plan_of(&one, &world);
        for (size_t k = 0; k < 3; k++)
            ASSERT_OK(write_list(LISTS[k], VALID[k], ragged ? 1 + k % 2 : 2, &answer.text, &world.strings[k], &err),
                      err);
        world.columns[0].type = type_list(TYPE_OF(TYPE_FLOAT64));
        plan.aggregation = ragged ? AGGREGATION_SUM_LIST : WANTED[i].aggregation;
        plan.type = world.columns[0].type;
        evaluate(&plan, &world, one.count, &answer);
        same =
            answer_is(&answer, plan.type, aggregation_name(plan.aggregation), ragged ? "null" : WANTED[i].expected) &&
            same;
    }
    assert_true(same);
}

static void every_aggregation_has_a_case(void **state)
{
    UNUSED(state);
    bool seen[AGGREGATION_COUNT_] = {
        [AGGREGATION_HISTOGRAM] = true, [AGGREGATION_SUM_LIST] = true, [AGGREGATION_MEAN_LIST] = true,
        [AGGREGATION_MIN_LIST] = true,  [AGGREGATION_MAX_LIST] = true, [AGGREGATION_CONCAT_LISTS] = true,
        [AGGREGATION_MEAN] = true,      [AGGREGATION_MIN] = true,      [AGGREGATION_MAX] = true,
        [AGGREGATION_STDDEV] = true,
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) seen[CASES[i].aggregation] = true;
    for (size_t i = 0; i < AGGREGATION_COUNT_; i++) {
        if (!seen[i]) fail_msg("no case of %s", aggregation_name((Aggregation)i));
    }
}

static bool evaluate_once(void *context, Error *err)
{
    UNUSED(context);
    static const int64_t AT = AT_US;
    static const uint32_t ROW = 0;
    const Case one = OF(VALUE_COUNTS, 's', "", 3, 0, 1, 0);
    AUTO(answer_deinit) Answer answer = {0};
    AUTO(window_plan_deinit) WindowPlan works = {0};
    AUTO(window_scratch_deinit) WindowScratch scratch = {.aggregates.text = &answer.text};
    World world;
    fill_world(&one, &world);
    PlanAggregate plan = plan_of(&one, &world);
    const FactTable facts = {world.time, world.time, NULL, world.columns};
    const WindowQueries queries = {&AT, &ROW, 1};
    WindowAggregate aggregate = {.plan = &plan,
                                 .second_column = PLAN_NONE,
                                 .category_column = PLAN_NONE,
                                 .condition_column = 2,
                                 .argument = world.columns[0].type,
                                 .type = plan.type,
                                 .result = {1, &answer.valid, {.any = answer.value}}};
    return window_plan_init(&aggregate, 1, &works, err) &&
           window_evaluate(&scratch, &works, &facts, 0, one.count, &queries, &aggregate, NULL, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(evaluate_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_come_out_as_written),
        cmocka_unit_test(the_order_of_rows_shows_only_where_it_is_meant),
        cmocka_unit_test(without_rows_each_gives_its_value_on_empty),
        cmocka_unit_test(a_histogram_counts_between_its_edges),
        cmocka_unit_test(a_category_has_the_rows_of_its_value),
        cmocka_unit_test(vectors_are_taken_element_by_element),
        cmocka_unit_test(every_aggregation_has_a_case),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
