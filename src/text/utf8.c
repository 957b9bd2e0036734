#include "text/utf8.h"

typedef struct CodeRange {
    uint32_t first;
    uint32_t last;
} CodeRange;

/// Unicode 15: nonspacing marks and format characters of the scripts that data is likely to hold.
static const CodeRange RANGES_ZERO[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x06D6, 0x06DC},
    {0x0900, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E},
    {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

/// Unicode 15, East_Asian_Width W and F.
static const CodeRange RANGES_WIDE[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x26A1, 0x26A1},   {0x2705, 0x2705},   {0x270A, 0x270B}, {0x274C, 0x274C}, {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF}, {0xA960, 0xA97F}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

/// Smallest code that needs so many bytes: anything less is an overlong form.
static const uint32_t CODE_LEAST[] = {0, 0, 0x80, 0x800, 0x10000};

static size_t sequence_size(uint8_t lead)
{
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

static bool code_is_valid(uint32_t code)
{
    return code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

size_t utf8_decode(Str text, size_t offset, uint32_t *out_code)
{
    uint8_t lead = (uint8_t)text.data[offset];
    size_t size = sequence_size(lead);
    if (size == 0 || size > text.size - offset) return 0;

    uint32_t code = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        uint8_t byte = (uint8_t)text.data[offset + i];
        if ((byte & 0xC0) != 0x80) return 0;
        code = code << 6 | (byte & 0x3Fu);
    }
    if (code < CODE_LEAST[size] || !code_is_valid(code)) return 0;
    *out_code = code;
    return size;
}

size_t utf8_encode(uint32_t code, char out[UTF8_BYTES_MAX])
{
    if (!code_is_valid(code)) return 0;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (char)((0xF00 >> size & 0xFF) | code);
    return size;
}

size_t utf8_count(Str text)
{
    size_t count = 0;
    uint32_t code;
    for (size_t offset = 0; offset < text.size; count++) {
        size_t size = utf8_decode(text, offset, &code);
        offset += size ? size : 1;
    }
    return count;
}

static bool ranges_have(const CodeRange *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count && ranges[i].first <= code; i++) {
        if (code <= ranges[i].last) return true;
    }
    return false;
}

static size_t code_width(uint32_t code)
{
    if (code < 0x300) return 1;
    if (ranges_have(RANGES_ZERO, COUNT_OF(RANGES_ZERO), code)) return 0;
    return ranges_have(RANGES_WIDE, COUNT_OF(RANGES_WIDE), code) ? 2 : 1;
}

/// The columns and the bytes of the character at `offset`.
static size_t character_width(Str text, size_t offset, size_t *out_size)
{
    uint32_t code = 0;
    size_t size = utf8_decode(text, offset, &code);
    *out_size = size ? size : 1;
    return code_width(code);
}

size_t utf8_width(Str text)
{
    size_t width = 0;
    size_t size;
    for (size_t offset = 0; offset < text.size; offset += size) width += character_width(text, offset, &size);
    return width;
}

Str utf8_cut(Str text, size_t width)
{
    size_t offset = 0;
    size_t used = 0;
    while (offset < text.size) {
        size_t size;
        used += character_width(text, offset, &size);
        if (used > width) break;
        offset += size;
    }
    return str_slice(text, 0, offset);
}
