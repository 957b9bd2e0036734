/// The online store's ground: an ordered map of bytes behind a table of functions (LMDB; others later). A contract between rooms.
///
/// Readers see one committed state; a write is one transaction, there whole or not at all, also after a crash.
#ifndef PAWL_ONLINE_KEY_VALUE_H
#define PAWL_ONLINE_KEY_VALUE_H

#include "base/bytes.h"

typedef struct KeyValue KeyValue;
typedef struct KeyValueRead KeyValueRead;   ///< a consistent view, of one thread
typedef struct KeyValueWrite KeyValueWrite; ///< the one write at a time

typedef struct KeyValueKind {
    const char *name;
    bool (*open)(Str location, bool read_only, KeyValue **out, Error *err);
    void (*close)(KeyValue **store);
    bool (*read_begin)(KeyValue *store, KeyValueRead **out, Error *err);
    void (*read_end)(KeyValueRead **read);
    /// Borrowed until read_end; an absent key gives an empty Str with data NULL.
    bool (*get)(KeyValueRead *read, Str key, Str *out, Error *err);
    bool (*write_begin)(KeyValue *store, KeyValueWrite **out, Error *err);
    bool (*put)(KeyValueWrite *write, Str key, Str value, Error *err);
    /// Removes every key that starts with `prefix`.
    bool (*remove_prefix)(KeyValueWrite *write, Str prefix, Error *err);
    bool (*commit)(KeyValueWrite **write, Error *err);
    void (*abandon)(KeyValueWrite **write);
} KeyValueKind;

/// NULL when unknown.
const KeyValueKind *key_value_find(Str name);

#endif
