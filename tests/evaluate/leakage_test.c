#include <stdio.h>

#include "evaluate/leakage.h"
#include "number/float_order.h"
#include "number/random.h"
#include "support/frame_text.h"
#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_lake.h"

#define TRIPS_COLUMNS                                                                                                  \
    "sources:\n"                                                                                                       \
    "  trips:\n"                                                                                                       \
    "    columns: {id: string, vendor: int64, picked: timestamp_us, dropped: timestamp_us, seconds: int64}\n"          \
    "    time: picked\n"                                                                                               \
    "    known: picked\n"
#define TRIPS_REST                                                                                                     \
    "    key: [id]\n"                                                                                                  \
    "views:\n"                                                                                                         \
    "  trip: {inputs: {vendor: int64}, columns: {v: vendor + 0}}\n"                                                    \
    "  vendor: {from: trips, by: [vendor], columns: {mean_1h: mean(seconds) over 1h}}\n"                               \
    "dataset: {from: trips, at: picked, label: seconds"
#define TRIPS_ROWS                                                                                                     \
    "id string, vendor int64, picked timestamp_us, dropped timestamp_us, seconds int64\n"                              \
    "a|1|2016-01-01 10:00:00|2016-01-01 10:10:00|600\n"                                                                \
    "b|1|2016-01-01 11:00:00|2016-01-01 11:20:00|1200\n"                                                               \
    "c|2|2016-01-01 12:00:00|null|null\n"

static void check(const char *plan_yaml, const char *rows, LeakageReport *out)
{
    Error err = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    plan_text_compile(plan_yaml, &plan);
    frame_text_read(rows, &table);
    ASSERT_OK(leakage_check_sources(&plan, &table, out, &err), err);
}

static const LeakageFinding *finding(const LeakageReport *report, LeakageKind kind)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->items[i].kind == kind) return &report->items[i];
    print_error("no finding '%s'\n", leakage_kind_name(kind));
    fail();
    return NULL;
}

static void assert_clean(const LeakageReport *report)
{
    for (size_t i = 0; i < report->count; i++) print_error("%.*s\n", STR_ARG(report->items[i].text));
    assert_int_equal(report->count, 0);
}

static void a_row_that_holds_a_later_instant_was_not_readable(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check(TRIPS_COLUMNS TRIPS_REST "}\n", TRIPS_ROWS, &report);
    const LeakageFinding *found = finding(&report, LEAKAGE_INSTANT_AFTER_KNOWN);
    ASSERT_STR(found->source, "trips");
    ASSERT_STR(found->column, "dropped");
    assert_int_equal(found->rows, 2);
    assert_int_equal(found->row_count, 3);
    ASSERT_STR(
        found->text,
        "trips.dropped holds instants after the moment its row is declared known, in 2 of 3 rows (first: a, known "
        "2016-01-01T10:00:00Z, dropped 2016-01-01T10:10:00Z): a row that records the future was not yet readable. "
        "Declare when this column, and what is computed from it, is known: `known: {row: picked, dropped: "
        "dropped}`. A plan for the future (a booking, an expiry) is known with its row: say `dropped: picked` "
        "there.");
}

static void a_label_that_is_known_at_once_leaves_nothing_to_predict(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check(TRIPS_COLUMNS TRIPS_REST "}\n", TRIPS_ROWS, &report);
    const LeakageFinding *found = finding(&report, LEAKAGE_LABEL_KNOWN_AT_ONCE);
    assert_int_equal(found->rows, 2);
    assert_int_equal(found->row_count, 2);
    ASSERT_STR(
        found->text,
        "the label of trips is declared known at or before `at` in 2 of 2 examples (first: a, at "
        "2016-01-01T10:00:00Z, known 2016-01-01T10:00:00Z): nothing is left to predict, and features may read "
        "what the label is made of. Declare which column holds the moment it becomes known: `known: {row: picked, "
        "seconds: COLUMN}`, or `label: {value: ..., known: COLUMN}`.");
}

static void columns_with_a_known_of_their_own_are_clean(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check(TRIPS_COLUMNS "    columns_known: {dropped: dropped, seconds: dropped}\n" TRIPS_REST "}\n", TRIPS_ROWS,
          &report);
    assert_clean(&report);
}

static void a_column_that_only_tells_when_another_is_known_is_clean(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check(TRIPS_COLUMNS "    columns_known: {seconds: dropped}\n" TRIPS_REST "}\n", TRIPS_ROWS, &report);
    assert_clean(&report);
}

