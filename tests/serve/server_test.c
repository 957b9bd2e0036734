/// The server as its callers see it: a process that answers over a socket from the model in production, until it is told to stop.
#include "serve/http.h"
#include "serve/server.h"

#include "support/test.h"

#include "model/training_fixture.h"
#include "serve_fixture.h"
#include "support/http_client.h"
#include "sys/clock.h"
#include "text/json.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/// As many features as the training fixture has columns.
static const char PLAN[] =
    "sources:\n"
    "  trips: {columns: {id: int64, t: timestamp_us, zone: string, x: float64}, time: t, known: t, key: [id]}\n"
    "views:\n"
    "  trip: {inputs: {km: float64}, columns: {km: km, far: km > 3}}\n"
    "  zone: {from: trips, by: [zone], columns: {n: count() over 1d, mean: mean(x) over 1d}}\n";

static const char ROWS[] = "id int64, t timestamp_us, zone string, x float64\n"
                           "1|2016-01-01 00:00:00|north|0.1\n"
                           "2|2016-01-01 01:00:00|north|0.2\n";

static const char REQUEST[] = "{\"at\": \"2016-01-01T12:00:00Z\", \"inputs\": {\"km\": 1.5, \"zone\": \"north\"}}";

typedef struct ServerCase {
    ServeCase base;
    Store store;
} ServerCase;

static void server_case_deinit(ServerCase *test)
{
    serve_case_deinit(&test->base);
    store_deinit(&test->store);
}

static void server_case_init(ServerCase *test, void **state)
{
    Error err = {0};
    *test = (ServerCase){0};
    serve_case_init(&test->base, state, PLAN, ROWS);
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), clock_system(), &test->store, &err), err);
}

static void features_name(ModelManifest *manifest, const Plan *plan)
{
    Error err = {0};
    manifest->features = arena_alloc_array(&manifest->arena, plan->feature_count, sizeof(Str), &err);
    assert_non_null(manifest->features);
    manifest->feature_count = plan->feature_count;
    for (uint32_t i = 0; i < plan->feature_count; i++) manifest->features[i] = plan->features[i].name;
}

/// A trained package as an object of the store.
static Digest package_make(ServerCase *test, void **state, const char *params, Digest *out_digest)
{
    AUTO(fixture_deinit) Fixture training = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    AUTO(bytes_deinit) Bytes plan_json = {0};
    AUTO(model_manifest_deinit) ModelManifest manifest = {0};
    const Plan *plan = &test->base.plan;
    Digest package = {0};
    Error err = {0};
    ASSERT_OK(fixture_init(&training, "linear", OBJECTIVE_REGRESSION, params, 100, &err), err);
    ASSERT_OK(fixture_train(&training, &files, &err), err);
    ASSERT_OK(plan_encode(plan, &plan_json, &err), err);
    manifest.pipeline = STR("trips");
    manifest.trainer = STR("linear");
    manifest.reproducibility = STR("exact anywhere");
    manifest.params = str_from(params);
    manifest.plan = plan->digest;
    features_name(&manifest, plan);
    Str path = test_path(state, ".pawl/made");
    ASSERT_OK(package_write(disk_system(), &manifest, bytes_str(&plan_json), &files, path, out_digest, &err), err);
    ASSERT_OK(object_commit(&test->store, path, &package, &err), err);
    return package;
}

/// Registers a model and moves "trips@production" to it.
static void promote(ServerCase *test, void **state, const char *params, int64_t expected)
{
    Error err = {0};
    Promotion promotion = {.model = STR("trips"),
                           .alias = STR("production"),
                           .expected = expected,
                           .event = str_from(params),
                           .reason = STR("test")};
    RegistryCandidate candidate = {.model = STR("trips"),
                                   .run = STR("1"),
                                   .step = STR("register"),
                                   .verdict = STR("passed"),
                                   .metadata = STR("{}")};
    candidate.package = package_make(test, state, params, &candidate.digest);
    ASSERT_OK(registry_register(&test->store, &candidate, &promotion.version, &err), err);
    ASSERT_OK(registry_promote(&test->store, &promotion, &err), err);
}

