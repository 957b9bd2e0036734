/// SQLite behind must-check calls: statements bound by position, transactions that roll back unless committed, versioned schemas per room.
#ifndef PAWL_STORE_DATABASE_H
#define PAWL_STORE_DATABASE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

typedef struct Database Database;
typedef struct Statement Statement;

/// WAL, synchronous=FULL, foreign keys on; waits up to 30 s for a lock.
MUST_CHECK bool database_open(Str path, Database **out, Error *err);
void database_close(Database **database);

/// Brings one room's tables up to date: `migrations[i]` leads from version i to i + 1; each runs once, in one transaction
/// (the caller's, when one is open).
MUST_CHECK bool database_migrate(Database *database, Str room, const char *const *migrations, size_t count, Error *err);

/// One or more statements without parameters.
MUST_CHECK bool database_run(Database *database, const char *sql, Error *err);

MUST_CHECK bool statement_prepare(Database *database, const char *sql, Statement **out, Error *err);
void statement_finalize(Statement **statement);

/// A statement that the database keeps prepared, reset and without values. Known by the address of `sql`, which is a literal;
/// good until the same literal is asked for again, and owned by the database: it is not finalized by the caller.
MUST_CHECK bool statement_cached(Database *database, const char *sql, Statement **out, Error *err);

MUST_CHECK bool statement_bind_text(Statement *statement, int position, Str value, Error *err);
MUST_CHECK bool statement_bind_int(Statement *statement, int position, int64_t value, Error *err);
MUST_CHECK bool statement_bind_float(Statement *statement, int position, double value, Error *err);
MUST_CHECK bool statement_bind_null(Statement *statement, int position, Error *err);

/// As hexadecimal text.
MUST_CHECK bool statement_bind_digest(Statement *statement, int position, const Digest *value, Error *err);

/// Several at once, from position 1: 's' Str, 'i' int64_t, 'd' double, 'h' const Digest *, 'n' null (no argument).
MUST_CHECK bool statement_bind(Statement *statement, Error *err, const char *kinds, ...);

/// `*out_row` tells whether there is a row to read.
MUST_CHECK bool statement_step(Statement *statement, bool *out_row, Error *err);
MUST_CHECK bool statement_reset(Statement *statement, Error *err);
bool statement_is_null(Statement *statement, int column);
int64_t statement_int(Statement *statement, int column);
double statement_float(Statement *statement, int column);

/// Copied into `arena`.
MUST_CHECK bool statement_text(Statement *statement, int column, Arena *arena, Str *out, Error *err);

/// Null and the empty text are the zero digest.
MUST_CHECK bool statement_digest(Statement *statement, int column, Digest *out, Error *err);

/// Steps a statement that gives no rows.
MUST_CHECK bool statement_run(Statement *statement, Error *err);

/// Rows changed by the last statement_run: how a compare-and-swap learns whether it won.
int64_t database_changes(Database *database);

/// The row that the last insert made.
int64_t database_last_row(Database *database);

/// Takes the write lock at once. Nested calls are a programmer's mistake.
MUST_CHECK bool transaction_begin(Database *database, Error *err);

/// As transaction_begin, but its commit does not wait for the disk. A crash of the machine may take it, with everything after it up to the
/// next commit of a transaction that does wait, which makes this one durable too. A crash of the process takes nothing.
MUST_CHECK bool transaction_begin_unsynced(Database *database, Error *err);
bool transaction_is_unsynced(const Database *database); ///< the open one

/// Takes no lock: all that is read until it ends is of one moment, and nothing may be written.
MUST_CHECK bool transaction_begin_reading(Database *database, Error *err);
MUST_CHECK bool transaction_commit(Database *database, Error *err);
void transaction_rollback(Database *database); ///< harmless when none is open
bool transaction_is_open(const Database *database);

/// For AUTO: rolls back unless committed.
void transaction_end(Database **database);

#endif
