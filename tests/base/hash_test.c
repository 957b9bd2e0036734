#include "base/hash.h"
#include "support/test.h"

/// FIPS 180-2, appendix B.1.
#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void digests_are_sha256(void **state)
{
    UNUSED(state);
    Error err = {0};
    Digest digest = {0};
    ASSERT_OK(digest_of(STR("abc"), &digest, &err), err);
    assert_string_equal(digest_hex(&digest).text, ABC_SHA256);
    ASSERT_OK(digest_of((Str){0}, &digest, &err), err);
    assert_string_equal(digest_hex(&digest).text, EMPTY_SHA256);
}

static void a_hash_may_be_fed_in_pieces_and_used_again(void **state)
{
    UNUSED(state);
    Error err = {0};
    Digest digest = {0};
    AUTO(sha256_deinit) Sha256 hash = {0};
    for (int round = 0; round < 2; round++) {
        ASSERT_OK(sha256_update(&hash, "a", 1, &err), err);
        ASSERT_OK(sha256_update(&hash, "bc", 2, &err), err);
        ASSERT_OK(sha256_finish(&hash, &digest, &err), err);
        assert_string_equal(digest_hex(&digest).text, ABC_SHA256);
    }
    ASSERT_OK(sha256_finish(&hash, &digest, &err), err);
    assert_string_equal(digest_hex(&digest).text, EMPTY_SHA256);
}

static Digest digest_of_pair(Str first, Str second)
{
    Error err = {0};
    Digest digest = {0};
    AUTO(sha256_deinit) Sha256 hash = {0};
    ASSERT_OK(sha256_update_str(&hash, first, &err), err);
    ASSERT_OK(sha256_update_str(&hash, second, &err), err);
    ASSERT_OK(sha256_finish(&hash, &digest, &err), err);
    return digest;
}

static void texts_are_hashed_with_their_lengths(void **state)
{
    UNUSED(state);
    Digest left = digest_of_pair(STR("1"), STR("12"));
    Digest right = digest_of_pair(STR("11"), STR("2"));
    assert_false(digest_equal(&left, &right));
    assert_true(digest_compare(&left, &right) == -digest_compare(&right, &left) ||
                (digest_compare(&left, &right) < 0) != (digest_compare(&right, &left) < 0));
}

static void a_digest_is_parsed_from_its_own_text_only(void **state)
{
    UNUSED(state);
    Error err = {0};
    Digest digest = {0};
    ASSERT_OK(digest_parse(STR(ABC_SHA256), &digest, &err), err);
    assert_string_equal(digest_hex(&digest).text, ABC_SHA256);

    const Str wrong[] = {STR(""), STR("ba78"), STR(ABC_SHA256 "0"),
                         STR("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                         STR("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        ASSERT_FAILS(digest_parse(wrong[i], &digest, &err), err, ERROR_DATA, "is no digest");
    }
}

/// The values that xxhash 0.8 documents as stable.
static void table_hashes_are_xxh3(void **state)
{
    UNUSED(state);
    assert_true(hash64("", 0, 0) == UINT64_C(0x2d06800538d394c2));
    Hash128 hash = hash128("", 0);
    assert_true(hash.high == UINT64_C(0x99aa06d3014798d8) && hash.low == UINT64_C(0x6001c324468d497f));
}

static void hash128_order_is_by_high_then_low(void **state)
{
    UNUSED(state);
    assert_true(hash128_compare((Hash128){1, 9}, (Hash128){2, 0}) < 0);
    assert_true(hash128_compare((Hash128){1, 9}, (Hash128){1, 8}) > 0);
    assert_int_equal(hash128_compare((Hash128){1, 9}, (Hash128){1, 9}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_sha256),
        cmocka_unit_test(a_hash_may_be_fed_in_pieces_and_used_again),
        cmocka_unit_test(texts_are_hashed_with_their_lengths),
        cmocka_unit_test(a_digest_is_parsed_from_its_own_text_only),
        cmocka_unit_test(table_hashes_are_xxh3),
        cmocka_unit_test(hash128_order_is_by_high_then_low),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
