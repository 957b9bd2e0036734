/// Random kill -9 of a run, at any moment: each run that is begun again ends with the same digests, and nothing is there twice.
///
/// Half of the kills hit the scheduler alone (its steps live on and are adopted), half hit everything that belongs to the run.
/// 20 kills; 200 with PAWL_NIGHTLY=1.
#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum { KILLS = 20, KILLS_NIGHTLY = 200, RESUMES_MAX = 20 };

static double random_share(void)
{
    uint32_t value = 0;
    assert_int_equal(getrandom(&value, sizeof(value), 0), sizeof(value));
    return value / 4294967296.0;
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void pipeline_prepare(const char *directory)
{
    assert_int_equal(shell("mkdir -p '%s' && cp -r '%s/examples/nyc-taxi/data' '%s/examples/nyc-taxi/pawl.yaml' '%s'",
                           directory, shell_root(), shell_root(), directory),
                     0);
}

/// What must be the same after any number of kills: every step's output by content, the model, its aliases, the ledger.
static Str facts(Bytes *out, const char *directory)
{
    return shell_text(out,
                      "cd '%s' && sqlite3 .pawl/pawl.db 'PRAGMA integrity_check' && '%s' model list trip-duration "
                      "--json | grep -v created_us "
                      "| grep -v '\"run\"' | grep -v '\"evaluation\"' && '%s' model ledger --json | grep -v time_us | "
                      "grep -v event | grep -v evidence "
                      "&& '%s' dataset show --json | sha256sum",
                      directory, shell_pawl(), shell_pawl(), shell_pawl());
}

/// Numbers of the processes that work in the directory or under it: the run's own, its supervisors and its steps, whatever they are
/// called. The oldest first, so that of those killed at once no supervisor sees its step's end.
static Str processes_of(Bytes *out, const char *directory)
{
    char command[1024];
    (void)snprintf(
        command, sizeof(command),
        "ls -d /proc/[0-9]*/cwd | while read link; do case \"$(readlink $link)/\" in '%s'/*) echo $link;; esac;"
        " done | cut -d/ -f3 | sort -n | tr '\\n' ' '",
        directory);
    return shell_text(out, "%s", command);
}

static void process_kill_all(const char *directory)
{
    AUTO(bytes_deinit) Bytes out = {0};
    Str numbers = processes_of(&out, directory);
    if (numbers.size > 0) (void)shell("kill -KILL %.*s 2> /dev/null; true", STR_ARG(numbers));
}

/// Starts a run and kills it after the delay. Whether it ended by itself before.
static bool run_and_kill(const char *directory, double delay_s, bool everything)
{
    int code =
        shell("cd '%s' && timeout -s KILL %.3f '%s' run --threads 1 > run.txt 2>&1", directory, delay_s, shell_pawl());
    if (code == 0) return true;
    if (code != 137) print_error("run ended with %d\n", code);
    assert_int_equal(code, 137);
    if (everything) process_kill_all(directory);
    return false;
}

static void run_to_end(const char *directory)
{
    Bytes text = {0};
    int code = shell_output(&text, "cd '%s' && '%s' run --threads 2", directory, shell_pawl());
    if (code != 0) print_error("the resumed run ended with %d:\n%.*s\n", code, STR_ARG(bytes_str(&text)));
    assert_int_equal(code, 0);
    bytes_deinit(&text);
}

static void no_process_is_left(const char *directory)
{
    AUTO(bytes_deinit) Bytes out = {0};
    (void)shell("sleep 0.2");
    ASSERT_STR(processes_of(&out, directory), "");
}

static void killed_runs_end_with_the_same_digests(void **state)
{
    Bytes expected = {0};
    Bytes actual = {0};
    const char *reference = test_path(state, "reference").data;
    int kills = getenv("PAWL_NIGHTLY") != NULL ? KILLS_NIGHTLY : KILLS;
    pipeline_prepare(reference);
    double begun = seconds_now();
    run_to_end(reference);
    double whole = seconds_now() - begun;
    Str facts_expected = facts(&expected, reference);
    for (int i = 0; i < kills; i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "run-%d", i);
        const char *directory = test_path(state, name).data;
        double delay = 0.01 + whole * random_share();
        bool everything = i % 2 == 1;
        pipeline_prepare(directory);
        bool ended = run_and_kill(directory, delay, everything);
        run_to_end(directory);
        Str facts_actual = facts(&actual, directory);
        if (!str_equal(facts_actual, facts_expected))
            print_error("kill %d after %.3f s (%s, ended: %d):\n%.*s\n", i, delay,
                        everything ? "everything" : "the scheduler", ended, STR_ARG(facts_actual));
        assert_true(str_equal(facts_actual, facts_expected));
        no_process_is_left(directory);
        (void)shell("chmod -R u+w '%s'; rm -rf '%s'", directory, directory);
    }
    bytes_deinit(&expected);
    bytes_deinit(&actual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_IN_DIRECTORY(killed_runs_end_with_the_same_digests)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
