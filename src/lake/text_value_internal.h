/// Values from the texts of CSV and JSON: what a text can be, and what it is once its column's type is known. Our own
/// rules, so that nothing is rounded, guessed or read in the host's manner:
///
/// - integers that do not fit into int64 are decimals, never floats; a fraction is no integer;
/// - dates and timestamps are ISO 8601 only: 01/02/2016 is a text;
/// - a timestamp with an offset is an instant; one without is a local time; a column that mixes them is text;
/// - more than six digits behind the point make nanoseconds.
#ifndef PAWL_LAKE_TEXT_VALUE_INTERNAL_H
#define PAWL_LAKE_TEXT_VALUE_INTERNAL_H

#include "frame/column.h"

/// Types that every text of a column so far can be read as, in the order in which they are chosen.
enum {
    TEXT_BOOL = 1 << 0,
    TEXT_INT = 1 << 1,
    TEXT_DECIMAL = 1 << 2, ///< a whole number of up to 38 digits
    TEXT_FLOAT = 1 << 3,
    TEXT_DATE = 1 << 4,
    TEXT_TIMESTAMP = 1 << 5,
    TEXT_TIMESTAMP_NS = 1 << 6,
    TEXT_INSTANT = 1 << 7,
    TEXT_INSTANT_NS = 1 << 8,
    TEXT_NUMBERS = TEXT_INT | TEXT_DECIMAL | TEXT_FLOAT,
    TEXT_TIMES = TEXT_DATE | TEXT_TIMESTAMP | TEXT_TIMESTAMP_NS | TEXT_INSTANT | TEXT_INSTANT_NS,
    // JSON arrays of numbers and nulls, which only a reader of JSON takes for lists:
    TEXT_INT_LIST = 1 << 9,
    TEXT_FLOAT_LIST = 1 << 10,
    TEXT_LISTS = TEXT_INT_LIST | TEXT_FLOAT_LIST,
    TEXT_ANY = TEXT_BOOL | TEXT_NUMBERS | TEXT_TIMES,
};

/// Those of `kinds` that `text` can be. Spaces around are ignored.
uint32_t text_narrow_kinds(uint32_t kinds, Str text);

/// The first of `kinds`; string when there is none.
Type text_type_of_kinds(uint32_t kinds);

/// Appends the value that `text` is as the column's type. ERROR_DATA with the text and why otherwise. An empty text is
/// null, except as a string.
MUST_CHECK bool text_push(Column *column, Str text, Error *err);

#endif
