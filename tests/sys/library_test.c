#include "sys/library.h"

#include <stdlib.h>

#include "support/test.h"

static const char *const MISSING[] = {"libpawl-no-such.so.1", "./libpawl-no-such.so.2"};

static const LibrarySpec MISSING_SPEC = {
    .name = "Nothing",
    .variable = "PAWL_TEST_LIBRARY",
    .candidates = MISSING,
    .candidate_count = COUNT_OF(MISSING),
    .advice = "install nothing",
};

static void a_missing_library_says_what_to_install(void **state)
{
    UNUSED(state);
    Error err = {0};
    Library library = {0};
    ASSERT_FAILS(library_open(&MISSING_SPEC, &library, &err), err, ERROR_ENVIRONMENT, "cannot load Nothing");
    assert_false(library_open(&MISSING_SPEC, &library, &err));
    assert_non_null(strstr(err.text, "install nothing"));
    assert_non_null(strstr(err.text, "no-such.so.2"));
}

static void the_variable_is_the_only_place_tried(void **state)
{
    UNUSED(state);
    Error err = {0};
    Library library = {0};
    assert_int_equal(setenv("PAWL_TEST_LIBRARY", "/nowhere/lib.so", 1), 0);
    ASSERT_FAILS(library_open(&MISSING_SPEC, &library, &err), err, ERROR_ENVIRONMENT, "PAWL_TEST_LIBRARY: ");
    assert_int_equal(setenv("PAWL_TEST_LIBRARY", "libm.so.6", 1), 0);
    ASSERT_OK(library_open(&MISSING_SPEC, &library, &err), err);
    assert_int_equal(unsetenv("PAWL_TEST_LIBRARY"), 0);
}

static void symbols_are_found_by_name(void **state)
{
    UNUSED(state);
    static const char *const CANDIDATES[] = {"libpawl-no-such.so.1", "libm.so.6"};
    const LibrarySpec spec = {
        .name = "libm", .candidates = CANDIDATES, .candidate_count = COUNT_OF(CANDIDATES), .advice = "install libc6"};
    Error err = {0};
    Library library = {0};
    double (*root)(double) = NULL;
    ASSERT_OK(library_open(&spec, &library, &err), err);
    ASSERT_OK(library_symbol(&library, "sqrt", &root, &err), err);
    assert_true(root(9.0) == 3.0);
    ASSERT_FAILS(library_symbol(&library, "no_such", &root, &err), err, ERROR_ENVIRONMENT, "libm has no 'no_such'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_library_says_what_to_install),
        cmocka_unit_test(the_variable_is_the_only_place_tried),
        cmocka_unit_test(symbols_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
