/// What the parsers share.
#ifndef PAWL_NUMBER_PARSE_INTERNAL_H
#define PAWL_NUMBER_PARSE_INTERNAL_H

#include "base/error.h"
#include "base/str.h"

static inline bool text_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/// "bad <what> '<text>'", the text cut where it is long. Always false.
bool parse_refuse(Str text, const char *what, Error *err);

#endif
