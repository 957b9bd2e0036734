#include "flow/journal_internal.h"
#include "flow/state_internal.h"
#include "sys/failpoint.h"

static bool step_fenced_error(const Journal *journal, size_t position, Error *err)
{
    return error_set(err, ERROR_CONFLICT,
                     "run %lld, step %zu: it has changed meanwhile, or another scheduler has taken over",
                     (long long)journal->run, position);
}

/// Positions of the parameters: see change_bind.
static const char CHANGE_SQL[] = "UPDATE flow_step SET state = ?1, attempt = ?2, failures = ?3, losses = ?4, result = "
                                 "nullif(?5, 0), key = coalesce(?6, key),"
                                 " resolved = coalesce(?15, resolved), resolved_from = coalesce(?16, resolved_from),"
                                 " reason = CASE ?7 WHEN '' THEN reason ELSE ?7 END, message = ?8,"
                                 " started_us = CASE WHEN ?1 IN ('running', 'cached') THEN ?9 ELSE started_us END,"
                                 " ended_us = CASE WHEN ?1 IN ('running', 'waiting') THEN 0 ELSE ?9 END, staged = ''"
                                 " WHERE run = ?10 AND position = ?11 AND state = ?12 AND attempt = ?13 AND (SELECT "
                                 "epoch FROM flow_scheduler) = ?14";

static bool change_bind(const Journal *journal, const StepChange *change, Statement *statement, Error *err)
{
    TRY(statement_bind(statement, err, "siiiinssiiisiinn", str_from(step_state_name(change->to)),
                       (int64_t)change->attempt, (int64_t)change->failures, (int64_t)change->losses, change->result,
                       change->reason, change->message, clock_now_us(journal->store->clock), journal->run,
                       (int64_t)change->position, str_from(step_state_name(change->from)),
                       (int64_t)change->from_attempt, journal->epoch));
    if (change->key != NULL) TRY(statement_bind_digest(statement, 6, change->key, err));
    if (change->resolved == NULL) return true;
    TRY(statement_bind_text(statement, 15, change->resolved->params, err));
    return statement_bind_digest(statement, 16, &change->resolved->from, err);
}

bool journal_change_step(Journal *journal, const StepChange *change, Error *err)
{
    CHECK(transaction_is_open(journal->store->database));
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database, CHANGE_SQL, &statement, err));
    TRY(change_bind(journal, change, statement, err));
    TRY(statement_run(statement, err));
    return database_changes(journal->store->database) == 1 || step_fenced_error(journal, change->position, err);
}

bool journal_add_step(Journal *journal, size_t position, Str name, Str kind, Error *err)
{
    Statement *statement = NULL;
    CHECK(transaction_is_open(journal->store->database));
    TRY(statement_cached(journal->store->database,
                         "INSERT INTO flow_step (run, position, name, kind, state) SELECT ?, ?, ?, ?, 'waiting'"
                         " WHERE (SELECT epoch FROM flow_scheduler) = ?",
                         &statement, err));
    TRY(statement_bind(statement, err, "iissi", journal->run, (int64_t)position, name, kind, journal->epoch));
    TRY(statement_run(statement, err));
    return database_changes(journal->store->database) == 1 || step_fenced_error(journal, position, err);
}

static bool staged_set(Journal *journal, size_t position, uint32_t attempt, Str staged, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(
        journal->store->database,
        "UPDATE flow_step SET staged = ? WHERE run = ? AND position = ? AND state = 'running' AND attempt = ?"
        " AND (SELECT epoch FROM flow_scheduler) = ?",
        &statement, err));
    TRY(statement_bind(statement, err, "siiii", staged, journal->run, (int64_t)position, (int64_t)attempt,
                       journal->epoch));
    TRY(statement_run(statement, err));
    return database_changes(journal->store->database) == 1 || step_fenced_error(journal, position, err);
}

bool journal_stage_outputs(Journal *journal, size_t position, uint32_t attempt, Str staged, Error *err)
{
    AUTO(transaction_end) Database *transaction = journal->store->database;
    TRY(transaction_begin_unsynced(transaction, err));
    TRY(staged_set(journal, position, attempt, staged, err));
    TRY(transaction_commit(transaction, err));
    FAILPOINT("flow.outputs_staged");
    return true;
}

static bool step_row_read(Statement *statement, Arena *arena, StepRow *out, Error *err)
{
    Str state = {0};
    TRY(statement_text(statement, 0, arena, &out->name, err));
    TRY(statement_text(statement, 1, arena, &state, err));
    TRY(step_state_parse(state, &out->state, err));
    out->attempt = (uint32_t)statement_int(statement, 2);
    out->failures = (uint32_t)statement_int(statement, 3);
    out->losses = (uint32_t)statement_int(statement, 4);
    TRY(statement_digest(statement, 5, &out->key, err));
    out->result = statement_int(statement, 6);
    out->started_us = statement_int(statement, 8);
    TRY(statement_text(statement, 9, arena, &out->resolved.params, err));
    TRY(statement_digest(statement, 10, &out->resolved.from, err));
    return statement_text(statement, 7, arena, &out->staged, err);
}

static bool step_count_read(Journal *journal, int64_t run, size_t *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(journal->store->database, "SELECT count(*) FROM flow_step WHERE run = ?", &statement, err));
    TRY(statement_bind_int(statement, 1, run, err));
    TRY(statement_step(statement, &row, err));
    *out = (size_t)statement_int(statement, 0);
    return statement_reset(statement, err);
}

static bool step_rows_read(Journal *journal, Arena *arena, RunRow *row, Error *err)
{
    Statement *statement = NULL;
    TRY(step_count_read(journal, row->run, &row->step_count, err));
    row->steps = arena_alloc_array(arena, row->step_count + 1, sizeof(StepRow), err);
    if (row->steps == NULL) return false;

    TRY(statement_cached(journal->store->database,
                         "SELECT name, state, attempt, failures, losses, key, result, staged, started_us, resolved, "
                         "resolved_from FROM flow_step"
                         " WHERE run = ? ORDER BY position",
                         &statement, err));
    TRY(statement_bind_int(statement, 1, row->run, err));
    for (size_t i = 0; i < row->step_count; i++) {
        bool more = false;
        TRY(statement_step(statement, &more, err));
        CHECK(more);
        TRY(step_row_read(statement, arena, &row->steps[i], err));
    }
    return statement_reset(statement, err);
}

static bool run_row_read(Journal *journal, Arena *arena, RunRow *row, Error *err)
{
    Statement *statement = NULL;
    bool found = false;
    Str state = {0};
    TRY(statement_cached(journal->store->database, "SELECT state, as_of_us FROM flow_run WHERE run = ?", &statement,
                         err));
    TRY(statement_bind_int(statement, 1, row->run, err));
    TRY(statement_step(statement, &found, err));
    if (!found) return error_set(err, ERROR_NOT_FOUND, "there is no run %lld", (long long)row->run);
    TRY(statement_text(statement, 0, arena, &state, err));
    row->as_of_us = statement_int(statement, 1);
    TRY(step_state_parse(state, &row->state, err));
    return statement_reset(statement, err);
}

bool journal_read_run(Journal *journal, int64_t run, Arena *arena, RunRow *out, Error *err)
{
    RunRow row = {.run = run};
    TRY(run_row_read(journal, arena, &row, err));
    TRY(step_rows_read(journal, arena, &row, err));
    *out = row;
    return true;
}
