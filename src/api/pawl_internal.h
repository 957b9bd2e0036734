/// What the files behind pawl.h share.
#ifndef PAWL_API_PAWL_INTERNAL_H
#define PAWL_API_PAWL_INTERNAL_H

#include "api/pawl.h"
#include "engine/engine.h"

struct PawlPlan {
    Plan plan;
    DigestHex digest;
};

struct PawlEngine {
    Engine *engine;
    const Plan *plan;
    Frame *tables; ///< one per plan source
    size_t table_count;
};

/// Tells the caller what went wrong, when it wants to know. Always returns false.
bool pawl_refuse(const Error *error, PawlError *out);

/// Requests as the engine takes them.
typedef struct Requests {
    Frame frame;
    int64_t *at; ///< instants in microseconds, one per row
} Requests;

void requests_deinit(Requests *requests);

/// Reads and releases the stream.
MUST_CHECK bool requests_read(struct ArrowArrayStream *stream, Requests *out, Error *err);

/// Hands features out as a stream that owns them.
MUST_CHECK bool features_hand_out(Frame *features, struct ArrowArrayStream *out, Error *err);

#endif
