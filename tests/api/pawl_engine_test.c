/// pawl.h as another program uses it: nothing but the header's functions and Arrow streams between the test and the engine.
#include "api/pawl.h"

#include "frame/arrow_import.h"
#include "support/frame_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"

static const char PIPELINE[] = "pipeline: rides\n"
                               "sources:\n"
                               "  trips: {files: trips.parquet, time: t, known: k, key: [id]}\n"
                               "features:\n"
                               "  zone:\n"
                               "    from: trips\n"
                               "    by: zone\n"
                               "    columns: {n: count() over 1d, total: sum(x) over 1d, last: last(x)}\n";

static const char TRIPS[] = "id int64, t timestamp_us, k timestamp_us, zone string, x float64\n"
                            "1|2016-01-01 00:00:00|2016-01-01 00:00:00|north|0.1\n"
                            "2|2016-01-01 01:00:00|2016-01-01 05:00:00|north|0.2\n"
                            "2|2016-01-01 01:00:00|2016-01-01 06:00:00|north|0.7\n"
                            "3|2016-01-01 02:00:00|2016-01-01 02:00:00|south|NaN\n";

static const char REQUESTS[] = "zone string, at timestamp_us, note string\n"
                               "north|2016-01-01 00:00:00|nothing is known yet\n"
                               "north|2016-01-01 05:00:00|the second is not known\n"
                               "north|2016-01-01 05:00:01|now it is\n"
                               "north|2016-01-01 07:00:00|and is corrected\n"
                               "south|2016-01-01 07:00:00|\n"
                               "west|2016-01-01 07:00:00|\n";

static const char ANSWERS[] = "zone.n int64, zone.total float64, zone.last float64\n"
                              "0|null|null\n"
                              "1|0.1|0.1\n"
                              "2|0.30000000000000004|0.2\n"
                              "2|0.7999999999999999|0.7\n"
                              "1|nan|nan\n"
                              "0|null|null\n";

#define ASSERT_DONE(call, err)                                                                                         \
    do {                                                                                                               \
        if (!(call)) fail_msg("%s: %s", (err).kind, (err).text);                                                       \
    } while (0)

static void assert_refused(bool done, const PawlError *err, const char *kind, const char *part)
{
    assert_false(done);
    assert_string_equal(err->kind, kind);
    if (strstr(err->text, part) == NULL) fail_msg("'%s' is not in '%s'", part, err->text);
}

/// A table's text as a stream in batches of two rows.
static void stream_make(const char *text, struct ArrowArrayStream *out)
{
    Error err = {0};
    Frame frame = {0};
    frame_text_read(text, &frame);
    ASSERT_OK(arrow_export_stream_take(&frame, 2, out, &err), err);
}

static bool plan_make(const char *pipeline, PawlPlan **out, PawlError *err)
{
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    stream_make(TRIPS, &stream);
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    stream.release(&stream);
    const PawlSourceSchema sources[] = {{"trips", &schema}};
    bool done = pawl_plan_compile("rides.yaml", pipeline, strlen(pipeline), sources, 1, out, err);
    schema.release(&schema);
    return done;
}

static void engine_make(const PawlPlan *plan, PawlEngine **out)
{
    PawlError err = {0};
    struct ArrowArrayStream stream;
    const PawlEngineOptions options = {.threads = 1};
    const PawlTable tables[] = {{"trips", &stream}};
    stream_make(TRIPS, &stream);
    ASSERT_DONE(pawl_engine_open(plan, tables, 1, &options, out, &err), err);
    assert_null(stream.release);
}

static void assert_answers(struct ArrowArrayStream *stream)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(arrow_import_stream(stream, &frame, &err), err);
    ASSERT_FRAME(&frame, ANSWERS);
}

static void features_are_as_of_each_request(void **state)
{
    UNUSED(state);
    PawlError err = {0};
    PawlPlan *plan = NULL;
    PawlEngine *engine = NULL;
    struct ArrowArrayStream requests;
    struct ArrowArrayStream answers;
    ASSERT_DONE(plan_make(PIPELINE, &plan, &err), err);
    engine_make(plan, &engine);
    stream_make(REQUESTS, &requests);
    ASSERT_DONE(pawl_engine_compute(engine, &requests, &answers, &err), err);
    assert_null(requests.release);
    pawl_engine_close(engine);
    pawl_plan_free(plan);
    assert_answers(&answers);
}

