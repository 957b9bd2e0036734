/// Aggregates of which a series' values enter and leave a state, one by one.
#ifndef PAWL_ENGINE_SERIES_SLIDE_H
#define PAWL_ENGINE_SERIES_SLIDE_H

#include "engine/window_plan.h"

// One for each aggregation that slides over a series; engine/series_sweep.c finds them.

SeriesFunction slide_registers, slide_distinct, slide_bounded_distinct, slide_mode, slide_top1_ratio, slide_entropy,
    slide_median, slide_quantile;

/// As slide_registers, where single rows enter and leave.
SeriesFunction change_registers;

#endif
