/// Sketches in their order-free form: the buckets of DDSketch and the registers of HyperLogLog. Which values came, and how often,
/// decides everything; in which order, nothing.
#ifndef PAWL_NUMBER_SKETCH_H
#define PAWL_NUMBER_SKETCH_H

#include "base/base.h"

/// DDSketch (Masson, Rim and Lee, "DDSketch", VLDB 2019), without collapse: bucket i holds gamma^(i-1) < |x| <= gamma^i.
typedef struct SketchScale {
    double gamma;
    double log_gamma;
} SketchScale;

/// `error` is relative, below 1: gamma = (1 + error) / (1 - error).
SketchScale sketch_scale(double error);

/// A number that orders as the buckets do: -Inf, negative values, zero (what is below 2^-1000), positive values, +Inf, NaN.
int64_t sketch_bucket(const SketchScale *scale, double value);

/// The value that stands for all of a bucket.
double sketch_value(const SketchScale *scale, int64_t bucket);

enum { HYPERLOGLOG_BITS = 12, HYPERLOGLOG_REGISTERS = 1 << HYPERLOGLOG_BITS };

/// Enters a value by its 64-bit hash.
void hyperloglog_add(uint8_t registers[HYPERLOGLOG_REGISTERS], uint64_t hash);

/// The improved raw estimate of Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6),
/// rounded to the nearest.
int64_t hyperloglog_estimate(const uint8_t registers[HYPERLOGLOG_REGISTERS]);

#endif
