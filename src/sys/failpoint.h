/// Named places where a test lets the process die, as a power cut would: `FAILPOINT("store.before_commit")`.
///
/// Compiled to nothing unless PAWL_TESTING is set. With it, the environment's PAWL_FAILPOINT="name" (or "name:3": at the
/// third hit) makes the process kill itself there; every name of the binary is collected by the linker.
#ifndef PAWL_SYS_FAILPOINT_H
#define PAWL_SYS_FAILPOINT_H

#include "base/base.h"

#ifdef PAWL_TESTING

#define FAILPOINT(name)                                                                                                \
    do {                                                                                                               \
        static const char *const failpoint_name __attribute__((section("pawl_failpoints"), used)) = (name);            \
        failpoint_hit(failpoint_name);                                                                                 \
    } while (0)

void failpoint_hit(const char *name);

/// Names in this binary, in the linker's order, possibly repeated.
const char *const *failpoint_names(size_t *out_count);

#else

#define FAILPOINT(name)                                                                                                \
    do {                                                                                                               \
    } while (0)

#endif

#endif
