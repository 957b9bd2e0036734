#include "flow/secret_mask_internal.h"

#include "support/test.h"
#include "support/test_directory.h"

/// Masks `text` in pieces of `size` bytes.
static void assert_masked(SecretMask *mask, const char *text, size_t size, const char *expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    Str all = str_from(text);
    for (size_t at = 0; at < all.size; at += size) {
        size_t end = at + size < all.size ? at + size : all.size;
        ASSERT_OK(secret_mask_filter(mask, str_slice(all, at, end), false, &out, &err), err);
    }
    ASSERT_OK(secret_mask_filter(mask, (Str){0}, true, &out, &err), err);
    ASSERT_STR(bytes_str(&out), expected);
}

static void a_secret_is_masked_however_it_is_cut(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(secret_mask_deinit) SecretMask mask = {0};
    ASSERT_OK(secret_mask_add(&mask, STR("aab"), &err), err);
    ASSERT_OK(secret_mask_add(&mask, STR("aabaac"), &err), err);
    for (size_t size = 1; size < 30; size++) {
        assert_masked(&mask, "x aaab y aabaac z aabaa", size, "x a*** y *** z ***aa");
        assert_masked(&mask, "aab", size, "***");
        assert_masked(&mask, "aa", size, "aa");
    }
}

static void without_secrets_all_comes_through(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(secret_mask_deinit) SecretMask mask = {0};
    ASSERT_OK(secret_mask_add(&mask, (Str){0}, &err), err);
    assert_masked(&mask, "all of it", 2, "all of it");
}

static void a_secret_is_masked_as_json_writes_it(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(secret_mask_deinit) SecretMask mask = {0};
    ASSERT_OK(secret_mask_add(&mask, STR("two\nlines\""), &err), err);
    assert_masked(&mask, "{\"message\": \"two\\nlines\\\"\"} two\nlines\"", 3, "{\"message\": \"***\"} ***");
}

static void a_file_is_rewritten_or_found_out(void **state)
{
    Error err = {0};
    AUTO(secret_mask_deinit) SecretMask mask = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = test_path(state, "file");
    bool found = true;
    ASSERT_OK(secret_mask_add(&mask, STR("abc"), &err), err);
    ASSERT_OK(secret_mask_file(&mask, disk_system(), path, &err), err);
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("an ab c"), &err), err);
    ASSERT_OK(secret_mask_finds(&mask, disk_system(), path, &found, &err), err);
    assert_false(found);
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("an abc!"), &err), err);
    ASSERT_OK(secret_mask_finds(&mask, disk_system(), path, &found, &err), err);
    assert_true(found);
    ASSERT_OK(secret_mask_file(&mask, disk_system(), path, &err), err);
    ASSERT_OK(disk_read(disk_system(), path, 100, &text, &err), err);
    ASSERT_STR(bytes_str(&text), "an ***!");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_masked_however_it_is_cut),
        cmocka_unit_test(without_secrets_all_comes_through),
        cmocka_unit_test(a_secret_is_masked_as_json_writes_it),
        TEST_IN_DIRECTORY(a_file_is_rewritten_or_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
