/// Aggregates of where a window's values lie in their order: a tree of counts over the sorted values of the whole series.
#include <string.h>

#include "base/array.h"
#include "engine/series_slide.h"
#include "engine/series_slide_internal.h"
#include "number/pinned.h"

/// Which places are taken, as sums over a power of two of them (Fenwick 1994): node i, from 1 on, of the last (i & -i) places up to i.
typedef struct Places {
    const SeriesOrder *order;
    uint32_t *nodes;
    size_t size;
} Places;

static bool places_make(const Sweep *sweep, const Series *series, Places *out, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    size_t size = 1;
    while (size < series->count) size *= 2;
    TRY(array_reserve(&scratch->nodes, &scratch->nodes_capacity, size + 1, sizeof(*scratch->nodes), err));
    memset(scratch->nodes, 0, (size + 1) * sizeof(*scratch->nodes));
    *out = (Places){&series->order, scratch->nodes, size};
    return true;
}

static void places_put(void *state, size_t begin, size_t end, bool comes)
{
    Places *places = state;
    for (size_t i = begin; i < end; i++) {
        for (size_t node = places->order->places[i] + 1; node <= places->size; node += node & -node)
            places->nodes[node] += comes ? 1 : UINT32_MAX;
    }
}

// The value that has `rank` others in the window before it.
static size_t places_find(const Places *places, size_t rank)
{
    size_t place = 0;
    for (size_t step = places->size; step > 0; step /= 2) {
        if (place + step > places->size || places->nodes[place + step] > rank) continue;
        place += step;
        rank -= places->nodes[place];
    }
    return places->order->sorted[place];
}

static double float_at(const Series *series, size_t value)
{
    return float_canonical_key(series->input.argument->values.floats[series_position(series, value)]);
}

// As the definition: between the two values around q * (n - 1).
static double find_quantile(const Series *series, const Places *places, size_t count, double q)
{
    double place = q * (double)(count - 1);
    double whole = pinned_floor(place);
    double between = place - whole;
    double below = float_at(series, places_find(places, (size_t)whole));
    if (between == 0) return below;
    double above = float_at(series, places_find(places, (size_t)whole + 1));
    return below + (above - below) * between;
}

static bool slide_quantile_at(const Sweep *sweep, Series *series, size_t index, double q, Error *err)
{
    Places places = {0};
    Slide slide = {.state = &places, .put = places_put};
    Block *out = &sweep->aggregates[index].result;
    TRY(series_order(series, err));
    TRY(places_make(sweep, series, &places, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        uint32_t row = sweep->queries->rows[i];
        if (!slide_to_query(&slide, sweep, series, i)) continue;
        out->valid[row] = 1;
        out->values.floats[row] = float_canonical(find_quantile(series, &places, slide.count, q));
    }
    return true;
}

bool slide_median(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return slide_quantile_at(sweep, series, index, 0.5, err);
}

bool slide_quantile(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    return slide_quantile_at(sweep, series, index, sweep->aggregates[index].plan->number, err);
}
