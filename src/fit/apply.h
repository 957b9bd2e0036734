/// A fitted transform over rows of features: what training's validation rows, evaluation, prediction and serving see. The same
/// executor as that of features runs it, over a batch or over one row.
#ifndef PAWL_FIT_APPLY_H
#define PAWL_FIT_APPLY_H

#include "engine/program.h"
#include "frame/frame.h"

/// What a plan that comes from a package must be to be a transform of these features: its inputs are they, and it reads
/// nothing else. ERROR_DATA.
MUST_CHECK bool transform_check(const Plan *transform, const Plan *features, Error *err);

/// One vector per column of the model, in order, for `row_count` rows of `frame`, which has the transform's inputs by name; `rows` may be
/// NULL: all, in order. What comes out may point into the frame.
MUST_CHECK bool transform_apply(const Plan *transform, const Frame *frame, const uint64_t *rows, size_t row_count,
                                size_t threads, ProgramOutput *out, Error *err);

#endif
