#include "engine/facts.h"

#include <string.h>

#include "frame/list.h"

// Layout, little-endian: u8 format, u8 parts, u32 count; times; knowns and supersessions where `parts` says that they differ from
// the times and from never; then each column: u8 whether there are nulls, with a byte per value if so; values as they lie in
// memory, a string as u32 size, all the strings' bytes after.
enum { FACTS_KNOWN = 1, FACTS_SUPERSEDED = 2 };

static bool append_instants(const int64_t *instants, size_t count, Bytes *out, Error *err)
{
    return bytes_append(out, instants, count * sizeof(*instants), err);
}

static uint8_t parts_needed(const FactTable *facts, size_t begin, size_t end)
{
    uint8_t parts = 0;
    for (size_t i = begin; i < end; i++) {
        if (facts->known[i] != facts->time[i]) parts |= FACTS_KNOWN;
        if (facts->superseded != NULL && facts->superseded[i] != INT64_MAX) parts |= FACTS_SUPERSEDED;
    }
    return parts;
}

static bool encode_strings(const Str *strings, size_t count, Bytes *out, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strings[i].size > UINT32_MAX) return error_set(err, ERROR_MEMORY, "a text of 4 GiB or more");
        TRY(bytes_append_u32(out, (uint32_t)strings[i].size, err));
    }
    for (size_t i = 0; i < count; i++) TRY(bytes_append_str(out, strings[i], err));
    return true;
}

static bool encode_column(const Vector *column, size_t begin, size_t end, Bytes *out, Error *err)
{
    size_t count = end - begin;
    bool nulls = column->valid != NULL && memchr(column->valid + begin, 0, count) != NULL;
    Storage storage = type_storage(column->type);

    TRY(bytes_append_byte(out, nulls, err));
    if (nulls) TRY(bytes_append(out, column->valid + begin, count, err));
    if (storage == STORAGE_STRING) return encode_strings(column->values.strings + begin, count, out, err);
    size_t size = storage_size(storage);
    return bytes_append(out, (const uint8_t *)column->values.any + begin * size, count * size, err);
}

bool facts_encode(const FactTable *facts, size_t column_count, size_t begin, size_t end, Bytes *out, Error *err)
{
    uint8_t parts = parts_needed(facts, begin, end);
    size_t count = end - begin;

    TRY(bytes_append_byte(out, FACTS_FORMAT, err));
    TRY(bytes_append_byte(out, parts, err));
    TRY(bytes_append_u32(out, (uint32_t)count, err));
    TRY(append_instants(facts->time + begin, count, out, err));
    if (parts & FACTS_KNOWN) TRY(append_instants(facts->known + begin, count, out, err));
    if (parts & FACTS_SUPERSEDED) TRY(append_instants(facts->superseded + begin, count, out, err));
    for (size_t i = 0; i < column_count; i++) TRY(encode_column(&facts->columns[i], begin, end, out, err));
    return true;
}

static bool damaged(Error *err, const char *what)
{
    return error_set(err, ERROR_DATA, "stored facts are damaged: %s", what);
}

/// Reads `count` items of `size` bytes into aligned memory.
static bool read_items(ByteReader *reader, size_t count, size_t size, Arena *arena, void *out, Error *err)
{
    const uint8_t *from = NULL;
    void *items = NULL;

    TRY(reader_bytes(reader, count * size, &from, err));
    items = arena_alloc(arena, count * size, err);
    TRY(items != NULL);
    if (count > 0) memcpy(items, from, count * size);
    memcpy(out, &items, sizeof(items));
    return true;
}

static bool decode_strings(ByteReader *reader, size_t count, Arena *arena, Str **out, Error *err)
{
    uint32_t *sizes = NULL;

    TRY(read_items(reader, count, sizeof(*sizes), arena, &sizes, err));
    *out = arena_alloc_array(arena, count, sizeof(**out), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *text = NULL;
        TRY(reader_bytes(reader, sizes[i], &text, err));
        if (sizes[i] > 0) (*out)[i] = (Str){(const char *)text, sizes[i]};
    }
    return true;
}

static bool check_bools(const uint8_t *bools, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (bools[i] > 1) return damaged(err, "a boolean is neither 0 nor 1");
    }
    return true;
}

