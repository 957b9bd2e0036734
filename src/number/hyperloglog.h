/// HyperLogLog of sets that values enter and leave: which registers have which rank is all that an estimate asks, and those of a window are
/// known without looking at every register again.
///
/// The estimate is that of number/sketch.h, to the same bits: sum of 2^-rank is exact while ranks are at most HYPERLOGLOG_RANK_MAX, so the
/// order in which it came about cannot show. What a hash of 2^-40 chance brings beyond, the caller has to estimate from registers.
#ifndef PAWL_NUMBER_HYPERLOGLOG_H
#define PAWL_NUMBER_HYPERLOGLOG_H

#include "number/sketch.h"

enum { HYPERLOGLOG_RANK_MAX = 40 };

/// Where a value's hash goes.
typedef struct HyperloglogPlace {
    uint16_t index;  ///< of the register
    uint16_t number; ///< for whoever numbers some registers anew
    uint8_t rank;    ///< 1 at least
} HyperloglogPlace;

static inline HyperloglogPlace hyperloglog_place(uint64_t hash)
{
    uint64_t rest = hash << HYPERLOGLOG_BITS;
    return (HyperloglogPlace){
        .index = (uint16_t)(hash >> (64 - HYPERLOGLOG_BITS)),
        .rank = (uint8_t)(rest == 0 ? 64 - HYPERLOGLOG_BITS + 1 : __builtin_clzll(rest) + 1),
    };
}

/// What a register of this rank adds to a tally's weight, in units of 2^-HYPERLOGLOG_RANK_MAX.
static inline uint64_t hyperloglog_weight(uint8_t rank)
{
    return rank > HYPERLOGLOG_RANK_MAX ? 0 : (uint64_t)1 << (HYPERLOGLOG_RANK_MAX - rank);
}

/// Registers that are not empty. Zero is none.
typedef struct HyperloglogTally {
    uint32_t registers;
    uint32_t beyond; ///< those of a greater rank than HYPERLOGLOG_RANK_MAX
    uint64_t weight; ///< of the others
} HyperloglogTally;

/// A term of the estimate per number of empty registers, once it was asked for; zero is ready.
typedef struct HyperloglogTerms {
    double sigma[HYPERLOGLOG_REGISTERS];
} HyperloglogTerms;

/// `tally->beyond` is 0.
int64_t hyperloglog_tally_estimate(const HyperloglogTally *tally, HyperloglogTerms *terms);

/// One register of which the values stay known: how many there are of each rank. Zero is empty.
typedef struct HyperloglogRegister {
    uint64_t ranks; ///< bit per rank that is there
    uint32_t counts[64];
} HyperloglogRegister;

// A value of this rank comes or goes; the tally follows.

void hyperloglog_register_add(HyperloglogRegister *values, uint8_t rank, HyperloglogTally *tally);
void hyperloglog_register_remove(HyperloglogRegister *values, uint8_t rank, HyperloglogTally *tally);

#endif
