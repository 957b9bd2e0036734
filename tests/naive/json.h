/// JSON as RFC 8259 tells it, read and written once more by simple descent: what the interpreter's JSON functions and casts stand
/// on, and what fuzzers hold the reader of text/json.h and the paths of text/json_path.h against.
#ifndef PAWL_NAIVE_JSON_H
#define PAWL_NAIVE_JSON_H

#include "naive/value.h"

typedef enum NaiveJsonKind {
    SAID_NULL,
    SAID_BOOL,
    SAID_WHOLE,
    SAID_REAL,
    SAID_TEXT,
    SAID_LIST,
    SAID_MAP
} NaiveJsonKind;

typedef struct NaiveJson NaiveJson;
struct NaiveJson {
    NaiveJsonKind kind;
    Str text; ///< of scalars: as written; of a text its content
    bool boolean;
    int64_t whole;
    double real;
    NaiveJson *items;
    Str *keys;
    size_t count;
};

/// False when the text is no JSON: its grammar, UTF-8, the keys of a map once, whole numbers of 64 bits and others as finite
/// doubles, 64 lists and maps inside each other.
bool naive_json_read(Str text, Arena *arena, NaiveJson *out);

typedef enum NaivePath { PATH_WRONG, PATH_NOTHING, PATH_FOUND } NaivePath;

/// What "$.a.b[0]['any key']" leads to.
NaivePath naive_json_find(Str path, const NaiveJson *root, const NaiveJson **out);

/// A list or map that is there as JSON.
Value naive_json_from(Value value, Arena *arena);

/// The list or map that the text is; null for what is none, or has items of another type.
Value naive_json_to(Str text, Type type, Arena *arena);

#endif
