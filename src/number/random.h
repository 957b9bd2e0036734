/// Counter-based randomness: a draw is a function of (seed, purpose, step, sample, element) and of nothing else, so that
/// resuming, reordering and splitting work cannot change it.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011). There is no state: ask
/// for a key once per (seed, purpose, step), then for draws.
#ifndef PAWL_NUMBER_RANDOM_H
#define PAWL_NUMBER_RANDOM_H

#include "base/base.h"

/// What draws are for; two purposes never share a draw. Numbers are part of results: append, never renumber.
typedef enum RandomPurpose {
    RANDOM_SHUFFLE = 1,   ///< data order
    RANDOM_SAMPLE = 2,    ///< choosing rows
    RANDOM_INIT = 3,      ///< initial parameters
    RANDOM_BOOTSTRAP = 4, ///< resampling for intervals
    RANDOM_PERMUTE = 5,   ///< permuted labels and features in checks
    RANDOM_DROPOUT = 6,
    RANDOM_JITTER = 7,   ///< delays of retries
    RANDOM_SIMULATE = 8, ///< made-up data
    RANDOM_TEST = 9
} RandomPurpose;

typedef struct RandomBlock {
    uint32_t words[4];
} RandomBlock;

typedef struct RandomKey {
    uint32_t words[2];
} RandomKey;

/// The bare generator: 10 rounds.
RandomBlock philox4x32(RandomBlock counter, RandomKey key);

RandomKey random_key(uint64_t seed, RandomPurpose purpose, uint64_t step);

/// 64 uniform bits.
uint64_t random_u64(RandomKey key, uint64_t sample, uint32_t element);

/// In [0, 1), a multiple of 2^-53.
double random_uniform(RandomKey key, uint64_t sample, uint32_t element);

/// In [0, bound), without bias (Lemire's multiplication with rejection; a rejected draw moves to the next attempt of the
/// same element). CHECKs bound > 0.
uint64_t random_below(RandomKey key, uint64_t sample, uint32_t element, uint64_t bound);

/// Standard normal (Box and Muller, on pinned functions).
double random_normal(RandomKey key, uint64_t sample, uint32_t element);

/// A permutation of [0, count) that is computed, not stored: a Feistel network over the next power of four, walking
/// until inside. The loader's whole state is (epoch, position).
typedef struct RandomPermutation {
    RandomKey key;
    uint64_t count;
    uint32_t half_bits;
} RandomPermutation;

RandomPermutation random_permutation(RandomKey key, uint64_t count);

/// Where `index` goes. CHECKs index < count.
uint64_t random_permutation_at(const RandomPermutation *permutation, uint64_t index);

#endif
