/// Every executor held to the same: results, what a step can reach, and that nothing of it stays.
#include "flow_fixture.h"

#include "flow/container_engine_internal.h"
#include "flow/executor_internal.h"
#include "sys/temporary.h"

#define TEST_IMAGE "localhost/pawl-test:executor"

/// Those that work here; a test says which do not.
typedef struct Here {
    Arena arena;
    Str image_digest;
    Str names[EXECUTOR_COUNT_MAX];
    size_t count;
} Here;

static Here here;

static bool sandbox_works(void)
{
    return system("bwrap --unshare-pid --ro-bind / / true > /dev/null 2>&1") == 0;
}

static bool container_works(void)
{
    Error err = {0};
    ContainerEngine engine = {0};
    AUTO(arena_deinit) Arena arena = {0};
    if (system("\"$PAWL_ROOT/tests/support/container_image.sh\" " TEST_IMAGE " > image.log 2>&1") != 0) return false;
    if (!executor_image_digest(STR(TEST_IMAGE), &here.arena, &here.image_digest, &err)) return false;
    bool works = engine_find(STR("."), here.image_digest, &arena, &engine, &err);
    if (!works) print_message("# %s\n", err.text);
    return works;
}

static int here_find(void **state)
{
    UNUSED(state);
    AUTO(temporary_directory_deinit) TemporaryDirectory folder = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    Error err = {0};
    ASSERT_OK(temporary_directory_init(&folder, disk_system(), (Str){0}, &err), err);
    ASSERT_OK(arena_copy(&arena, temporary_directory_path(&folder), &path, &err), err);
    assert_int_equal(chdir(path.data), 0);
    here.names[here.count++] = STR("process");
    if (sandbox_works())
        here.names[here.count++] = STR("sandbox");
    else
        print_message("# SKIPPED in the sandbox: bubblewrap cannot make one here\n");
    if (container_works())
        here.names[here.count++] = STR("container");
    else
        print_message("# SKIPPED in a container: no container engine works here\n");
    assert_int_equal(chdir("/"), 0);
    return 0;
}

static int here_forget(void **state)
{
    UNUSED(state);
    arena_deinit(&here.arena);
    return 0;
}

static void place_set(FlowStep *step, Str executor)
{
    step->place.executor = executor;
    step->place.image = here.image_digest.size > 0 ? STR(TEST_IMAGE) : (Str){0};
    step->place.image_digest = here.image_digest;
}

/// A fixture of its own for each executor that works here.
#define FOR_EACH_EXECUTOR(fixture)                                                                                     \
    for (size_t executor = 0; executor < here.count; executor++)                                                       \
        for (Fixture *fixture = fixture_open(here.names[executor]); fixture != NULL; fixture = fixture_close(fixture))

static void *fixture_state;

static Fixture *fixture_open(Str executor)
{
    static Fixture fixture;
    assert_int_equal(test_directory_setup(&fixture_state), 0);
    fixture_init(&fixture, &fixture_state);
    print_message("# executor %.*s\n", STR_ARG(executor));
    return &fixture;
}

static Fixture *fixture_close(Fixture *fixture)
{
    fixture_assert_no_orphans(fixture);
    fixture_deinit(fixture);
    assert_int_equal(test_directory_teardown(&fixture_state), 0);
    return NULL;
}

static FlowStep *step_on(Fixture *fixture, size_t executor, const char *name, const char *script)
{
    FlowStep *step = fixture_step(fixture, name, script);
    place_set(step, here.names[executor]);
    return step;
}

/// What can be compared between stores: names, keys, digests, messages, logs.
static Str record_text(Fixture *fixture)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    RunRecord record = fixture_record(fixture);
    for (size_t i = 0; i < record.step_count; i++) {
        AUTO(bytes_deinit) Bytes log = {0};
        const StepRecord *step = &record.steps[i];
        ASSERT_OK(disk_read(disk_system(), step->log_path, 1 << 20, &log, &err), err);
        ASSERT_OK(bytes_append_format(&out, &err, "%.*s %.*s %s %.*s\n%.*s\n", STR_ARG(step->step), STR_ARG(step->key),
                                      digest_hex(&step->outputs[0].digest).text, STR_ARG(step->message), (int)log.size,
                                      log.size == 0 ? "" : (const char *)log.data),
                  err);
    }
    Str text = {0};
    ASSERT_OK(arena_copy(&here.arena, bytes_str(&out), &text, &err), err);
    return text;
}