static int serve(void **state, FILE *out)
{
    AUTO(interrupt_deinit) Interrupt interrupt = {0};
    Store store = {0};
    Error err = {0};
    ServerOptions options = {.host = STR("127.0.0.1"),
                             .reference = STR("trips@production"),
                             .online = test_path(state, "online"),
                             .store = &store,
                             .interrupt = &interrupt,
                             .out = out,
                             .log = stderr};
    bool done = store_open(test_path(state, ".pawl"), disk_system(), clock_system(), &store, &err) &&
                interrupt_init(&interrupt, &err) && server_run(&options, &err);
    if (!done) (void)fprintf(out, "failed: %s\n", err.text);
    (void)fclose(out);
    store_deinit(&store);
    return done ? 0 : error_exit_code(err.kind);
}

/// In a process of its own, as `pawl serve` is; gives the first line that it says.
static void server_start(void **state, ServerProcess *server, char line[256])
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    server->pid = fork();
    if (server->pid == 0) {
        (void)close(ends[0]);
        // A test that fails leaves no server behind.
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        // Not exit: what libh2o keeps until the end is no leak of the test.
        _exit(serve(state, fdopen(ends[1], "w")));
    }
    (void)close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    assert_non_null(stream);
    assert_non_null(fgets(line, 256, stream));
    (void)fclose(stream);
    const char *colon = strrchr(line, ':');
    unsigned port = 0;
    if (colon != NULL) (void)sscanf(colon, ":%u", &port);
    server->port = port;
}

/// The usual case: one model in production, and its server.
static void server_case_start(ServerCase *test, void **state, ServerProcess *server)
{
    char line[256];
    server_case_init(test, state);
    promote(test, state, "{\"l2\":1}", REGISTRY_NO_VERSION);
    server_start(state, server, line);
    assert_true(str_starts(str_from(line), STR("serving trips@1 on http://127.0.0.1:")));
}

static int request(const ServerProcess *server, const char *method, const char *path, const char *body, Bytes *out)
{
    return http_request(server->port, method, path, str_from(body), out);
}

static void expect_answer(const ServerProcess *server, const char *method, const char *path, const char *body,
                          int status, const char *expected)
{
    AUTO(bytes_deinit) Bytes out = {0};
    assert_int_equal(request(server, method, path, body, &out), status);
    ASSERT_STR(bytes_str(&out), expected);
}

static void routes_answer_and_others_are_said_not_to_be_there(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    server_case_start(&test, state, &server);
    expect_answer(&server, "GET", "/health", "", 200, "{\"status\":\"ok\",\"model\":\"trips@1\"}");
    expect_answer(&server, "GET", "/health?x=1", "", 200, "{\"status\":\"ok\",\"model\":\"trips@1\"}");
    expect_answer(&server, "GET", "/predict", "", 404,
                  "{\"error\":{\"kind\":\"not_found\",\"text\":\"there is no '/predict'; there are /health, /v1/model, "
                  "/v1/features and /v1/predict\"}}");
    expect_answer(&server, "GET", "/v1/predict", "", 405,
                  "{\"error\":{\"kind\":\"usage\",\"text\":\"/v1/predict takes POST, not GET\"}}");
    expect_answer(&server, "POST", "/health", "", 405,
                  "{\"error\":{\"kind\":\"usage\",\"text\":\"/health takes GET, not POST\"}}");
    expect_answer(
        &server, "POST", "/v1/features", "{\"inputs\": {\"km\": 1}}", 400,
        "{\"error\":{\"kind\":\"usage\",\"text\":\"request:1:12: input 'zone' is missing (null states that it is "
        "not known)\\n  {\\\"inputs\\\": {\\\"km\\\": 1}}\\n             ^\"}}");
    expect_answer(
        &server, "POST", "/v1/features", REQUEST, 200,
        "{\"model\":\"trips@1\",\"results\":[{\"at\":\"2016-01-01T12:00:00Z\",\"features\":{\"trip.km\":1.5,"
        "\"trip.far\":false,\"zone.n\":2,\"zone.mean\":0.15000000000000002},\"entities\":{\"zone\":\"known\"}}]}");
    assert_int_equal(server_process_stop(&server), 0);
}

/// What the model predicts for REQUEST in this process.
static double predicted_here(ServerCase *test, const char *reference)
{
    AUTO(served_model_deinit) ServedModel served = {0};
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame features = {0};
    int64_t at = test_instant("2016-01-01T12:00:00Z");
    double value = 0;
    Error err = {0};
    ASSERT_OK(served_model_open(&test->store, serve_kind(), test->base.online, str_from(reference), &served, &err),
              err);
    frame_text_read("km float64, zone string\n1.5|north\n", &inputs);
    ASSERT_OK(engine_evaluate(test->base.engine, &inputs, &at, &features, NULL, &err), err);
    ASSERT_OK(model_predict(&served.model, &features, NULL, 1, &value, &err), err);
    return value;
}

