#include <string.h>

#include "engine/kernel_internal.h"
#include "text/characters.h"

bool kernel_REGEX_MATCHES(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    PatternMatch match;
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        out->values.bools[i] = pattern_find(context->constants->pattern, arguments[0].values.strings[i], 0, &match);
    }
    return true;
}

// A group of the first match; false when there is no match, or the group took no part.
static bool extract(const Pattern *pattern, Str text, int64_t group, Str *out)
{
    PatternMatch match;
    bool there = group >= 0 && group < pattern_group_count(pattern) && pattern_find(pattern, text, 0, &match) &&
                 match.begin[group] != SIZE_MAX;
    if (there) *out = str_slice(text, match.begin[group], match.end[group]);
    return there;
}

bool kernel_REGEX_EXTRACT(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        out->valid[i] = out->valid[i] && extract(context->constants->pattern, arguments[0].values.strings[i], 0,
                                                 &out->values.strings[i]);
    }
    return true;
}

bool kernel_REGEX_EXTRACT_GROUP(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    UNUSED(err);
    for (size_t i = 0; i < out->count; i++) {
        out->valid[i] = out->valid[i] && extract(context->constants->pattern, arguments[0].values.strings[i],
                                                 arguments[2].values.ints[i], &out->values.strings[i]);
    }
    return true;
}

// The end of the character that begins at `at`.
static size_t character_end(Str text, size_t at)
{
    for (at++; at < text.size && !character_begins(text.data[at]);) at++;
    return at;
}

// Every match replaced, also an empty one right behind another (as in Perl); behind an empty one a character is kept.
static bool replace_matches(const Pattern *pattern, Str text, Str to, Bytes *out, Error *err)
{
    PatternMatch match;
    size_t kept = 0;
    for (size_t from = 0; from <= text.size && out->size <= KERNEL_TEXT_BYTES_MAX;) {
        if (!pattern_find(pattern, text, from, &match)) break;
        TRY(bytes_append_str(out, str_slice(text, kept, match.begin[0]), err));
        TRY(bytes_append_str(out, to, err));
        kept = match.end[0];
        from = match.end[0] > match.begin[0] ? kept : kept < text.size ? character_end(text, kept) : text.size + 1;
    }
    return bytes_append_str(out, str_slice(text, kept, text.size), err);
}

bool kernel_REGEX_REPLACE(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        bytes_clear(&bytes);
        TRY(replace_matches(context->constants->pattern, arguments[0].values.strings[i], arguments[2].values.strings[i],
                            &bytes, err));
        out->valid[i] = bytes.size <= KERNEL_TEXT_BYTES_MAX;
        if (out->valid[i]) TRY(arena_copy(context->text, bytes_str(&bytes), &out->values.strings[i], err));
    }
    return true;
}