static void the_same_graph_gives_the_same_keys_results_and_logs(void **state)
{
    static const FlowVariable TOLD = {{"TOLD", 4}, {"told", 4}};
    UNUSED(state);
    Str expected = {0};
    FOR_EACH_EXECUTOR(fixture)
    {
        (void)step_on(fixture, executor, "first", "echo one; echo two >&2; echo three; echo 1 > $PAWL_OUTPUT_OUT");
        FlowStep *second = step_on(fixture, executor, "second",
                                   "mkdir $PAWL_OUTPUT_OUT; cat $PAWL_INPUT_FIRST > $PAWL_OUTPUT_OUT/rows;"
                                   "env | grep '^LC_ALL='; echo '{\"message\": \"said\"}' > $PAWL_RESULT; echo $TOLD");
        second->place.variables = &TOLD;
        second->place.variable_count = 1;
        fixture_read(fixture, second, "first");
        fixture_run(fixture, STEP_DONE);
        Str told = record_text(fixture);
        if (executor == 0) expected = told;
        ASSERT_STR(told, expected.data);
        fixture_run(fixture, STEP_DONE);
        assert_int_equal(fixture->outcome.cached, 2);
    }
}

/// flow.md 14, in each: a grandchild in a session of its own that ignores SIGTERM.
static void a_timeout_kills_the_whole_tree(void **state)
{
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        FlowStep *step = step_on(fixture, executor, "step",
                                 "(setsid sh -c 'trap \"\" TERM; echo x > deep; while :; do sleep 0.1; done' &) &"
                                 "while [ ! -f deep ]; do sleep 0.02; done; echo all there; sleep 60");
        step->timeout_us = 4000000;
        fixture_run(fixture, STEP_FAILED);
        assert_true(str_starts(fixture->outcome.message,
                               STR("took longer than its timeout of 4.0 s; its last lines:\nall there")));
    }
}

static void what_a_step_leaves_running_is_ended(void **state)
{
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        (void)step_on(fixture, executor, "step", "(setsid sleep 60 &) ; echo 1 > $PAWL_OUTPUT_OUT");
        fixture_run(fixture, STEP_DONE);
    }
}

static void a_step_that_is_to_end_is_asked_first(void **state)
{
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        FlowStep *step =
            step_on(fixture, executor, "step", "trap 'echo asked; exit 9' TERM; while :; do sleep 0.05; done");
        step->timeout_us = 3000000;
        fixture->options.grace_us = 20000000;
        fixture_run(fixture, STEP_FAILED);
        assert_true(str_ends(fixture->outcome.message, STR("\nasked")));
    }
}

static void a_signal_is_told_as_a_signal(void **state)
{
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        (void)step_on(fixture, executor, "step", "kill -SEGV $$; exit 139");
        fixture_run(fixture, STEP_FAILED);
        assert_true(str_starts(fixture->outcome.message, STR("killed by signal 11")));
    }
}

/// flow.md 15: the step, told apart from all other ends.
static void a_step_over_its_memory_fails_by_a_kind_of_its_own(void **state)
{
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        FlowStep *step =
            step_on(fixture, executor, "step", "head -c 400000000 /dev/zero | tail -c 390000000 > /dev/null; exit 137");
        step->place.memory_bytes = 32 << 20;
        step->retries = (FlowRetries){.limit = 1, .failures = 1U << FAILURE_MEMORY};
        fixture_run(fixture, STEP_FAILED);
        assert_true(
            str_starts(fixture->outcome.message, STR("was killed because it needed more than its memory of 32.0 MiB")));
        assert_int_equal(fixture_step_record(fixture, "step")->attempt, 2);
    }
}

