/// Whose turn it is: the highest priority first, and among equals the one that came first.
#ifndef PAWL_FLOW_TURNS_INTERNAL_H
#define PAWL_FLOW_TURNS_INTERNAL_H

#include "base/array.h"

typedef struct Turn {
    int32_t priority;
    uint32_t position; ///< of the step
    uint64_t arrival;  ///< the lower came first; kept when it is put back
} Turn;

/// A binary heap: where no priorities are given, to push is to append.
typedef ARRAY_OF(Turn) Turns;

MUST_CHECK bool turns_push(Turns *turns, Turn turn, Error *err);
MUST_CHECK bool turns_take(Turns *turns, Turn *out); ///< false: empty
void turns_deinit(Turns *turns);

#endif
