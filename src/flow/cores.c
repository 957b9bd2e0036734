#include "flow/cores_internal.h"

enum { MILLI_OF_ONE = 1000 };

static uint64_t place_milli(const FlowPlace *place)
{
    return place->cpu_milli == 0 ? MILLI_OF_ONE : place->cpu_milli;
}

Cores cores_make(size_t core_count, size_t parallel_max)
{
    size_t count = parallel_max > core_count ? parallel_max : core_count;
    return (Cores){.milli_max = (uint64_t)count * MILLI_OF_ONE};
}

bool cores_are_free(const Cores *cores, const FlowPlace *place)
{
    return cores->milli_used == 0 || cores->milli_used + place_milli(place) <= cores->milli_max;
}

void cores_take(Cores *cores, const FlowPlace *place)
{
    cores->milli_used += place_milli(place);
}

void cores_give(Cores *cores, const FlowPlace *place)
{
    CHECK(cores->milli_used >= place_milli(place));
    cores->milli_used -= place_milli(place);
}