/// Requests for north so many nanoseconds after 05:00:00.
static void nanoseconds_make(const int64_t *after, size_t count, struct ArrowArrayStream *out)
{
    Error err = {0};
    Frame frame = {0};
    Column *column = NULL;
    ASSERT_OK(frame_add_column(&frame, STR("zone"), TYPE_OF(TYPE_STRING), &column, &err), err);
    for (size_t i = 0; i < count; i++) ASSERT_OK(column_push_string(column, STR("north"), &err), err);
    ASSERT_OK(frame_add_column(&frame, STR("at"), TYPE_OF(TYPE_TIMESTAMP_NS), &column, &err), err);
    for (size_t i = 0; i < count; i++)
        ASSERT_OK(column_push_int(column, test_instant("2016-01-01 05:00:00") * 1000 + after[i], &err), err);
    frame_finish(&frame);
    ASSERT_OK(arrow_export_stream_take(&frame, 2, out, &err), err);
}

static void an_instant_in_nanoseconds_rounds_down(void **state)
{
    UNUSED(state);
    PawlError err = {0};
    PawlPlan *plan = NULL;
    PawlEngine *engine = NULL;
    struct ArrowArrayStream requests;
    struct ArrowArrayStream answers;
    Error frame_err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_DONE(plan_make(PIPELINE, &plan, &err), err);
    engine_make(plan, &engine);
    // The second trip is known at 05:00:00, so a microsecond later it is seen, and 999 nanoseconds later it is not.
    nanoseconds_make((const int64_t[]){999, 1000}, 2, &requests);
    ASSERT_DONE(pawl_engine_compute(engine, &requests, &answers, &err), err);
    ASSERT_OK(arrow_import_stream(&answers, &frame, &frame_err), frame_err);
    ASSERT_FRAME(&frame, "zone.n int64, zone.total float64, zone.last float64\n"
                         "1|0.1|0.1\n"
                         "2|0.30000000000000004|0.2\n");
    pawl_engine_close(engine);
    pawl_plan_free(plan);
}

static void a_store_answers_with_the_engines_bits_also_after_a_restart(void **state)
{
    PawlError err = {0};
    PawlPlan *plan = NULL;
    PawlEngine *engine = NULL;
    PawlStore *store = NULL;
    char *text = NULL;
    struct ArrowArrayStream requests;
    struct ArrowArrayStream answers;
    const char *folder = test_path(state, "online").data;
    ASSERT_DONE(plan_make(PIPELINE, &plan, &err), err);
    engine_make(plan, &engine);
    ASSERT_DONE(pawl_store_open(folder, false, &store, &err), err);
    stream_make(REQUESTS, &requests);
    assert_refused(pawl_store_compute(store, plan, &requests, &answers, &err), &err, "not_found", "holds no features");
    ASSERT_DONE(pawl_store_publish(store, engine, &err), err);
    ASSERT_DONE(pawl_plan_encode(plan, &text, &err), err);
    pawl_store_close(store);
    pawl_engine_close(engine);
    pawl_plan_free(plan);

    ASSERT_DONE(pawl_plan_decode(text, strlen(text), &plan, &err), err);
    pawl_text_free(text);
    ASSERT_DONE(pawl_store_open(folder, true, &store, &err), err);
    stream_make(REQUESTS, &requests);
    ASSERT_DONE(pawl_store_compute(store, plan, &requests, &answers, &err), err);
    assert_answers(&answers);
    pawl_store_close(store);
    pawl_plan_free(plan);
}

static void assert_names(struct ArrowSchema *schema, const char *const *names, int64_t count)
{
    assert_int_equal(schema->n_children, count);
    for (int64_t i = 0; i < count; i++) assert_string_equal(schema->children[i]->name, names[i]);
    schema->release(schema);
}

static void a_plan_tells_what_it_takes_and_gives(void **state)
{
    UNUSED(state);
    static const char *const INPUTS[] = {"zone", "at"};
    static const char *const FEATURES[] = {"zone.n", "zone.total", "zone.last"};
    PawlError err = {0};
    PawlPlan *plans[2] = {NULL, NULL};
    struct ArrowSchema schema;
    for (size_t i = 0; i < 2; i++) ASSERT_DONE(plan_make(PIPELINE, &plans[i], &err), err);
    assert_int_equal(strlen(pawl_plan_digest(plans[0])), 64);
    assert_string_equal(pawl_plan_digest(plans[0]), pawl_plan_digest(plans[1]));
    ASSERT_DONE(pawl_plan_inputs(plans[0], &schema, &err), err);
    assert_names(&schema, INPUTS, COUNT_OF(INPUTS));
    ASSERT_DONE(pawl_plan_features(plans[0], &schema, &err), err);
    assert_names(&schema, FEATURES, COUNT_OF(FEATURES));
    for (size_t i = 0; i < 2; i++) pawl_plan_free(plans[i]);
}

