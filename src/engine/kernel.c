#include "engine/kernel.h"

#include <string.h>

typedef enum KernelNulls { KERNEL_STRICT, KERNEL_OWN } KernelNulls;

typedef struct KernelRow {
    KernelFunction *function;
    KernelNulls nulls;
    bool zoned; ///< the second argument is a zone
} KernelRow;

// What an argument type of kernels.def says about zones; the others say nothing.
enum { ZONE_NOTHING, ZONE_ARGUMENT };
#define ZONE_OF_BOOL ZONE_NOTHING
#define ZONE_OF_INT64 ZONE_NOTHING
#define ZONE_OF_FLOAT64 ZONE_NOTHING
#define ZONE_OF_STRING ZONE_NOTHING
#define ZONE_OF_INSTANT ZONE_NOTHING
#define ZONE_OF_DECIMAL ZONE_NOTHING
#define ZONE_OF_DECIMAL_ANY ZONE_NOTHING
#define ZONE_OF_NONE ZONE_NOTHING
#define ZONE_OF_TABLE_INTEGERS ZONE_NOTHING
#define ZONE_OF_TABLE_NUMBERS ZONE_NOTHING
#define ZONE_OF_TABLE_RANKS ZONE_NOTHING
#define ZONE_OF_TABLE_STRINGS ZONE_NOTHING
#define ZONE_OF_NESTED ZONE_NOTHING
#define ZONE_OF_LIST ZONE_NOTHING
#define ZONE_OF_LIST_NUMBER ZONE_NOTHING
#define ZONE_OF_MAP ZONE_NOTHING
#define ZONE_OF_ITEM ZONE_NOTHING
#define ZONE_OF_KEY ZONE_NOTHING
#define ZONE_OF_LIST_BOOL ZONE_NOTHING
#define ZONE_OF_LIST_FLOAT64 ZONE_NOTHING
#define ZONE_OF_LIST_STRING ZONE_NOTHING
#define ZONE_OF_LIST_KEY ZONE_NOTHING
#define ZONE_OF_LIST_ANY ZONE_NOTHING
#define ZONE_OF_ZONE ZONE_ARGUMENT
#define ZONE_OF_SECOND(first, second, ...) ZONE_OF_##second

static const KernelRow kernels[KERNEL_COUNT] = {
#define KERNEL(id, result, nulls, name, ...)                                                                           \
    [KERNEL_##id] = {kernel_##id, KERNEL_##nulls, ZONE_OF_SECOND(__VA_ARGS__, NONE, NONE)},
#include "language/kernels.def"
#undef KERNEL
};

uint32_t kernel_zone_argument(Kernel kernel)
{
    return kernels[kernel].zoned ? 1 : PLAN_NONE;
}

static void zero_words(uint64_t *words, const uint8_t *valid, size_t count)
{
    for (size_t i = 0; i < count; i++) words[i] &= -(uint64_t)valid[i];
}

static void zero_items(uint8_t *items, size_t size, const uint8_t *valid, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!valid[i]) memset(items + i * size, 0, size);
    }
}

void block_zero_nulls(Block *block, Storage storage)
{
    if (storage == STORAGE_INT || storage == STORAGE_FLOAT) {
        zero_words(block->values.any, block->valid, block->count);
    } else {
        zero_items(block->values.any, storage_size(storage), block->valid, block->count);
    }
}

static void valid_intersect(uint8_t *valid, const Vector *argument, size_t count)
{
    if (argument->valid == NULL) return;
    for (size_t i = 0; i < count; i++) valid[i] &= argument->valid[i];
}

bool kernel_run(Kernel kernel, const KernelContext *context, const Vector *arguments, size_t argument_count, Block *out,
                Error *err)
{
    const KernelRow *row = &kernels[kernel];

    memset(out->valid, 1, out->count);
    for (size_t i = 0; row->nulls == KERNEL_STRICT && i < argument_count; i++)
        valid_intersect(out->valid, &arguments[i], out->count);
    TRY(row->function(context, arguments, out, err));
    block_zero_nulls(out, type_storage(context->type));
    return true;
}
