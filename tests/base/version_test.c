#include "base/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void version_has_three_numbers(void **state)
{
    (void)state;
    const char *text = version_text();

    assert_int_equal(strspn(text, "0123456789."), strlen(text));
    assert_non_null(strchr(strchr(text, '.') + 1, '.'));
}

static void code_digest_is_a_sha256(void **state)
{
    (void)state;
    const char *digest = version_code_digest();

    assert_int_equal(strlen(digest), 64);
    assert_int_equal(strspn(digest, "0123456789abcdef"), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_has_three_numbers),
        cmocka_unit_test(code_digest_is_a_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
