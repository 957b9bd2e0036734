/// The stages one after the other: what each hands on, and what it refuses.
#include "support/test.h"

#include "stage_fixture.h"

#include "base/bytes.h"

enum { DAYS = 120 };

#define SOURCE_OF(more)                                                                                                \
    "\"sources\":{\"trips\":{\"files\":\"trips.csv\",\"time\":\"t\",\"known\":{\"row\":\"t\",\"x\":\"u\"},\"key\":"    \
    "\"id\"" more "}}"
#define FEATURES                                                                                                       \
    "\"features\":{\"zone\":{\"from\":\"trips\",\"by\":\"zone\",\"columns\":{\"n\":\"count() over "                    \
    "30d\",\"x\":\"mean(x) over 30d\"}}}"
#define DATASET                                                                                                        \
    "\"dataset\":{\"from\":\"trips\",\"at\":\"t\",\"label\":\"x\",\"split\":{\"train\":0.6,\"validation\":0.1,"        \
    "\"test\":0.3}}"
#define INGEST(more) "{\"config\":{\"pipeline\":\"p\"," SOURCE_OF(more) "},\"files\":[],\"locked\":[]}"
#define SNAPSHOT(more)                                                                                                 \
    "{\"config\":{\"pipeline\":\"p\"," SOURCE_OF("") "," FEATURES "," DATASET "},\"as_of\":1500000000000000" more "}"
#define TRAIN "{\"config\":{\"train\":{\"trainer\":\"linear\",\"seed\":7}}}"
#define EVALUATE(gate)                                                                                                 \
    "{\"config\":{\"evaluate\":{\"metrics\":[\"rmse\"]},\"gate\":{" gate ",\"baseline\":\"off\",\"rows_min\":5}}}"
#define REGISTER                                                                                                       \
    "{\"config\":{\"pipeline\":\"p\",\"register\":{\"model\":\"trips\",\"promote\":\"production\"}},\"code\":\"c\","   \
    "\"compared_with\":0}"

/// A trip a day; x is known an hour later.
static void rows_write(void **state)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    ASSERT_OK(bytes_append_str(&text, STR("id,t,u,zone,x\n"), &err), err);
    for (int i = 0; i < DAYS; i++)
        ASSERT_OK(bytes_append_format(&text, &err, "%d,2016-%02d-%02d 10:00:00,2016-%02d-%02d 11:00:00,%s,%d.5\n", i,
                                      i / 28 + 1, i % 28 + 1, i / 28 + 1, i % 28 + 1, i % 2 ? "a" : "b", i % 5),
                  err);
    ASSERT_OK(bytes_append_byte(&text, 0, &err), err);
    test_write_file(state, "trips.csv", (const char *)text.data);
}

static void ingest(Attempt *attempt, void **state, const char *params)
{
    attempt_begin(attempt, state, "ingest.trips", "ingest", "table");
    attempt_run(attempt, state, params);
}

static void dataset(Attempt *attempt, void **state, const Attempt *table, const char *params)
{
    attempt_begin(attempt, state, "dataset", "dataset", "snapshot");
    attempt_input(attempt, "source.trips", table);
    attempt_run(attempt, state, params);
}

/// Everything up to the model.
typedef struct Chain {
    Attempt table, snapshot, model, evaluation;
} Chain;

static void chain_deinit(Chain *chain)
{
    attempt_deinit(&chain->table);
    attempt_deinit(&chain->snapshot);
    attempt_deinit(&chain->model);
    attempt_deinit(&chain->evaluation);
}

static void chain_init(Chain *chain, void **state)
{
    rows_write(state);
    ingest(&chain->table, state, INGEST(""));
    expect_exit(&chain->table, 0, "120 rows");
    dataset(&chain->snapshot, state, &chain->table, SNAPSHOT(""));
    expect_exit(&chain->snapshot, 0, " train, ");
    attempt_begin(&chain->model, state, "train", "train", "model");
    attempt_input(&chain->model, "snapshot", &chain->snapshot);
    attempt_run(&chain->model, state, TRAIN);
    expect_exit(&chain->model, 0, "linear on ");
}

static void evaluate(Chain *chain, void **state, const char *params)
{
    attempt_deinit(&chain->evaluation);
    attempt_begin(&chain->evaluation, state, "evaluate", "evaluate", "evaluation");
    attempt_input(&chain->evaluation, "snapshot", &chain->snapshot);
    attempt_input(&chain->evaluation, "model", &chain->model);
    attempt_input(&chain->evaluation, "source.trips", &chain->table);
    attempt_run(&chain->evaluation, state, params);
}

