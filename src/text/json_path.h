/// Paths into JSON: "$.a.b", "$.items[0]", "$['any key']"; "$" is the whole.
#ifndef PAWL_TEXT_JSON_PATH_H
#define PAWL_TEXT_JSON_PATH_H

#include "text/node.h"

enum { JSON_PATH_STEPS_MAX = 32 };

/// A key of a map, or (key.data NULL) the index of an item, from 0.
typedef struct JsonPathStep {
    Str key;
    size_t index;
} JsonPathStep;

/// Keys are views of the path's text.
typedef struct JsonPath {
    uint32_t count;
    JsonPathStep steps[JSON_PATH_STEPS_MAX];
} JsonPath;

/// ERROR_DATA says what is wrong.
MUST_CHECK bool json_path_parse(Str text, JsonPath *out, Error *err);

/// The node that the path leads to; NULL when there is none.
const Node *json_path_find(const JsonPath *path, const Node *root);

#endif
