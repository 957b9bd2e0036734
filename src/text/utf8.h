/// UTF-8 a character at a time: decoding for parsers, encoding for escapes, and how wide a terminal shows it.
#ifndef PAWL_TEXT_UTF8_H
#define PAWL_TEXT_UTF8_H

#include "base/str.h"

enum { UTF8_BYTES_MAX = 4 };

/// Decodes the character at `offset` (inside the text); gives its bytes, or 0 when they are not UTF-8.
size_t utf8_decode(Str text, size_t offset, uint32_t *out_code);

/// Gives the bytes written; 0 for surrogates and beyond U+10FFFF.
size_t utf8_encode(uint32_t code, char out[UTF8_BYTES_MAX]);

/// Characters; a byte that is not UTF-8 counts as one.
size_t utf8_count(Str text);

/// Terminal columns: combining marks 0, East Asian wide characters 2, others 1.
size_t utf8_width(Str text);

/// The longest beginning of at most `width` columns.
Str utf8_cut(Str text, size_t width);

#endif
