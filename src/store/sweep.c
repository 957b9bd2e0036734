#include "store/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/store_internal.h"
#include "sys/failpoint.h"
#include "sys/unique_name.h"

enum { DAMAGED_TIME_CHARS_MAX = 18 };

static const Str DAMAGED = STR_INIT(".damaged-");

typedef ARRAY_OF(Digest) Digests;

static void digests_deinit(Digests *digests)
{
    memory_free(digests->items);
}

static int digest_compare_items(const void *left, const void *right)
{
    return digest_compare(left, right);
}

static bool digests_keep(Digests *digests, Arena *arena, Digest **out, size_t *out_count, Error *err)
{
    Digest *kept = arena_alloc_array(arena, digests->count + 1, sizeof(Digest), err);
    if (kept == NULL) return false;
    if (digests->count > 0) {
        qsort(digests->items, digests->count, sizeof(Digest), digest_compare_items);
        memcpy(kept, digests->items, digests->count * sizeof(Digest));
    }
    *out = kept;
    *out_count = digests->count;
    return true;
}

/// Takes an entry of `objects/ab/`; false: it may not go on.
typedef bool (*EntryVisit)(void *context, Str folder, Str name, Arena *arena, Error *err);

static bool folder_visit(const Store *store, Str objects, Str folder, EntryVisit visit, void *context, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames names = {0};
    DiskStat stat = {0};
    Str path = {0};
    TRY(path_join(&arena, objects, folder, &path, err));
    TRY(disk_stat_link(store->disk, path, &stat, err));
    if (!stat.is_directory) return true;
    TRY(disk_list(store->disk, path, &arena, &names, err));
    for (size_t i = 0; i < names.count; i++) TRY(visit(context, folder, names.items[i], &arena, err));
    return true;
}

static bool objects_visit(const Store *store, EntryVisit visit, void *context, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskNames folders = {0};
    Str objects = {0};
    TRY(path_join(&arena, store->root, STR("objects"), &objects, err));
    TRY(disk_list(store->disk, objects, &arena, &folders, err));
    for (size_t i = 0; i < folders.count; i++) TRY(folder_visit(store, objects, folders.items[i], visit, context, err));
    return true;
}

/// What is no object's name is not ours.
static bool object_collect(void *context, Str folder, Str name, Arena *arena, Error *err)
{
    Digests *digests = context;
    Digest digest = {0};
    Error ignored = {0};
    Str hex = {0};
    TRY(arena_format(arena, &hex, err, "%.*s%.*s", STR_ARG(folder), STR_ARG(name)));
    return !digest_parse(hex, &digest, &ignored) || ARRAY_PUSH(digests, digest, err);
}

bool object_list(const Store *store, Arena *arena, Digest **out, size_t *out_count, Error *err)
{
    AUTO(digests_deinit) Digests digests = {0};
    TRY(objects_visit(store, object_collect, &digests, err));
    return digests_keep(&digests, arena, out, out_count, err);
}

bool object_list_recorded(Store *store, Arena *arena, Digest **out, size_t *out_count, Error *err)
{
    AUTO(digests_deinit) Digests digests = {0};
    Statement *statement = NULL;
    bool row = true;
    TRY(statement_cached(store->database, "SELECT digest FROM object", &statement, err));
    while (row) {
        Digest digest = {0};
        TRY(statement_step(statement, &row, err));
        if (!row) break;
        TRY(statement_digest(statement, 0, &digest, err));
        TRY(ARRAY_PUSH(&digests, digest, err));
    }
    TRY(statement_reset(statement, err));
    return digests_keep(&digests, arena, out, out_count, err);
}

bool object_is_recorded(Store *store, const Digest *digest, bool *out, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(store->database, "SELECT 1 FROM object WHERE digest = ?", &statement, err));
    TRY(statement_bind_digest(statement, 1, digest, err));
    TRY(statement_step(statement, out, err));
    return statement_reset(statement, err);
}

