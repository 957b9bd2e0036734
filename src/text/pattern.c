/// Compiles a pattern in one pass: code is written as it is read, moved up where a repetition or an alternative needs a step before
/// it, and copied where it is to be there several times. Open groups wait on a stack.
#include "text/pattern.h"

#include <string.h>

#include "text/pattern_internal.h"
#include "text/utf8.h"

enum { UNBOUNDED = PATTERN_REPEAT_MAX + 1, RANGES_MAX = 64 };

/// A jump to the end of the group that is still open.
#define PENDING UINT32_MAX

typedef struct Group {
    uint32_t begin;       ///< its first step
    uint32_t alternative; ///< the first step of the part that is being read
    uint32_t number;      ///< 0: takes no note
} Group;

typedef struct Compiler {
    Str text;
    size_t at;
    Arena *arena;
    Pattern *pattern;
    Group groups[PATTERN_DEPTH_MAX + 1];
    uint32_t depth;
    uint32_t atom; ///< the first step of what a repetition would repeat; PENDING: nothing
} Compiler;

static bool pattern_wrong(const Compiler *compiler, Error *err, const char *message)
{
    size_t before = utf8_count(str_slice(compiler->text, 0, compiler->at));
    return error_set(err, ERROR_DATA, "the pattern is wrong at character %zu: %s", before + 1, message);
}

static bool pattern_emit(Compiler *compiler, Step step, Error *err)
{
    Pattern *pattern = compiler->pattern;
    if (pattern->step_count == PATTERN_STEPS_MAX)
        return error_set(err, ERROR_DATA, "the pattern needs more than %d steps", PATTERN_STEPS_MAX);
    pattern->steps[pattern->step_count++] = step;
    return true;
}

/// A step of code that was moved or copied `by` steps up.
static Step step_moved(Step step, uint32_t by)
{
    bool leads = step.kind == STEP_SPLIT || step.kind == STEP_JUMP;
    if (leads && step.first != PENDING) step.first += by;
    if (step.kind == STEP_SPLIT) step.second += by;
    return step;
}

/// Room for one step at `place`: the code from there to the end moves up.
static bool pattern_insert(Compiler *compiler, uint32_t place, Step step, Error *err)
{
    Pattern *pattern = compiler->pattern;
    TRY(pattern_emit(compiler, step, err));
    for (uint32_t i = pattern->step_count - 1; i > place; i--) pattern->steps[i] = step_moved(pattern->steps[i - 1], 1);
    pattern->steps[place] = step;
    return true;
}

static Step step_split(uint32_t preferred, uint32_t other, bool lazy)
{
    return (Step){.kind = STEP_SPLIT, .first = lazy ? other : preferred, .second = lazy ? preferred : other};
}

static bool at_end(const Compiler *compiler)
{
    return compiler->at >= compiler->text.size;
}

static bool take(Compiler *compiler, char byte)
{
    if (at_end(compiler) || compiler->text.data[compiler->at] != byte) return false;
    compiler->at++;
    return true;
}

// Classes.

typedef struct ClassBuilder {
    CharacterRange ranges[RANGES_MAX];
    uint32_t count;
    bool negated;
} ClassBuilder;

static bool class_add(const Compiler *compiler, ClassBuilder *class, uint32_t first, uint32_t last, Error *err)
{
    if (first > last) return pattern_wrong(compiler, err, "a range that ends before it begins");
    if (class->count == RANGES_MAX) return pattern_wrong(compiler, err, "more than 64 ranges in one class");
    class->ranges[class->count++] = (CharacterRange){first, last};
    return true;
}

