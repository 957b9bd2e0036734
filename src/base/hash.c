#include "base/hash.h"

#include <openssl/evp.h>
#include <string.h>
#include <xxhash.h>

void sha256_deinit(Sha256 *hash)
{
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
}

static bool sha256_failed(Error *err)
{
    return error_set(err, ERROR_MEMORY, "SHA-256 failed");
}

/// A context in `hash`, ready for a first or a further update.
static bool sha256_begin(Sha256 *hash, Error *err)
{
    if (hash->context != NULL) return true;

    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) return sha256_failed(err);
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return sha256_failed(err);
    }
    hash->context = context;
    return true;
}

bool sha256_update(Sha256 *hash, const void *data, size_t size, Error *err)
{
    TRY(sha256_begin(hash, err));
    if (size == 0) return true;
    return EVP_DigestUpdate(hash->context, data, size) == 1 || sha256_failed(err);
}

bool sha256_update_str(Sha256 *hash, Str str, Error *err)
{
    TRY(sha256_update_u64(hash, str.size, err));
    return sha256_update(hash, str.data, str.size, err);
}

bool sha256_update_u64(Sha256 *hash, uint64_t value, Error *err)
{
    uint8_t encoded[sizeof(value)];
    for (size_t i = 0; i < sizeof(value); i++) {
        encoded[i] = (uint8_t)(value >> (8 * i));
    }
    return sha256_update(hash, encoded, sizeof(encoded), err);
}

bool sha256_finish(Sha256 *hash, Digest *out, Error *err)
{
    TRY(sha256_begin(hash, err));

    Digest digest;
    bool done = EVP_DigestFinal_ex(hash->context, digest.bytes, NULL) == 1;
    // Starting the same context again is several times cheaper than making one.
    if (!done || EVP_DigestInit_ex(hash->context, NULL, NULL) != 1) sha256_deinit(hash);
    if (!done) return sha256_failed(err);
    *out = digest;
    return true;
}

bool digest_of(Str data, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    TRY(sha256_update(&hash, data.data, data.size, err));
    return sha256_finish(&hash, out, err);
}

DigestHex digest_hex(const Digest *digest)
{
    static const char DIGITS[] = "0123456789abcdef";

    DigestHex hex = {0};
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        hex.text[2 * i] = DIGITS[digest->bytes[i] >> 4];
        hex.text[2 * i + 1] = DIGITS[digest->bytes[i] & 15];
    }
    return hex;
}

/// -1 for what is no lower-case hexadecimal digit.
static int hex_digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

bool digest_parse(Str hex, Digest *out, Error *err)
{
    Digest digest;
    bool valid = hex.size == DIGEST_HEX_CHARS;
    for (size_t i = 0; valid && i < DIGEST_BYTES; i++) {
        int high = hex_digit_value(hex.data[2 * i]);
        int low = hex_digit_value(hex.data[2 * i + 1]);
        valid = high >= 0 && low >= 0;
        digest.bytes[i] = (uint8_t)(valid ? high * 16 + low : 0);
    }
    if (!valid) {
        return error_set(err, ERROR_DATA, "'%.*s' is no digest: 64 digits 0-9, a-f", STR_ARG(str_slice(hex, 0, 80)));
    }
    *out = digest;
    return true;
}

bool digest_equal(const Digest *left, const Digest *right)
{
    return digest_compare(left, right) == 0;
}

int digest_compare(const Digest *left, const Digest *right)
{
    return memcmp(left->bytes, right->bytes, DIGEST_BYTES);
}

uint64_t hash64(const void *data, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, size, seed);
}

Hash128 hash128(const void *data, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(data, size);
    return (Hash128){.high = hash.high64, .low = hash.low64};
}

int hash128_compare(Hash128 left, Hash128 right)
{
    if (left.high != right.high) return left.high < right.high ? -1 : 1;
    if (left.low != right.low) return left.low < right.low ? -1 : 1;
    return 0;
}
