#include "number/random.h"

#include "number/pinned.h"

enum {
    PHILOX_ROUNDS = 10,
    FEISTEL_ROUNDS = 4,          ///< a strong pseudo-random permutation (Luby and Rackoff)
    HALF_BITS_LEAST = 3,         ///< smaller networks mix badly
    HALF_BITS_MOST = 32,         ///< 2^64 items
    KEY_DERIVATION = 0x6b657921, ///< counter words that no draw uses
    PERMUTATION = 0x7065726d
};

RandomBlock philox4x32(RandomBlock counter, RandomKey key)
{
    uint32_t c0 = counter.words[0];
    uint32_t c1 = counter.words[1];
    uint32_t c2 = counter.words[2];
    uint32_t c3 = counter.words[3];
    for (uint32_t i = 0; i < PHILOX_ROUNDS; i++) {
        uint64_t first = (uint64_t)0xd2511f53 * c0;
        uint64_t second = (uint64_t)0xcd9e8d57 * c2;
        c0 = (uint32_t)(second >> 32) ^ c1 ^ (key.words[0] + i * 0x9e3779b9);
        c2 = (uint32_t)(first >> 32) ^ c3 ^ (key.words[1] + i * 0xbb67ae85);
        c1 = (uint32_t)second;
        c3 = (uint32_t)first;
    }
    return (RandomBlock){{c0, c1, c2, c3}};
}

RandomKey random_key(uint64_t seed, RandomPurpose purpose, uint64_t step)
{
    RandomKey seed_key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    RandomBlock counter = {{(uint32_t)step, (uint32_t)(step >> 32), (uint32_t)purpose, KEY_DERIVATION}};
    RandomBlock block = philox4x32(counter, seed_key);
    return (RandomKey){{block.words[0], block.words[1]}};
}

static RandomBlock draw_block(RandomKey key, uint64_t sample, uint32_t element, uint32_t attempt)
{
    return philox4x32((RandomBlock){{(uint32_t)sample, (uint32_t)(sample >> 32), element, attempt}}, key);
}

static uint64_t block_u64(RandomBlock block, int index)
{
    return block.words[2 * index] | (uint64_t)block.words[2 * index + 1] << 32;
}

uint64_t random_u64(RandomKey key, uint64_t sample, uint32_t element)
{
    return block_u64(draw_block(key, sample, element, 0), 0);
}

static double uniform_from(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

double random_uniform(RandomKey key, uint64_t sample, uint32_t element)
{
    return uniform_from(random_u64(key, sample, element));
}

uint64_t random_below(RandomKey key, uint64_t sample, uint32_t element, uint64_t bound)
{
    CHECK(bound > 0);
    for (uint32_t attempt = 0;; attempt++) {
        Uint128 product = (Uint128)block_u64(draw_block(key, sample, element, attempt), 0) * bound;
        uint64_t low = (uint64_t)product;
        if (low >= bound || low >= -bound % bound) return (uint64_t)(product >> 64);
    }
}

double random_normal(RandomKey key, uint64_t sample, uint32_t element)
{
    const double full_turn = 0x1.921fb54442d18p+2;
    RandomBlock block = draw_block(key, sample, element, 0);
    double above_zero = uniform_from(block_u64(block, 0)) + 0x1p-53;
    double turn = uniform_from(block_u64(block, 1));
    return pinned_sqrt(-2 * pinned_log(above_zero)) * pinned_cos(full_turn * turn);
}

RandomPermutation random_permutation(RandomKey key, uint64_t count)
{
    uint32_t half_bits = HALF_BITS_LEAST;
    while (half_bits < HALF_BITS_MOST && (count - 1) >> (2 * half_bits) != 0) half_bits++;
    return (RandomPermutation){key, count, count == 0 ? HALF_BITS_LEAST : half_bits};
}

static uint64_t feistel(const RandomPermutation *permutation, uint64_t value)
{
    uint64_t mask = ((uint64_t)1 << permutation->half_bits) - 1;
    uint64_t left = value >> permutation->half_bits;
    uint64_t right = value & mask;
    for (uint32_t i = 0; i < FEISTEL_ROUNDS; i++) {
        RandomBlock counter = {{(uint32_t)right, i, 0, PERMUTATION}};
        uint64_t mixed = left ^ (philox4x32(counter, permutation->key).words[0] & mask);
        left = right;
        right = mixed;
    }
    return left << permutation->half_bits | right;
}

uint64_t random_permutation_at(const RandomPermutation *permutation, uint64_t index)
{
    CHECK(index < permutation->count);
    uint64_t value = feistel(permutation, index);
    while (value >= permutation->count) value = feistel(permutation, value);
    return value;
}
