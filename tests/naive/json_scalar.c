/// What stands on JSON: the functions that read values out of texts, and casts between texts and lists or maps.
#include <math.h>
#include <string.h>

#include "naive/json.h"
#include "naive/scalar.h"
#include "number/parse.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

static void put(Bytes *out, Str text)
{
    CHECK(bytes_append_str(out, text, NULL));
}

static void write_text(Str text, Bytes *out)
{
    static const char SHORT[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    put(out, STR("\""));
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        size_t place = 0;
        while (place < sizeof(SHORT) - 1 && SHORT[place] != (char)byte) place += 2;
        if (place < sizeof(SHORT) - 1) {
            CHECK(bytes_append_format(out, NULL, "\\%c", SHORT[place + 1]));
        } else if (byte < 0x20 || byte == 0x7f) {
            CHECK(bytes_append_format(out, NULL, "\\u00%02x", byte));
        } else {
            CHECK(bytes_append_byte(out, byte, NULL));
        }
    }
    put(out, STR("\""));
}

/// A float is seen to be one: by a point or an exponent; what is no number is a text.
static void write_float(double number, Bytes *out)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    if (isnan(number)) {
        put(out, STR("\"NaN\""));
    } else if (isinf(number)) {
        put(out, number > 0 ? STR("\"Infinity\"") : STR("\"-Infinity\""));
    } else {
        put(out, (Str){text, number_format_double(number, text)});
        if (strpbrk(text, ".e") == NULL) put(out, STR(".0"));
    }
}

static void write_item(Value value, Arena *arena, Bytes *out)
{
    Value text = value_cast(value, TYPE_OF(TYPE_STRING), arena);
    bool bare = value.type.id == TYPE_BOOL || value.type.id == TYPE_INT64;
    if (!value.there) {
        put(out, STR("null"));
    } else if (value.type.id == TYPE_FLOAT64) {
        write_float(value.number, out);
    } else if (bare) {
        put(out, text.string);
    } else {
        write_text(text.string, out);
    }
}

Value naive_json_from(Value value, Arena *arena)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Value *keys = NULL;
    Value *items = NULL;
    Value out = value_string((Str){0});
    size_t count = value_items(value, arena, &keys, &items);
    bool map = value.type.id == TYPE_MAP;
    put(&text, map ? STR("{") : STR("["));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) put(&text, STR(","));
        if (map) write_text(value_cast(keys[i], TYPE_OF(TYPE_STRING), arena).string, &text);
        if (map) put(&text, STR(":"));
        write_item(items[i], arena, &text);
    }
    put(&text, map ? STR("}") : STR("]"));
    CHECK(arena_copy(arena, bytes_str(&text), &out.string, NULL));
    return out;
}

/// Whether a text can be what the type says: numbers and instants by their own texts.
static bool item_from_text(Str text, Type type, Arena *arena, Value *out)
{
    if (type.id == TYPE_FLOAT64) {
        *out = value_float(str_equal(text, STR("NaN")) ? NAN : str_equal(text, STR("Infinity")) ? INFINITY : -INFINITY);
        return str_equal(text, STR("NaN")) || str_equal(text, STR("Infinity")) || str_equal(text, STR("-Infinity"));
    }
    *out = value_cast(value_string(text), type, arena);
    return out->there && (type.id == TYPE_STRING || type.id == TYPE_DECIMAL || type_is_timestamp(type));
}

/// False when what stands there is of another type.
static bool item_from(const NaiveJson *json, Type type, Arena *arena, Value *out)
{
    *out = value_null(type);
    switch (json->kind) {
    case SAID_NULL:
        return true;
    case SAID_BOOL:
        *out = value_bool(json->boolean);
        return type.id == TYPE_BOOL;
    case SAID_WHOLE:
    case SAID_REAL:
        if (type.id == TYPE_DECIMAL) *out = value_cast(value_string(json->text), type, arena);
        if (type.id == TYPE_FLOAT64) *out = value_float(json->kind == SAID_REAL ? json->real : (double)json->whole);
        if (type.id == TYPE_INT64 && json->kind == SAID_WHOLE) *out = value_int(json->whole);
        return out->there;
    case SAID_TEXT:
        return item_from_text(json->text, type, arena, out);
    default:
        return false;
    }
}

static size_t place_of(const Value *keys, size_t count, Value key)
{
    size_t place = 0;
    while (place < count && value_compare(keys[place], key) < 0) place++;
    return place;
}

/// Keys by their texts; one that stands twice, written differently, is none.
static bool entries_from(const NaiveJson *json, Type type, Arena *arena, Value *keys, Value *items)
{
    for (size_t i = 0; i < json->count; i++) {
        Value item = {0};
        Value key = value_cast(value_string(json->keys[i]), type_key(type), arena);
        if (!key.there || !item_from(&json->items[i], type_item(type), arena, &item)) return false;
        size_t place = place_of(keys, i, key);
        if (place < i && value_compare(keys[place], key) == 0) return false;
        memmove(keys + place + 1, keys + place, (i - place) * sizeof(*keys));
        memmove(items + place + 1, items + place, (i - place) * sizeof(*items));
        keys[place] = key;
        items[place] = item;
    }
    return true;
}

