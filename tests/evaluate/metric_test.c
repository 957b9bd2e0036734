#include "base/memory.h"
#include "evaluate/metric.h"
#include "number/float_order.h"
#include "number/parse.h"
#include "number/random.h"
#include "support/test.h"
#include "support/test_lake.h"
#include "sys/disk.h"

enum { ROWS = 500 };

static MetricValue compute(const char *name, const double *label, const double *prediction, size_t count)
{
    Error err = {0};
    MetricValue value = {0};
    ASSERT_OK(metric_find(str_from(name))->compute(label, prediction, count, &value, &err), err);
    return value;
}

static void assert_near(double actual, double expected, double relative)
{
    double difference = actual < expected ? expected - actual : actual - expected;
    double magnitude = expected < 0 ? -expected : expected;
    if (difference <= relative * magnitude) return;
    print_error("%.17g is not %.17g\n", actual, expected);
    fail();
}

#define VALUE(name, ...) compute_defined(name, __VA_ARGS__)

static double compute_defined(const char *name, const double *label, const double *prediction, size_t count)
{
    MetricValue value = compute(name, label, prediction, count);
    if (!value.defined) print_error("%s: %s\n", name, value.reason);
    assert_true(value.defined);
    return value.value;
}

static void assert_undefined(const char *name, const double *label, const double *prediction, size_t count,
                             const char *reason)
{
    MetricValue value = compute(name, label, prediction, count);
    assert_false(value.defined);
    assert_true(float_is_nan(value.value));
    assert_string_equal(value.reason, reason);
}

// By hand: errors 1, -1, 0, 2.
static void errors_of_regression_are_as_by_hand(void **state)
{
    UNUSED(state);
    const double label[] = {1, 2, 3, 4};
    const double prediction[] = {2, 1, 3, 6};
    assert_near(VALUE("rmse", label, prediction, 4), 1.224744871391589, 1e-15); // sqrt(6 / 4)
    assert_near(VALUE("mae", label, prediction, 4), 1.0, 0);
    assert_near(VALUE("r2", label, prediction, 4), 1 - 1.5 / 1.25, 1e-15);
}

// By hand: of 2 x 3 pairs, 4 are right, 1 is tied.
static void auc_counts_pairs_and_halves_ties(void **state)
{
    UNUSED(state);
    const double label[] = {0, 0, 0, 1, 1};
    const double prediction[] = {0.1, 0.4, 0.8, 0.4, 0.9};
    assert_near(VALUE("auc", label, prediction, 5), 4.5 / 6, 0);
}

static void auc_of_equal_scores_is_exactly_a_half(void **state)
{
    UNUSED(state);
    const double label[] = {0, 1, 0, 1, 1, 1, 0};
    const double prediction[] = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3};
    assert_true(VALUE("auc", label, prediction, 7) == 0.5);
}

static void auc_treats_zeros_of_both_signs_as_tied(void **state)
{
    UNUSED(state);
    const double label[] = {0, 1};
    const double prediction[] = {-0.0, 0.0};
    assert_true(VALUE("auc", label, prediction, 2) == 0.5);
}

/// Every pair, by definition; predictions of all signs and magnitudes.
static void auc_agrees_with_counting_every_pair(void **state)
{
    UNUSED(state);
    RandomKey key = random_key(3, RANDOM_TEST, 9);
    double label[ROWS];
    double prediction[ROWS];
    double right = 0;
    double pairs = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        double normal = random_normal(key, i, 0);
        label[i] = (double)random_below(key, i, 1, 2);
        prediction[i] = random_below(key, i, 2, 3) == 0 ? 0.5 : normal * normal * normal * 1e6 + 1e3 * label[i];
    }
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < ROWS; k++) {
            if (label[i] != 1 || label[k] != 0) continue;
            right += prediction[i] > prediction[k] ? 1 : 0;
            right += prediction[i] == prediction[k] ? 0.5 : 0;
            pairs++;
        }
    }
    assert_near(VALUE("auc", label, prediction, ROWS), right / pairs, 1e-15);
}

static void auc_of_one_class_is_undefined(void **state)
{
    UNUSED(state);
    const double ones[] = {1, 1, 1};
    const double zeros[] = {0, 0, 0};
    const double prediction[] = {0.1, 0.2, 0.3};
    assert_undefined("auc", ones, prediction, 3, "all labels are 1: there is no pair to rank");
    assert_undefined("auc", zeros, prediction, 3, "all labels are 0: there is no pair to rank");
}

static void log_loss_is_as_by_hand(void **state)
{
    UNUSED(state);
    const double label[] = {1, 0, 1};
    const double prediction[] = {0.5, 0.5, 0.25};
    assert_near(VALUE("log_loss", label, prediction, 3), 4 * 0.6931471805599453 / 3, 1e-15);
}

