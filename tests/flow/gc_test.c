#include "flow_fixture.h"

#include <sys/stat.h>

#include "flow/gc.h"
#include "sys/file_lock.h"

static const int64_t DAY_US = INT64_C(86400000000);

static GcReport collect(Fixture *fixture, const GcOptions *options)
{
    Error err = {0};
    GcReport report = {0};
    ASSERT_OK(flow_gc(&fixture->store, options, &report, &err), err);
    assert_int_equal(fixture_count(fixture, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    return report;
}

/// Of runs nothing is kept but those that go on.
static GcReport collect_all(Fixture *fixture)
{
    GcOptions options = {.keep_us = -DAY_US};
    return collect(fixture, &options);
}

static Digest output_of(Fixture *fixture, const char *step)
{
    const StepRecord *record = fixture_step_record(fixture, step);
    assert_int_equal(record->output_count, 1);
    return record->outputs[0].digest;
}

static bool is_there(Fixture *fixture, const Digest *digest)
{
    Error ignored = {0};
    Str path = {0};
    return object_path(&fixture->store, digest, &fixture->arena, &path, &ignored);
}

static bool attempts_there(Fixture *fixture, const char *run)
{
    char name[100];
    (void)snprintf(name, sizeof(name), ".pawl/attempts/%s", run);
    return disk_exists(disk_system(), test_path(fixture->state, name));
}

static void what_a_recent_run_reaches_is_kept(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    GcOptions options = {.keep_us = 30 * DAY_US};
    GcReport report = collect(&fixture, &options);
    assert_int_equal(report.objects.count, 0);
    assert_int_equal(report.attempts.count, 0);
    assert_int_equal(report.runs, 0);
    assert_int_equal(report.kept.count, 3);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
}

static void what_nothing_reaches_is_removed_and_made_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    Digest third = output_of(&fixture, "third");
    GcReport report = collect_all(&fixture);
    assert_int_equal(report.objects.count, 3);
    assert_true(report.objects.bytes > 0);
    assert_int_equal(report.attempts.count, 1);
    assert_int_equal(report.runs, 1);
    assert_int_equal(report.cached, 3);
    assert_false(is_there(&fixture, &third));
    assert_false(attempts_there(&fixture, "1"));
    assert_false(disk_exists(disk_system(), test_path(state, ".pawl/trash")));
    assert_int_equal(fixture_count(&fixture, "SELECT count(*) FROM object"), 0);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.done, 3);
    assert_int_equal(fixture_ran(&fixture, "first"), 2);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
}

static void a_dry_run_tells_the_same_and_changes_nothing(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    GcOptions options = {.keep_us = -DAY_US, .dry_run = true};
    GcReport told = collect(&fixture, &options);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
    assert_int_equal(told.objects.count, 3);
    GcReport done = collect_all(&fixture);
    assert_int_equal(told.objects.bytes, done.objects.bytes);
    assert_int_equal(told.attempts.count, done.attempts.count);
}

static void a_root_is_kept_with_what_it_was_made_from(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    FlowStep *other = fixture_step(&fixture, "other", "echo other > $PAWL_OUTPUT_OUT");
    UNUSED(other);
    fixture_run(&fixture, STEP_DONE);
    Digest first = output_of(&fixture, "first");
    Digest root = output_of(&fixture, "third");
    GcOptions options = {.keep_us = -DAY_US, .roots = &root, .root_count = 1};
    GcReport report = collect(&fixture, &options);
    assert_int_equal(report.objects.count, 1);
    assert_true(is_there(&fixture, &root));
    assert_true(is_there(&fixture, &first));
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
    assert_int_equal(fixture.outcome.done, 1);
}

