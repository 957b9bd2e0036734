#include "evaluate/evaluation.h"

#include <stdio.h>

#include "base/memory.h"
#include "evaluate/evaluation_internal.h"
#include "number/float_order.h"
#include "number/random.h"
#include "support/frame_text.h"
#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

enum { TRIPS = 800, VENDORS = 23 };

#define COLUMNS                                                                                                        \
    "id string, vendor int64, km float64, tip float64, picked timestamp_us, dropped timestamp_us, seconds float64\n"
#define PLAN_WITH(key, label, features)                                                                                \
    "sources:\n"                                                                                                       \
    "  trips:\n"                                                                                                       \
    "    columns: {id: string, vendor: int64, km: float64, tip: float64, picked: timestamp_us, dropped: "              \
    "timestamp_us, seconds: float64}\n"                                                                                \
    "    time: picked\n"                                                                                               \
    "    known: picked\n"                                                                                              \
    "    columns_known: {dropped: dropped, seconds: dropped}\n" key "views:\n"                                         \
    "  trip: {inputs: {km: float64, tip: float64, vendor: int64}, columns: {km: km, tip: tip + 0}}\n"                  \
    "  vendor: {from: trips, by: [vendor], columns: {trips_1h: count() over 1h}}\n"                                    \
    "dataset: {from: trips, at: picked, label: " label ", features: [" features "]}\n"
#define KEYED "    key: [id]\n"

static const char PLAN[] = PLAN_WITH(KEYED, "seconds", "trip.km, vendor.trips_1h");

// A trainer that needs no training: a multiple of its only feature.

struct Predictor {
    double slope;
};

static bool slope_predict(const Predictor *predictor, const Matrix *matrix, double *out, Error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < matrix->row_count; i++) out[i] = predictor->slope * matrix->values[i * matrix->column_count];
    return true;
}

static void slope_close(Predictor **predictor)
{
    *predictor = NULL;
}

static const Trainer SLOPE = {.name = "slope", .predict = slope_predict, .close = slope_close};

static Str feature_km[] = {STR_INIT("trip.km")};

typedef struct Scene {
    Frame table;
    Snapshot snapshot;
    Predictor predictors[2];
    Model candidate, production;
    EvaluateOptions options;
    GateRule rule;
    Evaluation evaluation;
} Scene;

static void scene_deinit(Scene *scene)
{
    frame_deinit(&scene->table);
    snapshot_deinit(&scene->snapshot);
    model_deinit(&scene->candidate);
    model_deinit(&scene->production);
    evaluation_deinit(&scene->evaluation);
}

/// One trip a minute; its seconds are 100 a kilometre and some noise. `tip` is the seconds themselves.
static void table_make(Frame *out)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    RandomKey key = random_key(4, RANDOM_TEST, 0);
    ASSERT_OK(bytes_append_str(&text, STR(COLUMNS), &err), err);
    for (uint32_t i = 0; i < TRIPS; i++) {
        double km = (double)(1 + random_below(key, i, 0, 1000)) / 100;
        double seconds = 100 * km + (double)random_below(key, i, 1, 200) - 100;
        ASSERT_OK(bytes_append_format(&text, &err,
                                      "t%04u|%u|%.2f|%.2f|2016-01-01 %02u:%02u:00|2016-01-01 %02u:%02u:30|%.2f\n", i,
                                      i % VENDORS, km, seconds, i / 60, i % 60, i / 60, i % 60, seconds),
                  err);
    }
    ASSERT_OK(bytes_append_byte(&text, 0, &err), err);
    frame_text_read((const char *)text.data, out);
}

static void scene_snapshot(const char *plan_yaml, const Frame *table, Snapshot *out)
{
    Error err = {0};
    AUTO(plan_deinit) Plan plan = {0};
    SourceManifest source = {.name = STR("trips")};
    SplitOptions split = {.train = 0.5, .validation = 0, .test = 0.5};
    plan_text_compile(plan_yaml, &plan);
    ASSERT_OK(snapshot_build(STR("taxi"), &plan, table, &source, &split, test_instant("2016-02-01 00:00:00"),
                             &(EngineOptions){.threads = 1}, out, &err),
              err);
}

