/// Runs stages by hand, as their processes would: a step.json in, outputs and a result.json out. Include after support/test.h.
#ifndef PAWL_TESTS_STAGE_FIXTURE_H
#define PAWL_TESTS_STAGE_FIXTURE_H

#include <stdio.h>

#include "registry/registry.h"
#include "stage/stage.h"
#include "store/store.h"
#include "support/test_directory.h"
#include "support/test_lake.h"
#include "sys/clock.h"
#include "text/json.h"

enum { FIXTURE_INPUTS_MAX = 8 };

/// One attempt of a step, in the test's directory "attempt".
typedef struct Attempt {
    StepRequest request;
    StepArtifact inputs[FIXTURE_INPUTS_MAX];
    StepArtifact output;
    Arena arena;
    StepResult result;
    int exit_code;
} Attempt;

static inline void attempt_deinit(Attempt *attempt)
{
    step_result_deinit(&attempt->result);
    arena_deinit(&attempt->arena);
}

/// The two parts as one path in the test's directory.
static inline Str attempt_path(void **state, Attempt *attempt, const char *begin, const char *end)
{
    Error err = {0};
    char text[256];
    Str path = {0};
    (void)snprintf(text, sizeof(text), "%s%s", begin, end);
    ASSERT_OK(path_join(&attempt->arena, test_path(state, ""), str_from(text), &path, &err), err);
    return path;
}

/// `output` is also the directory's name; NULL: no output.
static inline void attempt_begin(Attempt *attempt, void **state, const char *step, const char *kind, const char *output)
{
    *attempt = (Attempt){
        .request = {
            .run = STR("1"), .step = str_from(step), .kind = str_from(kind), .attempt = 1, .seed = 7, .threads = 1}};
    attempt->request.checkpoint = attempt_path(state, attempt, ".pawl/work/checkpoint-", step);
    if (output != NULL) {
        attempt->output =
            (StepArtifact){.name = str_from(output), .path = attempt_path(state, attempt, ".pawl/work/out-", step)};
        attempt->request.outputs = &attempt->output;
        attempt->request.output_count = 1;
    }
}

/// An input that an earlier attempt made.
static inline void attempt_input(Attempt *attempt, const char *name, const Attempt *from)
{
    Error err = {0};
    StepArtifact *input = &attempt->inputs[attempt->request.input_count++];
    *input = (StepArtifact){.name = str_from(name), .path = from->output.path};
    ASSERT_OK(object_digest(disk_system(), input->path, &input->digest, &err), err);
    input->logical = input->digest;
    attempt->request.inputs = attempt->inputs;
}

static inline void attempt_run(Attempt *attempt, void **state, const char *params)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    Str folder = attempt_path(state, attempt, ".pawl/work/", "attempt");
    Str step_json = attempt_path(state, attempt, ".pawl/work/attempt/", "step.json");
    StageContext context = {.disk = disk_system(), .clock = clock_system()};
    context.directory = test_path(state, "");
    context.store = test_path(state, ".pawl");
    context.progress_path = attempt_path(state, attempt, "", "progress");
    ASSERT_OK(disk_make_directories(disk_system(), folder, &err), err);
    ASSERT_OK(step_request_encode(&attempt->request, str_from(params), &text, &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), step_json, bytes_str(&text), &err), err);
    step_result_deinit(&attempt->result);
    attempt->exit_code = stage_main(&context, step_json);
    bytes_clear(&text);
    ASSERT_OK(disk_read(disk_system(), attempt_path(state, attempt, ".pawl/work/attempt/", "result.json"), 1 << 20,
                        &text, &err),
              err);
    ASSERT_OK(step_result_decode(STR("result.json"), bytes_str(&text), &attempt->result, &err), err);
}

static inline void expect_exit(const Attempt *attempt, int exit_code, const char *message)
{
    bool found = false;
    Str text = attempt->result.message;
    for (size_t i = 0; i <= text.size && !found; i++)
        found = str_starts(str_slice(text, i, text.size), str_from(message));
    if (!found || attempt->exit_code != exit_code)
        print_error("exit %d: %.*s\nwanted: exit %d: ...%s...\n", attempt->exit_code, STR_ARG(text), exit_code,
                    message);
    assert_true(found && attempt->exit_code == exit_code);
}

static inline void expect_handed_on(const Attempt *attempt, const char *name, const char *json)
{
    for (size_t i = 0; i < attempt->result.value_count; i++) {
        if (!str_equal(attempt->result.values[i].name, str_from(name))) continue;
        ASSERT_STR(attempt->result.values[i].json, json);
        return;
    }
    fail_msg("no value '%s'", name);
}

#endif