static bool object_forget(Store *store, const Digest *digest, Error *err)
{
    Statement *statement = NULL;
    CHECK(transaction_is_open(store->database));
    TRY(statement_cached(store->database, "DELETE FROM object WHERE digest = ?", &statement, err));
    TRY(statement_bind_digest(statement, 1, digest, err));
    return statement_run(statement, err);
}

bool store_measure(const Store *store, Str path, uint64_t *out_bytes, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    DiskEntries entries = {0};
    DiskStat root = {0};
    Error missing = {0};
    *out_bytes = 0;
    if (!disk_stat_link(store->disk, path, &root, &missing))
        return missing.kind == ERROR_NOT_FOUND || error_set(err, missing.kind, "%s", missing.text);
    if (root.is_directory) TRY(disk_walk(store->disk, path, &arena, &entries, err));
    *out_bytes = root.is_directory ? 0 : root.size;
    for (size_t i = 0; i < entries.count; i++)
        if (!entries.items[i].stat.is_directory) *out_bytes += entries.items[i].stat.size;
    return true;
}

static bool trash_path(const Store *store, Arena *arena, Str *out, Error *err)
{
    return path_join(arena, store->root, STR("trash"), out, err);
}

bool store_discard(const Store *store, Str path, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    UniqueName name;
    Error moving = {0};
    Str trash = {0};
    Str target = {0};
    TRY(trash_path(store, &arena, &trash, err));
    TRY(disk_make_directories_unsynced(store->disk, trash, err));
    TRY(unique_name_draw(&name, err));
    TRY(path_join(&arena, trash, str_from(name.text), &target, err));
    if (disk_rename_unsynced(store->disk, path, target, &moving)) return true;
    return moving.kind == ERROR_NOT_FOUND || error_set(err, moving.kind, "%s", moving.text);
}

bool object_discard(Store *store, const Digest *digest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(object_forget(store, digest, err));
    TRY(object_place_path(store, digest, &arena, &path, err));
    return store_discard(store, path, err);
}

bool object_set_aside(Store *store, const Digest *digest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(object_forget(store, digest, err));
    TRY(object_place_path(store, digest, &arena, &path, err));
    if (!disk_exists(store->disk, path)) return true;
    return object_move_aside(store, path, &arena, err);
}

/// Which of them go.
typedef struct DamagedSweep {
    const Store *store;
    int64_t before_us;
} DamagedSweep;

/// The instant in the name; false: it is no object that was set aside.
static bool damaged_time(Str name, int64_t *out_us)
{
    Str rest = str_slice(name, str_find(name, '.'), name.size);
    int64_t time = 0;
    if (!str_starts(rest, DAMAGED)) return false;
    rest = str_slice(rest, DAMAGED.size, rest.size);
    for (size_t i = 0; i < rest.size; i++) {
        if (rest.data[i] < '0' || rest.data[i] > '9' || i >= DAMAGED_TIME_CHARS_MAX) return false;
        time = time * 10 + (rest.data[i] - '0');
    }
    *out_us = time;
    return true;
}

static bool damaged_visit(void *context, Str folder, Str name, Arena *arena, Error *err)
{
    const DamagedSweep *sweep = context;
    Str path = {0};
    int64_t time = 0;
    if (!damaged_time(name, &time) || time >= sweep->before_us) return true;
    TRY(arena_format(arena, &path, err, "%.*s/objects/%.*s/%.*s", STR_ARG(sweep->store->root), STR_ARG(folder),
                     STR_ARG(name)));
    return store_discard(sweep->store, path, err);
}

bool store_discard_damaged(const Store *store, int64_t before_us, Error *err)
{
    DamagedSweep sweep = {store, before_us};
    return objects_visit(store, damaged_visit, &sweep, err);
}

bool store_empty_trash(const Store *store, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str trash = {0};
    TRY(trash_path(store, &arena, &trash, err));
    FAILPOINT("store.before_trash_emptied");
    return disk_remove_tree(store->disk, trash, err);
}
