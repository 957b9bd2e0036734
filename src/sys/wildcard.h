/// Names with wildcards, matched in time that no pattern can blow up.
#ifndef PAWL_SYS_WILDCARD_H
#define PAWL_SYS_WILDCARD_H

#include "base/str.h"

/// Whether there is a `*`, `?` or `[` in it.
bool wildcard_is(Str pattern);

/// Whether all of `name`, which has no slash, matches. `*`: any bytes; `?`: any byte; `[a-z]`, `[!a-z]`: one of (or none of) a
/// set. A leading dot is matched only by a dot. A `[` without its `]` stands for itself.
bool wildcard_match(Str pattern, Str name);

#endif
