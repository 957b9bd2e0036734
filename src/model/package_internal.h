/// What manifest and package agree on.
#ifndef PAWL_MODEL_PACKAGE_INTERNAL_H
#define PAWL_MODEL_PACKAGE_INTERNAL_H

#include "base/str.h"

/// A name that stays in the package's directory: letters, digits, '_', '-' and '.', no dot in front.
bool package_name_is_plain(Str name);

#endif
