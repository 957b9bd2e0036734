/// docs/features.md, the reference page of the language: made of the tables that the compiler reads, so that it cannot say
/// something else.
#ifndef PAWL_LANGUAGE_REFERENCE_H
#define PAWL_LANGUAGE_REFERENCE_H

#include "base/bytes.h"

/// All operators, functions, casts and aggregations, as Markdown.
MUST_CHECK bool reference_write(Bytes *out, Error *err);

#endif
