#include "model/training.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/checkpoint_internal.h"
#include "model/training_key_internal.h"
#include "sys/failpoint.h"

enum { ROUND_TIMES_KEPT = 31 };

/// One training under way.
typedef struct Training {
    const TrainOptions *options;
    const Trainer *trainer;
    TrainerState *state;
    const Clock *clock;
    const TrainHooks *hooks;
    Checkpoints checkpoints; ///< without a directory: none are written
    int64_t round;
    int64_t round_saved;
    uint64_t saved_ns;
    uint64_t round_begun_ns;
    int64_t times_us[ROUND_TIMES_KEPT]; ///< of the latest rounds, the oldest replaced first
    size_t times_count;
} Training;

static void training_deinit(Training *training)
{
    if (training->state != NULL) training->trainer->stop(&training->state);
}

static void training_note(const Training *training, const char *format, int64_t round)
{
    char text[128];
    if (training->hooks == NULL || training->hooks->note == NULL) return;
    (void)snprintf(text, sizeof(text), "%s %" PRId64, format, round);
    training->hooks->note(training->hooks->context, text);
}

static bool keeps_checkpoints(const Training *training)
{
    return training->checkpoints.directory.size > 0;
}

static bool checkpoint_now(Training *training, Error *err)
{
    AUTO(bytes_deinit) Bytes saved = {.limit = (size_t)1 << 33};
    if (!keeps_checkpoints(training) || training->round == training->round_saved) return true;
    TRY(training->trainer->save(training->state, &saved, err));
    TRY(checkpoint_write(&training->checkpoints, training->round, bytes_str(&saved), err));
    training->round_saved = training->round;
    training->saved_ns = clock_monotonic_ns(training->clock);
    return true;
}

static bool checkpoint_is_due(const Training *training)
{
    const TrainOptions *options = training->options;
    int64_t rounds = training->round - training->round_saved;
    int64_t passed_us = (int64_t)((clock_monotonic_ns(training->clock) - training->saved_ns) / 1000);
    if (options->checkpoint_rounds > 0 && rounds >= options->checkpoint_rounds) return true;
    return options->checkpoint_us > 0 && passed_us >= options->checkpoint_us;
}

/// What the trainer cannot take although it verifies is discarded, and the next older one is tried.
static bool resume_once(Training *training, bool *out_done, Error *err)
{
    AUTO(bytes_deinit) Bytes saved = {.limit = (size_t)1 << 33};
    int64_t round = 0;
    Error refused = {0};
    *out_done = true;
    TRY(checkpoint_load(&training->checkpoints, &saved, &round, err));
    if (round == 0) return true;
    if (training->trainer->restore(training->state, bytes_str(&saved), &refused)) {
        training->round = round;
        training->round_saved = round;
        training_note(training, "going on from the checkpoint of round", round);
        return true;
    }
    if (refused.kind != ERROR_DATA && refused.kind != ERROR_STEP)
        return error_set(err, refused.kind, "%s", refused.text);
    *out_done = false;
    return checkpoint_discard(&training->checkpoints, round, refused.text, err);
}

static bool training_resume(Training *training, const TrainingData *data, Error *err)
{
    bool done = false;
    if (!keeps_checkpoints(training)) return true;
    TRY(training_key(training->trainer, training->options, data, &training->checkpoints.key, err));
    TRY(disk_make_directories(training->checkpoints.disk, training->checkpoints.directory, err));
    while (!done) TRY_OR(resume_once(training, &done, err), err, "checkpoints");
    return true;
}

static int time_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t time_median(const Training *training)
{
    int64_t sorted[ROUND_TIMES_KEPT];
    size_t count = training->times_count < ROUND_TIMES_KEPT ? training->times_count : ROUND_TIMES_KEPT;
    if (count == 0) return 0;
    memcpy(sorted, training->times_us, count * sizeof(int64_t));
    qsort(sorted, count, sizeof(int64_t), time_compare);
    return sorted[count / 2];
}

static void round_time_take(Training *training)
{
    uint64_t passed_ns = clock_monotonic_ns(training->clock) - training->round_begun_ns;
    training->times_us[training->times_count++ % ROUND_TIMES_KEPT] = (int64_t)(passed_ns / 1000);
}

static void progress_tell(const Training *training, TrainProgress *progress)
{
    if (training->hooks == NULL || training->hooks->progress == NULL) return;
    progress->round = training->round;
    progress->rounds = training->trainer->rounds(training->state);
    progress->left_us = (progress->rounds - progress->round) * time_median(training);
    training->hooks->progress(training->hooks->context, progress);
}

static bool round_run(Training *training, Error *err)
{
    TrainProgress progress = {0};
    training->round_begun_ns = clock_monotonic_ns(training->clock);
    TRY_OR(training->trainer->advance(training->state, &progress.train_loss, &progress.validation_loss, err), err,
           "round %" PRId64, training->round + 1);
    training->round++;
    round_time_take(training);
    progress_tell(training, &progress);
    FAILPOINT("training.round_done");
    return true;
}

static bool stop_is_wanted(const Training *training)
{
    const TrainHooks *hooks = training->hooks;
    return hooks != NULL && hooks->stop_wanted != NULL && hooks->stop_wanted(hooks->context);
}

static bool training_preempt(Training *training, Error *err)
{
    TRY(checkpoint_now(training, err));
    return error_set(err, ERROR_PREEMPTED, "stopped after round %" PRId64 " of %" PRId64 "%s", training->round,
                     training->trainer->rounds(training->state),
                     keeps_checkpoints(training) ? "; run again to go on" : "");
}

static bool rounds_run(Training *training, Error *err)
{
    while (training->round < training->trainer->rounds(training->state)) {
        if (stop_is_wanted(training)) return training_preempt(training, err);
        TRY(round_run(training, err));
        if (checkpoint_is_due(training)) TRY(checkpoint_now(training, err));
    }
    return true;
}

static bool training_go(Training *training, const TrainingData *data, ModelFiles *out, Error *err)
{
    TRY(training->trainer->start(training->options, data, &training->state, err));
    TRY(training_resume(training, data, err));
    training->saved_ns = clock_monotonic_ns(training->clock);
    TRY(rounds_run(training, err));
    FAILPOINT("training.rounds_done");
    return training->trainer->finish(training->state, out, err);
}

bool training_run(const TrainOptions *options, const TrainingData *data, Str checkpoints, const Disk *disk,
                  const Clock *clock, const TrainHooks *hooks, ModelFiles *out, Error *err)
{
    AUTO(training_deinit)
    Training training = {
        .options = options,
        .trainer = trainer_find(options->trainer),
        .clock = clock,
        .hooks = hooks,
        .checkpoints = {.disk = disk, .directory = checkpoints, .hooks = hooks},
    };
    if (training.trainer == NULL)
        return error_set(err, ERROR_CONFIG, "unknown trainer '%.*s'", STR_ARG(options->trainer));
    TRY(training.trainer->check(options, err));
    return training_go(&training, data, out, err);
}
