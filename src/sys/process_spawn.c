#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/path.h"
#include "sys/process.h"
#include "sys/process_internal.h"

/// Files handed to a child are moved up here, so that none lies where a standard one goes.
enum { SPAWN_FILE_MIN = 10, SPAWN_FILE_STATUS = 3, SPAWN_FILE_COUNT = 4 };

/// All that the child needs, made before it exists: after the fork it must not allocate.
typedef struct Spawn {
    Arena arena;
    char **arguments;
    char **environment;
    char *directory;             ///< NULL: stay
    int files[SPAWN_FILE_COUNT]; ///< -1: inherited
    int group;                   ///< -1: none to join
    int report_read;             ///< the child's errno arrives here; its end closes on success
    int report_write;
    pid_t parent;
    bool new_session;
    bool dies_with_us;
} Spawn;

static void file_close(int file)
{
    if (file >= 0) (void)close(file);
}

static void spawn_deinit(Spawn *spawn)
{
    for (size_t i = 0; i < SPAWN_FILE_COUNT; i++) {
        file_close(spawn->files[i]);
    }
    file_close(spawn->group);
    file_close(spawn->report_read);
    file_close(spawn->report_write);
    arena_deinit(&spawn->arena);
}

/// The kernel's form of a list: pointers to texts, then NULL.
static bool texts_copy(Arena *arena, const Str *items, size_t count, char ***out, Error *err)
{
    if (count > PROCESS_ARGUMENTS_MAX) {
        return error_set(err, ERROR_USAGE, "more than %d arguments", PROCESS_ARGUMENTS_MAX);
    }
    char **texts = arena_alloc_array(arena, count + 1, sizeof(char *), err);
    if (texts == NULL) return false;

    for (size_t i = 0; i < count; i++) {
        char *text = arena_alloc(arena, items[i].size + 1, err);
        if (text == NULL) return false;
        if (items[i].size > 0) memcpy(text, items[i].data, items[i].size);
        if (strlen(text) != items[i].size) return error_set(err, ERROR_USAGE, "'%s...' has a zero byte inside", text);
        texts[i] = text;
    }
    *out = texts;
    return true;
}

/// Opened out of the way of the standard files.
static bool spawn_open(Str path, int flags, int *out, Error *err)
{
    PathText text;
    TRY(path_text(path, &text, err));
    int file = open(text.text, flags | O_CLOEXEC, 0666);
    int moved = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, SPAWN_FILE_MIN);
    if (moved < 0) error_set(err, ERROR_STORAGE, "cannot open '%s': %s", text.text, strerrordesc_np(errno));
    file_close(file);
    *out = moved;
    return moved >= 0;
}

static bool spawn_open_output(Str path, int *out, Error *err)
{
    return path.size == 0 || spawn_open(path, O_WRONLY | O_APPEND | O_CREAT, out, err);
}

static bool spawn_open_report(Spawn *spawn, Error *err)
{
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return error_set(err, ERROR_ENVIRONMENT, "cannot make a pipe: %s", strerrordesc_np(errno));
    }
    spawn->report_read = ends[0];
    spawn->report_write = fcntl(ends[1], F_DUPFD_CLOEXEC, SPAWN_FILE_MIN);
    (void)close(ends[1]);
    if (spawn->report_write >= 0) return true;
    return error_set(err, ERROR_ENVIRONMENT, "cannot make a pipe: %s", strerrordesc_np(errno));
}

static bool spawn_open_files(Spawn *spawn, const ProcessSpec *spec, Error *err)
{
    Str input = spec->input_path.size > 0 ? spec->input_path : STR("/dev/null");
    TRY(spawn_open(input, O_RDONLY, &spawn->files[STDIN_FILENO], err));
    TRY(spawn_open_output(spec->output_path, &spawn->files[STDOUT_FILENO], err));
    TRY(spawn_open_output(spec->error_path, &spawn->files[STDERR_FILENO], err));
    if (spec->status_path.size > 0)
        TRY(spawn_open(spec->status_path, O_WRONLY | O_CREAT | O_TRUNC, &spawn->files[SPAWN_FILE_STATUS], err));
    if (spec->group_path.size > 0) TRY(spawn_open(spec->group_path, O_WRONLY, &spawn->group, err));
    return spawn_open_report(spawn, err);
}

static bool spawn_copy_texts(Spawn *spawn, const ProcessSpec *spec, Error *err)
{
    char **directory = NULL;
    TRY(texts_copy(&spawn->arena, spec->arguments, spec->argument_count, &spawn->arguments, err));
    TRY(texts_copy(&spawn->arena, spec->environment, spec->environment_count, &spawn->environment, err));
    if (spec->environment == NULL) spawn->environment = environ;
    TRY(texts_copy(&spawn->arena, &spec->directory, 1, &directory, err));
    spawn->directory = spec->directory.size > 0 ? directory[0] : NULL;
    return true;
}

