/// `train:` and `register:`.
#include "config_fixture.h"

static void a_trainer_has_defaults(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, "train: {trainer: linear}\n", CONFIG_TRAIN);
    assert_true(config.has_train && !config.has_objective);
    ASSERT_STR(config.train.trainer, "linear");
    assert_int_equal(config.train.seed, 0);
    assert_int_equal(config.train.checkpoint_rounds, 0);
    assert_int_equal(config.train.checkpoint_us, 30000000);
    assert_null(config.train.params);
}

static void everything_about_training_can_be_said(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              "train: {trainer: xgboost, objective: binary, seed: 7, params: {rounds: 20}, "
              "checkpoint: {rounds: 5, every: 1m}}\n",
              CONFIG_TRAIN);
    assert_true(config.has_objective);
    assert_int_equal(config.train.objective, OBJECTIVE_BINARY);
    assert_int_equal(config.train.seed, 7);
    assert_int_equal(config.train.checkpoint_rounds, 5);
    assert_int_equal(config.train.checkpoint_us, 60000000);
    assert_int_equal(node_count(config.train.params), 1);
}

static void transforms_and_what_is_kept_have_their_places(void **state)
{
    UNUSED(state);
    CONFIG_OF(plain, "train: {trainer: linear}\n", CONFIG_TRAIN);
    CONFIG_OF(config,
              "train:\n"
              "  trainer: linear\n"
              "  transforms: {km: scale(trip.km), area: one_hot(trip.area)}\n"
              "  keep: [trip.hour, vendor.*]\n",
              CONFIG_TRAIN);
    assert_false(plain.has_transforms);
    assert_true(config.has_transforms);
    assert_int_equal(config.transform.column_count, 2);
    ASSERT_STR(config.transform.columns[0].name, "km");
    ASSERT_STR(config.transform.columns[1].expression.text, "one_hot(trip.area)");
    assert_int_equal(config.transform.keep_count, 2);
    ASSERT_STR(config.transform.keep[1], "vendor.*");
    assert_int_equal(config.transform.keep_positions[1].line, 4);
    expect_error_at("train: {trainer: linear, transforms: [a]}\n", CONFIG_TRAIN, 1, 38, "expected a map, found a list");
    expect_error_at("train: {trainer: linear, transforms: {\"a b\": trip.km}}\n", CONFIG_TRAIN, 1, 39,
                    "'a b' cannot name a column: a name has letters, digits and _, does not start with a digit, and at "
                    "most 128 bytes");
}

static void mistakes_in_training_are_named(void **state)
{
    UNUSED(state);
    expect_config_error("train: {trainer: xgbost}\n", CONFIG_TRAIN,
                        "p.yaml:1:18: unknown trainer 'xgbost'; did you mean 'xgboost'?\n  train: {trainer: xgbost}\n"
                        "                   ^");
    expect_error_at("train: {seed: 1}\n", CONFIG_TRAIN, 1, 8, "'trainer' is missing");
    expect_error_at("train: {trainer: linear, seed: -1}\n", CONFIG_TRAIN, 1, 32,
                    "-1 is not between 0 and 9223372036854775807");
    expect_error_at("train: {trainer: linear, objective: ranking}\n", CONFIG_TRAIN, 1, 37,
                    "unknown value 'ranking'; known are: regression, binary");
    expect_error_at("train: {trainer: linear, checkpoint: {rounds: 0}}\n", CONFIG_TRAIN, 1, 47,
                    "0 is not between 1 and 1073741824");
    expect_error_at("train: {trainer: linear, checkpoint: 5}\n", CONFIG_TRAIN, 1, 38,
                    "expected a map, found an integer '5'");
    expect_error_at("train: {trainer: linear, parms: {}}\n", CONFIG_TRAIN, 1, 26,
                    "unknown key 'parms'; did you mean 'params'?");
    expect_error_at("train: {trainer: xgboost, params: {max_dept: 3}}\n", CONFIG_TRAIN, 1, 36,
                    "unknown key 'max_dept'; did you mean 'max_depth'?");
}

static void a_model_is_registered_under_a_name(void **state)
{
    UNUSED(state);
    CONFIG_OF(plain, "register: {model: trips}\n", CONFIG_REGISTER);
    CONFIG_OF(promoted, "register: {model: trips, promote: production}\n", CONFIG_REGISTER);
    assert_true(plain.has_register && promoted.has_register);
    ASSERT_STR(plain.model, "trips");
    assert_int_equal(plain.promote.size, 0);
    ASSERT_STR(promoted.promote, "production");
    expect_error_at("register: {}\n", CONFIG_REGISTER, 1, 11, "'model' is missing");
    expect_error_at("register: {model: 7}\n", CONFIG_REGISTER, 1, 19, "expected a text, found an integer '7'");
    expect_error_at("register: {model: m, alias: p}\n", CONFIG_REGISTER, 1, 22,
                    "unknown key 'alias'; known are: model, promote");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trainer_has_defaults),
        cmocka_unit_test(everything_about_training_can_be_said),
        cmocka_unit_test(transforms_and_what_is_kept_have_their_places),
        cmocka_unit_test(mistakes_in_training_are_named),
        cmocka_unit_test(a_model_is_registered_under_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
