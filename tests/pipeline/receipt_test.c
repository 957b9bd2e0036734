/// A run that found everything up to date spares the next one, until a single thing that it looked at is another. That a receipt
/// answered shows in the run's number: it begins no run.
#include "pipeline/receipt.h"

#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"

typedef struct Case {
    Str directory;
    Bytes out;
} Case;

static void case_deinit(Case *test)
{
    bytes_deinit(&test->out);
}

/// The last line that `pawl run` says.
static Str run(Case *test, const char *more)
{
    return shell_text(&test->out, "cd %.*s && %s run %s 2>&1 | tail -1", STR_ARG(test->directory), shell_pawl(), more);
}

static void sh(Case *test, const char *script)
{
    (void)shell_text(&test->out, "cd %.*s && { %s; }", STR_ARG(test->directory), script);
}

/// Two steps, run, and run again once all that they look at has been still for a while: run 2 leaves the receipt.
static void case_init(Case *test, void **state)
{
    *test = (Case){.directory = test_path(state, "")};
    sh(test, "printf 'echo made > \"$PAWL_OUTPUT_OUT\"\\n' > make.sh");
    sh(test, "printf 'pipeline: p\\nsteps:\\n  a: {run: sh make.sh, outputs: {out: o}, environment: [RECEIPT_CASE]}\\n"
             "  b: {run: cat \"$PAWL_INPUT_A_OUT\" \"$PAWL_INPUT_A_OUT\" > \"$PAWL_OUTPUT_OUT\", inputs: [a.out], "
             "outputs: {out: o}}\\n' "
             "> pawl.yaml");
    ASSERT_STR(run(test, ""), "run 1: done: 2 steps run");
    sh(test, "sleep 0.3");
    ASSERT_STR(run(test, ""), "run 2: up to date: 0 steps run, 2 reused");
    ASSERT_STR(run(test, ""), "run 2: up to date: 0 steps run, 2 reused");
}

static void what_has_not_changed_is_not_looked_at_again(void **state)
{
    AUTO(case_deinit) Case test;
    case_init(&test, state);
    ASSERT_STR(run(&test, "--threads 1 --parallel 1"), "run 2: up to date: 0 steps run, 2 reused");
    ASSERT_STR(run(&test, "--json"),
               "{\"run\":\"2\",\"state\":\"done\",\"done\":0,\"cached\":2,\"failed\":0,\"skipped\":0}");
}

static void a_changed_file_of_a_command_is_seen(void **state)
{
    AUTO(case_deinit) Case test;
    case_init(&test, state);
    sh(&test, "printf 'echo Made > \"$PAWL_OUTPUT_OUT\"\\n' > make.sh");
    ASSERT_STR(run(&test, ""), "run 3: done: 2 steps run");
    // Put back: what the first receipt said of it is no longer believed.
    sh(&test, "printf 'echo made > \"$PAWL_OUTPUT_OUT\"\\n' > make.sh");
    ASSERT_STR(run(&test, ""), "run 4: up to date: 0 steps run, 2 reused");
}

static void a_file_that_was_not_there_is_seen(void **state)
{
    AUTO(case_deinit) Case test;
    case_init(&test, state);
    sh(&test, "echo 1 > cat"); // a word of the second command
    ASSERT_STR(run(&test, ""), "run 3: done: 1 step run, 1 reused");
}

static void an_output_that_is_gone_or_altered_is_seen(void **state)
{
    AUTO(case_deinit) Case test;
    case_init(&test, state);
    sh(&test, "rm -rf .pawl/objects/*/*");
    ASSERT_STR(run(&test, ""), "run 3: done: 2 steps run");
    sh(&test, "sleep 0.3");
    ASSERT_STR(run(&test, ""), "run 4: up to date: 0 steps run, 2 reused");
    sh(&test, "for f in $(find .pawl/objects -type f); do chmod u+w $f; echo lied > $f; done");
    ASSERT_STR(run(&test, ""), "run 5: done: 2 steps run");
}

static void another_pipeline_file_setting_or_variable_is_seen(void **state)
{
    AUTO(case_deinit) Case test;
    case_init(&test, state);
    sh(&test, "sed -i 's/environment: .RECEIPT_CASE.}/environment: [RECEIPT_CASE] }/' pawl.yaml; sleep 0.3");
    ASSERT_STR(run(&test, ""), "run 3: up to date: 0 steps run, 2 reused");
    ASSERT_STR(run(&test, ""), "run 3: up to date: 0 steps run, 2 reused");
    ASSERT_STR(
        shell_text(&test.out, "cd %.*s && RECEIPT_CASE=1 %s run 2>&1 | tail -1", STR_ARG(test.directory), shell_pawl()),
        "run 4: done: 1 step run, 1 reused");
}

static void a_damaged_receipt_does_not_hold(void **state)
{
    AUTO(case_deinit) Case test;
    case_init(&test, state);
    sh(&test, "f=$(ls .pawl/receipts/*); printf x | dd of=$f bs=1 seek=50 conv=notrunc 2>/dev/null");
    ASSERT_STR(run(&test, ""), "run 3: up to date: 0 steps run, 2 reused");
    sh(&test, "truncate -s 20 .pawl/receipts/*");
    ASSERT_STR(run(&test, ""), "run 4: up to date: 0 steps run, 2 reused");
}

static void a_step_that_runs_every_time_leaves_no_receipt(void **state)
{
    AUTO(case_deinit) Case test;
    test = (Case){.directory = test_path(state, "")};
    sh(&test, "printf 'pipeline: p\\nsteps:\\n  a: {run: \"true\", cache: false}\\n' > pawl.yaml");
    ASSERT_STR(run(&test, ""), "run 1: done: 1 step run");
    sh(&test, "sleep 0.3");
    ASSERT_STR(run(&test, ""), "run 2: done: 1 step run");
    ASSERT_STR(run(&test, ""), "run 3: done: 1 step run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(what_has_not_changed_is_not_looked_at_again),
        TEST_IN_DIRECTORY(a_changed_file_of_a_command_is_seen),
        TEST_IN_DIRECTORY(a_file_that_was_not_there_is_seen),
        TEST_IN_DIRECTORY(an_output_that_is_gone_or_altered_is_seen),
        TEST_IN_DIRECTORY(another_pipeline_file_setting_or_variable_is_seen),
        TEST_IN_DIRECTORY(a_damaged_receipt_does_not_hold),
        TEST_IN_DIRECTORY(a_step_that_runs_every_time_leaves_no_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
