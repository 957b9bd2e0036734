/// Any bytes are a pattern, a line break, and a text: what is found lies inside of it, is found again from where it begins,
/// and, where both are small, is what trying everything finds. (A text that took more than its length would run into the timeout.)
#include <string.h>

#include "naive/scalar.h"
#include "text/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TRIED_PATTERN_BYTES_MAX = 12, TRIED_TEXT_BYTES_MAX = 10 };

static void check_match(const Pattern *pattern, Str text, size_t from, const PatternMatch *match)
{
    CHECK(match->begin[0] >= from && match->begin[0] <= match->end[0] && match->end[0] <= text.size);
    for (uint32_t group = 1; group < pattern_group_count(pattern); group++) {
        CHECK((match->begin[group] == SIZE_MAX) == (match->end[group] == SIZE_MAX));
        if (match->begin[group] == SIZE_MAX) continue;
        CHECK(match->begin[group] >= match->begin[0] && match->begin[group] <= match->end[group]);
        CHECK(match->end[group] <= match->end[0]);
    }
}

static void check_again(const Pattern *pattern, Str text, const PatternMatch *match)
{
    PatternMatch again;
    CHECK(pattern_find(pattern, text, match->begin[0], &again));
    for (uint32_t group = 0; group < pattern_group_count(pattern); group++)
        CHECK(again.begin[group] == match->begin[group] && again.end[group] == match->end[group]);
}

/// Only what the twin knows: bytes of ASCII, few enough repetitions for trying everything, and nothing that repeats what may be
/// empty.
static bool may_be_tried(Str pattern, Str text)
{
    bool plain = pattern.size > 0 && pattern.size <= TRIED_PATTERN_BYTES_MAX && text.size <= TRIED_TEXT_BYTES_MAX;
    size_t repetitions = 0;
    for (size_t i = 0; i < pattern.size; i++) {
        char byte = pattern.data[i];
        plain = plain && byte > 0x1f && byte != 0x7f && byte != '\\' && byte != '[' && byte != '{' && byte != '(';
        repetitions += byte == '*' || byte == '+' || byte == '?';
    }
    for (size_t i = 0; i < text.size; i++) plain = plain && text.data[i] > 0;
    return plain && repetitions <= 4;
}

static void check_tried(Str pattern, Str text, bool found, const PatternMatch *match)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Value values[] = {value_string(text), value_string(pattern)};
    const ScalarCall call = {STR("regex_extract"), values, COUNT_OF(values), &arena};
    Value tried = {0};
    CHECK(scalar_regex(&call, &tried) && tried.there == found);
    if (found) CHECK(str_equal(tried.string, str_slice(text, match->begin[0], match->end[0])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Pattern *pattern = NULL;
    PatternMatch match;
    Error err = {0};
    Str text = {(const char *)data, size};
    Str written = {0};
    if (size == 0 || !str_split(&text, '\n', &written)) return 0;
    if (!pattern_compile(written, &arena, &pattern, &err)) {
        CHECK(err.kind == ERROR_DATA);
        return 0;
    }
    CHECK(pattern_group_count(pattern) >= 1 && pattern_group_count(pattern) <= PATTERN_GROUPS_MAX);
    bool found = pattern_find(pattern, text, 0, &match);
    if (found) {
        check_match(pattern, text, 0, &match);
        check_again(pattern, text, &match);
    }
    if (may_be_tried(written, text)) check_tried(written, text, found, &match);
    return 0;
}
