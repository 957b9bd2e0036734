#include "flow/watch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "flow_fixture.h"

typedef struct Watched {
    Fixture fixture;
    FlowWatch *watch;
    FlowWatchOptions options;
    FlowAlert alerts[2];
    Bytes problems;
} Watched;

static void watched_init(Watched *watched, void **state)
{
    *watched = (Watched){0};
    fixture_init(&watched->fixture, state);
    watched->fixture.flow.alerts = watched->alerts;
}

static void watched_deinit(Watched *watched)
{
    flow_watch_close(&watched->watch);
    bytes_deinit(&watched->problems);
    fixture_deinit(&watched->fixture);
}

static void watched_run(Watched *watched, StepState expected)
{
    Error err = {0};
    Fixture *fixture = &watched->fixture;
    flow_watch_close(&watched->watch);
    bytes_clear(&watched->problems);
    ASSERT_OK(flow_watch_begin(&fixture->store, &fixture->flow, &watched->options, &watched->watch, &err), err);
    fixture->options.observe = flow_watch_observe;
    fixture->options.observe_context = watched->watch;
    fixture_run(fixture, expected);
    ASSERT_OK(flow_watch_end(watched->watch, &fixture->outcome, &watched->problems, &err), err);
}

static Str file_text(Watched *watched, const char *name)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Error err = {0};
    Str text = {0};
    ASSERT_OK(disk_read(disk_system(), test_path(watched->fixture.state, name), 1 << 20, &bytes, &err), err);
    ASSERT_OK(arena_copy(&watched->fixture.arena, bytes_str(&bytes), &text, &err), err);
    return text;
}

static size_t count_of(Str text, const char *part)
{
    size_t count = 0;
    for (const char *at = text.data; (at = strstr(at, part)) != NULL; at++) count++;
    return count;
}

static void assert_has(Str text, const char *part)
{
    if (count_of(text, part) == 0) print_error("no '%s' in:\n%.*s\n", part, STR_ARG(text));
    assert_true(count_of(text, part) > 0);
}

static void metrics_tell_of_the_run_and_totals_go_on(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    watched.options.metrics = test_path(state, "pawl.prom");
    fixture_chain(&watched.fixture);
    watched_run(&watched, STEP_DONE);
    Str text = file_text(&watched, "pawl.prom");
    assert_has(text, "# TYPE pawl_runs_total counter\n");
    assert_has(text, "pawl_runs_total{pipeline=\"test\",state=\"done\"} 1\n");
    assert_has(text, "pawl_steps_total{pipeline=\"test\",state=\"done\"} 3\n");
    assert_has(text, "pawl_attempts_total{pipeline=\"test\"} 3\n");
    assert_has(text, "pawl_run_success{pipeline=\"test\"} 1\n");
    assert_has(text, "pawl_run_running{pipeline=\"test\"} 0\n");
    assert_has(text, "pawl_steps_waiting{pipeline=\"test\"} 0\n");
    assert_has(text, "pawl_step_duration_seconds{pipeline=\"test\",step=\"second\"} 0.");
    assert_true(str_ends(text, STR("\n")));
    watched_run(&watched, STEP_DONE);
    text = file_text(&watched, "pawl.prom");
    assert_has(text, "pawl_runs_total{pipeline=\"test\",state=\"done\"} 2\n");
    assert_has(text, "pawl_steps_total{pipeline=\"test\",state=\"cached\"} 3\n");
    assert_has(text, "pawl_attempts_total{pipeline=\"test\"} 3\n");
    assert_int_equal(watched.problems.size, 0);
}

static void failures_and_retries_are_counted_by_kind(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    watched.options.metrics = test_path(state, "pawl.prom");
    FlowStep *step = fixture_step(&watched.fixture, "bad", ": ; exit 3");
    step->retries = (FlowRetries){.limit = 1, .backoff_us = 1000, .factor = 1};
    watched_run(&watched, STEP_FAILED);
    Str text = file_text(&watched, "pawl.prom");
    assert_has(text, "pawl_attempt_failures_total{pipeline=\"test\",kind=\"exit\"} 2\n");
    assert_has(text, "pawl_attempt_failures_total{pipeline=\"test\",kind=\"timeout\"} 0\n");
    assert_has(text, "pawl_attempts_total{pipeline=\"test\"} 2\n");
    assert_has(text, "pawl_retries_total{pipeline=\"test\"} 1\n");
    assert_has(text, "pawl_run_success{pipeline=\"test\"} 0\n");
}