static bool items_from(const NaiveJson *json, Type type, Arena *arena, Value *items)
{
    for (size_t i = 0; i < json->count; i++) {
        if (!item_from(&json->items[i], type_item(type), arena, &items[i])) return false;
    }
    return true;
}

Value naive_json_to(Str text, Type type, Arena *arena)
{
    NaiveJson json = {0};
    Value none = value_null(type);
    bool map = type.id == TYPE_MAP;
    if (!naive_json_read(text, arena, &json) || json.kind != (map ? SAID_MAP : SAID_LIST)) return none;
    Value *keys = arena_alloc_array(arena, json.count + 1, sizeof(*keys), NULL);
    Value *items = arena_alloc_array(arena, json.count + 1, sizeof(*items), NULL);
    CHECK(keys != NULL && items != NULL);
    if (map && !entries_from(&json, type, arena, keys, items)) return none;
    if (!map && !items_from(&json, type, arena, items)) return none;
    return map ? value_map(type_key(type), type_item(type), keys, items, json.count, arena)
               : value_list(type_item(type), items, json.count, arena);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as what was read
static void write_json(const NaiveJson *json, Bytes *out)
{
    bool map = json->kind == SAID_MAP;
    if (json->kind == SAID_TEXT) {
        write_text(json->text, out);
    } else if (json->kind == SAID_REAL) {
        write_float(json->real, out);
    } else if (json->kind == SAID_WHOLE) {
        put(out, json->whole == 0 ? STR("0") : json->text);
    } else if (json->kind < SAID_WHOLE) {
        put(out, json->text);
    } else {
        put(out, map ? STR("{") : STR("["));
        for (size_t i = 0; i < json->count; i++) {
            if (i > 0) put(out, STR(","));
            if (map) write_text(json->keys[i], out);
            if (map) put(out, STR(":"));
            write_json(&json->items[i], out);
        }
        put(out, map ? STR("}") : STR("]"));
    }
}

/// An item of an array as a text: texts as they are, other scalars as written, what is nested as JSON.
static Value text_of(const NaiveJson *json, Arena *arena)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Value out = value_string(json->text);
    if (json->kind == SAID_NULL) return value_null(TYPE_OF(TYPE_STRING));
    if (json->kind < SAID_LIST) return out;
    write_json(json, &text);
    CHECK(arena_copy(arena, bytes_str(&text), &out.string, NULL));
    return out;
}

static Value list_of(const NaiveJson *json, Arena *arena)
{
    Value *items = arena_alloc_array(arena, json->count + 1, sizeof(*items), NULL);
    CHECK(items != NULL);
    for (size_t i = 0; i < json->count; i++) items[i] = text_of(&json->items[i], arena);
    return value_list(TYPE_OF(TYPE_STRING), items, json->count, arena);
}

static bool is(const ScalarCall *call, const char *name)
{
    return str_equal(call->name, str_from(name));
}

static Value value_of(const ScalarCall *call, Value none, const NaiveJson *json)
{
    bool number = json->kind == SAID_WHOLE || json->kind == SAID_REAL;
    if (is(call, "json_string") && json->kind == SAID_TEXT) return value_string(json->text);
    if (is(call, "json_number") && number)
        return value_float(json->kind == SAID_WHOLE ? (double)json->whole : json->real);
    if (is(call, "json_int") && json->kind == SAID_WHOLE) return value_int(json->whole);
    if (is(call, "json_bool") && json->kind == SAID_BOOL) return value_bool(json->boolean);
    if (is(call, "json_list") && json->kind == SAID_LIST) return list_of(json, call->arena);
    return none;
}

bool scalar_json(const ScalarCall *call, Value *out)
{
    static const char *const NAMES[] = {"json_string", "json_number", "json_int", "json_bool", "json_list"};
    const Type types[] = {TYPE_OF(TYPE_STRING), TYPE_OF(TYPE_FLOAT64), TYPE_OF(TYPE_INT64), TYPE_OF(TYPE_BOOL),
                          type_list(TYPE_OF(TYPE_STRING))};
    NaiveJson root = {0};
    const NaiveJson *found = NULL;
    size_t name = 0;
    while (name < COUNT_OF(NAMES) && !is(call, NAMES[name])) name++;
    if (name == COUNT_OF(NAMES)) return false;
    *out = value_null(types[name]);
    Value text = call->values[0];
    if (!text.there || text.string.size > TEXT_BYTES_MAX || !naive_json_read(text.string, call->arena, &root))
        return true;
    if (naive_json_find(call->values[1].string, &root, &found) == PATH_FOUND) *out = value_of(call, *out, found);
    return true;
}
