/// Names that nobody else has chosen: attempts, temporary files. Never for results: those take a seed.
#ifndef PAWL_SYS_UNIQUE_NAME_H
#define PAWL_SYS_UNIQUE_NAME_H

#include "base/error.h"

enum { UNIQUE_NAME_CHARS = 24 };

/// Lower-case letters and digits, with a final zero.
typedef struct UniqueName {
    char text[UNIQUE_NAME_CHARS + 1];
} UniqueName;

MUST_CHECK bool unique_name_draw(UniqueName *out, Error *err);

#endif
