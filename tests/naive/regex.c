/// Regular expressions by trying: every way to match is tried in the order of preference, and the first that works is it.
#include "naive/scalar.h"

#include <stdlib.h>
#include <string.h>

/// A piece of the pattern, as it is written.
typedef struct Piece {
    const char *begin;
    const char *end;
} Piece;

typedef struct Match {
    const char *pattern;
    Str text;
    size_t begin[10];
    size_t end[10];
} Match;

/// What is to match after something.
typedef struct Next Next;
struct Next {
    bool (*go)(Match *match, const Next *next, size_t at);
    Piece piece;
    Piece rest;
    long min, max;
    bool lazy;
    size_t from;
    int group;
    const Next *after;
};

static bool match_alternatives(Match *match, Piece piece, size_t at, const Next *next);

static const char *skip_class(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    if (*at == ']') at++;
    for (; *at != ']'; at++) at += *at == '\\';
    return at + 1;
}

// Behind the atom that begins here.
static const char *skip_atom(const char *at)
{
    if (*at == '\\') return at + 2;
    if (*at == '[') return skip_class(at);
    if (*at != '(') return at + 1;
    for (at++; *at != ')';) at = skip_atom(at);
    return at + 1;
}

static bool named(char letter, char byte)
{
    bool digit = byte >= '0' && byte <= '9';
    bool word = digit || byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');
    switch (letter) {
    case 'd':
        return digit;
    case 'D':
        return !digit;
    case 'w':
        return word;
    case 'W':
        return !word;
    case 's':
        return space;
    default:
        return letter == 'S' ? !space : letter == byte;
    }
}

// The patterns of the tests have ASCII classes only.
static bool class_holds(const char *at, char byte)
{
    bool negated = at[1] == '^';
    bool inside = false;
    for (at += negated ? 2 : 1; *at != ']'; at++) {
        if (*at == '\\') {
            inside |= named(*++at, byte);
        } else if (at[1] == '-' && at[2] != ']') {
            inside |= byte >= at[0] && byte <= at[2];
            at += 2;
        } else {
            inside |= *at == byte;
        }
    }
    return inside != negated;
}

// Bytes of the character that the atom takes; 0: it does not take it.
static size_t take(const Match *match, Piece atom, size_t at)
{
    if (at >= match->text.size) return 0;
    char byte = match->text.data[at];
    size_t size = 1;
    while (at + size < match->text.size && ((unsigned char)match->text.data[at + size] & 0xc0) == 0x80) size++;
    bool taken = *atom.begin == '.'    ? byte != '\n'
                 : *atom.begin == '['  ? class_holds(atom.begin, byte)
                 : *atom.begin == '\\' ? named(atom.begin[1], byte)
                                       : *atom.begin == byte;
    return taken ? size : 0;
}

static int group_number(const Match *match, const char *group)
{
    int number = 0;
    if (group[1] == '?') return 0;
    for (const char *at = match->pattern; at <= group;) {
        number += *at == '(' && at[1] != '?';
        at = *at == '\\' ? at + 2 : *at == '[' ? skip_class(at) : at + 1;
    }
    return number;
}

static bool group_ended(Match *match, const Next *next, size_t at)
{
    size_t begin = match->begin[next->group];
    size_t end = match->end[next->group];
    match->begin[next->group] = next->from;
    match->end[next->group] = at;
    if (next->after->go(match, next->after, at)) return true;
    match->begin[next->group] = begin;
    match->end[next->group] = end;
    return false;
}

static bool match_atom(Match *match, Piece atom, size_t at, const Next *next)
{
    if (*atom.begin == '^') return at == 0 && next->go(match, next, at);
    if (*atom.begin == '$') return at == match->text.size && next->go(match, next, at);
    if (*atom.begin != '(') {
        size_t size = take(match, atom, at);
        return size > 0 && next->go(match, next, at + size);
    }
    int group = group_number(match, atom.begin);
    Piece inside = {atom.begin + (group > 0 ? 1 : 3), atom.end - 1};
    Next ended = {.go = group_ended, .from = at, .group = group, .after = next};
    return match_alternatives(match, inside, at, group > 0 ? &ended : next);
}

static bool match_sequence(Match *match, Piece piece, size_t at, const Next *next);