static void a_label_with_its_own_known_does_not_excuse_the_columns(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check(TRIPS_COLUMNS TRIPS_REST ", label_known: dropped}\n", TRIPS_ROWS, &report);
    assert_int_equal(report.count, 2);
    ASSERT_STR(finding(&report, LEAKAGE_INSTANT_AFTER_KNOWN)->column, "dropped");
    const LeakageFinding *found = finding(&report, LEAKAGE_LABEL_READ_EARLY);
    ASSERT_STR(
        found->text,
        "the label of trips has a `known` of its own, but features read what it is made of (seconds), which is "
        "declared known at or before `at` in 3 of 3 rows: they see labels before these are known. Declare when the "
        "columns are known: `known: {row: picked, seconds: COLUMN}`.");
}

static void a_label_with_its_own_known_that_no_feature_reads_is_clean(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    AUTO(leakage_report_deinit) LeakageReport declared = {0};
    check("sources:\n"
          "  visits:\n"
          "    columns: {patient: int64, came: timestamp_us, told: timestamp_us, ill: bool}\n"
          "    time: came\n"
          "    known: came\n"
          "    columns_known: {told: told}\n"
          "views:\n"
          "  patient: {from: visits, by: [patient], columns: {n: count() over 1d}}\n"
          "dataset: {from: visits, at: came, label: ill, label_known: told}\n",
          "patient int64, came timestamp_us, told timestamp_us, ill bool\n"
          "1|2016-01-01 10:00:00|2016-01-05 10:00:00|true\n",
          &report);
    assert_clean(&report);
    check(TRIPS_COLUMNS "    columns_known: {dropped: dropped, seconds: dropped}\n" TRIPS_REST
                        ", label_known: dropped}\n",
          TRIPS_ROWS, &declared);
    assert_clean(&declared);
}

static void a_plan_for_the_future_that_is_declared_is_clean(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check("sources:\n"
          "  visits:\n"
          "    columns: {patient: int64, booked: timestamp_us, due: timestamp_us}\n"
          "    time: booked\n"
          "    known: booked\n"
          "    columns_known: {due: booked}\n"
          "views:\n"
          "  patient: {from: visits, by: [patient], columns: {n: count() over 1d}}\n",
          "patient int64, booked timestamp_us, due timestamp_us\n"
          "1|2016-01-01 10:00:00|2016-03-01 10:00:00\n",
          &report);
    assert_clean(&report);
}

static void rows_that_record_the_past_are_clean(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check("sources:\n"
          "  orders:\n"
          "    columns: {shop: int64, placed: timestamp_ns, sent: timestamp_s, loaded: timestamp_ms, day: date}\n"
          "    time: placed\n"
          "    known: loaded\n"
          "    timezone: America/New_York\n"
          "views:\n"
          "  shop: {from: orders, by: [shop], columns: {n: count() over 1d}}\n",
          "shop int64, placed timestamp_ns, sent timestamp_s, loaded timestamp_ms, day date\n"
          "1|2016-01-01 10:00:00|2016-01-01 11:00:00|2016-01-01 11:00:00|2016-01-02\n"
          "1|2016-01-01 10:00:00|null|2016-01-01 11:00:00|null\n",
          &report);
    assert_clean(&report);
}

#define TAXI(known)                                                                                                    \
    "sources:\n"                                                                                                       \
    "  trips:\n"                                                                                                       \
    "    columns: {id: string, vendor_id: int64, pickup_datetime: timestamp_us, dropoff_datetime: timestamp_us, "      \
    "passenger_count: int64, pickup_longitude: float64, pickup_latitude: float64, dropoff_longitude: float64, "        \
    "dropoff_latitude: float64, store_and_fwd_flag: string, trip_duration: int64}\n"                                   \
    "    time: pickup_datetime\n"                                                                                      \
    "    known: pickup_datetime\n" known "    key: [id]\n"                                                             \
    "    timezone: America/New_York\n"                                                                                 \
    "views:\n"                                                                                                         \
    "  vendor: {from: trips, by: [vendor_id], columns: {duration_1h: mean(trip_duration) over 1h}}\n"                  \
    "dataset: {from: trips, at: pickup_datetime, label: ln(1 + trip_duration)}\n"

