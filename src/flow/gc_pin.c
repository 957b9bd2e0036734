#include <string.h>

#include "base/array.h"
#include "flow/digits_internal.h"
#include "flow/gc_internal.h"

enum { PIN_PREFIX_CHARS_MIN = 6 };

static const char *const GC_MIGRATIONS[] = {
    "CREATE TABLE gc_pin (kind TEXT NOT NULL, name TEXT NOT NULL, created_us INTEGER NOT NULL, PRIMARY KEY (kind, "
    "name)) WITHOUT ROWID;",
};

bool gc_open(Store *store, Error *err)
{
    Journal journal = {0};
    TRY(journal_open(store, &journal, err));
    return database_migrate(store->database, STR("gc"), GC_MIGRATIONS, COUNT_OF(GC_MIGRATIONS), err);
}

static bool is_hex(Str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (!((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f'))) return false;
    }
    return text.size >= PIN_PREFIX_CHARS_MIN && text.size <= DIGEST_HEX_CHARS;
}

/// The only object that begins so. One past the prefix is the prefix and a letter greater than all digits.
static bool object_find(Store *store, Str prefix, Arena *arena, Str *out, Error *err)
{
    Statement *statement = NULL;
    Str end = {0};
    bool row = false;
    TRY(arena_format(arena, &end, err, "%.*sg", STR_ARG(prefix)));
    TRY(statement_cached(store->database, "SELECT digest FROM object WHERE digest >= ? AND digest < ? LIMIT 2",
                         &statement, err));
    TRY(statement_bind(statement, err, "ss", prefix, end));
    TRY(statement_step(statement, &row, err));
    if (!row) return error_set(err, ERROR_NOT_FOUND, "no object's digest begins with '%.*s'", STR_ARG(prefix));
    TRY(statement_text(statement, 0, arena, out, err));
    TRY(statement_step(statement, &row, err));
    if (row)
        return error_set(err, ERROR_USAGE, "several objects' digests begin with '%.*s': write more of it",
                         STR_ARG(prefix));
    return statement_reset(statement, err);
}

static bool run_find(Store *store, Str what, int64_t run, Arena *arena, Str *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(store->database, "SELECT 1 FROM flow_run WHERE run = ?", &statement, err));
    TRY(statement_bind_int(statement, 1, run, err));
    TRY(statement_step(statement, &row, err));
    if (!row) return error_set(err, ERROR_NOT_FOUND, "there is no run %.*s", STR_ARG(what));
    TRY(statement_reset(statement, err));
    return arena_format(arena, out, err, "%lld", (long long)run);
}

static bool pin_resolve(Store *store, Str what, Arena *arena, GcPin *out, Error *err)
{
    int64_t run = 0;
    if (digits_parse(what, &run)) {
        out->kind = STR("run");
        return run_find(store, what, run, arena, &out->name, err);
    }
    if (!is_hex(what))
        return error_set(err, ERROR_USAGE,
                         "'%.*s' is neither a run's number nor an object's digest (or its first %d characters)",
                         STR_ARG(what), (int)PIN_PREFIX_CHARS_MIN);
    out->kind = STR("object");
    return object_find(store, what, arena, &out->name, err);
}

static bool pin_text(const GcPin *pin, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "%.*s %.*s", STR_ARG(pin->kind), STR_ARG(pin->name));
}

static bool pin_insert(Store *store, const GcPin *pin, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "INSERT OR IGNORE INTO gc_pin (kind, name, created_us) VALUES (?, ?, ?)",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssi", pin->kind, pin->name, clock_now_us(store->clock)));
    return statement_run(statement, err);
}

/// In one transaction with the look: what is pinned is there.
bool flow_pin(Store *store, Str what, Arena *arena, Str *out, Error *err)
{
    GcPin pin = {0};
    TRY(gc_open(store, err));
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin(transaction, err));
    TRY(pin_resolve(store, what, arena, &pin, err));
    TRY(pin_insert(store, &pin, err));
    TRY(transaction_commit(transaction, err));
    return pin_text(&pin, arena, out, err);
}

/// Also what is not there any more can be unpinned.
bool flow_unpin(Store *store, Str what, Arena *arena, Str *out, Error *err)
{
    GcPin *pins = NULL;
    size_t count = 0;
    Statement *statement = NULL;
    TRY(flow_pins(store, arena, &pins, &count, err));
    for (size_t i = 0; i < count; i++) {
        bool run = str_equal(pins[i].kind, STR("run"));
        bool named = run ? str_equal(pins[i].name, what) : is_hex(what) && str_starts(pins[i].name, what);
        if (!named) continue;
        TRY(statement_cached(store->database, "DELETE FROM gc_pin WHERE kind = ? AND name = ?", &statement, err));
        TRY(statement_bind(statement, err, "ss", pins[i].kind, pins[i].name));
        TRY(statement_run(statement, err));
        return pin_text(&pins[i], arena, out, err);
    }
    return error_set(err, ERROR_NOT_FOUND, "'%.*s' is not pinned; 'pawl gc --pins' lists what is", STR_ARG(what));
}

typedef ARRAY_OF(GcPin) Pins;

static void pins_deinit(Pins *pins)
{
    memory_free(pins->items);
}

static bool pins_collect(Statement *statement, Arena *arena, Pins *pins, Error *err)
{
    for (;;) {
        GcPin pin = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(statement_text(statement, 0, arena, &pin.kind, err));
        TRY(statement_text(statement, 1, arena, &pin.name, err));
        pin.created_us = statement_int(statement, 2);
        TRY(ARRAY_PUSH(pins, pin, err));
    }
}

bool flow_pins(Store *store, Arena *arena, GcPin **out, size_t *out_count, Error *err)
{
    AUTO(pins_deinit) Pins pins = {0};
    Statement *statement = NULL;
    TRY(gc_open(store, err));
    TRY(statement_cached(store->database,
                         "SELECT kind, name, created_us FROM gc_pin ORDER BY kind DESC, length(name), name", &statement,
                         err));
    TRY(pins_collect(statement, arena, &pins, err));
    GcPin *kept = arena_alloc_array(arena, pins.count + 1, sizeof(GcPin), err);
    if (kept == NULL) return false;
    if (pins.count > 0) memcpy(kept, pins.items, pins.count * sizeof(GcPin));
    *out = kept;
    *out_count = pins.count;
    return true;
}
