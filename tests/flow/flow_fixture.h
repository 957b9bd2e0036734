/// A store, and flows of shell scripts to run in it. Each test program that includes it is its own supervisor: main calls
/// fixture_main first.
///
/// A script tells that it ran by `ran NAME`; fixture_ran counts those lines, over all processes and schedulers.
#ifndef PAWL_TESTS_FLOW_FIXTURE_H
#define PAWL_TESTS_FLOW_FIXTURE_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flow/flow.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"
#include "sys/environment.h"
#include "sys/process_marked.h"

enum { FIXTURE_STEPS_MAX = 16, FIXTURE_EDGES_MAX = 8 };

static const char FIXTURE_PRELUDE[] = "set -e; ran() { echo \"$1\" >> \"$PAWL_DIRECTORY/ran\"; }; ";

typedef struct Fixture {
    void **state;
    Arena arena;
    Store store;
    Interrupt interrupt;
    FlowStep steps[FIXTURE_STEPS_MAX];
    FlowInput inputs[FIXTURE_STEPS_MAX][FIXTURE_EDGES_MAX];
    Str after[FIXTURE_STEPS_MAX][FIXTURE_EDGES_MAX];
    Flow flow;
    FlowOptions options;
    FlowOutcome outcome;
    Str supervisor[2];
} Fixture;

static inline void fixture_init_on(Fixture *fixture, void **state, const Disk *disk)
{
    Error err = {0};
    *fixture = (Fixture){.state = state};
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk, clock_system(), &fixture->store, &err), err);
    ASSERT_OK(environment_executable(&fixture->arena, &fixture->supervisor[0], &err), err);
    fixture->supervisor[1] = STR("supervise");
    fixture->flow = (Flow){.name = STR("test"), .directory = test_path(state, ""), .steps = fixture->steps};
    fixture->options = (FlowOptions){.parallel_max = 2,
                                     .threads = 1,
                                     .as_of_us = 7,
                                     .supervisor = fixture->supervisor,
                                     .supervisor_count = 2,
                                     .grace_us = 300000};
}

static inline void fixture_init(Fixture *fixture, void **state)
{
    fixture_init_on(fixture, state, disk_system());
}

static inline void fixture_deinit(Fixture *fixture)
{
    flow_outcome_deinit(&fixture->outcome);
    store_deinit(&fixture->store);
    arena_deinit(&fixture->arena);
}

static inline Str fixture_text(Fixture *fixture, const char *text)
{
    Error err = {0};
    Str copy = {0};
    ASSERT_OK(arena_copy(&fixture->arena, str_from(text), &copy, &err), err);
    return copy;
}

/// A step that runs `script`, with one output "out" unless `script` begins with ':'.
static inline FlowStep *fixture_step(Fixture *fixture, const char *name, const char *script)
{
    static const FlowOutput OUT = {.name = {"out", 3}};
    Error err = {0};
    Str *argv = arena_alloc_array(&fixture->arena, 3, sizeof(Str), &err);
    assert_non_null(argv);
    argv[0] = STR("/bin/sh");
    argv[1] = STR("-c");
    ASSERT_OK(arena_format(&fixture->arena, &argv[2], &err, "%s%s", FIXTURE_PRELUDE, script), err);

    FlowStep *step = &fixture->steps[fixture->flow.step_count];
    *step = (FlowStep){.name = fixture_text(fixture, name),
                       .kind = STR("command"),
                       .argv = argv,
                       .argv_count = 3,
                       .params = STR("{}"),
                       .outputs = &OUT,
                       .output_count = script[0] == ':' ? 0 : 1,
                       .inputs = fixture->inputs[fixture->flow.step_count],
                       .after = fixture->after[fixture->flow.step_count],
                       .code_digest = STR("1")};
    fixture->flow.step_count++;
    return step;
}

/// `step` reads output "out" of the step `from` as the input of that name.
static inline void fixture_read(Fixture *fixture, FlowStep *step, const char *from)
{
    size_t position = (size_t)(step - fixture->steps);
    fixture->inputs[position][step->input_count++] =
        (FlowInput){.name = fixture_text(fixture, from), .step = fixture_text(fixture, from), .output = STR("out")};
}

/// A chain: "first" -> "second" -> "third".
static inline void fixture_chain(Fixture *fixture)
{
    (void)fixture_step(fixture, "first", "ran first; echo 1 > $PAWL_OUTPUT_OUT");
    FlowStep *second = fixture_step(
        fixture, "second", "ran second; mkdir $PAWL_OUTPUT_OUT; cat $PAWL_INPUT_FIRST > $PAWL_OUTPUT_OUT/rows");
    fixture_read(fixture, second, "first");
    FlowStep *third = fixture_step(
        fixture, "third", "ran third; cat $PAWL_INPUT_SECOND/rows > $PAWL_OUTPUT_OUT; echo 3 >> $PAWL_OUTPUT_OUT");
    fixture_read(fixture, third, "second");
}

