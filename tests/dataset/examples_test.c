#include "dataset/examples.h"

#include <stdio.h>

#include "support/frame_text.h"
#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_frame.h"

/// Trips whose end is known when it comes; corrections and retractions arrive as further rows of the same id.
#define TRIPS_SOURCE                                                                                                   \
    "sources:\n"                                                                                                       \
    "  trips:\n"                                                                                                       \
    "    columns: {id: string, vendor: int64, picked: timestamp_us, seen: timestamp_us, ended: timestamp_us, "         \
    "seconds: int64, gone: bool}\n"                                                                                    \
    "    time: picked\n"                                                                                               \
    "    known: seen\n"                                                                                                \
    "    columns_known: {ended: ended, seconds: ended}\n"                                                              \
    "    key: [id]\n"                                                                                                  \
    "    deleted: gone\n"
#define TRIPS_VIEWS                                                                                                    \
    "views:\n"                                                                                                         \
    "  trip: {inputs: {vendor: int64}, columns: {v: vendor + 0}}\n"
#define TRIPS_DATASET "dataset: {from: trips, at: picked, label: seconds}\n"
#define TRIPS_HEADER                                                                                                   \
    "id string, vendor int64, picked timestamp_us, seen timestamp_us, ended timestamp_us, seconds int64, gone bool\n"

static const char TRIPS_PLAN[] = TRIPS_SOURCE TRIPS_VIEWS TRIPS_DATASET;

static bool build(const char *yaml, const char *text, const char *as_of, Examples *out, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    plan_text_compile(yaml, &plan);
    frame_text_read(text, &table);
    return examples_build(&plan, &table, test_instant(as_of), out, err);
}

static void build_trips(const char *rows, const char *as_of, Examples *out)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ASSERT_OK(bytes_append_format(&text, &err, TRIPS_HEADER "%s%c", rows, 0), err);
    ASSERT_OK(build(TRIPS_PLAN, (const char *)text.data, as_of, out, &err), err);
}

static double label_of(const Examples *examples, size_t i)
{
    assert_true(examples->label.valid == NULL || examples->label.valid[i]);
    return examples->label.values.floats[i];
}

static bool label_is_null(const Examples *examples, size_t i)
{
    return examples->label.valid != NULL && !examples->label.valid[i];
}

static const char TWO_TRIPS[] = "b|2|2016-01-01 10:00:00|2016-01-01 10:00:00|2016-01-01 10:30:00|1800|false\n"
                                "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|600|false\n";

static void examples_stand_in_the_order_of_at_and_id(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_trips("z|2|2016-01-01 10:00:00|2016-01-01 10:00:00|2016-01-01 10:30:00|3|false\n"
                "y|2|2016-01-01 10:00:00|2016-01-01 10:00:00|2016-01-01 10:30:00|2|false\n"
                "x|1|2016-01-01 11:00:00|2016-01-01 11:00:00|2016-01-01 11:10:00|4|false\n"
                "w|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|1|false\n",
                "2016-01-02", &examples);
    assert_int_equal(examples.count, 4);
    ASSERT_STR(examples.ids[0], "w");
    ASSERT_STR(examples.ids[1], "y");
    ASSERT_STR(examples.ids[2], "z");
    ASSERT_STR(examples.ids[3], "x");
    for (size_t i = 0; i < 4; i++) assert_true(label_of(&examples, i) == (double)(i + 1));
    assert_int_equal(examples.at[0], test_instant("2016-01-01 09:00:00"));
}

static void a_label_is_known_when_its_columns_are(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_trips(TWO_TRIPS, "2016-01-02", &examples);
    assert_int_equal(examples.label_known[0], test_instant("2016-01-01 09:10:00"));
    assert_int_equal(examples.label_known[1], test_instant("2016-01-01 10:30:00"));
}

/// One instant before, at, and after the label's own.
static void a_label_is_null_until_after_it_is_known(void **state)
{
    UNUSED(state);
    const char *as_of[] = {"2016-01-01 10:29:59.999999", "2016-01-01 10:30:00", "2016-01-01 10:30:00.000001"};
    for (size_t i = 0; i < COUNT_OF(as_of); i++) {
        AUTO(examples_deinit) Examples examples = {0};
        build_trips(TWO_TRIPS, as_of[i], &examples);
        assert_int_equal(examples.count, 2);
        assert_int_equal(label_is_null(&examples, 1), i < 2);
        assert_true(label_of(&examples, 0) == 600);
        assert_int_equal(examples.label_known[1], test_instant("2016-01-01 10:30:00"));
    }
}