static void a_wrong_definition_is_told_with_line_and_column(void **state)
{
    UNUSED(state);
    PawlError err = {0};
    PawlPlan *plan = NULL;
    static const char WRONG[] = "sources:\n"
                                "  trips: {files: trips.parquet, time: t, known: k}\n"
                                "features:\n"
                                "  zone: {from: trips, by: zone, columns: {n: sum(y)}}\n";
    assert_refused(plan_make(WRONG, &plan, &err), &err, "config", "rides.yaml:4:");
    assert_refused(pawl_plan_compile("r.yaml", PIPELINE, strlen(PIPELINE), NULL, 0, &plan, &err), &err, "usage",
                   "source 'trips' was given no schema");
    assert_refused(pawl_plan_decode("{", 1, &plan, &err), &err, "data", "");
    assert_false(pawl_plan_decode("{", 1, &plan, NULL));
    assert_null(plan);
}

static void assert_requests_refused(const PawlEngine *engine, const char *text, const char *kind, const char *part)
{
    PawlError err = {0};
    struct ArrowArrayStream requests;
    struct ArrowArrayStream answers;
    stream_make(text, &requests);
    assert_refused(pawl_engine_compute(engine, &requests, &answers, &err), &err, kind, part);
    assert_null(requests.release);
}

static void wrong_requests_are_told(void **state)
{
    UNUSED(state);
    PawlError err = {0};
    PawlPlan *plan = NULL;
    PawlEngine *engine = NULL;
    ASSERT_DONE(plan_make(PIPELINE, &plan, &err), err);
    engine_make(plan, &engine);
    assert_requests_refused(engine, "zone string\nnorth\n", "usage", "requests: the requests have no column 'at'");
    assert_requests_refused(engine, "zone string, at int64\nnorth|1\n", "data",
                            "column 'at' is int64, not a timestamp");
    assert_requests_refused(engine, "zone string, at timestamp_us\nnorth|null\n", "data", "column 'at': row 1 is null");
    assert_requests_refused(engine, "zone int64, at timestamp_us\n1|2016-01-01 00:00:00\n", "data",
                            "input 'zone' is int64, not string");
    pawl_engine_close(engine);
    pawl_plan_free(plan);
}

static void assert_tables_refused(const PawlPlan *plan, const char *const *names, size_t count, const char *part)
{
    PawlError err = {0};
    PawlEngine *engine = NULL;
    struct ArrowArrayStream streams[2];
    PawlTable tables[2];
    for (size_t i = 0; i < count; i++) {
        stream_make(TRIPS, &streams[i]);
        tables[i] = (PawlTable){names[i], &streams[i]};
    }
    assert_refused(pawl_engine_open(plan, tables, count, NULL, &engine, &err), &err, "usage", part);
    for (size_t i = 0; i < count; i++) assert_null(streams[i].release);
    assert_null(engine);
}

static void a_source_needs_one_table(void **state)
{
    UNUSED(state);
    static const char *const OTHER[] = {"tripz"};
    static const char *const TWICE[] = {"trips", "trips"};
    PawlError err = {0};
    PawlPlan *plan = NULL;
    ASSERT_DONE(plan_make(PIPELINE, &plan, &err), err);
    assert_tables_refused(plan, OTHER, 1, "source 'trips' was given no table");
    assert_tables_refused(plan, TWICE, 2, "source 'trips' was given two tables");
    pawl_plan_free(plan);
}

static void nothing_may_be_freed(void **state)
{
    UNUSED(state);
    pawl_plan_free(NULL);
    pawl_engine_close(NULL);
    pawl_store_close(NULL);
    pawl_text_free(NULL);
    assert_true(strlen(pawl_version()) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_are_as_of_each_request),
        cmocka_unit_test(an_instant_in_nanoseconds_rounds_down),
        cmocka_unit_test_setup_teardown(a_store_answers_with_the_engines_bits_also_after_a_restart,
                                        test_directory_setup, test_directory_teardown),
        cmocka_unit_test(a_plan_tells_what_it_takes_and_gives),
        cmocka_unit_test(a_wrong_definition_is_told_with_line_and_column),
        cmocka_unit_test(wrong_requests_are_told),
        cmocka_unit_test(a_source_needs_one_table),
        cmocka_unit_test(nothing_may_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
