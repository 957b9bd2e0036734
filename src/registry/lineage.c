#include "base/array.h"
#include "registry/registry_internal.h"

typedef ARRAY_OF(LineageEdge) Edges;

static void edges_deinit(Edges *edges)
{
    memory_free(edges->items);
}

static bool edge_take(Statement *statement, Arena *arena, LineageEdge *out, Error *err)
{
    TRY(statement_digest(statement, 0, &out->child, err));
    TRY(statement_digest(statement, 1, &out->parent, err));
    TRY(statement_text(statement, 2, arena, &out->kind, err));
    return statement_text(statement, 3, arena, &out->name, err);
}

static bool edges_collect(Statement *statement, Arena *arena, Edges *edges, Error *err)
{
    for (;;) {
        LineageEdge edge = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        if (edges->count == REGISTRY_LINEAGE_MAX)
            return error_set(err, ERROR_MEMORY, "lineage of more than %d edges", (int)REGISTRY_LINEAGE_MAX);
        TRY(edge_take(statement, arena, &edge, err));
        TRY(ARRAY_PUSH(edges, edge, err));
    }
}

bool registry_lineage(Store *store, const Digest *child, Arena *arena, LineageEdge **out, size_t *out_count, Error *err)
{
    AUTO(edges_deinit) Edges edges = {0};
    Statement *statement = NULL;
    TRY(registry_open(store, err));
    // UNION, not UNION ALL: what was reached is not followed again, so a circle ends.
    TRY(statement_cached(store->database,
                         "WITH RECURSIVE made (digest) AS (SELECT ? UNION SELECT parent FROM registry_lineage JOIN "
                         "made ON child = digest)"
                         " SELECT child, parent, kind, name FROM registry_lineage JOIN made ON child = digest"
                         " ORDER BY child, parent, kind, name",
                         &statement, err));
    TRY(statement_bind_digest(statement, 1, child, err));
    TRY(edges_collect(statement, arena, &edges, err));
    LineageEdge *kept = arena_alloc_array(arena, edges.count + 1, sizeof(LineageEdge), err);
    if (kept == NULL) return false;
    for (size_t i = 0; i < edges.count; i++) kept[i] = edges.items[i];
    *out = kept;
    *out_count = edges.count;
    return true;
}

typedef ARRAY_OF(Digest) Digests;

static void digests_deinit(Digests *digests)
{
    memory_free(digests->items);
}

static bool digests_collect(Statement *statement, Digests *digests, Error *err)
{
    for (;;) {
        Digest digest = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(statement_digest(statement, 0, &digest, err));
        TRY(ARRAY_PUSH(digests, digest, err));
    }
}

bool registry_reachable(Store *store, Arena *arena, Digest **out, size_t *out_count, Error *err)
{
    AUTO(digests_deinit) Digests digests = {0};
    Statement *statement = NULL;
    TRY(registry_open(store, err));
    TRY(statement_cached(store->database,
                         "WITH RECURSIVE made (digest) AS (SELECT package FROM registry_version UNION SELECT digest "
                         "FROM registry_version UNION SELECT evidence FROM registry_ledger"
                         " UNION SELECT parent FROM registry_lineage JOIN made ON child = digest)"
                         " SELECT digest FROM made ORDER BY digest",
                         &statement, err));
    TRY(digests_collect(statement, &digests, err));
    Digest *kept = arena_alloc_array(arena, digests.count + 1, sizeof(Digest), err);
    if (kept == NULL) return false;
    for (size_t i = 0; i < digests.count; i++) kept[i] = digests.items[i];
    *out = kept;
    *out_count = digests.count;
    return true;
}
