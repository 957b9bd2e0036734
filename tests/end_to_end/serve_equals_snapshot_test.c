/// For every held-out example, what the server answers equals the snapshot's features and the model's prediction, bit for bit.
#include "base/memory.h"
#include "dataset/snapshot.h"
#include "evaluate/evaluation.h"
#include "flow/flow.h"
#include "model/package.h"
#include "support/http_client.h"
#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "text/json.h"
#include "text/json_writer.h"
#include "text/timestamp.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_PER_REQUEST = 250 };

/// The run's snapshot and model, read beside the server.
typedef struct Fixture {
    Arena arena;
    Lake *lake;
    Snapshot snapshot;
    Model model;
    uint64_t *rows;
    size_t count;
    double *predictions;
} Fixture;

static Str output_path(Store *store, const char *step_name, Arena *arena)
{
    RunRecord run = {0};
    Error err = {0};
    Str path = {0};
    ASSERT_OK(flow_run_find(store, (Str){0}, arena, &run, &err), err);
    for (size_t i = 0; i < run.step_count; i++)
        if (str_equal(run.steps[i].step, str_from(step_name)))
            ASSERT_OK(object_path(store, &run.steps[i].outputs[0].digest, arena, &path, &err), err);
    assert_int_not_equal(path.size, 0);
    return path;
}

static void fixture_init(void **state, Fixture *fixture)
{
    Store store = {0};
    Error err = {0};
    LakeOptions options = {.threads = 1};
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), clock_system(), &store, &err), err);
    ASSERT_OK(lake_open(&options, &fixture->lake, &err), err);
    ASSERT_OK(snapshot_read(fixture->lake, disk_system(), output_path(&store, "dataset", &fixture->arena),
                            &fixture->snapshot, &err),
              err);
    ASSERT_OK(model_open(disk_system(), output_path(&store, "train", &fixture->arena), &fixture->model, &err), err);
    ASSERT_OK(snapshot_rows(&fixture->snapshot, SPLIT_TEST, &fixture->rows, &fixture->count, &err), err);
    fixture->predictions = arena_alloc_array(&fixture->arena, fixture->count, sizeof(double), &err);
    ASSERT_OK(model_predict(&fixture->model, &fixture->snapshot.frame, fixture->rows, fixture->count,
                            fixture->predictions, &err),
              err);
    store_deinit(&store);
}

static void fixture_deinit(Fixture *fixture)
{
    memory_free(fixture->rows);
    model_deinit(&fixture->model);
    snapshot_deinit(&fixture->snapshot);
    lake_close(&fixture->lake);
    arena_deinit(&fixture->arena);
}

static void value_write(JsonWriter *json, const Vector *vector, size_t row)
{
    Error err = {0};
    bool done = false;
    if (!vector_is_valid(vector, row))
        done = json_null(json, &err);
    else if (type_storage(vector->type) == STORAGE_FLOAT)
        done = json_double(json, vector->values.floats[row], &err);
    else if (type_storage(vector->type) == STORAGE_INT)
        done = json_int(json, vector->values.ints[row], &err);
    else if (type_storage(vector->type) == STORAGE_STRING)
        done = json_str(json, vector->values.strings[row], &err);
    else
        fail_msg("this test has no inputs of another type");
    ASSERT_OK(done, err);
}

static Vector column(const Fixture *fixture, const char *prefix, Str name)
{
    char text[256];
    Vector vector = {0};
    Error err = {0};
    (void)snprintf(text, sizeof(text), "%s%.*s", prefix, STR_ARG(name));
    ASSERT_OK(frame_find(&fixture->snapshot.frame, str_from(text), &vector, &err), err);
    return vector;
}

static void request_write(const Fixture *fixture, size_t begin, size_t end, Bytes *out)
{
    const Plan *plan = &fixture->snapshot.plan;
    Vector at = column(fixture, "", STR("_at"));
    Error err = {0};
    bytes_clear(out);
    JsonWriter json = json_writer(out, JSON_COMPACT);
    ASSERT_OK(json_object_begin(&json, &err) && json_field_array(&json, STR("inputs"), &err), err);
    for (size_t i = begin; i < end; i++) {
        ASSERT_OK(json_object_begin(&json, &err), err);
        for (uint32_t k = 0; k < plan->input_count; k++) {
            Vector input = column(fixture, "input.", plan->inputs[k].name);
            ASSERT_OK(json_key(&json, plan->inputs[k].name, &err), err);
            value_write(&json, &input, fixture->rows[i]);
        }
        ASSERT_OK(json_object_end(&json, &err), err);
    }
    ASSERT_OK(json_array_end(&json, &err) && json_field_array(&json, STR("at"), &err), err);
    for (size_t i = begin; i < end; i++)
        ASSERT_OK(json_str(&json, str_from(timestamp_format(at.values.ints[fixture->rows[i]]).text), &err), err);
    ASSERT_OK(json_array_end(&json, &err) && json_object_end(&json, &err), err);
}

