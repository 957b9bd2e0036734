/// Any text: the parsers accept or refuse without harm, and what they accept comes back from its own text.
#include <stdlib.h>
#include <string.h>

#include "number/float_order.h"
#include "number/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_double(Str text)
{
    Error err = {0};
    double value = 0;
    double again = 0;
    char written[NUMBER_TEXT_BYTES_MAX];
    if (!number_parse_double(text, &value, &err)) return;
    number_format_double(value, written);
    CHECK(number_parse_double(str_from(written), &again, &err));
    CHECK(float_bits(again) == float_bits(value));
}

/// Against the C library, for texts that it reads the same way.
static void check_against_library(Str text)
{
    Error err = {0};
    double value = 0;
    char copy[2048];
    if (text.size >= sizeof(copy) || !number_parse_double(text, &value, &err)) return;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    CHECK(float_bits(float_canonical(strtod(copy, NULL))) == float_bits(value));
}

static void check_integers(Str text)
{
    Error err = {0};
    int64_t value = 0;
    int64_t again = 0;
    char written[NUMBER_TEXT_BYTES_MAX];
    if (!number_parse_int64(text, &value, &err)) return;
    number_format_int64(value, written);
    CHECK(number_parse_int64(str_from(written), &again, &err) && again == value);
}

static void check_decimals(Str text)
{
    for (uint32_t scale = 0; scale <= DECIMAL_SCALE_MAX; scale += 19) {
        Error err = {0};
        Int128 value = 0;
        Int128 again = 0;
        char written[DECIMAL_TEXT_BYTES_MAX];
        if (!number_parse_decimal(text, scale, &value, &err)) continue;
        number_format_decimal(value, scale, written);
        CHECK(number_parse_decimal(str_from(written), scale, &again, &err) && again == value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    check_double(text);
    check_against_library(text);
    check_integers(text);
    check_decimals(text);
    return 0;
}
