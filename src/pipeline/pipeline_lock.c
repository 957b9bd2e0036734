#include "pipeline/pipeline_internal.h"

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

bool schema_write_json(JsonWriter *json, Schema schema, Error *err)
{
    TRY(json_array_begin(json, err));
    for (size_t i = 0; i < schema.count; i++) {
        char type[TYPE_NAME_BYTES_MAX];
        type_name(schema.fields[i].type, type);
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), schema.fields[i].name, err));
        TRY(json_field_str(json, STR("type"), str_from(type), err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

bool schema_read_json(const Node *node, Arena *arena, Schema *out, Error *err)
{
    Field *fields = arena_alloc_array(arena, node_count(node) + 1, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < node_count(node); i++) {
        Str type = {0};
        TRY(node_get_str(node_at(node, i), STR("name"), &fields[i].name, err));
        TRY(node_get_str(node_at(node, i), STR("type"), &type, err));
        TRY(type_parse(type, &fields[i].type, err));
    }
    *out = (Schema){.fields = fields, .count = node_count(node)};
    return true;
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
    return schema_read_json(document->root, &pipeline->arena, out, err);
}

bool lock_save(Pipeline *pipeline, Str source, Schema schema, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    TRY(schema_write_json(&json, schema, err));
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
