#include "registry/registry.h"

#include "base/array.h"
#include "registry/registry_internal.h"

/// The ledger and the versions only grow. REPLACE would delete without asking the trigger on deletes, so inserts are guarded too.
static const char *const REGISTRY_MIGRATIONS[] = {
    "CREATE TABLE registry_version (model TEXT NOT NULL, version INTEGER NOT NULL, package TEXT NOT NULL, digest TEXT "
    "NOT NULL,"
    " created_us INTEGER NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL, verdict TEXT NOT NULL, metadata TEXT NOT "
    "NULL,"
    " PRIMARY KEY (model, version), UNIQUE (model, package)) WITHOUT ROWID;"
    "CREATE INDEX registry_version_digest ON registry_version (digest);"
    "CREATE TRIGGER registry_version_kept BEFORE DELETE ON registry_version"
    " BEGIN SELECT raise(ABORT, 'versions are kept'); END;"
    "CREATE TRIGGER registry_version_unchanged BEFORE UPDATE ON registry_version"
    " BEGIN SELECT raise(ABORT, 'versions do not change'); END;"
    "CREATE TRIGGER registry_version_new BEFORE INSERT ON registry_version"
    " WHEN EXISTS (SELECT 1 FROM registry_version WHERE model = NEW.model AND (version >= NEW.version OR package = "
    "NEW.package))"
    " BEGIN SELECT raise(ABORT, 'versions are numbered upwards'); END;"

    "CREATE TABLE registry_alias (model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER NOT NULL, epoch INTEGER "
    "NOT NULL,"
    " PRIMARY KEY (model, alias), FOREIGN KEY (model, version) REFERENCES registry_version) WITHOUT ROWID;"

    "CREATE TABLE registry_ledger (sequence INTEGER PRIMARY KEY, time_us INTEGER NOT NULL, kind TEXT NOT NULL, model "
    "TEXT NOT NULL,"
    " alias TEXT NOT NULL, before INTEGER NOT NULL, version INTEGER NOT NULL, event TEXT NOT NULL UNIQUE, reason TEXT "
    "NOT NULL,"
    " evidence TEXT NOT NULL, digest TEXT NOT NULL);"
    "CREATE INDEX registry_ledger_alias ON registry_ledger (model, alias, sequence);"
    "CREATE TRIGGER registry_ledger_kept BEFORE DELETE ON registry_ledger BEGIN SELECT raise(ABORT, 'the ledger is "
    "kept'); END;"
    "CREATE TRIGGER registry_ledger_unchanged BEFORE UPDATE ON registry_ledger"
    " BEGIN SELECT raise(ABORT, 'the ledger does not change'); END;"
    "CREATE TRIGGER registry_ledger_new BEFORE INSERT ON registry_ledger"
    " WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM registry_ledger)"
    " OR EXISTS (SELECT 1 FROM registry_ledger WHERE event = NEW.event)"
    " BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;"

    "CREATE TABLE registry_lineage (child TEXT NOT NULL, parent TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY (child, parent, kind, name)) WITHOUT ROWID;",
};

bool registry_open(Store *store, Error *err)
{
    return database_migrate(store->database, STR("registry"), REGISTRY_MIGRATIONS, COUNT_OF(REGISTRY_MIGRATIONS), err);
}

static bool name_char_is_good(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

bool registry_check_name(const char *what, Str name, Error *err)
{
    bool good = name.size > 0 && name.size <= REGISTRY_NAME_BYTES_MAX;
    for (size_t i = 0; good && i < name.size; i++) good = name_char_is_good(name.data[i]);
    if (good) return true;
    return error_set(err, ERROR_CONFIG, "'%.*s' is no name of %s: at most %d letters, digits, '-', '_' and '.'",
                     STR_ARG(name), what, (int)REGISTRY_NAME_BYTES_MAX);
}

bool registry_check_alias(Str alias, Error *err)
{
    size_t digits = 0;
    TRY(registry_check_name("an alias", alias, err));
    while (digits < alias.size && alias.data[digits] >= '0' && alias.data[digits] <= '9') digits++;
    if (digits < alias.size) return true;
    return error_set(err, ERROR_CONFIG, "alias '%.*s': a number is a version; an alias needs a letter", STR_ARG(alias));
}

typedef ARRAY_OF(Str) Names;

static void names_deinit(Names *names)
{
    memory_free(names->items);
}

static bool names_collect(Statement *statement, Arena *arena, Names *names, Error *err)
{
    for (;;) {
        Str name = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(statement_text(statement, 0, arena, &name, err));
        TRY(ARRAY_PUSH(names, name, err));
    }
}

static bool nearest_model(Store *store, Str model, Arena *arena, Str *out, Error *err)
{
    AUTO(names_deinit) Names names = {0};
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "SELECT DISTINCT model FROM registry_version ORDER BY model", &statement,
                         err));
    TRY(names_collect(statement, arena, &names, err));
    *out = str_nearest(model, names.items, names.count);
    return true;
}

bool registry_unknown_model(Store *store, Str model, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str nearest = {0};
    TRY(nearest_model(store, model, &arena, &nearest, err));
    if (nearest.size == 0) return error_set(err, ERROR_NOT_FOUND, "there is no model '%.*s'", STR_ARG(model));
    return error_set(err, ERROR_NOT_FOUND, "there is no model '%.*s'; did you mean '%.*s'?", STR_ARG(model),
                     STR_ARG(nearest));
}
