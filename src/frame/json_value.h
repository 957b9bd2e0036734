/// Values as JSON, the way in which requests, answers, plans and JSON files carry them.
///
/// Integers, floats ("NaN", "Infinity" and "-Infinity" as texts) and booleans as they are; decimals and instants as texts; a
/// list as an array; a map as an object whose keys are the map's keys as texts, ascending. What is written reads back to the
/// same bits.
#ifndef PAWL_FRAME_JSON_VALUE_H
#define PAWL_FRAME_JSON_VALUE_H

#include "frame/column.h"
#include "text/json_writer.h"

MUST_CHECK bool vector_write_json(const Vector *vector, size_t i, JsonWriter *json, Error *err);

/// What errors about a value say and where: "<what> is a number, this is a text", of the given kind, at the value.
typedef struct JsonContext {
    const char *what; ///< "input 'x'"
    ErrorKind kind;
} JsonContext;

/// Appends a value of the column's type, which is a computed one. A decimal and a float may come as any number; null is null.
MUST_CHECK bool column_push_json(Column *column, const Node *node, const JsonContext *context, Error *err);

#endif
