#include "language/lookup_table.h"

#include "number/float_order.h"

enum { HEAD_BYTES = 9, NUMBER_ENTRY_BYTES = 32, STRING_ENTRY_BYTES = 24, OFFSET_DIGITS = 8, WORD_DIGITS = 16 };

static const char LETTERS[LOOKUP_KIND_COUNT] = {
    [LOOKUP_INTEGERS] = 'i', [LOOKUP_NUMBERS] = 'f', [LOOKUP_RANKS] = 'r', [LOOKUP_STRINGS] = 's'};

static uint64_t integer_order(int64_t key)
{
    return (uint64_t)key ^ FLOAT_SIGN_BIT;
}

static bool digits_append(Bytes *out, uint64_t word, uint32_t digits, Error *err)
{
    char text[WORD_DIGITS];
    for (uint32_t i = 0; i < digits; i++) text[i] = "0123456789abcdef"[word >> 4 * (digits - 1 - i) & 15];
    return bytes_append(out, text, digits, err);
}

static uint64_t digit_value(char digit)
{
    return (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static uint64_t digits_read(const char *text, uint32_t digits)
{
    uint64_t word = 0;
    for (uint32_t i = 0; i < digits; i++) word = word << 4 | digit_value(text[i]);
    return word;
}

static bool digits_check(const char *text, size_t digits)
{
    for (size_t i = 0; i < digits; i++) {
        bool good = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (!good) return false;
    }
    return true;
}

static size_t entry_bytes(LookupKind kind)
{
    return kind == LOOKUP_STRINGS ? STRING_ENTRY_BYTES : NUMBER_ENTRY_BYTES;
}

size_t lookup_table_count(Str table)
{
    return (size_t)digits_read(table.data + 1, OFFSET_DIGITS);
}

static uint64_t number_key(Str table, size_t i)
{
    return digits_read(table.data + HEAD_BYTES + i * NUMBER_ENTRY_BYTES, WORD_DIGITS);
}

static double number_value(Str table, size_t i)
{
    return float_from_bits(digits_read(table.data + HEAD_BYTES + i * NUMBER_ENTRY_BYTES + WORD_DIGITS, WORD_DIGITS));
}

static const char *string_entry(Str table, size_t i)
{
    return table.data + HEAD_BYTES + i * STRING_ENTRY_BYTES;
}

static Str string_key(Str table, size_t i)
{
    size_t keys = HEAD_BYTES + lookup_table_count(table) * STRING_ENTRY_BYTES;
    size_t begin = i == 0 ? 0 : (size_t)digits_read(string_entry(table, i - 1), OFFSET_DIGITS);
    size_t end = (size_t)digits_read(string_entry(table, i), OFFSET_DIGITS);
    return str_slice(table, keys + begin, keys + end);
}

static double string_value(Str table, size_t i)
{
    return float_from_bits(digits_read(string_entry(table, i) + OFFSET_DIGITS, WORD_DIGITS));
}

static bool write_numbers(LookupKind kind, const LookupEntry *entries, size_t count, Bytes *out, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        bool is_integer = kind == LOOKUP_INTEGERS;
        uint64_t key = is_integer ? integer_order(entries[i].integer) : float_order_bits(entries[i].number);
        TRY(digits_append(out, key, WORD_DIGITS, err));
        TRY(digits_append(out, float_bits(entries[i].value), WORD_DIGITS, err));
    }
    return true;
}

static bool write_strings(const LookupEntry *entries, size_t count, Bytes *out, Error *err)
{
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        end += entries[i].string.size;
        if (end > LOOKUP_KEY_BYTES_MAX)
            return error_set(err, ERROR_CONFIG, "categories of more than %d bytes in all", LOOKUP_KEY_BYTES_MAX);
        TRY(digits_append(out, end, OFFSET_DIGITS, err));
        TRY(digits_append(out, float_bits(entries[i].value), WORD_DIGITS, err));
    }
    for (size_t i = 0; i < count; i++) TRY(bytes_append_str(out, entries[i].string, err));
    return true;
}

bool lookup_table_write(LookupKind kind, const LookupEntry *entries, size_t count, Bytes *out, Error *err)
{
    if (count > LOOKUP_ENTRIES_MAX)
        return error_set(err, ERROR_CONFIG, "more than %d entries in one table", LOOKUP_ENTRIES_MAX);
    TRY(bytes_append_byte(out, (uint8_t)LETTERS[kind], err));
    TRY(digits_append(out, count, OFFSET_DIGITS, err));
    if (kind == LOOKUP_STRINGS) return write_strings(entries, count, out, err);
    return write_numbers(kind, entries, count, out, err);
}