static void lineage_has_one_start_and_one_end_for_each_run(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    watched.options.lineage = test_path(state, "events.jsonl");
    fixture_chain(&watched.fixture);
    watched_run(&watched, STEP_DONE);
    Str text = file_text(&watched, "events.jsonl");
    assert_int_equal(count_of(text, "\n"), 8);
    assert_int_equal(count_of(text, "\"eventType\":\"START\""), 4);
    assert_int_equal(count_of(text, "\"eventType\":\"COMPLETE\""), 4);
    assert_int_equal(count_of(text, "\"parent\":{\"_producer\":"), 6);
    assert_int_equal(count_of(text, "\"nominalTime\":"), 8);
    assert_int_equal(count_of(text, "\"jobType\":{\"_producer\":"), 8);
    assert_int_equal(count_of(text, "\"datasetVersion\":\""), 5);
    assert_has(text, "\"name\":\"test.second.out\"");
    assert_has(text, "\"schemaURL\":\"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent\"");
}

static void lineage_of_a_refusal_has_error_and_assertion(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    watched.options.lineage = test_path(state, "events.jsonl");
    (void)fixture_step(&watched.fixture, "gate",
                       "echo '{\"message\": \"rmse is worse\"}' > $PAWL_RESULT; echo 1 > $PAWL_OUTPUT_OUT; exit 1");
    watched_run(&watched, STEP_REFUSED);
    Str text = file_text(&watched, "events.jsonl");
    assert_int_equal(count_of(text, "\"eventType\":\"FAIL\""), 2);
    assert_has(text, "\"assertions\":[{\"assertion\":\"rmse is worse\",\"success\":false}]");
    assert_has(text, "\"message\":\"rmse is worse\",\"programmingLanguage\":\"shell\"");
}

static void a_command_gets_the_event_on_its_input(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    Error err = {0};
    Str command = {0};
    ASSERT_OK(
        arena_format(&watched.fixture.arena, &command, &err, "cat >> %.*s", STR_ARG(test_path(state, "alerts.jsonl"))),
        err);
    watched.alerts[0] = (FlowAlert){.on_failure = true, .on_retry = true, .command = command};
    watched.fixture.flow.alert_count = 1;
    FlowStep *step = fixture_step(&watched.fixture, "bad", ": ; exit 3");
    step->retries = (FlowRetries){.limit = 1, .backoff_us = 1000, .factor = 1};
    watched_run(&watched, STEP_FAILED);
    Str text = file_text(&watched, "alerts.jsonl");
    assert_int_equal(count_of(text, "\"specversion\":\"1.0\""), 2);
    assert_has(text, "\"type\":\"dev.pawl.step.retried\"");
    assert_has(text, "\"type\":\"dev.pawl.run.failed\"");
    assert_has(text, "\"source\":\"/pawl/test\"");
    assert_has(text, "\"step\":\"bad\",\"attempt\":1");
    assert_int_equal(watched.problems.size, 0);
    assert_false(disk_exists(disk_system(), test_path(state, ".pawl/outbox/requests")));
}

static void a_run_that_lasts_too_long_is_told_once(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    Error err = {0};
    Str command = {0};
    ASSERT_OK(
        arena_format(&watched.fixture.arena, &command, &err, "cat >> %.*s", STR_ARG(test_path(state, "alerts.jsonl"))),
        err);
    watched.alerts[0] = (FlowAlert){.on_late = true, .late_us = 1000, .command = command};
    watched.alerts[1] = (FlowAlert){.on_success = true, .command = command};
    watched.fixture.flow.alert_count = 2;
    (void)fixture_step(&watched.fixture, "slow", "sleep 0.1; echo 1 > $PAWL_OUTPUT_OUT");
    watched_run(&watched, STEP_DONE);
    Str text = file_text(&watched, "alerts.jsonl");
    assert_int_equal(count_of(text, "dev.pawl.run.late"), 1);
    assert_int_equal(count_of(text, "dev.pawl.run.succeeded"), 1);
}

static void what_fails_to_be_told_fails_no_run(void **state)
{
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    watched.alerts[0] = (FlowAlert){.on_success = true, .command = STR("exit 7")};
    watched.alerts[1] = (FlowAlert){.on_success = true, .webhook = STR("http://127.0.0.1:1/secret")};
    watched.fixture.flow.alert_count = 2;
    watched.options.metrics = test_path(state, "no/such/folder/pawl.prom");
    watched.options.patience_us = 1000000;
    fixture_chain(&watched.fixture);
    watched_run(&watched, STEP_DONE);
    assert_has(bytes_str(&watched.problems), "alert to exit 7: 1 not delivered");
    assert_has(bytes_str(&watched.problems), "alert to http://127.0.0.1:1: 1 not delivered");
    assert_has(bytes_str(&watched.problems), "no/such/folder");
    assert_int_equal(count_of(bytes_str(&watched.problems), "secret"), 0);
}

