#include "support/test.h"

#include "base/memory.h"

/// More allocations than any work under test makes.
enum { TEST_ALLOCATIONS_MAX = 100000 };

void test_error_matches(const Error *err, ErrorKind kind, const char *part)
{
    if (err->kind == kind && strstr(err->text, part) != NULL) return;
    print_error("%s: %s\nwanted %s: ...%s...\n", error_kind_name(err->kind), err->text, error_kind_name(kind), part);
    fail();
}

void test_str_equals(Str actual, const char *expected, const char *file, int line)
{
    if (str_equal(actual, str_from(expected))) return;
    print_error("%s:%d: '%.*s' is not '%s'\n", file, line, STR_ARG(actual), expected);
    fail();
}

/// True when the work came so far that its allocation `nth` was asked for.
static bool work_reaches_allocation(TestWork work, void *context, uint64_t nth)
{
    Error err = {0};
    memory_fail_at(nth);
    bool done = work(context, &err);
    bool reached = memory_alloc_count() >= nth;
    memory_fail_at(0);

    if (!done) test_error_matches(&err, ERROR_MEMORY, "");
    if (!reached) assert_true(done);
    return reached;
}

void for_each_allocation_failure(TestWork work, void *context)
{
    uint64_t nth = 1;
    while (work_reaches_allocation(work, context, nth)) {
        nth++;
        assert_true(nth < TEST_ALLOCATIONS_MAX);
    }
}
