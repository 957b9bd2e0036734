/// Keys: the plan's digest, then 'm' for what it was made from, or 'f', the group (u32, big-endian) and the entity. An entity whose key is too
/// long for a store is filed as 'h' under its SHA-256, its key standing before the facts.
#include "online/online.h"

#include "base/memory.h"

enum { ONLINE_KEY_BYTES_MAX = 400 };

static bool key_begin(const Digest *plan, char kind, Bytes *out, Error *err)
{
    bytes_clear(out);
    TRY(bytes_append(out, plan->bytes, DIGEST_BYTES, err));
    return bytes_append_byte(out, (uint8_t)kind, err);
}

static bool append_group(Bytes *out, uint32_t group, Error *err)
{
    uint8_t bytes[4] = {(uint8_t)(group >> 24), (uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group};
    return bytes_append(out, bytes, sizeof(bytes), err);
}

static bool is_long(Str entity)
{
    return entity.size > ONLINE_KEY_BYTES_MAX;
}

static bool entity_key(const Digest *plan, uint32_t group, Str entity, Bytes *out, Error *err)
{
    Digest digest = {0};
    TRY(key_begin(plan, is_long(entity) ? 'h' : 'f', out, err));
    TRY(append_group(out, group, err));
    if (!is_long(entity)) return bytes_append_str(out, entity, err);
    TRY(digest_of(entity, &digest, err));
    return bytes_append(out, digest.bytes, DIGEST_BYTES, err);
}

typedef struct Publisher {
    const KeyValueKind *kind;
    KeyValueWrite *write;
    const Plan *plan;
    Bytes key, value;
} Publisher;

static void publisher_deinit(Publisher *publisher)
{
    if (publisher->write != NULL) publisher->kind->abandon(&publisher->write);
    bytes_deinit(&publisher->key);
    bytes_deinit(&publisher->value);
}

static bool facts_put(void *context, uint32_t group, Str entity, Str facts, Error *err)
{
    Publisher *publisher = context;
    TRY(entity_key(&publisher->plan->digest, group, entity, &publisher->key, err));
    if (!is_long(entity)) return publisher->kind->put(publisher->write, bytes_str(&publisher->key), facts, err);
    bytes_clear(&publisher->value);
    TRY(bytes_append_u64(&publisher->value, entity.size, err));
    TRY(bytes_append_str(&publisher->value, entity, err));
    TRY(bytes_append_str(&publisher->value, facts, err));
    return publisher->kind->put(publisher->write, bytes_str(&publisher->key), bytes_str(&publisher->value), err);
}

static bool publish(Publisher *publisher, const Engine *engine, const Digest *data, Error *err)
{
    Str prefix = {.data = (const char *)publisher->plan->digest.bytes, .size = DIGEST_BYTES};
    Str content = {.data = (const char *)data->bytes, .size = DIGEST_BYTES};
    TRY(publisher->kind->remove_prefix(publisher->write, prefix, err));
    TRY(engine_export(engine, facts_put, publisher, err));
    TRY(key_begin(&publisher->plan->digest, 'm', &publisher->key, err));
    TRY(publisher->kind->put(publisher->write, bytes_str(&publisher->key), content, err));
    return publisher->kind->commit(&publisher->write, err);
}

static bool is_published(const KeyValueKind *kind, KeyValue *store, const Digest *plan, const Digest *data, bool *out,
                         Error *err)
{
    KeyValueRead *read = NULL;
    Digest found = {0};
    bool there = false;
    TRY(kind->read_begin(store, &read, err));
    bool done = online_find(kind, read, plan, &there, &found, err);
    kind->read_end(&read);
    *out = done && there && digest_equal(&found, data);
    return done;
}

bool online_publish(const KeyValueKind *kind, KeyValue *store, const Plan *plan, const Engine *engine,
                    const Digest *data, bool *out_changed, Error *err)
{
    AUTO(publisher_deinit) Publisher publisher = {.kind = kind, .plan = plan};
    bool there = false;
    TRY(is_published(kind, store, &plan->digest, data, &there, err));
    if (!there) {
        TRY(kind->write_begin(store, &publisher.write, err));
        TRY(publish(&publisher, engine, data, err));
    }
    *out_changed = !there;
    return true;
}

bool online_find(const KeyValueKind *kind, KeyValueRead *read, const Digest *plan, bool *out_found, Digest *out_data,
                 Error *err)
{
    AUTO(bytes_deinit) Bytes key = {0};
    Str value = {0};
    TRY(key_begin(plan, 'm', &key, err));
    TRY(kind->get(read, bytes_str(&key), &value, err));
    if (value.data != NULL && value.size != DIGEST_BYTES)
        return error_set(err, ERROR_DATA, "online store: the record of plan %.12s is damaged", digest_hex(plan).text);
    *out_found = value.data != NULL;
    for (size_t i = 0; i < value.size; i++) out_data->bytes[i] = (uint8_t)value.data[i];
    return true;
}

void online_reader_deinit(OnlineReader *reader)
{
    if (reader->read != NULL) reader->kind->read_end(&reader->read);
    bytes_deinit(&reader->key);
}

/// The facts after a long entity's own key, which must be the one that was asked for.
static bool long_value(Str entity, Str value, Str *out, Error *err)
{
    ByteReader bytes = {.data = (const uint8_t *)value.data, .size = value.size};
    const uint8_t *stored = NULL;
    uint64_t size = 0;
    TRY(reader_u64(&bytes, &size, err));
    TRY(reader_bytes(&bytes, size, &stored, err));
    bool same = str_equal(entity, (Str){.data = (const char *)stored, .size = size});
    *out = same ? str_slice(value, bytes.offset, value.size) : (Str){0};
    return true;
}

static bool facts_find(void *context, uint32_t group, Str key, Str *out, Error *err)
{
    OnlineReader *reader = context;
    Str value = {0};
    TRY(entity_key(&reader->plan, group, key, &reader->key, err));
    TRY(reader->kind->get(reader->read, bytes_str(&reader->key), &value, err));
    if (value.data != NULL && is_long(key)) return long_value(key, value, out, err);
    *out = value;
    return true;
}

FactStore online_facts(OnlineReader *reader)
{
    return (FactStore){.find = facts_find, .context = reader};
}