/// \d, \w or \s, and what they leave out for \D, \W and \S; `*out_known` when it is one.
static bool class_add_named(const Compiler *compiler, ClassBuilder *class, char letter, bool *out_known, Error *err)
{
    static const struct {
        char letter;
        uint32_t count;
        CharacterRange ranges[4];
    } NAMED[] = {{'d', 1, {{'0', '9'}}},
                 {'w', 4, {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
                 {'s', 2, {{'\t', '\r'}, {' ', ' '}}}};
    *out_known = false;
    for (size_t i = 0; i < COUNT_OF(NAMED); i++) {
        bool negated = letter == (NAMED[i].letter ^ 0x20);
        if (letter != NAMED[i].letter && !negated) continue;
        uint32_t next = 0;
        *out_known = true;
        for (uint32_t k = 0; k < NAMED[i].count; k++) {
            CharacterRange range = NAMED[i].ranges[k];
            if (!negated) TRY(class_add(compiler, class, range.first, range.last, err));
            if (negated) TRY(class_add(compiler, class, next, range.first - 1, err));
            next = range.last + 1;
        }
        if (negated) TRY(class_add(compiler, class, next, UINT32_MAX, err));
    }
    return true;
}

/// The character that an escape stands for, its letter read.
static bool escape_code(const Compiler *compiler, char letter, uint32_t *out, Error *err)
{
    bool word =
        (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    *out = letter == 'n' ? '\n' : letter == 't' ? '\t' : letter == 'r' ? '\r' : (uint8_t)letter;
    if (*out != (uint8_t)letter || (!word && *out < 0x80)) return true;
    return pattern_wrong(compiler, err, "a backslash that is not understood here");
}

/// One character or escape; a named class goes into `class`, and `*out_single` is false.
static bool read_character(Compiler *compiler, ClassBuilder *class, uint32_t *out, bool *out_single, Error *err)
{
    *out_single = true;
    if (!take(compiler, '\\')) {
        size_t size = utf8_decode(compiler->text, compiler->at, out);
        if (size == 0) return pattern_wrong(compiler, err, "bytes that are not UTF-8");
        compiler->at += size;
        return true;
    }
    bool known = false;
    if (at_end(compiler)) return pattern_wrong(compiler, err, "a backslash at the end");
    char letter = compiler->text.data[compiler->at];
    TRY(class_add_named(compiler, class, letter, &known, err));
    if (!known) TRY(escape_code(compiler, letter, out, err));
    compiler->at++;
    *out_single = !known;
    return true;
}

static bool emit_class(Compiler *compiler, const ClassBuilder *class, Error *err)
{
    CharacterRange *ranges = arena_alloc_array(compiler->arena, class->count + 1, sizeof(CharacterRange), err);
    TRY(ranges != NULL);
    memcpy(ranges, class->ranges, class->count * sizeof(CharacterRange));
    compiler->atom = compiler->pattern->step_count;
    return pattern_emit(compiler, (Step){.kind = STEP_CLASS, .class = {ranges, class->count, class->negated}}, err);
}

/// One character of a class, or a range from it.
static bool read_class_item(Compiler *compiler, ClassBuilder *class, Error *err)
{
    uint32_t first = 0;
    uint32_t last = 0;
    bool single = false;
    TRY(read_character(compiler, class, &first, &single, err));
    if (!single) return true;
    last = first;
    bool range = compiler->at + 1 < compiler->text.size && compiler->text.data[compiler->at] == '-' &&
                 compiler->text.data[compiler->at + 1] != ']';
    if (range) {
        compiler->at++;
        TRY(read_character(compiler, class, &last, &single, err));
        if (!single) return pattern_wrong(compiler, err, "a range up to a class");
    }
    return class_add(compiler, class, first, last, err);
}

/// After '['. A ']' that stands first is a character.
static bool read_class(Compiler *compiler, Error *err)
{
    ClassBuilder class = {.negated = take(compiler, '^')};
    bool first = true;
    while (first || at_end(compiler) || compiler->text.data[compiler->at] != ']') {
        if (at_end(compiler)) return pattern_wrong(compiler, err, "a '[' that is never closed");
        TRY(read_class_item(compiler, &class, err));
        first = false;
    }
    compiler->at++;
    return emit_class(compiler, &class, err);
}

static bool read_plain(Compiler *compiler, Error *err)
{
    ClassBuilder class = {0};
    uint32_t code = 0;
    bool single = false;
    TRY(read_character(compiler, &class, &code, &single, err));
    if (single) TRY(class_add(compiler, &class, code, code, err));
    return emit_class(compiler, &class, err);
}

// Groups.

static bool open_group(Compiler *compiler, Error *err)
{
    bool silent = false;
    Pattern *pattern = compiler->pattern;
    if (take(compiler, '?')) {
        silent = take(compiler, ':');
        if (!silent) return pattern_wrong(compiler, err, "of the groups that begin with '?' only '(?:' is understood");
    }
    if (compiler->depth == PATTERN_DEPTH_MAX)
        return pattern_wrong(compiler, err, "more than 32 groups inside each other");
    if (!silent && pattern->group_count == PATTERN_GROUPS_MAX)
        return pattern_wrong(compiler, err, "more than 9 groups; '(?:' takes no note of what it holds");
    Group group = {.begin = pattern->step_count, .number = silent ? 0 : pattern->group_count++};
    if (!silent) TRY(pattern_emit(compiler, (Step){.kind = STEP_SAVE, .first = 2 * group.number}, err));
    group.alternative = pattern->step_count;
    compiler->groups[++compiler->depth] = group;
    compiler->atom = PENDING;
    return true;
}

/// The alternatives that ended before go on here.
static void land_jumps(Compiler *compiler, const Group *group)
{
    Pattern *pattern = compiler->pattern;
    for (uint32_t i = group->begin; i < pattern->step_count; i++) {
        Step *step = &pattern->steps[i];
        if (step->kind == STEP_JUMP && step->first == PENDING) step->first = pattern->step_count;
    }
}

static bool close_group(Compiler *compiler, Error *err)
{
    if (compiler->depth == 0) return pattern_wrong(compiler, err, "a ')' without its '('");
    Group group = compiler->groups[compiler->depth--];
    land_jumps(compiler, &group);
    if (group.number > 0) TRY(pattern_emit(compiler, (Step){.kind = STEP_SAVE, .first = 2 * group.number + 1}, err));
    compiler->atom = group.begin;
    return true;
}

static bool next_alternative(Compiler *compiler, Error *err)
{
    Group *group = &compiler->groups[compiler->depth];
    uint32_t end = compiler->pattern->step_count;
    TRY(pattern_insert(compiler, group->alternative, step_split(group->alternative + 1, end + 2, false), err));
    TRY(pattern_emit(compiler, (Step){.kind = STEP_JUMP, .first = PENDING}, err));
    group->alternative = compiler->pattern->step_count;
    compiler->atom = PENDING;
    return true;
}

// Repetitions.

/// "{n}", "{n,}" or "{n,m}" after its '{'.
static bool read_number(Compiler *compiler, uint32_t *out)
{
    size_t begin = compiler->at;
    *out = 0;
    while (!at_end(compiler) && compiler->text.data[compiler->at] >= '0' && compiler->text.data[compiler->at] <= '9') {
        *out = *out * 10 + (uint32_t)(compiler->text.data[compiler->at++] - '0');
        if (*out > PATTERN_REPEAT_MAX) return false;
    }
    return compiler->at > begin;
}

static bool read_bounds(Compiler *compiler, uint32_t *out_min, uint32_t *out_max, Error *err)
{
    bool read = read_number(compiler, out_min);
    *out_max = *out_min;
    if (read && take(compiler, ',')) {
        *out_max = UNBOUNDED;
        if (!take(compiler, '}')) read = read_number(compiler, out_max) && take(compiler, '}');
    } else {
        read = read && take(compiler, '}');
    }
    if (read && *out_min <= *out_max) return true;
    return pattern_wrong(compiler, err, "repetitions are {n}, {n,} or {n,m}, with n <= m <= 250");
}

/// The atom's steps once more at the end.
static bool copy_atom(Compiler *compiler, uint32_t begin, uint32_t length, Error *err)
{
    uint32_t by = compiler->pattern->step_count - begin;
    for (uint32_t i = 0; i < length; i++)
        TRY(pattern_emit(compiler, step_moved(compiler->pattern->steps[begin + i], by), err));
    return true;
}

/// One repetition without end of the code from `begin` to the end.
static bool repeat_ever(Compiler *compiler, uint32_t begin, bool once, bool lazy, Error *err)
{
    uint32_t end = compiler->pattern->step_count;
    if (once) return pattern_emit(compiler, step_split(begin, end + 1, lazy), err);
    TRY(pattern_insert(compiler, begin, step_split(begin + 1, end + 2, lazy), err));
    return pattern_emit(compiler, (Step){.kind = STEP_JUMP, .first = begin}, err);
}

/// After the least number of copies: each further one may be left out with all that follow.
static bool repeat_optional(Compiler *compiler, uint32_t begin, uint32_t length, uint32_t count, bool lazy, Error *err)
{
    Pattern *pattern = compiler->pattern;
    uint32_t end = pattern->step_count + count * (length + 1);
    for (uint32_t i = 0; i < count; i++) {
        TRY(pattern_emit(compiler, step_split(pattern->step_count + 1, end, lazy), err));
        TRY(copy_atom(compiler, begin, length, err));
    }
    return true;
}

/// The first copy is there; it serves as what is copied, and goes when none is needed.
static bool emit_repetition(Compiler *compiler, uint32_t min, uint32_t max, bool lazy, Error *err)
{
    Pattern *pattern = compiler->pattern;
    uint32_t begin = compiler->atom;
    uint32_t length = pattern->step_count - begin;
    uint32_t last = begin;
    if (min == 0 && max == UNBOUNDED) return repeat_ever(compiler, begin, false, lazy, err);
    if (min == 0 && max == 1)
        return pattern_insert(compiler, begin, step_split(begin + 1, begin + length + 1, lazy), err);
    if (min == 0) {
        TRY(repeat_optional(compiler, begin, length, max, lazy, err));
        for (uint32_t i = begin; i + length < pattern->step_count; i++) {
            Step step = pattern->steps[i + length];
            pattern->steps[i] = step_moved(step, -length);
        }
        pattern->step_count -= length;
        return true;
    }
    for (uint32_t i = 1; i < min; i++) {
        last = pattern->step_count;
        TRY(copy_atom(compiler, begin, length, err));
    }
    return max == UNBOUNDED ? repeat_ever(compiler, last, true, lazy, err)
                            : repeat_optional(compiler, begin, length, max - min, lazy, err);
}

static bool read_repetition(Compiler *compiler, char sign, Error *err)
{
    uint32_t min = sign == '+';
    uint32_t max = sign == '?' ? 1 : UNBOUNDED;
    if (compiler->atom == PENDING) return pattern_wrong(compiler, err, "nothing to repeat");
    if (sign == '{') TRY(read_bounds(compiler, &min, &max, err));
    bool lazy = take(compiler, '?');
    TRY(emit_repetition(compiler, min, max, lazy, err));
    compiler->atom = PENDING;
    return true;
}

static bool read_item(Compiler *compiler, Error *err)
{
    char sign = compiler->text.data[compiler->at];
    if (strchr("()|*+?{[.^$", sign) == NULL || sign == 0) return read_plain(compiler, err);
    ClassBuilder line = {.ranges = {{'\n', '\n'}}, .count = 1, .negated = true};
    compiler->at++;
    switch (sign) {
    case '(':
        return open_group(compiler, err);
    case ')':
        return close_group(compiler, err);
    case '|':
        return next_alternative(compiler, err);
    case '[':
        return read_class(compiler, err);
    case '.':
        return emit_class(compiler, &line, err);
    case '^':
    case '$':
        compiler->atom = PENDING;
        return pattern_emit(compiler, (Step){.kind = sign == '^' ? STEP_BEGIN : STEP_END}, err);
    default:
        return read_repetition(compiler, sign, err);
    }
}

static bool compile_all(Compiler *compiler, Error *err)
{
    Pattern *pattern = compiler->pattern;
    pattern->group_count = 1;
    TRY(pattern_emit(compiler, (Step){.kind = STEP_SAVE, .first = 0}, err));
    compiler->groups[0] = (Group){.begin = 0, .alternative = 1};
    compiler->atom = PENDING;
    while (!at_end(compiler)) TRY(read_item(compiler, err));
    if (compiler->depth > 0) return pattern_wrong(compiler, err, "a '(' that is never closed");
    land_jumps(compiler, &compiler->groups[0]);
    TRY(pattern_emit(compiler, (Step){.kind = STEP_SAVE, .first = 1}, err));
    return pattern_emit(compiler, (Step){.kind = STEP_MATCH}, err);
}

bool pattern_compile(Str text, Arena *arena, const Pattern **out, Error *err)
{
    Compiler compiler = {.text = text, .arena = arena};
    if (text.size > PATTERN_BYTES_MAX)
        return error_set(err, ERROR_DATA, "a pattern of more than %d bytes", PATTERN_BYTES_MAX);
    compiler.pattern = arena_alloc(arena, sizeof(Pattern), err);
    TRY(compiler.pattern != NULL);
    compiler.pattern->steps = arena_alloc_array(arena, PATTERN_STEPS_MAX, sizeof(Step), err);
    TRY(compiler.pattern->steps != NULL);
    TRY(compile_all(&compiler, err));
    *out = compiler.pattern;
    return true;
}

uint32_t pattern_group_count(const Pattern *pattern)
{
    return pattern->group_count;
}