static bool check_nulls(const Vector *column, Error *err)
{
    static const uint8_t zero[sizeof(Int128)];
    size_t size = storage_size(type_storage(column->type));

    for (size_t i = 0; column->valid != NULL && i < column->count; i++) {
        if (!column->valid[i] && memcmp((const uint8_t *)column->values.any + i * size, zero, size) != 0)
            return damaged(err, "a null has a value");
    }
    return true;
}

static bool check_nested(const Vector *column, Error *err)
{
    for (size_t i = 0; i < column->count; i++) {
        if (vector_is_valid(column, i)) TRY(list_check(column->type, column->values.strings[i], err));
    }
    return true;
}

static bool decode_column(ByteReader *reader, Type type, size_t count, Arena *arena, Vector *out, Error *err)
{
    Storage storage = type_storage(type);
    uint8_t nulls = 0;
    uint8_t *valid = NULL;

    TRY(reader_u8(reader, &nulls, err));
    if (nulls > 1) return damaged(err, "unknown nulls");
    if (nulls) TRY(read_items(reader, count, sizeof(*valid), arena, &valid, err));
    if (nulls) TRY(check_bools(valid, count, err));
    *out = (Vector){.type = type, .count = count, .valid = valid};
    if (storage == STORAGE_STRING) {
        TRY(decode_strings(reader, count, arena, &out->values.strings, err));
        if (type_is_nested(type)) TRY(check_nested(out, err));
    } else {
        TRY(read_items(reader, count, storage_size(storage), arena, &out->values.any, err));
    }
    if (storage == STORAGE_BOOL) TRY(check_bools(out->values.bools, count, err));
    return check_nulls(out, err);
}

static bool check_instants(const FactTable *facts, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && facts->time[i] < facts->time[i - 1]) return damaged(err, "times are out of order");
        if (facts->known[i] < facts->time[i]) return damaged(err, "known is before time");
        if (facts->superseded != NULL && facts->superseded[i] <= facts->known[i])
            return damaged(err, "superseded before known");
    }
    return true;
}

static bool decode_instants(ByteReader *reader, uint8_t parts, size_t count, Arena *arena, FactTable *out, Error *err)
{
    TRY(read_items(reader, count, sizeof(int64_t), arena, &out->time, err));
    out->known = out->time;
    if (parts & FACTS_KNOWN) TRY(read_items(reader, count, sizeof(int64_t), arena, &out->known, err));
    if (parts & FACTS_SUPERSEDED) TRY(read_items(reader, count, sizeof(int64_t), arena, &out->superseded, err));
    return check_instants(out, count, err);
}

static bool decode_columns(ByteReader *reader, const PlanGroup *group, size_t count, Arena *arena, FactTable *out,
                           Error *err)
{
    const Program *rows = &group->rows;
    size_t column_count = rows->output_count - group->key_count;
    Vector *columns = arena_alloc_array(arena, column_count, sizeof(*columns), err);

    TRY(columns != NULL);
    for (size_t i = 0; i < column_count; i++) {
        Type type = rows->nodes[rows->outputs[group->key_count + i]].type;
        TRY(decode_column(reader, type, count, arena, &columns[i], err));
    }
    out->columns = columns;
    return true;
}

bool facts_decode(const PlanGroup *group, Str bytes, Arena *arena, FactTable *out, size_t *out_count, Error *err)
{
    ByteReader reader = {.data = (const uint8_t *)bytes.data, .size = bytes.size};
    FactTable facts = {0};
    uint8_t format = 0;
    uint8_t parts = 0;
    uint32_t count = 0;

    TRY(reader_u8(&reader, &format, err));
    TRY(reader_u8(&reader, &parts, err));
    TRY(reader_u32(&reader, &count, err));
    if (format != FACTS_FORMAT || parts > (FACTS_KNOWN | FACTS_SUPERSEDED)) return damaged(err, "unknown format");
    if (count > FACTS_COUNT_MAX) return damaged(err, "too many");
    TRY(decode_instants(&reader, parts, count, arena, &facts, err));
    TRY(decode_columns(&reader, group, count, arena, &facts, err));
    if (reader.offset != reader.size) return damaged(err, "bytes are left over");

    *out = facts;
    *out_count = count;
    return true;
}
