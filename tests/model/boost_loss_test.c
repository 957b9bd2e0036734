#include "model/boost_loss_internal.h"

#include "number/exact_sum.h"
#include "number/pinned.h"
#include "number/random.h"
#include "support/test.h"

enum { ROWS = 9001 };

static double labels[ROWS];
static float sums[ROWS], gradients[ROWS], hessians[ROWS];

/// Labels over many magnitudes, or classes; margins between -8 and 8.
static void draw(Objective objective)
{
    RandomKey key = random_key(1, RANDOM_TEST, (uint64_t)objective);
    for (size_t i = 0; i < ROWS; i++) {
        double uniform = random_uniform(key, i, 0);
        labels[i] = objective == OBJECTIVE_BINARY ? uniform < 0.3 : pinned_scale(uniform - 0.5, (int)(i % 60) - 50);
        sums[i] = objective == OBJECTIVE_BINARY ? (float)(16 * random_uniform(key, i, 1) - 8) : 0;
    }
}

static BoostLoss loss_of(Objective objective, double subsample)
{
    return (BoostLoss){.objective = objective,
                       .base = boost_base(objective, labels, ROWS),
                       .threads = 2,
                       .seed = 3,
                       .subsample = subsample};
}

static void derive(const BoostLoss *loss, BoostRows *rows, int64_t round)
{
    Error err = {0};
    ASSERT_OK(boost_rows_init(labels, ROWS, rows, &err), err);
    ASSERT_OK(boost_score(loss, sums, rows, &err), err);
    ASSERT_OK(boost_gradients(loss, rows, round, gradients, hessians, &err), err);
}

/// Running double sums, forward and backward, are the exact sum.
static void sums_exactly(const float *values)
{
    ExactSum exact = {0};
    double up = 0;
    double down = 0;
    for (size_t i = 0; i < ROWS; i++) {
        up += (double)values[i];
        down += (double)values[ROWS - 1 - i];
        exact_sum_add(&exact, (double)values[i]);
    }
    assert_true(up != 0 && up == down && up == exact_sum_round(&exact));
}

static void every_sum_of_derivatives_is_exact(void **state)
{
    UNUSED(state);
    for (Objective objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        AUTO(boost_rows_deinit) BoostRows rows = {0};
        draw(objective);
        BoostLoss loss = loss_of(objective, 1);
        derive(&loss, &rows, 0);
        sums_exactly(gradients);
        sums_exactly(hessians);
    }
}

static void derivatives_are_those_of_the_log_loss(void **state)
{
    UNUSED(state);
    AUTO(boost_rows_deinit) BoostRows rows = {0};
    draw(OBJECTIVE_BINARY);
    BoostLoss loss = loss_of(OBJECTIVE_BINARY, 1);
    derive(&loss, &rows, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double one = pinned_sigmoid(loss.base + (double)sums[i]);
        double gradient = (double)gradients[i] - (one - labels[i]);
        double hessian = (double)hessians[i] - one * (1 - one);
        assert_true(gradient < 1e-7 && gradient > -1e-7 && hessian < 1e-7 && hessian > -1e-7);
    }
}

/// Over the whole range of margins, and beyond it.
static void quick_probabilities_are_near_the_pinned_ones(void **state)
{
    UNUSED(state);
    AUTO(boost_rows_deinit) BoostRows rows = {0};
    draw(OBJECTIVE_BINARY);
    BoostLoss loss = loss_of(OBJECTIVE_BINARY, 1);
    for (size_t i = 0; i < ROWS; i++) sums[i] = ((float)i - ROWS / 2) * (i % 2 == 0 ? 0.2F : 0.002F);
    derive(&loss, &rows, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double one = pinned_sigmoid(loss.base + (double)sums[i]);
        double difference = rows.prediction[i] - one;
        double bound = 1e-15 * one + 1e-300;
        assert_true(difference <= bound && difference >= -bound);
        assert_true(rows.prediction[i] >= 0 && rows.prediction[i] <= 1);
    }
}

static void the_log_loss_is_the_mean_of_the_rows(void **state)
{
    UNUSED(state);
    AUTO(boost_rows_deinit) BoostRows rows = {0};
    double sum = 0;
    draw(OBJECTIVE_BINARY);
    BoostLoss loss = loss_of(OBJECTIVE_BINARY, 1);
    derive(&loss, &rows, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double one = pinned_sigmoid(loss.base + (double)sums[i]);
        sum -= pinned_log(labels[i] == 1 ? one : 1 - one);
    }
    double difference = rows.loss - sum / ROWS;
    assert_true(difference < 1e-12 && difference > -1e-12);
}

static void the_base_predicts_the_mean(void **state)
{
    UNUSED(state);
    draw(OBJECTIVE_BINARY);
    double mean = 0;
    for (size_t i = 0; i < ROWS; i++) mean += labels[i] / ROWS;
    double difference = boost_predict(OBJECTIVE_BINARY, boost_base(OBJECTIVE_BINARY, labels, ROWS), 0) - mean;
    assert_true(difference < 1e-12 && difference > -1e-12);
    const double values[] = {1, 2, 6};
    assert_true(boost_base(OBJECTIVE_REGRESSION, values, 3) == 3);
}

static size_t drawn_count(const BoostLoss *loss, int64_t round, bool *out_drawn)
{
    AUTO(boost_rows_deinit) BoostRows rows = {0};
    size_t count = 0;
    derive(loss, &rows, round);
    for (size_t i = 0; i < ROWS; i++) {
        out_drawn[i] = hessians[i] != 0;
        if (!out_drawn[i]) assert_true(gradients[i] == 0);
        count += out_drawn[i];
    }
    return count;
}

static void each_round_draws_its_own_share_of_rows(void **state)
{
    UNUSED(state);
    static bool first[ROWS], again[ROWS], second[ROWS];
    draw(OBJECTIVE_REGRESSION);
    BoostLoss loss = loss_of(OBJECTIVE_REGRESSION, 0.8);
    size_t count = drawn_count(&loss, 0, first);
    assert_true(count > ROWS * 78 / 100 && count < ROWS * 82 / 100);
    (void)drawn_count(&loss, 0, again);
    (void)drawn_count(&loss, 1, second);
    assert_memory_equal(first, again, sizeof(first));
    assert_memory_not_equal(first, second, sizeof(first));
}

static void no_rows_have_no_loss(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(boost_rows_deinit) BoostRows rows = {0};
    BoostLoss loss = {.objective = OBJECTIVE_BINARY, .threads = 1, .subsample = 1};
    ASSERT_OK(boost_rows_init(NULL, 0, &rows, &err), err);
    ASSERT_OK(boost_score(&loss, NULL, &rows, &err), err);
    assert_true(float_is_nan(rows.loss));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sum_of_derivatives_is_exact),
        cmocka_unit_test(derivatives_are_those_of_the_log_loss),
        cmocka_unit_test(quick_probabilities_are_near_the_pinned_ones),
        cmocka_unit_test(the_log_loss_is_the_mean_of_the_rows),
        cmocka_unit_test(the_base_predicts_the_mean),
        cmocka_unit_test(each_round_draws_its_own_share_of_rows),
        cmocka_unit_test(no_rows_have_no_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
