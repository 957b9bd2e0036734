/// Lists and maps as values: how their canonical bytes are made and read.
///
/// A list or map lies in memory as a Str (STORAGE_STRING), so that columns, keys, digests and stores treat it as they treat
/// a string. Its bytes: u32 item count (little-endian), then every item as vector_encode writes it (a valid byte; when valid,
/// the value). A map: u32 entry count, then per entry its key and its item, ascending by key, each key once and never null.
/// The same list gives the same bytes; the empty list is four zero bytes and is not null.
#ifndef PAWL_FRAME_LIST_H
#define PAWL_FRAME_LIST_H

#include "base/arena.h"
#include "frame/vector.h"

enum { LIST_ITEMS_MAX = 1 << 20 };

/// Builds the bytes of one list or map. Zero is ready; list_writer_begin starts anew and keeps the memory. Owned.
typedef struct ListWriter {
    Type type;
    uint32_t count; ///< items, or entries begun
    bool at_item;   ///< maps: a key was pushed, its item comes next
    size_t key;     ///< maps: where the last key's bytes begin
    Bytes bytes;
} ListWriter;

void list_writer_deinit(ListWriter *writer);
MUST_CHECK bool list_writer_begin(ListWriter *writer, Type type, Error *err);

/// Appends value `i` of a vector of the item's type (for a map: the entry's key, then its item, keys ascending).
/// ERROR_DATA for an item over LIST_ITEMS_MAX, for a map's null key and for a key that is not over the one before.
MUST_CHECK bool list_writer_push(ListWriter *writer, const Vector *vector, size_t i, Error *err);

/// The bytes, copied into the arena.
MUST_CHECK bool list_writer_finish(ListWriter *writer, Arena *arena, Str *out, Error *err);

/// The whole of a vector as a list.
MUST_CHECK bool list_from_vector(const Vector *items, Arena *arena, Str *out, Error *err);

/// Entries in any order as a map, `keys` and `items` of one length. ERROR_DATA for a null key and for one that repeats.
MUST_CHECK bool map_from_vectors(const Vector *keys, const Vector *items, Arena *arena, Str *out, Error *err);

/// A list's items or a map's entries, unpacked: `keys` only for maps. Values live in the arena, strings in `bytes`.
typedef struct ListItems {
    Vector keys;
    Vector items;
} ListItems;

/// ERROR_DATA for bytes that no writer makes (foreign bytes do no harm).
MUST_CHECK bool list_unpack(Type type, Str bytes, Arena *arena, ListItems *out, Error *err);

/// ERROR_DATA unless list_unpack would take the bytes; needs no memory.
MUST_CHECK bool list_check(Type type, Str bytes, Error *err);

/// Items or entries, from the first bytes; of a checked value.
uint32_t list_count(Str bytes);

/// Total order of two values of one list or map type: by the first items (of maps: keys, then items) that differ, in the
/// order of vector_compare (null first, NaN greatest, -0 equals 0); a list that another begins with comes before it.
int list_compare(Type type, Str left, Str right);

/// The places of a vector's values in ascending order (vector_compare), equal ones as they stand.
MUST_CHECK bool vector_order(const Vector *vector, Arena *arena, uint32_t **out, Error *err);

#endif
