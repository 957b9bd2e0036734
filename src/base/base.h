/// The macros that every file leans on, so that ownership, must-check results and early returns
/// read the same everywhere.
#ifndef PAWL_BASE_H
#define PAWL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The caller must look at the result.
#define MUST_CHECK __attribute__((warn_unused_result))

/// printf-like: `text` and `first` are one-based parameter positions.
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/// Runs `deinit(&variable)` when the variable leaves its scope.
#define AUTO(deinit) __attribute__((cleanup(deinit)))

/// Marks a parameter that an interface demands and this function has no use for.
#define UNUSED(name) ((void)(name))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/// Returns false from the enclosing function when `call` is false; its Error is already set.
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        if (!(call)) return false;                                                                                     \
    } while (0)

/// As TRY, and puts "<formatted text>: " before the error's text.
#define TRY_OR(call, err, ...)                                                                                         \
    do {                                                                                                               \
        if (!(call)) return error_prefix((err), __VA_ARGS__);                                                          \
    } while (0)

/// A programmer's mistake: prints the place and aborts. Never for the world's mistakes.
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) check_failed(__FILE__, __LINE__, #condition);                                                \
    } while (0)

_Noreturn void check_failed(const char *file, int line, const char *condition);

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

#endif
