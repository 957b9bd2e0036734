#include "text/characters.h"

#include <string.h>

int64_t characters_count(Str text)
{
    int64_t count = 0;
    for (size_t i = 0; i < text.size; i++) count += character_begins(text.data[i]);
    return count;
}

size_t characters_offset(Str text, int64_t index)
{
    for (size_t i = 0; i < text.size; i++) {
        if (character_begins(text.data[i]) && index-- == 0) return i;
    }
    return text.size;
}

Str characters_between(Str text, int64_t first, int64_t last)
{
    if (last < 1 || last < first) return (Str){0};
    size_t begin = first <= 1 ? 0 : characters_offset(text, first - 1);
    Str rest = str_slice(text, begin, text.size);
    int64_t count = last - (first < 1 ? 1 : first);
    return count == INT64_MAX ? rest : str_slice(rest, 0, characters_offset(rest, count + 1));
}

static bool is_white(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

Str characters_trim(Str text, bool begin, bool end)
{
    size_t first = 0;
    size_t last = text.size;
    while (begin && first < last && is_white(text.data[first])) first++;
    while (end && last > first && is_white(text.data[last - 1])) last--;
    return str_slice(text, first, last);
}

size_t text_find(Str text, Str part, size_t from)
{
    if (from > text.size || part.size > text.size - from) return SIZE_MAX;
    if (part.size == 0) return from;
    const char *found = memmem(text.data + from, text.size - from, part.data, part.size);
    return found == NULL ? SIZE_MAX : (size_t)(found - text.data);
}

size_t text_count(Str text, Str part)
{
    size_t count = 0;
    if (part.size == 0) return 0;
    for (size_t at = text_find(text, part, 0); at != SIZE_MAX; at = text_find(text, part, at + part.size)) count++;
    return count;
}

bool text_part(Str text, Str separator, int64_t index, Str *out)
{
    int64_t count = (int64_t)text_count(text, separator) + 1;
    if (index < 0) index += count + 1;
    if (index < 1 || index > count) return false;
    size_t begin = 0;
    for (int64_t i = 1; i < index; i++) begin = text_find(text, separator, begin) + separator.size;
    size_t end = separator.size == 0 ? SIZE_MAX : text_find(text, separator, begin);
    *out = str_slice(text, begin, end == SIZE_MAX ? text.size : end);
    return true;
}
