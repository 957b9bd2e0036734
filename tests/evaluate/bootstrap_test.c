#include "base/memory.h"
#include "evaluate/bootstrap.h"
#include "number/float_order.h"
#include "number/random.h"
#include "support/test.h"

enum { ROWS = 300, RESAMPLES = 400 };

typedef struct Pair {
    double label[ROWS], one[ROWS], other[ROWS];
    BootstrapItem items[2];
} Pair;

static void pair_deinit(Pair *pair)
{
    for (size_t i = 0; i < 2; i++) metric_sample_deinit(&pair->items[i].sample);
}

/// `other` errs more than `one` by `extra`.
static void pair_make(double extra, Pair *out)
{
    Error err = {0};
    RandomKey key = random_key(3, RANDOM_TEST, 0);
    for (uint32_t i = 0; i < ROWS; i++) {
        out->label[i] = random_normal(key, i, 0);
        out->one[i] = out->label[i] + random_normal(key, i, 1);
        out->other[i] = out->label[i] + (1 + extra) * random_normal(key, i, 2);
    }
    const Metric *metric = metric_find(STR("mae"));
    out->items[0] = (BootstrapItem){.metric = metric};
    out->items[1] = (BootstrapItem){.metric = metric};
    ASSERT_OK(metric->prepare(out->label, out->one, ROWS, &out->items[0].sample, &err), err);
    ASSERT_OK(metric->prepare(out->label, out->other, ROWS, &out->items[1].sample, &err), err);
}

static void threads_do_not_change_a_bit(void **state)
{
    UNUSED(state);
    Error err = {0};
    static Pair pair;
    AUTO(bootstrap_deinit) Bootstrap one = {0};
    pair_make(0.1, &pair);
    ASSERT_OK(bootstrap_run(pair.items, 2, ROWS, RESAMPLES, 11, 1, &one, &err), err);
    for (uint32_t threads = 2; threads <= 5; threads++) {
        AUTO(bootstrap_deinit) Bootstrap many = {0};
        ASSERT_OK(bootstrap_run(pair.items, 2, ROWS, RESAMPLES, 11, threads, &many, &err), err);
        assert_memory_equal(one.values, many.values, 2 * RESAMPLES * sizeof(double));
    }
    pair_deinit(&pair);
}

static void another_seed_draws_other_rows(void **state)
{
    UNUSED(state);
    Error err = {0};
    static Pair pair;
    AUTO(bootstrap_deinit) Bootstrap one = {0};
    AUTO(bootstrap_deinit) Bootstrap other = {0};
    pair_make(0.1, &pair);
    ASSERT_OK(bootstrap_run(pair.items, 1, ROWS, RESAMPLES, 11, 1, &one, &err), err);
    ASSERT_OK(bootstrap_run(pair.items, 1, ROWS, RESAMPLES, 12, 1, &other, &err), err);
    assert_memory_not_equal(one.values, other.values, RESAMPLES * sizeof(double));
    pair_deinit(&pair);
}

/// A metric that shows its weights: their sum, and a digest of which rows were drawn.
static uint64_t counts[ROWS];

static double count_weights(const MetricSample *sample, const uint32_t *weight)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->count; i++) {
        sum += weight[i];
        counts[i] += weight[i];
    }
    return (double)sum;
}

static void a_resample_has_as_many_rows_as_there_are_and_favours_none(void **state)
{
    UNUSED(state);
    Error err = {0};
    const Metric metric = {.resample = count_weights};
    BootstrapItem item = {.metric = &metric, .sample = {.count = ROWS}};
    AUTO(bootstrap_deinit) Bootstrap bootstrap = {0};
    memset(counts, 0, sizeof(counts));
    ASSERT_OK(bootstrap_run(&item, 1, ROWS, RESAMPLES, 5, 1, &bootstrap, &err), err);
    for (size_t i = 0; i < RESAMPLES; i++) assert_true(bootstrap.values[i] == ROWS);
    // Expected 400 each, standard deviation 20.
    for (size_t i = 0; i < ROWS; i++) assert_in_range(counts[i], 300, 500);
}