/// In all but a process: what it did not declare cannot be reached.
static void a_step_reaches_only_what_is_its_own(void **state)
{
    static const char SCRIPT[] = "set +e; fail() { echo \"$1\"; exit 9; };"
                                 "touch $PAWL_DIRECTORY/mine 2> /dev/null && fail 'wrote into the pipeline';"
                                 "cat $PAWL_DIRECTORY/shared > /dev/null || fail 'cannot read the pipeline';"
                                 "touch $PAWL_INPUT_FIRST 2> /dev/null && fail 'changed an input';"
                                 "cat $PAWL_INPUT_FIRST > /dev/null || fail 'cannot read its input';"
                                 "cat $PAWL_DIRECTORY/.pawl/meta.db > /dev/null 2>&1 && fail 'read the store';"
                                 "[ -e $PAWL_DIRECTORY/.pawl/attempts/1/first ] && fail 'sees another attempt';"
                                 "touch $PAWL_STEP 2> /dev/null && fail 'changed step.json';"
                                 "[ $(grep -c : /proc/net/dev) -le 1 ] || fail 'has a network';"
                                 "touch /tmp/own || fail 'has no /tmp';"
                                 "echo 1 > $PAWL_OUTPUT_OUT";
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        if (executor == 0) continue;
        fixture_touch(fixture, "shared");
        (void)step_on(fixture, executor, "first", "echo 1 > $PAWL_OUTPUT_OUT");
        FlowStep *second = step_on(fixture, executor, "second", SCRIPT);
        fixture_read(fixture, second, "first");
        fixture_run(fixture, STEP_DONE);
    }
}

/// A program that is not there says so, and is not taken for a step's own answer.
static void what_cannot_be_started_is_told_apart(void **state)
{
    static const Str ARGV[] = {{"no-such-program-anywhere", 24}};
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        bool container = str_equal(here.names[executor], STR("container"));
        FlowStep *step = step_on(fixture, executor, "step", "true");
        step->argv = ARGV;
        step->argv_count = 1;
        fixture_run(fixture, STEP_FAILED);
        // In a container the shell has been started, and tells of it by its exit code.
        assert_true(str_starts(fixture->outcome.message,
                               container ? STR("exited with code 127") : STR("could not be started")));
        assert_non_null(strstr(fixture->outcome.message.data, "no-such-program-anywhere"));
    }
}

/// Whether any file below the directory has the text in it.
static bool tree_has(Str directory, const char *text)
{
    char command[1000];
    (void)snprintf(command, sizeof(command), "grep -rqaF '%s' '%.*s'", text, STR_ARG(directory));
    return system(command) == 0;
}

static void a_secret_is_handed_through_and_never_written_down(void **state)
{
    static const Str NAMES[] = {{"TOKEN", 5}};
    static const char SECRET[] = "s3cr3t-of-the-test";
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        assert_int_equal(setenv("TOKEN", SECRET, 1), 0);
        FlowStep *step =
            step_on(fixture, executor, "step",
                    "echo \"the token is $TOKEN\"; printf '{\"message\": \"%s\", \"values\": {\"t\": \"%s\"}}' $TOKEN "
                    "$TOKEN > $PAWL_RESULT;"
                    "echo \"{\\\"text\\\": \\\"$TOKEN\\\"}\" >> $PAWL_PROGRESS; echo ${#TOKEN} > $PAWL_OUTPUT_OUT");
        step->place.secrets = NAMES;
        step->place.secret_count = 1;
        fixture_run(fixture, STEP_DONE);
        ASSERT_STR(fixture_output(fixture, "step"), "18\n");
        ASSERT_STR(fixture_step_record(fixture, "step")->message, "***");
        assert_true(tree_has(fixture->store.root, "the token is ***"));
        assert_false(tree_has(fixture->store.root, SECRET));
        // Another value, the same key.
        assert_int_equal(setenv("TOKEN", "another", 1), 0);
        fixture_run(fixture, STEP_DONE);
        assert_int_equal(fixture->outcome.cached, 1);
    }
    assert_int_equal(unsetenv("TOKEN"), 0);
}

