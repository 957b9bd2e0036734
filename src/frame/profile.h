/// What a column's values look like: counts, range, quantiles, histogram, most frequent values. Exact, and independent of
/// row order.
#ifndef PAWL_FRAME_PROFILE_H
#define PAWL_FRAME_PROFILE_H

#include "frame/frame.h"

enum { PROFILE_QUANTILES = 21, PROFILE_BINS = 20, PROFILE_TOP_MAX = 10 };

typedef struct TopValue {
    Str text;
    uint64_t count;
} TopValue;

typedef struct Profile {
    Arena arena;
    uint64_t row_count, null_count, nan_count;
    uint64_t distinct_count;                 ///< exact
    bool has_numbers;                        ///< numbers and timestamps: the next fields are set
    double minimum, maximum, mean, stddev;   ///< over finite values; timestamps in microseconds
    double quantiles[PROFILE_QUANTILES];     ///< at 0%, 5%, ... 100%: the value of rank ceil(p * n), nearest rank
    double edges[PROFILE_BINS + 1];          ///< equal-width bins from minimum to maximum
    uint64_t bins[PROFILE_BINS];
    TopValue top[PROFILE_TOP_MAX];           ///< by count, then text
    size_t top_count;
} Profile;

void profile_deinit(Profile *profile);
MUST_CHECK bool profile_compute(const Vector *vector, Profile *out, Error *err);

#endif
