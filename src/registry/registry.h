/// Which models exist, which of them is in production, who put it there and why: versions, aliases that move by
/// compare-and-swap, an append-only ledger of every move, and lineage down to the sources.
///
/// Everything is one SQLite transaction per call in the store's database. Results live in the arena given. Instants
/// come from the store's clock; the ledger's own are made strictly increasing, so that "what was in production at T"
/// has one answer.
#ifndef PAWL_REGISTRY_REGISTRY_H
#define PAWL_REGISTRY_REGISTRY_H

#include "base/arena.h"
#include "base/hash.h"
#include "store/store.h"

enum {
    REGISTRY_NAME_BYTES_MAX = 128, ///< a model's or alias's name: letters, digits, '-', '_', '.'
    REGISTRY_METADATA_BYTES_MAX = 1 << 24,
    REGISTRY_LINEAGE_MAX = 1 << 20, ///< edges that one question may give
};

/// Makes the tables or brings them up to date. Every function here begins with it; whoever calls one inside a transaction of
/// its own calls this before.
MUST_CHECK bool registry_open(Store *store, Error *err);

/// Letters, digits, '-', '_', '.'; for an alias not digits only, so that "model@3" is a version. `what` is "a model", "an alias".
MUST_CHECK bool registry_check_name(const char *what, Str name, Error *err);
MUST_CHECK bool registry_check_alias(Str alias, Error *err);

/// Made from: `child` was made from `parent`. Digests of objects, of sources' files, or of plans.
typedef struct LineageEdge {
    Digest child;
    Digest parent;
    Str kind; ///< what the parent is: "dataset", "snapshot", "source", "plan", "code", ...
    Str name; ///< for people: "trips", "data/trips/2024.parquet"
} LineageEdge;

/// A package that wants to become a version.
typedef struct RegistryCandidate {
    Str model;
    Digest package; ///< the object that holds the package
    Digest digest;  ///< of the model itself: what its predictions depend on
    Str run;
    Str step;
    Str verdict;  ///< the gate's: "passed", "refused", or empty when none was asked
    Str metadata; ///< a JSON object, enough to build it again: params, seed, code, dataset, plan, sources, metrics,
                  ///< trained_until
    const LineageEdge *lineage;
    size_t lineage_count;
} RegistryCandidate;

typedef struct ModelVersion {
    Str model;
    int64_t version; ///< from 1
    Digest package;
    Digest digest;
    int64_t created_us;
    Str run;
    Str step;
    Str verdict;
    Str metadata;
    Str *aliases; ///< that point here, sorted
    size_t alias_count;
} ModelVersion;

/// Adds a version. The same (model, package) again gives the version that is there: a retry after a crash makes no
/// second one.
MUST_CHECK bool registry_register(Store *store, const RegistryCandidate *candidate, int64_t *out_version, Error *err);

enum { REGISTRY_NO_VERSION = 0 };

/// A move of an alias.
typedef struct Promotion {
    Str model;
    Str alias;        ///< "production"
    int64_t expected; ///< the version that it points to now; REGISTRY_NO_VERSION: the alias is new
    int64_t version;  ///< the version that it shall point to
    Str event;        ///< unique name of this move, chosen by who asks: a retry with it changes nothing
    Str reason;       ///< for people
    Digest evidence;  ///< the object with the gate's comparison; zero: none
} Promotion;

/// Moves the alias and writes the ledger, both or neither; an alias that points there already stays, and nothing is written. ERROR_CONFLICT names the version that is there when it is
/// not the expected one, or when the event's name was used for another move.
MUST_CHECK bool registry_promote(Store *store, const Promotion *promotion, Error *err);

/// Moves the alias back to what it pointed to before the last promotion that was not rolled back itself.
/// ERROR_NOT_FOUND when there is nothing to go back to. A retry with the same event gives the same version and changes
/// nothing.
MUST_CHECK bool registry_rollback(Store *store, Str model, Str alias, Str event, Str reason, int64_t *out_version,
                                  Error *err);

/// "model@3", "model@production", or "model" (its newest version). ERROR_NOT_FOUND with the nearest name otherwise.
MUST_CHECK bool registry_find(Store *store, Str reference, Arena *arena, ModelVersion *out, Error *err);

/// The version that an alias points to; REGISTRY_NO_VERSION when there is no such alias or model.
MUST_CHECK bool registry_alias(Store *store, Str model, Str alias, int64_t *out_version, Error *err);

/// The newest version of a model made from this package's digest, or of this model's digest; ERROR_NOT_FOUND.
MUST_CHECK bool registry_find_digest(Store *store, const Digest *digest, Arena *arena, ModelVersion *out, Error *err);

/// Models by name, each with its newest version.
MUST_CHECK bool registry_models(Store *store, Arena *arena, ModelVersion **out, size_t *out_count, Error *err);

/// Newest first.
MUST_CHECK bool registry_versions(Store *store, Str model, Arena *arena, ModelVersion **out, size_t *out_count,
                                  Error *err);

typedef struct LedgerEntry {
    int64_t sequence; ///< from 1, without gaps
    int64_t time_us;
    Str kind; ///< "promote" or "rollback"
    Str model;
    Str alias;
    int64_t before; ///< REGISTRY_NO_VERSION: none
    int64_t version;
    Str event;
    Str reason;
    Digest evidence;
    Digest digest; ///< over this entry and the one before it: a ledger altered behind the registry's back shows
} LedgerEntry;

/// Oldest first; `model` may be empty: all.
MUST_CHECK bool registry_ledger(Store *store, Str model, Arena *arena, LedgerEntry **out, size_t *out_count,
                                Error *err);

/// Reads the whole ledger against its digests and the aliases against the ledger; ERROR_DATA names the first entry that
/// differs.
MUST_CHECK bool registry_verify(Store *store, Error *err);

/// The version that the alias pointed to at that instant; REGISTRY_NO_VERSION when none.
MUST_CHECK bool registry_alias_at(Store *store, Str model, Str alias, int64_t time_us, int64_t *out_version,
                                  Error *err);

/// All that `child` was made from, over any number of steps; each edge once, sorted by (child, parent, kind, name).
MUST_CHECK bool registry_lineage(Store *store, const Digest *child, Arena *arena, LineageEdge **out, size_t *out_count,
                                 Error *err);

/// Everything that a version or the ledger's evidence stands on: packages, evidence, and all that they were made from. Sorted.
MUST_CHECK bool registry_reachable(Store *store, Arena *arena, Digest **out, size_t *out_count, Error *err);

#endif
