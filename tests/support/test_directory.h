/// A directory of a test's own, gone when the test ends:
///
///     cmocka_unit_test_setup_teardown(lock_names_its_owner, test_directory_setup, test_directory_teardown)
///
/// and in the test `test_path(state, "name")`.
#ifndef PAWL_SUPPORT_TEST_DIRECTORY_H
#define PAWL_SUPPORT_TEST_DIRECTORY_H

#include "base/str.h"

int test_directory_setup(void **state);
int test_directory_teardown(void **state);

/// The path of `name` in the test's directory; the directory itself for "". Lives until teardown.
Str test_path(void **state, const char *name);

#define TEST_IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, test_directory_setup, test_directory_teardown)

#endif
