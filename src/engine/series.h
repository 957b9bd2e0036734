/// An entity's values of one argument under one condition, those that count one after the other, and what all windows share of them:
/// sums up to each, keys in their order, registers of their hashes.
///
/// A window that is a range of positions is a range of a series' values. All is made when it is first asked for, in memory that
/// the next entity's series takes over. A scratch owns its series.
#ifndef PAWL_ENGINE_SERIES_H
#define PAWL_ENGINE_SERIES_H

#include "base/bytes.h"
#include "engine/aggregate.h"
#include "number/hyperloglog.h"

/// Sums of the values before each, and of all.
typedef struct SeriesUnits {
    bool made, has_squares;
    UnitScale scale; ///< `sums` and `squares` say what is there
    Int128 *sums;
    UnitSquares *squares;
    size_t sum_capacity, square_capacity;
} SeriesUnits;

/// Integers in the values' order.
typedef struct SeriesKeys {
    bool made;
    bool ambiguous; ///< equal keys may be values of different bits: NaNs, or zeros of both signs
    const int64_t *keys;
    int64_t *own;
    size_t own_capacity;
} SeriesKeys;

/// Registers of the values' hashes. A value that has its register for itself, and no rank beyond HYPERLOGLOG_RANK_MAX, is
/// lonely: it only adds to sums.
typedef struct SeriesRegisters {
    bool made;
    uint64_t *weights; ///< of the lonely values before each
    uint32_t *sharers; ///< the other values before each
    uint32_t *shared;  ///< those, ascending
    HyperloglogPlace *places;
    HyperloglogRegister *registers; ///< of the shared ones, by their places' numbers
    uint32_t register_count;
    size_t weight_capacity, sharer_capacity, shared_capacity, place_capacity, register_capacity;
} SeriesRegisters;

/// The values in ascending order, equal ones as they come.
typedef struct SeriesOrder {
    bool made;
    uint32_t *sorted; ///< values by place
    uint32_t *places; ///< per value: its place among the sorted
    uint32_t *ids;    ///< per value: the number of different values before it in the order
    uint32_t id_count;
    uint32_t *counts; ///< per id, for who counts
    size_t sorted_capacity, place_capacity, id_capacity, count_capacity;
} SeriesOrder;

typedef struct Series {
    bool made;
    AggregateInput input;
    size_t begin;        ///< the first position
    size_t end;          ///< one past the last
    size_t count;        ///< of the values that count
    bool whole;          ///< every position counts
    uint32_t *ranks;     ///< unless whole: the values before each position, and before `end`
    uint32_t *positions; ///< of each value; unless whole, or they were asked for
    bool has_positions;
    size_t rank_capacity, position_capacity;
    SeriesUnits units;
    SeriesKeys keys;
    SeriesRegisters registers;
    SeriesOrder order;
} Series;

/// What one thread makes its series' registers with; zero is ready. Owned.
typedef struct SeriesScratch {
    uint32_t owners[HYPERLOGLOG_REGISTERS]; ///< zero between uses
    HyperloglogTerms terms;
    Bytes bytes;
} SeriesScratch;

void series_deinit(Series *series);

/// Of the positions [begin, end).
MUST_CHECK bool series_make(Series *series, const AggregateInput *input, size_t begin, size_t end, Error *err);

MUST_CHECK bool series_units(Series *series, bool squares, Error *err);

/// Fills `positions`, whether whole or not.
MUST_CHECK bool series_positions(Series *series, Error *err);

/// Of integers and floats; of the second argument where there is one.
MUST_CHECK bool series_keys(Series *series, Error *err);

MUST_CHECK bool series_order(Series *series, Error *err);

MUST_CHECK bool series_registers(Series *series, SeriesScratch *scratch, Error *err);

/// How many values come before a position.
static inline size_t series_rank(const Series *series, size_t position)
{
    return series->whole ? position - series->begin : series->ranks[position - series->begin];
}

static inline size_t series_position(const Series *series, size_t i)
{
    return series->whole ? series->begin + i : series->positions[i];
}

#endif