static void register_model(Attempt *attempt, const Chain *chain, void **state)
{
    attempt_begin(attempt, state, "register", "register", NULL);
    attempt_input(attempt, "model", &chain->model);
    attempt_input(attempt, "evaluation", &chain->evaluation);
    attempt_input(attempt, "snapshot", &chain->snapshot);
    attempt_run(attempt, state, REGISTER);
}

static void unknown_kinds_are_refused(void **state)
{
    AUTO(attempt_deinit) Attempt attempt = {0};
    attempt_begin(&attempt, state, "x", "bake", NULL);
    attempt_run(&attempt, state, "{}");
    expect_exit(&attempt, 2, "pawl has no step of kind 'bake'");
    assert_null(stage_find(STR("command")));
    assert_non_null(stage_find(STR("fresh")));
}

static void ingest_tells_how_far_the_rows_reach(void **state)
{
    AUTO(attempt_deinit) Attempt attempt = {0};
    rows_write(state);
    ingest(&attempt, state, INGEST(""));
    expect_exit(&attempt, 0, "120 rows");
    expect_handed_on(&attempt, "rows", "120");
    expect_handed_on(&attempt, "time_min", "1451642400000000");
    expect_handed_on(&attempt, "time_max", "1462701600000000");
    expect_handed_on(&attempt, "known_max", "1462705200000000");
    assert_int_equal(attempt.result.logical_count, 1);
    assert_true(disk_exists(disk_system(), test_path(state, "progress")));
}

static void ingest_refuses_what_was_not_expected(void **state)
{
    AUTO(attempt_deinit) Attempt refused = {0};
    AUTO(attempt_deinit) Attempt locked = {0};
    AUTO(attempt_deinit) Attempt wrong = {0};
    rows_write(state);
    ingest(&refused, state, INGEST(",\"expect\":{\"rows\":\">= 500\"}"));
    expect_exit(&refused, 1, "120");
    attempt_begin(&locked, state, "ingest.trips", "ingest", "table");
    attempt_run(&locked, state,
                "{\"config\":{" SOURCE_OF("") "},\"files\":[],\"locked\":[{\"name\":\"id\",\"type\":\"int64\"}]}");
    expect_exit(&locked, 3, "column 't' is new");
    attempt_begin(&wrong, state, "ingest.trips", "ingest", "table");
    attempt_run(&wrong, state, "{\"files\":[]}");
    expect_exit(&wrong, 3, "'config' is missing");
}

static void freshness_is_a_question_of_now(void **state)
{
    AUTO(attempt_deinit) Attempt fresh = {0};
    AUTO(attempt_deinit) Attempt old = {0};
#define FRESH(now)                                                                                                     \
    "{\"config\":{" SOURCE_OF(",\"expect\":{\"fresh\":\"1d\"}") "},\"time_max\":1000000000000,\"now\":" now "}"
    attempt_begin(&fresh, state, "fresh.trips", "fresh", NULL);
    attempt_run(&fresh, state, FRESH("1086400000000"));
    expect_exit(&fresh, 0, "fresh");
    attempt_begin(&old, state, "fresh.trips", "fresh", NULL);
    attempt_run(&old, state, FRESH("1086400000001"));
    expect_exit(&old, 1, "trips");
}

static void a_damaged_input_is_not_read(void **state)
{
    AUTO(attempt_deinit) Attempt table = {0};
    AUTO(attempt_deinit) Attempt snapshot = {0};
    rows_write(state);
    ingest(&table, state, INGEST(""));
    attempt_begin(&snapshot, state, "dataset", "dataset", "snapshot");
    attempt_input(&snapshot, "source.trips", &table);
    snapshot.inputs[0].digest.bytes[0] ^= 1;
    attempt_run(&snapshot, state, SNAPSHOT(""));
    assert_int_not_equal(snapshot.exit_code, 0);
    expect_exit(&snapshot, snapshot.exit_code, "input 'source.trips' is damaged");
}

static void features_are_the_same_whatever_the_attempt(void **state)
{
    AUTO(attempt_deinit) Attempt table = {0};
    AUTO(attempt_deinit) Attempt first = {0};
    AUTO(attempt_deinit) Attempt second = {0};
    rows_write(state);
    ingest(&table, state, INGEST(""));
    dataset(&first, state, &table, SNAPSHOT(""));
    dataset(&second, state, &table, SNAPSHOT(",\"leakage\":\"off\""));
    expect_exit(&first, 0, "test");
    expect_exit(&second, 0, "test");
    assert_true(digest_equal(&first.result.logicals[0].logical, &second.result.logicals[0].logical));
}

