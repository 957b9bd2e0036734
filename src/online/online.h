/// The online features of one or more plans: filled by a run, read by serving, the engine's own state bytes under the plan's digest.
#ifndef PAWL_ONLINE_ONLINE_H
#define PAWL_ONLINE_ONLINE_H

#include "engine/engine.h"
#include "online/key_value.h"

/// Replaces the plan's state by the engine's, in one transaction; `data` names what it was made from (nothing is written when it is there
/// already: `*out_changed`).
MUST_CHECK bool online_publish(const KeyValueKind *kind, KeyValue *store, const Plan *plan, const Engine *engine,
                               const Digest *data, bool *out_changed, Error *err);

/// Whether the plan's state is there, and from what data.
MUST_CHECK bool online_find(const KeyValueKind *kind, KeyValueRead *read, const Digest *plan, bool *out_found,
                            Digest *out_data, Error *err);

typedef struct OnlineReader {
    const KeyValueKind *kind;
    KeyValueRead *read;
    Digest plan;
    Bytes key;
} OnlineReader;

void online_reader_deinit(OnlineReader *reader);

/// A FactStore over the reader, for engine_evaluate_store.
FactStore online_facts(OnlineReader *reader);

#endif
