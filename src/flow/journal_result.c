#include <string.h>

#include "base/array.h"
#include "flow/journal_internal.h"

static bool result_insert(Journal *journal, const NewResult *result, int64_t *out, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(
        journal->store->database,
        "INSERT INTO flow_result (flow, step, run, attempt, key, document, created_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
        &statement, err));
    TRY(statement_bind(statement, err, "ssiihsi", result->flow, result->step->name, journal->run,
                       (int64_t)result->attempt, &result->key->digest, result->key->document,
                       clock_now_us(journal->store->clock)));
    TRY(statement_run(statement, err));
    *out = database_last_row(journal->store->database);
    return true;
}

static bool outputs_insert(Journal *journal, const NewResult *result, int64_t row, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database,
                         "INSERT INTO flow_output (result, name, digest, logical) VALUES (?, ?, ?, ?)", &statement,
                         err));
    for (size_t i = 0; i < result->output_count; i++) {
        const StepArtifact *output = &result->outputs[i];
        TRY(statement_bind(statement, err, "ishh", row, output->name, &output->digest, &output->logical));
        TRY(statement_run(statement, err));
    }
    return true;
}

static bool values_insert(Journal *journal, const NewResult *result, int64_t row, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database, "INSERT INTO flow_value (result, name, json) VALUES (?, ?, ?)",
                         &statement, err));
    for (size_t i = 0; i < result->value_count; i++) {
        TRY(statement_bind(statement, err, "iss", row, result->values[i].name, result->values[i].json));
        TRY(statement_run(statement, err));
    }
    return true;
}

static bool lineage_insert(Journal *journal, const NewResult *result, int64_t row, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(journal->store->database,
                         "INSERT INTO flow_lineage (result, input, digest, logical) VALUES (?, ?, ?, ?)", &statement,
                         err));
    for (size_t i = 0; i < result->step->input_count; i++) {
        const StepArtifact *input = &result->inputs[i];
        TRY(statement_bind(statement, err, "ishh", row, input->name, &input->digest, &input->logical));
        TRY(statement_run(statement, err));
    }
    return true;
}

static bool cache_insert(Journal *journal, const NewResult *result, int64_t row, Error *err)
{
    Statement *statement = NULL;
    if (!result->cached) return true;
    TRY(statement_cached(journal->store->database, "INSERT OR REPLACE INTO flow_cache (key, result) VALUES (?, ?)",
                         &statement, err));
    TRY(statement_bind(statement, err, "hi", &result->key->digest, row));
    return statement_run(statement, err);
}

bool journal_add_result(Journal *journal, const NewResult *result, int64_t *out_result, Error *err)
{
    CHECK(transaction_is_open(journal->store->database));
    TRY(result_insert(journal, result, out_result, err));
    TRY(outputs_insert(journal, result, *out_result, err));
    TRY(values_insert(journal, result, *out_result, err));
    TRY(lineage_insert(journal, result, *out_result, err));
    return cache_insert(journal, result, *out_result, err);
}

bool journal_find_cached(Journal *journal, const Digest *key, int64_t *out_result, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    TRY(statement_cached(journal->store->database, "SELECT result FROM flow_cache WHERE key = ?", &statement, err));
    TRY(statement_bind_digest(statement, 1, key, err));
    TRY(statement_step(statement, &row, err));
    *out_result = row ? statement_int(statement, 0) : 0;
    return statement_reset(statement, err);
}

bool journal_last_document(Journal *journal, Str flow, Str step, Arena *arena, Str *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    *out = (Str){0};
    TRY(statement_cached(journal->store->database,
                         "SELECT document FROM flow_result WHERE flow = ? AND step = ? ORDER BY result DESC LIMIT 1",
                         &statement, err));
    TRY(statement_bind(statement, err, "ss", flow, step));
    TRY(statement_step(statement, &row, err));
    if (row) TRY(statement_text(statement, 0, arena, out, err));
    return statement_reset(statement, err);
}

typedef ARRAY_OF(StepArtifact) Artifacts;
typedef ARRAY_OF(StepValue) Values;

static void artifacts_deinit(Artifacts *artifacts)
{
    memory_free(artifacts->items);
}

static void values_deinit(Values *values)
{
    memory_free(values->items);
}

static bool output_read(Statement *statement, Arena *arena, StepArtifact *out, Error *err)
{
    TRY(statement_text(statement, 0, arena, &out->name, err));
    TRY(statement_digest(statement, 1, &out->digest, err));
    return statement_digest(statement, 2, &out->logical, err);
}

static bool outputs_collect(Statement *statement, Arena *arena, Artifacts *found, Error *err)
{
    for (;;) {
        StepArtifact artifact = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(output_read(statement, arena, &artifact, err));
        TRY(ARRAY_PUSH(found, artifact, err));
    }
}

/// A copy in the arena, at least one byte long.
static bool items_keep(Arena *arena, const void *items, size_t count, size_t size, void **out, Error *err)
{
    void *kept = arena_alloc_array(arena, count + 1, size, err);
    if (kept == NULL) return false;
    if (count > 0) memcpy(kept, items, count * size);
    *out = kept;
    return true;
}

bool journal_read_outputs(Journal *journal, int64_t result, Arena *arena, StepArtifact **out, size_t *out_count,
                          Error *err)
{
    AUTO(artifacts_deinit) Artifacts found = {0};
    Statement *statement = NULL;
    void *kept = NULL;
    TRY(statement_cached(journal->store->database,
                         "SELECT name, digest, logical FROM flow_output WHERE result = ? ORDER BY name", &statement,
                         err));
    TRY(statement_bind_int(statement, 1, result, err));
    TRY(outputs_collect(statement, arena, &found, err));
    TRY(items_keep(arena, found.items, found.count, sizeof(StepArtifact), &kept, err));
    *out = kept;
    *out_count = found.count;
    return true;
}

static bool values_collect(Statement *statement, Arena *arena, Values *found, Error *err)
{
    for (;;) {
        StepValue value = {0};
        bool row = false;
        TRY(statement_step(statement, &row, err));
        if (!row) return statement_reset(statement, err);
        TRY(statement_text(statement, 0, arena, &value.name, err));
        TRY(statement_text(statement, 1, arena, &value.json, err));
        TRY(ARRAY_PUSH(found, value, err));
    }
}

bool journal_read_values(Journal *journal, int64_t result, Arena *arena, StepValue **out, size_t *out_count, Error *err)
{
    AUTO(values_deinit) Values found = {0};
    Statement *statement = NULL;
    void *kept = NULL;
    TRY(statement_cached(journal->store->database, "SELECT name, json FROM flow_value WHERE result = ? ORDER BY name",
                         &statement, err));
    TRY(statement_bind_int(statement, 1, result, err));
    TRY(values_collect(statement, arena, &found, err));
    TRY(items_keep(arena, found.items, found.count, sizeof(StepValue), &kept, err));
    *out = kept;
    *out_count = found.count;
    return true;
}
