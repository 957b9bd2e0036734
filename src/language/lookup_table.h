/// Sorted tables that kernels look values up in: vocabularies, edges of bins, encodings of categories. A table is a constant
/// text of a program, so that it travels, is checked and is digested with the plan; it is searched as it lies, without
/// being unpacked first, since serving asks for one row at a time.
///
/// The text: a letter for the kind, the number of entries as 8 hexadecimal digits, and then per entry
///
///     'i' int64 keys, 'f' float64 keys, 'r' float64 keys that may repeat:
///         16 digits of the key (in an order that is the numbers'), 16 digits of the value's bits
///     's' string keys: 8 digits: where the key ends in the bytes that follow the last entry; 16 digits of the value's bits
///
/// Keys ascend, strings by bytes; values are finite doubles. Digits are lower case: the same table is the same text.
#ifndef PAWL_LANGUAGE_LOOKUP_TABLE_H
#define PAWL_LANGUAGE_LOOKUP_TABLE_H

#include "base/bytes.h"

enum { LOOKUP_ENTRIES_MAX = 1 << 20, LOOKUP_KEY_BYTES_MAX = 1 << 25 };

typedef enum LookupKind { LOOKUP_INTEGERS, LOOKUP_NUMBERS, LOOKUP_RANKS, LOOKUP_STRINGS, LOOKUP_KIND_COUNT } LookupKind;

/// An entry of a table being written; the key that counts is the kind's.
typedef struct LookupEntry {
    int64_t integer;
    double number; ///< finite
    Str string;
    double value; ///< finite
} LookupEntry;

/// Entries in order: ascending keys, none twice (ranks: may repeat). ERROR_CONFIG beyond the limits.
MUST_CHECK bool lookup_table_write(LookupKind kind, const LookupEntry *entries, size_t count, Bytes *out, Error *err);

/// ERROR_DATA for what no writer makes. All that follows needs a table that was checked or written.
MUST_CHECK bool lookup_table_check(Str table, LookupKind kind, Error *err);

size_t lookup_table_count(Str table);

/// False when the key is not there.
bool lookup_integer(Str table, int64_t key, double *out);
bool lookup_string(Str table, Str key, double *out);

/// How many keys of a LOOKUP_NUMBERS table are not above `value`; NaN is above all.
size_t lookup_edges(Str table, double value);

/// Where `value` lies among the keys of a LOOKUP_RANKS table: between two keys in proportion, at a key that repeats in the
/// middle of its first and last value, outside at the value of the nearest key. The table has an entry at least.
double lookup_rank(Str table, double value);

#endif
