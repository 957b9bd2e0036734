#include "text/json_path.h"

static bool path_wrong(Str text, size_t at, Error *err)
{
    return error_set(err, ERROR_DATA,
                     "the JSON path '%.*s' is wrong at character %zu; paths are as $.a.b[0]['any key']",
                     STR_ARG(str_slice(text, 0, 64)), at + 1);
}

/// Up to a byte of `ends`, or the end.
static size_t scan(Str text, size_t at, char first_end, char second_end)
{
    while (at < text.size && text.data[at] != first_end && text.data[at] != second_end) at++;
    return at;
}

/// "[12]" or "['key']" after its '['; gives the place behind it, or 0.
static size_t read_bracket(Str text, size_t at, JsonPathStep *out)
{
    enum { DIGITS_MAX = 9 };
    char quote = at < text.size ? text.data[at] : 0;
    size_t end = at;
    if (quote == '\'' || quote == '"') {
        end = scan(text, at + 1, quote, quote);
        out->key = str_slice(text, at + 1, end);
        end++;
    } else {
        for (; end < text.size && byte_is_digit(text.data[end]) && end - at < DIGITS_MAX; end++)
            out->index = out->index * 10 + (size_t)(text.data[end] - '0');
        if (end == at) return 0;
    }
    return end < text.size && text.data[end] == ']' ? end + 1 : 0;
}

/// ".key" after its '.'; gives the place behind it, or 0.
static size_t read_key(Str text, size_t at, JsonPathStep *out)
{
    size_t end = scan(text, at, '.', '[');
    out->key = str_slice(text, at, end);
    return end > at ? end : 0;
}

bool json_path_parse(Str text, JsonPath *out, Error *err)
{
    JsonPath path = {0};
    if (text.size == 0 || text.data[0] != '$') return path_wrong(text, 0, err);
    for (size_t at = 1; at < text.size;) {
        JsonPathStep step = {0};
        size_t next = text.data[at] == '.'   ? read_key(text, at + 1, &step)
                      : text.data[at] == '[' ? read_bracket(text, at + 1, &step)
                                             : 0;
        if (next == 0 || path.count == JSON_PATH_STEPS_MAX) return path_wrong(text, at, err);
        path.steps[path.count++] = step;
        at = next;
    }
    *out = path;
    return true;
}

const Node *json_path_find(const JsonPath *path, const Node *root)
{
    const Node *node = root;
    for (uint32_t i = 0; i < path->count && node != NULL; i++) {
        const JsonPathStep *step = &path->steps[i];
        bool item = step->key.data == NULL;
        if (item) {
            node = node->kind == NODE_LIST && step->index < node->count ? node->items[step->index] : NULL;
        } else {
            node = node->kind == NODE_MAP ? node_get(node, step->key) : NULL;
        }
    }
    return node;
}