static void intervals_hold_the_difference(void **state)
{
    UNUSED(state);
    Error err = {0};
    static Pair pair;
    AUTO(bootstrap_deinit) Bootstrap bootstrap = {0};
    Interval wide = {0};
    Interval narrow = {0};
    pair_make(1, &pair);
    ASSERT_OK(bootstrap_run(pair.items, 2, ROWS, RESAMPLES, 1, 2, &bootstrap, &err), err);
    ASSERT_OK(bootstrap_interval(&bootstrap, 1, 0, 0.99, &wide, &err), err);
    ASSERT_OK(bootstrap_interval(&bootstrap, 1, 0, 0.80, &narrow, &err), err);
    // The mean absolute error of a normal deviate is 0.798; the other errs twice as much.
    assert_true(wide.low < narrow.low && narrow.low < 0.798 && 0.798 < narrow.high && narrow.high < wide.high);
    assert_true(wide.low > 0);
    assert_int_equal(wide.undefined, 0);
    pair_deinit(&pair);
}

static void interval_takes_ranks_from_either_end(void **state)
{
    UNUSED(state);
    Error err = {0};
    double values[2 * 39];
    for (size_t i = 0; i < 39; i++) {
        values[i] = (double)((i * 17) % 39);
        values[39 + i] = 0;
    }
    Bootstrap bootstrap = {.values = values, .item_count = 2, .resamples = 39};
    Interval interval = {0};
    ASSERT_OK(bootstrap_interval(&bootstrap, 0, 1, 0.9, &interval, &err), err); // rank 0.05 * 40 = 2
    assert_true(interval.low == 1 && interval.high == 37);
    values[0] = float_nan();
    ASSERT_OK(bootstrap_interval(&bootstrap, 0, 1, 0.9, &interval, &err), err);
    assert_int_equal(interval.undefined, 1);
}

static void interval_of_nothing_is_nan(void **state)
{
    UNUSED(state);
    Error err = {0};
    double values[] = {float_nan(), 1};
    Bootstrap bootstrap = {.values = values, .item_count = 2, .resamples = 1};
    Interval interval = {0};
    ASSERT_OK(bootstrap_interval(&bootstrap, 0, 1, 0.95, &interval, &err), err);
    assert_true(float_is_nan(interval.low) && float_is_nan(interval.high));
    assert_int_equal(interval.undefined, 1);
}

/// Whatever compiler and machine.
static void intervals_have_the_bits_that_they_had(void **state)
{
    UNUSED(state);
    Error err = {0};
    static Pair pair;
    AUTO(bootstrap_deinit) Bootstrap bootstrap = {0};
    Interval interval = {0};
    pair_make(0.1, &pair);
    ASSERT_OK(bootstrap_run(pair.items, 2, ROWS, RESAMPLES, 42, 2, &bootstrap, &err), err);
    ASSERT_OK(bootstrap_interval(&bootstrap, 1, 0, 0.95, &interval, &err), err);
    assert_int_equal(float_bits(interval.low), 0xbfb10c6e74916670);
    assert_int_equal(float_bits(interval.high), 0x3fc1b28f011eaaf0);
    pair_deinit(&pair);
}

static bool run_small(void *context, Error *err)
{
    const Pair *pair = context;
    AUTO(bootstrap_deinit) Bootstrap bootstrap = {0};
    Interval interval = {0};
    TRY(bootstrap_run(pair->items, 2, ROWS, 40, 1, 1, &bootstrap, err));
    return bootstrap_interval(&bootstrap, 0, 1, 0.95, &interval, err);
}

static void bootstrap_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    static Pair pair;
    pair_make(0.1, &pair);
    for_each_allocation_failure(run_small, &pair);
    pair_deinit(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(another_seed_draws_other_rows),
        cmocka_unit_test(a_resample_has_as_many_rows_as_there_are_and_favours_none),
        cmocka_unit_test(intervals_hold_the_difference),
        cmocka_unit_test(interval_takes_ranks_from_either_end),
        cmocka_unit_test(interval_of_nothing_is_nan),
        cmocka_unit_test(intervals_have_the_bits_that_they_had),
        cmocka_unit_test(bootstrap_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
