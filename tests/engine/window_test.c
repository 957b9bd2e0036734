#include "engine/window.h"

#include <stdlib.h>
#include <string.h>

#include "number/random.h"
#include "support/test.h"

enum { FACTS_MAX = 40, QUERIES_MAX = 30, ROUNDS = 240 };

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

/// Times are whole units after `base`, in [0, 50); what follows from them stays below 90, questions then shifted.
typedef struct TrialScale {
    int64_t base, unit_us, shift_us;
} TrialScale;

static int compare_instants(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left;
    int64_t other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static int64_t instant(const TrialScale *scale, RandomKey key, uint64_t i, uint64_t salt, uint64_t bound)
{
    return scale->base + (int64_t)random_below(key, i, (uint32_t)salt, bound) * scale->unit_us;
}

/// Late and superseded facts when `moving`; else known as they happen, for good.
static void trial_make(Trial *trial, const TrialScale *scale, uint64_t seed, bool moving)
{
    RandomKey key = random_key(seed, RANDOM_TEST, moving);
    trial->count = 1 + (size_t)random_below(key, 0, 0, FACTS_MAX);
    trial->query_count = 1 + (size_t)random_below(key, 0, 1, QUERIES_MAX);
    for (size_t i = 0; i < trial->count; i++) trial->time[i] = instant(scale, key, i, 2, 50);
    qsort(trial->time, trial->count, sizeof(int64_t), compare_instants);
    for (size_t i = 0; i < trial->count; i++) {
        int64_t late = (int64_t)random_below(key, i, 3, 20) * scale->unit_us;
        int64_t stay = 1 + (int64_t)random_below(key, i, 5, 20) * scale->unit_us;
        trial->known[i] = trial->time[i] + (moving ? late : 0);
        bool ends = moving && random_below(key, i, 4, 2) == 0;
        trial->superseded[i] = ends ? trial->known[i] + stay : INT64_MAX;
        trial->valid[i] = random_below(key, i, 6, 5) != 0;
        trial->ints[i] = trial->valid[i] ? (int64_t)random_below(key, i, 7, 9) : 0;
        trial->conditions[i] = random_below(key, i, 8, 4) != 0;
    }
    for (uint32_t i = 0; i < trial->query_count; i++) {
        trial->at[i] = instant(scale, key, i, 9, 90) + scale->shift_us + (int64_t)random_below(key, i, 10, 2);
        trial->rows[i] = i;
    }
    qsort(trial->at, trial->query_count, sizeof(int64_t), compare_instants);
    trial->columns[0] = (Vector){.type = TYPE_OF(TYPE_INT64), .count = trial->count, .valid = trial->valid};
    trial->columns[0].values.ints = trial->ints;
    trial->columns[1] = (Vector){.type = TYPE_OF(TYPE_BOOL), .count = trial->count};
    trial->columns[1].values.bools = trial->conditions;
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
        .second_column = PLAN_NONE,
        .category_column = PLAN_NONE,
        .condition_column = 1,
        .argument = TYPE_OF(TYPE_INT64),
        .type = plan->type,
        .result = {QUERIES_MAX, out->valid, {.ints = out->words}},
    };
    AUTO(window_plan_deinit) WindowPlan works = {0};
    *out = (Answers){0};
    ASSERT_OK(aggregate_fill_empty(plan, NULL, &aggregate.result, &err), err);
    ASSERT_OK(window_plan_init(&aggregate, 1, &works, &err), err);
    ASSERT_OK(window_evaluate(&scratch, &works, &trial->facts, 0, trial->count, queries, &aggregate, statuses, &err),
              err);
}

static bool is_visible(const Trial *trial, size_t i, Int128 at)
{
    return trial->known[i] < at && (at <= trial->superseded[i] || trial->superseded[i] == INT64_MAX);
}

// The definition of a window, row by row, in numbers that cannot overflow.

/// The zone's clock at t moved back, month by month, and what it shows as an instant again.
static Int128 calendar_low(const Window *window, Int128 t)
{
    static const uint32_t DAYS[] = {1, 7, 0, 0, 0};
    static const uint32_t MONTHS[] = {0, 0, 1, 3, 12};
    const Zone *zone = NULL;
    Error err = {0};
    int64_t local = 0;
    ASSERT_OK(zone_find(window->zone, &zone, &err), err);
    Civil civil = zone_civil(zone, (int64_t)t);
    for (uint32_t i = 0; i < window->units * MONTHS[window->unit]; i++) {
        civil.year -= civil.month == 1;
        civil.month = (uint8_t)(civil.month == 1 ? 12 : civil.month - 1);
    }
    while (civil.day > civil_month_days(civil.year, civil.month)) civil.day--;
    assert_true(civil_to_us(&civil, &local));
    return zone_utc_us(zone, local - (int64_t)(window->units * DAYS[window->unit]) * INT64_C(86400000000));
}

