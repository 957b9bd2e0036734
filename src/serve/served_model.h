/// The model that a server answers from: a registered version, opened and verified, with the online state of its plan.
///
/// Used by one thread. A swap opens the new version first; the old one answers until then.
#ifndef PAWL_SERVE_SERVED_MODEL_H
#define PAWL_SERVE_SERVED_MODEL_H

#include "model/package.h"
#include "online/online.h"
#include "registry/registry.h"

typedef struct ServedModel {
    Arena arena;
    Str name; ///< "trip-duration@1"
    int64_t version;
    Str metadata; ///< as registered
    Model model;
} ServedModel;

void served_model_deinit(ServedModel *served);

/// `reference` as registry_find takes it. Its plan's features must be in the online store: else an ERROR_NOT_FOUND that says how they get there.
MUST_CHECK bool served_model_open(Store *store, const KeyValueKind *kind, KeyValue *online, Str reference,
                                  ServedModel *out, Error *err);

#endif