static void a_pinned_run_and_a_pinned_object_stay(void **state)
{
    Error err = {0};
    Str named = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_OK(flow_pin(&fixture.store, STR("1"), &fixture.arena, &named, &err), err);
    ASSERT_STR(named, "run 1");
    assert_int_equal(collect_all(&fixture).objects.count, 0);
    assert_true(attempts_there(&fixture, "1"));

    Digest second = output_of(&fixture, "second");
    Str prefix = str_slice(str_from(digest_hex(&second).text), 0, 12);
    ASSERT_OK(flow_pin(&fixture.store, prefix, &fixture.arena, &named, &err), err);
    ASSERT_OK(flow_unpin(&fixture.store, STR("1"), &fixture.arena, &named, &err), err);
    assert_int_equal(collect_all(&fixture).objects.count, 1);
    assert_true(is_there(&fixture, &second));
    assert_false(attempts_there(&fixture, "1"));
    ASSERT_OK(flow_unpin(&fixture.store, prefix, &fixture.arena, &named, &err), err);
    assert_int_equal(collect_all(&fixture).objects.count, 2);
}

static void only_what_is_there_can_be_pinned(void **state)
{
    Error err = {0};
    Str named = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    ASSERT_FAILS(flow_pin(&fixture.store, STR("7"), &fixture.arena, &named, &err), err, ERROR_NOT_FOUND, "no run 7");
    ASSERT_FAILS(flow_pin(&fixture.store, STR("abcdef0"), &fixture.arena, &named, &err), err, ERROR_NOT_FOUND,
                 "no object");
    ASSERT_FAILS(flow_pin(&fixture.store, STR("abc"), &fixture.arena, &named, &err), err, ERROR_USAGE, "neither");
    ASSERT_FAILS(flow_unpin(&fixture.store, STR("7"), &fixture.arena, &named, &err), err, ERROR_NOT_FOUND,
                 "not pinned");
}

static void runs_older_than_the_limit_go_and_newer_stay(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    Error err = {0};
    ASSERT_OK(database_run(fixture.store.database, "UPDATE flow_run SET ended_us = ended_us - 2592000000000", &err),
              err);
    fixture.steps[2].seed = 5;
    fixture_run(&fixture, STEP_DONE);
    Digest third = output_of(&fixture, "third");
    GcOptions options = {.keep_us = DAY_US};
    GcReport report = collect(&fixture, &options);
    assert_int_equal(report.runs, 1);
    assert_int_equal(report.results, 1);
    assert_int_equal(report.attempts.count, 1);
    assert_true(is_there(&fixture, &third));
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
}

/// Another process's gc in the midst of a run: while a step runs, and again while its outputs are placed but not recorded.
static void collect_amid(void *context, const FlowEvent *event)
{
    Fixture *fixture = context;
    Error err = {0};
    AUTO(store_deinit) Store store = {0};
    GcReport report = {0};
    GcOptions options = {.keep_us = -DAY_US};
    if (event->tick) return;
    ASSERT_OK(store_open(test_path(fixture->state, ".pawl"), disk_system(), clock_system(), &store, &err), err);
    ASSERT_OK(flow_gc(&store, &options, &report, &err), err);
}

static void a_run_goes_on_while_the_store_is_cleaned(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    fixture.steps[2].seed = 5;
    fixture.options.observe = collect_amid;
    fixture.options.observe_context = &fixture;
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.done, 1);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
}

static void what_is_staged_but_not_recorded_is_safe(void **state)
{
    Error err = {0};
    Digest digest = {0};
    char sql[300];
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "step", "echo 1 > $PAWL_OUTPUT_OUT");
    fixture_run(&fixture, STEP_DONE);
    Str path = test_path(state, ".pawl/attempts/1/loose");
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("placed"), &err), err);
    ASSERT_OK(object_stage(&fixture.store, path, &digest, &err), err);
    ASSERT_OK(object_place(&fixture.store, path, &digest, &err), err);
    (void)snprintf(
        sql, sizeof(sql),
        "UPDATE flow_run SET ended_us = 0; UPDATE flow_step SET state = 'running', staged = '{\"out\":\"%s\"}'",
        digest_hex(&digest).text);
    ASSERT_OK(database_run(fixture.store.database, sql, &err), err);
    assert_int_equal(collect_all(&fixture).objects.count, 0);
    assert_true(is_there(&fixture, &digest));
    ASSERT_OK(database_run(fixture.store.database, "UPDATE flow_step SET staged = ''", &err), err);
    assert_int_equal(collect_all(&fixture).objects.count, 1);
    assert_false(is_there(&fixture, &digest));
}

