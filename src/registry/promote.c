#include "registry/registry_internal.h"
#include "sys/failpoint.h"

static bool alias_read(Store *store, Str model, Str alias, int64_t *out_version, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(store->database, "SELECT version FROM registry_alias WHERE model = ? AND alias = ?",
                         &statement, err));
    TRY(statement_bind(statement, err, "ss", model, alias));
    TRY(statement_step(statement, &row, err));
    *out_version = row ? statement_int(statement, 0) : REGISTRY_NO_VERSION;
    return statement_reset(statement, err);
}

bool registry_alias(Store *store, Str model, Str alias, int64_t *out_version, Error *err)
{
    TRY(registry_open(store, err));
    return alias_read(store, model, alias, out_version, err);
}

static bool version_exists(Store *store, Str model, int64_t version, bool *out, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "SELECT 1 FROM registry_version WHERE model = ? AND version = ?", &statement,
                         err));
    TRY(statement_bind(statement, err, "si", model, version));
    TRY(statement_step(statement, out, err));
    return statement_reset(statement, err);
}

static bool alias_write(Store *store, Str model, Str alias, int64_t version, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "INSERT INTO registry_alias (model, alias, version, epoch) VALUES (?, ?, ?, 1)"
                         " ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version, epoch = epoch + 1",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssi", model, alias, version));
    return statement_run(statement, err);
}

/// Ledger and alias, in the transaction that is open.
static bool alias_move(Store *store, LedgerEntry *entry, Error *err)
{
    TRY(ledger_append(store, entry, err));
    FAILPOINT("registry.ledger_written");
    TRY(alias_write(store, entry->model, entry->alias, entry->version, err));
    FAILPOINT("registry.alias_moved");
    return true;
}

static bool alias_conflict(const LedgerEntry *entry, int64_t found, Error *err)
{
    if (found == REGISTRY_NO_VERSION) {
        return error_set(err, ERROR_CONFLICT, "'%.*s@%.*s' points nowhere, not to version %lld", STR_ARG(entry->model),
                         STR_ARG(entry->alias), (long long)entry->before);
    }
    return error_set(err, ERROR_CONFLICT, "'%.*s@%.*s' points to version %lld, not to %s%lld: it was moved meanwhile",
                     STR_ARG(entry->model), STR_ARG(entry->alias), (long long)found,
                     entry->before == REGISTRY_NO_VERSION ? "none, " : "version ", (long long)entry->before);
}

/// The event was recorded before: the same move again is done already.
static bool event_again(const LedgerEntry *entry, const LedgerEntry *recorded, Error *err)
{
    bool same = str_equal(entry->kind, recorded->kind) && str_equal(entry->model, recorded->model) &&
                str_equal(entry->alias, recorded->alias) && entry->before == recorded->before &&
                entry->version == recorded->version;
    if (same) return true;
    return error_set(err, ERROR_CONFLICT, "event '%.*s' has moved '%.*s@%.*s' to version %lld already",
                     STR_ARG(entry->event), STR_ARG(recorded->model), STR_ARG(recorded->alias),
                     (long long)recorded->version);
}

static bool promote_locked(Store *store, LedgerEntry *entry, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    LedgerEntry recorded = {0};
    bool found = false;
    int64_t current = REGISTRY_NO_VERSION;
    TRY(ledger_find_event(store, entry->event, &arena, &recorded, &found, err));
    if (found) return event_again(entry, &recorded, err);
    TRY(version_exists(store, entry->model, entry->version, &found, err));
    if (!found) {
        return error_set(err, ERROR_NOT_FOUND, "model '%.*s' has no version %lld", STR_ARG(entry->model),
                         (long long)entry->version);
    }
    TRY(alias_read(store, entry->model, entry->alias, &current, err));
    if (current != entry->before) return alias_conflict(entry, current, err);
    if (current == entry->version) return true;
    return alias_move(store, entry, err);
}

bool registry_promote(Store *store, const Promotion *promotion, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    LedgerEntry entry = {.kind = STR("promote"),
                         .model = promotion->model,
                         .alias = promotion->alias,
                         .before = promotion->expected,
                         .version = promotion->version,
                         .event = promotion->event,
                         .reason = promotion->reason,
                         .evidence = promotion->evidence};
    TRY(registry_check_alias(promotion->alias, err));
    if (promotion->event.size == 0) return error_set(err, ERROR_USAGE, "a promotion needs the name of its event");
    TRY(registry_open(store, err));
    TRY(transaction_begin(transaction, err));
    TRY(promote_locked(store, &entry, err));
    FAILPOINT("registry.before_promotion_committed");
    TRY(transaction_commit(transaction, err));
    FAILPOINT("registry.after_promotion_committed");
    return true;
}

/// Where the alias pointed before its last promotion that was not rolled back. Read from the newest entry backwards: each rollback
/// undoes one promotion further back.
static bool rollback_target(Store *store, Str model, Str alias, int64_t *out, Error *err)
{
    Statement *statement = NULL;
    int64_t undone = 0;
    *out = REGISTRY_NO_VERSION;
    TRY(statement_cached(
        store->database,
        "SELECT kind = 'rollback', before FROM registry_ledger WHERE model = ? AND alias = ? ORDER BY sequence DESC",
        &statement, err));
    TRY(statement_bind(statement, err, "ss", model, alias));
    for (;;) {
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) break;
        bool rollback = statement_int(statement, 0) != 0;
        if (!rollback && undone == 0) {
            *out = statement_int(statement, 1);
            break;
        }
        undone += rollback ? 1 : -1;
    }
    return statement_reset(statement, err);
}

static bool rollback_locked(Store *store, LedgerEntry *entry, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    LedgerEntry recorded = {0};
    bool found = false;
    TRY(ledger_find_event(store, entry->event, &arena, &recorded, &found, err));
    if (found) {
        entry->before = recorded.before;
        entry->version = recorded.version;
        return event_again(entry, &recorded, err);
    }
    TRY(alias_read(store, entry->model, entry->alias, &entry->before, err));
    TRY(rollback_target(store, entry->model, entry->alias, &entry->version, err));
    if (entry->version == REGISTRY_NO_VERSION) {
        return error_set(err, ERROR_NOT_FOUND, "'%.*s@%.*s' has nothing to go back to", STR_ARG(entry->model),
                         STR_ARG(entry->alias));
    }
    return alias_move(store, entry, err);
}

bool registry_rollback(Store *store, Str model, Str alias, Str event, Str reason, int64_t *out_version, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    LedgerEntry entry = {.kind = STR("rollback"), .model = model, .alias = alias, .event = event, .reason = reason};
    if (event.size == 0) return error_set(err, ERROR_USAGE, "a rollback needs the name of its event");
    TRY(registry_open(store, err));
    TRY(transaction_begin(transaction, err));
    TRY(rollback_locked(store, &entry, err));
    FAILPOINT("registry.before_rollback_committed");
    TRY(transaction_commit(transaction, err));
    FAILPOINT("registry.after_rollback_committed");
    *out_version = entry.version;
    return true;
}
