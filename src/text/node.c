#include "text/node.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/bytes.h"
#include "text/duration.h"
#include "text/quantity.h"

enum {
    NODE_MESSAGE_BYTES_MAX = 2048,
    NODE_KNOWN_SHOWN_MAX = 16, ///< names listed in an error
    NODE_KEYS_MAX = 64         ///< names given to NODE_CHECK_KEYS
};

static bool message_error(const Node *node, Position position, Error *err, const char *message)
{
    if (!node->document) return error_set(err, ERROR_CONFIG, "%s", message);
    return document_error(node->document, position, err, node->document->error_kind, "%s", message);
}

bool node_error(const Node *node, Error *err, const char *format, ...)
{
    char message[NODE_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return message_error(node, node->position, err, message);
}

bool node_error_at(const Node *node, size_t offset, Error *err, const char *format, ...)
{
    char message[NODE_MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return message_error(node, node_position_at(node, offset), err, message);
}

bool node_unknown_error(const Node *node, const char *what, Str name, const Str *known, size_t count, Error *err)
{
    char list[NODE_MESSAGE_BYTES_MAX / 2] = "";
    Str nearest = str_nearest(name, known, count);
    Str shown = str_slice(name, 0, 64);
    if (nearest.size > 0) {
        return node_error(node, err, "unknown %s '%.*s'; did you mean '%.*s'?", what, STR_ARG(shown), STR_ARG(nearest));
    }
    size_t used = 0;
    for (size_t i = 0; i < count && i < NODE_KNOWN_SHOWN_MAX && used < sizeof(list); i++) {
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%.*s", i ? ", " : "", STR_ARG(known[i]));
    }
    const char *more = count > NODE_KNOWN_SHOWN_MAX ? ", ..." : "";
    return node_error(node, err, "unknown %s '%.*s'; known are: %s%s", what, STR_ARG(shown), list, more);
}

static bool kind_error(const Node *node, const char *wanted, Error *err)
{
    Str shown = str_slice(node->text, 0, 64);
    if (node->kind == NODE_NULL || !node_is_scalar(node)) {
        return node_error(node, err, "expected %s, found %s", wanted, node_kind_name(node->kind));
    }
    return node_error(node, err, "expected %s, found %s '%.*s'", wanted, node_kind_name(node->kind), STR_ARG(shown));
}

bool node_expect(const Node *node, NodeKind kind, Error *err)
{
    return node->kind == kind || kind_error(node, node_kind_name(kind), err);
}

bool node_str(const Node *node, Str *out, Error *err)
{
    TRY(node_expect(node, NODE_STRING, err));
    *out = node->text;
    return true;
}

bool node_text(const Node *node, Str *out, Error *err)
{
    if (node->kind == NODE_NULL || !node_is_scalar(node)) return kind_error(node, "a text", err);
    *out = node->text;
    return true;
}

bool node_bool(const Node *node, bool *out, Error *err)
{
    if (node->kind != NODE_BOOL) return kind_error(node, "true or false", err);
    *out = node->boolean;
    return true;
}

bool node_int(const Node *node, int64_t min, int64_t max, int64_t *out, Error *err)
{
    TRY(node_expect(node, NODE_INT, err));
    if (node->integer < min || node->integer > max) {
        return node_error(node, err, "%.*s is not between %" PRId64 " and %" PRId64, STR_ARG(node->text), min, max);
    }
    *out = node->integer;
    return true;
}

bool node_double(const Node *node, double *out, Error *err)
{
    if (node->kind != NODE_INT && node->kind != NODE_FLOAT) return kind_error(node, "a number", err);
    *out = node->kind == NODE_INT ? (double)node->integer : node->number;
    return true;
}

/// Turns what a notation's parser said into an error at the node.
static bool notation_error(const Node *node, const Error *inner, Error *err)
{
    return node_error(node, err, "%s", inner->text);
}

bool node_duration(const Node *node, int64_t *out_us, Error *err)
{
    Error inner = {0};
    Str text;
    TRY(node_text(node, &text, err));
    return duration_parse(text, out_us, &inner) || notation_error(node, &inner, err);
}

bool node_size(const Node *node, uint64_t *out_bytes, Error *err)
{
    Error inner = {0};
    Str text;
    TRY(node_text(node, &text, err));
    return size_parse(text, out_bytes, &inner) || notation_error(node, &inner, err);
}

bool node_fraction(const Node *node, double *out, Error *err)
{
    Error inner = {0};
    Str text;
    TRY(node_text(node, &text, err));
    return fraction_parse(text, out, &inner) || notation_error(node, &inner, err);
}

bool node_choice(const Node *node, const Str *names, size_t count, size_t *out, Error *err)
{
    Str text;
    TRY(node_text(node, &text, err));
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(names[i], text)) continue;
        *out = i;
        return true;
    }
    return node_unknown_error(node, "value", text, names, count, err);
}

bool node_need(const Node *map, Str key, const Node **out, Error *err)
{
    TRY(node_expect(map, NODE_MAP, err));
    const Node *value = node_get(map, key);
    if (!value) return node_error(map, err, "'%.*s' is missing", STR_ARG(key));
    *out = value;
    return true;
}

bool node_get_str(const Node *map, Str key, Str *out, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_str(value, out, err);
}

bool node_get_text(const Node *map, Str key, Str *out, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_text(value, out, err);
}

bool node_get_bool(const Node *map, Str key, bool *out, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_bool(value, out, err);
}

bool node_get_int(const Node *map, Str key, int64_t min, int64_t max, int64_t *out, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_int(value, min, max, out, err);
}

bool node_get_double(const Node *map, Str key, double *out, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_double(value, out, err);
}

bool node_get_duration(const Node *map, Str key, int64_t *out_us, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_duration(value, out_us, err);
}

bool node_get_size(const Node *map, Str key, uint64_t *out_bytes, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_size(value, out_bytes, err);
}

bool node_get_fraction(const Node *map, Str key, double *out, Error *err)
{
    const Node *value = node_get(map, key);
    return !value || node_fraction(value, out, err);
}

static bool name_is_among(Str name, const Str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(names[i], name)) return true;
    }
    return false;
}

bool node_check_keys(const Node *node, const Str *allowed, size_t count, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    for (size_t i = 0; i < node->count; i++) {
        const Node *key = node->keys[i];
        if (!name_is_among(key->text, allowed, count)) {
            return node_unknown_error(key, "key", key->text, allowed, count, err);
        }
    }
    return true;
}

bool node_check_key_names(const Node *node, Error *err, ...)
{
    Str names[NODE_KEYS_MAX];
    size_t count = 0;
    va_list arguments;
    va_start(arguments, err);
    for (const char *name = va_arg(arguments, const char *); name; name = va_arg(arguments, const char *)) {
        CHECK(count < NODE_KEYS_MAX);
        names[count++] = str_from(name);
    }
    va_end(arguments);
    return node_check_keys(node, names, count, err);
}
