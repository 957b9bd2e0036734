/// What the transforms of a registered model learned, for `pawl model show`.
#ifndef PAWL_CLI_MODEL_FITS_H
#define PAWL_CLI_MODEL_FITS_H

#include "cli/command.h"
#include "registry/registry.h"

/// The package's fits.json, verified; empty for a model without transforms.
MUST_CHECK bool model_fits_read(Invocation *invocation, Store *store, const ModelVersion *version, Bytes *out,
                                Error *err);

/// As a table after an empty line; nothing for an empty text.
MUST_CHECK bool model_fits_text(Str fits, Bytes *out, Error *err);

#endif
