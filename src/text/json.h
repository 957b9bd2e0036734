/// Reads strict JSON (RFC 8259) into a Node tree.
///
/// UTF-8 is checked, duplicate keys are refused, nothing may follow the value; the limits are those of
/// text/node.h. Numbers without fraction and exponent are integers of 64 bits, or an error; others are the
/// nearest double, an overflow is an error.
#ifndef PAWL_TEXT_JSON_H
#define PAWL_TEXT_JSON_H

#include "text/node.h"

/// `name` and `text` are copied into the arena. Errors have the kind ERROR_DATA.
MUST_CHECK bool json_parse(Str name, Str text, Arena *arena, Document *out, Error *err);

#endif
