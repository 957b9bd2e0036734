/// What the files of the database share: the handle behind Database, and how SQLite's codes become errors.
#ifndef PAWL_STORE_DATABASE_INTERNAL_H
#define PAWL_STORE_DATABASE_INTERNAL_H

#include <sqlite3.h>

#include "base/array.h"
#include "store/database.h"

/// A statement kept prepared, and the literal that it is known by.
typedef struct CachedStatement {
    const char *sql;
    Statement *statement;
} CachedStatement;

struct Database {
    sqlite3 *handle;
    bool transaction;
    bool unsynced; ///< commits do not wait for the disk
    ARRAY_OF(CachedStatement) cached;
};

struct Statement {
    Database *database;
    sqlite3_stmt *handle;
};

/// Sets the error of the last failed call; always false.
bool database_error(Database *database, const char *what, Error *err);

#endif