static double predicted_there(const ServerProcess *server, char model[64])
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Document document = {0};
    Error err = {0};
    double value = 0;
    assert_int_equal(request(server, "POST", "/v1/predict", REQUEST, &out), 200);
    ASSERT_OK(json_parse(STR("answer"), bytes_str(&out), &arena, &document, &err), err);
    ASSERT_OK(node_get_double(node_at(node_get(document.root, STR("results")), 0), STR("prediction"), &value, &err),
              err);
    (void)snprintf(model, 64, "%.*s", STR_ARG(node_get(document.root, STR("model"))->text));
    return value;
}

static void predictions_follow_the_alias_without_a_restart(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    char model[64];
    server_case_start(&test, state, &server);
    double first = predicted_here(&test, "trips@1");
    assert_int_equal(float_bits(predicted_there(&server, model)), float_bits(first));
    assert_string_equal(model, "trips@1");
    promote(&test, state, "{\"l2\":50}", 1);
    double second = predicted_here(&test, "trips@2");
    assert_int_not_equal(float_bits(first), float_bits(second));
    double actual = first;
    for (int i = 0; i < 100 && strcmp(model, "trips@2") != 0; i++) {
        (void)usleep(100000);
        actual = predicted_there(&server, model);
    }
    assert_string_equal(model, "trips@2");
    assert_int_equal(float_bits(actual), float_bits(second));
    assert_int_equal(server_process_stop(&server), 0);
}

