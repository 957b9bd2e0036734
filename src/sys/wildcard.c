#include "sys/wildcard.h"

bool wildcard_is(Str pattern)
{
    for (size_t i = 0; i < pattern.size; i++) {
        char byte = pattern.data[i];
        if (byte == '*' || byte == '?' || byte == '[') return true;
    }
    return false;
}

/// Offset behind the set that begins at `at`, or `at` when it has no end. A `]` that comes first is a member.
static size_t set_end(Str pattern, size_t at)
{
    size_t i = at + 1;
    if (i < pattern.size && pattern.data[i] == '!') i++;
    if (i < pattern.size && pattern.data[i] == ']') i++;
    while (i < pattern.size && pattern.data[i] != ']') {
        i++;
    }
    return i < pattern.size ? i + 1 : at;
}

/// `set` is what stands between the brackets.
static bool set_has(Str set, char byte)
{
    bool negated = str_starts(set, STR("!"));
    bool found = false;
    size_t i = negated ? 1 : 0;
    while (i < set.size) {
        bool is_range = i + 2 < set.size && set.data[i + 1] == '-';
        unsigned char low = (unsigned char)set.data[i];
        unsigned char high = (unsigned char)set.data[is_range ? i + 2 : i];
        if ((unsigned char)byte >= low && (unsigned char)byte <= high) found = true;
        i += is_range ? 3 : 1;
    }
    return found != negated;
}

/// Whether the pattern's item at `*at`, which is no star, takes `byte`; moves behind it then.
static bool item_takes(Str pattern, size_t *at, char byte)
{
    if (*at >= pattern.size) return false;

    size_t end = pattern.data[*at] == '[' ? set_end(pattern, *at) : *at;
    bool is_set = end > *at;
    bool taken = is_set ? set_has(str_slice(pattern, *at + 1, end - 1), byte)
                        : pattern.data[*at] == '?' || pattern.data[*at] == byte;
    if (taken) *at = is_set ? end : *at + 1;
    return taken;
}

static size_t stars_end(Str pattern, size_t at)
{
    while (at < pattern.size && pattern.data[at] == '*') {
        at++;
    }
    return at;
}

bool wildcard_match(Str pattern, Str name)
{
    if (str_starts(name, STR(".")) && !str_starts(pattern, STR("."))) return false;

    // Only the last star is ever tried again, with one byte more: what came before it has its shortest match.
    size_t retry_at = SIZE_MAX;
    size_t retry_name = 0;
    size_t at = 0;
    size_t i = 0;
    while (i < name.size) {
        if (at < pattern.size && pattern.data[at] == '*') {
            at = stars_end(pattern, at);
            retry_at = at;
            retry_name = i;
        } else if (item_takes(pattern, &at, name.data[i])) {
            i++;
        } else if (retry_at != SIZE_MAX) {
            at = retry_at;
            i = ++retry_name;
        } else {
            return false;
        }
    }
    return stars_end(pattern, at) == pattern.size;
}
