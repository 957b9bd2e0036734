/// What a column's values look like: counts, range, quantiles, histogram, most frequent values. Exact, and independent
/// of row order. Of lists and maps, range, quantiles and histogram are about their sizes.
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
    uint64_t distinct_count;               ///< exact
    bool has_numbers;                      ///< a finite number, date or timestamp is there: the next fields are set
    double minimum, maximum, mean, stddev; ///< over finite values (a sample's deviation); times in microseconds
    double quantiles[PROFILE_QUANTILES];   ///< at 0%, 5%, ... 100%: the value of rank ceil(p * n), nearest rank
    double edges[PROFILE_BINS + 1];        ///< equal-width bins from minimum to maximum
    uint64_t bins[PROFILE_BINS];           ///< bin i: edge i <= value < edge i + 1, the last one with its end
    TopValue top[PROFILE_TOP_MAX];         ///< by count, then by value; -0 counts as 0
    size_t top_count;
} Profile;

void profile_deinit(Profile *profile);
MUST_CHECK bool profile_compute(const Vector *vector, Profile *out, Error *err);

#endif
