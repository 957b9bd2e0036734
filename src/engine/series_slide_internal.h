/// A range that moves over a series' values, and the state that they enter and leave.
#ifndef PAWL_ENGINE_SERIES_SLIDE_INTERNAL_H
#define PAWL_ENGINE_SERIES_SLIDE_INTERNAL_H

#include "engine/window_internal.h"

typedef struct Slide {
    void *state;
    void (*put)(void *state, size_t begin, size_t end, bool comes);
    size_t low, high; ///< the range
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

/// To the window of a query; false: no value is in it.
static inline bool slide_to_query(Slide *slide, const Sweep *sweep, const Series *series, size_t query)
{
    slide_to(slide, series_rank(series, sweep->low[query]), series_rank(series, sweep->high[query]));
    return slide->high > slide->low;
}

#endif
