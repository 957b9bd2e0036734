#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/disk.h"

/// The kernel's calls: -1 and errno become the errno.
static int call_errno(int result)
{
    return result < 0 ? errno : 0;
}

static int system_open(void *context, const char *path, DiskMode mode, int *out_file)
{
    static const int FLAGS[] = {
        [DISK_READ] = O_RDONLY,
        [DISK_CREATE_NEW] = O_WRONLY | O_CREAT | O_EXCL,
        [DISK_REPLACE] = O_WRONLY | O_CREAT | O_TRUNC,
        [DISK_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
        [DISK_UPDATE] = O_RDWR,
    };

    UNUSED(context);
    int file = -1;
    do {
        file = open(path, FLAGS[mode] | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EINTR);
    if (file < 0) return errno;
    *out_file = file;
    return 0;
}

static int system_read(void *context, int file, void *data, size_t size, uint64_t offset, size_t *out_count)
{
    UNUSED(context);
    ssize_t count = -1;
    do {
        count = pread(file, data, size, (off_t)offset);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno;
    *out_count = (size_t)count;
    return 0;
}

static int system_write(void *context, int file, const void *data, size_t size, uint64_t offset, size_t *out_count)
{
    UNUSED(context);
    ssize_t count = -1;
    do {
        count = pwrite(file, data, size, (off_t)offset);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno;
    *out_count = (size_t)count;
    return 0;
}

static int system_sync(void *context, int file)
{
    UNUSED(context);
    return call_errno(fsync(file));
}

static int system_truncate(void *context, int file, uint64_t size)
{
    UNUSED(context);
    return call_errno(ftruncate(file, (off_t)size));
}

static int system_close(void *context, int file)
{
    UNUSED(context);
    return call_errno(close(file));
}

static int64_t timespec_ns(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int system_stat(void *context, const char *path, bool follow, DiskStat *out)
{
    UNUSED(context);
    struct stat stat = {0};
    if (fstatat(AT_FDCWD, path, &stat, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) return errno;
    *out = (DiskStat){
        .size = (uint64_t)stat.st_size,
        .mtime_ns = timespec_ns(stat.st_mtim),
        .ctime_ns = timespec_ns(stat.st_ctim),
        .inode = stat.st_ino,
        .device = stat.st_dev,
        .is_directory = S_ISDIR(stat.st_mode),
        .is_link = S_ISLNK(stat.st_mode),
        .is_special = !S_ISREG(stat.st_mode) && !S_ISDIR(stat.st_mode) && !S_ISLNK(stat.st_mode),
    };
    return 0;
}

static bool name_is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/// 0 at the end.
static int directory_visit(DIR *directory, DiskVisit visit, void *visitor)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) return errno;
        if (name_is_dots(entry->d_name)) continue;
        if (!visit(visitor, entry->d_name)) return 0;
    }
}

static int system_list(void *context, const char *path, DiskVisit visit, void *visitor)
{
    UNUSED(context);
    DIR *directory = opendir(path);
    if (directory == NULL) return errno;
    int number = directory_visit(directory, visit, visitor);
    (void)closedir(directory);
    return number;
}

static int system_make_directory(void *context, const char *path, bool only_ours)
{
    UNUSED(context);
    return call_errno(mkdir(path, only_ours ? 0700 : 0777));
}

static int system_sync_directory(void *context, const char *path)
{
    UNUSED(context);
    int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return errno;
    int number = call_errno(fsync(file));
    (void)close(file);
    return number;
}

static int system_rename(void *context, const char *from, const char *to)
{
    UNUSED(context);
    return call_errno(rename(from, to));
}

static int system_rename_new(void *context, const char *from, const char *to)
{
    UNUSED(context);
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL) return errno;

    // A file system that cannot tell whether the target exists while it renames: ask before.
    if (faccessat(AT_FDCWD, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
    return call_errno(rename(from, to));
}

static int system_remove(void *context, const char *path, bool is_directory)
{
    UNUSED(context);
    return call_errno(is_directory ? rmdir(path) : unlink(path));
}

static int system_protect(void *context, const char *path)
{
    UNUSED(context);
    struct stat stat = {0};
    if (fstatat(AT_FDCWD, path, &stat, AT_SYMLINK_NOFOLLOW) < 0) return errno;
    return call_errno(chmod(path, (stat.st_mode & 0555) | S_IRUSR));
}

const Disk *disk_system(void)
{
    static const DiskTable TABLE = {
        .open = system_open,
        .read = system_read,
        .write = system_write,
        .sync = system_sync,
        .truncate = system_truncate,
        .close = system_close,
        .stat = system_stat,
        .list = system_list,
        .make_directory = system_make_directory,
        .sync_directory = system_sync_directory,
        .rename = system_rename,
        .rename_new = system_rename_new,
        .remove = system_remove,
        .protect = system_protect,
    };
    static const Disk DISK = {&TABLE, NULL};
    return &DISK;
}
