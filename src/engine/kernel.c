#include "engine/kernel.h"

#include <string.h>

static KernelFunction *const KERNEL_FUNCTIONS[KERNEL_COUNT] = {
#define KERNEL(id, ...) [KERNEL_##id] = kernel_##id,
#include "language/kernels.def"
#undef KERNEL
};

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
    bool strict = kernel_info(kernel)->nulls == KERNEL_NULLS_STRICT;

    memset(out->valid, 1, out->count);
    for (size_t i = 0; strict && i < argument_count; i++) valid_intersect(out->valid, &arguments[i], out->count);
    TRY(KERNEL_FUNCTIONS[kernel](context, arguments, out, err));
    block_zero_nulls(out, type_storage(context->type));
    return true;
}
