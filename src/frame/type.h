/// The types of columns, kept exactly as the source declares them, and the few storage forms in which all are held.
#ifndef PAWL_FRAME_TYPE_H
#define PAWL_FRAME_TYPE_H

#include "base/error.h"
#include "base/str.h"

typedef enum TypeId {
    TYPE_BOOL,
    TYPE_INT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_UINT8,
    TYPE_UINT16,
    TYPE_UINT32,
    TYPE_UINT64, ///< a value over INT64_MAX is refused when read
    TYPE_FLOAT32,
    TYPE_FLOAT64,
    TYPE_DECIMAL,
    TYPE_STRING,
    TYPE_DATE,         ///< days since 1970-01-01
    TYPE_TIMESTAMP_S,  ///< seconds since 1970 UTC
    TYPE_TIMESTAMP_MS, ///< milliseconds
    TYPE_TIMESTAMP_US, ///< microseconds
    TYPE_TIMESTAMP_NS, ///< nanoseconds
    TYPE_LIST,         ///< of `item`, a computed type; see frame/list.h
    TYPE_MAP,          ///< from `key` to `item`, computed types; see frame/list.h
    TYPE_COUNT
} TypeId;

/// How values lie in memory.
typedef enum Storage {
    STORAGE_BOOL,    ///< uint8_t, 0 or 1
    STORAGE_INT,     ///< int64_t: all integers, dates, timestamps
    STORAGE_FLOAT,   ///< double; float32 widens exactly
    STORAGE_DECIMAL, ///< Int128, scaled by 10^scale
    STORAGE_STRING,  ///< Str; also lists and maps, as their canonical bytes
} Storage;

typedef struct Type {
    TypeId id;
    uint8_t precision; ///< decimals: digits, 1 to 38; of a list's or map's decimal items too
    uint8_t scale;     ///< decimals: digits after the point
    bool zoned;        ///< timestamps: an instant; false: a local time that its source's zone turns into one
    uint8_t item;      ///< lists and maps: a TypeId: bool, int64, float64, decimal, string or timestamp_us (an instant)
    uint8_t key;       ///< maps: a TypeId: bool, int64, string or timestamp_us (an instant)
} Type;

Storage type_storage(Type type);

/// Bytes of one value in memory.
size_t storage_size(Storage storage);

bool type_equal(Type left, Type right);
bool type_is_integer(Type type);
bool type_is_number(Type type); ///< integers, floats, decimals
bool type_is_timestamp(Type type);

bool type_is_nested(Type type); ///< lists and maps

/// The type of a list's or map's items, and of a map's keys.
Type type_item(Type type);
Type type_key(Type type);

/// list(item) and map(key, item) of computed types that may stand there.
Type type_list(Type item);
Type type_map(Type key, Type item);

/// "int32", "decimal(10,2)", "timestamp_ns", "timestamp_us with time zone", "list(float64)", "map(string,int64)", ... into `out` of at least
/// TYPE_NAME_BYTES_MAX.
enum { TYPE_NAME_BYTES_MAX = 96 };
void type_name(Type type, char *out);

/// The inverse of type_name. "timestamp" alone is timestamp_us.
MUST_CHECK bool type_parse(Str name, Type *out, Error *err);

/// The type that the feature language computes in: bool, int64, float64, decimal(38,scale), string, timestamp_us zoned,
/// and lists and maps of these.
/// (A date becomes the timestamp of its midnight in the source's zone.)
Type type_computed(Type type);

#define TYPE_OF(type_id) ((Type){.id = (type_id)})
#define TYPE_INSTANT ((Type){.id = TYPE_TIMESTAMP_US, .zoned = true})

#endif