static void model_make(const char *plan_yaml, Predictor *predictor, uint8_t digest, Model *out)
{
    *out = (Model){.trainer = &SLOPE, .predictor = predictor};
    memset(out->digest.bytes, digest, DIGEST_BYTES);
    plan_text_compile(plan_yaml, &out->plan);
    out->manifest.features = feature_km;
    out->manifest.feature_count = 1;
    out->manifest.label_mean = 500;
    out->manifest.trained_until_us = test_instant("2016-01-01 06:00:00");
}

static void scene_init(Scene *scene, double candidate, double production)
{
    table_make(&scene->table);
    scene_snapshot(PLAN, &scene->table, &scene->snapshot);
    scene->predictors[0].slope = candidate;
    scene->predictors[1].slope = production;
    model_make(PLAN, &scene->predictors[0], 0xca, &scene->candidate);
    model_make(PLAN, &scene->predictors[1], 0xb0, &scene->production);
    scene->rule = (GateRule){.metric = STR("rmse"),
                             .at_most = float_nan(),
                             .at_least = float_nan(),
                             .no_worse_than_production = true,
                             .confidence = 0.95};
    scene->options.gate = (GatePolicy){
        .rules = &scene->rule, .rule_count = 1, .beat_baseline = true, .resamples = 200, .rows_min = 100, .seed = 3};
}

static bool try_run(Scene *scene, const Model *production, const char *problem, const Frame *table, Error *err)
{
    return evaluation_run(&scene->options, &scene->snapshot, &scene->candidate, production, str_from(problem), table, 2,
                          &scene->evaluation, err);
}

static void run(Scene *scene)
{
    Error err = {0};
    ASSERT_OK(try_run(scene, &scene->production, NULL, &scene->table, &err), err);
}

static const MetricRow *metric(const Evaluation *evaluation, const char *name, const char *slice)
{
    for (size_t i = 0; i < evaluation->metric_count; i++) {
        const MetricRow *row = &evaluation->metrics[i];
        if (str_equal(row->metric, str_from(name)) && str_equal(row->slice, str_from(slice))) return row;
    }
    print_error("no metric '%s' of '%s'\n", name, slice);
    fail();
    return NULL;
}

static const GateFinding *finding(const Evaluation *evaluation, const char *rule)
{
    for (size_t i = 0; i < evaluation->gate.finding_count; i++)
        if (str_equal(evaluation->gate.findings[i].rule, str_from(rule))) return &evaluation->gate.findings[i];
    print_error("no finding '%s'\n", rule);
    fail();
    return NULL;
}

static void assert_verdict(const Evaluation *evaluation, Verdict verdict)
{
    if (evaluation->gate.verdict == verdict) return;
    print_error("%s instead of %s: %.*s\n", verdict_name(evaluation->gate.verdict), verdict_name(verdict),
                STR_ARG(evaluation->gate.summary));
    fail();
}

static void assert_contains(Str text, const char *part)
{
    for (size_t i = 0; i + strlen(part) <= text.size; i++)
        if (memcmp(text.data + i, part, strlen(part)) == 0) return;
    print_error("'%s' is not in '%.*s'\n", part, STR_ARG(text));
    fail();
}

static void encode(const Evaluation *evaluation, Bytes *out)
{
    Error err = {0};
    ASSERT_OK(evaluation_encode(evaluation, out, &err), err);
}

static void a_better_candidate_passes_on_rows_that_nobody_was_trained_on(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
    const MetricRow *rmse = metric(&scene.evaluation, "rmse", "");
    assert_int_equal(rmse->row_count, 400);
    assert_int_equal(scene.evaluation.predictions.row_count, 400);
    assert_true(rmse->candidate.value > 50 && rmse->candidate.value < 65); // uniform noise of width 200
    assert_true(rmse->production.value > 110 && rmse->production.value < 140);
    assert_true(rmse->baseline.value > 250);
    assert_int_equal(scene.evaluation.metric_count, 3);
}

static void a_worse_candidate_is_refused(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 80, 100);
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_FAIL);
    assert_contains(scene.evaluation.gate.summary, "rmse no_worse_than production: candidate 1");
}

