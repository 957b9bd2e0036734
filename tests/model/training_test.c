#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/training_fixture.h"
#include "support/fault_disk.h"
#include "support/test.h"
#include "support/test_clock.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"

typedef struct Case {
    const char *trainer;
    Objective objective;
    const char *params;
    int64_t rounds;
} Case;

static const Case CASES[] = {
    {"linear", OBJECTIVE_REGRESSION, "{\"rounds\":4,\"tolerance\":0}", 4},
    {"logistic", OBJECTIVE_BINARY, "{\"rounds\":5,\"tolerance\":0}", 5},
    {"xgboost", OBJECTIVE_REGRESSION, "{\"rounds\":6,\"max_depth\":3,\"subsample\":0.8}", 6},
    {"xgboost", OBJECTIVE_BINARY, "{\"rounds\":6,\"max_depth\":3,\"subsample\":0.8}", 6},
};

/// What hooks see, and when they want to stop.
typedef struct Watcher {
    TestClock clock;
    int64_t round_us;
    int64_t stop_after; ///< rounds; 0: never
    int64_t rounds_seen;
    TrainProgress last;
    char notes[1024];
} Watcher;

static void watch_progress(void *context, const TrainProgress *progress)
{
    Watcher *watcher = context;
    watcher->rounds_seen++;
    watcher->last = *progress;
    test_clock_advance(&watcher->clock, (uint64_t)watcher->round_us);
}

static bool watch_stop(void *context)
{
    const Watcher *watcher = context;
    return watcher->stop_after > 0 && watcher->rounds_seen >= watcher->stop_after;
}

static void watch_note(void *context, const char *text)
{
    Watcher *watcher = context;
    size_t size = strlen(watcher->notes);
    (void)snprintf(watcher->notes + size, sizeof(watcher->notes) - size, "%s\n", text);
}

static void fixture_of(const Case *wanted, Fixture *fixture)
{
    Error err = {0};
    ASSERT_OK(fixture_init(fixture, wanted->trainer, wanted->objective, wanted->params, 300, &err), err);
    fixture->options.checkpoint_rounds = 1;
}

/// Into the test's directory "checkpoints".
static bool run_watched(const Fixture *fixture, void **state, Watcher *watcher, ModelFiles *out, Error *err)
{
    TrainHooks hooks = {watch_progress, watch_stop, watch_note, watcher};
    watcher->rounds_seen = 0;
    watcher->notes[0] = '\0';
    test_clock_init(&watcher->clock, 0);
    return training_run(&fixture->options, &fixture->data, test_path(state, "checkpoints"), disk_system(),
                        &watcher->clock.clock, &hooks, out, err);
}

static size_t names_in(void **state, Arena *arena, DiskNames *out)
{
    Error err = {0};
    ASSERT_OK(disk_list(disk_system(), test_path(state, "checkpoints"), arena, out, &err), err);
    return out->count;
}

static void checkpoints_remove(void **state)
{
    Error err = {0};
    ASSERT_OK(disk_remove_tree(disk_system(), test_path(state, "checkpoints"), &err), err);
}

static void a_stopped_training_goes_on_to_the_same_files(void **state)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles whole = {0};
        fixture_of(&CASES[i], &fixture);
        ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
        for (int64_t stop_after = 1; stop_after < CASES[i].rounds; stop_after++) {
            AUTO(model_files_deinit) ModelFiles files = {0};
            Watcher watcher = {.stop_after = stop_after};
            fixture.options.checkpoint_rounds = 0;
            ASSERT_FAILS(run_watched(&fixture, state, &watcher, &files, &err), err, ERROR_PREEMPTED,
                         "run again to go on");
            watcher.stop_after = 0;
            ASSERT_OK(run_watched(&fixture, state, &watcher, &files, &err), err);
            assert_int_equal(watcher.rounds_seen, CASES[i].rounds - stop_after);
            assert_non_null(strstr(watcher.notes, "going on from the checkpoint of round"));
            assert_true(files_same(&whole, &files));
            checkpoints_remove(state);
        }
    }
}

static bool files_write(const ModelFiles *files, Str path)
{
    AUTO(bytes_deinit) Bytes all = {0};
    for (size_t i = 0; i < files->count; i++) TRY(bytes_append_str(&all, bytes_str(&files->items[i].content), NULL));
    return disk_write_atomic(disk_system(), path, bytes_str(&all), NULL);
}

