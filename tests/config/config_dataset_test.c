/// `dataset:` label, moment, features and split.
#include "config_fixture.h"

#define BODY(body) PIPELINE SOURCE "dataset: {from: s, at: t, " body "}\n"
#define SPLIT(body) BODY("label: x, split: {" body "}")

static void a_label_is_an_expression_with_a_known_of_its_own(void **state)
{
    UNUSED(state);
    CONFIG_OF(plain, BODY("label: ln(1 + x)"), CONFIG_ALL);
    CONFIG_OF(dated, BODY("label: {value: x > 3, known: seen}"), CONFIG_ALL);
    assert_true(plain.has_dataset);
    ASSERT_STR(plain.dataset.from, "s");
    ASSERT_STR(plain.dataset.at, "t");
    ASSERT_STR(plain.dataset.label.text, "ln(1 + x)");
    assert_int_equal(plain.dataset.label.position.column, 34);
    assert_int_equal(plain.dataset.label_known.size, 0);
    ASSERT_STR(dated.dataset.label.text, "x > 3");
    ASSERT_STR(dated.dataset.label_known, "seen");
}

static void features_are_a_name_or_a_list_or_all(void **state)
{
    UNUSED(state);
    CONFIG_OF(all, BODY("label: x"), CONFIG_ALL);
    CONFIG_OF(one, BODY("label: x, features: v.*"), CONFIG_ALL);
    CONFIG_OF(two, BODY("label: x, features: [v.*, w.a]"), CONFIG_ALL);
    assert_int_equal(all.dataset.feature_count, 0);
    assert_int_equal(one.dataset.feature_count, 1);
    assert_int_equal(two.dataset.feature_count, 2);
    ASSERT_STR(two.dataset.features[1], "w.a");
}

static void a_split_has_shares_or_instants(void **state)
{
    UNUSED(state);
    CONFIG_OF(shares, SPLIT("train: 60%, validation: 0.2, test: 20%, gap: 1h"), CONFIG_ALL);
    CONFIG_OF(instants, SPLIT("validation_from: 2020-01-01, test_from: '2020-02-01T00:00:00Z', gap: 0s"), CONFIG_ALL);
    assert_false(shares.split.by_instant);
    assert_true(shares.split.train == 0.6 && shares.split.validation == 0.2 && shares.split.test == 0.2);
    assert_int_equal(shares.split.gap_us, INT64_C(3600000000));
    assert_true(instants.split.by_instant);
    assert_int_equal(instants.split.t1_us, INT64_C(1577836800000000));
    assert_int_equal(instants.split.t2_us, INT64_C(1580515200000000));
    assert_int_equal(instants.split.gap_us, 0);
}

static void validation_may_have_no_share(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, SPLIT("train: 80%, test: 20%"), CONFIG_ALL);
    assert_true(config.split.validation == 0);
}

static void shares_add_up_and_leave_nothing_out(void **state)
{
    UNUSED(state);
    expect_config_error(SPLIT("train: 70%, validation: 15%, test: 5%"), CONFIG_ALL,
                        "p.yaml:4:44: the shares of train, validation and test add up to 90%, not to 100%\n"
                        "  dataset: {from: s, at: t, label: x, split: {train: 70%, validation: 15%, test: 5%}}\n"
                        "                                             ^");
    expect_error_at(SPLIT("validation: 50%, test: 50%"), CONFIG_ALL, 4, 44,
                    "'train' has no share: there is nothing to learn from");
    expect_error_at(SPLIT("train: 100%"), CONFIG_ALL, 4, 44,
                    "'test' has no share: a model that is not tested is never promoted");
    expect_error_at(SPLIT("train: .nan, test: 1"), CONFIG_ALL, 4, 52,
                    "bad fraction '.nan': a percentage or a number is expected, as in 70% or 0.7");
}

static void instants_of_a_split_are_two_in_order(void **state)
{
    UNUSED(state);
    const char *either =
        "a split has either shares (train, validation, test) or instants (validation_from and test_from)";
    expect_error_at(SPLIT("validation_from: 2020-01-01"), CONFIG_ALL, 4, 44, either);
    expect_error_at(SPLIT("train: 1, validation_from: 2020-01-01, test_from: 2020-01-02"), CONFIG_ALL, 4, 44, either);
    expect_error_at(SPLIT("test: 1, validation_from: 2020-01-01, test_from: 2020-01-02"), CONFIG_ALL, 4, 44, either);
    expect_error_at(SPLIT("validation_from: 2020-01-02, test_from: 2020-01-01"), CONFIG_ALL, 4, 85,
                    "'test_from' is before 'validation_from'");
}

static void a_dataset_may_be_as_of_an_instant(void **state)
{
    UNUSED(state);
    CONFIG_OF(open, BODY("label: x"), CONFIG_ALL);
    CONFIG_OF(fixed, BODY("label: x, as_of: 2016-03-01"), CONFIG_ALL);
    assert_int_equal(open.as_of_us, 0);
    assert_int_equal(fixed.as_of_us, INT64_C(1456790400000000));
}

static void mistakes_in_a_dataset_are_named(void **state)
{
    UNUSED(state);
    expect_error_at(BODY("features: v.*"), CONFIG_ALL, 4, 10,
                    "'label' is missing: the expression over a row that the model learns to predict");
    expect_error_at(BODY("label: {known: x}"), CONFIG_ALL, 4, 34, "'value' is missing");
    expect_error_at(BODY("label: {values: x}"), CONFIG_ALL, 4, 35, "unknown key 'values'; did you mean 'value'?");
    expect_error_at(BODY("lable: x"), CONFIG_ALL, 4, 27, "unknown key 'lable'; did you mean 'label'?");
    expect_error_at(PIPELINE SOURCE "dataset: {from: s, label: x}\n", CONFIG_ALL, 4, 10, "'at' is missing");
    expect_error_at(PIPELINE SOURCE "dataset: {at: t, label: x}\n", CONFIG_ALL, 4, 10, "'from' is missing");
    expect_error_at(SPLIT("gap: 5"), CONFIG_ALL, 4, 50,
                    "bad duration '5': a unit is missing; units are w, d, h, m, s, ms, us");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_an_expression_with_a_known_of_its_own),
        cmocka_unit_test(features_are_a_name_or_a_list_or_all),
        cmocka_unit_test(a_split_has_shares_or_instants),
        cmocka_unit_test(validation_may_have_no_share),
        cmocka_unit_test(shares_add_up_and_leave_nothing_out),
        cmocka_unit_test(instants_of_a_split_are_two_in_order),
        cmocka_unit_test(a_dataset_may_be_as_of_an_instant),
        cmocka_unit_test(mistakes_in_a_dataset_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