typedef struct Bounds {
    Int128 seen, low, high;
} Bounds;

static Bounds bounds_by_hand(const Window *window, int64_t at)
{
    Bounds bounds = {at, (Int128)INT64_MIN * 4, at};
    if (window->kind == WINDOW_NEXT)
        return (Bounds){(Int128)at + window->length_us, at, (Int128)at + window->length_us};
    while (window->step_us > 0 && bounds.high % window->step_us != 0) bounds.high--;
    bounds.high -= window->ending_us;
    if (window->kind == WINDOW_TIME) bounds.low = bounds.high - window->length_us;
    if (window->kind == WINDOW_CALENDAR) bounds.low = calendar_low(window, bounds.high);
    return bounds;
}

/// Marks what the window holds as of `at`.
static void mark_held(const Trial *trial, const Window *window, int64_t at, bool *held)
{
    Bounds bounds = bounds_by_hand(window, at);
    Int128 after = at;
    bool open = true;
    uint32_t count = 0;
    for (size_t i = trial->count; i-- > 0;) {
        held[i] = is_visible(trial, i, bounds.seen) && trial->time[i] < bounds.high;
        if (!held[i]) continue;
        if (window->kind == WINDOW_SESSION && after - trial->time[i] > window->length_us) open = false;
        after = trial->time[i];
        held[i] = open && trial->time[i] >= bounds.low && (window->rows_max == 0 || count < window->rows_max);
        count += held[i];
    }
}

/// What each aggregation of ALL but stddev gives over what is held and counts; false: nothing does.
static bool answer_by_hand(const Trial *trial, const bool *held, Aggregation aggregation, int64_t *out)
{
    int64_t count = 0;
    int64_t sum = 0;
    int64_t picked = 0;
    for (size_t i = 0; i < trial->count; i++) {
        int64_t value = trial->ints[i];
        if (!held[i] || !trial->conditions[i] || !trial->valid[i]) continue;
        bool takes = count == 0 || aggregation == AGGREGATION_LAST;
        takes |= aggregation == AGGREGATION_MIN && value < picked;
        takes |= aggregation == AGGREGATION_MAX && value > picked;
        if (takes) picked = value;
        sum += value;
        count++;
    }
    double mean = count == 0 ? 0 : (double)sum / (double)count;
    *out = aggregation == AGGREGATION_COUNT ? count : aggregation == AGGREGATION_SUM ? sum : picked;
    if (aggregation == AGGREGATION_MEAN) memcpy(out, &mean, sizeof(mean));
    return count > 0;
}

static PlanAggregate plan_of(Aggregation aggregation, Type type, Window window)
{
    return (PlanAggregate){
        .aggregation = aggregation,
        .type = type,
        .argument = 0,
        .second = PLAN_NONE,
        .category = PLAN_NONE,
        .condition = 1,
        .window = window,
    };
}

static void check_query(const Trial *trial, const PlanAggregate *plan, const Answers *swept, size_t query)
{
    WindowQueries one = {&trial->at[query], &trial->rows[query], 1};
    bool held[FACTS_MAX] = {false};
    int64_t expected = 0;
    Answers single;
    evaluate(trial, plan, &one, &single, NULL);
    assert_int_equal(swept->valid[query], single.valid[query]);
    assert_int_equal(swept->words[query], single.words[query]);
    if (plan->aggregation == AGGREGATION_STDDEV) return;
    mark_held(trial, &plan->window, trial->at[query], held);
    bool any = answer_by_hand(trial, held, plan->aggregation, &expected);
    assert_int_equal(swept->valid[query], any || plan->aggregation == AGGREGATION_COUNT);
    if (any) assert_int_equal(swept->words[query], expected);
}

static void check_trial(const Trial *trial, Window window)
{
    WindowQueries queries = {trial->at, trial->rows, trial->query_count};
    assert_true(window_is_valid(&window));
    for (size_t k = 0; k < COUNT_OF(ALL); k++) {
        bool number = ALL[k] == AGGREGATION_MEAN || ALL[k] == AGGREGATION_STDDEV;
        PlanAggregate plan = plan_of(ALL[k], TYPE_OF(number ? TYPE_FLOAT64 : TYPE_INT64), window);
        EntityStatus statuses[QUERIES_MAX] = {0};
        Answers swept;
        evaluate(trial, &plan, &queries, &swept, statuses);
        for (size_t i = 0; i < trial->query_count; i++) check_query(trial, &plan, &swept, i);
    }
}