static void production_is_matched_by_id_whatever_the_order_of_its_table(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    AUTO(scene_deinit) Scene reversed = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(bytes_deinit) Bytes one = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    uint64_t rows[TRIPS];
    for (size_t i = 0; i < TRIPS; i++) rows[i] = TRIPS - 1 - i;
    scene_init(&scene, 100, 80);
    scene_init(&reversed, 100, 80);
    run(&scene);
    ASSERT_OK(frame_gather(&reversed.table, rows, TRIPS, &table, &err), err);
    ASSERT_OK(try_run(&reversed, &reversed.production, NULL, &table, &err), err);
    encode(&scene.evaluation, &one);
    encode(&reversed.evaluation, &other);
    assert_true(str_equal(bytes_str(&one), bytes_str(&other)));
}

static void threads_do_not_change_a_byte(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    AUTO(bytes_deinit) Bytes first = {0};
    scene_init(&scene, 100, 99);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        AUTO(bytes_deinit) Bytes text = {0};
        AUTO(evaluation_deinit) Evaluation evaluation = {0};
        ASSERT_OK(evaluation_run(&scene.options, &scene.snapshot, &scene.candidate, &scene.production, (Str){0},
                                 &scene.table, threads, &evaluation, &err),
                  err);
        encode(&evaluation, threads == 1 ? &first : &text);
        if (threads > 1) assert_true(str_equal(bytes_str(&first), bytes_str(&text)));
    }
}

static void rows_that_production_does_not_know_are_left_out_and_counted(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    AUTO(frame_deinit) Frame table = {0};
    uint64_t rows[TRIPS];
    for (size_t i = 0; i < TRIPS; i++) rows[i] = i;
    scene_init(&scene, 100, 80);
    ASSERT_OK(frame_gather(&scene.table, rows, TRIPS - 100, &table, &err), err);
    ASSERT_OK(try_run(&scene, &scene.production, NULL, &table, &err), err);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
    assert_int_equal(scene.evaluation.unmatched, 100);
    assert_int_equal(scene.evaluation.predictions.row_count, 300);
    assert_int_equal(metric(&scene.evaluation, "mae", "")->row_count, 300);
    assert_contains(finding(&scene.evaluation, "rows")->detail, "100 left out that production has no example of");
}

static void production_that_knows_few_of_the_rows_is_an_error(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    AUTO(frame_deinit) Frame table = {0};
    uint64_t rows[TRIPS];
    for (size_t i = 0; i < TRIPS; i++) rows[i] = i;
    scene_init(&scene, 100, 80);
    ASSERT_OK(frame_gather(&scene.table, rows, TRIPS / 2 + 100, &table, &err), err);
    ASSERT_OK(try_run(&scene, &scene.production, NULL, &table, &err), err);
    assert_verdict(&scene.evaluation, VERDICT_ERROR);
    assert_contains(scene.evaluation.gate.summary, "production has examples for 100 of 400 held-out rows only");
    assert_int_equal(scene.evaluation.predictions.row_count, 400);
}

/// Without a key ids are places: they match nothing, and are never zipped.
static void production_with_another_identity_of_rows_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    plan_deinit(&scene.production.plan);
    plan_text_compile(PLAN_WITH("", "seconds", "trip.km, vendor.trips_1h"), &scene.production.plan);
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_ERROR);
    assert_contains(scene.evaluation.gate.summary, "examples for 0 of 400");
}

static void production_that_predicts_another_label_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    plan_deinit(&scene.production.plan);
    plan_text_compile(PLAN_WITH(KEYED, "ln(1 + seconds)", "trip.km, vendor.trips_1h"), &scene.production.plan);
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_ERROR);
    assert_contains(scene.evaluation.gate.summary, "production predicts another label");
    assert_true(scene.evaluation.has_production);
    assert_true(digest_equal(&scene.evaluation.production, &scene.production.digest));
}

static void production_may_have_other_features(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    plan_deinit(&scene.production.plan);
    plan_text_compile(PLAN_WITH(KEYED, "seconds", "trip.tip, vendor.trips_1h, trip.km"), &scene.production.plan);
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
}

static void production_that_is_gone_is_an_error_with_the_candidates_scores_kept(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    ASSERT_OK(try_run(&scene, NULL, "models/b0: no such directory", NULL, &err), err);
    assert_verdict(&scene.evaluation, VERDICT_ERROR);
    assert_true(scene.evaluation.has_production);
    assert_contains(scene.evaluation.gate.summary, "models/b0: no such directory");
    const MetricRow *rmse = metric(&scene.evaluation, "rmse", "");
    assert_true(rmse->candidate.defined);
    assert_false(rmse->production.defined);
    assert_string_equal(rmse->production.reason, "production could not be asked");
}

