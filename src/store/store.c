#include "store/store.h"

#include "sys/environment.h"

static const char *const STORE_MIGRATIONS[] = {
    "CREATE TABLE object (digest TEXT PRIMARY KEY, identity TEXT NOT NULL, bytes INTEGER NOT NULL, files INTEGER NOT "
    "NULL,"
    " created_us INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE file_digest (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns "
    "INTEGER NOT NULL,"
    " inode INTEGER NOT NULL, device INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;",
};

static const char *const STORE_DIRECTORIES[] = {"objects", "attempts", "checkpoints"};

static bool store_absolute(Str root, Arena *arena, Str *out, Error *err)
{
    Str directory = {0};
    if (str_starts(root, STR("/"))) return arena_copy(arena, root, out, err);
    TRY(environment_directory(arena, &directory, err));
    return path_join(arena, directory, root, out, err);
}

static bool store_make_directories(Store *store, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(STORE_DIRECTORIES); i++) {
        Str path = {0};
        TRY(path_join(&store->arena, store->root, str_from(STORE_DIRECTORIES[i]), &path, err));
        TRY(disk_make_directories(store->disk, path, err));
    }
    return true;
}

static bool store_open_parts(Store *store, Str root, Error *err)
{
    Str path = {0};
    TRY(store_absolute(root, &store->arena, &store->root, err));
    TRY(store_make_directories(store, err));
    TRY(path_join(&store->arena, store->root, STR("pawl.db"), &path, err));
    TRY(database_open(path, &store->database, err));
    return database_migrate(store->database, STR("store"), STORE_MIGRATIONS, COUNT_OF(STORE_MIGRATIONS), err);
}

bool store_open(Str root, const Disk *disk, const Clock *clock, Store *out, Error *err)
{
    Store store = {.disk = disk, .clock = clock};
    if (!store_open_parts(&store, root, err)) {
        store_deinit(&store);
        return error_prefix(err, "store %.*s", STR_ARG(root));
    }
    *out = store;
    return true;
}

void store_deinit(Store *store)
{
    database_close(&store->database);
    arena_deinit(&store->arena);
    *store = (Store){0};
}
