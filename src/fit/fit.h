/// Fitting: what transforms learn from training rows, and the plan that it leaves.
///
/// Every statistic is exact or a function of the set of rows (exact sums rounded once, quantiles of all values, counts), so that
/// neither the rows' order nor threads can show. Nothing but the rows given is looked at.
///
/// Null is passed over, and so is NaN; an infinite value of a numeric transform is an ERROR_DATA, as is a column without
/// any value where the transform needs one, and a training split without rows.
#ifndef PAWL_FIT_FIT_H
#define PAWL_FIT_FIT_H

#include "engine/program.h"
#include "frame/frame.h"
#include "language/transform.h"

/// Training rows. Borrowed.
typedef struct FitRows {
    const Frame *frame;   ///< has the transform's inputs by name
    const uint64_t *rows; ///< rows of the frame
    size_t count;
    // One per training row:
    const double *label;        ///< finite
    const int64_t *at;          ///< when the example is seen
    const int64_t *label_known; ///< when its label could first be read
    size_t threads;
} FitRows;

/// What one call learned, for people.
typedef struct FitFact {
    Str what;    ///< "transform 'distance'"
    Str call;    ///< "scale"
    Str learned; ///< "centre 3.25, spread 1.5"
} FitFact;

/// A fitted transform.
typedef struct Fitting {
    Plan plan; ///< inputs: the features; features: the model's columns
    // Training rows differ in their target encodings, which saw earlier labels only: the same program, but those calls are
    // columns after the inputs.
    Arena arena;
    Program training;
    uint32_t *training_nodes; ///< per column of the model
    Vector *targets;          ///< of the training rows
    uint32_t target_count;
    FitFact *facts;
    uint32_t fact_count;
} Fitting;

void fitting_deinit(Fitting *fitting);

MUST_CHECK bool transform_fit(const Transform *transform, const FitRows *rows, Fitting *out, Error *err);

/// The model's columns of the training rows, in their order. What comes out may point into the frame and the fitting.
MUST_CHECK bool fitting_training(const Fitting *fitting, const FitRows *rows, ProgramOutput *out, Error *err);

/// fits.json: what was learned, for people. Canonical JSON. Decoding puts texts into the arena.
MUST_CHECK bool fit_facts_encode(const FitFact *facts, size_t count, Bytes *out, Error *err);
MUST_CHECK bool fit_facts_decode(Str text, Arena *arena, FitFact **out, size_t *out_count, Error *err);

#endif
