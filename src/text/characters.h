/// Parts of texts counted in characters (code points), without copying.
///
/// A character begins at every byte but 10xxxxxx; of bytes that are not UTF-8 the same rule makes something that is always defined.
#ifndef PAWL_TEXT_CHARACTERS_H
#define PAWL_TEXT_CHARACTERS_H

#include "base/str.h"

static inline bool character_begins(char byte)
{
    return ((uint8_t)byte & 0xc0) != 0x80;
}

int64_t characters_count(Str text);

/// The byte at which character `index` (from 0) begins; the size when there are fewer.
size_t characters_offset(Str text, int64_t index);

/// Characters `first` to `last`, counted from 1, both included, as far as there are some.
Str characters_between(Str text, int64_t first, int64_t last);

/// Without ASCII white space (space, \t, \n, \v, \f, \r) at its ends.
Str characters_trim(Str text, bool begin, bool end);

/// The byte at which `part` first stands at or after `from`; SIZE_MAX: nowhere. An empty part stands everywhere.
size_t text_find(Str text, Str part, size_t from);

/// Part `index` between separators, from 1, below 0 from the end; false when there is none. An empty separator separates nothing.
bool text_part(Str text, Str separator, int64_t index, Str *out);

/// How often `part` stands in the text, each after the end of the one before; 0 for an empty part.
size_t text_count(Str text, Str part);

#endif
