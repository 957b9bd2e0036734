#include <string.h>

#include "engine/kernel_internal.h"
#include "text/characters.h"

static bool copy_mapped(Arena *arena, Str text, char first, char last, Str *out, Error *err)
{
    if (text.size == 0) {
        *out = (Str){0};
        return true;
    }
    char *data = arena_alloc(arena, text.size, err);
    TRY(data != NULL);
    for (size_t i = 0; i < text.size; i++) {
        bool letter = text.data[i] >= first && text.data[i] <= last;
        data[i] = (char)(letter ? text.data[i] ^ 0x20 : text.data[i]);
    }
    *out = (Str){data, text.size};
    return true;
}

bool kernel_LOWER(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++)
        TRY(copy_mapped(context->text, arguments[0].values.strings[i], 'A', 'Z', &out->values.strings[i], err));
    return true;
}

bool kernel_UPPER(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++)
        TRY(copy_mapped(context->text, arguments[0].values.strings[i], 'a', 'z', &out->values.strings[i], err));
    return true;
}

static inline bool length_string(Str text, int64_t *out)
{
    *out = characters_count(text);
    return true;
}

KERNEL_MAP_1(LENGTH, ints, strings, length_string)

static bool concat_strings(Arena *arena, Str left, Str right, Str *out, Error *err)
{
    size_t size = left.size + right.size;
    if (size == 0) {
        *out = (Str){0};
        return true;
    }
    char *data = arena_alloc(arena, size, err);
    TRY(data != NULL);
    if (left.size > 0) memcpy(data, left.data, left.size);
    if (right.size > 0) memcpy(data + left.size, right.data, right.size);
    *out = (Str){data, size};
    return true;
}

bool kernel_CONCAT(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        TRY(concat_strings(context->text, arguments[0].values.strings[i], arguments[1].values.strings[i],
                           &out->values.strings[i], err));
    }
    return true;
}