/// The child's whole life: train, write what came out; a checkpoint that had to be removed is a failure.
static _Noreturn void child_train(const Fixture *fixture, void **state, const char *failpoint, Str path)
{
    ModelFiles files = {0};
    Watcher watcher = {0};
    if (failpoint != NULL && setenv("PAWL_FAILPOINT", failpoint, 1) != 0) _exit(2);
    if (!run_watched(fixture, state, &watcher, &files, NULL)) _exit(3);
    if (strstr(watcher.notes, "removed") != NULL) _exit(4);
    _exit(files_write(&files, path) ? 0 : 5);
}

/// Trains in a child, since the threads of XGBoost's OpenMP do not survive a fork; false when the failpoint killed it.
static bool trains_in_child(const Fixture *fixture, void **state, const char *failpoint, const char *name)
{
    Str path = test_path(state, name);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) child_train(fixture, state, failpoint, path);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) assert_int_equal(WEXITSTATUS(status), 0);
    if (WIFSIGNALED(status)) assert_int_equal(WTERMSIG(status), SIGKILL);
    return WIFEXITED(status);
}

static void resumed_files_equal(const Fixture *fixture, void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes whole = {0};
    AUTO(bytes_deinit) Bytes resumed = {0};
    DiskNames names = {0};
    assert_true(trains_in_child(fixture, state, NULL, "resumed"));
    ASSERT_OK(disk_read(disk_system(), test_path(state, "whole"), 1 << 20, &whole, &err), err);
    ASSERT_OK(disk_read(disk_system(), test_path(state, "resumed"), 1 << 20, &resumed, &err), err);
    assert_true(whole.size > 100 && str_equal(bytes_str(&whole), bytes_str(&resumed)));
    assert_int_equal(names_in(state, &arena, &names), 2);
    checkpoints_remove(state);
}

/// Before all others: this process must not have run XGBoost.
static void a_killed_training_goes_on_to_the_same_files(void **state)
{
    static const char *const FAILPOINTS[] = {
        "checkpoint.opened:3",        "checkpoint.half_written",   "checkpoint.before_sync:2",
        "checkpoint.before_rename:3", "checkpoint.after_rename:1", "checkpoint.old_removed:1",
        "training.round_done:4",      "training.rounds_done",
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        AUTO(fixture_deinit) Fixture fixture = {0};
        fixture_of(&CASES[i], &fixture);
        assert_true(trains_in_child(&fixture, state, NULL, "whole"));
        checkpoints_remove(state);
        for (size_t j = 0; j < COUNT_OF(FAILPOINTS); j++) {
            assert_false(trains_in_child(&fixture, state, FAILPOINTS[j], "killed"));
            resumed_files_equal(&fixture, state);
        }
        assert_false(trains_in_child(&fixture, state, "training.round_done:2", "killed"));
        assert_false(trains_in_child(&fixture, state, "checkpoint.half_written", "killed"));
        assert_false(trains_in_child(&fixture, state, "checkpoint.after_rename", "killed"));
        resumed_files_equal(&fixture, state);
    }
}

/// Changes one byte in the middle of the file.
static void file_damage(Str path)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes content = {0};
    ASSERT_OK(disk_read(disk_system(), path, 1 << 20, &content, &err), err);
    content.data[content.size / 2] ^= 1;
    ASSERT_OK(disk_write_atomic(disk_system(), path, bytes_str(&content), &err), err);
}

static void a_damaged_checkpoint_is_reported_removed_and_skipped(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles whole = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    Watcher watcher = {.stop_after = 3};
    fixture_of(&CASES[2], &fixture);
    ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
    ASSERT_FAILS(run_watched(&fixture, state, &watcher, &files, &err), err, ERROR_PREEMPTED, "round 3 of 6");
    file_damage(test_path(state, "checkpoints/round-00000003"));
    watcher.stop_after = 0;
    ASSERT_OK(run_watched(&fixture, state, &watcher, &files, &err), err);
    assert_non_null(strstr(watcher.notes, "the checkpoint of round 3 is not used and removed: its digest is another"));
    assert_non_null(strstr(watcher.notes, "going on from the checkpoint of round 2"));
    assert_int_equal(watcher.rounds_seen, 4);
    assert_true(files_same(&whole, &files));
}

