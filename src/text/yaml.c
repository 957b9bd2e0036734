#include "text/yaml.h"

#include <libfyaml.h>
#include <string.h>

typedef struct YamlLevel {
    Node *node;
    Node *key; ///< a map's key that waits for its value
} YamlLevel;

/// Turns libfyaml's events into a tree, with a stack of its own.
typedef struct YamlReader {
    struct fy_diag *diagnostics;
    struct fy_parser *parser;
    struct fy_event *event; ///< the current one
    Arena *arena;
    Document *document;
    size_t node_count;
    size_t document_count;
    size_t depth;
    YamlLevel levels[NODE_DEPTH_MAX];
} YamlReader;

static void yaml_reader_deinit(YamlReader *reader)
{
    if (reader->event) fy_parser_event_free(reader->parser, reader->event);
    if (reader->parser) fy_parser_destroy(reader->parser);
    if (reader->diagnostics) fy_diag_destroy(reader->diagnostics);
}

static Position token_position(struct fy_token *token, Position otherwise)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    if (!mark || mark->line < 0) return otherwise;
    return (Position){(uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
}

static YamlLevel *level_top(YamlReader *reader)
{
    return reader->depth > 0 ? &reader->levels[reader->depth - 1] : NULL;
}

/// libfyaml's mark of a quoted scalar and of an alias stands behind the sign that opens it.
static uint32_t opening_size(const struct fy_event *event)
{
    if (event->type == FYET_ALIAS) return 1;
    if (event->type != FYET_SCALAR) return 0;
    enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED ? 1 : 0;
}

/// Where the current event is; what has no text of its own (a value left out) is where its key or list is.
static Position event_position(YamlReader *reader)
{
    const YamlLevel *top = level_top(reader);
    Position otherwise = {1, 1};
    if (top) otherwise = top->key ? top->key->position : top->node->position;
    struct fy_token *token = fy_event_get_token(reader->event);
    Position position = token_position(token, otherwise);
    if (position.column > 1 && token) position.column -= opening_size(reader->event);
    return position;
}

static bool event_error(YamlReader *reader, Error *err, const char *why)
{
    return document_error(reader->document, event_position(reader), err, ERROR_CONFIG, "%s", why);
}

static bool event_is_key(YamlReader *reader)
{
    const YamlLevel *top = level_top(reader);
    return top && top->node->kind == NODE_MAP && !top->key;
}

static bool event_node(YamlReader *reader, NodeKind kind, Node **out, Error *err)
{
    if (reader->node_count++ >= NODE_COUNT_MAX) return event_error(reader, err, "too many nodes (NODE_COUNT_MAX)");
    TRY(node_new(reader->arena, kind, out, err));
    (*out)->position = event_position(reader);
    (*out)->document = reader->document;
    return true;
}

/// Puts a finished or opened node where it belongs.
static bool node_attach(YamlReader *reader, Node *node, Error *err)
{
    YamlLevel *top = level_top(reader);
    if (!top) {
        reader->document->root = node;
        return true;
    }
    if (top->node->kind == NODE_LIST) return node_append(reader->arena, top->node, node, err);
    if (!top->key) {
        top->key = node;
        return true;
    }
    TRY(node_put(reader->arena, top->node, top->key, node, err));
    top->key = NULL;
    return true;
}

static bool key_check(YamlReader *reader, const Node *key, Error *err)
{
    if (key->quoted) return true;
    if (key->text.size == 0) return event_error(reader, err, "a key is missing");
    if (str_equal(key->text, STR("<<"))) return event_error(reader, err, "merge keys (<<) are not supported");
    return true;
}

static bool scalar_read(YamlReader *reader, Error *err)
{
    struct fy_token *token = reader->event->scalar.value;
    bool is_key = event_is_key(reader);
    Node *node = NULL;
    size_t size = 0;
    const char *text = fy_token_get_text(token, &size);
    if (!text) return error_set(err, ERROR_MEMORY, "out of memory while reading YAML");
    // libfyaml 0.7.12 counts an escaped space at a line's end that it has dropped: behind the final zero there are
    // bytes that nobody wrote.
    if (memchr(text, 0, size)) return event_error(reader, err, "a text must not hold the character NUL");

    TRY(event_node(reader, NODE_STRING, &node, err));
    TRY(arena_copy(reader->arena, (Str){text, size}, &node->text, err));
    node->quoted = fy_token_scalar_style(token) != FYSS_PLAIN;
    if (is_key) TRY(key_check(reader, node, err));
    if (!is_key && !node->quoted) TRY(node_resolve(node, err));
    return node_attach(reader, node, err);
}

static bool container_open(YamlReader *reader, NodeKind kind, Error *err)
{
    Node *node = NULL;
    if (event_is_key(reader)) return event_error(reader, err, "a key must be a text, not a list or a map");
    if (reader->depth == NODE_DEPTH_MAX) return event_error(reader, err, "nested too deeply (NODE_DEPTH_MAX)");
    TRY(event_node(reader, kind, &node, err));
    TRY(node_attach(reader, node, err));
    reader->levels[reader->depth++] = (YamlLevel){node, NULL};
    return true;
}

static bool container_close(YamlReader *reader, Error *err)
{
    const Node *node = reader->levels[--reader->depth].node;
    const Node *duplicate = NULL;
    if (node->kind == NODE_LIST) return true;
    TRY(node_duplicate_key(node, &duplicate, err));
    if (!duplicate) return true;
    return document_error(reader->document, duplicate->position, err, ERROR_CONFIG, "key '%.*s' stands here twice",
                          STR_ARG(str_slice(duplicate->text, 0, 64)));
}

static bool document_start(YamlReader *reader, Error *err)
{
    if (reader->document_count++ == 0) return true;
    return event_error(reader, err, "a second document; one file holds one document");
}

/// Anchors and tags stand beside the event's token.
static bool properties_check(YamlReader *reader, Error *err)
{
    const struct fy_event *event = reader->event;
    struct fy_token *anchor = NULL;
    struct fy_token *tag = NULL;
    if (event->type == FYET_SCALAR) anchor = event->scalar.anchor, tag = event->scalar.tag;
    if (event->type == FYET_SEQUENCE_START) anchor = event->sequence_start.anchor, tag = event->sequence_start.tag;
    if (event->type == FYET_MAPPING_START) anchor = event->mapping_start.anchor, tag = event->mapping_start.tag;
    if (anchor) return event_error(reader, err, "anchors and aliases are not supported; write the value out");
    if (tag) return event_error(reader, err, "tags are not supported; put quotes around what is a text");
    return true;
}

static bool event_read(YamlReader *reader, Error *err)
{
    TRY(properties_check(reader, err));
    switch (reader->event->type) {
    case FYET_DOCUMENT_START:
        return document_start(reader, err);
    case FYET_SCALAR:
        return scalar_read(reader, err);
    case FYET_SEQUENCE_START:
        return container_open(reader, NODE_LIST, err);
    case FYET_MAPPING_START:
        return container_open(reader, NODE_MAP, err);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        return container_close(reader, err);
    case FYET_ALIAS:
        return event_error(reader, err, "anchors and aliases are not supported; write the value out");
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
    return true;
}

typedef struct YamlHint {
    const char *message;
    const char *hint;
} YamlHint;

/// Mistakes that are often made and that libfyaml names in words of the specification.
static const YamlHint HINTS[] = {
    {"invalid multiline plain key",
     "this text goes on in the next line, which looks like a key; check the indentation and the space behind ':'"},
    {"invalid nested block mapping on the same line", "a second ': ' in one line; put quotes around the text"},
    {"did not find expected key", "expected a key; check the indentation"},
    {"wrongly indented double-quoted scalar", "this quoted text has no end, or its next line is not indented"},
    {"wrongly indented single-quoted scalar", "this quoted text has no end, or its next line is not indented"},
};

static const char *message_improve(const char *message)
{
    for (size_t i = 0; i < COUNT_OF(HINTS); i++) {
        if (str_equal(str_from(message), str_from(HINTS[i].message))) return HINTS[i].hint;
    }
    return message;
}

/// The first thing that libfyaml complained about.
static bool syntax_error(YamlReader *reader, Error *err)
{
    void *cursor = NULL;
    const struct fy_diag_error *first = fy_diag_errors_iterate(reader->diagnostics, &cursor);
    if (!first) return document_error(reader->document, (Position){0}, err, ERROR_CONFIG, "this is not YAML");
    Position position = {first->line > 0 ? (uint32_t)first->line : 1, first->column > 0 ? (uint32_t)first->column : 1};
    return document_error(reader->document, position, err, ERROR_CONFIG, "%s", message_improve(first->msg));
}

static void output_drop(struct fy_diag *diagnostics, void *user, const char *text, size_t size)
{
    UNUSED(diagnostics);
    UNUSED(user);
    UNUSED(text);
    UNUSED(size);
}

static bool parser_start(YamlReader *reader, Error *err)
{
    struct fy_diag_cfg quiet = {.output_fn = output_drop, .level = FYET_ERROR, .module_mask = ~0U};
    reader->diagnostics = fy_diag_create(&quiet);
    if (!reader->diagnostics) return error_set(err, ERROR_MEMORY, "out of memory while reading YAML");
    fy_diag_set_collect_errors(reader->diagnostics, true);

    struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
                                  .diag = reader->diagnostics};
    Str text = reader->document->text;
    reader->parser = fy_parser_create(&config);
    if (!reader->parser || fy_parser_set_string(reader->parser, text.data, text.size) != 0) {
        return error_set(err, ERROR_MEMORY, "out of memory while reading YAML");
    }
    return true;
}

static bool document_read(YamlReader *reader, Error *err)
{
    TRY(parser_start(reader, err));
    while ((reader->event = fy_parser_parse(reader->parser)) != NULL) {
        TRY(event_read(reader, err));
        fy_parser_event_free(reader->parser, reader->event);
    }
    return !fy_parser_get_stream_error(reader->parser) || syntax_error(reader, err);
}

/// What libfyaml would pass over in silence: bytes that are not UTF-8, and control characters.
static bool characters_check(const Document *document, Error *err)
{
    Str text = document->text;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r') continue;
        return document_error(document, document_position(document, i), err, ERROR_CONFIG,
                              "control character 0x%02X is not allowed", byte);
    }
    return document_check_utf8(document, err);
}

bool yaml_parse(Str name, Str text, Arena *arena, Document *out, Error *err)
{
    Document *document = NULL;
    Node *nothing = NULL;
    TRY(document_new(name, text, ERROR_CONFIG, arena, &document, err));
    TRY(characters_check(document, err));
    AUTO(yaml_reader_deinit) YamlReader reader = {.arena = arena, .document = document};
    TRY(document_read(&reader, err));
    if (!document->root) {
        TRY(node_new(arena, NODE_NULL, &nothing, err));
        nothing->position = (Position){1, 1};
        nothing->document = document;
        document->root = nothing;
    }
    *out = *document;
    return true;
}
