/// Regular expressions in linear time: a pattern becomes a list of instructions, which run over the text all at once (Thompson 1968,
/// Pike's captures). Nothing is tried again, so no text can make a pattern slow.
///
/// Understood: characters; `.` (any character but \n); classes `[a-z_]`, `[^0-9]` with ranges and escapes; `\d \w \s` and `\D \W \S`
/// (ASCII); `^` and `$` (begin and end of the text); groups `( )` and `(?: )`; `|`; `* + ? {n} {n,} {n,m}`, each followed by `?` for
/// as few as possible; `\n \t \r` and a backslash before any punctuation. Not understood, and refused: backreferences, look-around,
/// flags, named groups, `\b`. Characters are code points; a byte that is not UTF-8 is one character of its own.
///
/// Of several matches the leftmost is meant, and of those the one that the pattern prefers: what stands first in `|`, and as much as
/// possible for each repetition (as Perl has it). Compiled patterns are read-only and may be shared by threads.
#ifndef PAWL_TEXT_PATTERN_H
#define PAWL_TEXT_PATTERN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum {
    PATTERN_BYTES_MAX = 1024,
    PATTERN_STEPS_MAX = 1000, ///< instructions, repetitions written out
    PATTERN_GROUPS_MAX = 10,  ///< the whole match included
    PATTERN_REPEAT_MAX = 250,
    PATTERN_DEPTH_MAX = 32 ///< groups inside each other
};

typedef struct Pattern Pattern;

/// Compiled into the arena. ERROR_DATA says what is wrong with the pattern.
MUST_CHECK bool pattern_compile(Str text, Arena *arena, const Pattern **out, Error *err);

/// Groups, the whole match included.
uint32_t pattern_group_count(const Pattern *pattern);

/// Where a match and its groups lie, as bytes; SIZE_MAX: the group took no part.
typedef struct PatternMatch {
    size_t begin[PATTERN_GROUPS_MAX];
    size_t end[PATTERN_GROUPS_MAX];
} PatternMatch;

/// The first match that begins at or after `from`. `^` stands for the text's own begin.
bool pattern_find(const Pattern *pattern, Str text, size_t from, PatternMatch *out);

#endif
