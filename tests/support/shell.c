#include "support/shell.h"

#include "support/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum { SHELL_COMMAND_BYTES_MAX = 16384 };

static int status_code(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int command_run(Bytes *out, const char *command)
{
    char piece[4096];
    size_t count = 0;
    Error err = {0};
    FILE *stream = popen(command, "r");
    assert_non_null(stream);
    bytes_clear(out);
    while ((count = fread(piece, 1, sizeof(piece), stream)) > 0) ASSERT_OK(bytes_append(out, piece, count, &err), err);
    return status_code(pclose(stream));
}

int shell(const char *format, ...)
{
    char command[SHELL_COMMAND_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(command, sizeof(command), format, arguments);
    va_end(arguments);
    assert_true(size > 0 && (size_t)size < sizeof(command));
    return status_code(system(command));
}

static int shell_list(Bytes *out, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

static int shell_list(Bytes *out, const char *format, va_list arguments)
{
    char command[SHELL_COMMAND_BYTES_MAX];
    char both[SHELL_COMMAND_BYTES_MAX + 32];
    int size = vsnprintf(command, sizeof(command), format, arguments);
    assert_true(size > 0 && (size_t)size < sizeof(command));
    (void)snprintf(both, sizeof(both), "{ %s; } 2>&1 </dev/null", command);
    return command_run(out, both);
}

int shell_output(Bytes *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int code = shell_list(out, format, arguments);
    va_end(arguments);
    return code;
}

Str shell_text(Bytes *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int code = shell_list(out, format, arguments);
    va_end(arguments);
    if (code != 0) print_error("%s\n-> exit %d\n%.*s\n", format, code, STR_ARG(bytes_str(out)));
    assert_int_equal(code, 0);
    return str_trim(bytes_str(out));
}

static const char *environment_or_fail(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL) print_error("%s is not set: run tests by scripts/run_tests.sh\n", name);
    assert_non_null(value);
    return value;
}

const char *shell_pawl(void)
{
    return environment_or_fail("PAWL_RELEASE_BINARY");
}

const char *shell_root(void)
{
    return environment_or_fail("PAWL_ROOT");
}