static void a_row_that_is_not_yet_visible_is_no_example(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples before = {0};
    AUTO(examples_deinit) Examples after = {0};
    build_trips(TWO_TRIPS, "2016-01-01 10:00:00", &before);
    build_trips(TWO_TRIPS, "2016-01-01 10:00:00.000001", &after);
    assert_int_equal(before.count, 1);
    assert_int_equal(after.count, 2);
}

static const char CORRECTED[] = "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|600|false\n"
                                "a|7|2016-01-01 09:00:00|2016-01-03 00:00:00|2016-01-01 09:12:00|720|false\n";

static void a_correction_brings_the_label_and_its_moment(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples before = {0};
    AUTO(examples_deinit) Examples after = {0};
    build_trips(CORRECTED, "2016-01-03", &before);
    build_trips(CORRECTED, "2016-01-03 00:00:00.000001", &after);
    assert_true(label_of(&before, 0) == 600);
    assert_int_equal(before.label_known[0], test_instant("2016-01-01 09:10:00"));
    assert_int_equal(after.count, 1);
    assert_true(label_of(&after, 0) == 720);
    assert_int_equal(after.label_known[0], test_instant("2016-01-03"));
}

static void a_correction_after_at_does_not_leak_into_inputs(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_trips(CORRECTED, "2016-01-04", &examples);
    ASSERT_FRAME(&examples.inputs, "vendor int64\n1\n");
}

static void a_retracted_key_gives_no_example(void **state)
{
    UNUSED(state);
    static const char rows[] = "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|600|false\n"
                               "a|1|2016-01-01 09:00:00|2016-01-02 00:00:00|2016-01-01 09:10:00|600|true\n"
                               "b|2|2016-01-01 10:00:00|2016-01-01 10:00:00|2016-01-01 10:30:00|1800|false\n";
    AUTO(examples_deinit) Examples before = {0};
    AUTO(examples_deinit) Examples after = {0};
    build_trips(rows, "2016-01-02", &before);
    build_trips(rows, "2016-01-02 00:00:00.000001", &after);
    assert_int_equal(before.count, 2);
    assert_int_equal(after.count, 1);
    ASSERT_STR(after.ids[0], "b");
}

static void a_label_whose_moment_is_null_is_not_known_yet(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_trips("a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|null|600|false\n", "2016-01-02", &examples);
    assert_int_equal(examples.count, 1);
    assert_int_equal(examples.label_known[0], INT64_MAX);
    assert_true(label_is_null(&examples, 0));
}

static void a_label_that_is_null_when_known_stays_null(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_trips("a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|null|false\n", "2016-01-02",
                &examples);
    assert_int_equal(examples.label_known[0], test_instant("2016-01-01 09:10:00"));
    assert_true(label_is_null(&examples, 0));
}

static void an_input_known_at_at_itself_is_carried(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_trips(TWO_TRIPS, "2016-01-02", &examples);
    ASSERT_FRAME(&examples.inputs, "vendor int64\n1\n2\n");
}

static void an_input_known_after_at_is_an_error(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    const char *late = TRIPS_HEADER "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00.000001|2016-01-01 09:10:00|600|false\n"
                                    "b|2|2016-01-01 10:00:00|2016-01-01 10:00:00|2016-01-01 10:30:00|1800|false\n";
    ASSERT_FAILS(build(TRIPS_PLAN, late, "2016-01-02", &examples, &err), err, ERROR_DATA,
                 "input 'vendor' of the row 'a' of source 'trips' is known only from 2016-01-01T09:00:00.000001Z, and "
                 "its 'at' is 2016-01-01T09:00:00Z: no request could carry it (1 of 2 examples)");
}

static void an_input_whose_column_is_known_later_is_an_error(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    const char *plan =
        TRIPS_SOURCE "views:\n  trip: {inputs: {seconds: int64}, columns: {v: seconds + 0}}\n" TRIPS_DATASET;
    const char *rows = TRIPS_HEADER "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|600|false\n"
                                    "b|1|2016-01-01 09:30:00|2016-01-01 09:30:00|null|600|false\n";
    const char *never = TRIPS_HEADER "b|1|2016-01-01 09:30:00|2016-01-01 09:30:00|null|600|false\n";
    ASSERT_FAILS(build(plan, rows, "2016-01-02", &examples, &err), err, ERROR_DATA,
                 "input 'seconds' of the row 'a' of source 'trips' is known only from 2016-01-01T09:10:00Z");
    ASSERT_FAILS(build(plan, never, "2016-01-02", &examples, &err), err, ERROR_DATA,
                 "is never known, and its 'at' is 2016-01-01T09:30:00Z");
}