static void log_loss_clips_and_counts(void **state)
{
    UNUSED(state);
    const double label[] = {1, 0, 1};
    const double prediction[] = {0, 0.5, 1};
    MetricValue value = compute("log_loss", label, prediction, 3);
    assert_true(value.defined);
    assert_int_equal(value.clipped, 2);
    assert_near(value.value, (52 + 1) * 0.6931471805599453 / 3, 1e-15);
}

static void log_loss_wants_probabilities(void **state)
{
    UNUSED(state);
    const double label[] = {1, 0, 1};
    const double prediction[] = {1.5, 0.5, -0.1};
    assert_undefined("log_loss", label, prediction, 3, "2 of 3 predictions are no probabilities");
}

static void r2_of_constant_labels_is_undefined(void **state)
{
    UNUSED(state);
    const double label[] = {0.1, 0.1, 0.1};
    const double prediction[] = {0.1, 0.2, 0.3};
    assert_undefined("r2", label, prediction, 3, "all labels are equal");
}

static void numbers_that_are_not_finite_leave_every_metric_undefined(void **state)
{
    UNUSED(state);
    const double good[] = {0, 1, 1};
    const double bad[] = {0.5, float_nan(), float_infinity()};
    for (size_t i = 0; i < metric_count(); i++) {
        assert_undefined(metric_at(i)->name, good, bad, 3, "2 of 3 predictions are not finite");
        assert_undefined(metric_at(i)->name, bad, good, 3, "2 of 3 labels are not finite");
        assert_undefined(metric_at(i)->name, good, good, 0, "there are no rows");
    }
}

static void classes_are_zero_and_one(void **state)
{
    UNUSED(state);
    const double label[] = {0, 1, 2};
    const double prediction[] = {0.1, 0.2, 0.3};
    assert_undefined("auc", label, prediction, 3, "1 of 3 labels are neither 0 nor 1");
    assert_undefined("log_loss", label, prediction, 3, "1 of 3 labels are neither 0 nor 1");
}

static void a_value_too_great_is_undefined(void **state)
{
    UNUSED(state);
    const double label[] = {1.7e308};
    const double prediction[] = {-1.7e308};
    assert_undefined("mae", label, prediction, 1, "the value is too great for a double");
}

typedef struct Rows {
    double label[ROWS];
    double prediction[ROWS];
} Rows;

/// Magnitudes far apart, so that a plain sum would show its order; predictions with ties.
static void rows_make(Rows *out, bool binary)
{
    RandomKey key = random_key(7, RANDOM_TEST, binary);
    for (uint32_t i = 0; i < ROWS; i++) {
        double magnitude = random_below(key, i, 0, 10) == 0 ? 1e12 : 1;
        out->label[i] = binary ? (double)random_below(key, i, 1, 2) : magnitude * random_normal(key, i, 1);
        out->prediction[i] =
            binary ? (double)random_below(key, i, 2, 101) / 100 : out->label[i] + magnitude * random_normal(key, i, 2);
    }
}

static void rows_shuffle(const Rows *rows, uint64_t seed, Rows *out)
{
    RandomPermutation permutation = random_permutation(random_key(seed, RANDOM_TEST, 2), ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        size_t from = random_permutation_at(&permutation, i);
        out->label[i] = rows->label[from];
        out->prediction[i] = rows->prediction[from];
    }
}

static void no_metric_sees_the_order_of_rows(void **state)
{
    UNUSED(state);
    static Rows rows;
    static Rows shuffled;
    for (size_t i = 0; i < metric_count(); i++) {
        rows_make(&rows, metric_at(i)->binary);
        double value = VALUE(metric_at(i)->name, rows.label, rows.prediction, ROWS);
        for (uint64_t seed = 0; seed < 20; seed++) {
            rows_shuffle(&rows, seed, &shuffled);
            double again = VALUE(metric_at(i)->name, shuffled.label, shuffled.prediction, ROWS);
            assert_int_equal(float_bits(again), float_bits(value));
        }
    }
}

/// What the weights mean: row i, weight[i] times.
static double resample_by_definition(const Metric *metric, const Rows *rows, const uint32_t *weight)
{
    static Rows repeated;
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        for (uint32_t k = 0; k < weight[i]; k++, count++) {
            repeated.label[count] = rows->label[i];
            repeated.prediction[count] = rows->prediction[i];
        }
    }
    return VALUE(metric->name, repeated.label, repeated.prediction, count);
}

static void a_resample_is_the_metric_of_repeated_rows(void **state)
{
    UNUSED(state);
    static Rows rows;
    uint32_t weight[ROWS] = {0};
    RandomKey key = random_key(9, RANDOM_TEST, 0);
    for (uint32_t i = 0; i < ROWS; i++) weight[random_below(key, 0, i, ROWS)]++;
    for (size_t i = 0; i < metric_count(); i++) {
        Error err = {0};
        AUTO(metric_sample_deinit) MetricSample sample = {0};
        const Metric *metric = metric_at(i);
        rows_make(&rows, metric->binary);
        ASSERT_OK(metric->prepare(rows.label, rows.prediction, ROWS, &sample, &err), err);
        assert_near(metric->resample(&sample, weight), resample_by_definition(metric, &rows, weight), 1e-12);
    }
}

