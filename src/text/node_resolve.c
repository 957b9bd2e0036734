// YAML 1.2.2, section 10.3.2: the core schema's rules for plain scalars.
#include <math.h>
#include <string.h>

#include "number/parse.h"
#include "text/node_tree.h"

typedef struct FixedScalar {
    Str text;
    NodeKind kind;
    bool boolean;
    double number;
} FixedScalar;

static const FixedScalar FIXED[] = {
    {STR_INIT(""), NODE_NULL, false, 0},
    {STR_INIT("~"), NODE_NULL, false, 0},
    {STR_INIT("null"), NODE_NULL, false, 0},
    {STR_INIT("Null"), NODE_NULL, false, 0},
    {STR_INIT("NULL"), NODE_NULL, false, 0},
    {STR_INIT("true"), NODE_BOOL, true, 0},
    {STR_INIT("True"), NODE_BOOL, true, 0},
    {STR_INIT("TRUE"), NODE_BOOL, true, 0},
    {STR_INIT("false"), NODE_BOOL, false, 0},
    {STR_INIT("False"), NODE_BOOL, false, 0},
    {STR_INIT("FALSE"), NODE_BOOL, false, 0},
    {STR_INIT(".inf"), NODE_FLOAT, false, (double)INFINITY},
    {STR_INIT(".Inf"), NODE_FLOAT, false, (double)INFINITY},
    {STR_INIT(".INF"), NODE_FLOAT, false, (double)INFINITY},
    {STR_INIT("+.inf"), NODE_FLOAT, false, (double)INFINITY},
    {STR_INIT("+.Inf"), NODE_FLOAT, false, (double)INFINITY},
    {STR_INIT("+.INF"), NODE_FLOAT, false, (double)INFINITY},
    {STR_INIT("-.inf"), NODE_FLOAT, false, -(double)INFINITY},
    {STR_INIT("-.Inf"), NODE_FLOAT, false, -(double)INFINITY},
    {STR_INIT("-.INF"), NODE_FLOAT, false, -(double)INFINITY},
    {STR_INIT(".nan"), NODE_FLOAT, false, (double)NAN},
    {STR_INIT(".NaN"), NODE_FLOAT, false, (double)NAN},
    {STR_INIT(".NAN"), NODE_FLOAT, false, (double)NAN},
};

static bool resolve_fixed(Node *node)
{
    for (size_t i = 0; i < COUNT_OF(FIXED); i++) {
        if (!str_equal(node->text, FIXED[i].text)) continue;
        node->kind = FIXED[i].kind;
        if (node->kind == NODE_BOOL) node->boolean = FIXED[i].boolean;
        if (node->kind == NODE_FLOAT) node->number = FIXED[i].number;
        return true;
    }
    return false;
}

static bool all_among(Str text, const char *allowed)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == 0 || !strchr(allowed, text.data[i])) return false;
    }
    return text.size > 0;
}

static bool range_error(const Node *node, Error *err)
{
    static const Document UNNAMED = {.name = STR_INIT("text"), .error_kind = ERROR_CONFIG};
    const Document *document = node->document ? node->document : &UNNAMED;
    return document_error(document, node->position, err, document->error_kind,
                          "number '%.*s' does not fit into 64 bits; put quotes around it if it is a text",
                          STR_ARG(str_slice(node->text, 0, 64)));
}

/// "0x1F" and "0o17": `bits` a digit.
static bool resolve_radix(Node *node, unsigned bits, Error *err)
{
    uint64_t value = 0;
    for (size_t i = 2; i < node->text.size; i++) {
        uint8_t byte = (uint8_t)node->text.data[i];
        uint8_t digit = byte <= '9' ? (uint8_t)(byte - '0') : (uint8_t)((byte | 0x20) - 'a' + 10);
        if (value >> (63 - bits) != 0) return range_error(node, err);
        value = value << bits | digit;
    }
    node->kind = NODE_INT;
    node->integer = (int64_t)value;
    return true;
}

static bool resolve_int(Node *node, Error *err)
{
    int64_t value;
    if (!number_parse_int64(node->text, &value, NULL)) return range_error(node, err);
    node->kind = NODE_INT;
    node->integer = value;
    return true;
}

static bool resolve_float(Node *node, Error *err)
{
    double value;
    if (!number_parse_double(node->text, &value, NULL)) return true;
    if (isinf(value)) return range_error(node, err);
    node->kind = NODE_FLOAT;
    node->number = value;
    return true;
}

bool node_resolve(Node *node, Error *err)
{
    Str text = node->text;
    bool sign = text.size > 1 && (text.data[0] == '-' || text.data[0] == '+');
    Str digits = str_slice(text, sign ? 1 : 0, text.size);

    node->kind = NODE_STRING;
    if (resolve_fixed(node)) return true;
    if (all_among(digits, "0123456789")) return resolve_int(node, err);
    Str rest = str_slice(text, 2, text.size);
    if (str_starts(text, STR("0x")) && all_among(rest, "0123456789abcdefABCDEF")) return resolve_radix(node, 4, err);
    if (str_starts(text, STR("0o")) && all_among(rest, "01234567")) return resolve_radix(node, 3, err);
    if (all_among(text, "0123456789.eE+-")) return resolve_float(node, err);
    return true;
}