static void a_null_at_is_an_error(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    const char *plan = "sources:\n"
                       "  trips:\n"
                       "    columns: {id: string, seen: timestamp_us, asked: timestamp_us, y: int64}\n"
                       "    time: seen\n"
                       "    known: seen\n"
                       "    key: [id]\n"
                       "views:\n"
                       "  v: {from: trips, by: [id], columns: {n: count() over 1h}}\n"
                       "dataset: {from: trips, at: asked, label: y}\n";
    ASSERT_FAILS(build(plan,
                       "id string, seen timestamp_us, asked timestamp_us, y int64\n"
                       "a|2016-01-01 09:00:00|2016-01-01 09:00:00|1\n"
                       "b|2016-01-01 09:00:00|null|1\n",
                       "2016-01-02", &examples, &err),
                 err, ERROR_DATA, "'at' (column 'asked') is null in the row of source 'trips' with the key 'b'");
}

/// A source of two key columns, or none, with the label's own column of when it is known.
#define PLAIN_PLAN                                                                                                     \
    "sources:\n"                                                                                                       \
    "  rows:\n"                                                                                                        \
    "    columns: {a: int64, b: string, t: timestamp_us, told: timestamp_us, y: '%s'}\n"                               \
    "    time: t\n"                                                                                                    \
    "    known: t\n"                                                                                                   \
    "    key: [%s]\n"                                                                                                  \
    "views:\n"                                                                                                         \
    "  v: {inputs: {a: int64}, columns: {c: a + 0}}\n"                                                                 \
    "dataset: {from: rows, at: t, label: y, label_known: told}\n"

static bool build_plain(const char *type, const char *key, const char *rows, Examples *out, Error *err)
{
    AUTO(bytes_deinit) Bytes plan = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(bytes_append_format(&plan, err, PLAIN_PLAN, type, key));
    TRY(bytes_append_byte(&plan, 0, err));
    TRY(bytes_append_format(&text, err, "a int64, b string, t timestamp_us, told timestamp_us, y %s\n%s%c", type, rows,
                            0));
    return build((const char *)plan.data, (const char *)text.data, "2016-02-01", out, err);
}

static void several_key_columns_make_a_json_array(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    ASSERT_OK(build_plain("int64", "a, b",
                          "7|say \"x\"|2016-01-01 09:00:00|2016-01-01 10:00:00|1\n"
                          "8|null|2016-01-01 09:30:00|2016-01-01 10:00:00|1\n",
                          &examples, &err),
              err);
    ASSERT_STR(examples.ids[0], "[\"7\",\"say \\\"x\\\"\"]");
    ASSERT_STR(examples.ids[1], "[\"8\",null]");
}

static void without_a_key_a_row_is_named_by_its_place(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    ASSERT_OK(build_plain("int64", "",
                          "7|x|2016-01-01 09:00:00|2016-01-01 10:00:00|1\n"
                          "7|x|2016-01-01 09:00:00|2016-01-01 10:00:00|1\n",
                          &examples, &err),
              err);
    assert_int_equal(examples.count, 2);
    ASSERT_STR(examples.ids[0], "0");
    ASSERT_STR(examples.ids[1], "1");
}

static void a_label_may_state_when_it_is_known(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    ASSERT_OK(build_plain("int64", "a",
                          "1|x|2016-01-01 09:00:00|2016-01-09 10:00:00|1\n"
                          "2|x|2016-01-02 09:00:00|null|1\n"
                          "3|x|2016-01-03 09:00:00|2016-01-01 00:00:00|1\n",
                          &examples, &err),
              err);
    assert_int_equal(examples.label_known[0], test_instant("2016-01-09 10:00:00"));
    assert_int_equal(examples.label_known[1], INT64_MAX);
    assert_int_equal(examples.label_known[2], test_instant("2016-01-03 09:00:00")); // never before its row
}