static void a_resample_without_a_value_is_nan(void **state)
{
    UNUSED(state);
    Error err = {0};
    const double label[] = {0, 1};
    const double prediction[] = {0.25, 0.75};
    const uint32_t weight[] = {2, 0};
    const char *const names[] = {"auc", "r2"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        AUTO(metric_sample_deinit) MetricSample sample = {0};
        const Metric *metric = metric_find(str_from(names[i]));
        ASSERT_OK(metric->prepare(label, prediction, 2, &sample, &err), err);
        assert_true(float_is_nan(metric->resample(&sample, weight)));
    }
}

static void every_metric_says_what_it_is(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < metric_count(); i++) {
        const Metric *metric = metric_at(i);
        assert_ptr_equal(metric_find(str_from(metric->name)), metric);
        assert_true(strlen(metric->definition) > 20);
        assert_true(metric_suits(metric, OBJECTIVE_BINARY) != metric_suits(metric, OBJECTIVE_REGRESSION));
    }
    assert_null(metric_find(STR("rmsle")));
}

/// A case of tests/golden/metric_peers.txt while it is read.
typedef struct PeerCase {
    Rows rows;
    size_t count;
    size_t checked; ///< values, over all cases
} PeerCase;

static void peer_line(PeerCase *peer, Str line)
{
    Error err = {0};
    double left = 0;
    double right = 0;
    Str rest = line;
    Str first = {0};
    if (!str_split(&rest, ' ', &first)) return;
    if (str_equal(first, STR("case"))) peer->count = 0;
    if (line.size == 0 || str_equal(first, STR("case"))) return;
    ASSERT_OK(number_parse_double(rest, &right, &err), err);
    const Metric *metric = metric_find(first);
    if (metric != NULL) {
        assert_near(VALUE(metric->name, peer->rows.label, peer->rows.prediction, peer->count), right, 1e-12);
        peer->checked++;
        return;
    }
    ASSERT_OK(number_parse_double(first, &left, &err), err);
    peer->rows.label[peer->count] = left;
    peer->rows.prediction[peer->count++] = right;
}

static void scikit_learn_says_the_same(void **state)
{
    UNUSED(state);
    Error err = {0};
    static PeerCase peer;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = test_repository_path("tests/golden/metric_peers.txt", &arena);
    ASSERT_OK(disk_read(disk_system(), path, 1 << 20, &text, &err), err);
    Str rest = bytes_str(&text);
    Str line = {0};
    while (str_split(&rest, '\n', &line)) peer_line(&peer, line);
    assert_int_equal(peer.checked, 3 * 3 + 4 * 2);
}

static bool compute_all(void *context, Error *err)
{
    const Rows *rows = context;
    for (size_t i = 0; i < metric_count(); i++) {
        AUTO(metric_sample_deinit) MetricSample sample = {0};
        MetricValue value = {0};
        TRY(metric_at(i)->compute(rows->label, rows->prediction, 20, &value, err));
        TRY(metric_at(i)->prepare(rows->label, rows->prediction, 20, &sample, err));
    }
    return true;
}

static void metrics_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    static Rows rows;
    rows_make(&rows, true);
    for_each_allocation_failure(compute_all, &rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_regression_are_as_by_hand),
        cmocka_unit_test(auc_counts_pairs_and_halves_ties),
        cmocka_unit_test(auc_of_equal_scores_is_exactly_a_half),
        cmocka_unit_test(auc_treats_zeros_of_both_signs_as_tied),
        cmocka_unit_test(auc_agrees_with_counting_every_pair),
        cmocka_unit_test(auc_of_one_class_is_undefined),
        cmocka_unit_test(log_loss_is_as_by_hand),
        cmocka_unit_test(log_loss_clips_and_counts),
        cmocka_unit_test(log_loss_wants_probabilities),
        cmocka_unit_test(r2_of_constant_labels_is_undefined),
        cmocka_unit_test(numbers_that_are_not_finite_leave_every_metric_undefined),
        cmocka_unit_test(classes_are_zero_and_one),
        cmocka_unit_test(a_value_too_great_is_undefined),
        cmocka_unit_test(no_metric_sees_the_order_of_rows),
        cmocka_unit_test(a_resample_is_the_metric_of_repeated_rows),
        cmocka_unit_test(a_resample_without_a_value_is_nan),
        cmocka_unit_test(scikit_learn_says_the_same),
        cmocka_unit_test(every_metric_says_what_it_is),
        cmocka_unit_test(metrics_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
