#include "engine/series_slide.h"

#include <string.h>

#include "engine/series_slide_internal.h"

/// The shared registers of a window's values.
typedef struct Registers {
    SeriesRegisters *of;
    HyperloglogTally tally;
} Registers;

// Of the shared values [begin, end).
static void registers_put(void *state, size_t begin, size_t end, bool comes)
{
    Registers *registers = state;
    for (size_t i = begin; i < end; i++) {
        const HyperloglogPlace *place = &registers->of->places[registers->of->shared[i]];
        HyperloglogRegister *values = &registers->of->registers[place->number];
        if (comes) {
            hyperloglog_register_add(values, place->rank, &registers->tally);
        } else {
            hyperloglog_register_remove(values, place->rank, &registers->tally);
        }
    }
}

// By the definition: where a hash of 2^-40 chance is there.
static int64_t estimate_anew(const SeriesRegisters *registers, size_t low, size_t high)
{
    uint8_t ranks[HYPERLOGLOG_REGISTERS] = {0};
    for (size_t i = low; i < high; i++) {
        HyperloglogPlace place = registers->places[i];
        if (ranks[place.index] < place.rank) ranks[place.index] = place.rank;
    }
    return hyperloglog_estimate(ranks);
}

static int64_t estimate_window(const Registers *shared, size_t low, size_t high, HyperloglogTerms *terms)
{
    const SeriesRegisters *of = shared->of;
    HyperloglogTally tally = shared->tally;
    if (tally.beyond > 0) return estimate_anew(of, low, high);
    tally.registers += (uint32_t)(high - low) - (of->sharers[high] - of->sharers[low]);
    tally.weight += of->weights[high] - of->weights[low];
    return hyperloglog_tally_estimate(&tally, terms);
}

static bool sketches_reserve(WindowScratch *scratch, Error *err)
{
    if (scratch->sketches != NULL) return true;
    scratch->sketches = memory_alloc(sizeof(*scratch->sketches), err);
    return scratch->sketches != NULL;
}

// Made, and empty.
static bool registers_ready(const Sweep *sweep, Series *series, Error *err)
{
    SeriesRegisters *registers = &series->registers;
    TRY(sketches_reserve(sweep->scratch, err));
    TRY(series_registers(series, sweep->scratch->sketches, err));
    if (registers->register_count > 0)
        memset(registers->registers, 0, registers->register_count * sizeof(HyperloglogRegister));
    return true;
}

bool slide_registers(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    Registers registers = {.of = &series->registers};
    Slide slide = {.state = &registers, .put = registers_put};
    Block *out = &sweep->aggregates[index].result;

    TRY(registers_ready(sweep, series, err));
    HyperloglogTerms *terms = &sweep->scratch->sketches->terms;
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t low = series_rank(series, sweep->low[i]);
        size_t high = series_rank(series, sweep->high[i]);
        slide_to(&slide, registers.of->sharers[low], registers.of->sharers[high]);
        out->valid[sweep->queries->rows[i]] = 1;
        out->values.ints[sweep->queries->rows[i]] = estimate_window(&registers, low, high, terms);
    }
    return true;
}

// One value, lonely or not.
static void value_put(Registers *registers, size_t i, bool comes)
{
    const SeriesRegisters *of = registers->of;
    uint64_t weight = of->weights[i + 1] - of->weights[i];
    if (of->sharers[i + 1] != of->sharers[i]) {
        registers_put(registers, of->sharers[i], of->sharers[i + 1], comes);
        return;
    }
    registers->tally.registers += comes ? 1 : UINT32_MAX;
    registers->tally.weight += comes ? weight : -weight;
}

static void change_put(const Sweep *sweep, const Series *series, Registers *registers, uint32_t change)
{
    size_t position = sweep->begin + (change >> 1);
    size_t i = series_rank(series, position);
    if (series_rank(series, position + 1) > i) value_put(registers, i, (change & CHANGE_LEAVES) == 0);
}

// By the definition: where a hash of 2^-40 chance is there.
static bool estimate_rows_anew(const Sweep *sweep, const Series *series, size_t index, size_t query, int64_t *out,
                               Error *err)
{
    const Window *window = &sweep->aggregates[index].plan->window;
    uint8_t ranks[HYPERLOGLOG_REGISTERS] = {0};
    WindowRows rows = {0};
    TRY(window_gather(sweep, window, sweep->queries->at[query], &rows, err));
    for (size_t k = 0; k < rows.count; k++) {
        size_t i = series_rank(series, rows.positions[k]);
        if (series_rank(series, (size_t)rows.positions[k] + 1) == i) continue;
        HyperloglogPlace place = series->registers.places[i];
        if (ranks[place.index] < place.rank) ranks[place.index] = place.rank;
    }
    *out = hyperloglog_estimate(ranks);
    return true;
}

bool change_registers(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    const WindowScratch *scratch = sweep->scratch;
    Registers registers = {.of = &series->registers};
    Block *out = &sweep->aggregates[index].result;
    size_t change = 0;

    TRY(registers_ready(sweep, series, err));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        uint32_t row = sweep->queries->rows[i];
        for (; change < scratch->change_begin[i + 1]; change++)
            change_put(sweep, series, &registers, scratch->changes[change]);
        out->valid[row] = 1;
        if (registers.tally.beyond > 0) {
            TRY(estimate_rows_anew(sweep, series, index, i, &out->values.ints[row], err));
        } else {
            out->values.ints[row] = hyperloglog_tally_estimate(&registers.tally, &scratch->sketches->terms);
        }
    }
    return true;
}
