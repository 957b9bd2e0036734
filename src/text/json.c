#include "text/json.h"

#include "text/utf8.h"

typedef struct JsonLevel {
    Node *node;
    Node *key; ///< an object's key that waits for its value
} JsonLevel;

/// Reads front to back with a stack of its own; the position moves along with the offset.
typedef struct JsonReader {
    Arena *arena;
    Document *document;
    Str text;
    size_t offset;
    Position position;
    size_t node_count;
    size_t depth;
    JsonLevel levels[NODE_DEPTH_MAX];
} JsonReader;

/// The byte at the offset, 0 at the end.
static char reader_peek(const JsonReader *reader)
{
    return reader->offset < reader->text.size ? reader->text.data[reader->offset] : 0;
}

/// Over bytes of one line, each a character.
static void reader_skip(JsonReader *reader, size_t size)
{
    reader->offset += size;
    reader->position.column += (uint32_t)size;
}

static void reader_skip_space(JsonReader *reader)
{
    for (;;) {
        char byte = reader_peek(reader);
        bool returned = reader->offset > 0 && reader->text.data[reader->offset - 1] == '\r';
        if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') return;
        reader_skip(reader, 1);
        if (byte == '\r' || (byte == '\n' && !returned)) reader->position.line++;
        if (byte == '\r' || byte == '\n') reader->position.column = 1;
    }
}

static bool json_error(const JsonReader *reader, Error *err, const char *why)
{
    return document_error(reader->document, reader->position, err, ERROR_DATA, "%s", why);
}

/// "expected <what>, found <the character here>".
static bool json_expected(const JsonReader *reader, const char *what, Error *err)
{
    uint32_t code = 0;
    if (reader->offset >= reader->text.size) {
        return document_error(reader->document, reader->position, err, ERROR_DATA, "expected %s, found the end", what);
    }
    size_t size = utf8_decode(reader->text, reader->offset, &code);
    if (code < 0x20) return document_error(reader->document, reader->position, err, ERROR_DATA, "expected %s", what);
    Str found = str_slice(reader->text, reader->offset, reader->offset + size);
    return document_error(reader->document, reader->position, err, ERROR_DATA, "expected %s, found '%.*s'", what,
                          STR_ARG(found));
}

static bool json_node_new(JsonReader *reader, NodeKind kind, Node **out, Error *err)
{
    if (reader->node_count++ >= NODE_COUNT_MAX) return json_error(reader, err, "too many values (NODE_COUNT_MAX)");
    TRY(node_new(reader->arena, kind, out, err));
    (*out)->position = reader->position;
    (*out)->document = reader->document;
    return true;
}

/// Puts a value where it belongs.
static bool node_attach(JsonReader *reader, Node *node, Error *err)
{
    if (reader->depth == 0) {
        reader->document->root = node;
        return true;
    }
    JsonLevel *top = &reader->levels[reader->depth - 1];
    if (top->node->kind == NODE_LIST) return node_append(reader->arena, top->node, node, err);
    return node_put(reader->arena, top->node, top->key, node, err);
}

