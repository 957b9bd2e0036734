#include "number/sketch.h"

#include <string.h>

#include "number/float_order.h"
#include "number/pinned.h"
#include "number/sketch_internal.h"

// Buckets' numbers are below 2^25: the least error is 0.0001, and |ln x| is below 745.
enum { BUCKET_MIDDLE = 1 << 28, BUCKET_INFINITE = 1 << 30, BUCKET_NAN };

SketchScale sketch_scale(double error)
{
    double gamma = (1.0 + error) / (1.0 - error);
    return (SketchScale){gamma, pinned_log(gamma)};
}

int64_t sketch_bucket(const SketchScale *scale, double value)
{
    double magnitude = value < 0 ? -value : value;
    if (float_is_nan(value)) return BUCKET_NAN;
    if (!float_is_finite(value)) return value < 0 ? -BUCKET_INFINITE : BUCKET_INFINITE;
    if (magnitude < 0x1p-1000) return 0;
    int64_t bucket = (int64_t)pinned_ceil(pinned_log(magnitude) / scale->log_gamma) + BUCKET_MIDDLE;
    return value < 0 ? -bucket : bucket;
}

double sketch_value(const SketchScale *scale, int64_t bucket)
{
    if (bucket == 0) return 0.0;
    if (bucket == BUCKET_NAN) return float_nan();
    int64_t magnitude = bucket < 0 ? -bucket : bucket;
    double value = float_infinity();
    if (magnitude != BUCKET_INFINITE) {
        double exponent = (double)(magnitude - BUCKET_MIDDLE) * scale->log_gamma;
        value = pinned_exp(exponent) * (2.0 / (scale->gamma + 1.0));
    }
    return bucket < 0 ? -value : value;
}

enum { RANK_BITS = 64 - HYPERLOGLOG_BITS };

void hyperloglog_add(uint8_t registers[HYPERLOGLOG_REGISTERS], uint64_t hash)
{
    size_t place = (size_t)(hash >> RANK_BITS);
    uint64_t rest = hash << HYPERLOGLOG_BITS;
    uint8_t rank = (uint8_t)(rest == 0 ? RANK_BITS + 1 : __builtin_clzll(rest) + 1);
    if (registers[place] < rank) registers[place] = rank;
}

double sketch_sigma(double x)
{
    double weight = 1;
    double sum = x;
    double before = -1;
    while (sum != before) {
        before = sum;
        x = x * x;
        sum = sum + x * weight;
        weight = weight + weight;
    }
    return sum;
}

// (1 - x - sum of (1 - x^(2^-k))^2 * 2^-k) / 3.
static double estimate_tau(double x)
{
    double weight = 1;
    double sum = 1 - x;
    double before = -1;
    if (x == 0 || x == 1) return 0;
    while (sum != before) {
        before = sum;
        x = pinned_sqrt(x);
        weight = weight * 0.5;
        sum = sum - (1 - x) * (1 - x) * weight;
    }
    return sum / 3;
}

// How many registers have each rank. Few values leave most at 0: eight of those are one word.
static void count_ranks(const uint8_t registers[HYPERLOGLOG_REGISTERS], uint32_t having[RANK_BITS + 2])
{
    for (size_t i = 0; i < HYPERLOGLOG_REGISTERS; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, registers + i, sizeof(word));
        if (word == 0) {
            having[0] += sizeof(word);
            continue;
        }
        for (size_t k = 0; k < sizeof(word); k++) having[registers[i + k]]++;
    }
}

int64_t sketch_estimate(double z)
{
    const double ALPHA = 0.72134752044448170368; // 1 / (2 ln 2)
    const double COUNT = HYPERLOGLOG_REGISTERS;
    if (z == 0) return INT64_MAX; // every register is full: no number of values is known to do that
    return (int64_t)pinned_round(ALPHA * COUNT * COUNT / z);
}

int64_t hyperloglog_estimate(const uint8_t registers[HYPERLOGLOG_REGISTERS])
{
    const double COUNT = HYPERLOGLOG_REGISTERS;
    uint32_t having[RANK_BITS + 2] = {0};

    count_ranks(registers, having);
    if (having[0] == HYPERLOGLOG_REGISTERS) return 0;
    double z = COUNT * estimate_tau((COUNT - having[RANK_BITS + 1]) / COUNT);
    for (uint32_t rank = RANK_BITS; rank > 0; rank--) z = 0.5 * (z + having[rank]);
    return sketch_estimate(z + COUNT * sketch_sigma(having[0] / COUNT));
}
