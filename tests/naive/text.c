/// Functions of strings over arrays of characters.
#include "naive/scalar.h"

#include <math.h>
#include <string.h>

static const Type TEXT = {.id = TYPE_STRING};

enum { MADE_BYTES_MAX = 1 << 20 };

static bool is(const ScalarCall *call, const char *name)
{
    return str_equal(call->name, str_from(name));
}

/// The characters of a text, each a piece of it.
typedef struct Letters {
    Str *items;
    int64_t count;
} Letters;

static Letters letters_of(const ScalarCall *call, Str text)
{
    Letters letters = {arena_alloc_array(call->arena, text.size + 1, sizeof(Str), NULL), 0};
    CHECK(letters.items != NULL);
    for (size_t i = 0; i < text.size; i++) {
        bool more = ((unsigned char)text.data[i] & 0xc0) == 0x80;
        if (more && letters.count > 0) {
            letters.items[letters.count - 1].size++;
        } else {
            letters.items[letters.count++] = (Str){text.data + i, 1};
        }
    }
    return letters;
}

// Pieces put together; null beyond the limit.
static Value spell(const ScalarCall *call, const Str *items, int64_t count)
{
    size_t size = 0;
    for (int64_t i = 0; i < count; i++) size += items[i].size;
    if (size > MADE_BYTES_MAX) return value_null(TEXT);
    char *data = arena_alloc(call->arena, size + 1, NULL);
    CHECK(data != NULL);
    size = 0;
    for (int64_t i = 0; i < count; i++) {
        for (size_t k = 0; k < items[i].size; k++) data[size++] = items[i].data[k];
    }
    return value_string((Str){data, size});
}

// Characters with first <= place < end, places from 1.
static Value spell_between(const ScalarCall *call, Str text, Int128 first, Int128 end)
{
    Letters letters = letters_of(call, text);
    Int128 from = first < 1 ? 1 : first;
    Int128 to = end > letters.count + 1 ? letters.count + 1 : end;
    return from >= to ? value_string((Str){0}) : spell(call, letters.items + (from - 1), (int64_t)(to - from));
}

static Value call_cut(const ScalarCall *call)
{
    Str text = call->values[0].string;
    int64_t first = call->values[1].integer;
    int64_t count = call->count > 2 ? call->values[2].integer : 0;
    int64_t length = letters_of(call, text).count;
    if (is(call, "substring") && call->count == 2) return spell_between(call, text, first, (Int128)length + 1);
    if (is(call, "substring"))
        return count < 0 ? value_null(TEXT) : spell_between(call, text, first, (Int128)first + count);
    if (first < 0) return value_null(TEXT);
    if (is(call, "left")) return spell_between(call, text, 1, (Int128)first + 1);
    return spell_between(call, text, (Int128)length - first + 1, (Int128)length + 1);
}

static bool stands_at(Str text, Str part, size_t at)
{
    return at + part.size <= text.size && (part.size == 0 || memcmp(text.data + at, part.data, part.size) == 0);
}

static Value call_replace(const ScalarCall *call)
{
    Str text = call->values[0].string;
    Str from = call->values[1].string;
    Str *pieces = arena_alloc_array(call->arena, text.size + 1, sizeof(Str), NULL);
    int64_t count = 0;
    for (size_t i = 0; i < text.size;) {
        bool here = from.size > 0 && stands_at(text, from, i);
        pieces[count++] = here ? call->values[2].string : (Str){text.data + i, 1};
        i += here ? from.size : 1;
    }
    return spell(call, pieces, count);
}

static Value call_pad(const ScalarCall *call)
{
    Letters text = letters_of(call, call->values[0].string);
    Letters fill = letters_of(call, call->values[2].string);
    int64_t length = call->values[1].integer;
    if (length < 0 || (length > text.count && fill.count == 0)) return value_null(TEXT);
    if (length <= text.count) return spell(call, text.items, length);
    if (length > MADE_BYTES_MAX) return value_null(TEXT);
    Str *items = arena_alloc_array(call->arena, (size_t)length, sizeof(Str), NULL);
    int64_t missing = length - text.count;
    for (int64_t i = 0; i < missing; i++) items[is(call, "lpad") ? i : text.count + i] = fill.items[i % fill.count];
    for (int64_t i = 0; i < text.count; i++) items[is(call, "lpad") ? missing + i : i] = text.items[i];
    return spell(call, items, length);
}

static Value call_repeat(const ScalarCall *call)
{
    Str text = call->values[0].string;
    int64_t count = call->values[1].integer;
    if (count < 0) return value_null(TEXT);
    if (text.size == 0) return value_string((Str){0});
    if (count > MADE_BYTES_MAX) return value_null(TEXT);
    Str *items = arena_alloc_array(call->arena, (size_t)count, sizeof(Str), NULL);
    for (int64_t i = 0; i < count; i++) items[i] = text;
    return spell(call, items, count);
}