static void labels_of_every_number_type_become_doubles(void **state)
{
    UNUSED(state);
    Error err = {0};
    const char *row = "1|x|2016-01-01 09:00:00|2016-01-01 10:00:00|";
    const char *types[] = {"bool", "int64", "float64", "decimal(9,2)"};
    const char *values[] = {"true", "3", "0.25", "0.10"};
    const double labels[] = {1, 3, 0.25, 0.1};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        AUTO(examples_deinit) Examples examples = {0};
        char text[128];
        snprintf(text, sizeof(text), "%s%s\n", row, values[i]);
        ASSERT_OK(build_plain(types[i], "a", text, &examples, &err), err);
        assert_true(label_of(&examples, 0) == labels[i]);
    }
}

static void a_label_that_is_no_finite_number_is_null(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    ASSERT_OK(build_plain("float64", "a",
                          "1|x|2016-01-01 09:00:00|2016-01-01 10:00:00|nan\n"
                          "2|x|2016-01-01 09:00:00|2016-01-01 10:00:00|-inf\n",
                          &examples, &err),
              err);
    assert_true(label_is_null(&examples, 0));
    assert_true(label_is_null(&examples, 1));
}

static void a_label_of_text_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(examples_deinit) Examples examples = {0};
    ASSERT_FAILS(build_plain("string", "a", "1|x|2016-01-01 09:00:00|2016-01-01 10:00:00|s\n", &examples, &err), err,
                 ERROR_CONFIG, "the label is of type string; it must be a number or a boolean");
}

/// `at` may itself be known later than its row: until then nothing asks.
static void an_at_that_is_not_known_yet_is_no_example(void **state)
{
    UNUSED(state);
    Error err = {0};
    const char *plan = TRIPS_SOURCE "views:\n"
                                    "  v: {from: trips, by: [vendor], columns: {n: count() over 1h}}\n"
                                    "dataset: {from: trips, at: ended, label: seconds}\n";
    const char *rows = TRIPS_HEADER "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|600|false\n";
    AUTO(examples_deinit) Examples before = {0};
    AUTO(examples_deinit) Examples after = {0};
    ASSERT_OK(build(plan, rows, "2016-01-01 09:10:00", &before, &err), err);
    ASSERT_OK(build(plan, rows, "2016-01-01 09:10:00.000001", &after, &err), err);
    assert_int_equal(before.count, 0);
    assert_int_equal(after.count, 1);
}

typedef struct Work {
    Plan plan;
    Frame table;
} Work;

static bool build_work(void *context, Error *err)
{
    const Work *work = context;
    AUTO(examples_deinit) Examples examples = {0};
    return examples_build(&work->plan, &work->table, test_instant("2016-01-04"), &examples, err);
}

static void building_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Work work = {0};
    plan_text_compile(TRIPS_PLAN, &work.plan);
    frame_text_read(TRIPS_HEADER "a|1|2016-01-01 09:00:00|2016-01-01 09:00:00|2016-01-01 09:10:00|600|false\n"
                                 "a|7|2016-01-01 09:00:00|2016-01-03 00:00:00|2016-01-01 09:12:00|720|false\n",
                    &work.table);
    for_each_allocation_failure(build_work, &work);
    plan_deinit(&work.plan);
    frame_deinit(&work.table);
}

/// What users do after their orders: stops are known an hour late, but the one that is known with its order.
static const char ORDERS_PLAN[] =
    "sources:\n"
    "  orders: {columns: {id: int64, user: int64, made: timestamp_us, big: bool}, time: made, known: made, key: [id]}\n"
    "  stops: {columns: {user: int64, stopped: timestamp_us, seen: timestamp_us, cost: int64}, time: stopped,\n"
    "    known: seen}\n"
    "views:\n"
    "  past: {from: orders, by: [user], columns: {n: count() over 7d}}\n"
    "  ahead:\n"
    "    from: stops\n"
    "    by: [user]\n"
    "    columns:\n"
    "      n: count() over next 1d\n"
    "      cost: coalesce(sum(cost) over next 2d, 0)\n"
    "dataset: {from: orders, at: made, label: \"if(big, ahead.cost, ahead.n * 100) + past.n\"}\n";
static const char ORDERS[] = "id int64, user int64, made timestamp_us, big bool\n"
                             "1|7|2016-01-01 10:00:00|false\n"
                             "2|7|2016-01-02 10:00:00|true\n"
                             "3|8|2016-01-02 11:00:00|false\n"
                             "4|7|2016-01-05 10:00:00|false\n";
