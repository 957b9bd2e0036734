/// What the parsers share.
#ifndef PAWL_NUMBER_PARSE_INTERNAL_H
#define PAWL_NUMBER_PARSE_INTERNAL_H

#include "base/error.h"
#include "base/str.h"

/// "bad <what> '<text>'", the text cut where it is long. Always false.
bool parse_refuse(Str text, const char *what, Error *err);

#endif
