/// A promotion and a rollback while clients ask: no request fails, and each answer is wholly one version's.
#include "support/http_client.h"
#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { CLIENTS = 3, SWAPS = 4, PAUSE_US = 1200000, ANSWERS_KEPT = 8, ANSWER_BYTES_MAX = 4096 };

static const char REQUEST[] =
    "{\"inputs\": {\"vendor_id\": 1, \"passenger_count\": 1, \"pickup_longitude\": -73.98, \"pickup_latitude\": 40.75, "
    "\"dropoff_longitude\": -73.95, \"dropoff_latitude\": 40.78}, \"at\": \"2016-02-20T12:00:00Z\"}";

/// One client: how many answers it had, how many requests failed, and which different answers there were.
typedef struct Client {
    pthread_t thread;
    uint32_t port;
    atomic_bool *over;
    size_t answered, failed, kept;
    char answers[ANSWERS_KEPT][ANSWER_BYTES_MAX];
} Client;

static void answer_keep(Client *client, Str answer)
{
    if (answer.size >= ANSWER_BYTES_MAX) return;
    for (size_t i = 0; i < client->kept; i++)
        if (str_equal(answer, str_from(client->answers[i]))) return;
    if (client->kept < ANSWERS_KEPT) memcpy(client->answers[client->kept], answer.data, answer.size);
    client->kept++;
}

static void *client_body(void *context)
{
    Client *client = context;
    Bytes answer = {0};
    while (!atomic_load(client->over)) {
        int status = http_request(client->port, "POST", "/v1/predict", str_from(REQUEST), &answer);
        client->answered++;
        if (status != 200) client->failed++;
        answer_keep(client, bytes_str(&answer));
        (void)usleep(5000);
    }
    bytes_deinit(&answer);
    return NULL;
}

/// Two versions that answer differently; the second is in production.
static void versions_make(void **state)
{
    Bytes text = {0};
    const char *directory = test_path(state, "").data;
    (void)shell_text(
        &text,
        "cd '%s' && cp -r '%s/examples/nyc-taxi/.' . && '%s' run && "
        "{ '%s' run --set train.params.rounds=20 || '%s' model promote trip-duration@2 --force --reason test; }",
        directory, shell_root(), shell_pawl(), shell_pawl(), shell_pawl());
    bytes_deinit(&text);
}

static void alias_swap(void **state, int i)
{
    Bytes text = {0};
    const char *words = i % 2 == 0 ? "rollback trip-duration" : "promote trip-duration@2";
    (void)shell_text(&text, "cd '%s' && '%s' model %s --force --reason swap", test_path(state, "").data, shell_pawl(),
                     words);
    bytes_deinit(&text);
}

static void a_swap_under_load_fails_no_request(void **state)
{
    static Client clients[CLIENTS];
    ServerProcess server = {0};
    atomic_bool over = false;
    size_t answered = 0;
    versions_make(state);
    server_process_start(&server, shell_pawl(), test_path(state, "").data, "");
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = (Client){.port = server.port, .over = &over};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, client_body, &clients[i]), 0);
    }
    for (int i = 0; i < SWAPS; i++) {
        alias_swap(state, i);
        (void)usleep(PAUSE_US);
    }
    atomic_store(&over, true);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
        assert_int_equal(clients[i].failed, 0);
        // Two versions give two answers, never a third.
        assert_int_equal(clients[i].kept, 2);
        answered += clients[i].answered;
    }
    assert_true(answered > 100);
    assert_int_equal(server_process_stop(&server), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_IN_DIRECTORY(a_swap_under_load_fails_no_request)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