static void two_do_not_clean_at_once(void **state)
{
    Error err = {0};
    GcReport report = {0};
    GcOptions options = {0};
    AUTO(fixture_deinit) Fixture fixture;
    AUTO(file_lock_deinit) FileLock lock = {0};
    fixture_init(&fixture, state);
    ASSERT_OK(file_lock_try(&lock, test_path(state, ".pawl/gc.lock"), STR("gc"), &err), err);
    ASSERT_FAILS(flow_gc(&fixture.store, &options, &report, &err), err, ERROR_CONFLICT, "cleaned already");
}

static void checkpoints_of_failed_steps_stay_and_others_go(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_step(&fixture, "fails", ": ; exit 3");
    fixture_run(&fixture, STEP_FAILED);
    char name[120];
    (void)snprintf(name, sizeof(name), ".pawl/checkpoints/%.*s/epoch",
                   STR_ARG(fixture_step_record(&fixture, "fails")->key));
    Str kept = test_path(state, name);
    Str gone = test_path(state, ".pawl/checkpoints/0000/epoch");
    ASSERT_OK(disk_make_directories(disk_system(), path_directory(kept), &err), err);
    ASSERT_OK(disk_make_directories(disk_system(), path_directory(gone), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), kept, STR("1"), &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), gone, STR("1"), &err), err);
    GcOptions options = {.keep_us = DAY_US};
    GcReport report = collect(&fixture, &options);
    assert_int_equal(report.checkpoints.count, 1);
    assert_true(disk_exists(disk_system(), kept));
    assert_false(disk_exists(disk_system(), gone));
}

