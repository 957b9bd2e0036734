#include "number/hyperloglog.h"

#include "number/pinned.h"
#include "number/sketch_internal.h"

static double find_sigma(HyperloglogTerms *terms, uint32_t empty)
{
    double *sigma = &terms->sigma[empty];
    if (*sigma == 0) *sigma = sketch_sigma((double)empty / (double)HYPERLOGLOG_REGISTERS);
    return *sigma;
}

int64_t hyperloglog_tally_estimate(const HyperloglogTally *tally, HyperloglogTerms *terms)
{
    CHECK(tally->beyond == 0);
    if (tally->registers == 0) return 0;
    // Halving from the greatest rank down, with the registers of each rank added, comes to this without any rounding.
    double z = (double)(int64_t)tally->weight * 0x1p-40;
    return sketch_estimate(z +
                           (double)HYPERLOGLOG_REGISTERS * find_sigma(terms, HYPERLOGLOG_REGISTERS - tally->registers));
}

static uint8_t top_rank(const HyperloglogRegister *values)
{
    return (uint8_t)(63 - __builtin_clzll(values->ranks));
}

static void tally_put(HyperloglogTally *tally, const HyperloglogRegister *values, uint32_t sign)
{
    if (values->ranks == 0) return;
    uint8_t rank = top_rank(values);
    tally->registers += sign;
    tally->beyond += rank > HYPERLOGLOG_RANK_MAX ? sign : 0;
    tally->weight += (uint64_t)(int64_t)(int32_t)sign * hyperloglog_weight(rank);
}

void hyperloglog_register_add(HyperloglogRegister *values, uint8_t rank, HyperloglogTally *tally)
{
    if (values->counts[rank]++ > 0) return;
    tally_put(tally, values, UINT32_MAX);
    values->ranks |= (uint64_t)1 << rank;
    tally_put(tally, values, 1);
}

void hyperloglog_register_remove(HyperloglogRegister *values, uint8_t rank, HyperloglogTally *tally)
{
    if (--values->counts[rank] > 0) return;
    tally_put(tally, values, UINT32_MAX);
    values->ranks &= ~((uint64_t)1 << rank);
    tally_put(tally, values, 1);
}
