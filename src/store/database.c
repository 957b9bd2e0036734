#include "store/database.h"

#include <string.h>

#include "base/memory.h"
#include "store/database_internal.h"

enum { DATABASE_BUSY_MS = 30000, DATABASE_PATH_BYTES_MAX = 4096 };

static ErrorKind database_error_kind(int code)
{
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
        return ERROR_CONFLICT;
    case SQLITE_NOMEM:
        return ERROR_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERROR_DATA;
    default:
        return ERROR_STORAGE;
    }
}

bool database_error(Database *database, const char *what, Error *err)
{
    int code = sqlite3_errcode(database->handle) & 0xff;
    const char *text = code == SQLITE_FULL ? "disk full" : sqlite3_errmsg(database->handle);
    return error_set(err, database_error_kind(code), "database: %s: %s", what, text);
}

static bool database_open_handle(Database *database, Str path, Error *err)
{
    char name[DATABASE_PATH_BYTES_MAX];
    if (path.size >= sizeof(name)) return error_set(err, ERROR_CONFIG, "database: path is too long");
    memcpy(name, path.data, path.size);
    name[path.size] = '\0';

    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(name, &database->handle, flags, NULL) != SQLITE_OK) {
        return database_error(database, name, err);
    }
    (void)sqlite3_busy_timeout(database->handle, DATABASE_BUSY_MS);
    return true;
}

/// Two processes that make a store at once both want to turn its log on. SQLite does not wait for the other there, so this does.
static bool database_log_ahead(Database *database, Error *err)
{
    enum { PAUSE_MS = 5 };
    for (int waited_ms = 0;; waited_ms += PAUSE_MS) {
        int code = sqlite3_exec(database->handle, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
        if (code == SQLITE_OK) return true;
        if ((code & 0xFF) != SQLITE_BUSY || waited_ms >= DATABASE_BUSY_MS)
            return database_error(database, "turning its log on", err);
        (void)sqlite3_sleep(PAUSE_MS);
    }
}

bool database_open(Str path, Database **out, Error *err)
{
    AUTO(database_close) Database *database = memory_alloc(sizeof(Database), err);
    if (database == NULL) return false;

    TRY(database_open_handle(database, path, err));
    TRY(database_log_ahead(database, err));
    TRY(database_run(database, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;", err));

    *out = database;
    database = NULL;
    return true;
}

void database_close(Database **database)
{
    if (*database == NULL) return;
    for (size_t i = 0; i < (*database)->cached.count; i++) statement_finalize(&(*database)->cached.items[i].statement);
    memory_free((*database)->cached.items);
    (void)sqlite3_close_v2((*database)->handle);
    memory_free(*database);
    *database = NULL;
}

bool database_run(Database *database, const char *sql, Error *err)
{
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK) return true;
    return database_error(database, "running a statement", err);
}

int64_t database_changes(Database *database)
{
    return sqlite3_changes64(database->handle);
}

int64_t database_last_row(Database *database)
{
    return sqlite3_last_insert_rowid(database->handle);
}

/// Only between transactions.
static bool database_set_unsynced(Database *database, bool unsynced, Error *err)
{
    if (database->unsynced == unsynced) return true;
    TRY(database_run(database, unsynced ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", err));
    database->unsynced = unsynced;
    return true;
}

static bool transaction_open(Database *database, const char *sql, bool unsynced, Error *err)
{
    CHECK(!database->transaction);
    // A question that an error cut short would hold an old view of the data, from which no write can begin.
    for (size_t i = 0; i < database->cached.count; i++)
        (void)sqlite3_reset(database->cached.items[i].statement->handle);
    TRY(database_set_unsynced(database, unsynced, err));
    TRY(database_run(database, sql, err));
    database->transaction = true;
    return true;
}

bool transaction_begin(Database *database, Error *err)
{
    return transaction_open(database, "BEGIN IMMEDIATE", false, err);
}

bool transaction_begin_unsynced(Database *database, Error *err)
{
    return transaction_open(database, "BEGIN IMMEDIATE", true, err);
}

bool transaction_is_unsynced(const Database *database)
{
    return database->transaction && database->unsynced;
}

bool transaction_begin_reading(Database *database, Error *err)
{
    return transaction_open(database, "BEGIN", database->unsynced, err);
}

bool transaction_commit(Database *database, Error *err)
{
    CHECK(database->transaction);
    TRY(database_run(database, "COMMIT", err));
    database->transaction = false;
    return true;
}

void transaction_rollback(Database *database)
{
    if (!database->transaction) return;
    // A full disk or an I/O error may have rolled back already: nothing is left to do then.
    if (sqlite3_get_autocommit(database->handle) == 0) {
        (void)sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    database->transaction = false;
}

bool transaction_is_open(const Database *database)
{
    return database->transaction;
}

void transaction_end(Database **database)
{
    transaction_rollback(*database);
}

/// The version of the room's tables; 0: none yet.
static bool database_version(Database *database, Str room, int64_t *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(database, "SELECT version FROM schema_version WHERE room = ?", &statement, err));
    TRY(statement_bind_text(statement, 1, room, err));
    TRY(statement_step(statement, &row, err));
    *out = row ? statement_int(statement, 0) : 0;
    return statement_reset(statement, err);
}

static bool database_set_version(Database *database, Str room, int64_t version, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(database, "INSERT OR REPLACE INTO schema_version (room, version) VALUES (?, ?)", &statement,
                         err));
    TRY(statement_bind(statement, err, "si", room, version));
    return statement_run(statement, err);
}

static bool database_migrate_from(Database *database, Str room, const char *const *migrations, int64_t count,
                                  Error *err)
{
    int64_t version = 0;
    TRY(database_version(database, room, &version, err));
    for (int64_t i = version; i < count; i++) {
        TRY_OR(database_run(database, migrations[i], err), err, "version %lld", (long long)i + 1);
    }
    return database_set_version(database, room, count, err);
}

/// Takes the write lock first, so that of several processes that open a new store only one makes the tables. A transaction that is
/// open already has the lock, and the tables come with its commit.
static bool database_migrate_locked(Database *database, Str room, const char *const *migrations, int64_t count,
                                    Error *err)
{
    if (database->transaction) return database_migrate_from(database, room, migrations, count, err);
    AUTO(transaction_end) Database *transaction = database;
    TRY(transaction_begin(transaction, err));
    TRY(database_migrate_from(database, room, migrations, count, err));
    return transaction_commit(transaction, err);
}

bool database_migrate(Database *database, Str room, const char *const *migrations, size_t count, Error *err)
{
    int64_t version = 0;
    TRY(database_run(
        database, "CREATE TABLE IF NOT EXISTS schema_version (room TEXT PRIMARY KEY, version INTEGER NOT NULL)", err));
    TRY(database_version(database, room, &version, err));
    if (version > (int64_t)count) {
        return error_set(
            err, ERROR_STORAGE,
            "the store was written by a newer pawl: its %.*s tables have version %lld, this pawl knows %zu",
            STR_ARG(room), (long long)version, count);
    }
    if (version == (int64_t)count) return true;
    TRY_OR(database_migrate_locked(database, room, migrations, (int64_t)count, err), err, "tables of %.*s",
           STR_ARG(room));
    return true;
}