static void a_known_that_is_the_time_itself_is_found_out(void **state)
{
    AUTO(attempt_deinit) Attempt table = {0};
    AUTO(attempt_deinit) Attempt failed = {0};
    AUTO(attempt_deinit) Attempt warned = {0};
    AUTO(bytes_deinit) Bytes progress = {0};
    Error err = {0};
#define LEAKING "\"sources\":{\"trips\":{\"files\":\"trips.csv\",\"time\":\"t\",\"known\":\"time\",\"key\":\"id\"}}"
#define LEAKING_SNAPSHOT(more)                                                                                         \
    "{\"config\":{\"pipeline\":\"p\"," LEAKING "," FEATURES                                                            \
    ",\"dataset\":{\"from\":\"trips\",\"at\":\"t\",\"label\":{\"value\":\"x\",\"known\":\"u\"},\"split\":{\"train\":"  \
    "0.6,\"validation\":0.1,\"test\":0.3}}},\"as_of\":1500000000000000" more "}"
    rows_write(state);
    ingest(&table, state, "{\"config\":{\"pipeline\":\"p\"," LEAKING "},\"files\":[],\"locked\":[]}");
    dataset(&failed, state, &table, LEAKING_SNAPSHOT(""));
    expect_exit(&failed, 1, "and the gate's policy is 'leakage: fail'");
    dataset(&warned, state, &table, LEAKING_SNAPSHOT(",\"leakage\":\"warn\""));
    expect_exit(&warned, 0, "test");
    ASSERT_OK(disk_read(disk_system(), test_path(state, "progress"), 1 << 20, &progress, &err), err);
    assert_true(progress.size > 0);
}

static void a_model_is_the_same_whatever_the_attempt(void **state)
{
    AUTO(chain_deinit) Chain chain = {0};
    AUTO(attempt_deinit) Attempt again = {0};
    chain_init(&chain, state);
    attempt_begin(&again, state, "train2", "train", "model");
    attempt_input(&again, "snapshot", &chain.snapshot);
    attempt_run(&again, state, TRAIN);
    expect_exit(&again, 0, "linear on ");
    assert_true(digest_equal(&chain.model.result.logicals[0].logical, &again.result.logicals[0].logical));
}

static void features_are_published_once(void **state)
{
    AUTO(chain_deinit) Chain chain = {0};
    AUTO(attempt_deinit) Attempt online = {0};
    chain_init(&chain, state);
    attempt_begin(&online, state, "online", "online", NULL);
    attempt_input(&online, "snapshot", &chain.snapshot);
    attempt_input(&online, "source.trips", &chain.table);
    attempt_run(&online, state, "{}");
    expect_exit(&online, 0, " published");
    attempt_run(&online, state, "{}");
    expect_exit(&online, 0, "up to date");
}

static int64_t production_version(void **state)
{
    Store store = {0};
    Error err = {0};
    int64_t version = -1;
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), clock_system(), &store, &err), err);
    ASSERT_OK(registry_alias(&store, STR("trips"), STR("production"), &version, &err), err);
    store_deinit(&store);
    return version;
}

static void only_what_passes_the_gate_is_promoted(void **state)
{
    AUTO(chain_deinit) Chain chain = {0};
    AUTO(attempt_deinit) Attempt refused = {0};
    AUTO(attempt_deinit) Attempt passed = {0};
    AUTO(attempt_deinit) Attempt again = {0};
    chain_init(&chain, state);
    evaluate(&chain, state, EVALUATE("\"rmse\":{\"at_most\":0.000001}"));
    expect_exit(&chain.evaluation, 0, "FAIL");
    expect_handed_on(&chain.evaluation, "compared_with", "0");
    register_model(&refused, &chain, state);
    expect_exit(&refused, 1, "trips@1 is registered and not promoted");
    expect_handed_on(&refused, "version", "1");
    assert_int_equal(production_version(state), REGISTRY_NO_VERSION);
    evaluate(&chain, state, EVALUATE("\"rmse\":{\"at_most\":1000}"));
    register_model(&passed, &chain, state);
    expect_exit(&passed, 0, "trips@1 is production now");
    assert_int_equal(production_version(state), 1);
    register_model(&again, &chain, state);
    expect_exit(&again, 0, "trips@1 is production already");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(unknown_kinds_are_refused),
        TEST_IN_DIRECTORY(ingest_tells_how_far_the_rows_reach),
        TEST_IN_DIRECTORY(ingest_refuses_what_was_not_expected),
        TEST_IN_DIRECTORY(freshness_is_a_question_of_now),
        TEST_IN_DIRECTORY(a_damaged_input_is_not_read),
        TEST_IN_DIRECTORY(features_are_the_same_whatever_the_attempt),
        TEST_IN_DIRECTORY(a_known_that_is_the_time_itself_is_found_out),
        TEST_IN_DIRECTORY(a_model_is_the_same_whatever_the_attempt),
        TEST_IN_DIRECTORY(features_are_published_once),
        TEST_IN_DIRECTORY(only_what_passes_the_gate_is_promoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