static const char STOPS[] =
    "user int64, stopped timestamp_us, seen timestamp_us, cost int64\n"
    "7|2016-01-01 09:59:59.999999|2016-01-01 10:00:00|1\n" // before order 1
    "7|2016-01-01 10:00:00|2016-01-01 10:00:00|2\n"        // at its own moment
    "7|2016-01-02 09:00:00|2016-01-02 09:59:59.999999|4\n" // seen in time by one microsecond
    "7|2016-01-02 09:30:00|2016-01-02 10:00:00|8\n"        // seen too late for order 1, too early for 2
    "7|2016-01-04 09:00:00|2016-01-04 09:30:00|16\n"       // within two days of order 2
    "7|2016-01-04 10:00:00|2016-01-04 10:00:00|32\n"       // not within
    "9|2016-01-02 11:30:00|2016-01-02 11:30:00|64\n";

static void build_orders(const char *as_of, Examples *out)
{
    AUTO(plan_deinit) Plan plan = {0};
    Frame tables[2] = {{0}};
    Error err = {0};
    plan_text_compile(ORDERS_PLAN, &plan);
    frame_text_read(ORDERS, &tables[0]);
    frame_text_read(STOPS, &tables[1]);
    ASSERT_OK(examples_build(&plan, tables, test_instant(as_of), out, &err), err);
    for (size_t i = 0; i < COUNT_OF(tables); i++) frame_deinit(&tables[i]);
}

static void a_label_may_look_ahead_and_is_known_when_its_window_ends(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_orders("2016-01-08", &examples);
    assert_int_equal(examples.count, 4);
    assert_true(label_of(&examples, 0) == 200); // two stops, no order before
    assert_true(label_of(&examples, 1) == 17);  // 16, and one order before
    assert_true(label_of(&examples, 2) == 0);
    assert_true(label_of(&examples, 3) == 2);
    // The longest window decides, whichever the row reads.
    assert_int_equal(examples.label_known[0], test_instant("2016-01-03 10:00:00"));
    assert_int_equal(examples.label_known[3], test_instant("2016-01-07 10:00:00"));
    assert_int_equal(examples.inputs.column_count, 1);
}

static void a_label_whose_window_has_not_ended_is_not_known(void **state)
{
    UNUSED(state);
    AUTO(examples_deinit) Examples examples = {0};
    build_orders("2016-01-04 11:00:00", &examples);
    assert_int_equal(examples.count, 3);
    assert_false(label_is_null(&examples, 0));
    assert_false(label_is_null(&examples, 1));
    assert_true(label_is_null(&examples, 2)); // known at that very moment is not before it
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_stand_in_the_order_of_at_and_id),
        cmocka_unit_test(a_label_is_known_when_its_columns_are),
        cmocka_unit_test(a_label_is_null_until_after_it_is_known),
        cmocka_unit_test(a_row_that_is_not_yet_visible_is_no_example),
        cmocka_unit_test(a_correction_brings_the_label_and_its_moment),
        cmocka_unit_test(a_correction_after_at_does_not_leak_into_inputs),
        cmocka_unit_test(a_retracted_key_gives_no_example),
        cmocka_unit_test(a_label_whose_moment_is_null_is_not_known_yet),
        cmocka_unit_test(a_label_that_is_null_when_known_stays_null),
        cmocka_unit_test(an_input_known_at_at_itself_is_carried),
        cmocka_unit_test(an_input_known_after_at_is_an_error),
        cmocka_unit_test(an_input_whose_column_is_known_later_is_an_error),
        cmocka_unit_test(a_null_at_is_an_error),
        cmocka_unit_test(several_key_columns_make_a_json_array),
        cmocka_unit_test(without_a_key_a_row_is_named_by_its_place),
        cmocka_unit_test(a_label_may_state_when_it_is_known),
        cmocka_unit_test(labels_of_every_number_type_become_doubles),
        cmocka_unit_test(a_label_that_is_no_finite_number_is_null),
        cmocka_unit_test(a_label_of_text_is_refused),
        cmocka_unit_test(an_at_that_is_not_known_yet_is_no_example),
        cmocka_unit_test(building_survives_every_failing_allocation),
        cmocka_unit_test(a_label_may_look_ahead_and_is_known_when_its_window_ends),
        cmocka_unit_test(a_label_whose_window_has_not_ended_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
