#include "base/str.h"

/// A row of the Unicode Standard's table 3-7, "Well-Formed UTF-8 Byte Sequences": first byte, second byte, length.
typedef struct Utf8Row {
    uint8_t first_min;
    uint8_t first_max;
    uint8_t second_min;
    uint8_t second_max;
    uint8_t size;
} Utf8Row;

static const Utf8Row UTF8_ROWS[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static const Utf8Row *utf8_row(uint8_t first)
{
    for (size_t i = 0; i < COUNT_OF(UTF8_ROWS); i++) {
        if (first >= UTF8_ROWS[i].first_min && first <= UTF8_ROWS[i].first_max) return &UTF8_ROWS[i];
    }
    return NULL;
}

/// Bytes of the character at the front; 0 when there is no valid one.
static size_t utf8_size(const uint8_t *data, size_t left)
{
    if (data[0] < 0x80) return 1;

    const Utf8Row *row = utf8_row(data[0]);
    if (row == NULL || left < row->size) return 0;
    if (data[1] < row->second_min || data[1] > row->second_max) return 0;
    for (size_t i = 2; i < row->size; i++) {
        if ((data[i] & 0xC0) != 0x80) return 0;
    }
    return row->size;
}

bool str_is_utf8(Str str)
{
    const uint8_t *data = (const uint8_t *)str.data;
    size_t offset = 0;
    while (offset < str.size) {
        size_t size = utf8_size(data + offset, str.size - offset);
        if (size == 0) return false;
        offset += size;
    }
    return true;
}