static void an_empty_or_cut_checkpoint_is_skipped(void **state)
{
    static const size_t SIZES[] = {0, 5, 40, 120};
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        Error err = {0};
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles files = {0};
        AUTO(bytes_deinit) Bytes content = {0};
        Str path = test_path(state, "checkpoints/round-00000002");
        Watcher watcher = {.stop_after = 2};
        fixture_of(&CASES[0], &fixture);
        ASSERT_FAILS(run_watched(&fixture, state, &watcher, &files, &err), err, ERROR_PREEMPTED, "");
        ASSERT_OK(disk_read(disk_system(), path, 1 << 20, &content, &err), err);
        ASSERT_OK(disk_write_atomic(disk_system(), path, str_slice(bytes_str(&content), 0, SIZES[i]), &err), err);
        watcher.stop_after = 0;
        ASSERT_OK(run_watched(&fixture, state, &watcher, &files, &err), err);
        assert_non_null(strstr(watcher.notes, "going on from the checkpoint of round 1"));
        checkpoints_remove(state);
    }
}

/// Stops after two rounds, changes something, and tells whether the checkpoint is still taken.
typedef void (*Change)(Fixture *fixture);

static void change_nothing(Fixture *fixture)
{
    fixture->options.threads = 2;
    fixture->options.checkpoint_us = 5;
}

static void change_seed(Fixture *fixture)
{
    fixture->options.seed++;
}

static void change_params(Fixture *fixture)
{
    Error err = {0};
    ASSERT_OK(fixture_params(fixture, "{\"rounds\":4,\"tolerance\":0,\"l2\":2}", &err), err);
}

static void change_value(Fixture *fixture)
{
    fixture->data.train.values[7] += 1;
}

static void change_validation(Fixture *fixture)
{
    fixture->data.validation.values[7] += 1;
}

static bool checkpoint_is_taken(void **state, Change change)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    Watcher watcher = {.stop_after = 2};
    fixture_of(&CASES[0], &fixture);
    ASSERT_FAILS(run_watched(&fixture, state, &watcher, &files, &err), err, ERROR_PREEMPTED, "");
    watcher.stop_after = 0;
    change(&fixture);
    ASSERT_OK(run_watched(&fixture, state, &watcher, &files, &err), err);
    checkpoints_remove(state);
    return watcher.rounds_seen == 2;
}

static void only_a_checkpoint_of_the_same_training_is_taken(void **state)
{
    assert_true(checkpoint_is_taken(state, change_nothing));
    assert_false(checkpoint_is_taken(state, change_seed));
    assert_false(checkpoint_is_taken(state, change_params));
    assert_false(checkpoint_is_taken(state, change_value));
    assert_false(checkpoint_is_taken(state, change_validation));
}

static void two_checkpoints_are_kept(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    DiskNames names = {0};
    Watcher watcher = {0};
    fixture_of(&CASES[2], &fixture);
    ASSERT_OK(run_watched(&fixture, state, &watcher, &files, &err), err);
    assert_int_equal(names_in(state, &arena, &names), 2);
    ASSERT_STR(names.items[0], "round-00000005");
    ASSERT_STR(names.items[1], "round-00000006");
}

static void checkpoints_by_time_change_no_bit(void **state)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        for (int64_t every = 1; every <= 3; every++) {
            Error err = {0};
            AUTO(arena_deinit) Arena arena = {0};
            AUTO(fixture_deinit) Fixture fixture = {0};
            AUTO(model_files_deinit) ModelFiles whole = {0};
            AUTO(model_files_deinit) ModelFiles files = {0};
            DiskNames names = {0};
            Watcher watcher = {.round_us = 1000};
            fixture_of(&CASES[i], &fixture);
            fixture.options.checkpoint_rounds = 0;
            fixture.options.checkpoint_us = every * 1000;
            ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
            ASSERT_OK(run_watched(&fixture, state, &watcher, &files, &err), err);
            assert_true(files_same(&whole, &files));
            int64_t written = CASES[i].rounds / every;
            assert_int_equal(names_in(state, &arena, &names), written < 2 ? written : 2);
            checkpoints_remove(state);
        }
    }
}