static int connection_open(const ServerProcess *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
    struct timeval patience = {.tv_sec = 10};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int handle = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(handle >= 0);
    assert_int_equal(setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    assert_int_equal(connect(handle, (const struct sockaddr *)&address, sizeof(address)), 0);
    return handle;
}

static void text_send(int handle, const char *text)
{
    assert_int_equal(send(handle, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/// Reads until the text holds `part`, or the connection ends.
static bool text_await(int handle, const char *part, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    while (strstr(out, part) == NULL) {
        ssize_t count = recv(handle, out + used, size - 1 - used, 0);
        if (count <= 0) return false;
        used += (size_t)count;
        out[used] = 0;
    }
    return true;
}

static void one_connection_carries_many_requests(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    char out[4096];
    server_case_start(&test, state, &server);
    int handle = connection_open(&server);
    for (int i = 0; i < 3; i++) {
        text_send(handle, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_true(text_await(handle, "\"model\":\"trips@1\"}", out, sizeof(out)));
        assert_true(str_starts(str_from(out), STR("HTTP/1.1 200 OK\r\n")));
        assert_non_null(strstr(out, "content-type: application/json"));
        assert_non_null(strcasestr(out, "content-length: "));
    }
    text_send(handle, "GET /healthy HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(text_await(handle, "}}", out, sizeof(out)));
    assert_true(str_starts(str_from(out), STR("HTTP/1.1 404 Not Found\r\n")));
    (void)close(handle);
    assert_int_equal(server_process_stop(&server), 0);
}

static void a_body_has_a_limit(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    char out[4096];
    server_case_start(&test, state, &server);
    int handle = connection_open(&server);
    text_send(handle, "POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n");
    assert_true(text_await(handle, "\r\n\r\n", out, sizeof(out)));
    assert_true(str_starts(str_from(out), STR("HTTP/1.1 413 ")));
    (void)close(handle);
    expect_answer(&server, "GET", "/health", "", 200, "{\"status\":\"ok\",\"model\":\"trips@1\"}");
    assert_int_equal(server_process_stop(&server), 0);
}

static void what_is_no_http_harms_nobody_else(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    char out[4096];
    server_case_start(&test, state, &server);
    int silent = connection_open(&server);
    int broken = connection_open(&server);
    text_send(broken, "\x16\x03\x01 no http\r\n\r\n\r\n");
    (void)text_await(broken, "never", out, sizeof(out));
    int gone = connection_open(&server);
    text_send(gone, "POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    (void)close(gone);
    expect_answer(&server, "GET", "/health", "", 200, "{\"status\":\"ok\",\"model\":\"trips@1\"}");
    (void)close(broken);
    (void)close(silent);
    assert_int_equal(server_process_stop(&server), 0);
}

static void a_request_that_has_begun_is_answered_before_the_end(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    char head[256];
    char out[4096];
    server_case_start(&test, state, &server);
    int handle = connection_open(&server);
    (void)snprintf(head, sizeof(head), "POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n{",
                   strlen(REQUEST));
    text_send(handle, head);
    (void)usleep(200000);
    assert_int_equal(kill(server.pid, SIGTERM), 0);
    (void)usleep(200000);
    text_send(handle, REQUEST + 1);
    assert_true(text_await(handle, "\"prediction\"", out, sizeof(out)));
    assert_true(str_starts(str_from(out), STR("HTTP/1.1 200 OK\r\n")));
    (void)close(handle);
    int status = 0;
    assert_int_equal(waitpid(server.pid, &status, 0), server.pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void an_idle_connection_does_not_keep_the_server(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    char out[4096];
    server_case_start(&test, state, &server);
    int silent = connection_open(&server);
    int idle = connection_open(&server);
    text_send(idle, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(text_await(idle, "\"model\":\"trips@1\"}", out, sizeof(out)));
    assert_int_equal(server_process_stop(&server), 0);
    assert_false(text_await(idle, "never", out, sizeof(out)));
    assert_int_equal(out[0], 0);
    (void)close(idle);
    (void)close(silent);
}

static void a_model_whose_features_are_not_online_is_not_served(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServedModel served = {0};
    KeyValueWrite *write = NULL;
    Error err = {0};
    server_case_init(&test, state);
    promote(&test, state, "{\"l2\":1}", REGISTRY_NO_VERSION);
    ASSERT_OK(serve_kind()->write_begin(test.base.online, &write, &err), err);
    ASSERT_OK(serve_kind()->remove_prefix(write, (Str){(const char *)test.base.plan.digest.bytes, DIGEST_BYTES}, &err),
              err);
    ASSERT_OK(serve_kind()->commit(&write, &err), err);
    ASSERT_FAILS(served_model_open(&test.store, serve_kind(), test.base.online, STR("trips"), &served, &err), err,
                 ERROR_NOT_FOUND, "the features of trips@1 are not in the online store; 'pawl run' publishes them");
    ASSERT_FAILS(served_model_open(&test.store, serve_kind(), test.base.online, STR("trips@staging"), &served, &err),
                 err, ERROR_NOT_FOUND, "model 'trips' has no 'staging'");
}

static void a_server_that_cannot_start_says_why(void **state)
{
    AUTO(server_case_deinit) ServerCase test = {0};
    ServerProcess server = {0};
    Error err = {0};
    Http *http = NULL;
    char line[256];
    uint32_t port = 0;
    server_case_init(&test, state);
    server_start(state, &server, line);
    assert_string_equal(line, "failed: there is no model 'trips'\n");
    assert_int_equal(waitpid(server.pid, NULL, 0), server.pid);
    ASSERT_FAILS(http_open(STR("localhost"), 80, NULL, NULL, &http, &port, &err), err, ERROR_USAGE,
                 "'localhost:80' is no IPv4 address with a port");
    ASSERT_FAILS(http_open(STR("127.0.0.1"), 65536, NULL, NULL, &http, &port, &err), err, ERROR_USAGE,
                 "'127.0.0.1:65536' is no IPv4 address with a port");
    ASSERT_FAILS(http_open(STR("192.0.2.1"), 0, NULL, NULL, &http, &port, &err), err, ERROR_ENVIRONMENT,
                 "listening on 192.0.2.1:0: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(routes_answer_and_others_are_said_not_to_be_there),
        TEST_IN_DIRECTORY(predictions_follow_the_alias_without_a_restart),
        TEST_IN_DIRECTORY(one_connection_carries_many_requests),
        TEST_IN_DIRECTORY(a_body_has_a_limit),
        TEST_IN_DIRECTORY(what_is_no_http_harms_nobody_else),
        TEST_IN_DIRECTORY(a_request_that_has_begun_is_answered_before_the_end),
        TEST_IN_DIRECTORY(an_idle_connection_does_not_keep_the_server),
        TEST_IN_DIRECTORY(a_model_whose_features_are_not_online_is_not_served),
        TEST_IN_DIRECTORY(a_server_that_cannot_start_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
