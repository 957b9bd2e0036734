#include "naive/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS_MAX = 64, STEPS_MAX = 32, INDEX_DIGITS_MAX = 9 };

typedef struct Reader {
    Str text;
    size_t at;
    Arena *arena;
    int level;
} Reader;

static bool read_value(Reader *reader, NaiveJson *out);

/// Takes the word when it comes next.
static bool take(Reader *reader, const char *word)
{
    Str rest = str_slice(reader->text, reader->at, reader->text.size);
    if (!str_starts(rest, str_from(word))) return false;
    reader->at += strlen(word);
    return true;
}

static void pass_spaces(Reader *reader)
{
    while (take(reader, " ") || take(reader, "\t") || take(reader, "\n") || take(reader, "\r")) {
    }
}

static int peek(const Reader *reader)
{
    return reader->at < reader->text.size ? (unsigned char)reader->text.data[reader->at] : -1;
}

/// Of Unicode's table 3-7: which second bytes may follow a first, and how many come in all.
static size_t character_bytes(Str text, size_t at)
{
    static const struct {
        unsigned char first, last, second_least, second_most;
        size_t size;
    } ROWS[] = {{0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
                {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
                {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    const unsigned char *bytes = (const unsigned char *)text.data + at;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        size_t size = ROWS[i].size;
        if (bytes[0] < ROWS[i].first || bytes[0] > ROWS[i].last) continue;
        if (text.size - at < size) return 0;
        if (size > 1 && (bytes[1] < ROWS[i].second_least || bytes[1] > ROWS[i].second_most)) return 0;
        for (size_t j = 2; j < size; j++) {
            if (bytes[j] < 0x80 || bytes[j] > 0xbf) return 0;
        }
        return size;
    }
    return 0;
}

static bool is_unicode(Str text)
{
    for (size_t at = 0, size = 0; at < text.size; at += size) {
        size = character_bytes(text, at);
        if (size == 0) return false;
    }
    return true;
}

static int digit_of(int byte)
{
    static const char DIGITS[] = "0123456789abcdef0123456789ABCDEF";
    const char *place = byte <= 0 ? NULL : strchr(DIGITS, byte);
    return place == NULL ? -1 : (int)((place - DIGITS) % 16);
}

static bool read_four(Reader *reader, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, reader->at++) {
        int digit = digit_of(peek(reader));
        if (digit < 0) return false;
        *out = *out * 16 + (uint32_t)digit;
    }
    return true;
}

static void put_character(Bytes *out, uint32_t code)
{
    static const uint32_t FIRST[] = {0, 0, 0xc0, 0xe0, 0xf0};
    int size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = size - 1; i >= 0; i--) {
        uint32_t part = code >> (6 * i);
        bool first = i == size - 1;
        uint32_t byte = size == 1 ? code : first ? FIRST[size] | part : 0x80 | (part & 0x3f);
        CHECK(bytes_append_byte(out, (uint8_t)byte, NULL));
    }
}

/// Behind the backslash and 'u'.
static bool read_unicode(Reader *reader, Bytes *out)
{
    uint32_t high = 0;
    uint32_t low = 0;
    if (!read_four(reader, &high)) return false;
    bool pair = high >= 0xd800 && high < 0xdc00;
    if (high >= 0xdc00 && high < 0xe000) return false;
    if (pair && !(take(reader, "\\u") && read_four(reader, &low) && low >= 0xdc00 && low < 0xe000)) return false;
    put_character(out, pair ? 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00) : high);
    return true;
}

/// Behind the backslash.
static bool read_escape(Reader *reader, Bytes *out)
{
    static const char NAMES[] = "\"\\/bfnrt";
    static const char MEANT[] = "\"\\/\b\f\n\r\t";
    int name = peek(reader);
    reader->at++;
    if (name == 'u') return read_unicode(reader, out);
    const char *place = name <= 0 ? NULL : strchr(NAMES, name);
    return place != NULL && bytes_append_byte(out, (uint8_t)MEANT[place - NAMES], NULL);
}

