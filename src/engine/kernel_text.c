/// Strings cut, searched and put together. Cuts are views of their arguments; what is made new is at most KERNEL_TEXT_BYTES_MAX long.
#include <string.h>

#include "engine/kernel_internal.h"
#include "text/characters.h"
#include "text/geohash.h"

static inline bool trim_text(Str text, Str *out)
{
    *out = characters_trim(text, true, true);
    return true;
}

static inline bool trim_begin(Str text, Str *out)
{
    *out = characters_trim(text, true, false);
    return true;
}

static inline bool trim_end(Str text, Str *out)
{
    *out = characters_trim(text, false, true);
    return true;
}

static inline bool starts_with(Str text, Str part, uint8_t *out)
{
    *out = str_starts(text, part);
    return true;
}

static inline bool ends_with(Str text, Str part, uint8_t *out)
{
    *out = str_ends(text, part);
    return true;
}

static inline bool contains_text(Str text, Str part, uint8_t *out)
{
    *out = text_find(text, part, 0) != SIZE_MAX;
    return true;
}

static inline bool text_position(Str text, Str part, int64_t *out)
{
    size_t at = text_find(text, part, 0);
    *out = at == SIZE_MAX ? 0 : characters_count(str_slice(text, 0, at)) + 1;
    return true;
}

KERNEL_MAP_1(TRIM, strings, strings, trim_text)
KERNEL_MAP_1(LTRIM, strings, strings, trim_begin)
KERNEL_MAP_1(RTRIM, strings, strings, trim_end)
KERNEL_MAP_2(STARTS_WITH, bools, strings, starts_with)
KERNEL_MAP_2(ENDS_WITH, bools, strings, ends_with)
KERNEL_MAP_2(CONTAINS_STRING, bools, strings, contains_text)
KERNEL_MAP_2(STRPOS, ints, strings, text_position)

// A string and int64s: bool function(text, ints..., &out).
#define KERNEL_CUT(id, ...)                                                                                            \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            Str text = arguments[0].values.strings[i];                                                                 \
            Str *cut = &out->values.strings[i];                                                                        \
            out->valid[i] &= (__VA_ARGS__);                                                                            \
        }                                                                                                              \
        return true;                                                                                                   \
    }

static bool cut_from(Str text, int64_t first, Str *out)
{
    *out = characters_between(text, first, INT64_MAX);
    return true;
}

// `count` characters from `first` on; those before 1 count too.
static bool cut_between(Str text, int64_t first, int64_t count, Str *out)
{
    int64_t end = 0;
    if (__builtin_add_overflow(first, count, &end)) end = INT64_MAX;
    *out = count == 0 || end == INT64_MIN ? (Str){0} : characters_between(text, first, end - 1);
    return count >= 0;
}

static bool cut_left(Str text, int64_t count, Str *out)
{
    *out = characters_between(text, 1, count);
    return count >= 0;
}

static bool cut_right(Str text, int64_t count, Str *out)
{
    int64_t length = characters_count(text);
    if (count < 0) return false;
    *out = count >= length ? text : characters_between(text, length - count + 1, length);
    return true;
}

#define INT_ARGUMENT(k) arguments[k].values.ints[i]
KERNEL_CUT(SUBSTRING_FROM, cut_from(text, INT_ARGUMENT(1), cut))
KERNEL_CUT(SUBSTRING, cut_between(text, INT_ARGUMENT(1), INT_ARGUMENT(2), cut))
KERNEL_CUT(LEFT, cut_left(text, INT_ARGUMENT(1), cut))
KERNEL_CUT(RIGHT, cut_right(text, INT_ARGUMENT(1), cut))
KERNEL_CUT(SPLIT_PART, text_part(text, arguments[1].values.strings[i], INT_ARGUMENT(2), cut))

// Room for a new text; the empty one needs none.
static bool make_text(Arena *arena, size_t size, char **out, Error *err)
{
    *out = arena_alloc(arena, size == 0 ? 1 : size, err);
    return *out != NULL;
}

static bool replace_text(Arena *arena, Str text, Str from, Str to, Str *out, Error *err)
{
    size_t count = text_count(text, from);
    size_t size = text.size + count * to.size - count * from.size;
    char *data = NULL;
    size_t used = 0;
    size_t begin = 0;
    if (count == 0) {
        *out = text;
        return true;
    }
    TRY(make_text(arena, size, &data, err));
    for (size_t k = 0; k < count; k++) {
        size_t end = text_find(text, from, begin);
        memcpy(data + used, text.data + begin, end - begin);
        used += end - begin;
        if (to.size > 0) memcpy(data + used, to.data, to.size);
        used += to.size;
        begin = end + from.size;
    }
    memcpy(data + used, text.data + begin, text.size - begin);
    *out = size == 0 ? (Str){0} : (Str){data, size};
    return true;
}

