#include "base/array.h"
#include "registry/registry_internal.h"

static bool entry_hash_numbers(Sha256 *hash, const LedgerEntry *entry, Error *err)
{
    TRY(sha256_update_u64(hash, (uint64_t)entry->sequence, err));
    TRY(sha256_update_u64(hash, (uint64_t)entry->time_us, err));
    TRY(sha256_update_u64(hash, (uint64_t)entry->before, err));
    return sha256_update_u64(hash, (uint64_t)entry->version, err);
}

static bool entry_hash_texts(Sha256 *hash, const LedgerEntry *entry, Error *err)
{
    const Str texts[] = {entry->kind, entry->model, entry->alias, entry->event, entry->reason};
    for (size_t i = 0; i < COUNT_OF(texts); i++) TRY(sha256_update_str(hash, texts[i], err));
    return sha256_update(hash, entry->evidence.bytes, sizeof(entry->evidence.bytes), err);
}

bool ledger_entry_digest(const LedgerEntry *entry, const Digest *before, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    TRY(sha256_update_str(&hash, STR("pawl ledger 1"), err));
    TRY(sha256_update(&hash, before->bytes, sizeof(before->bytes), err));
    TRY(entry_hash_numbers(&hash, entry, err));
    TRY(entry_hash_texts(&hash, entry, err));
    return sha256_finish(&hash, out, err);
}

bool ledger_read_entry(Statement *statement, Arena *arena, LedgerEntry *out, Error *err)
{
    out->sequence = statement_int(statement, 0);
    out->time_us = statement_int(statement, 1);
    TRY(statement_text(statement, 2, arena, &out->kind, err));
    TRY(statement_text(statement, 3, arena, &out->model, err));
    TRY(statement_text(statement, 4, arena, &out->alias, err));
    out->before = statement_int(statement, 5);
    out->version = statement_int(statement, 6);
    TRY(statement_text(statement, 7, arena, &out->event, err));
    TRY(statement_text(statement, 8, arena, &out->reason, err));
    TRY(statement_digest(statement, 9, &out->evidence, err));
    return statement_digest(statement, 10, &out->digest, err);
}

bool ledger_find_event(Store *store, Str event, Arena *arena, LedgerEntry *out, bool *out_found, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "SELECT " LEDGER_COLUMNS " FROM registry_ledger WHERE event = ?", &statement,
                         err));
    TRY(statement_bind_text(statement, 1, event, err));
    TRY(statement_step(statement, out_found, err));
    if (*out_found) TRY(ledger_read_entry(statement, arena, out, err));
    return statement_reset(statement, err);
}

/// The entry that a new one follows; zero: none.
static bool ledger_read_last(Store *store, LedgerEntry *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    *out = (LedgerEntry){0};
    TRY(statement_cached(store->database,
                         "SELECT sequence, time_us, digest FROM registry_ledger ORDER BY sequence DESC LIMIT 1",
                         &statement, err));
    TRY(statement_step(statement, &row, err));
    if (row) {
        out->sequence = statement_int(statement, 0);
        out->time_us = statement_int(statement, 1);
        TRY(statement_digest(statement, 2, &out->digest, err));
    }
    return statement_reset(statement, err);
}

static bool ledger_insert(Store *store, const LedgerEntry *entry, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "INSERT INTO registry_ledger (" LEDGER_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         &statement, err));
    TRY(statement_bind(statement, err, "iisssiisshh", entry->sequence, entry->time_us, entry->kind, entry->model,
                       entry->alias, entry->before, entry->version, entry->event, entry->reason, &entry->evidence,
                       &entry->digest));
    return statement_run(statement, err);
}

bool ledger_append(Store *store, LedgerEntry *entry, Error *err)
{
    LedgerEntry last = {0};
    int64_t now_us = clock_now_us(store->clock);
    TRY(ledger_read_last(store, &last, err));
    entry->sequence = last.sequence + 1;
    entry->time_us = now_us > last.time_us ? now_us : last.time_us + 1;
    TRY(ledger_entry_digest(entry, &last.digest, &entry->digest, err));
    return ledger_insert(store, entry, err);
}

