#include "api/pawl_internal.h"

#include "base/memory.h"
#include "online/online.h"
#include "sys/disk.h"

struct PawlStore {
    const KeyValueKind *kind;
    KeyValue *store;
};

static bool store_open_folder(Str folder, bool read_only, PawlStore *out, Error *err)
{
    out->kind = key_value_find(STR("lmdb"));
    CHECK(out->kind != NULL);
    if (!read_only) TRY(disk_make_directories(disk_system(), folder, err));
    return out->kind->open(folder, read_only, &out->store, err);
}

bool pawl_store_open(const char *folder, bool read_only, PawlStore **out, PawlError *err)
{
    Error error = {0};
    PawlStore *store = memory_alloc(sizeof(*store), &error);
    if (store != NULL && store_open_folder(str_from(folder), read_only, store, &error)) {
        *out = store;
        return true;
    }
    memory_free(store);
    return pawl_refuse(&error, err);
}

void pawl_store_close(PawlStore *store)
{
    if (store == NULL) return;
    store->kind->close(&store->store);
    memory_free(store);
}

/// What the state is made from: every table's digest under its source's name.
static bool tables_digest(const PawlEngine *engine, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    for (size_t i = 0; i < engine->table_count; i++) {
        Digest digest = {0};
        TRY(frame_digest(&engine->tables[i], &digest, err));
        TRY(sha256_update_str(&hash, engine->plan->sources[i].name, err));
        TRY(sha256_update(&hash, digest.bytes, DIGEST_BYTES, err));
    }
    return sha256_finish(&hash, out, err);
}

static bool engine_publish(PawlStore *store, const PawlEngine *engine, Error *err)
{
    Digest data = {0};
    bool changed = false;
    TRY(tables_digest(engine, &data, err));
    return online_publish(store->kind, store->store, engine->plan, engine->engine, &data, &changed, err);
}

bool pawl_store_publish(PawlStore *store, const PawlEngine *engine, PawlError *err)
{
    Error error = {0};
    return engine_publish(store, engine, &error) || pawl_refuse(&error, err);
}

static bool plan_is_there(OnlineReader *reader, Error *err)
{
    bool found = false;
    Digest data = {0};
    TRY(online_find(reader->kind, reader->read, &reader->plan, &found, &data, err));
    if (found) return true;
    return error_set(err, ERROR_NOT_FOUND, "the store holds no features of plan %.12s", digest_hex(&reader->plan).text);
}

static bool requests_answer(OnlineReader *reader, const Plan *plan, const Requests *requests, Frame *out, Error *err)
{
    FactStore facts = online_facts(reader);
    TRY(plan_is_there(reader, err));
    return engine_evaluate_store(plan, &facts, &requests->frame, requests->at, out, NULL, err);
}

static bool store_answer(PawlStore *store, const Plan *plan, struct ArrowArrayStream *stream,
                         struct ArrowArrayStream *out, Error *err)
{
    AUTO(requests_deinit) Requests requests = {0};
    AUTO(frame_deinit) Frame features = {0};
    AUTO(online_reader_deinit) OnlineReader reader = {.kind = store->kind, .plan = plan->digest};
    TRY(requests_read(stream, &requests, err));
    TRY(store->kind->read_begin(store->store, &reader.read, err));
    TRY(requests_answer(&reader, plan, &requests, &features, err));
    return features_hand_out(&features, out, err);
}

bool pawl_store_compute(PawlStore *store, const PawlPlan *plan, struct ArrowArrayStream *requests,
                        struct ArrowArrayStream *out, PawlError *err)
{
    Error error = {0};
    return store_answer(store, &plan->plan, requests, out, &error) || pawl_refuse(&error, err);
}
