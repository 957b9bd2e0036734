/// A borrowed run of bytes with a length: names, texts, slices of files. Never owns, never needs a final zero.
#ifndef PAWL_BASE_STR_H
#define PAWL_BASE_STR_H

#include "base/base.h"

typedef struct Str {
    const char *data;
    size_t size; ///< bytes
} Str;

/// A Str of a string literal.
#define STR(literal) ((Str){(literal), sizeof(literal) - 1})

/// The same as an initializer of static data, where C wants a constant: `static const Str NAMES[] = {STR_INIT("a")};`
#define STR_INIT(literal)                                                                                              \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }

/// The two arguments of "%.*s".
#define STR_ARG(str) (int)(str).size, (str).data

/// `text` may be NULL: the empty Str.
Str str_from(const char *text);

bool str_equal(Str left, Str right);

/// Byte order; a prefix comes first. <0, 0, >0.
int str_compare(Str left, Str right);

/// For qsort over Str items.
int str_compare_items(const void *left, const void *right);

bool str_starts(Str str, Str prefix);
bool str_ends(Str str, Str suffix);

/// Offset of the first `byte`, or `str.size`.
size_t str_find(Str str, char byte);

/// The part [begin, end), both cut to the size.
Str str_slice(Str str, size_t begin, size_t end);

/// Without spaces, tabs and line ends on both sides.
Str str_trim(Str str);

/// Takes the part before `separator` off the front of `*rest`; false when `*rest` is spent (data NULL).
bool str_split(Str *rest, char separator, Str *out_part);

/// Damerau-Levenshtein distance, at most `limit + 1`.
size_t str_distance(Str left, Str right, size_t limit);

/// The nearest of `candidates` for a "did you mean", or the empty Str when none is near
/// (distance over a third of the name's length).
Str str_nearest(Str name, const Str *candidates, size_t count);

/// Whether all bytes form valid UTF-8.
bool str_is_utf8(Str str);

/// '0' to '9'.
static inline bool byte_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

#endif