static bool table_wrong(Error *err, const char *what)
{
    return error_set(err, ERROR_DATA, "a lookup table %s", what);
}

/// A float key is what float_order_bits makes of a finite number.
static bool key_is_sound(LookupKind kind, uint64_t key)
{
    if (kind == LOOKUP_INTEGERS) return true;
    double number = float_from_order_bits(key);
    return float_is_finite(number) && float_order_bits(number) == key;
}

static bool check_numbers(Str table, LookupKind kind, size_t count, Error *err)
{
    if (table.size != HEAD_BYTES + count * NUMBER_ENTRY_BYTES) return table_wrong(err, "has another size than it says");
    for (size_t i = 0; i < count; i++) {
        uint64_t key = number_key(table, i);
        bool ascends =
            i == 0 || number_key(table, i - 1) < key || (kind == LOOKUP_RANKS && number_key(table, i - 1) == key);
        if (!ascends) return table_wrong(err, "does not ascend");
        if (!key_is_sound(kind, key)) return table_wrong(err, "has a key that is no finite number");
        if (!float_is_finite(number_value(table, i))) return table_wrong(err, "has a value that is no finite number");
    }
    return true;
}

/// Offsets first: what string_key cuts out lies inside then.
static bool check_strings(Str table, size_t count, Error *err)
{
    size_t keys = table.size - HEAD_BYTES - count * STRING_ENTRY_BYTES;
    size_t last = 0;
    for (size_t i = 0; i < count; i++) {
        size_t end = (size_t)digits_read(string_entry(table, i), OFFSET_DIGITS);
        if (end < last || end > keys) return table_wrong(err, "has a key outside of it");
        if (!float_is_finite(string_value(table, i))) return table_wrong(err, "has a value that is no finite number");
        last = end;
    }
    if (last != keys) return table_wrong(err, "has another size than it says");
    for (size_t i = 1; i < count; i++) {
        if (str_compare(string_key(table, i - 1), string_key(table, i)) >= 0)
            return table_wrong(err, "does not ascend");
    }
    return true;
}

bool lookup_table_check(Str table, LookupKind kind, Error *err)
{
    bool headed =
        table.size >= HEAD_BYTES && table.data[0] == LETTERS[kind] && digits_check(table.data + 1, OFFSET_DIGITS);
    if (!headed) return table_wrong(err, "is of another kind");
    size_t count = lookup_table_count(table);
    if (count > LOOKUP_ENTRIES_MAX || (table.size - HEAD_BYTES) / entry_bytes(kind) < count)
        return table_wrong(err, "has another size than it says");
    if (kind == LOOKUP_RANKS && count == 0) return table_wrong(err, "of ranks is empty");
    if (!digits_check(table.data + HEAD_BYTES, count * entry_bytes(kind)))
        return table_wrong(err, "has digits that are none");
    return kind == LOOKUP_STRINGS ? check_strings(table, count, err) : check_numbers(table, kind, count, err);
}

/// How many keys are below `key`, or not above it.
static size_t numbers_before(Str table, uint64_t key, bool or_equal)
{
    size_t low = 0;
    size_t high = lookup_table_count(table);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t at = number_key(table, middle);
        bool before = at < key || (or_equal && at == key);
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool lookup_integer(Str table, int64_t key, double *out)
{
    size_t i = numbers_before(table, integer_order(key), false);
    if (i == lookup_table_count(table) || number_key(table, i) != integer_order(key)) return false;
    *out = number_value(table, i);
    return true;
}

bool lookup_string(Str table, Str key, double *out)
{
    size_t low = 0;
    size_t high = lookup_table_count(table);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(string_key(table, middle), key);
        if (order == 0) {
            *out = string_value(table, middle);
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

size_t lookup_edges(Str table, double value)
{
    return numbers_before(table, float_order_bits(value), true);
}

/// The value at `value`, a part of the way from key `i` to the next.
static double rank_between(Str table, size_t i, double value)
{
    double from = float_from_order_bits(number_key(table, i));
    double to = float_from_order_bits(number_key(table, i + 1));
    double low = number_value(table, i);
    double half = float_is_finite(to - from) ? 1 : 0.5; // so that no distance overflows
    double share = (value * half - from * half) / (to * half - from * half);
    return low + share * (number_value(table, i + 1) - low);
}

double lookup_rank(Str table, double value)
{
    size_t count = lookup_table_count(table);
    size_t below = numbers_before(table, float_order_bits(value), false);
    size_t upto = numbers_before(table, float_order_bits(value), true);
    if (below < upto) return (number_value(table, below) + number_value(table, upto - 1)) / 2;
    if (upto == 0) return number_value(table, 0);
    if (upto == count) return number_value(table, count - 1);
    return rank_between(table, upto - 1, value);
}
