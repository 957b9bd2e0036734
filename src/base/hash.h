/// Hashing: SHA-256 for what must not collide (objects, keys, logical digests), XXH3 for tables and row order.
#ifndef PAWL_BASE_HASH_H
#define PAWL_BASE_HASH_H

#include "base/error.h"
#include "base/str.h"

enum { DIGEST_BYTES = 32, DIGEST_HEX_CHARS = 64 };

/// A SHA-256.
typedef struct Digest {
    uint8_t bytes[DIGEST_BYTES];
} Digest;

/// Hexadecimal, lower case, with a final zero.
typedef struct DigestHex {
    char text[DIGEST_HEX_CHARS + 1];
} DigestHex;

/// A SHA-256 being computed. The zero value is ready for use (first update starts it).
typedef struct Sha256 {
    void *context;
} Sha256;

void sha256_deinit(Sha256 *hash);
MUST_CHECK bool sha256_update(Sha256 *hash, const void *data, size_t size, Error *err);

/// Length (u64, little-endian), then bytes: so that ("1","12") and ("11","2") differ.
MUST_CHECK bool sha256_update_str(Sha256 *hash, Str str, Error *err);
MUST_CHECK bool sha256_update_u64(Sha256 *hash, uint64_t value, Error *err);

/// Ends the computation; the Sha256 may be used for another one after, which is cheaper than a new one.
MUST_CHECK bool sha256_finish(Sha256 *hash, Digest *out, Error *err);

MUST_CHECK bool digest_of(Str data, Digest *out, Error *err);
DigestHex digest_hex(const Digest *digest);
MUST_CHECK bool digest_parse(Str hex, Digest *out, Error *err);
bool digest_equal(const Digest *left, const Digest *right);
int digest_compare(const Digest *left, const Digest *right);

/// XXH3, 64 bits.
uint64_t hash64(const void *data, size_t size, uint64_t seed);

/// XXH3, 128 bits: the digest in the rows' total order.
typedef struct Hash128 {
    uint64_t high;
    uint64_t low;
} Hash128;

Hash128 hash128(const void *data, size_t size);
int hash128_compare(Hash128 left, Hash128 right);

#endif
