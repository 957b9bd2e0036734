/// Universal Binary JSON (ubjson.org, draft 12), as far as XGBoost writes it, read token by token from any bytes.
///
/// A typed array of fixed-size values is one token. Borrows the text. Everything is checked: what is no UBJ is an
/// ERROR_DATA with the byte's offset.
#ifndef PAWL_MODEL_UBJ_INTERNAL_H
#define PAWL_MODEL_UBJ_INTERNAL_H

#include "base/error.h"
#include "base/str.h"

enum { UBJ_DEPTH_MAX = 32 };

typedef enum UbjKind {
    UBJ_END, ///< of the text
    UBJ_OBJECT,
    UBJ_OBJECT_END,
    UBJ_ARRAY,
    UBJ_ARRAY_END,
    UBJ_KEY,
    UBJ_STRING,
    UBJ_INTEGER,
    UBJ_FLOAT,
    UBJ_OTHER, ///< null, true, false
    UBJ_TYPED_ARRAY
} UbjKind;

typedef struct UbjToken {
    UbjKind kind;
    Str text;        ///< keys and strings
    int64_t integer; ///< UBJ_INTEGER
    double number;   ///< UBJ_FLOAT
    char item_type;  ///< UBJ_TYPED_ARRAY: 'i', 'U', 'I', 'l', 'L', 'd' or 'D'
    size_t count;    ///< its items
    const uint8_t *items;
} UbjToken;

typedef struct UbjLevel {
    bool is_object;
    bool is_counted; ///< ends after `left` items, without an end mark
    uint64_t left;
} UbjLevel;

typedef struct UbjReader {
    Str text;
    size_t offset;
    size_t depth;
    bool begun;
    bool key_read; ///< a value must follow
    UbjLevel levels[UBJ_DEPTH_MAX];
} UbjReader;

UbjReader ubj_reader(Str text);

/// One value, then UBJ_END.
MUST_CHECK bool ubj_next(UbjReader *reader, UbjToken *out, Error *err);

/// Item `i` of a typed array of integers or of float32.
int64_t ubj_item_integer(const UbjToken *token, size_t i);
float ubj_item_float(const UbjToken *token, size_t i);

#endif