static bool read_text(Reader *reader, Str *out)
{
    AUTO(bytes_deinit) Bytes text = {0};
    if (!take(reader, "\"")) return false;
    while (!take(reader, "\"")) {
        int byte = peek(reader);
        if (byte < 0x20) return false; // the end, too
        reader->at++;
        if (byte != '\\') CHECK(bytes_append_byte(&text, (uint8_t)byte, NULL));
        if (byte == '\\' && !read_escape(reader, &text)) return false;
    }
    CHECK(arena_copy(reader->arena, bytes_str(&text), out, NULL));
    return true;
}

static size_t pass_digits(Reader *reader)
{
    size_t count = 0;
    for (; peek(reader) >= '0' && peek(reader) <= '9'; reader->at++) count++;
    return count;
}

/// The number's grammar; whether it is written as a whole one.
static bool pass_number(Reader *reader, bool *out_whole)
{
    (void)take(reader, "-");
    bool zero = peek(reader) == '0';
    size_t digits = pass_digits(reader);
    *out_whole = true;
    if (digits == 0 || (zero && digits > 1)) return false;
    if (take(reader, ".")) {
        *out_whole = false;
        if (pass_digits(reader) == 0) return false;
    }
    if (take(reader, "e") || take(reader, "E")) {
        *out_whole = false;
        if (!take(reader, "-")) (void)take(reader, "+");
        if (pass_digits(reader) == 0) return false;
    }
    return true;
}

static bool whole_of(Str text, int64_t *out)
{
    bool negative = text.data[0] == '-';
    Int128 value = 0;
    for (size_t i = negative; i < text.size; i++) {
        value = value * 10 + (text.data[i] - '0');
        if (value > (Int128)1 << 64) return false;
    }
    if (negative) value = -value;
    *out = (int64_t)value;
    return value >= INT64_MIN && value <= INT64_MAX;
}

static bool read_number(Reader *reader, NaiveJson *out)
{
    size_t begin = reader->at;
    bool whole = false;
    if (!pass_number(reader, &whole)) return false;
    Str written = str_slice(reader->text, begin, reader->at);
    CHECK(arena_format(reader->arena, &out->text, NULL, "%.*s", STR_ARG(written)));
    out->kind = whole ? SAID_WHOLE : SAID_REAL;
    out->real = strtod(out->text.data, NULL);
    return whole ? whole_of(out->text, &out->whole) : isfinite(out->real);
}

/// `item`'s copy at the end; what was there moves.
static void push_item(Reader *reader, NaiveJson *out, Str key, const NaiveJson *item)
{
    NaiveJson *items = arena_alloc_array(reader->arena, out->count + 1, sizeof(*items), NULL);
    Str *keys = arena_alloc_array(reader->arena, out->count + 1, sizeof(*keys), NULL);
    CHECK(items != NULL && keys != NULL);
    if (out->count > 0) memcpy(items, out->items, out->count * sizeof(*items));
    if (out->count > 0) memcpy(keys, out->keys, out->count * sizeof(*keys));
    items[out->count] = *item;
    keys[out->count++] = key;
    out->items = items;
    out->keys = keys;
}

/// "key": of a map; nothing of a list.
static bool read_key(Reader *reader, const NaiveJson *map, Str *out)
{
    if (map->kind == SAID_LIST) return true;
    pass_spaces(reader);
    if (!read_text(reader, out)) return false;
    for (size_t i = 0; i < map->count; i++) {
        if (str_equal(map->keys[i], *out)) return false;
    }
    pass_spaces(reader);
    return take(reader, ":");
}

// NOLINTNEXTLINE(misc-no-recursion): at most LEVELS_MAX
static bool read_inside(Reader *reader, const char *end, NaiveJson *out)
{
    if (reader->level++ == LEVELS_MAX) return false;
    pass_spaces(reader);
    for (bool ended = take(reader, end); !ended;) {
        NaiveJson item = {0};
        Str key = {0};
        if (!read_key(reader, out, &key) || !read_value(reader, &item)) return false;
        push_item(reader, out, key, &item);
        ended = take(reader, end);
        if (!ended && !take(reader, ",")) return false;
    }
    reader->level--;
    return true;
}

