/// All windows of an entity at once, over its series, beside what the definitions say of each window's rows.
#include <stdlib.h>
#include <string.h>

#include "engine/aggregate_hash.h"
#include "engine/window.h"
#include "number/random.h"
#include "number/sketch.h"
#include "support/test.h"

enum { ROWS_MAX = 400, QUERIES_MAX = 60, ROUNDS = 150, WINDOWS = 4 };

static const Aggregation ALL[] = {AGGREGATION_COUNT,   AGGREGATION_SUM,      AGGREGATION_MEAN,
                                  AGGREGATION_STDDEV,  AGGREGATION_VAR_SAMP, AGGREGATION_STDDEV_POP,
                                  AGGREGATION_VAR_POP, AGGREGATION_MIN,      AGGREGATION_MAX,
                                  AGGREGATION_FIRST,   AGGREGATION_LAST,     AGGREGATION_APPROX_DISTINCT};
enum { AGGREGATES = (int)COUNT_OF(ALL) * WINDOWS };

/// One entity, its questions, and room for the answers.
typedef struct Trial {
    int64_t time[ROWS_MAX], at[QUERIES_MAX];
    double floats[ROWS_MAX];
    uint8_t valid[ROWS_MAX], conditions[ROWS_MAX];
    Vector columns[2];
    FactTable facts;
    size_t count, query_count;
    uint32_t rows[QUERIES_MAX];
    Window windows[WINDOWS];
    PlanAggregate plans[AGGREGATES];
    WindowAggregate aggregates[AGGREGATES];
    uint8_t there[AGGREGATES][QUERIES_MAX];
    int64_t words[AGGREGATES][QUERIES_MAX];
} Trial;

/// Of the kind that a seed is for: cents, wide, anything, much the same, zeros of both signs, one binade at the end of the range.
static double draw_float(RandomKey key, size_t i, uint64_t kind)
{
    double small = (double)random_below(key, i, 1, 10000) / 100.0;
    double sign = random_below(key, i, 2, 2) == 0 ? 1 : -1;
    switch (kind % 7) {
    case 0:
        return small;
    case 1:
        return sign * small * (double)((uint64_t)1 << random_below(key, i, 3, 60));
    case 2:
        return float_from_bits(random_u64(key, i, 4));
    case 3:
        return (double)random_below(key, i, 5, 5);
    case 4:
        return sign * (double)random_below(key, i, 5, 2) * 5e-324;
    case 5:
        return sign * 1e308;
    default:
        return random_below(key, i, 6, 40) == 0 ? sign * float_infinity() : sign * small;
    }
}

