/// LMDB: one memory-mapped B+ tree; readers never wait, the one writer's transaction is there whole or not at all.
#include "online/key_value_internal.h"

#include "base/memory.h"
#include "sys/failpoint.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <string.h>

/// Address space, not disk: the file grows as it fills.
#define LMDB_MAP_BYTES ((size_t)1 << 36)

enum { LMDB_READERS_MAX = 1024, LMDB_PATH_BYTES_MAX = 4096, LMDB_KEY_BYTES_MAX = 511 };

struct KeyValue {
    MDB_env *environment;
    MDB_dbi table;
};

struct KeyValueRead {
    KeyValue *store;
    MDB_txn *transaction;
};

struct KeyValueWrite {
    KeyValue *store;
    MDB_txn *transaction;
};

static bool lmdb_error(const char *doing, int code, Error *err)
{
    if (code == ENOSPC || code == MDB_MAP_FULL)
        return error_set(err, ERROR_STORAGE, "online store: %s: disk full", doing);
    return error_set(err, ERROR_STORAGE, "online store: %s: %s", doing, mdb_strerror(code));
}

static void lmdb_close(KeyValue **store)
{
    if (*store == NULL) return;
    if ((*store)->environment != NULL) mdb_env_close((*store)->environment);
    memory_free(*store);
    *store = NULL;
}

static int environment_open(KeyValue *store, const char *path, bool read_only)
{
    unsigned flags = MDB_NOTLS | (read_only ? MDB_RDONLY : 0);
    int code = mdb_env_create(&store->environment);
    if (code == 0) code = mdb_env_set_mapsize(store->environment, LMDB_MAP_BYTES);
    if (code == 0) code = mdb_env_set_maxreaders(store->environment, LMDB_READERS_MAX);
    if (code == 0) code = mdb_env_open(store->environment, path, flags, 0644);
    return code;
}

static int table_open(KeyValue *store, bool read_only)
{
    MDB_txn *transaction = NULL;
    int code = mdb_txn_begin(store->environment, NULL, read_only ? MDB_RDONLY : 0, &transaction);
    if (code != 0) return code;
    code = mdb_dbi_open(transaction, NULL, 0, &store->table);
    if (code == 0) return mdb_txn_commit(transaction);
    mdb_txn_abort(transaction);
    return code;
}

static bool lmdb_open(Str location, bool read_only, KeyValue **out, Error *err)
{
    char path[LMDB_PATH_BYTES_MAX];
    int dead = 0;
    if (location.size >= sizeof(path)) return error_set(err, ERROR_STORAGE, "online store: the path is too long");
    (void)snprintf(path, sizeof(path), "%.*s", STR_ARG(location));
    KeyValue *store = memory_alloc(sizeof(KeyValue), err);
    TRY(store != NULL);
    int code = environment_open(store, path, read_only);
    // Readers that were killed hold on to old pages until they are cleared away.
    if (code == 0 && !read_only) code = mdb_reader_check(store->environment, &dead);
    if (code == 0) code = table_open(store, read_only);
    if (code != 0) {
        lmdb_close(&store);
        return lmdb_error(path, code, err);
    }
    *out = store;
    return true;
}

static bool lmdb_read_begin(KeyValue *store, KeyValueRead **out, Error *err)
{
    KeyValueRead *read = memory_alloc(sizeof(KeyValueRead), err);
    TRY(read != NULL);
    read->store = store;
    int code = mdb_txn_begin(store->environment, NULL, MDB_RDONLY, &read->transaction);
    if (code != 0) {
        memory_free(read);
        return lmdb_error("beginning to read", code, err);
    }
    *out = read;
    return true;
}

static void lmdb_read_end(KeyValueRead **read)
{
    if (*read == NULL) return;
    mdb_txn_abort((*read)->transaction);
    memory_free(*read);
    *read = NULL;
}

static MDB_val value_of(Str str)
{
    return (MDB_val){.mv_size = str.size, .mv_data = (void *)(uintptr_t)str.data};
}

static bool lmdb_get(KeyValueRead *read, Str key, Str *out, Error *err)
{
    MDB_val wanted = value_of(key);
    MDB_val found = {0};
    *out = (Str){0};
    int code = mdb_get(read->transaction, read->store->table, &wanted, &found);
    if (code == MDB_NOTFOUND) return true;
    if (code != 0) return lmdb_error("reading", code, err);
    *out = (Str){.data = found.mv_data, .size = found.mv_size};
    return true;
}

static bool lmdb_write_begin(KeyValue *store, KeyValueWrite **out, Error *err)
{
    KeyValueWrite *write = memory_alloc(sizeof(KeyValueWrite), err);
    TRY(write != NULL);
    write->store = store;
    int code = mdb_txn_begin(store->environment, NULL, 0, &write->transaction);
    if (code != 0) {
        memory_free(write);
        return lmdb_error("beginning to write", code, err);
    }
    *out = write;
    return true;
}

static bool lmdb_put(KeyValueWrite *write, Str key, Str value, Error *err)
{
    MDB_val at = value_of(key);
    MDB_val content = value_of(value);
    CHECK(key.size > 0 && key.size <= LMDB_KEY_BYTES_MAX);
    int code = mdb_put(write->transaction, write->store->table, &at, &content, 0);
    return code == 0 || lmdb_error("writing", code, err);
}

static int prefix_remove(MDB_cursor *cursor, Str prefix)
{
    MDB_val key = value_of(prefix);
    MDB_val value = {0};
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (code == 0 && key.mv_size >= prefix.size && memcmp(key.mv_data, prefix.data, prefix.size) == 0) {
        code = mdb_cursor_del(cursor, 0);
        if (code == 0) code = mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT);
        if (code == EINVAL) code = MDB_NOTFOUND;
    }
    return code == MDB_NOTFOUND ? 0 : code;
}

static bool lmdb_remove_prefix(KeyValueWrite *write, Str prefix, Error *err)
{
    MDB_cursor *cursor = NULL;
    CHECK(prefix.size > 0);
    int code = mdb_cursor_open(write->transaction, write->store->table, &cursor);
    if (code != 0) return lmdb_error("removing", code, err);
    code = prefix_remove(cursor, prefix);
    mdb_cursor_close(cursor);
    return code == 0 || lmdb_error("removing", code, err);
}

static bool lmdb_commit(KeyValueWrite **write, Error *err)
{
    FAILPOINT("online.before_commit");
    int code = mdb_txn_commit((*write)->transaction);
    memory_free(*write);
    *write = NULL;
    FAILPOINT("online.after_commit");
    return code == 0 || lmdb_error("committing", code, err);
}

static void lmdb_abandon(KeyValueWrite **write)
{
    if (*write == NULL) return;
    mdb_txn_abort((*write)->transaction);
    memory_free(*write);
    *write = NULL;
}

const KeyValueKind key_value_lmdb = {
    .name = "lmdb",
    .open = lmdb_open,
    .close = lmdb_close,
    .read_begin = lmdb_read_begin,
    .read_end = lmdb_read_end,
    .get = lmdb_get,
    .write_begin = lmdb_write_begin,
    .put = lmdb_put,
    .remove_prefix = lmdb_remove_prefix,
    .commit = lmdb_commit,
    .abandon = lmdb_abandon,
};
