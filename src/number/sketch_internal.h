/// The parts of Ertl's estimate that HyperLogLogs of any form share.
#ifndef PAWL_NUMBER_SKETCH_INTERNAL_H
#define PAWL_NUMBER_SKETCH_INTERNAL_H

#include "number/sketch.h"

/// x + sum of x^(2^k) * 2^(k-1); x below 1 is the share of empty registers.
double sketch_sigma(double x);

/// From the sum of 2^-rank over all registers, sigma and tau included.
int64_t sketch_estimate(double z);

#endif