static void check_taxi(void **state, const char *plan_yaml, LeakageReport *out)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    Lake *lake = test_lake_open(state);
    Str path = test_repository_path("examples/nyc-taxi/data/trips.csv", &arena);
    ASSERT_OK(lake_read(lake, &(LakeQuery){.files = &path, .file_count = 1}, &table, &err), err);
    lake_close(&lake);
    plan_text_compile(plan_yaml, &plan);
    ASSERT_OK(leakage_check_sources(&plan, &table, out, &err), err);
}

static void real_trips_that_are_known_at_pickup_are_caught(void **state)
{
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check_taxi(state, TAXI(""), &report);
    assert_int_equal(report.count, 2);
    const LeakageFinding *instant = finding(&report, LEAKAGE_INSTANT_AFTER_KNOWN);
    ASSERT_STR(instant->column, "dropoff_datetime");
    assert_int_equal(instant->rows, 10000);
    assert_non_null(strstr(instant->text.data, "in 10,000 of 10,000 rows (first: id"));
    assert_int_equal(finding(&report, LEAKAGE_LABEL_KNOWN_AT_ONCE)->rows, 10000);
}

static void real_trips_that_are_known_when_they_end_are_clean(void **state)
{
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check_taxi(state,
               TAXI("    columns_known: {dropoff_datetime: dropoff_datetime, trip_duration: dropoff_datetime}\n"),
               &report);
    assert_clean(&report);
}

enum { ROWS = 1000 };

/// Training rows whose label is normal, or its sign; what a feature is made of is the test's business.
typedef struct Facts {
    double label, noise;
    size_t row;
} Facts;

typedef bool (*FeatureMaker)(const Facts *facts, double *out); ///< false: null

static double label_of(double normal, Objective objective)
{
    return objective == OBJECTIVE_REGRESSION ? normal : (double)(normal > 0);
}

static void columns_fill(FeatureMaker make, Objective objective, Column *columns[3])
{
    Error err = {0};
    RandomKey key = random_key(1, RANDOM_TEST, 0);
    for (uint32_t i = 0; i < ROWS; i++) {
        double normal = random_normal(key, i, 0);
        Facts facts = {.label = normal, .noise = random_normal(key, i, 1), .row = i};
        double value = 0;
        bool there = make(&facts, &value);
        ASSERT_OK(column_push_string(columns[0], i % 4 == 3 ? STR("test") : STR("train"), &err), err);
        ASSERT_OK(column_push_float(columns[1], label_of(normal, objective), &err), err);
        ASSERT_OK(there ? column_push_float(columns[2], value, &err) : column_push_null(columns[2], &err), err);
    }
}

static void snapshot_fill(FeatureMaker make, Objective objective, Snapshot *out)
{
    Error err = {0};
    const Str names[] = {STR("_split"), STR("_label"), STR("trip.x")};
    Column columns[3] = {
        {.type = TYPE_OF(TYPE_STRING)}, {.type = TYPE_OF(TYPE_FLOAT64)}, {.type = TYPE_OF(TYPE_FLOAT64)}};
    plan_text_compile("views:\n  trip: {inputs: {y: float64}, columns: {x: y + 0}}\n", &out->plan);
    columns_fill(make, objective, (Column *[]){&columns[0], &columns[1], &columns[2]});
    for (size_t i = 0; i < 3; i++) ASSERT_OK(frame_take_column(&out->frame, names[i], &columns[i], &err), err);
    frame_finish(&out->frame);
}

static void check_feature(FeatureMaker make, Objective objective, LeakageReport *out)
{
    Error err = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    snapshot_fill(make, objective, &snapshot);
    ASSERT_OK(leakage_check_snapshot(&snapshot, objective, out, &err), err);
}

static bool make_copy(const Facts *facts, double *out)
{
    *out = -3 * facts->label + 0.01 * facts->noise;
    return true;
}

static bool make_good(const Facts *facts, double *out)
{
    *out = facts->label + 0.6 * facts->noise;
    return facts->row % 10 != 0;
}

static bool make_noise(const Facts *facts, double *out)
{
    *out = facts->noise;
    return facts->noise > -1;
}

static bool make_constant(const Facts *facts, double *out)
{
    UNUSED(facts);
    *out = 1;
    return true;
}

static bool make_null(const Facts *facts, double *out)
{
    UNUSED(facts);
    *out = 0;
    return false;
}

static bool make_missing_with_the_label(const Facts *facts, double *out)
{
    *out = facts->noise;
    return facts->label > 0;
}

static bool make_nearly_never_missing(const Facts *facts, double *out)
{
    *out = facts->noise;
    return facts->label > -2.6;
}

