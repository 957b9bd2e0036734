/// Our own work of training on several threads, for ThreadSanitizer too, which does not see into XGBoost.
#include "model/boost_loss_internal.h"
#include "model/training_fixture.h"
#include "support/test.h"

static void threads_never_change_the_weights(void **state)
{
    UNUSED(state);
    for (Objective objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles one = {0};
        const char *trainer = objective == OBJECTIVE_BINARY ? "logistic" : "linear";
        ASSERT_OK(fixture_init(&fixture, trainer, objective, "{}", 20000, &err), err);
        ASSERT_OK(fixture_train(&fixture, &one, &err), err);
        for (uint32_t threads = 2; threads <= 4; threads++) {
            AUTO(model_files_deinit) ModelFiles more = {0};
            fixture.options.threads = threads;
            ASSERT_OK(fixture_train(&fixture, &more, &err), err);
            assert_true(files_same(&one, &more));
        }
    }
}

enum { ROWS = 20000 };

/// Scores and derives with so many threads.
static void derive(uint32_t threads, BoostRows *rows, float *gradients, float *hessians)
{
    Error err = {0};
    static double labels[ROWS];
    static float sums[ROWS];
    RandomKey key = random_key(1, RANDOM_TEST, 0);
    BoostLoss loss = {.objective = OBJECTIVE_BINARY, .threads = threads, .subsample = 0.7};
    for (size_t i = 0; i < ROWS; i++) {
        labels[i] = random_uniform(key, i, 0) < 0.4;
        sums[i] = (float)random_normal(key, i, 1);
    }
    ASSERT_OK(boost_rows_init(labels, ROWS, rows, &err), err);
    ASSERT_OK(boost_score(&loss, sums, rows, &err), err);
    ASSERT_OK(boost_gradients(&loss, rows, 3, gradients, hessians, &err), err);
}

static void threads_never_change_losses_and_gradients(void **state)
{
    UNUSED(state);
    static float one_gradients[ROWS], one_hessians[ROWS], gradients[ROWS], hessians[ROWS];
    AUTO(boost_rows_deinit) BoostRows one = {0};
    derive(1, &one, one_gradients, one_hessians);
    for (uint32_t threads = 2; threads <= 4; threads++) {
        AUTO(boost_rows_deinit) BoostRows rows = {0};
        derive(threads, &rows, gradients, hessians);
        assert_memory_equal(&rows.loss, &one.loss, sizeof(double));
        assert_memory_equal(gradients, one_gradients, sizeof(gradients));
        assert_memory_equal(hessians, one_hessians, sizeof(hessians));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_never_change_the_weights),
        cmocka_unit_test(threads_never_change_losses_and_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