static int compare_instants(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left;
    int64_t other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static void make_rows(Trial *trial, RandomKey key, uint64_t seed)
{
    bool dense = seed % 3 == 0;
    trial->count = 1 + (size_t)random_below(key, 0, 10, seed % 5 == 0 ? 5 : ROWS_MAX);
    trial->query_count = 1 + (size_t)random_below(key, 0, 11, seed % 4 == 0 ? 3 : QUERIES_MAX);
    for (size_t i = 0; i < trial->count; i++) trial->time[i] = (int64_t)random_below(key, i, 12, 1000);
    for (uint32_t i = 0; i < trial->query_count; i++) {
        trial->at[i] = (int64_t)random_below(key, i, 13, 1200);
        trial->rows[i] = i;
    }
    qsort(trial->time, trial->count, sizeof(int64_t), compare_instants);
    qsort(trial->at, trial->query_count, sizeof(int64_t), compare_instants);
    for (size_t i = 0; i < trial->count; i++) {
        trial->valid[i] = dense || random_below(key, i, 14, 5) != 0;
        trial->conditions[i] = dense || random_below(key, i, 15, 4) != 0;
        trial->floats[i] = trial->valid[i] ? draw_float(key, i, seed / 3) : 0;
    }
    trial->columns[0] =
        (Vector){TYPE_OF(TYPE_FLOAT64), trial->count, dense ? NULL : trial->valid, {.floats = trial->floats}};
    trial->columns[1] = (Vector){TYPE_OF(TYPE_BOOL), trial->count, NULL, {.bools = trial->conditions}};
    trial->facts = (FactTable){trial->time, trial->time, NULL, trial->columns};
}

static Type result_type(Aggregation aggregation)
{
    bool counts = aggregation == AGGREGATION_COUNT || aggregation == AGGREGATION_APPROX_DISTINCT;
    return TYPE_OF(counts ? TYPE_INT64 : TYPE_FLOAT64);
}

static void make_aggregates(Trial *trial, uint64_t seed)
{
    const Window windows[WINDOWS] = {
        {.kind = WINDOW_TIME, .length_us = 1 + (int64_t)(seed % 30)},
        {.kind = WINDOW_TIME, .length_us = 70},
        {.kind = WINDOW_TIME, .length_us = 300, .ending_us = (int64_t)(seed % 3) * 50},
        {.kind = WINDOW_LIFETIME, .rows_max = seed % 2 == 0 ? 0 : 40},
    };
    memcpy(trial->windows, windows, sizeof(windows));
    for (size_t i = 0; i < AGGREGATES; i++) {
        Aggregation aggregation = ALL[i % COUNT_OF(ALL)];
        Type type = result_type(aggregation);
        trial->plans[i] = (PlanAggregate){.aggregation = aggregation,
                                          .type = type,
                                          .second = PLAN_NONE,
                                          .category = PLAN_NONE,
                                          .condition = 1,
                                          .window = trial->windows[i / COUNT_OF(ALL)]};
        trial->aggregates[i] = (WindowAggregate){
            .plan = &trial->plans[i],
            .second_column = PLAN_NONE,
            .category_column = PLAN_NONE,
            .condition_column = seed % 3 == 0 ? PLAN_NONE : 1,
            .argument = TYPE_OF(TYPE_FLOAT64),
            .type = type,
            .result = {QUERIES_MAX, trial->there[i], {.ints = trial->words[i]}},
        };
    }
}

static void evaluate(Trial *trial)
{
    AUTO(window_scratch_deinit) WindowScratch scratch = {0};
    AUTO(window_plan_deinit) WindowPlan plan = {0};
    WindowQueries queries = {trial->at, trial->rows, trial->query_count};
    Error err = {0};
    memset(trial->there, 0, sizeof(trial->there));
    memset(trial->words, 0, sizeof(trial->words));
    for (size_t i = 0; i < AGGREGATES; i++)
        ASSERT_OK(aggregate_fill_empty(&trial->plans[i], NULL, &trial->aggregates[i].result, &err), err);
    ASSERT_OK(window_plan_init(trial->aggregates, AGGREGATES, &plan, &err), err);
    // Twice, so that what one entity leaves in the scratch shows in the next.
    for (int i = 0; i < 2; i++)
        ASSERT_OK(
            window_evaluate(&scratch, &plan, &trial->facts, 0, trial->count, &queries, trial->aggregates, NULL, &err),
            err);
}

/// What the definitions say of one window's rows.
typedef struct Reference {
    ExactMoments moments;
    uint8_t registers[HYPERLOGLOG_REGISTERS];
    double least, greatest, first, last;
} Reference;

static void reference_add(Reference *reference, const Trial *trial, size_t i)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Error err = {0};
    uint64_t hash = 0;
    double value = trial->floats[i];
    bool none = reference->moments.count == 0;
    ASSERT_OK(value_hash(&trial->columns[0], i, &bytes, &hash, &err), err);
    hyperloglog_add(reference->registers, hash);
    if (none) reference->first = value;
    reference->last = value;
    if (none || float_compare(value, reference->least) < 0) reference->least = value;
    if (none || float_compare(value, reference->greatest) > 0) reference->greatest = value;
    exact_moments_add(&reference->moments, value);
}

static void reference_make(const Trial *trial, const Window *window, int64_t at, Reference *out)
{
    int64_t high = at - window->ending_us;
    int64_t low = window->kind == WINDOW_TIME ? high - window->length_us : INT64_MIN;
    bool held[ROWS_MAX] = {false};
    uint32_t rows = 0;
    *out = (Reference){0};
    for (size_t i = trial->count; i-- > 0;) {
        if (trial->time[i] >= high || trial->time[i] < low) continue;
        if (window->rows_max > 0 && rows++ >= window->rows_max) continue;
        held[i] = trial->valid[i] && trial->conditions[i];
    }
    for (size_t i = 0; i < trial->count; i++) {
        if (held[i]) reference_add(out, trial, i);
    }
}

