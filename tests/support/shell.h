/// Shell commands for tests that use the binary as a person would.
#ifndef PAWL_SUPPORT_SHELL_H
#define PAWL_SUPPORT_SHELL_H

#include "base/base.h"
#include "base/bytes.h"

/// Runs the formatted command with sh; gives its exit code (128 + signal when killed).
int shell(const char *format, ...) PRINTF_LIKE(1, 2);

/// The same, with what it prints (both streams) in `out`, which is cleared first.
int shell_output(Bytes *out, const char *format, ...) PRINTF_LIKE(2, 3);

/// As shell_output, and the exit code must be 0. The text without its last line end; borrowed from `out`.
Str shell_text(Bytes *out, const char *format, ...) PRINTF_LIKE(2, 3);

/// The binary built for release (optimised, no sanitizer), and the root of the tree.
const char *shell_pawl(void);
const char *shell_root(void);

#endif