static bool match_repeated(Match *match, const Next *repeat, size_t at)
{
    Next again = *repeat;
    again.go = match_repeated;
    again.min = repeat->min > 0 ? repeat->min - 1 : 0;
    again.max = repeat->max - 1;
    again.from = at;
    bool moved = repeat->from != at || repeat->min > 0;
    bool more = repeat->max > 0 && moved;
    if (repeat->lazy && repeat->min == 0 && match_sequence(match, repeat->rest, at, repeat->after)) return true;
    if (more && match_atom(match, repeat->piece, at, &again)) return true;
    return !repeat->lazy && repeat->min == 0 && match_sequence(match, repeat->rest, at, repeat->after);
}

static const char *read_repetition(const char *at, const char *end, Next *repeat)
{
    repeat->min = repeat->max = 1;
    if (at == end || strchr("*+?{", *at) == NULL) return at;
    repeat->min = *at == '+';
    repeat->max = *at == '?' ? 1 : 1 << 20;
    if (*at == '{') {
        char *after = NULL;
        repeat->min = repeat->max = strtol(at + 1, &after, 10);
        if (*after == ',') repeat->max = after[1] == '}' ? 1 << 20 : strtol(after + 1, NULL, 10);
        at = strchr(at, '}');
    }
    at++;
    repeat->lazy = at < end && *at == '?';
    return at + repeat->lazy;
}

static bool match_sequence(Match *match, Piece piece, size_t at, const Next *next)
{
    if (piece.begin == piece.end) return next->go(match, next, at);
    Next repeat = {.piece = {piece.begin, skip_atom(piece.begin)}, .from = SIZE_MAX, .after = next};
    repeat.rest = (Piece){read_repetition(repeat.piece.end, piece.end, &repeat), piece.end};
    return match_repeated(match, &repeat, at);
}

static bool match_alternatives(Match *match, Piece piece, size_t at, const Next *next)
{
    for (const char *begin = piece.begin;;) {
        const char *end = begin;
        while (end < piece.end && *end != '|') end = skip_atom(end);
        if (match_sequence(match, (Piece){begin, end}, at, next)) return true;
        if (end == piece.end) return false;
        begin = end + 1;
    }
}

static bool whole_matched(Match *match, const Next *next, size_t at)
{
    UNUSED(next);
    match->end[0] = at;
    return true;
}

static bool find(Match *match, Str pattern, size_t from)
{
    const Next done = {.go = whole_matched};
    for (size_t at = from; at <= match->text.size; at++) {
        if (at < match->text.size && ((unsigned char)match->text.data[at] & 0xc0) == 0x80) continue;
        memset(match->begin, 0xff, sizeof(match->begin));
        match->begin[0] = at;
        if (match_alternatives(match, (Piece){pattern.data, pattern.data + pattern.size}, at, &done)) return true;
    }
    return false;
}

static Value call_replace(const ScalarCall *call, Match *match, Str pattern)
{
    Str out = {0};
    size_t at = 0;
    while (at <= match->text.size) {
        bool found = find(match, pattern, at);
        size_t begin = found ? match->begin[0] : match->text.size;
        size_t end = found ? match->end[0] : match->text.size;
        Str before = str_slice(match->text, at, begin);
        Str to = found ? call->values[2].string : (Str){0};
        size_t next = end;
        if (found && begin == end)
            for (next++; next < match->text.size && ((unsigned char)match->text.data[next] & 0xc0) == 0x80;) next++;
        Str kept = str_slice(match->text, end, next);
        CHECK(arena_format(call->arena, &out, NULL, "%.*s%.*s%.*s%.*s", STR_ARG(out), STR_ARG(before), STR_ARG(to),
                           STR_ARG(kept)));
        if (!found) break;
        at = next;
    }
    return value_string(out);
}

bool scalar_regex(const ScalarCall *call, Value *out)
{
    bool matches = str_equal(call->name, STR("regex_matches"));
    bool extract = str_equal(call->name, STR("regex_extract"));
    if (!matches && !extract && !str_equal(call->name, STR("regex_replace"))) return false;
    *out = value_null(TYPE_OF(matches ? TYPE_BOOL : TYPE_STRING));
    if (!scalar_all_there(call)) return true;
    Str pattern = {0};
    CHECK(arena_format(call->arena, &pattern, NULL, "%.*s", STR_ARG(call->values[1].string)));
    Match match = {.pattern = pattern.data, .text = call->values[0].string};
    if (matches) *out = value_bool(find(&match, pattern, 0));
    if (extract) {
        int64_t group = call->count > 2 ? call->values[2].integer : 0;
        bool there = find(&match, pattern, 0) && group >= 0 && group < 10 && match.begin[group] != SIZE_MAX;
        if (there) *out = value_string(str_slice(match.text, match.begin[group], match.end[group]));
    }
    if (!matches && !extract) *out = call_replace(call, &match, pattern);
    return true;
}
