/// Computes features in every way that there is - engine with one, two and three threads, rows in another order, tables read in
/// chunks, serving from exported facts by a decoded plan, batches and single requests, other futures, and the naive interpreter -
/// and holds them against each other, bit for bit.
#ifndef PAWL_NAIVE_AGREEMENT_H
#define PAWL_NAIVE_AGREEMENT_H

#include "engine/engine.h"

typedef struct Case {
    const Definition *definition;
    const Frame *tables; ///< one per source of the definition
    const Frame *inputs; ///< at least one row
    const int64_t *at;
    uint64_t seed; ///< of the shuffles
} Case;

/// `out` receives the features and `statuses` (may be NULL; group-major, owned by the caller: free) the entities'. False, with an
/// error that says what differs, when two ways do not agree or one fails.
MUST_CHECK bool case_agrees(const Case *test, Frame *out, EntityStatus **statuses, Error *err);

/// Whether two frames are one, bit for bit; an error says `way` and what differs.
MUST_CHECK bool frames_agree(const Frame *left, const Frame *right, const char *way, Error *err);

#endif