/// The value of four hexadecimal digits at the offset; false when they are not there.
static bool hex4_read(Str text, size_t offset, uint32_t *out)
{
    uint32_t value = 0;
    if (text.size - offset < 4) return false;
    for (size_t i = offset; i < offset + 4; i++) {
        char byte = text.data[i];
        char lower = (char)(byte | 0x20);
        if (byte >= '0' && byte <= '9')
            value = value << 4 | (uint32_t)(byte - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return false;
    }
    *out = value;
    return true;
}

/// Reads "\u00e9", or two that form one character; gives the bytes read, or 0.
static size_t unicode_escape(Str raw, size_t offset, uint32_t *out_code)
{
    uint32_t low;
    if (!hex4_read(raw, offset + 2, out_code)) return 0;
    if (*out_code < 0xD800 || *out_code > 0xDFFF) return 6;
    bool paired = *out_code < 0xDC00 && raw.size - offset >= 12 && raw.data[offset + 6] == '\\' &&
                  raw.data[offset + 7] == 'u' && hex4_read(raw, offset + 8, &low) && low >= 0xDC00 && low <= 0xDFFF;
    if (!paired) return 0;
    *out_code = 0x10000 + ((*out_code - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

/// Reads the escape at `offset`; gives the bytes read, or 0.
static size_t escape_decode(Str raw, size_t offset, uint32_t *out_code)
{
    static const char NAMES[] = "\"\\/bfnrt";
    static const char CODES[] = "\"\\/\b\f\n\r\t";
    char name = raw.data[offset + 1];
    if (name == 'u') return unicode_escape(raw, offset, out_code);
    for (size_t i = 0; NAMES[i] != 0; i++) {
        if (NAMES[i] != name) continue;
        *out_code = (uint32_t)CODES[i];
        return 2;
    }
    return 0;
}

/// The size of the string's content, which starts at the offset, up to the closing quote. Sets whether there are
/// escapes.
static bool string_measure(JsonReader *reader, size_t *out_size, bool *out_escaped, Error *err)
{
    Str text = reader->text;
    size_t end = reader->offset;
    *out_escaped = false;
    while (end < text.size && text.data[end] != '"') {
        if ((uint8_t)text.data[end] < 0x20) {
            reader->position = document_position(reader->document, end);
            return json_error(reader, err, "a control character must be escaped in a text");
        }
        bool escape = text.data[end] == '\\';
        *out_escaped |= escape;
        end += escape ? 2 : 1;
    }
    if (end >= text.size) return json_error(reader, err, "this text has no end");
    *out_size = end - reader->offset;
    return true;
}

static bool string_unescape(JsonReader *reader, Str raw, Str *out, Error *err)
{
    char *data = arena_alloc(reader->arena, raw.size + 1, err);
    size_t used = 0;
    if (!data) return false;
    for (size_t offset = 0; offset < raw.size;) {
        uint32_t code = 0;
        if (raw.data[offset] != '\\') {
            data[used++] = raw.data[offset++];
            continue;
        }
        size_t size = escape_decode(raw, offset, &code);
        if (size == 0) {
            reader->position.column += (uint32_t)utf8_count(str_slice(raw, 0, offset)) + 1;
            return json_error(reader, err, "this is no escape; they are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9");
        }
        used += utf8_encode(code, data + used);
        offset += size;
    }
    *out = (Str){data, used};
    return true;
}

/// At the opening quote; behind the closing one afterwards.
static bool string_read(JsonReader *reader, Node **out, Error *err)
{
    size_t size = 0;
    bool escaped = false;
    TRY(json_node_new(reader, NODE_STRING, out, err));
    (*out)->quoted = true;
    reader->offset++;
    TRY(string_measure(reader, &size, &escaped, err));
    Str raw = str_slice(reader->text, reader->offset, reader->offset + size);
    if (escaped) TRY(string_unescape(reader, raw, &(*out)->text, err));
    if (!escaped) (*out)->text = raw;
    reader->offset += size + 1;
    reader->position.column += (uint32_t)utf8_count(raw) + 2;
    return true;
}

static size_t digits_size(Str text, size_t offset)
{
    size_t end = offset;
    while (end < text.size && text.data[end] >= '0' && text.data[end] <= '9') end++;
    return end - offset;
}

/// The size of the number at the start of the text by RFC 8259's grammar, or 0.
static size_t number_size(Str text)
{
    size_t at = str_starts(text, STR("-")) ? 1 : 0;
    size_t whole = digits_size(text, at);
    if (whole == 0 || (whole > 1 && text.data[at] == '0')) return 0;
    at += whole;
    if (at < text.size && text.data[at] == '.') {
        size_t fraction = digits_size(text, at + 1);
        if (fraction == 0) return 0;
        at += 1 + fraction;
    }
    if (at < text.size && (text.data[at] | 0x20) == 'e') {
        size_t sign = at + 1 < text.size && (text.data[at + 1] == '-' || text.data[at + 1] == '+') ? 1 : 0;
        size_t exponent = digits_size(text, at + 1 + sign);
        if (exponent == 0) return 0;
        at += 1 + sign + exponent;
    }
    return at;
}

/// The size of true, false, null or a number at the offset, or 0.
static size_t literal_size(Str text)
{
    static const Str WORDS[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("null")};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (str_starts(text, WORDS[i])) return WORDS[i].size;
    }
    return number_size(text);
}

static bool literal_read(JsonReader *reader, Node **out, Error *err)
{
    Str rest = str_slice(reader->text, reader->offset, reader->text.size);
    size_t size = literal_size(rest);
    if (size == 0) return json_expected(reader, "a value", err);
    TRY(json_node_new(reader, NODE_STRING, out, err));
    (*out)->text = str_slice(rest, 0, size);
    TRY(node_resolve(*out, err));
    reader_skip(reader, size);
    return true;
}

static bool container_open(JsonReader *reader, NodeKind kind, Error *err)
{
    Node *node = NULL;
    if (reader->depth == NODE_DEPTH_MAX) return json_error(reader, err, "nested too deeply (NODE_DEPTH_MAX)");
    TRY(json_node_new(reader, kind, &node, err));
    TRY(node_attach(reader, node, err));
    reader->levels[reader->depth++] = (JsonLevel){node, NULL};
    reader_skip(reader, 1);
    return true;
}

static bool container_close(JsonReader *reader, Error *err)
{
    const Node *node = reader->levels[--reader->depth].node;
    const Node *duplicate = NULL;
    reader_skip(reader, 1);
    if (node->kind == NODE_LIST) return true;
    TRY(node_duplicate_key(node, &duplicate, err));
    if (!duplicate) return true;
    return document_error(reader->document, duplicate->position, err, ERROR_DATA, "key '%.*s' stands here twice",
                          STR_ARG(str_slice(duplicate->text, 0, 64)));
}

/// Reads a scalar whole, or opens a list or map.
static bool value_read(JsonReader *reader, Error *err)
{
    Node *node = NULL;
    reader_skip_space(reader);
    char first = reader_peek(reader);
    if (first == '{') return container_open(reader, NODE_MAP, err);
    if (first == '[') return container_open(reader, NODE_LIST, err);
    if (first == '"') TRY(string_read(reader, &node, err));
    if (first != '"') TRY(literal_read(reader, &node, err));
    return node_attach(reader, node, err);
}

static bool key_read(JsonReader *reader, Error *err)
{
    reader_skip_space(reader);
    if (reader_peek(reader) != '"') return json_expected(reader, "a key in double quotes", err);
    TRY(string_read(reader, &reader->levels[reader->depth - 1].key, err));
    reader_skip_space(reader);
    if (reader_peek(reader) != ':') return json_expected(reader, "':'", err);
    reader_skip(reader, 1);
    return true;
}

/// The next item or entry of the innermost list or map, or its end.
static bool container_step(JsonReader *reader, Error *err)
{
    const Node *node = reader->levels[reader->depth - 1].node;
    bool is_map = node->kind == NODE_MAP;
    reader_skip_space(reader);
    if (reader_peek(reader) == (is_map ? '}' : ']')) return container_close(reader, err);
    if (node->count > 0) {
        if (reader_peek(reader) != ',') return json_expected(reader, is_map ? "',' or '}'" : "',' or ']'", err);
        reader_skip(reader, 1);
    }
    if (is_map) TRY(key_read(reader, err));
    return value_read(reader, err);
}

bool json_parse(Str name, Str text, Arena *arena, Document *out, Error *err)
{
    Document *document = NULL;
    TRY(document_new(name, text, ERROR_DATA, arena, &document, err));
    TRY(document_check_utf8(document, err));
    JsonReader reader = {.arena = arena, .document = document, .text = document->text, .position = {1, 1}};
    TRY(value_read(&reader, err));
    while (reader.depth > 0) TRY(container_step(&reader, err));
    reader_skip_space(&reader);
    if (reader.offset < reader.text.size) return json_expected(&reader, "the end", err);
    *out = *document;
    return true;
}
