/// Sorts numbers of 64 bits that hold an entity, an instant and an index, one above the other: half the memory of items that hold
/// them apart, and one comparison.
#ifndef PAWL_ENGINE_CODE_SORT_H
#define PAWL_ENGINE_CODE_SORT_H

#include "base/error.h"

/// Memory of one thread, kept from one sort to the next. Zero is ready.
typedef struct CodeSorter {
    uint64_t *codes, *spare;
    size_t code_capacity, spare_capacity;
    uint32_t *places;
    size_t place_capacity;
} CodeSorter;

void code_sorter_deinit(CodeSorter *sorter);

/// Room for `count` codes in `codes`, to be filled by the caller.
MUST_CHECK bool code_sorter_reserve(CodeSorter *sorter, size_t count, Error *err);

/// Ascending. No code has more than `bits` bits. Costs little for what is in order already. `*out` is borrowed until the next call.
MUST_CHECK bool code_sorter_sort(CodeSorter *sorter, size_t count, uint32_t bits, const uint64_t **out, Error *err);

#endif
