/// What the files of the registry share: its tables, its checks, and moving an alias inside a transaction.
#ifndef PAWL_REGISTRY_REGISTRY_INTERNAL_H
#define PAWL_REGISTRY_REGISTRY_INTERNAL_H

#include "registry/registry.h"

/// ERROR_NOT_FOUND that suggests the nearest model.
bool registry_unknown_model(Store *store, Str model, Error *err);

/// The entry that the event's name was used for; `*out_found` false: none.
MUST_CHECK bool ledger_find_event(Store *store, Str event, Arena *arena, LedgerEntry *out, bool *out_found, Error *err);

/// Fills in sequence, time and digest, and appends. In the caller's transaction.
MUST_CHECK bool ledger_append(Store *store, LedgerEntry *entry, Error *err);

/// The columns that ledger_read_entry wants, in their order.
#define LEDGER_COLUMNS "sequence, time_us, kind, model, alias, before, version, event, reason, evidence, digest"
MUST_CHECK bool ledger_read_entry(Statement *statement, Arena *arena, LedgerEntry *out, Error *err);

/// Over the entry and the digest of the one before it.
MUST_CHECK bool ledger_entry_digest(const LedgerEntry *entry, const Digest *before, Digest *out, Error *err);

#endif
