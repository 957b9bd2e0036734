#include "base/memory.h"
#include "sys/disk.h"
#include "sys/disk_file.h"

#define DISK_PIECE_BYTES ((size_t)1 << 18)

/// Takes the pieces of a file in order.
typedef bool (*PieceTaker)(void *taker, Str piece, Error *err);

static bool file_each_piece(const Disk *disk, Str path, void *buffer, PieceTaker take, void *taker, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(disk_file_open(disk, path, DISK_READ, &file, err));
    for (;;) {
        size_t count = 0;
        TRY(disk_file_read(&file, buffer, DISK_PIECE_BYTES, &count, err));
        if (count == 0) return true;
        TRY(take(taker, (Str){buffer, count}, err));
    }
}

static bool disk_each_piece(const Disk *disk, Str path, PieceTaker take, void *taker, Error *err)
{
    void *buffer = memory_alloc(DISK_PIECE_BYTES, err);
    if (buffer == NULL) return false;
    bool done = file_each_piece(disk, path, buffer, take, taker, err);
    memory_free(buffer);
    return done;
}

static bool piece_hash(void *taker, Str piece, Error *err)
{
    return sha256_update(taker, piece.data, piece.size, err);
}

bool disk_hash_file(const Disk *disk, Str path, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    TRY(disk_each_piece(disk, path, piece_hash, &hash, err));
    return sha256_finish(&hash, out, err);
}

static bool piece_write(void *taker, Str piece, Error *err)
{
    return disk_file_write(taker, piece, err);
}

static bool copy_into(const Disk *disk, Str from, DiskFile *file, Error *err)
{
    TRY(disk_each_piece(disk, from, piece_write, file, err));
    TRY(disk_file_sync(file, err));
    return disk_file_close(file, err);
}

bool disk_copy_file(const Disk *disk, Str from, Str to, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(disk_file_open(disk, to, DISK_CREATE_NEW, &file, err));
    if (copy_into(disk, from, &file, err)) return true;
    (void)disk->table->remove(disk->context, file.path, false);
    return false;
}
