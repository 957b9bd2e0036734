/// What a server answers, apart from how it is carried: the same features as the snapshot's, from the online store, by the same engine.
#ifndef PAWL_SERVE_ANSWER_H
#define PAWL_SERVE_ANSWER_H

#include "serve/served_model.h"

/// What an answer is made from. Borrowed.
typedef struct AnswerSource {
    const ServedModel *served;
    const KeyValueKind *kind;
    KeyValue *online;
    int64_t now_us;
} AnswerSource;

/// JSON: {"model", "results": [{"at", "features": {name: value}, "entities": {view: "known" or "unknown"}, "prediction"}]};
/// "prediction" when `predict`. Doubles are the shortest text that reads back to the same bits.
MUST_CHECK bool answer_rows(const AnswerSource *source, Str body, bool predict, Bytes *out, Error *err);

/// JSON: the model's name, digests, features and inputs with types.
MUST_CHECK bool answer_model(const ServedModel *served, Bytes *out, Error *err);

MUST_CHECK bool answer_health(const ServedModel *served, Bytes *out, Error *err);
MUST_CHECK bool answer_error(const Error *error, Bytes *out, Error *err);

#endif
