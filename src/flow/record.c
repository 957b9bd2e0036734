#include <string.h>

#include "base/array.h"
#include "flow/attempt_internal.h"
#include "flow/digits_internal.h"
#include "flow/journal_internal.h"
#include "flow/state_internal.h"

static bool run_row_take(Statement *statement, Arena *arena, RunRecord *out, Error *err)
{
    Str state = {0};
    TRY(statement_text(statement, 0, arena, &out->run, err));
    TRY(statement_text(statement, 1, arena, &out->flow, err));
    TRY(statement_text(statement, 2, arena, &state, err));
    out->started_us = statement_int(statement, 3);
    out->ended_us = statement_int(statement, 4);
    out->as_of_us = statement_int(statement, 5);
    return step_state_parse(state, &out->state, err);
}

static bool step_log_path(const Store *store, Str run, const StepRecord *step, Arena *arena, Str *out, Error *err)
{
    int64_t number = 0;
    Str directory = {0};
    if (step->attempt == 0 || !digits_parse(run, &number)) return true;
    TRY(attempt_directory(store, number, step->step, step->attempt, arena, &directory, err));
    return attempt_path(directory, "log", arena, out, err);
}

static bool step_row_take(const Store *store, Statement *statement, Str run, Arena *arena, StepRecord *out,
                          int64_t *out_result, Error *err)
{
    Str state = {0};
    TRY(statement_text(statement, 0, arena, &out->step, err));
    TRY(statement_text(statement, 1, arena, &out->kind, err));
    TRY(statement_text(statement, 2, arena, &state, err));
    TRY(statement_text(statement, 4, arena, &out->key, err));
    TRY(statement_text(statement, 7, arena, &out->reason, err));
    TRY(statement_text(statement, 8, arena, &out->message, err));
    out->attempt = (uint32_t)statement_int(statement, 3);
    out->started_us = statement_int(statement, 5);
    out->ended_us = statement_int(statement, 6);
    *out_result = statement_int(statement, 9);
    TRY(step_state_parse(state, &out->state, err));
    return step_log_path(store, run, out, arena, &out->log_path, err);
}

typedef ARRAY_OF(StepRecord) StepRecords;
typedef ARRAY_OF(int64_t) Results;

static void records_deinit(StepRecords *records)
{
    memory_free(records->items);
}

static void results_deinit(Results *results)
{
    memory_free(results->items);
}

static bool steps_collect(Store *store, Statement *statement, Str run, Arena *arena, StepRecords *steps,
                          Results *results, Error *err)
{
    for (;;) {
        StepRecord step = {0};
        int64_t result = 0;
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(step_row_take(store, statement, run, arena, &step, &result, err));
        TRY(ARRAY_PUSH(steps, step, err));
        TRY(ARRAY_PUSH(results, result, err));
    }
}

static bool results_read(Journal *journal, const Results *results, Arena *arena, StepRecords *steps, Error *err)
{
    for (size_t i = 0; i < results->count; i++) {
        StepRecord *step = &steps->items[i];
        if (results->items[i] == 0) continue;
        TRY(journal_read_outputs(journal, results->items[i], arena, &step->outputs, &step->output_count, err));
        TRY(journal_read_values(journal, results->items[i], arena, &step->values, &step->value_count, err));
        for (size_t output = 0; output < step->output_count; output++) {
            Error gone = {0};
            StepArtifact *artifact = &step->outputs[output];
            if (!object_path(journal->store, &artifact->digest, arena, &artifact->path, &gone))
                artifact->path = (Str){0};
        }
    }
    return true;
}

static bool steps_read(Journal *journal, RunRecord *run, bool with_results, Arena *arena, Error *err)
{
    AUTO(records_deinit) StepRecords steps = {0};
    AUTO(results_deinit) Results results = {0};
    Statement *statement = NULL;
    TRY(statement_cached(
        journal->store->database,
        "SELECT name, kind, state, attempt, key, started_us, ended_us, reason, message, result FROM flow_step"
        " WHERE run = ? ORDER BY position",
        &statement, err));
    TRY(statement_bind_text(statement, 1, run->run, err));
    TRY(steps_collect(journal->store, statement, run->run, arena, &steps, &results, err));
    if (with_results) TRY(results_read(journal, &results, arena, &steps, err));
    run->steps = arena_alloc_array(arena, steps.count + 1, sizeof(StepRecord), err);
    if (run->steps == NULL) return false;
    if (steps.count > 0) memcpy(run->steps, steps.items, steps.count * sizeof(StepRecord));
    run->step_count = steps.count;
    return true;
}

typedef ARRAY_OF(RunRecord) RunRecords;

static void run_records_deinit(RunRecords *records)
{
    memory_free(records->items);
}

static bool runs_collect(Statement *statement, Arena *arena, RunRecords *runs, Error *err)
{
    for (;;) {
        RunRecord run = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(run_row_take(statement, arena, &run, err));
        TRY(ARRAY_PUSH(runs, run, err));
    }
}

bool flow_runs(Store *store, size_t limit, Arena *arena, RunRecord **out, size_t *out_count, Error *err)
{
    AUTO(run_records_deinit) RunRecords runs = {0};
    Journal journal = {0};
    Statement *statement = NULL;
    TRY(journal_open(store, &journal, err));
    TRY(statement_cached(
        store->database,
        "SELECT run, flow, state, started_us, ended_us, as_of_us FROM flow_run ORDER BY run DESC LIMIT ?", &statement,
        err));
    TRY(statement_bind_int(statement, 1, limit > INT32_MAX ? INT32_MAX : (int64_t)limit, err));
    TRY(runs_collect(statement, arena, &runs, err));
    for (size_t i = 0; i < runs.count; i++) TRY(steps_read(&journal, &runs.items[i], false, arena, err));

    RunRecord *kept = arena_alloc_array(arena, runs.count + 1, sizeof(RunRecord), err);
    if (kept == NULL) return false;
    if (runs.count > 0) memcpy(kept, runs.items, runs.count * sizeof(RunRecord));
    *out = kept;
    *out_count = runs.count;
    return true;
}

/// The number behind a name; empty: the newest run's.
static bool run_number(Store *store, Str run, int64_t *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    if (run.size > 0)
        return digits_parse(run, out) || error_set(err, ERROR_NOT_FOUND, "there is no run '%.*s'", STR_ARG(run));
    TRY(statement_cached(store->database, "SELECT max(run) FROM flow_run", &statement, err));
    TRY(statement_step(statement, &row, err));
    *out = row ? statement_int(statement, 0) : 0;
    TRY(statement_reset(statement, err));
    return *out != 0 || error_set(err, ERROR_NOT_FOUND, "there is no run yet");
}

static bool run_record_read(Store *store, int64_t number, Arena *arena, RunRecord *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(store->database,
                         "SELECT run, flow, state, started_us, ended_us, as_of_us FROM flow_run WHERE run = ?",
                         &statement, err));
    TRY(statement_bind_int(statement, 1, number, err));
    TRY(statement_step(statement, &row, err));
    if (!row) return error_set(err, ERROR_NOT_FOUND, "there is no run %lld", (long long)number);
    TRY(run_row_take(statement, arena, out, err));
    return statement_reset(statement, err);
}

bool flow_run_find(Store *store, Str run, Arena *arena, RunRecord *out, Error *err)
{
    Journal journal = {0};
    RunRecord record = {0};
    int64_t number = 0;
    TRY(journal_open(store, &journal, err));
    TRY(run_number(store, run, &number, err));
    TRY(run_record_read(store, number, arena, &record, err));
    TRY(steps_read(&journal, &record, true, arena, err));
    *out = record;
    return true;
}
