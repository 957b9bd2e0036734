/// One visible version of a row on its way to its entity: what facts are made of, packed into bytes that can be moved and stored.
///
/// A record holds the entity's hash, its moments, what its place in the total order may ask for, and the values of keys and columns.
/// Texts lie behind it, at offsets from the record itself. Records are not aligned.
#ifndef PAWL_ENGINE_RECORD_H
#define PAWL_ENGINE_RECORD_H

#include <string.h>

#include "base/hash.h"
#include "frame/frame.h"

/// What tells records of equal time and known apart.
typedef enum RecordOrder {
    RECORD_UNORDERED, ///< nothing: only repeats may be equal
    RECORD_BY_ROW,    ///< a version's number, for a TieSorter
    RECORD_BY_DIGEST, ///< the digest of the row
    RECORD_BY_TEXT,   ///< bytes that compare as the rest of the order does (engine/tie_text.h)
} RecordOrder;

typedef struct RecordField {
    Type type;
    Storage storage;
    uint32_t offset;
    uint32_t packed; ///< offset in a packed record
} RecordField;

/// Where things lie in a record. Lives in an arena.
typedef struct RecordLayout {
    RecordField *fields; ///< the entity's key, then the columns
    uint32_t key_count, field_count;
    bool keys_are_hashed; ///< the hash gives the key back: it takes no room of its own
    bool has_known;       ///< otherwise known is the time
    bool has_superseded;  ///< otherwise never
    RecordOrder order;
    uint32_t known, superseded, tie, nulls; ///< offsets; `nulls`: a bit per column
    uint32_t size;
    bool is_plain; ///< nothing but a hashed key, the time and values of fixed size: see engine/group_plain.c
    bool packs;    ///< and the key is an integer: records can be packed
    uint32_t packed_nulls, packed_size;
} RecordLayout;

enum { RECORD_HASH = 0, RECORD_TIME = 8 }; ///< offsets in every record

// Where keys are small and times near each other, which they mostly are, records take fewer bytes: less memory to touch for the first
// time, which costs more than anything that is done with it.
enum {
    PACKED_KEY = 0,       ///< int32
    PACKED_TIME = 4,      ///< since the records' first time less half of the range: 48 bits, 8.9 years
    PACKED_TIME_HIGH = 8, ///< its upper 16
    PACKED_VALUES = 10
};

#define PACKED_TIME_RANGE ((uint64_t)1 << 48)

typedef struct RecordShape {
    const Type *types; ///< of keys, then columns
    uint32_t key_count, field_count;
    bool has_known, has_superseded;
    RecordOrder order;
} RecordShape;

MUST_CHECK bool record_layout_init(const RecordShape *shape, Arena *arena, RecordLayout *out, Error *err);

static inline uint64_t record_hash(const uint8_t *record)
{
    uint64_t hash;
    memcpy(&hash, record + RECORD_HASH, sizeof(hash));
    return hash;
}

static inline int64_t record_instant(const uint8_t *record, uint32_t offset)
{
    int64_t instant;
    memcpy(&instant, record + offset, sizeof(instant));
    return instant;
}

static inline int32_t packed_key(const uint8_t *record)
{
    int32_t key;
    memcpy(&key, record + PACKED_KEY, sizeof(key));
    return key;
}

static inline int64_t packed_time(const uint8_t *record, int64_t base)
{
    uint32_t low;
    uint16_t high;
    memcpy(&low, record + PACKED_TIME, sizeof(low));
    memcpy(&high, record + PACKED_TIME_HIGH, sizeof(high));
    return (int64_t)((uint64_t)base + ((uint64_t)high << 32 | low));
}

static inline uint32_t record_row(const RecordLayout *layout, const uint8_t *record)
{
    uint32_t row;
    memcpy(&row, record + layout->tie, sizeof(row));
    return row;
}

static inline int64_t record_known(const RecordLayout *layout, const uint8_t *record)
{
    return record_instant(record, layout->has_known ? layout->known : RECORD_TIME);
}

/// Whether column `column` (counted without keys) has a value.
static inline bool record_has(const RecordLayout *layout, const uint8_t *record, size_t column)
{
    return (record[layout->nulls + column / 8] >> (column % 8) & 1) == 0;
}

/// How a text stands in a record: where it begins, counted from the record, and its size.
typedef struct RecordText {
    uint32_t offset, size;
} RecordText;

static inline Str record_text(const uint8_t *record, uint32_t offset)
{
    RecordText text;
    memcpy(&text, record + offset, sizeof(text));
    return (Str){text.size == 0 ? NULL : (const char *)record + text.offset, text.size};
}

/// Whether two records with equal hashes are of one entity.
bool record_same_key(const RecordLayout *layout, const uint8_t *left, const uint8_t *right);

/// Whether columns [0, count), parts of some key, hold the same one; null parts are the same. Of a layout without keys.
bool record_same_parts(const RecordLayout *layout, uint32_t count, const uint8_t *left, const uint8_t *right);

/// Whether all columns hold the same bits (floats as they will be kept: with one NaN).
bool record_same_columns(const RecordLayout *layout, const uint8_t *left, const uint8_t *right);

/// By known, then by digest or text where the layout has one.
int record_compare_tie(const RecordLayout *layout, const uint8_t *left, const uint8_t *right);

#endif