static void a_secret_in_an_output_is_not_kept(void **state)
{
    static const Str NAMES[] = {{"TOKEN", 5}};
    static const char SECRET[] = "s3cr3t-of-the-test";
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        assert_int_equal(setenv("TOKEN", SECRET, 1), 0);
        FlowStep *step =
            step_on(fixture, executor, "step",
                    "mkdir $PAWL_OUTPUT_OUT; echo fine > $PAWL_OUTPUT_OUT/a; echo \"key=$TOKEN\" > $PAWL_OUTPUT_OUT/b");
        step->place.secrets = NAMES;
        step->place.secret_count = 1;
        fixture_run(fixture, STEP_FAILED);
        ASSERT_STR(fixture->outcome.message, "its output 'out/b' holds one of its secrets and was not kept");
        assert_false(tree_has(fixture->store.root, SECRET));
    }
    assert_int_equal(unsetenv("TOKEN"), 0);
}

static void a_secret_in_an_error_is_masked(void **state)
{
    static const Str NAMES[] = {{"TOKEN", 5}};
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        assert_int_equal(setenv("TOKEN", "s3cr3t-of-the-test", 1), 0);
        FlowStep *step = step_on(fixture, executor, "step", "echo \"cannot log in with $TOKEN\" >&2; exit 9");
        step->place.secrets = NAMES;
        step->place.secret_count = 1;
        fixture_run(fixture, STEP_FAILED);
        ASSERT_STR(fixture->outcome.message, "exited with code 9; its last lines:\ncannot log in with ***");
        assert_false(tree_has(fixture->store.root, "s3cr3t-of-the-test"));
    }
    assert_int_equal(unsetenv("TOKEN"), 0);
}

static void a_secret_that_is_not_set_is_named(void **state)
{
    static const Str NAMES[] = {{"TOKEN", 5}};
    UNUSED(state);
    FOR_EACH_EXECUTOR(fixture)
    {
        FlowStep *step = step_on(fixture, executor, "step", "echo 1 > $PAWL_OUTPUT_OUT");
        step->place.secrets = NAMES;
        step->place.secret_count = 1;
        fixture_run(fixture, STEP_FAILED);
        ASSERT_STR(fixture->outcome.message,
                   "could not be started: its secret 'TOKEN' is not set in the environment of 'pawl run'");
    }
}

static void every_executor_has_a_name_and_others_have_none(void **state)
{
    UNUSED(state);
    Error err = {0};
    Str names[EXECUTOR_COUNT_MAX];
    const Executor *executor = NULL;
    assert_int_equal(executor_names(names), 3);
    for (size_t i = 0; i < 3; i++) {
        ASSERT_OK(executor_find(names[i], &executor, &err), err);
        assert_true(str_equal(executor->name, names[i]));
    }
    ASSERT_OK(executor_find((Str){0}, &executor, &err), err);
    ASSERT_STR(executor->name, "process");
    ASSERT_FAILS(executor_find(STR("slurm"), &executor, &err), err, ERROR_CONFIG, "no executor 'slurm'");
}

static void an_image_that_is_named_by_its_digest_is_not_asked_for(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str digest = {0};
    ASSERT_OK(executor_image_digest(STR("debian@sha256:12"), &arena, &digest, &err), err);
    ASSERT_STR(digest, "sha256:12");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_executor_has_a_name_and_others_have_none),
        cmocka_unit_test(an_image_that_is_named_by_its_digest_is_not_asked_for),
        cmocka_unit_test(the_same_graph_gives_the_same_keys_results_and_logs),
        cmocka_unit_test(a_timeout_kills_the_whole_tree),
        cmocka_unit_test(what_a_step_leaves_running_is_ended),
        cmocka_unit_test(a_step_that_is_to_end_is_asked_first),
        cmocka_unit_test(a_signal_is_told_as_a_signal),
        cmocka_unit_test(a_step_over_its_memory_fails_by_a_kind_of_its_own),
        cmocka_unit_test(a_step_reaches_only_what_is_its_own),
        cmocka_unit_test(what_cannot_be_started_is_told_apart),
        cmocka_unit_test(a_secret_is_handed_through_and_never_written_down),
        cmocka_unit_test(a_secret_in_an_output_is_not_kept),
        cmocka_unit_test(a_secret_in_an_error_is_masked),
        cmocka_unit_test(a_secret_that_is_not_set_is_named),
    };
    return cmocka_run_group_tests(tests, here_find, here_forget);
}
