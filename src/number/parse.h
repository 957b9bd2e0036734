/// Text to numbers and back, exactly and without a locale: parsing rounds correctly, formatting gives the shortest text
/// that parses to the same bits.
#ifndef PAWL_NUMBER_PARSE_H
#define PAWL_NUMBER_PARSE_H

#include "base/error.h"
#include "base/str.h"

enum {
    NUMBER_TEXT_BYTES_MAX = 32,         ///< any formatted double or int64, with the final zero
    DECIMAL_TEXT_BYTES_MAX = 48,        ///< any formatted decimal, with the final zero
    NUMBER_PARSE_BYTES_MAX = 64 * 1024, ///< longest text that is parsed
    DECIMAL_SCALE_MAX = 38
};

/// [+-] digits [. digits] [e [+-] digits], with a digit on one side of the point at least, or [+-] nan, inf, infinity in any
/// case. The whole text must match. Rounded to nearest even; too great gives an infinity. ERROR_DATA otherwise.
MUST_CHECK bool number_parse_double(Str text, double *out, Error *err);

/// [+-] digits. ERROR_DATA when it does not match or does not fit.
MUST_CHECK bool number_parse_int64(Str text, int64_t *out, Error *err);
MUST_CHECK bool number_parse_uint64(Str text, uint64_t *out, Error *err);

/// [+-] digits [. digits] as an integer of 10^-scale units. More digits after the point than `scale` are accepted only when
/// they are zeros; more than 38 digits in all are an overflow. `scale` at most DECIMAL_SCALE_MAX.
MUST_CHECK bool number_parse_decimal(Str text, uint32_t scale, Int128 *out, Error *err);

/// Shortest text that parses to the same bits: "0.1", "-0", "1e+300", "nan", "inf"; plain digits while the exponent is in
/// [-5, 17), else d.ddde+x. Ends in a zero; returns the size without it.
size_t number_format_double(double value, char out[NUMBER_TEXT_BYTES_MAX]);

size_t number_format_int64(int64_t value, char out[NUMBER_TEXT_BYTES_MAX]);

/// `value` counts units of 10^-scale; all `scale` digits after the point are written.
size_t number_format_decimal(Int128 value, uint32_t scale, char out[DECIMAL_TEXT_BYTES_MAX]);

#endif