static void without_production_baselines_still_count(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    ASSERT_OK(try_run(&scene, NULL, NULL, NULL, &err), err);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
    assert_false(scene.evaluation.has_production);
    assert_int_equal(finding(&scene.evaluation, "rmse no_worse_than production")->verdict, VERDICT_NOT_APPLICABLE);
    assert_int_equal(finding(&scene.evaluation, "rmse better_than baseline")->verdict, VERDICT_PASS);
}

static void the_model_in_production_again_is_no_change(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 100);
    scene.production.digest = scene.candidate.digest;
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
    ASSERT_STR(scene.evaluation.gate.summary, "no change: the candidate is the model in production");
}

static void rows_that_a_model_was_trained_on_are_left_out_for_all(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    // The held-out rows begin at 06:40; row number 420 is at 07:00, and not strictly after it.
    scene.production.manifest.trained_until_us = test_instant("2016-01-01 07:00:00");
    run(&scene);
    assert_int_equal(scene.evaluation.excluded, 21);
    assert_int_equal(scene.evaluation.predictions.row_count, 379);
    assert_contains(finding(&scene.evaluation, "rows")->detail, "21 left out that a model may have been trained on");
}

static void no_row_left_is_inconclusive(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    scene.production.manifest.trained_until_us = test_instant("2016-01-02 00:00:00");
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_INCONCLUSIVE);
    assert_int_equal(scene.evaluation.excluded, 400);
}

static void slices_are_the_most_frequent_values_and_the_others(void **state)
{
    UNUSED(state);
    const Str slices[] = {STR("vendor")};
    const Str metrics[] = {STR("mae")};
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    scene.options.slices = slices;
    scene.options.slice_count = 1;
    scene.options.metrics = metrics;
    scene.options.metric_count = 1;
    run(&scene);
    assert_int_equal(scene.evaluation.metric_count, 22);
    uint64_t rows = 0;
    for (size_t i = 1; i < 22; i++) rows += scene.evaluation.metrics[i].row_count;
    assert_int_equal(rows, 400);
    // 400 rows of 23 vendors: 17 or 18 each; three of the smaller are others.
    assert_int_equal(metric(&scene.evaluation, "mae", "vendor = 10")->row_count, 18);
    assert_int_equal(metric(&scene.evaluation, "mae", "vendor: others")->row_count, 51);
    assert_true(metric(&scene.evaluation, "mae", "vendor: others")->production.defined);
}

static void a_slice_may_be_a_feature_and_small(void **state)
{
    UNUSED(state);
    const Str slices[] = {STR("trip.km")};
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    scene.options.slices = slices;
    scene.options.slice_count = 1;
    run(&scene);
    const MetricRow *row = &scene.evaluation.metrics[3];
    assert_true(row->row_count > 0 && row->row_count < 5);
    assert_true(row->candidate.defined);
}

static void names_that_are_unknown_are_errors(void **state)
{
    UNUSED(state);
    Error err = {0};
    Str names[] = {STR("vendr")};
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    scene.options.slices = names;
    scene.options.slice_count = 1;
    ASSERT_FAILS(try_run(&scene, NULL, NULL, NULL, &err), err, ERROR_CONFIG, "did you mean 'vendor'?");
    names[0] = STR("passengers");
    ASSERT_FAILS(try_run(&scene, NULL, NULL, NULL, &err), err, ERROR_CONFIG, "neither an input nor a feature");
    scene.options.slice_count = 0;
    scene.options.metrics = names;
    scene.options.metric_count = 1;
    ASSERT_FAILS(try_run(&scene, NULL, NULL, NULL, &err), err, ERROR_CONFIG, "unknown metric 'passengers'");
    names[0] = STR("auc");
    ASSERT_FAILS(try_run(&scene, NULL, NULL, NULL, &err), err, ERROR_CONFIG, "not one of regression");
}

