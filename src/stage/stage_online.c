/// Online: the plan's state as of the ingested tables, published for serving in one transaction.
#include "stage/stage_internal.h"

#include "online/online.h"

typedef struct Opened {
    const KeyValueKind *kind;
    KeyValue *store;
} Opened;

static void opened_deinit(Opened *opened)
{
    if (opened->store != NULL) opened->kind->close(&opened->store);
}

static bool store_open_online(const StageContext *context, Opened *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(path_join(&arena, context->store, STR("online"), &path, err));
    TRY(disk_make_directories(context->disk, path, err));
    out->kind = key_value_find(STR("lmdb"));
    CHECK(out->kind != NULL);
    return out->kind->open(path, false, &out->store, err);
}

/// A reader per source of the plan, and what the state is made from: the tables' digests in the plan's order.
typedef struct OnlineTables {
    Arena arena;
    RowReader *readers;
    Digest data;
} OnlineTables;

static void online_tables_deinit(OnlineTables *tables)
{
    arena_deinit(&tables->arena);
}

static bool table_open(const StageContext *context, const StepRequest *request, Lake *lake, Str source, Sha256 *hash,
                       Arena *arena, RowReader *out, Error *err)
{
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    const StepArtifact *input = NULL;
    Str name = {0};
    Str path = {0};
    TRY(arena_format(arena, &name, err, "source.%.*s", STR_ARG(source)));
    TRY(step_input(request, name, &input, err));
    TRY(source_manifest_read(context->disk, input->path, &manifest, err));
    TRY(source_table_path(input->path, arena, &path, err));
    TRY(lake_stored_reader(lake, path, arena, out, err));
    out->row_count = manifest.row_count;
    TRY(sha256_update_str(hash, manifest.name, err));
    return sha256_update(hash, manifest.logical.bytes, DIGEST_BYTES, err);
}

static bool tables_open(const StageContext *context, const StepRequest *request, Lake *lake, const Plan *plan,
                        OnlineTables *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    out->readers = arena_alloc_array(&out->arena, plan->source_count + 1, sizeof(RowReader), err);
    TRY(out->readers != NULL);
    for (uint32_t i = 0; i < plan->source_count; i++)
        TRY(table_open(context, request, lake, plan->sources[i].name, &hash, &out->arena, &out->readers[i], err));
    return sha256_finish(&hash, &out->data, err);
}

static bool plan_read(const StageContext *context, const StepRequest *request, Plan *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    const StepArtifact *input = NULL;
    Str path = {0};
    TRY(step_input(request, STR("snapshot"), &input, err));
    TRY(path_join(&arena, input->path, STR("plan.json"), &path, err));
    TRY(disk_read(context->disk, path, DOCUMENT_BYTES_MAX, &text, err));
    return plan_decode(bytes_str(&text), out, err);
}

static bool published_already(const Opened *online, const Digest *plan, const Digest *data, bool *out, Error *err)
{
    KeyValueRead *read = NULL;
    Digest found = {0};
    bool there = false;
    TRY(online->kind->read_begin(online->store, &read, err));
    bool done = online_find(online->kind, read, plan, &there, &found, err);
    online->kind->read_end(&read);
    *out = done && there && digest_equal(&found, data);
    return done;
}

static bool publish(const StepRequest *request, const Opened *online, const Plan *plan, const OnlineTables *tables,
                    Error *err)
{
    EngineOptions options = {.threads = request->threads, .memory_bytes = request->memory_bytes / 2};
    Engine *engine = NULL;
    bool changed = false;
    TRY(engine_open_readers(plan, tables->readers, &options, &engine, err));
    bool done = online_publish(online->kind, online->store, plan, engine, &tables->data, &changed, err);
    engine_close(&engine);
    return done;
}

bool stage_online(const StageContext *context, const StepRequest *request, StepResult *result, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(lake_close) Lake *lake = NULL;
    AUTO(online_tables_deinit) OnlineTables tables = {0};
    AUTO(opened_deinit) Opened online = {0};
    bool there = false;
    TRY(plan_read(context, request, &plan, err));
    TRY(stage_lake_open(context, request, &lake, err));
    TRY(tables_open(context, request, lake, &plan, &tables, err));
    TRY(store_open_online(context, &online, err));
    TRY(published_already(&online, &plan.digest, &tables.data, &there, err));
    if (there) return stage_message(result, err, "up to date");
    TRY(publish(request, &online, &plan, &tables, err));
    return stage_message(result, err, "features of plan %.12s published", digest_hex(&plan.digest).text);
}