static double reference_float(const Reference *reference, Aggregation aggregation)
{
    const ExactMoments *moments = &reference->moments;
    switch (aggregation) {
    case AGGREGATION_SUM:
        return exact_sum_round(&moments->sum);
    case AGGREGATION_MEAN:
        return exact_moments_mean(moments);
    case AGGREGATION_STDDEV:
        return exact_moments_stddev(moments, EXACT_SPREAD_SAMPLE);
    case AGGREGATION_VAR_SAMP:
        return exact_moments_variance(moments, EXACT_SPREAD_SAMPLE);
    case AGGREGATION_STDDEV_POP:
        return exact_moments_stddev(moments, EXACT_SPREAD_POPULATION);
    case AGGREGATION_VAR_POP:
        return exact_moments_variance(moments, EXACT_SPREAD_POPULATION);
    case AGGREGATION_MIN:
        return reference->least;
    case AGGREGATION_MAX:
        return reference->greatest;
    case AGGREGATION_FIRST:
        return reference->first;
    default:
        return reference->last;
    }
}

static bool reference_answer(const Reference *reference, Aggregation aggregation, int64_t *out)
{
    bool sample = aggregation == AGGREGATION_STDDEV || aggregation == AGGREGATION_VAR_SAMP;
    *out = (int64_t)reference->moments.count;
    if (aggregation == AGGREGATION_COUNT) return true;
    if (aggregation == AGGREGATION_APPROX_DISTINCT) *out = hyperloglog_estimate(reference->registers);
    if (aggregation == AGGREGATION_APPROX_DISTINCT) return true;
    double value = reference_float(reference, aggregation);
    memcpy(out, &value, sizeof(value));
    return reference->moments.count > (sample ? 1 : 0);
}

static void check(const Trial *trial, uint64_t seed)
{
    static Reference reference;
    for (size_t query = 0; query < trial->query_count; query++) {
        for (size_t i = 0; i < AGGREGATES; i++) {
            int64_t word = 0;
            if (i % COUNT_OF(ALL) == 0)
                reference_make(trial, &trial->windows[i / COUNT_OF(ALL)], trial->at[query], &reference);
            bool there = reference_answer(&reference, ALL[i % COUNT_OF(ALL)], &word);
            bool same = trial->there[i][query] == there && (!there || trial->words[i][query] == word);
            if (!same) print_error("seed %d, query %zu, aggregate %zu\n", (int)seed, query, i);
            assert_true(same);
        }
    }
}

static void windows_give_the_bits_of_their_definitions(void **state)
{
    UNUSED(state);
    static Trial trial;
    static int64_t superseded[ROWS_MAX];
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        make_rows(&trial, random_key(seed, RANDOM_TEST, 0), seed);
        make_aggregates(&trial, seed);
        evaluate(&trial);
        check(&trial, seed);
        // After all questions, a version that is superseded: windows are no ranges any more, though they hold the same.
        trial.time[trial.count - 1] = 5000;
        for (size_t i = 0; i < trial.count; i++) superseded[i] = i + 1 < trial.count ? INT64_MAX : 6000;
        trial.facts.superseded = superseded;
        evaluate(&trial);
        check(&trial, seed);
    }
}

// What has a form of its own over a series, and, all rows of a window anew, by its definition.

static const Aggregation SLID[] = {AGGREGATION_DISTINCT, AGGREGATION_BOUNDED_DISTINCT,
                                   AGGREGATION_MODE,     AGGREGATION_TOP1_RATIO,
                                   AGGREGATION_ENTROPY,  AGGREGATION_MEDIAN,
                                   AGGREGATION_QUANTILE, AGGREGATION_ARG_MIN,
                                   AGGREGATION_ARG_MAX,  AGGREGATION_NTH,
                                   AGGREGATION_SKEW,     AGGREGATION_MEAN_GAP,
                                   AGGREGATION_MIN,      AGGREGATION_MAX,
                                   AGGREGATION_STDDEV};
enum { SLIDS = (int)COUNT_OF(SLID) };

/// Answers of one window's aggregates.
typedef struct Answers {
    uint8_t there[SLIDS][QUERIES_MAX];
    int64_t words[SLIDS][QUERIES_MAX];
} Answers;

