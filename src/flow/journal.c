#include "flow/journal_internal.h"
#include "flow/state_internal.h"
#include "sys/failpoint.h"
#include "sys/process.h"

static const char *const JOURNAL_MIGRATIONS[] = {
    "CREATE TABLE flow_scheduler (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL);"
    "INSERT INTO flow_scheduler VALUES (1, 0);"

    "CREATE TABLE flow_run (run INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL, state TEXT NOT NULL,"
    " started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL DEFAULT 0, as_of_us INTEGER NOT NULL,"
    " message TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX flow_run_open ON flow_run (flow, run) WHERE ended_us = 0;"

    // One row for each attempt that was committed: the unique triple keeps any from being committed twice.
    "CREATE TABLE flow_result (result INTEGER PRIMARY KEY, flow TEXT NOT NULL, step TEXT NOT NULL, run INTEGER NOT "
    "NULL,"
    " attempt INTEGER NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, created_us INTEGER NOT NULL,"
    " UNIQUE (run, step, attempt));"
    "CREATE INDEX flow_result_step ON flow_result (flow, step, result);"

    "CREATE TABLE flow_step (run INTEGER NOT NULL REFERENCES flow_run, position INTEGER NOT NULL, name TEXT NOT NULL,"
    " kind TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,"
    " losses INTEGER NOT NULL DEFAULT 0, key TEXT NOT NULL DEFAULT '', started_us INTEGER NOT NULL DEFAULT 0,"
    " ended_us INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',"
    " resolved TEXT NOT NULL DEFAULT '', resolved_from TEXT NOT NULL DEFAULT '',"
    " staged TEXT NOT NULL DEFAULT '', result INTEGER REFERENCES flow_result, PRIMARY KEY (run, position)) WITHOUT "
    "ROWID;"

    "CREATE TABLE flow_output (result INTEGER NOT NULL REFERENCES flow_result, name TEXT NOT NULL, digest TEXT NOT "
    "NULL,"
    " logical TEXT NOT NULL, PRIMARY KEY (result, name)) WITHOUT ROWID;"
    "CREATE TABLE flow_value (result INTEGER NOT NULL REFERENCES flow_result, name TEXT NOT NULL, json TEXT NOT NULL,"
    " PRIMARY KEY (result, name)) WITHOUT ROWID;"
    "CREATE TABLE flow_lineage (result INTEGER NOT NULL REFERENCES flow_result, input TEXT NOT NULL, digest TEXT NOT "
    "NULL,"
    " logical TEXT NOT NULL, PRIMARY KEY (result, input)) WITHOUT ROWID;"
    "CREATE TABLE flow_cache (key TEXT PRIMARY KEY, result INTEGER NOT NULL REFERENCES flow_result) WITHOUT ROWID;",
};

bool journal_open(Store *store, Journal *out, Error *err)
{
    TRY(database_migrate(store->database, STR("flow"), JOURNAL_MIGRATIONS, COUNT_OF(JOURNAL_MIGRATIONS), err));
    *out = (Journal){.store = store};
    return true;
}

/// The only value of a question's only row; `absent` when there is no row.
static bool question_int(Statement *statement, int64_t absent, int64_t *out, Error *err)
{
    bool row = false;
    TRY(statement_step(statement, &row, err));
    *out = row ? statement_int(statement, 0) : absent;
    return statement_reset(statement, err);
}

bool journal_take_over(Journal *journal, Error *err)
{
    Database *database = journal->store->database;
    AUTO(transaction_end) Database *transaction = database;
    Statement *statement = NULL;
    TRY(transaction_begin_unsynced(transaction, err));
    TRY(database_run(database, "UPDATE flow_scheduler SET epoch = epoch + 1", err));
    TRY(statement_cached(database, "SELECT epoch FROM flow_scheduler", &statement, err));
    TRY(question_int(statement, 0, &journal->epoch, err));
    return transaction_commit(database, err);
}