/// Answers `count` requests with `answers[i]` and appends their bodies to the file. Listens before it returns.
static pid_t server_start(void **state, int count, const char *const *answers, uint16_t *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(listen(listening, 8), 0);
    *out_port = ntohs(address.sin_port);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0) {
        (void)close(listening);
        return child;
    }
    FILE *file = fopen(test_path(state, "posted").data, "a");
    for (int i = 0; i < count && file != NULL; i++) {
        char text[20000] = "";
        size_t used = 0;
        int connection = accept(listening, NULL, NULL);
        for (;;) {
            ssize_t got = read(connection, text + used, sizeof(text) - 1 - used);
            if (got <= 0) break;
            used += (size_t)got;
            text[used] = 0;
            const char *body = strstr(text, "\r\n\r\n");
            const char *length = strstr(text, "Content-Length: ");
            if (body != NULL && length != NULL && strlen(body + 4) >= (size_t)atoi(length + 16)) break;
        }
        (void)fprintf(file, "%s\n", text);
        (void)dprintf(connection, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answers[i]);
        (void)close(connection);
    }
    if (file != NULL) (void)fclose(file);
    _exit(0);
}

static void a_webhook_that_fails_once_is_tried_again(void **state)
{
    static const char *const ANSWERS[] = {"503 Busy", "204 No Content"};
    uint16_t port = 0;
    Error err = {0};
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    pid_t server = server_start(state, 2, ANSWERS, &port);
    ASSERT_OK(arena_format(&watched.fixture.arena, &watched.alerts[0].webhook, &err, "http://127.0.0.1:%u/hook", port),
              err);
    watched.alerts[0].on_success = true;
    watched.fixture.flow.alert_count = 1;
    fixture_chain(&watched.fixture);
    watched_run(&watched, STEP_DONE);
    assert_int_equal(fixture_wait(server), 0);
    Str text = file_text(&watched, "posted");
    assert_int_equal(count_of(text, "POST /hook HTTP/1.1"), 2);
    assert_has(text, "Content-Type: application/cloudevents+json");
    assert_int_equal(count_of(text, "dev.pawl.run.succeeded"), 2);
    assert_int_equal(watched.problems.size, 0);
}

static void lineage_is_posted_in_order(void **state)
{
    static const char *const ANSWERS[] = {"201 Created", "201 Created", "201 Created", "201 Created"};
    uint16_t port = 0;
    Error err = {0};
    AUTO(watched_deinit) Watched watched;
    watched_init(&watched, state);
    pid_t server = server_start(state, 4, ANSWERS, &port);
    ASSERT_OK(arena_format(&watched.fixture.arena, &watched.options.lineage, &err, "http://127.0.0.1:%u/api/v1/lineage",
                           port),
              err);
    (void)fixture_step(&watched.fixture, "one", "echo 1 > $PAWL_OUTPUT_OUT");
    watched_run(&watched, STEP_DONE);
    assert_int_equal(watched.problems.size, 0);
    assert_int_equal(fixture_wait(server), 0);
    Str text = file_text(&watched, "posted");
    assert_int_equal(count_of(text, "POST /api/v1/lineage HTTP/1.1"), 4);
    const char *first_end = strstr(text.data, "COMPLETE");
    assert_non_null(first_end);
    assert_null(strstr(first_end, "\"START\""));
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(metrics_tell_of_the_run_and_totals_go_on),
        TEST_IN_DIRECTORY(failures_and_retries_are_counted_by_kind),
        TEST_IN_DIRECTORY(lineage_has_one_start_and_one_end_for_each_run),
        TEST_IN_DIRECTORY(lineage_of_a_refusal_has_error_and_assertion),
        TEST_IN_DIRECTORY(a_command_gets_the_event_on_its_input),
        TEST_IN_DIRECTORY(a_run_that_lasts_too_long_is_told_once),
        TEST_IN_DIRECTORY(what_fails_to_be_told_fails_no_run),
        TEST_IN_DIRECTORY(a_webhook_that_fails_once_is_tried_again),
        TEST_IN_DIRECTORY(lineage_is_posted_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