static void make_slid(const Trial *trial, const Window *window, PlanAggregate *plans, WindowAggregate *aggregates,
                      Answers *out)
{
    Error err = {0};
    *out = (Answers){0};
    for (size_t i = 0; i < COUNT_OF(SLID); i++) {
        bool counts = SLID[i] == AGGREGATION_DISTINCT || SLID[i] == AGGREGATION_BOUNDED_DISTINCT;
        bool pairs = SLID[i] == AGGREGATION_ARG_MIN || SLID[i] == AGGREGATION_ARG_MAX;
        plans[i] = (PlanAggregate){.aggregation = SLID[i],
                                   .type = TYPE_OF(counts ? TYPE_INT64 : TYPE_FLOAT64),
                                   .second = pairs ? 2 : PLAN_NONE,
                                   .category = PLAN_NONE,
                                   .condition = 1,
                                   .count = 3,
                                   .number = 0.3,
                                   .window = *window};
        aggregates[i] = (WindowAggregate){.plan = &plans[i],
                                          .second_column = plans[i].second,
                                          .category_column = PLAN_NONE,
                                          .condition_column = 1,
                                          .argument = TYPE_OF(TYPE_FLOAT64),
                                          .second = TYPE_OF(TYPE_FLOAT64),
                                          .type = plans[i].type,
                                          .result = {trial->query_count, out->there[i], {.ints = out->words[i]}}};
        ASSERT_OK(aggregate_fill_empty(&plans[i], NULL, &aggregates[i].result, &err), err);
    }
}

static void evaluate_slid(const Trial *trial, const FactTable *facts, size_t count, const Window *window, Answers *out)
{
    AUTO(window_scratch_deinit) WindowScratch scratch = {0};
    AUTO(window_plan_deinit) WindowPlan plan = {0};
    PlanAggregate plans[SLIDS];
    WindowAggregate aggregates[SLIDS];
    WindowQueries queries = {trial->at, trial->rows, trial->query_count};
    Error err = {0};
    make_slid(trial, window, plans, aggregates, out);
    ASSERT_OK(window_plan_init(aggregates, SLIDS, &plan, &err), err);
    ASSERT_OK(window_evaluate(&scratch, &plan, facts, 0, count, &queries, aggregates, NULL, &err), err);
}

static void what_slides_over_a_series_is_as_all_rows_anew(void **state)
{
    UNUSED(state);
    static Trial trial;
    static int64_t superseded[ROWS_MAX];
    static double seconds[ROWS_MAX];
    static Answers slid, anew;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        RandomKey key = random_key(seed, RANDOM_TEST, 1);
        make_rows(&trial, key, seed);
        make_aggregates(&trial, seed);
        for (size_t i = 0; i < trial.count; i++) {
            trial.floats[i] =
                trial.valid[i] ? (seed % 2 == 0 ? (double)random_below(key, i, 20, 9) : trial.floats[i]) : 0;
            seconds[i] = draw_float(key, i + ROWS_MAX, seed);
            superseded[i] = INT64_MAX;
        }
        // After all questions, a version that is superseded: windows are no ranges any more, though they hold the same.
        trial.time[trial.count - 1] = 5000;
        superseded[trial.count - 1] = 6000;
        Vector columns[3] = {trial.columns[0],
                             trial.columns[1],
                             {TYPE_OF(TYPE_FLOAT64), trial.count, trial.columns[0].valid, {.floats = seconds}}};
        FactTable ranges = {trial.time, trial.time, NULL, columns};
        FactTable changes = {trial.time, trial.time, superseded, columns};
        for (size_t i = 0; i < WINDOWS; i++) {
            evaluate_slid(&trial, &ranges, trial.count, &trial.windows[i], &slid);
            evaluate_slid(&trial, &changes, trial.count, &trial.windows[i], &anew);
            for (size_t k = 0; k < COUNT_OF(SLID); k++) {
                bool same = memcmp(slid.there[k], anew.there[k], sizeof(slid.there[k])) == 0;
                for (size_t q = 0; q < trial.query_count; q++)
                    same = same && (!slid.there[k][q] || slid.words[k][q] == anew.words[k][q]);
                if (!same) print_error("seed %d, window %zu, aggregate %zu\n", (int)seed, i, k);
                assert_true(same);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_give_the_bits_of_their_definitions),
        cmocka_unit_test(what_slides_over_a_series_is_as_all_rows_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
