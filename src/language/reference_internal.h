/// The sections of the reference page that have files of their own.
#ifndef PAWL_LANGUAGE_REFERENCE_INTERNAL_H
#define PAWL_LANGUAGE_REFERENCE_INTERNAL_H

#include "language/reference.h"

MUST_CHECK bool reference_write_fitted(Bytes *out, Error *err);

#endif