static inline void fixture_run(Fixture *fixture, StepState expected)
{
    Error err = {0};
    flow_outcome_deinit(&fixture->outcome);
    ASSERT_OK(flow_run(&fixture->store, &fixture->flow, &fixture->options, &fixture->outcome, &err), err);
    if (fixture->outcome.state != expected)
        print_error("%.*s: %.*s\n", STR_ARG(fixture->outcome.failed_step), STR_ARG(fixture->outcome.message));
    assert_string_equal(step_state_name(fixture->outcome.state), step_state_name(expected));
}

/// How often the script told that it ran.
static inline size_t fixture_ran(Fixture *fixture, const char *name)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    size_t count = 0;
    if (!disk_read(disk_system(), test_path(fixture->state, "ran"), 1 << 20, &text, &err)) return 0;
    Str rest = bytes_str(&text);
    Str line = {0};
    while (str_split(&rest, '\n', &line)) count += str_equal(line, str_from(name));
    return count;
}

static inline RunRecord fixture_record(Fixture *fixture)
{
    Error err = {0};
    RunRecord record = {0};
    ASSERT_OK(flow_run_find(&fixture->store, (Str){0}, &fixture->arena, &record, &err), err);
    return record;
}

static inline const StepRecord *fixture_step_record(Fixture *fixture, const char *name)
{
    static RunRecord record;
    record = fixture_record(fixture);
    for (size_t i = 0; i < record.step_count; i++) {
        if (str_equal(record.steps[i].step, str_from(name))) return &record.steps[i];
    }
    fail();
    return NULL;
}

static inline void fixture_assert_state(Fixture *fixture, const char *step, StepState expected)
{
    assert_string_equal(step_state_name(fixture_step_record(fixture, step)->state), step_state_name(expected));
}

/// The text of a step's output "out", a file.
static inline Str fixture_output(Fixture *fixture, const char *step)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    const StepRecord *record = fixture_step_record(fixture, step);
    Str text = {0};
    assert_int_equal(record->output_count, 1);
    ASSERT_OK(disk_read(disk_system(), record->outputs[0].path, 1 << 20, &bytes, &err), err);
    ASSERT_OK(arena_copy(&fixture->arena, bytes_str(&bytes), &text, &err), err);
    return text;
}

static inline int64_t fixture_count(Fixture *fixture, const char *sql)
{
    Error err = {0};
    AUTO(statement_finalize) Statement *statement = NULL;
    bool row = false;
    ASSERT_OK(statement_prepare(fixture->store.database, sql, &statement, &err), err);
    ASSERT_OK(statement_step(statement, &row, &err), err);
    return statement_int(statement, 0);
}

/// Waits until the file is there, at most 20 s.
static inline void fixture_await(Fixture *fixture, const char *name)
{
    Str path = test_path(fixture->state, name);
    for (int i = 0; i < 4000 && !disk_exists(disk_system(), path); i++) usleep(5000);
    assert_true(disk_exists(disk_system(), path));
}

static inline void fixture_touch(Fixture *fixture, const char *name)
{
    Error err = {0};
    ASSERT_OK(disk_write_atomic(disk_system(), test_path(fixture->state, name), STR("x"), &err), err);
}

/// No process of any attempt is left; supervisors are given a moment to go.
static inline void fixture_assert_no_orphans(Fixture *fixture)
{
    Error err = {0};
    Str line = {0};
    size_t count = 1;
    ASSERT_OK(arena_format(&fixture->arena, &line, &err, "PAWL_DIRECTORY=%.*s", STR_ARG(fixture->flow.directory)), err);
    for (int i = 0; i < 400 && count > 0; i++) {
        ASSERT_OK(process_count_marked(line, &count, &err), err);
        if (count > 0) usleep(5000);
    }
    assert_int_equal(count, 0);
}

/// A child process that does `work` and exits with its result.
static inline pid_t fixture_fork(int (*work)(void **state), void **state)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)setpgid(0, 0);
        _exit(work(state));
    }
    (void)setpgid(child, child);
    return child;
}

static inline int fixture_wait(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/// The supervisor's part of main: -1 when this process is none.
static inline int fixture_main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "supervise") == 0) return flow_supervise(str_from(argv[2]));
    return -1;
}

#endif
