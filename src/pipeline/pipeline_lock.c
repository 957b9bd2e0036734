#include "pipeline/pipeline_internal.h"

#include "dataset/source_json.h"
#include "text/json.h"

static const char *const migrations[] = {
    "CREATE TABLE schema_lock (pipeline TEXT NOT NULL, source TEXT NOT NULL, schema TEXT NOT NULL, confirmed INTEGER "
    "NOT NULL,"
    " PRIMARY KEY (pipeline, source));",
    // A provisional schema stands beside the confirmed one, which holds until an ingest with the new one succeeds.
    "ALTER TABLE schema_lock RENAME TO schema_lock_1;"
    "CREATE TABLE schema_lock (pipeline TEXT NOT NULL, source TEXT NOT NULL, schema TEXT NOT NULL, confirmed INTEGER "
    "NOT NULL,"
    " PRIMARY KEY (pipeline, source, confirmed));"
    "INSERT INTO schema_lock SELECT * FROM schema_lock_1;"
    "DROP TABLE schema_lock_1;",
};

bool lock_migrate(Store *store, Error *err)
{
    return database_migrate(store->database, STR("pipeline"), migrations, COUNT_OF(migrations), err);
}

static bool lock_text(Pipeline *pipeline, Str source, Str *out, bool *out_found, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    TRY(statement_prepare(pipeline->store.database,
                          "SELECT schema FROM schema_lock WHERE pipeline = ? AND source = ? AND confirmed = 1",
                          &statement, err));
    TRY(statement_bind_text(statement, 1, pipeline->config.pipeline, err));
    TRY(statement_bind_text(statement, 2, source, err));
    TRY(statement_step(statement, out_found, err));
    return !*out_found || statement_text(statement, 0, &pipeline->arena, out, err);
}

bool lock_load(Pipeline *pipeline, Str source, Schema *out, bool *out_found, Error *err)
{
    Str text = {0};
    Document *document = arena_alloc(&pipeline->arena, sizeof(Document), err);
    TRY(document != NULL);
    TRY(lock_text(pipeline, source, &text, out_found, err));
    if (!*out_found) return true;
    TRY(json_parse(STR("schema lock"), text, &pipeline->arena, document, err));
    return source_schema_read(document->root, &pipeline->arena, out, err);
}

bool lock_save(Pipeline *pipeline, Str source, Schema schema, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(source_schema_write(&json, schema, err));
    TRY(statement_prepare(pipeline->store.database, "INSERT OR REPLACE INTO schema_lock VALUES (?, ?, ?, 0)",
                          &statement, err));
    TRY(statement_bind_text(statement, 1, pipeline->config.pipeline, err));
    TRY(statement_bind_text(statement, 2, source, err));
    TRY(statement_bind_text(statement, 3, bytes_str(&text), err));
    return statement_run(statement, err);
}

bool lock_confirm(Pipeline *pipeline, Str source, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    TRY(statement_prepare(pipeline->store.database,
                          "UPDATE OR REPLACE schema_lock SET confirmed = 1 WHERE pipeline = ? AND source = ? AND "
                          "confirmed = 0",
                          &statement, err));
    TRY(statement_bind_text(statement, 1, pipeline->config.pipeline, err));
    TRY(statement_bind_text(statement, 2, source, err));
    return statement_run(statement, err);
}
