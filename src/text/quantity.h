/// The other small notations of a pipeline file: sizes "4GiB", percentages "70%", conditions ">= 1000".
///
/// Errors are ERROR_CONFIG and quote the text.
#ifndef PAWL_TEXT_QUANTITY_H
#define PAWL_TEXT_QUANTITY_H

#include "base/error.h"
#include "base/str.h"

/// Whole number and unit: B, kB MB GB TB PB (powers of 1000), KiB MiB GiB TiB PiB (of 1024); no unit: bytes.
MUST_CHECK bool size_parse(Str text, uint64_t *out_bytes, Error *err);

typedef struct QuantityText {
    char text[32];
} QuantityText;

/// For people, three digits: "1.50 GiB", "12 B".
QuantityText size_format(uint64_t bytes);

/// With thousands separated: "1,234,567".
QuantityText count_format(int64_t count);

/// "70%" gives the double nearest to 0.7. The number may have a fraction; it must not be negative.
MUST_CHECK bool percent_parse(Str text, double *out_fraction, Error *err);

/// A percentage or a plain number: "70%" and "0.7" are the same.
MUST_CHECK bool fraction_parse(Str text, double *out_fraction, Error *err);

typedef enum ComparisonKind {
    COMPARISON_EQUAL,
    COMPARISON_NOT_EQUAL,
    COMPARISON_LESS,
    COMPARISON_AT_MOST,
    COMPARISON_GREATER,
    COMPARISON_AT_LEAST,
    COMPARISON_KIND_COUNT
} ComparisonKind;

typedef struct Comparison {
    ComparisonKind kind;
    double value;
} Comparison;

/// ">= 1000", "< 0.5", "== 3" ("=" as well), "!= 0", "> 1%"; a number alone means equal.
MUST_CHECK bool comparison_parse(Str text, Comparison *out, Error *err);

/// "==", "!=", "<", "<=", ">", ">=".
const char *comparison_kind_name(ComparisonKind kind);

/// NaN on the left holds only for "!=".
bool comparison_holds(const Comparison *comparison, double left);

#endif
