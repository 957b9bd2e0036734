#include <stdarg.h>
#include <string.h>

#include "base/memory.h"
#include "store/database_internal.h"

bool statement_prepare(Database *database, const char *sql, Statement **out, Error *err)
{
    Statement *statement = memory_alloc(sizeof(Statement), err);
    if (statement == NULL) return false;

    statement->database = database;
    if (sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL) !=
        SQLITE_OK) {
        memory_free(statement);
        return database_error(database, sql, err);
    }
    *out = statement;
    return true;
}

void statement_finalize(Statement **statement)
{
    if (*statement == NULL) return;
    (void)sqlite3_finalize((*statement)->handle);
    memory_free(*statement);
    *statement = NULL;
}

static Statement *statement_find_cached(const Database *database, const char *sql)
{
    for (size_t i = 0; i < database->cached.count; i++) {
        if (database->cached.items[i].sql == sql) return database->cached.items[i].statement;
    }
    return NULL;
}

static bool statement_add_cached(Database *database, const char *sql, Statement **out, Error *err)
{
    AUTO(statement_finalize) Statement *statement = NULL;
    TRY(statement_prepare(database, sql, &statement, err));
    TRY(ARRAY_PUSH(&database->cached, ((CachedStatement){.sql = sql, .statement = statement}), err));
    *out = statement;
    statement = NULL;
    return true;
}

bool statement_cached(Database *database, const char *sql, Statement **out, Error *err)
{
    Statement *statement = statement_find_cached(database, sql);
    if (statement == NULL) return statement_add_cached(database, sql, out, err);

    // The error of an earlier use comes back here; it has been reported there.
    (void)sqlite3_reset(statement->handle);
    (void)sqlite3_clear_bindings(statement->handle);
    *out = statement;
    return true;
}

static bool statement_bound(Statement *statement, int code, Error *err)
{
    return code == SQLITE_OK || database_error(statement->database, "binding a value", err);
}

bool statement_bind_text(Statement *statement, int position, Str value, Error *err)
{
    const char *data = value.data == NULL ? "" : value.data;
    return statement_bound(
        statement, sqlite3_bind_text64(statement->handle, position, data, value.size, SQLITE_TRANSIENT, SQLITE_UTF8),
        err);
}

bool statement_bind_int(Statement *statement, int position, int64_t value, Error *err)
{
    return statement_bound(statement, sqlite3_bind_int64(statement->handle, position, value), err);
}

bool statement_bind_float(Statement *statement, int position, double value, Error *err)
{
    return statement_bound(statement, sqlite3_bind_double(statement->handle, position, value), err);
}

bool statement_bind_null(Statement *statement, int position, Error *err)
{
    return statement_bound(statement, sqlite3_bind_null(statement->handle, position), err);
}

bool statement_bind_digest(Statement *statement, int position, const Digest *value, Error *err)
{
    DigestHex hex = digest_hex(value);
    return statement_bind_text(statement, position, str_from(hex.text), err);
}

static bool statement_bind_arguments(Statement *statement, const char *kinds, va_list *arguments, Error *err)
{
    for (int i = 0; kinds[i] != '\0'; i++) {
        switch (kinds[i]) {
        case 's':
            TRY(statement_bind_text(statement, i + 1, va_arg(*arguments, Str), err));
            break;
        case 'i':
            TRY(statement_bind_int(statement, i + 1, va_arg(*arguments, int64_t), err));
            break;
        case 'd':
            TRY(statement_bind_float(statement, i + 1, va_arg(*arguments, double), err));
            break;
        case 'h':
            TRY(statement_bind_digest(statement, i + 1, va_arg(*arguments, const Digest *), err));
            break;
        default:
            CHECK(kinds[i] == 'n');
            TRY(statement_bind_null(statement, i + 1, err));
        }
    }
    return true;
}

bool statement_bind(Statement *statement, Error *err, const char *kinds, ...)
{
    va_list arguments;
    va_start(arguments, kinds);
    bool done = statement_bind_arguments(statement, kinds, &arguments, err);
    va_end(arguments);
    return done;
}

bool statement_step(Statement *statement, bool *out_row, Error *err)
{
    int code = sqlite3_step(statement->handle);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return database_error(statement->database, sqlite3_sql(statement->handle), err);
    *out_row = code == SQLITE_ROW;
    return true;
}

bool statement_reset(Statement *statement, Error *err)
{
    if (sqlite3_reset(statement->handle) == SQLITE_OK) return true;
    return database_error(statement->database, "resetting a statement", err);
}

bool statement_is_null(Statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t statement_int(Statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

double statement_float(Statement *statement, int column)
{
    return sqlite3_column_double(statement->handle, column);
}

/// Borrowed until the next step.
static Str statement_borrow(Statement *statement, int column)
{
    const char *data = (const char *)sqlite3_column_text(statement->handle, column);
    return (Str){data, (size_t)sqlite3_column_bytes(statement->handle, column)};
}

bool statement_text(Statement *statement, int column, Arena *arena, Str *out, Error *err)
{
    return arena_copy(arena, statement_borrow(statement, column), out, err);
}

bool statement_digest(Statement *statement, int column, Digest *out, Error *err)
{
    Str hex = statement_borrow(statement, column);
    if (hex.size > 0) return digest_parse(hex, out, err);
    *out = (Digest){0};
    return true;
}

bool statement_run(Statement *statement, Error *err)
{
    bool row = false;
    TRY(statement_step(statement, &row, err));
    CHECK(!row);
    return statement_reset(statement, err);
}
