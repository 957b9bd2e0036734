#include "sys/control_group.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUP_BYTES_MAX = 1 << 14, GROUP_POLL_US = 1000, GROUP_ROUNDS_MAX = 2000 };

/// Where the kernel's interfaces are mounted; the first that is there and lists this process is ours.
typedef struct GroupRoot {
    const char *mount;
    const char *controller; ///< as /proc/self/cgroup has it
} GroupRoot;

static const GroupRoot ROOTS[] = {
    {"/sys/fs/cgroup/memory", "memory"},
    {"/sys/fs/cgroup", ""},
};

/// Names of the files that limit memory, by version; what is written beside it may be missing.
typedef struct GroupFiles {
    const char *limit;
    const char *swap;
    const char *swap_value; ///< NULL: as the limit
    const char *events;
} GroupFiles;

static const GroupFiles VERSIONS[] = {
    {"memory.max", "memory.swap.max", "0", "memory.events"},
    {"memory.limit_in_bytes", "memory.memsw.limit_in_bytes", NULL, "memory.oom_control"},
};

static bool file_path(const char *directory, const char *name, PathText *out)
{
    Error ignored = {0};
    return path_join_text(str_from(directory), str_from(name), out, &ignored);
}

static bool file_read(const char *directory, const char *name, char text[GROUP_BYTES_MAX])
{
    PathText path;
    int file = file_path(directory, name, &path) ? open(path.text, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return false;
    ssize_t size = read(file, text, GROUP_BYTES_MAX - 1);
    (void)close(file);
    text[size > 0 ? size : 0] = '\0';
    return size >= 0;
}

static bool file_write(const char *directory, const char *name, const char *text)
{
    PathText path;
    int file = file_path(directory, name, &path) ? open(path.text, O_WRONLY | O_CLOEXEC) : -1;
    if (file < 0) return false;
    ssize_t size = write(file, text, strlen(text));
    (void)close(file);
    return size == (ssize_t)strlen(text);
}

/// The path behind ":controller:" in the text of /proc/self/cgroup, as "4:memory:/a/b" or "0::/a".
static bool own_path(const char *controller, PathText *out)
{
    char text[GROUP_BYTES_MAX];
    if (!file_read("/proc/self", "cgroup", text)) return false;
    Str rest = str_from(text);
    Str line = {0};
    while (str_split(&rest, '\n', &line)) {
        Str number = {0};
        Str name = {0};
        if (!str_split(&line, ':', &number) || !str_split(&line, ':', &name)) continue;
        if (!str_equal(name, str_from(controller)) || line.size == 0) continue;
        (void)snprintf(out->text, sizeof(out->text), "%.*s", STR_ARG(line));
        return true;
    }
    return false;
}

/// This process's own group. In a container the path may be one of outside: then the mount is the group.
static bool root_find(const GroupRoot *root, PathText *out)
{
    PathText own;
    if (!own_path(root->controller, &own)) return false;
    int size = snprintf(out->text, sizeof(out->text), "%s%s", root->mount, own.text);
    if (size < 0 || (size_t)size >= sizeof(out->text)) return false;
    if (access(out->text, W_OK) != 0) (void)snprintf(out->text, sizeof(out->text), "%s", root->mount);
    return access(out->text, W_OK) == 0;
}

static const GroupFiles *group_files(const char *path)
{
    for (size_t i = 0; i < COUNT_OF(VERSIONS); i++) {
        PathText limit;
        if (file_path(path, VERSIONS[i].limit, &limit) && access(limit.text, W_OK) == 0) return &VERSIONS[i];
    }
    return NULL;
}

static bool group_limit(const char *path, uint64_t memory_bytes)
{
    char limit[32];
    const GroupFiles *files = group_files(path);
    (void)snprintf(limit, sizeof(limit), "%llu", (unsigned long long)memory_bytes);
    if (files == NULL || !file_write(path, files->limit, limit)) return false;
    // Without it what exceeds the limit goes to swap; not every kernel counts that.
    (void)file_write(path, files->swap, files->swap_value == NULL ? limit : files->swap_value);
    return true;
}

bool control_group_make_in(const char *parent, const char *name, uint64_t memory_bytes, ControlGroup *out, Error *err)
{
    ControlGroup group = {0};
    TRY(path_join_text(str_from(parent), str_from(name), &group.path, err));
    if (mkdir(group.path.text, 0755) != 0 && errno != EEXIST)
        return error_set(err, ERROR_ENVIRONMENT, "cannot make a control group in '%s': %s", parent,
                         strerrordesc_np(errno));
    if (!group_limit(group.path.text, memory_bytes)) {
        (void)rmdir(group.path.text);
        return error_set(err, ERROR_ENVIRONMENT, "the control group '%s' cannot limit memory", parent);
    }
    *out = group;
    return true;
}

bool control_group_make(const char *name, uint64_t memory_bytes, ControlGroup *out, Error *err)
{
    error_set(err, ERROR_ENVIRONMENT, "no control group of this process can be written to");
    for (size_t i = 0; i < COUNT_OF(ROOTS); i++) {
        PathText parent;
        Error why = {0};
        if (!root_find(&ROOTS[i], &parent)) continue;
        if (control_group_make_in(parent.text, name, memory_bytes, out, &why)) {
            *err = (Error){0};
            return true;
        }
        *err = why;
    }
    return false;
}

void control_group_find(const char *name, ControlGroup *out)
{
    *out = (ControlGroup){0};
    for (size_t i = 0; i < COUNT_OF(ROOTS); i++) {
        PathText parent;
        ControlGroup group = {0};
        if (!root_find(&ROOTS[i], &parent) || !file_path(parent.text, name, &group.path)) continue;
        if (access(group.path.text, F_OK) == 0) *out = group;
    }
}

bool control_group_entrance(const ControlGroup *group, Arena *arena, Str *out, Error *err)
{
    *out = (Str){0};
    if (group->path.text[0] == '\0') return true;
    return path_join(arena, str_from(group->path.text), STR("cgroup.procs"), out, err);
}

bool control_group_ran_out(const ControlGroup *group)
{
    char text[GROUP_BYTES_MAX];
    const GroupFiles *files = group->path.text[0] == '\0' ? NULL : group_files(group->path.text);
    if (files == NULL || !file_read(group->path.text, files->events, text)) return false;
    const char *count = strstr(text, "oom_kill ");
    return count != NULL && strtoull(count + strlen("oom_kill "), NULL, 10) > 0;
}

/// What a group is asked to end by where there is no cgroup.kill.
static void members_kill(const char *path)
{
    char text[GROUP_BYTES_MAX];
    char *rest = text;
    if (!file_read(path, "cgroup.procs", text)) return;
    for (long pid = strtol(rest, &rest, 10); pid > 0; pid = strtol(rest, &rest, 10)) (void)kill((pid_t)pid, SIGKILL);
}

void control_group_end(ControlGroup *group, const Clock *clock)
{
    if (group->path.text[0] == '\0') return;
    (void)file_write(group->path.text, "cgroup.kill", "1");
    for (int i = 0; i < GROUP_ROUNDS_MAX && rmdir(group->path.text) != 0 && errno == EBUSY; i++) {
        members_kill(group->path.text);
        clock_sleep_us(clock, GROUP_POLL_US);
    }
    *group = (ControlGroup){0};
}