static bool read_word(Reader *reader, NaiveJson *out)
{
    size_t begin = reader->at;
    out->kind = SAID_BOOL;
    out->boolean = take(reader, "true");
    bool read = out->boolean || take(reader, "false");
    if (!read && take(reader, "null")) {
        out->kind = SAID_NULL;
        read = true;
    }
    if (!read) return read_number(reader, out);
    out->text = str_slice(reader->text, begin, reader->at);
    return true;
}

// NOLINTNEXTLINE(misc-no-recursion): at most LEVELS_MAX
static bool read_value(Reader *reader, NaiveJson *out)
{
    bool read = false;
    pass_spaces(reader);
    if (peek(reader) == '"') {
        out->kind = SAID_TEXT;
        read = read_text(reader, &out->text);
    } else if (take(reader, "[")) {
        out->kind = SAID_LIST;
        read = read_inside(reader, "]", out);
    } else if (take(reader, "{")) {
        out->kind = SAID_MAP;
        read = read_inside(reader, "}", out);
    } else {
        read = read_word(reader, out);
    }
    pass_spaces(reader);
    return read;
}

bool naive_json_read(Str text, Arena *arena, NaiveJson *out)
{
    Reader reader = {.text = text, .arena = arena};
    *out = (NaiveJson){0};
    if (!is_unicode(text)) return false;
    (void)take(&reader, "\xef\xbb\xbf");
    return read_value(&reader, out) && reader.at == text.size;
}

/// What a map that is there has under the key; NULL: nothing.
static const NaiveJson *under(const NaiveJson *map, Str key)
{
    const NaiveJson *found = NULL;
    for (size_t i = 0; map != NULL && map->kind == SAID_MAP && i < map->count; i++) {
        if (str_equal(map->keys[i], key)) found = &map->items[i];
    }
    return found;
}

/// Behind the bracket: a quoted key, or digits, and the bracket's end.
static bool path_bracket(Reader *reader, const NaiveJson **node)
{
    int quote = peek(reader);
    if (quote == '\'' || quote == '"') {
        size_t begin = ++reader->at;
        while (peek(reader) != quote && peek(reader) >= 0) reader->at++;
        *node = under(*node, str_slice(reader->text, begin, reader->at));
        reader->at++;
        return take(reader, "]");
    }
    size_t begin = reader->at;
    size_t digits = pass_digits(reader);
    if (digits == 0 || digits > INDEX_DIGITS_MAX) return false;
    int64_t index = 0;
    CHECK(whole_of(str_slice(reader->text, begin, reader->at), &index));
    bool there = *node != NULL && (*node)->kind == SAID_LIST && (size_t)index < (*node)->count;
    *node = there ? &(*node)->items[index] : NULL;
    return take(reader, "]");
}

/// Behind the dot.
static bool path_key(Reader *reader, const NaiveJson **node)
{
    size_t begin = reader->at;
    while (peek(reader) >= 0 && peek(reader) != '.' && peek(reader) != '[') reader->at++;
    Str key = str_slice(reader->text, begin, reader->at);
    *node = under(*node, key);
    return key.size > 0;
}

NaivePath naive_json_find(Str path, const NaiveJson *root, const NaiveJson **out)
{
    Reader reader = {.text = path};
    *out = root;
    if (!take(&reader, "$")) return PATH_WRONG;
    for (int step = 0; reader.at < path.size; step++) {
        bool good = step < STEPS_MAX &&
                    (take(&reader, ".") ? path_key(&reader, out) : take(&reader, "[") && path_bracket(&reader, out));
        if (!good) return PATH_WRONG;
    }
    return *out == NULL ? PATH_NOTHING : PATH_FOUND;
}
