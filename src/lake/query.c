#include "lake/query_internal.h"

#include "lake/duckdb_error_internal.h"

void query_deinit(Query *query)
{
    if (query->lake == NULL) return;
    const DuckdbApi *api = &query->lake->api;
    api->destroy_data_chunk(&query->chunk);
    if (query->is_running) api->destroy_result(&query->result);
    api->destroy_pending(&query->pending);
    api->destroy_prepare(&query->statement);
    *query = (Query){0};
}

/// SQL of a source reads, and nothing else.
static bool query_check_kind(const Query *query, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    if (api->prepared_statement_type(query->statement) != DUCKDB_STATEMENT_TYPE_SELECT) {
        return error_set(err, ERROR_CONFIG, "a source's SQL must be a SELECT");
    }
    if (api->nparams(query->statement) > 0) return error_set(err, ERROR_CONFIG, "a source's SQL has no parameters");
    return true;
}

bool query_prepare(Query *query, Lake *lake, Str sql, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    if (str_find(sql, '\0') < sql.size) return error_set(err, ERROR_CONFIG, "SQL holds a zero byte");
    TRY(bytes_append_str(&text, sql, err));
    TRY(bytes_append_byte(&text, 0, err));

    query->lake = lake;
    if (lake->api.prepare(lake->connection, (const char *)text.data, &query->statement) != DuckDBSuccess) {
        return duckdb_error_set(err, lake->api.prepare_error(query->statement));
    }
    TRY(query_check_kind(query, err));
    query->column_count = lake->api.prepared_statement_column_count(query->statement);
    return true;
}

bool query_start(Query *query, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    if (api->pending_prepared_streaming(query->statement, &query->pending) != DuckDBSuccess) {
        return duckdb_error_set(err, api->pending_error(query->pending));
    }
    query->is_running = true;
    if (api->execute_pending(query->pending, &query->result) != DuckDBSuccess) {
        return duckdb_error_set(err, api->result_error(&query->result));
    }
    return true;
}

bool query_next(Query *query, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    api->destroy_data_chunk(&query->chunk);
    query->chunk = api->fetch_chunk(query->result);
    query->chunk_rows = query->chunk == NULL ? 0 : api->data_chunk_get_size(query->chunk);
    if (query->chunk != NULL) return true;
    const char *message = api->result_error(&query->result);
    return message == NULL || message[0] == '\0' ? true : duckdb_error_set(err, message);
}

bool query_column_name(const Query *query, size_t column, Arena *arena, Str *out, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    const char *name = api->prepared_statement_column_name(query->statement, column);
    bool copied = arena_copy(arena, str_from(name), out, err);
    api->free((void *)(uintptr_t)name);
    return copied;
}

bool lake_execute(Lake *lake, Str sql, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(bytes_append_str(&text, sql, err));
    TRY(bytes_append_byte(&text, 0, err));
    duckdb_result result = {0};
    bool done = lake->api.query(lake->connection, (const char *)text.data, &result) == DuckDBSuccess;
    if (!done) duckdb_error_set(err, lake->api.result_error(&result));
    lake->api.destroy_result(&result);
    return done;
}

Str duckdb_text(const duckdb_string_t *string)
{
    uint32_t size = string->value.inlined.length;
    bool is_inlined = size <= sizeof(string->value.inlined.inlined);
    return (Str){is_inlined ? string->value.inlined.inlined : string->value.pointer.ptr, size};
}