static bool run_insert(Journal *journal, const Flow *flow, int64_t as_of_us, Error *err)
{
    Database *database = journal->store->database;
    Statement *statement = NULL;
    TRY(statement_cached(database, "INSERT INTO flow_run (flow, state, started_us, as_of_us) VALUES (?, ?, ?, ?)",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssii", flow->name, str_from(step_state_name(STEP_RUNNING)),
                       clock_now_us(journal->store->clock), as_of_us));
    TRY(statement_run(statement, err));
    journal->run = database_last_row(database);
    return true;
}

static bool steps_insert(Journal *journal, const Flow *flow, Error *err)
{
    Str waiting = str_from(step_state_name(STEP_WAITING));
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database,
                         "INSERT INTO flow_step (run, position, name, kind, state) VALUES (?, ?, ?, ?, ?)", &statement,
                         err));
    for (size_t i = 0; i < flow->step_count; i++) {
        TRY(statement_bind(statement, err, "iisss", journal->run, (int64_t)i, flow->steps[i].name, flow->steps[i].kind,
                           waiting));
        TRY(statement_run(statement, err));
    }
    return true;
}

bool journal_begin_run(Journal *journal, const Flow *flow, int64_t as_of_us, Error *err)
{
    AUTO(transaction_end) Database *transaction = journal->store->database;
    TRY(transaction_begin_unsynced(transaction, err));
    TRY(run_insert(journal, flow, as_of_us, err));
    TRY(steps_insert(journal, flow, err));
    FAILPOINT("flow.before_run_created");
    TRY(transaction_commit(transaction, err));
    FAILPOINT("flow.after_run_created");
    return true;
}

bool journal_find_open_run(Journal *journal, Str flow, int64_t *out_run, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database, "SELECT max(run) FROM flow_run WHERE flow = ? AND ended_us = 0",
                         &statement, err));
    TRY(statement_bind_text(statement, 1, flow, err));
    return question_int(statement, 0, out_run, err);
}

static bool run_set_open(Journal *journal, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database,
                         "UPDATE flow_run SET state = 'running', ended_us = 0, message = '' WHERE run = ?", &statement,
                         err));
    TRY(statement_bind_int(statement, 1, journal->run, err));
    return statement_run(statement, err);
}

static bool steps_set_waiting(Journal *journal, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(
        journal->store->database,
        "UPDATE flow_step SET state = 'waiting', failures = 0, losses = 0, message = '', staged = '', ended_us = 0"
        " WHERE run = ? AND state NOT IN ('done', 'cached', 'running', 'waiting')",
        &statement, err));
    TRY(statement_bind_int(statement, 1, journal->run, err));
    return statement_run(statement, err);
}

bool journal_resume_run(Journal *journal, int64_t run, Error *err)
{
    AUTO(transaction_end) Database *transaction = journal->store->database;
    journal->run = run;
    TRY(transaction_begin_unsynced(transaction, err));
    TRY(run_set_open(journal, err));
    TRY(steps_set_waiting(journal, err));
    return transaction_commit(transaction, err);
}

static bool run_set_end(Journal *journal, int64_t run, StepState state, Str message, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database,
                         "UPDATE flow_run SET state = ?, message = ?, ended_us = ? WHERE run = ?"
                         " AND (SELECT epoch FROM flow_scheduler) = ?",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssiii", str_from(step_state_name(state)), message,
                       clock_now_us(journal->store->clock), run, journal->epoch));
    TRY(statement_run(statement, err));
    if (database_changes(journal->store->database) == 1) return true;
    return error_set(err, ERROR_CONFLICT, "run %lld: another scheduler has taken over", (long long)run);
}

bool journal_end_run(Journal *journal, int64_t run, StepState state, Str message, Error *err)
{
    AUTO(transaction_end) Database *transaction = journal->store->database;
    TRY(transaction_begin(transaction, err));
    TRY(run_set_end(journal, run, state, message, err));
    FAILPOINT("flow.before_run_ended");
    TRY(transaction_commit(transaction, err));
    FAILPOINT("flow.after_run_ended");
    return true;
}
