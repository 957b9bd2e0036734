#include "text/spark.h"

#include <math.h>

enum { BLOCK_LEVELS = 8 };

static const Str BLOCKS_UP[BLOCK_LEVELS + 1] = {
    STR_INIT(" "), STR_INIT("▁"), STR_INIT("▂"), STR_INIT("▃"), STR_INIT("▄"),
    STR_INIT("▅"), STR_INIT("▆"), STR_INIT("▇"), STR_INIT("█"),
};

static const Str BLOCKS_RIGHT[BLOCK_LEVELS + 1] = {
    STR_INIT(" "), STR_INIT("▏"), STR_INIT("▎"), STR_INIT("▍"), STR_INIT("▌"),
    STR_INIT("▋"), STR_INIT("▊"), STR_INIT("▉"), STR_INIT("█"),
};

/// One to eight for what is above zero, so that the smallest count still shows.
static size_t level_of(double value, double greatest)
{
    if (!(value > 0)) return 0;
    double level = ceil(value / greatest * BLOCK_LEVELS);
    return level >= BLOCK_LEVELS ? BLOCK_LEVELS : level >= 1 ? (size_t)level : 1;
}

bool spark_write(const double *values, size_t count, Bytes *out, Error *err)
{
    double greatest = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i] > greatest) greatest = values[i];
    }
    for (size_t i = 0; i < count; i++) TRY(bytes_append_str(out, BLOCKS_UP[level_of(values[i], greatest)], err));
    return true;
}

bool spark_write_counts(const uint64_t *counts, size_t count, Bytes *out, Error *err)
{
    uint64_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        if (counts[i] > greatest) greatest = counts[i];
    }
    for (size_t i = 0; i < count; i++) {
        TRY(bytes_append_str(out, BLOCKS_UP[level_of((double)counts[i], (double)greatest)], err));
    }
    return true;
}

typedef struct CurveRange {
    double least;
    double greatest;
} CurveRange;

/// Of the finite values.
static CurveRange curve_range(const double *values, size_t count)
{
    CurveRange range = {(double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        if (values[i] < range.least) range.least = values[i];
        if (values[i] > range.greatest) range.greatest = values[i];
    }
    return range;
}

static size_t curve_level(double value, const CurveRange *range)
{
    if (!isfinite(value)) return 0;
    // Halved, so that the distance between the two greatest doubles is one too.
    double height = range->greatest / 2 - range->least / 2;
    if (!(height > 0)) return 1;
    double level = floor((value / 2 - range->least / 2) / height * (BLOCK_LEVELS - 1) + 0.5);
    return 1 + (size_t)level;
}

bool spark_write_curve(const double *values, size_t count, Bytes *out, Error *err)
{
    CurveRange range = curve_range(values, count);
    for (size_t i = 0; i < count; i++) TRY(bytes_append_str(out, BLOCKS_UP[curve_level(values[i], &range)], err));
    return true;
}

bool bar_write(double fraction, size_t width, Bytes *out, Error *err)
{
    double cut = fraction > 0 ? (fraction < 1 ? fraction : 1) : 0;
    size_t eighths = (size_t)floor(cut * (double)width * BLOCK_LEVELS + 0.5);
    for (size_t i = 0; i < width; i++) {
        size_t level = eighths > BLOCK_LEVELS ? BLOCK_LEVELS : eighths;
        eighths -= level;
        TRY(bytes_append_str(out, BLOCKS_RIGHT[level], err));
    }
    return true;
}
