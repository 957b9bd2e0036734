#include "engine/spill.h"

#include "sys/temporary.h"

void spill_init(const Disk *disk, Str directory, Spill *out)
{
    *out = (Spill){.disk = disk == NULL ? disk_system() : disk, .directory = directory, .lock = LOCK_INIT};
}

void spill_deinit(Spill *spill)
{
    disk_file_deinit(&spill->file);
}

static bool file_open(Spill *spill, Error *err)
{
    AUTO(temporary_directory_deinit) TemporaryDirectory directory = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};

    TRY(temporary_directory_init(&directory, spill->disk, spill->directory, err));
    TRY(path_join(&arena, temporary_directory_path(&directory), STR("facts"), &path, err));
    TRY(disk_file_open(spill->disk, path, DISK_CREATE_NEW, &spill->file, err));
    TRY(disk_file_close(&spill->file, err));
    return disk_file_open(spill->disk, path, DISK_UPDATE, &spill->file, err); // its directory goes at once
}

bool spill_reserve(Spill *spill, uint64_t size, uint64_t *offset, Error *err)
{
    bool done = true;

    lock_enter(&spill->lock);
    if (spill->file.disk == NULL) done = file_open(spill, err);
    *offset = spill->size;
    if (done) spill->size += size;
    lock_leave(&spill->lock);
    TRY_OR(done, err, "putting facts that exceed the memory given into a file");
    return true;
}

bool spill_write(const Spill *spill, uint64_t offset, const void *data, size_t size, Error *err)
{
    DiskFile file = spill->file; // with an offset of its own

    file.offset = offset;
    TRY_OR(disk_file_write(&file, (Str){data, size}, err), err,
           "putting facts that exceed the memory given into a file");
    return true;
}

bool spill_read(const Spill *spill, uint64_t offset, void *data, size_t size, Error *err)
{
    DiskFile file = spill->file;
    uint8_t *to = data;

    file.offset = offset;
    for (size_t count = 0; size > 0; to += count, size -= count) {
        TRY_OR(disk_file_read(&file, to, size, &count, err), err, "reading facts back from a file");
        if (count == 0) return error_set(err, ERROR_STORAGE, "reading facts back from a file: it has become shorter");
    }
    return true;
}
