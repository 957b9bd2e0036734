/// What every test program includes: cmocka, whose headers want a certain order, and assertions about errors.
///
///     #include "support/test.h"
///
///     static void frame_keeps_nulls(void **state)
///     {
///         UNUSED(state);
///         Error err = {0};
///         ASSERT_OK(frame_read(disk, path, &frame, &err), err);
///         ASSERT_FAILS(frame_decode(&bytes, &frame, &err), err, ERROR_DATA, "row 17");
///     }
///
///     int main(void)
///     {
///         const struct CMUnitTest tests[] = {cmocka_unit_test(frame_keeps_nulls)};
///         return cmocka_run_group_tests(tests, NULL, NULL);
///     }
#ifndef PAWL_SUPPORT_TEST_H
#define PAWL_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/str.h"

/// `call` gives true; `err` is the Error variable that it was handed by address.
#define ASSERT_OK(call, err)                                                                                           \
    do {                                                                                                               \
        bool test_done = (call);                                                                                       \
        if (!test_done) {                                                                                              \
            print_error("%s: %s: %s\n", #call, error_kind_name((err).kind), (err).text);                               \
            fail();                                                                                                    \
        }                                                                                                              \
    } while (0)

/// `call` gives false with an error of kind `expected` whose text contains `part`; clears `err`.
#define ASSERT_FAILS(call, err, expected, part)                                                                        \
    do {                                                                                                               \
        bool test_done = (call);                                                                                       \
        if (test_done) {                                                                                               \
            print_error("%s: did not fail\n", #call);                                                                  \
            fail();                                                                                                    \
        }                                                                                                              \
        test_error_matches(&(err), (expected), (part));                                                                \
        (err) = (Error){0};                                                                                            \
    } while (0)

/// `actual` is a Str, `expected` a C string.
#define ASSERT_STR(actual, expected) test_str_equals((actual), (expected), __FILE__, __LINE__)

void test_error_matches(const Error *err, ErrorKind kind, const char *part);
void test_str_equals(Str actual, const char *expected, const char *file, int line);

/// Does the same work each time, from the start, and leaves nothing allocated, however it ends.
typedef bool (*TestWork)(void *context, Error *err);

/// Runs `work` with its first allocation failing, then its second, and so on, until it has no further one: each time it
/// must do its work anyway or fail with ERROR_MEMORY. Leaks are the sanitizer's to find.
void for_each_allocation_failure(TestWork work, void *context);

#endif
