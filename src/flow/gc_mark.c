#include "flow/gc_internal.h"

/// Tables of this connection only: kept runs, results and digests. Dropped first, as an earlier mark may have left them.
static const char TABLES_SQL[] =
    "DROP TABLE IF EXISTS temp.gc_run; DROP TABLE IF EXISTS temp.gc_result; DROP TABLE IF EXISTS temp.gc_digest;"
    "DROP TABLE IF EXISTS temp.gc_made;"
    "CREATE TEMP TABLE gc_run (run INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE gc_result (result INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE gc_digest (digest TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TEMP TABLE gc_made (digest TEXT NOT NULL, result INTEGER NOT NULL, PRIMARY KEY (digest, result)) WITHOUT "
    "ROWID;";

static const char RUNS_SQL[] = "INSERT INTO temp.gc_run SELECT run FROM flow_run WHERE ended_us = 0 OR ended_us >= ?"
                               " OR CAST(run AS TEXT) IN (SELECT name FROM gc_pin WHERE kind = 'run')";

/// From the results of kept runs, and from those that made a kept object, to all that they were made from.
static const char REACH_SQL[] =
    "INSERT OR IGNORE INTO temp.gc_digest SELECT name FROM gc_pin WHERE kind = 'object';"
    "INSERT INTO temp.gc_made SELECT digest, result FROM flow_output;"
    "INSERT INTO temp.gc_result WITH RECURSIVE kept (result) AS ("
    " SELECT result FROM flow_step WHERE result IS NOT NULL AND run IN (SELECT run FROM temp.gc_run)"
    " UNION SELECT gc_made.result FROM temp.gc_digest JOIN temp.gc_made USING (digest)"
    " UNION SELECT gc_made.result FROM kept JOIN flow_lineage ON flow_lineage.result = kept.result"
    " JOIN temp.gc_made ON gc_made.digest = flow_lineage.digest)"
    " SELECT result FROM kept;"
    "INSERT OR IGNORE INTO temp.gc_digest SELECT digest FROM flow_output WHERE result IN (SELECT result FROM "
    "temp.gc_result);"
    "INSERT OR IGNORE INTO temp.gc_digest SELECT digest FROM flow_lineage WHERE result IN (SELECT result FROM "
    "temp.gc_result);";

/// Children before parents: foreign keys hold after each.
static const char *const FORGET_SQL[] = {
    "DELETE FROM flow_cache WHERE result NOT IN (SELECT result FROM temp.gc_result)",
    "DELETE FROM flow_step WHERE run NOT IN (SELECT run FROM temp.gc_run)",
    "DELETE FROM flow_output WHERE result NOT IN (SELECT result FROM temp.gc_result)",
    "DELETE FROM flow_value WHERE result NOT IN (SELECT result FROM temp.gc_result)",
    "DELETE FROM flow_lineage WHERE result NOT IN (SELECT result FROM temp.gc_result)",
    "DELETE FROM flow_result WHERE result NOT IN (SELECT result FROM temp.gc_result)",
    "DELETE FROM flow_run WHERE run NOT IN (SELECT run FROM temp.gc_run)",
    "DELETE FROM object WHERE digest NOT IN (SELECT digest FROM temp.gc_digest)",
};

enum { FORGET_CACHE = 0, FORGET_RESULT = 5, FORGET_RUN = 6 };

static bool roots_insert(Store *store, const GcOptions *options, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    TRY(statement_prepare(store->database, "INSERT OR IGNORE INTO temp.gc_digest VALUES (?)", &statement, err));
    for (size_t i = 0; i < options->root_count; i++) {
        TRY(statement_bind_digest(statement, 1, &options->roots[i], err));
        TRY(statement_run(statement, err));
    }
    return true;
}

static bool runs_insert(Store *store, const GcOptions *options, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    TRY(statement_prepare(store->database, RUNS_SQL, &statement, err));
    TRY(statement_bind_int(statement, 1, clock_now_us(store->clock) - options->keep_us, err));
    return statement_run(statement, err);
}

static bool question_int(Store *store, const char *sql, int64_t *out, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    bool row = false;
    TRY(statement_prepare(store->database, sql, &statement, err));
    TRY(statement_step(statement, &row, err));
    *out = row ? statement_int(statement, 0) : 0;
    return true;
}

static bool objects_count(Store *store, GcReport *report, Error *err)
{
    int64_t count = 0;
    int64_t bytes = 0;
    TRY(question_int(store, "SELECT count(*) FROM object", &count, err));
    TRY(question_int(store, "SELECT sum(bytes) FROM object", &bytes, err));
    report->kept = (GcCount){(uint64_t)count, (uint64_t)bytes};
    return true;
}

static bool rows_forget(Store *store, GcReport *report, Error *err)
{
    uint64_t forgotten[COUNT_OF(FORGET_SQL)];
    for (size_t i = 0; i < COUNT_OF(FORGET_SQL); i++) {
        TRY(database_run(store->database, FORGET_SQL[i], err));
        forgotten[i] = (uint64_t)database_changes(store->database);
    }
    report->cached = forgotten[FORGET_CACHE];
    report->results = forgotten[FORGET_RESULT];
    report->runs = forgotten[FORGET_RUN];
    return objects_count(store, report, err);
}

bool gc_mark(Store *store, const GcOptions *options, GcReport *report, int64_t *out_run, Error *err)
{
    CHECK(transaction_is_open(store->database));
    TRY(question_int(store, "SELECT max(run) FROM flow_run", out_run, err));
    TRY(database_run(store->database, TABLES_SQL, err));
    TRY(roots_insert(store, options, err));
    TRY(runs_insert(store, options, err));
    TRY(database_run(store->database, REACH_SQL, err));
    return rows_forget(store, report, err);
}