static Value call_reverse(const ScalarCall *call)
{
    Letters letters = letters_of(call, call->values[0].string);
    for (int64_t i = 0; i < letters.count / 2; i++) {
        Str first = letters.items[i];
        letters.items[i] = letters.items[letters.count - 1 - i];
        letters.items[letters.count - 1 - i] = first;
    }
    return spell(call, letters.items, letters.count);
}

static Value call_split_part(const ScalarCall *call)
{
    Str text = call->values[0].string;
    Str separator = call->values[1].string;
    int64_t index = call->values[2].integer;
    Str *parts = arena_alloc_array(call->arena, text.size + 1, sizeof(Str), NULL);
    int64_t count = 0;
    size_t begin = 0;
    for (size_t i = 0; i < text.size;) {
        bool here = separator.size > 0 && stands_at(text, separator, i);
        if (here) parts[count++] = str_slice(text, begin, i);
        i += here ? separator.size : 1;
        if (here) begin = i;
    }
    parts[count++] = str_slice(text, begin, text.size);
    int64_t place = index < 0 ? count + index : index - 1;
    return place < 0 || place >= count ? value_null(TEXT) : value_string(parts[place]);
}

static Value call_search(const ScalarCall *call)
{
    Str text = call->values[0].string;
    Str part = call->values[1].string;
    if (is(call, "starts_with")) return value_bool(stands_at(text, part, 0));
    if (is(call, "ends_with"))
        return value_bool(part.size <= text.size && stands_at(text, part, text.size - part.size));
    for (size_t i = 0; i <= text.size; i++) {
        if (!stands_at(text, part, i)) continue;
        return is(call, "contains") ? value_bool(true) : value_int(letters_of(call, str_slice(text, 0, i)).count + 1);
    }
    return is(call, "contains") ? value_bool(false) : value_int(0);
}

static bool is_white(char byte)
{
    return byte != 0 && strchr(" \t\n\v\f\r", byte) != NULL;
}

static Value call_trim(const ScalarCall *call)
{
    Str text = call->values[0].string;
    while (!is(call, "rtrim") && text.size > 0 && is_white(text.data[0])) text = str_slice(text, 1, text.size);
    while (!is(call, "ltrim") && text.size > 0 && is_white(text.data[text.size - 1]))
        text = str_slice(text, 0, text.size - 1);
    return value_string(text);
}

// The cell by the point's place on a grid of 2^bits columns and rows, whose bits alternate.
static Value call_geohash(const ScalarCall *call)
{
    static const char DIGITS[] = "0123456789bcdefghjkmnpqrstuvwxyz";
    double latitude = value_widen(call->values[0], TYPE_OF(TYPE_FLOAT64)).number;
    double longitude = value_widen(call->values[1], TYPE_OF(TYPE_FLOAT64)).number;
    int64_t length = call->values[2].integer;
    bool inside = fabs(latitude) <= 90 && fabs(longitude) <= 180;
    if (!inside || length < 1 || length > 12) return value_null(TEXT);
    char *text = arena_alloc(call->arena, (size_t)length, NULL);
    for (int64_t at = 0; at < length; at++) {
        int digit = 0;
        for (int64_t bit = 5 * at; bit < 5 * at + 5; bit++) {
            int64_t cells = (int64_t)1 << (bit / 2 + 1);
            long double share =
                bit % 2 == 0 ? ((long double)longitude + 180) / 360 : ((long double)latitude + 90) / 180;
            int64_t cell = (int64_t)(share * (long double)cells);
            if (cell == cells) cell--;
            digit = digit << 1 | (int)(cell & 1);
        }
        text[at] = DIGITS[digit];
    }
    return value_string((Str){text, (size_t)length});
}

typedef struct TextFunction {
    const char *name;
    TypeId type;
    Value (*call)(const ScalarCall *call);
} TextFunction;

bool scalar_text(const ScalarCall *call, Value *out)
{
    static const TextFunction FUNCTIONS[] = {
        {"trim", TYPE_STRING, call_trim},       {"ltrim", TYPE_STRING, call_trim},
        {"rtrim", TYPE_STRING, call_trim},      {"substring", TYPE_STRING, call_cut},
        {"left", TYPE_STRING, call_cut},        {"right", TYPE_STRING, call_cut},
        {"replace", TYPE_STRING, call_replace}, {"reverse", TYPE_STRING, call_reverse},
        {"repeat", TYPE_STRING, call_repeat},   {"lpad", TYPE_STRING, call_pad},
        {"rpad", TYPE_STRING, call_pad},        {"starts_with", TYPE_BOOL, call_search},
        {"ends_with", TYPE_BOOL, call_search},  {"contains", TYPE_BOOL, call_search},
        {"strpos", TYPE_INT64, call_search},    {"split_part", TYPE_STRING, call_split_part},
        {"geohash", TYPE_STRING, call_geohash},
    };
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        if (!is(call, FUNCTIONS[i].name)) continue;
        bool text = call->values[0].type.id == TYPE_STRING || FUNCTIONS[i].call == call_geohash;
        if (!text) return false; // of a list
        *out = scalar_all_there(call) ? FUNCTIONS[i].call(call) : value_null(TYPE_OF(FUNCTIONS[i].type));
        return true;
    }
    return false;
}