/// In the child; false with errno set.
static bool child_place_files(const Spawn *spawn)
{
    for (int i = 0; i < SPAWN_FILE_COUNT; i++) {
        if (spawn->files[i] >= 0 && dup2(spawn->files[i], i) < 0) return false;
    }
    unsigned first = spawn->files[SPAWN_FILE_STATUS] >= 0 ? SPAWN_FILE_STATUS + 1 : SPAWN_FILE_STATUS;
    return close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

/// In the child; false with errno set.
static bool child_detach(const Spawn *spawn)
{
    if (spawn->new_session && setsid() < 0) return false;
    if (!spawn->dies_with_us) return true;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;

    // The parent may have died before the wish was known.
    if (getppid() != spawn->parent) (void)raise(SIGKILL);
    return true;
}

/// In the child; false with errno set. Whatever it allocates from now on counts for the group.
static bool child_join_group(const Spawn *spawn)
{
    return spawn->group < 0 || write(spawn->group, "0", 1) == 1;
}

/// In the child, which shares nothing but must not allocate: other threads' locks are held for ever here.
static _Noreturn void child_run(const Spawn *spawn)
{
    bool ready = child_detach(spawn) && child_join_group(spawn) && child_place_files(spawn) &&
                 (spawn->directory == NULL || chdir(spawn->directory) == 0);
    if (ready) {
        process_reset_signals();
        (void)execvpe(spawn->arguments[0], spawn->arguments, spawn->environment);
    }
    int number = errno;
    ssize_t written = write(spawn->report_write, &number, sizeof(number));
    UNUSED(written);
    _exit(127);
}

/// No handler of this program may run in the child, so all signals wait until it has reset them.
static pid_t spawn_fork(const Spawn *spawn)
{
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    CHECK(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);
    pid_t child = fork();
    if (child == 0) child_run(spawn);
    int number = errno;
    CHECK(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
    errno = number;
    return child;
}

/// The errno with which the child could not become the program; 0 when it could.
static int spawn_read_report(Spawn *spawn)
{
    file_close(spawn->report_write);
    spawn->report_write = -1;

    int number = 0;
    ssize_t size = -1;
    do {
        size = read(spawn->report_read, &number, sizeof(number));
    } while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof(number) ? number : 0;
}

static void child_bury(pid_t child)
{
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
}

/// The child is not reaped yet, so its number is still its own.
static bool child_identify(pid_t child, Process *out, Error *err)
{
    ProcessFacts facts = {0};
    int handle = pidfd_open(child, 0);
    if (handle >= 0 && process_facts(child, &facts)) {
        *out = (Process){.pid = child, .start_ticks = facts.start_ticks, .handle = handle};
        return true;
    }
    error_set(err, ERROR_ENVIRONMENT, "cannot watch process %ld: %s", (long)child, strerrordesc_np(errno));
    file_close(handle);
    (void)kill(child, SIGKILL);
    child_bury(child);
    return false;
}

static bool spawn_start(Spawn *spawn, Process *out, Error *err)
{
    const char *program = spawn->arguments[0];
    spawn->parent = getpid();
    pid_t child = spawn_fork(spawn);
    if (child < 0) {
        return error_set(err, ERROR_ENVIRONMENT, "cannot start '%s': %s", program, strerrordesc_np(errno));
    }
    int number = spawn_read_report(spawn);
    if (number == 0) return child_identify(child, out, err);
    child_bury(child);
    return error_set(err, ERROR_ENVIRONMENT, "cannot start '%s'%s%s: %s", program,
                     spawn->directory == NULL ? "" : " in ", spawn->directory == NULL ? "" : spawn->directory,
                     strerrordesc_np(number));
}

bool process_spawn(const ProcessSpec *spec, Process *out, Error *err)
{
    AUTO(spawn_deinit)
    Spawn spawn = {
        .files = {-1, -1, -1, -1},
        .group = -1,
        .report_read = -1,
        .report_write = -1,
        .new_session = spec->new_session,
        .dies_with_us = spec->dies_with_us,
    };
    CHECK(spec->argument_count > 0);
    TRY(spawn_copy_texts(&spawn, spec, err));
    TRY_OR(spawn_open_files(&spawn, spec, err), err, "starting '%s'", spawn.arguments[0]);
    return spawn_start(&spawn, out, err);
}
