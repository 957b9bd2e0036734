/// Cores that steps ask for by `resources: {cpus: 2}`, held against those at hand.
#ifndef PAWL_FLOW_CORES_INTERNAL_H
#define PAWL_FLOW_CORES_INTERNAL_H

#include "flow/flow.h"

/// In thousandths of a core.
typedef struct Cores {
    uint64_t milli_max;
    uint64_t milli_used;
} Cores;

/// Whoever asks for more steps at once than there are cores wants them shared: then each step has one.
Cores cores_make(size_t core_count, size_t parallel_max);

/// What the place asks for is free, or nothing is in use: what asks for more than there is runs alone.
bool cores_are_free(const Cores *cores, const FlowPlace *place);

void cores_take(Cores *cores, const FlowPlace *place);
void cores_give(Cores *cores, const FlowPlace *place);

#endif
