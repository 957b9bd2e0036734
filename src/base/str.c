#include "base/str.h"

#include <string.h>

Str str_from(const char *text)
{
    return text == NULL ? (Str){0} : (Str){text, strlen(text)};
}

bool str_equal(Str left, Str right)
{
    if (left.size != right.size) return false;
    return left.size == 0 || memcmp(left.data, right.data, left.size) == 0;
}

int str_compare(Str left, Str right)
{
    size_t shared = left.size < right.size ? left.size : right.size;
    int order = shared == 0 ? 0 : memcmp(left.data, right.data, shared);
    if (order != 0) return order;
    return (left.size > right.size) - (left.size < right.size);
}

int str_compare_items(const void *left, const void *right)
{
    return str_compare(*(const Str *)left, *(const Str *)right);
}

bool str_starts(Str str, Str prefix)
{
    return prefix.size <= str.size && str_equal(str_slice(str, 0, prefix.size), prefix);
}

bool str_ends(Str str, Str suffix)
{
    return suffix.size <= str.size && str_equal(str_slice(str, str.size - suffix.size, str.size), suffix);
}

size_t str_find(Str str, char byte)
{
    if (str.size == 0) return 0;
    const char *found = memchr(str.data, byte, str.size);
    return found == NULL ? str.size : (size_t)(found - str.data);
}

Str str_slice(Str str, size_t begin, size_t end)
{
    if (end > str.size) end = str.size;
    if (begin > end) begin = end;
    return begin == 0 ? (Str){str.data, end} : (Str){str.data + begin, end - begin};
}

static bool byte_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

Str str_trim(Str str)
{
    size_t begin = 0;
    size_t end = str.size;
    while (begin < end && byte_is_blank(str.data[begin])) begin++;
    while (end > begin && byte_is_blank(str.data[end - 1])) end--;
    return str_slice(str, begin, end);
}

bool str_split(Str *rest, char separator, Str *out_part)
{
    if (rest->data == NULL) return false;

    size_t at = str_find(*rest, separator);
    *out_part = str_slice(*rest, 0, at);
    *rest = at == rest->size ? (Str){0} : str_slice(*rest, at + 1, rest->size);
    return true;
}
