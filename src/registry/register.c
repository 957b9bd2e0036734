#include "registry/registry_internal.h"
#include "sys/failpoint.h"
#include "text/json.h"

static bool metadata_check(Str metadata, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    if (metadata.size > REGISTRY_METADATA_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "metadata of more than %d bytes", (int)REGISTRY_METADATA_BYTES_MAX);
    }
    TRY(json_parse(STR("metadata"), metadata, &arena, &document, err));
    return node_expect(document.root, NODE_MAP, err);
}

/// The version that holds this package; `*out_version` 0: none.
static bool version_find_package(Store *store, const RegistryCandidate *candidate, int64_t *out_version, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(store->database, "SELECT version FROM registry_version WHERE model = ? AND package = ?",
                         &statement, err));
    TRY(statement_bind(statement, err, "sh", candidate->model, &candidate->package));
    TRY(statement_step(statement, &row, err));
    *out_version = row ? statement_int(statement, 0) : 0;
    return statement_reset(statement, err);
}

static bool version_next(Store *store, Str model, int64_t *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(store->database, "SELECT coalesce(max(version), 0) + 1 FROM registry_version WHERE model = ?",
                         &statement, err));
    TRY(statement_bind_text(statement, 1, model, err));
    TRY(statement_step(statement, &row, err));
    *out = statement_int(statement, 0);
    return statement_reset(statement, err);
}

static bool version_insert(Store *store, const RegistryCandidate *candidate, int64_t version, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(
        store->database,
        "INSERT INTO registry_version (model, version, package, digest, created_us, run, step, verdict, metadata)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &statement, err));
    TRY(statement_bind(statement, err, "sihhissss", candidate->model, version, &candidate->package, &candidate->digest,
                       clock_now_us(store->clock), candidate->run, candidate->step, candidate->verdict,
                       candidate->metadata));
    return statement_run(statement, err);
}

static bool lineage_insert(Store *store, const RegistryCandidate *candidate, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database,
                         "INSERT OR IGNORE INTO registry_lineage (child, parent, kind, name) VALUES (?, ?, ?, ?)",
                         &statement, err));
    for (size_t i = 0; i < candidate->lineage_count; i++) {
        const LineageEdge *edge = &candidate->lineage[i];
        TRY(statement_bind(statement, err, "hhss", &edge->child, &edge->parent, edge->kind, edge->name));
        TRY(statement_run(statement, err));
    }
    return true;
}

static bool version_add(Store *store, const RegistryCandidate *candidate, int64_t *out_version, Error *err)
{
    TRY(version_next(store, candidate->model, out_version, err));
    TRY(version_insert(store, candidate, *out_version, err));
    FAILPOINT("registry.version_written");
    return lineage_insert(store, candidate, err);
}

bool registry_register(Store *store, const RegistryCandidate *candidate, int64_t *out_version, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    int64_t version = 0;
    TRY(registry_check_name("a model", candidate->model, err));
    TRY(metadata_check(candidate->metadata, err));
    TRY(registry_open(store, err));

    TRY(transaction_begin(transaction, err));
    TRY(version_find_package(store, candidate, &version, err));
    if (version == 0) TRY(version_add(store, candidate, &version, err));
    FAILPOINT("registry.before_version_committed");
    TRY(transaction_commit(transaction, err));
    FAILPOINT("registry.after_version_committed");
    *out_version = version;
    return true;
}