/// The kinds in turn, lengths around those of the trials.
static Window window_of(uint64_t seed, int64_t unit_us)
{
    int64_t length = (1 + (int64_t)(seed / 8 % 30)) * unit_us;
    int64_t step = (1 + (int64_t)(seed / 3 % 9)) * unit_us;
    uint32_t rows = 1 + (uint32_t)(seed / 5 % 7);
    const Window windows[] = {
        {.kind = WINDOW_LIFETIME},
        {.kind = WINDOW_LIFETIME, .rows_max = rows},
        {.kind = WINDOW_TIME, .length_us = length},
        {.kind = WINDOW_TIME, .length_us = length, .ending_us = step},
        {.kind = WINDOW_TIME, .length_us = length, .step_us = step},
        {.kind = WINDOW_TIME, .length_us = length, .ending_us = 2 * unit_us, .step_us = step, .rows_max = rows},
        {.kind = WINDOW_SESSION, .length_us = 1 + length / 6},
        {.kind = WINDOW_SESSION, .length_us = 1 + length / 4, .rows_max = rows},
        {.kind = WINDOW_NEXT, .length_us = length},
        {.kind = WINDOW_TIME, .length_us = length, .rows_max = rows},
    };
    return windows[seed % COUNT_OF(windows)];
}

static void windows_hold_what_their_definition_says(void **state)
{
    UNUSED(state);
    const TrialScale scale = {-20, 1, 0};
    static Trial trial;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        trial_make(&trial, &scale, seed, seed % 3 != 0);
        check_trial(&trial, window_of(seed, 1));
        check_trial(&trial, window_of(seed / 10, 1));
    }
}

static void windows_hold_it_at_the_ends_of_time(void **state)
{
    UNUSED(state);
    const TrialScale scales[] = {{INT64_MIN, 1, 0}, {INT64_MAX - 91, 1, 0}};
    static Trial trial;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        trial_make(&trial, &scales[seed % 2], seed, seed % 3 != 0);
        Window window = window_of(seed / 2, 1);
        check_trial(&trial, window);
        if (window.kind != WINDOW_TIME) continue;
        window.length_us = INT64_MAX;
        check_trial(&trial, window);
    }
}

/// Around the ends of months, where clocks go forward and back, and where an island left out a day.
static void calendar_windows_follow_the_zones_clock(void **state)
{
    UNUSED(state);
    const int64_t hour = INT64_C(3600000000);
    const TrialScale scales[] = {
        {INT64_C(1456444800000000), 2 * hour, 31 * 24 * hour}, // the last days of February 2016, asked a month later
        {INT64_C(1478318400000000), hour / 6, 23 * hour},      // New York's night of 2016-11-06, asked a day later
        {INT64_C(1325030400000000), 2 * hour, 0},              // Samoa's end of 2011
        {INT64_C(-2203891200000000), 9 * hour, 0},             // 1900, no leap year
    };
    static const Str ZONES[] = {STR_INIT("UTC"), STR_INIT("America/New_York"), STR_INIT("Pacific/Apia")};
    static Trial trial;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        const TrialScale *scale = &scales[seed % COUNT_OF(scales)];
        Window window = {.kind = WINDOW_CALENDAR,
                         .unit = (CalendarUnit)(seed / 4 % CALENDAR_UNIT_COUNT),
                         .units = 1 + (uint32_t)(seed / 7 % 3) % 2,
                         .zone = ZONES[seed % 4 == 1 ? 1 : seed / 3 % COUNT_OF(ZONES)]};
        trial_make(&trial, scale, seed, seed % 3 == 0);
        check_trial(&trial, window);
        window.rows_max = seed % 5 == 0 ? 4 : 0;
        window.ending_us = seed % 3 == 0 ? 7 * hour : 0;
        window.step_us = 0;
        check_trial(&trial, window);
    }
}

static void status_asks_for_any_visible_row(void **state)
{
    UNUSED(state);
    const TrialScale scale = {0, 1, 0};
    static Trial trial;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        trial_make(&trial, &scale, seed, seed % 3 != 0);
        PlanAggregate plan = plan_of(AGGREGATION_COUNT, TYPE_OF(TYPE_INT64), window_of(seed, 1));
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
        cmocka_unit_test(windows_hold_what_their_definition_says),
        cmocka_unit_test(windows_hold_it_at_the_ends_of_time),
        cmocka_unit_test(calendar_windows_follow_the_zones_clock),
        cmocka_unit_test(status_asks_for_any_visible_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