static void flip(Str path)
{
    assert_int_equal(chmod(path.data, 0644), 0);
    FILE *file = fopen(path.data, "r+");
    assert_non_null(file);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    assert_true(fputc(byte ^ 1, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static GcVerdict verify(Fixture *fixture, bool dry_run)
{
    Error err = {0};
    GcVerdict verdict = {0};
    ASSERT_OK(flow_verify(&fixture->store, dry_run, &fixture->arena, &verdict, &err), err);
    return verdict;
}

static void a_flipped_bit_is_found_set_aside_and_made_again(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(verify(&fixture, false).count, 0);
    Digest first = output_of(&fixture, "first");
    flip(fixture_step_record(&fixture, "first")->outputs[0].path);
    GcVerdict verdict = verify(&fixture, true);
    assert_int_equal(verdict.checked.count, 3);
    assert_int_equal(verdict.count, 1);
    assert_true(digest_equal(&verdict.items[0].digest, &first));
    assert_true(is_there(&fixture, &first));
    assert_int_equal(verify(&fixture, false).count, 1);
    assert_false(is_there(&fixture, &first));
    assert_int_equal(verify(&fixture, false).count, 0);

    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.done, 1);
    assert_int_equal(fixture.outcome.cached, 2);
    ASSERT_STR(fixture_output(&fixture, "first"), "1\n");
}

static void what_was_set_aside_goes_with_its_time(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    DiskNames found = {0};
    Error err = {0};
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    flip(fixture_step_record(&fixture, "first")->outputs[0].path);
    assert_int_equal(verify(&fixture, false).count, 1);
    Str pattern = test_path(state, ".pawl/objects/*/*.damaged-*");
    ASSERT_OK(disk_glob(disk_system(), pattern, &fixture.arena, &found, &err), err);
    assert_int_equal(found.count, 1);
    GcOptions options = {.keep_us = DAY_US};
    (void)collect(&fixture, &options);
    ASSERT_OK(disk_glob(disk_system(), pattern, &fixture.arena, &found, &err), err);
    assert_int_equal(found.count, 1);
    (void)collect_all(&fixture);
    ASSERT_OK(disk_glob(disk_system(), pattern, &fixture.arena, &found, &err), err);
    assert_int_equal(found.count, 0);
}

/// A child's work: gc that dies where PAWL_FAILPOINT says. The first run is old, the second recent.
static int collect_child(void **state)
{
    Fixture fixture;
    Error err = {0};
    GcReport report = {0};
    GcOptions options = {.keep_us = DAY_US};
    fixture_init(&fixture, state);
    return flow_gc(&fixture.store, &options, &report, &err) ? 0 : 9;
}

static void die_and_collect_again(const char *failpoint)
{
    void *own_state = NULL;
    Error err = {0};
    assert_int_equal(test_directory_setup(&own_state), 0);
    Fixture fixture;
    fixture_init(&fixture, &own_state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    Digest old = output_of(&fixture, "third");
    ASSERT_OK(database_run(fixture.store.database, "UPDATE flow_run SET ended_us = ended_us - 2592000000000", &err),
              err);
    fixture.steps[2].argv = fixture.steps[1].argv;
    fixture.steps[2].inputs = fixture.steps[1].inputs;
    fixture_run(&fixture, STEP_DONE);

    assert_int_equal(setenv("PAWL_FAILPOINT", failpoint, 1), 0);
    int status = fixture_wait(fixture_fork(collect_child, &own_state));
    assert_int_equal(unsetenv("PAWL_FAILPOINT"), 0);
    assert_true(WIFSIGNALED(status));
    for (size_t i = 0; i < 3; i++) {
        const StepRecord *step = &fixture_record(&fixture).steps[i];
        ASSERT_OK(object_verify(&fixture.store, &step->outputs[0].digest, &err), err);
    }
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
    GcOptions options = {.keep_us = DAY_US};
    (void)collect(&fixture, &options);
    assert_false(is_there(&fixture, &old));
    assert_false(attempts_there(&fixture, "1"));
    assert_false(disk_exists(disk_system(), test_path(&own_state, ".pawl/trash")));
    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture.outcome.cached, 3);
    fixture_deinit(&fixture);
    assert_int_equal(test_directory_teardown(&own_state), 0);
}

static void killed_anywhere_nothing_reachable_is_lost_and_the_next_one_ends_it(void **state)
{
    UNUSED(state);
    static const char *const NAMES[] = {"gc.before_forgotten", "gc.after_forgotten", "gc.object_moved",
                                        "gc.objects_swept",    "gc.attempts_swept",  "store.before_trash_emptied"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) die_and_collect_again(NAMES[i]);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(what_a_recent_run_reaches_is_kept),
        TEST_IN_DIRECTORY(what_nothing_reaches_is_removed_and_made_again),
        TEST_IN_DIRECTORY(a_dry_run_tells_the_same_and_changes_nothing),
        TEST_IN_DIRECTORY(a_root_is_kept_with_what_it_was_made_from),
        TEST_IN_DIRECTORY(a_pinned_run_and_a_pinned_object_stay),
        TEST_IN_DIRECTORY(only_what_is_there_can_be_pinned),
        TEST_IN_DIRECTORY(runs_older_than_the_limit_go_and_newer_stay),
        TEST_IN_DIRECTORY(a_run_goes_on_while_the_store_is_cleaned),
        TEST_IN_DIRECTORY(what_is_staged_but_not_recorded_is_safe),
        TEST_IN_DIRECTORY(two_do_not_clean_at_once),
        TEST_IN_DIRECTORY(checkpoints_of_failed_steps_stay_and_others_go),
        TEST_IN_DIRECTORY(a_flipped_bit_is_found_set_aside_and_made_again),
        TEST_IN_DIRECTORY(what_was_set_aside_goes_with_its_time),
        cmocka_unit_test(killed_anywhere_nothing_reachable_is_lost_and_the_next_one_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
