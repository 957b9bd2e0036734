/// Writes JSON as a stream into Bytes: the same calls, the same bytes.
///
///     JsonWriter json = json_writer(&out, JSON_COMPACT);
///     TRY(json_object_begin(&json, err));
///     TRY(json_field_int(&json, STR("rows"), 7, err));
///     TRY(json_object_end(&json, err));
///
/// Keys and values in a wrong order are a programmer's mistake and CHECKed. Keys appear in the order of the
/// calls; json_node in canonical style sorts them.
#ifndef PAWL_TEXT_JSON_WRITER_H
#define PAWL_TEXT_JSON_WRITER_H

#include "base/bytes.h"
#include "text/node.h"

typedef enum JsonStyle {
    JSON_COMPACT,   ///< no white space
    JSON_PRETTY,    ///< two spaces, one entry a line, no final newline
    JSON_CANONICAL, ///< compact, and json_node sorts keys by bytes: for digests
} JsonStyle;

typedef struct JsonWriter {
    Bytes *out; ///< borrowed
    JsonStyle style;
    bool nonfinite_refused; ///< NaN and infinities are an ERROR_DATA instead of "NaN", "Infinity", "-Infinity"
    uint32_t depth;
    bool key_written;                   ///< a value must follow
    uint8_t levels[NODE_DEPTH_MAX + 1]; ///< of each open object or array: which, and whether it has an item
} JsonWriter;

JsonWriter json_writer(Bytes *out, JsonStyle style);

MUST_CHECK bool json_object_begin(JsonWriter *json, Error *err);
MUST_CHECK bool json_object_end(JsonWriter *json, Error *err);
MUST_CHECK bool json_array_begin(JsonWriter *json, Error *err);
MUST_CHECK bool json_array_end(JsonWriter *json, Error *err);
MUST_CHECK bool json_key(JsonWriter *json, Str key, Error *err);

/// Text that is not UTF-8 is an ERROR_DATA.
MUST_CHECK bool json_str(JsonWriter *json, Str value, Error *err);
MUST_CHECK bool json_int(JsonWriter *json, int64_t value, Error *err);
MUST_CHECK bool json_uint(JsonWriter *json, uint64_t value, Error *err);

/// The shortest text that reads back to the same double; it always looks like a float ("1.0").
MUST_CHECK bool json_double(JsonWriter *json, double value, Error *err);
MUST_CHECK bool json_bool(JsonWriter *json, bool value, Error *err);
MUST_CHECK bool json_null(JsonWriter *json, Error *err);

/// A whole tree.
MUST_CHECK bool json_node(JsonWriter *json, const Node *node, Error *err);

/// A value that already is JSON, taken as it is.
MUST_CHECK bool json_raw(JsonWriter *json, Str value, Error *err);

// A key and its value.

MUST_CHECK bool json_field_str(JsonWriter *json, Str key, Str value, Error *err);
MUST_CHECK bool json_field_int(JsonWriter *json, Str key, int64_t value, Error *err);
MUST_CHECK bool json_field_uint(JsonWriter *json, Str key, uint64_t value, Error *err);
MUST_CHECK bool json_field_double(JsonWriter *json, Str key, double value, Error *err);
MUST_CHECK bool json_field_bool(JsonWriter *json, Str key, bool value, Error *err);
MUST_CHECK bool json_field_null(JsonWriter *json, Str key, Error *err);
MUST_CHECK bool json_field_node(JsonWriter *json, Str key, const Node *node, Error *err);
MUST_CHECK bool json_field_object(JsonWriter *json, Str key, Error *err);
MUST_CHECK bool json_field_array(JsonWriter *json, Str key, Error *err);

#endif