static void a_feature_that_is_the_label_is_quarantined_by_name(void **state)
{
    UNUSED(state);
    AUTO(scene_deinit) Scene scene = {0};
    AUTO(snapshot_deinit) Snapshot leaking = {0};
    scene_init(&scene, 100, 80);
    scene_snapshot(PLAN_WITH(KEYED, "seconds", "trip.km, trip.tip, vendor.trips_1h"), &scene.table, &leaking);
    Snapshot clean = scene.snapshot;
    scene.snapshot = leaking;
    leaking = clean;
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_FAIL);
    assert_contains(scene.evaluation.gate.summary, "leakage: trip.tip alone all but gives the label");
    assert_int_equal(scene.evaluation.leakage.count, 1);

    evaluation_deinit(&scene.evaluation);
    scene.options.gate.leakage = LEAKAGE_WARN;
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
    assert_contains(finding(&scene.evaluation, "leakage")->detail, "a warning only: trip.tip");

    evaluation_deinit(&scene.evaluation);
    scene.options.gate.leakage = LEAKAGE_OFF;
    run(&scene);
    assert_verdict(&scene.evaluation, VERDICT_PASS);
    assert_int_equal(scene.evaluation.leakage.count, 0);
}

static void an_evaluation_is_kept_with_its_predictions(void **state)
{
    Error err = {0};
    AUTO(scene_deinit) Scene scene = {0};
    AUTO(evaluation_deinit) Evaluation read = {0};
    AUTO(frame_deinit) Frame predictions = {0};
    AUTO(bytes_deinit) Bytes one = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    Digest digest = {0};
    Lake *lake = test_lake_open(state);
    scene_init(&scene, 100, 80);
    run(&scene);
    ASSERT_OK(evaluation_write(lake, disk_system(), &scene.evaluation, test_path(state, ""), &err), err);
    ASSERT_OK(evaluation_read(disk_system(), test_path(state, ""), &read, &err), err);
    encode(&scene.evaluation, &one);
    encode(&read, &other);
    assert_true(str_equal(bytes_str(&one), bytes_str(&other)));
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "predictions.parquet"), &predictions, &err), err);
    assert_true(test_frame_same(&predictions, &scene.evaluation.predictions));
    ASSERT_OK(frame_digest(&predictions, &digest, &err), err);
    assert_true(digest_equal(&digest, &read.table));
    lake_close(&lake);
}

static bool run_small(void *context, Error *err)
{
    Scene *scene = context;
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    return evaluation_run(&scene->options, &scene->snapshot, &scene->candidate, &scene->production, (Str){0},
                          &scene->table, 1, &evaluation, err);
}

static void evaluations_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    const Str slices[] = {STR("vendor")};
    AUTO(scene_deinit) Scene scene = {0};
    scene_init(&scene, 100, 80);
    scene.options.slices = slices;
    scene.options.slice_count = 1;
    scene.options.gate.resamples = 1;
    scene.production.manifest.trained_until_us = test_instant("2016-01-01 13:00:00");
    scene.options.gate.rows_min = 1;
    for_each_allocation_failure(run_small, &scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_better_candidate_passes_on_rows_that_nobody_was_trained_on),
        cmocka_unit_test(a_worse_candidate_is_refused),
        cmocka_unit_test(production_is_matched_by_id_whatever_the_order_of_its_table),
        cmocka_unit_test(threads_do_not_change_a_byte),
        cmocka_unit_test(rows_that_production_does_not_know_are_left_out_and_counted),
        cmocka_unit_test(production_that_knows_few_of_the_rows_is_an_error),
        cmocka_unit_test(production_with_another_identity_of_rows_is_an_error),
        cmocka_unit_test(production_that_predicts_another_label_is_an_error),
        cmocka_unit_test(production_may_have_other_features),
        cmocka_unit_test(production_that_is_gone_is_an_error_with_the_candidates_scores_kept),
        cmocka_unit_test(without_production_baselines_still_count),
        cmocka_unit_test(the_model_in_production_again_is_no_change),
        cmocka_unit_test(rows_that_a_model_was_trained_on_are_left_out_for_all),
        cmocka_unit_test(no_row_left_is_inconclusive),
        cmocka_unit_test(slices_are_the_most_frequent_values_and_the_others),
        cmocka_unit_test(a_slice_may_be_a_feature_and_small),
        cmocka_unit_test(names_that_are_unknown_are_errors),
        cmocka_unit_test(a_feature_that_is_the_label_is_quarantined_by_name),
        TEST_IN_DIRECTORY(an_evaluation_is_kept_with_its_predictions),
        cmocka_unit_test(evaluations_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