static bool same_double(const Node *node, double expected)
{
    double actual = node->kind == NODE_INT ? (double)node->integer : node->number;
    return (node->kind == NODE_FLOAT || node->kind == NODE_INT) && memcmp(&actual, &expected, sizeof(double)) == 0;
}

static bool same_value(const Node *node, const Vector *vector, size_t row)
{
    if (!vector_is_valid(vector, row)) return node->kind == NODE_NULL;
    if (type_storage(vector->type) == STORAGE_FLOAT) return same_double(node, vector->values.floats[row]);
    if (type_storage(vector->type) == STORAGE_INT)
        return node->kind == NODE_INT && node->integer == vector->values.ints[row];
    if (type_storage(vector->type) == STORAGE_STRING) return str_equal(node->text, vector->values.strings[row]);
    return node->kind == NODE_BOOL && node->boolean == (vector->values.bools[row] != 0);
}

static size_t rows_compare(const Fixture *fixture, size_t begin, Str response)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    Error err = {0};
    const Plan *plan = &fixture->snapshot.plan;
    ASSERT_OK(json_parse(STR("response"), response, &arena, &document, &err), err);
    const Node *results = node_get(document.root, STR("results"));
    for (size_t i = 0; i < node_count(results); i++) {
        const Node *features = node_get(node_at(results, i), STR("features"));
        assert_int_equal(node_count(features), plan->feature_count);
        for (uint32_t k = 0; k < plan->feature_count; k++) {
            Vector expected = column(fixture, "", plan->features[k].name);
            const Node *actual = node_get(features, plan->features[k].name);
            if (!same_value(actual, &expected, fixture->rows[begin + i]))
                print_error("row %zu: %.*s differs: %.*s\n", begin + i, STR_ARG(plan->features[k].name),
                            STR_ARG(actual->text));
            assert_true(same_value(actual, &expected, fixture->rows[begin + i]));
        }
        assert_true(same_double(node_get(node_at(results, i), STR("prediction")), fixture->predictions[begin + i]));
    }
    return node_count(results);
}

/// An example over the taxi trips, beside them.
static void pipeline_run_in(void **state, const char *example)
{
    Bytes text = {0};
    (void)shell_text(&text,
                     "cd '%s' && cp -r '%s/examples/nyc-taxi/data' . && sed 's|[.][.]/nyc-taxi/||' "
                     "'%s/examples/%s/pawl.yaml' > pawl.yaml && '%s' run",
                     test_path(state, "").data, shell_root(), shell_root(), example, shell_pawl());
    bytes_deinit(&text);
}

static void example_check(void **state, const char *example)
{
    Fixture fixture = {0};
    ServerProcess server = {0};
    Bytes body = {0};
    Bytes response = {0};
    size_t compared = 0;
    pipeline_run_in(state, example);
    fixture_init(state, &fixture);
    server_process_start(&server, shell_pawl(), test_path(state, "").data, "");
    for (size_t begin = 0; begin < fixture.count; begin += ROWS_PER_REQUEST) {
        size_t end = begin + ROWS_PER_REQUEST < fixture.count ? begin + ROWS_PER_REQUEST : fixture.count;
        request_write(&fixture, begin, end, &body);
        int status = http_request(server.port, "POST", "/v1/predict", bytes_str(&body), &response);
        if (status != 200) print_error("%.*s\n", STR_ARG(bytes_str(&response)));
        assert_int_equal(status, 200);
        compared += rows_compare(&fixture, begin, bytes_str(&response));
    }
    assert_int_equal(compared, fixture.count);
    assert_true(fixture.count > 1000);
    // One row alone gives the same bits as in a batch.
    request_write(&fixture, 7, 8, &body);
    assert_int_equal(http_request(server.port, "POST", "/v1/predict", bytes_str(&body), &response), 200);
    assert_int_equal(rows_compare(&fixture, 7, bytes_str(&response)), 1);
    assert_int_equal(server_process_stop(&server), 0);
    bytes_deinit(&body);
    bytes_deinit(&response);
    fixture_deinit(&fixture);
}

static void served_features_and_predictions_equal_the_snapshots(void **state)
{
    example_check(state, "nyc-taxi");
}

static void predictions_through_fitted_transforms_are_served_with_the_same_bits(void **state)
{
    example_check(state, "fitted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(served_features_and_predictions_equal_the_snapshots),
        TEST_IN_DIRECTORY(predictions_through_fitted_transforms_are_served_with_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