static void progress_tells_losses_and_time_left(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    Watcher watcher = {.stop_after = 4};
    fixture_of(&CASES[2], &fixture);
    ASSERT_FAILS(run_watched(&fixture, state, &watcher, &files, &err), err, ERROR_PREEMPTED, "round 4 of 6");
    assert_int_equal(watcher.last.round, 4);
    assert_int_equal(watcher.last.rounds, 6);
    assert_true(watcher.last.train_loss > 0 && watcher.last.train_loss < 2);
    assert_true(watcher.last.validation_loss > 0 && watcher.last.validation_loss < 2);
    assert_true(watcher.last.left_us >= 0);
}

static void training_fails_cleanly_when_the_disk_does(void **state)
{
    static const FaultCall CALLS[] = {FAULT_OPEN, FAULT_WRITE, FAULT_SYNC, FAULT_RENAME, FAULT_LIST};
    for (size_t i = 0; i < COUNT_OF(CALLS); i++) {
        Error err = {0};
        FaultDisk faults;
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles whole = {0};
        AUTO(model_files_deinit) ModelFiles files = {0};
        Str path = test_path(state, "checkpoints");
        fixture_of(&CASES[0], &fixture);
        ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
        fault_disk_init(&faults);
        fault_disk_fail(&faults, CALLS[i], 2, ENOSPC);
        bool done =
            training_run(&fixture.options, &fixture.data, path, &faults.disk, clock_system(), NULL, &files, &err);
        fault_disk_deinit(&faults);
        assert_true(done || err.kind == ERROR_STORAGE);
        model_files_deinit(&files);
        err = (Error){0};
        ASSERT_OK(
            training_run(&fixture.options, &fixture.data, path, disk_system(), clock_system(), NULL, &files, &err),
            err);
        assert_true(files_same(&whole, &files));
        checkpoints_remove(state);
    }
}

static void a_power_cut_at_any_write_costs_no_bit(void **state)
{
    for (uint64_t calls = 1; calls < 24; calls++) {
        Error err = {0};
        FaultDisk faults;
        AUTO(fixture_deinit) Fixture fixture = {0};
        AUTO(model_files_deinit) ModelFiles whole = {0};
        AUTO(model_files_deinit) ModelFiles files = {0};
        Str path = test_path(state, "checkpoints");
        fixture_of(&CASES[1], &fixture);
        ASSERT_OK(fixture_train(&fixture, &whole, &err), err);
        fault_disk_init(&faults);
        fault_disk_cut_power_after(&faults, calls);
        bool done =
            training_run(&fixture.options, &fixture.data, path, &faults.disk, clock_system(), NULL, &files, &err);
        fault_disk_lose_unsynced(&faults);
        fault_disk_deinit(&faults);
        model_files_deinit(&files);
        err = (Error){0};
        ASSERT_OK(
            training_run(&fixture.options, &fixture.data, path, disk_system(), clock_system(), NULL, &files, &err),
            err);
        assert_true(files_same(&whole, &files));
        checkpoints_remove(state);
        if (done) break;
    }
}

static void an_unknown_trainer_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(model_files_deinit) ModelFiles files = {0};
    fixture_of(&CASES[0], &fixture);
    fixture.options.trainer = STR("forest");
    ASSERT_FAILS(fixture_train(&fixture, &files, &err), err, ERROR_CONFIG, "unknown trainer 'forest'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_killed_training_goes_on_to_the_same_files),
        TEST_IN_DIRECTORY(a_stopped_training_goes_on_to_the_same_files),
        TEST_IN_DIRECTORY(a_damaged_checkpoint_is_reported_removed_and_skipped),
        TEST_IN_DIRECTORY(an_empty_or_cut_checkpoint_is_skipped),
        TEST_IN_DIRECTORY(only_a_checkpoint_of_the_same_training_is_taken),
        TEST_IN_DIRECTORY(two_checkpoints_are_kept),
        TEST_IN_DIRECTORY(checkpoints_by_time_change_no_bit),
        TEST_IN_DIRECTORY(progress_tells_losses_and_time_left),
        TEST_IN_DIRECTORY(training_fails_cleanly_when_the_disk_does),
        TEST_IN_DIRECTORY(a_power_cut_at_any_write_costs_no_bit),
        TEST_IN_DIRECTORY(an_unknown_trainer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
