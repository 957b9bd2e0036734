#include "engine/window.h"

#include <stdlib.h>

#include "number/random.h"
#include "support/test.h"

enum { FACTS_MAX = 40, QUERIES_MAX = 30, ROUNDS = 300 };

static const Aggregation ALL[] = {AGGREGATION_COUNT, AGGREGATION_SUM,   AGGREGATION_MEAN, AGGREGATION_STDDEV,
                                  AGGREGATION_MIN,   AGGREGATION_FIRST, AGGREGATION_LAST, AGGREGATION_MAX};

/// One entity's facts, its questions, and room for the answers.
typedef struct Trial {
    int64_t time[FACTS_MAX], known[FACTS_MAX], superseded[FACTS_MAX], at[QUERIES_MAX];
    int64_t ints[FACTS_MAX];
    uint8_t valid[FACTS_MAX], conditions[FACTS_MAX];
    Vector columns[2];
    FactTable facts;
    size_t count;
    uint32_t rows[QUERIES_MAX];
    size_t query_count;
} Trial;

static int compare_instants(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left;
    int64_t other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

/// Late and superseded facts when `moving`; else known as they happen, for good.
static void trial_make(Trial *trial, uint64_t seed, bool moving)
{
    RandomKey key = random_key(seed, RANDOM_TEST, moving);
    trial->count = 1 + (size_t)random_below(key, 0, 0, FACTS_MAX);
    trial->query_count = 1 + (size_t)random_below(key, 0, 1, QUERIES_MAX);
    for (size_t i = 0; i < trial->count; i++) trial->time[i] = (int64_t)random_below(key, i, 2, 50);
    qsort(trial->time, trial->count, sizeof(int64_t), compare_instants);
    for (size_t i = 0; i < trial->count; i++) {
        trial->known[i] = trial->time[i] + (moving ? (int64_t)random_below(key, i, 3, 20) : 0);
        bool ends = moving && random_below(key, i, 4, 2) == 0;
        trial->superseded[i] = ends ? trial->known[i] + 1 + (int64_t)random_below(key, i, 5, 20) : INT64_MAX;
        trial->valid[i] = random_below(key, i, 6, 5) != 0;
        trial->ints[i] = trial->valid[i] ? (int64_t)random_below(key, i, 7, 9) : 0;
        trial->conditions[i] = random_below(key, i, 8, 4) != 0;
    }
    for (uint32_t i = 0; i < trial->query_count; i++) {
        trial->at[i] = (int64_t)random_below(key, i, 9, 90);
        trial->rows[i] = i;
    }
    qsort(trial->at, trial->query_count, sizeof(int64_t), compare_instants);
    trial->columns[0] = (Vector){TYPE_OF(TYPE_INT64), trial->count, trial->valid, {.ints = trial->ints}};
    trial->columns[1] = (Vector){TYPE_OF(TYPE_BOOL), trial->count, NULL, {.bools = trial->conditions}};
    trial->facts = (FactTable){trial->time, trial->known, trial->superseded, trial->columns};
}

/// The answers of one aggregate, for each query.
typedef struct Answers {
    uint8_t valid[QUERIES_MAX];
    int64_t words[QUERIES_MAX];
} Answers;

static void evaluate(const Trial *trial, const PlanAggregate *plan, const WindowQueries *queries, Answers *out,
                     EntityStatus *statuses)
{
    AUTO(window_scratch_deinit) WindowScratch scratch = {0};
    Error err = {0};
    WindowAggregate aggregate = {
        .plan = plan,
        .argument_column = 0,
        .condition_column = 1,
        .argument = TYPE_OF(TYPE_INT64),
        .type = plan->type,
        .result = {QUERIES_MAX, out->valid, {.ints = out->words}},
    };
    *out = (Answers){0};
    aggregate_fill_empty(plan->aggregation, &aggregate.result);
    ASSERT_OK(window_evaluate(&scratch, &trial->facts, 0, trial->count, queries, &aggregate, 1, statuses, &err), err);
}

static bool is_visible(const Trial *trial, size_t i, int64_t at)
{
    return trial->known[i] < at && at <= trial->superseded[i];
}

/// What the window holds, counted one by one: the number, and the sum, of what counts.
static void count_by_hand(const Trial *trial, int64_t at, int64_t window, int64_t *out_count, int64_t *out_sum)
{
    *out_count = 0;
    *out_sum = 0;
    for (size_t i = 0; i < trial->count; i++) {
        bool in = is_visible(trial, i, at) && (window == 0 || trial->time[i] >= at - window);
        if (!in || !trial->conditions[i] || !trial->valid[i]) continue;
        (*out_count)++;
        *out_sum += trial->ints[i];
    }
}

static PlanAggregate plan_of(Aggregation aggregation, Type type, int64_t window)
{
    return (PlanAggregate){
        .aggregation = aggregation,
        .type = type,
        .argument = 0,
        .second = PLAN_NONE,
        .category = PLAN_NONE,
        .condition = 1,
        .window = {.kind = window == 0 ? WINDOW_LIFETIME : WINDOW_TIME, .length_us = window},
    };
}

static void check_trial(const Trial *trial, int64_t window)
{
    WindowQueries queries = {trial->at, trial->rows, trial->query_count};
    for (size_t k = 0; k < COUNT_OF(ALL); k++) {
        bool number = ALL[k] == AGGREGATION_MEAN || ALL[k] == AGGREGATION_STDDEV;
        PlanAggregate plan = plan_of(ALL[k], TYPE_OF(number ? TYPE_FLOAT64 : TYPE_INT64), window);
        EntityStatus statuses[QUERIES_MAX] = {0};
        Answers swept;
        Answers single;
        evaluate(trial, &plan, &queries, &swept, statuses);
        for (size_t i = 0; i < trial->query_count; i++) {
            WindowQueries one = {&trial->at[i], &trial->rows[i], 1};
            int64_t count = 0;
            int64_t sum = 0;
            evaluate(trial, &plan, &one, &single, NULL);
            assert_int_equal(swept.valid[i], single.valid[i]);
            assert_int_equal(swept.words[i], single.words[i]);
            count_by_hand(trial, trial->at[i], window, &count, &sum);
            if (ALL[k] == AGGREGATION_COUNT) assert_int_equal(swept.words[i], count);
            if (ALL[k] == AGGREGATION_SUM) assert_int_equal(swept.words[i], sum);
        }
    }
}

static void sweeping_gives_what_single_questions_give(void **state)
{
    UNUSED(state);
    static Trial trial;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        trial_make(&trial, seed, seed % 3 != 0);
        check_trial(&trial, 0);
        check_trial(&trial, 1 + (int64_t)(seed % 30));
    }
}

static void status_asks_for_any_visible_row(void **state)
{
    UNUSED(state);
    static Trial trial;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        trial_make(&trial, seed, seed % 3 != 0);
        PlanAggregate plan = plan_of(AGGREGATION_COUNT, TYPE_OF(TYPE_INT64), 1);
        WindowQueries queries = {trial.at, trial.rows, trial.query_count};
        EntityStatus statuses[QUERIES_MAX] = {0};
        Answers answers;
        evaluate(&trial, &plan, &queries, &answers, statuses);
        for (size_t query = 0; query < trial.query_count; query++) {
            bool known = false;
            for (size_t i = 0; i < trial.count; i++) known |= is_visible(&trial, i, trial.at[query]);
            assert_int_equal(statuses[query], known ? ENTITY_KNOWN : ENTITY_UNKNOWN);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweeping_gives_what_single_questions_give),
        cmocka_unit_test(status_asks_for_any_visible_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