// Whether `count` times `part` bytes and `rest` more stay within the limit; what does not is null.
static bool text_fits(size_t count, size_t part, size_t rest, uint8_t *valid)
{
    bool fits = part == 0 || count <= KERNEL_TEXT_BYTES_MAX / part;
    fits = fits && rest <= KERNEL_TEXT_BYTES_MAX && count * part <= KERNEL_TEXT_BYTES_MAX - rest;
    if (!fits) *valid = 0;
    return fits;
}

bool kernel_REPLACE(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        Str text = arguments[0].values.strings[i];
        Str from = arguments[1].values.strings[i];
        Str to = arguments[2].values.strings[i];
        size_t count = text_count(text, from);
        if (!out->valid[i] || !text_fits(count, to.size, text.size - count * from.size, &out->valid[i])) continue;
        TRY(replace_text(context->text, text, from, to, &out->values.strings[i], err));
    }
    return true;
}

bool kernel_REVERSE(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        Str text = arguments[0].values.strings[i];
        char *data = NULL;
        if (!out->valid[i] || text.size == 0) continue;
        TRY(make_text(context->text, text.size, &data, err));
        for (size_t begin = 0, end = 0; begin < text.size; begin = end) {
            for (end = begin + 1; end < text.size && !character_begins(text.data[end]);) end++;
            memcpy(data + text.size - end, text.data + begin, end - begin);
        }
        out->values.strings[i] = (Str){data, text.size};
    }
    return true;
}

bool kernel_REPEAT(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        Str text = arguments[0].values.strings[i];
        int64_t count = arguments[1].values.ints[i];
        char *data = NULL;
        out->valid[i] &= count >= 0;
        if (!out->valid[i] || !text_fits((size_t)count, text.size, 0, &out->valid[i])) continue;
        if (text.size == 0 || count == 0) continue;
        TRY(make_text(context->text, (size_t)count * text.size, &data, err));
        for (size_t k = 0; k < (size_t)count; k++) memcpy(data + k * text.size, text.data, text.size);
        out->values.strings[i] = (Str){data, (size_t)count * text.size};
    }
    return true;
}

typedef struct Padding {
    Str whole; ///< the fill, over and over
    size_t times;
    Str rest; ///< the beginning of the fill that is left
} Padding;

// `missing` characters of the fill.
static Padding padding_of(Str fill, int64_t missing)
{
    int64_t length = characters_count(fill);
    return (Padding){fill, (size_t)(missing / length), str_slice(fill, 0, characters_offset(fill, missing % length))};
}

static char *padding_write(const Padding *padding, char *to)
{
    for (size_t k = 0; k < padding->times; k++, to += padding->whole.size)
        memcpy(to, padding->whole.data, padding->whole.size);
    if (padding->rest.size > 0) memcpy(to, padding->rest.data, padding->rest.size);
    return to + padding->rest.size;
}

// To `length` characters: longer texts are cut behind them, shorter ones are filled before or behind.
static bool pad_text(Arena *arena, Str text, int64_t length, Str fill, bool before, uint8_t *valid, Str *out,
                     Error *err)
{
    int64_t missing = length < 0 ? 0 : length - characters_count(text);
    char *data = NULL;
    if (length < 0 || (missing > 0 && characters_count(fill) == 0)) {
        *valid = 0;
    } else if (missing <= 0) {
        *out = characters_between(text, 1, length);
    } else {
        Padding padding = padding_of(fill, missing);
        if (!text_fits(padding.times, fill.size, text.size + padding.rest.size, valid)) return true;
        size_t size = text.size + padding.times * fill.size + padding.rest.size;
        TRY(make_text(arena, size, &data, err));
        char *middle = before ? padding_write(&padding, data) : data;
        if (text.size > 0) memcpy(middle, text.data, text.size);
        if (!before) padding_write(&padding, data + text.size);
        *out = (Str){data, size};
    }
    return true;
}

static bool pad_texts(const KernelContext *context, const Vector *arguments, bool before, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        TRY(pad_text(context->text, arguments[0].values.strings[i], INT_ARGUMENT(1), arguments[2].values.strings[i],
                     before, &out->valid[i], &out->values.strings[i], err));
    }
    return true;
}

bool kernel_LPAD(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    return pad_texts(context, arguments, true, out, err);
}

bool kernel_RPAD(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    return pad_texts(context, arguments, false, out, err);
}

bool kernel_GEOHASH(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        char text[GEOHASH_CHARACTERS_MAX];
        out->valid[i] &=
            geohash_encode(arguments[0].values.floats[i], arguments[1].values.floats[i], INT_ARGUMENT(2), text);
        if (out->valid[i])
            TRY(arena_copy(context->text, (Str){text, (size_t)INT_ARGUMENT(2)}, &out->values.strings[i], err));
    }
    return true;
}