typedef ARRAY_OF(LedgerEntry) Entries;

static void entries_deinit(Entries *entries)
{
    memory_free(entries->items);
}

static bool entries_collect(Statement *statement, Arena *arena, Entries *entries, Error *err)
{
    for (;;) {
        LedgerEntry entry = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(ledger_read_entry(statement, arena, &entry, err));
        TRY(ARRAY_PUSH(entries, entry, err));
    }
}

bool registry_ledger(Store *store, Str model, Arena *arena, LedgerEntry **out, size_t *out_count, Error *err)
{
    AUTO(entries_deinit) Entries entries = {0};
    Statement *statement = NULL;
    TRY(registry_open(store, err));
    TRY(statement_cached(store->database,
                         "SELECT " LEDGER_COLUMNS " FROM registry_ledger WHERE ?1 = '' OR model = ?1 ORDER BY sequence",
                         &statement, err));
    TRY(statement_bind_text(statement, 1, model, err));
    TRY(entries_collect(statement, arena, &entries, err));
    LedgerEntry *kept = arena_alloc_array(arena, entries.count + 1, sizeof(LedgerEntry), err);
    if (kept == NULL) return false;
    for (size_t i = 0; i < entries.count; i++) kept[i] = entries.items[i];
    *out = kept;
    *out_count = entries.count;
    return true;
}

bool registry_alias_at(Store *store, Str model, Str alias, int64_t time_us, int64_t *out_version, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(registry_open(store, err));
    TRY(statement_cached(store->database,
                         "SELECT version FROM registry_ledger WHERE model = ? AND alias = ? AND time_us <= ?"
                         " ORDER BY sequence DESC LIMIT 1",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssi", model, alias, time_us));
    TRY(statement_step(statement, &row, err));
    *out_version = row ? statement_int(statement, 0) : REGISTRY_NO_VERSION;
    return statement_reset(statement, err);
}

static bool chain_verify(const LedgerEntry *entries, size_t count, Error *err)
{
    Digest before = {0};
    for (size_t i = 0; i < count; i++) {
        Digest digest = {0};
        TRY(ledger_entry_digest(&entries[i], &before, &digest, err));
        if (entries[i].sequence != (int64_t)i + 1 || !digest_equal(&digest, &entries[i].digest)) {
            return error_set(err, ERROR_DATA, "the ledger was altered at entry %zu", i + 1);
        }
        before = digest;
    }
    return true;
}

/// An alias points where its last entry says, and each alias of the ledger is there.
static const char ALIASES_SQL[] =
    "SELECT model, alias FROM"
    " (SELECT model, alias, version FROM registry_ledger GROUP BY model, alias HAVING sequence = max(sequence)) AS said"
    " FULL JOIN registry_alias AS points USING (model, alias) WHERE said.version IS NOT points.version LIMIT 1";

static bool aliases_verify(Store *store, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Statement *statement = NULL;
    bool row = false;
    Str model = {0};
    Str alias = {0};
    TRY(statement_cached(store->database, ALIASES_SQL, &statement, err));
    TRY(statement_step(statement, &row, err));
    if (!row) return statement_reset(statement, err);
    TRY(statement_text(statement, 0, &arena, &model, err));
    TRY(statement_text(statement, 1, &arena, &alias, err));
    TRY(statement_reset(statement, err));
    return error_set(err, ERROR_DATA, "'%.*s@%.*s' does not point where the ledger says", STR_ARG(model),
                     STR_ARG(alias));
}

bool registry_verify(Store *store, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    LedgerEntry *entries = NULL;
    size_t count = 0;
    TRY(registry_ledger(store, (Str){0}, &arena, &entries, &count, err));
    TRY(chain_verify(entries, count, err));
    return aliases_verify(store, err);
}