static void a_feature_that_is_the_label_is_named(void **state)
{
    UNUSED(state);
    for (int objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        AUTO(leakage_report_deinit) LeakageReport report = {0};
        check_feature(make_copy, (Objective)objective, &report);
        assert_int_equal(report.count, 1);
        const LeakageFinding *found = finding(&report, LEAKAGE_SINGLE_FEATURE);
        ASSERT_STR(found->column, "trip.x");
        assert_true(found->score > 0.96 && found->score <= 1);
        assert_int_equal(found->row_count, ROWS / 4 * 3);
    }
}

static void a_feature_that_is_null_with_the_label_is_named(void **state)
{
    UNUSED(state);
    for (int objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
        AUTO(leakage_report_deinit) LeakageReport report = {0};
        check_feature(make_missing_with_the_label, (Objective)objective, &report);
        assert_int_equal(report.count, 1);
        ASSERT_STR(finding(&report, LEAKAGE_MISSINGNESS)->column, "trip.x");
    }
}

static void honest_features_raise_no_alarm(void **state)
{
    UNUSED(state);
    const FeatureMaker makers[] = {make_good, make_noise, make_constant, make_null, make_nearly_never_missing};
    for (size_t i = 0; i < COUNT_OF(makers); i++) {
        for (int objective = OBJECTIVE_REGRESSION; objective <= OBJECTIVE_BINARY; objective++) {
            AUTO(leakage_report_deinit) LeakageReport report = {0};
            check_feature(makers[i], (Objective)objective, &report);
            assert_clean(&report);
        }
    }
}

static bool make_ranks(const Facts *facts, double *out)
{
    *out = facts->label < -1 ? -1 : facts->label;
    return true;
}

static void rank_correlation_counts_ties_by_their_mean_rank(void **state)
{
    UNUSED(state);
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    check_feature(make_ranks, OBJECTIVE_REGRESSION, &report);
    // A share q = 0.16 tied at the bottom leaves rho^2 at 1 - q^3.
    const LeakageFinding *found = finding(&report, LEAKAGE_SINGLE_FEATURE);
    assert_true(found->score > 0.993 && found->score < 0.998);
}

static bool check_all(void *context, Error *err)
{
    const Snapshot *snapshot = context;
    AUTO(leakage_report_deinit) LeakageReport report = {0};
    return leakage_check_snapshot(snapshot, OBJECTIVE_REGRESSION, &report, err);
}

static void leakage_checks_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    snapshot_fill(make_copy, OBJECTIVE_REGRESSION, &snapshot);
    for_each_allocation_failure(check_all, &snapshot);
}

static void kinds_have_names(void **state)
{
    UNUSED(state);
    Error err = {0};
    LeakageKind kind = LEAKAGE_MISSINGNESS;
    for (int i = LEAKAGE_INSTANT_AFTER_KNOWN; i <= LEAKAGE_LABEL_READ_EARLY; i++) {
        ASSERT_OK(leakage_kind_parse(str_from(leakage_kind_name((LeakageKind)i)), &kind, &err), err);
        assert_int_equal(kind, i);
    }
    ASSERT_FAILS(leakage_kind_parse(STR("hunch"), &kind, &err), err, ERROR_DATA, "hunch");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_holds_a_later_instant_was_not_readable),
        cmocka_unit_test(a_label_that_is_known_at_once_leaves_nothing_to_predict),
        cmocka_unit_test(columns_with_a_known_of_their_own_are_clean),
        cmocka_unit_test(a_column_that_only_tells_when_another_is_known_is_clean),
        cmocka_unit_test(a_label_with_its_own_known_does_not_excuse_the_columns),
        cmocka_unit_test(a_label_with_its_own_known_that_no_feature_reads_is_clean),
        cmocka_unit_test(a_plan_for_the_future_that_is_declared_is_clean),
        cmocka_unit_test(rows_that_record_the_past_are_clean),
        TEST_IN_DIRECTORY(real_trips_that_are_known_at_pickup_are_caught),
        TEST_IN_DIRECTORY(real_trips_that_are_known_when_they_end_are_clean),
        cmocka_unit_test(a_feature_that_is_the_label_is_named),
        cmocka_unit_test(a_feature_that_is_null_with_the_label_is_named),
        cmocka_unit_test(honest_features_raise_no_alarm),
        cmocka_unit_test(rank_correlation_counts_ties_by_their_mean_rank),
        cmocka_unit_test(leakage_checks_survive_every_failing_allocation),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
