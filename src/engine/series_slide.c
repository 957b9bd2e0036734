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

bool slide_registers(const Sweep *sweep, Series *series, size_t index, Error *err)
{
    Registers registers = {.of = &series->registers};
    Slide slide = {.state = &registers, .put = registers_put};
    Block *out = &sweep->aggregates[index].result;

    TRY(sketches_reserve(sweep->scratch, err));
    SeriesScratch *scratch = sweep->scratch->sketches;
    TRY(series_registers(series, scratch, err));
    if (registers.of->register_count > 0)
        memset(registers.of->registers, 0, registers.of->register_count * sizeof(HyperloglogRegister));
    for (size_t i = 0; i < sweep->queries->count; i++) {
        size_t low = series_rank(series, sweep->low[i]);
        size_t high = series_rank(series, sweep->high[i]);
        slide_to(&slide, registers.of->sharers[low], registers.of->sharers[high]);
        out->valid[sweep->queries->rows[i]] = 1;
        out->values.ints[sweep->queries->rows[i]] = estimate_window(&registers, low, high, &scratch->terms);
    }
    return true;
}
