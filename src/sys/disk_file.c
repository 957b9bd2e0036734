#include "sys/disk_file.h"

#include <string.h>

#include "sys/disk_internal.h"

void disk_file_deinit(DiskFile *file)
{
    if (file->disk == NULL) return;
    (void)file->disk->table->close(file->disk->context, file->file);
    file->disk = NULL;
}

static const char *mode_verb(DiskMode mode)
{
    return mode == DISK_READ ? "read" : "write";
}

bool disk_file_open(const Disk *disk, Str path, DiskMode mode, DiskFile *out, Error *err)
{
    PathText text;
    int number = -1;
    TRY(path_text(path, &text, err));
    TRY(disk_check(disk->table->open(disk->context, text.text, mode, &number), mode_verb(mode), text.text, err));

    out->disk = disk;
    out->file = number;
    out->offset = 0;
    memcpy(out->path, text.text, path.size + 1);
    return true;
}

bool disk_file_close(DiskFile *file, Error *err)
{
    CHECK(file->disk != NULL);
    const Disk *disk = file->disk;
    file->disk = NULL;
    return disk_check(disk->table->close(disk->context, file->file), "close", file->path, err);
}

bool disk_file_read(DiskFile *file, void *data, size_t size, size_t *out_count, Error *err)
{
    CHECK(file->disk != NULL);
    const Disk *disk = file->disk;
    size_t count = 0;
    TRY(disk_check(disk->table->read(disk->context, file->file, data, size, file->offset, &count), "read", file->path,
                   err));
    file->offset += count;
    *out_count = count;
    return true;
}

bool disk_file_write(DiskFile *file, Str data, Error *err)
{
    CHECK(file->disk != NULL);
    const Disk *disk = file->disk;
    size_t done = 0;
    while (done < data.size) {
        size_t count = 0;
        int number =
            disk->table->write(disk->context, file->file, data.data + done, data.size - done, file->offset, &count);
        TRY(disk_check(number, "write", file->path, err));
        done += count;
        file->offset += count;
    }
    return true;
}

bool disk_file_sync(DiskFile *file, Error *err)
{
    CHECK(file->disk != NULL);
    return disk_check(file->disk->table->sync(file->disk->context, file->file), "sync", file->path, err);
}

bool disk_file_truncate(DiskFile *file, uint64_t size, Error *err)
{
    CHECK(file->disk != NULL);
    return disk_check(file->disk->table->truncate(file->disk->context, file->file, size), "truncate", file->path, err);
}
