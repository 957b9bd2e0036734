/// A range that moves over a series' values, and the state that they enter and leave.
#ifndef PAWL_ENGINE_SERIES_SLIDE_INTERNAL_H
#define PAWL_ENGINE_SERIES_SLIDE_INTERNAL_H

#include "engine/window_internal.h"

typedef struct Slide {
    void *state;
    void (*put)(void *state, size_t begin, size_t end, bool comes);
    size_t low, high; ///< the range, where windows are ranges
    size_t count;     ///< values in the window
} Slide;

/// Ends never move back; begins may.
static inline void slide_to(Slide *slide, size_t low, size_t high)
{
    if (low >= slide->high) {
        slide->put(slide->state, slide->low, slide->high, false);
        slide->low = slide->high = low;
    }
    if (low > slide->low) slide->put(slide->state, slide->low, low, false);
    if (low < slide->low) slide->put(slide->state, low, slide->low, true);
    slide->put(slide->state, slide->high, high, true);
    slide->low = low;
    slide->high = high;
}

/// The rows that change between a query and the one before, one by one.
static inline void slide_by_changes(Slide *slide, const Sweep *sweep, const Series *series, size_t query)
{
    const WindowScratch *scratch = sweep->scratch;
    for (size_t k = scratch->change_begin[query]; k < scratch->change_begin[query + 1]; k++) {
        size_t position = sweep->begin + (scratch->changes[k] >> 1);
        bool comes = (scratch->changes[k] & CHANGE_LEAVES) == 0;
        size_t i = series_rank(series, position);
        if (series_rank(series, position + 1) == i) continue; // it does not count
        slide->put(slide->state, i, i + 1, comes);
        slide->count += comes ? 1 : SIZE_MAX;
    }
}

/// To the window of a query, of all in turn; false: no value is in it.
static inline bool slide_to_query(Slide *slide, const Sweep *sweep, const Series *series, size_t query)
{
    if (sweep->changes) {
        slide_by_changes(slide, sweep, series, query);
    } else {
        slide_to(slide, series_rank(series, sweep->low[query]), series_rank(series, sweep->high[query]));
        slide->count = slide->high - slide->low;
    }
    return slide->count > 0;
}

#endif
