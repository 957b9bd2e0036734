#include "language/word.h"

char word_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool byte_is_word(char byte)
{
    char lower = word_lower(byte);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || (byte & 0x80) != 0;
}

bool word_next(Str *rest, Str *out)
{
    size_t begin = 0;
    while (begin < rest->size && !byte_is_word(rest->data[begin])) begin++;
    size_t end = begin;
    while (end < rest->size && byte_is_word(rest->data[end])) end++;
    *out = str_slice(*rest, begin, end);
    *rest = str_slice(*rest, end, rest->size);
    return end > begin;
}

static bool word_equal(Str written, Str word)
{
    if (written.size != word.size) return false;
    for (size_t i = 0; i < word.size; i++) {
        if (word_lower(written.data[i]) != word.data[i]) return false;
    }
    return true;
}

uint64_t word_count(Str text, Str word)
{
    uint64_t count = 0;
    Str written = {0};
    while (word_next(&text, &written)) count += word_equal(written, word);
    return count;
}
