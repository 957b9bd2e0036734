/// examples/api as its readers use it: compiled against the header alone, linked with the library, with warnings as errors.
#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"

static const char FLAGS[] = "-Wall -Wextra -Wpedantic -Werror";

/// The folder of the release build, where the library is.
static Str library_folder(void)
{
    Str binary = str_from(shell_pawl());
    size_t slash = binary.size;
    while (slash > 0 && binary.data[slash - 1] != '/') slash--;
    return str_slice(binary, 0, slash == 0 ? 0 : slash - 1);
}

static void the_example_in_c_prints_what_was_known(void **state)
{
    AUTO(bytes_deinit) Bytes out = {0};
    Str folder = library_folder();
    Str program = test_path(state, "features");
    shell_text(&out, "cc -std=c17 %s -I%s/src/api %s/examples/api/features.c -L%.*s -lpawl -Wl,-rpath,%.*s -o %.*s",
               FLAGS, shell_root(), shell_root(), STR_ARG(folder), STR_ARG(folder), STR_ARG(program));
    ASSERT_STR(shell_text(&out, "%.*s", STR_ARG(program)), "rides_7d 1, mean_fare 10\n"
                                                           "rides_7d 2, mean_fare 20");
}

static void the_header_is_cxx_too(void **state)
{
    AUTO(bytes_deinit) Bytes out = {0};
    Str folder = library_folder();
    Str source = test_path(state, "version.cpp");
    shell_text(&out,
               "printf '#include <pawl.h>\\nint main() { PawlPlan *plan = nullptr; return pawl_plan_decode(\"\", 0, "
               "&plan, nullptr) ? 1 : 0; }\\n' > %.*s",
               STR_ARG(source));
    shell_text(&out, "clang++ -std=c++17 %s -I%s/src/api %.*s -L%.*s -lpawl -Wl,-rpath,%.*s -o %.*s.out && %.*s.out",
               FLAGS, shell_root(), STR_ARG(source), STR_ARG(folder), STR_ARG(folder), STR_ARG(source),
               STR_ARG(source));
}

static void the_library_shows_nothing_but_its_header(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes out = {0};
    Str folder = library_folder();
    Str others =
        shell_text(&out, "nm -D --defined-only %.*s/libpawl.so | awk '$3 !~ /^pawl_/ {print $3}'", STR_ARG(folder));
    ASSERT_STR(others, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_example_in_c_prints_what_was_known, test_directory_setup,
                                        test_directory_teardown),
        cmocka_unit_test_setup_teardown(the_header_is_cxx_too, test_directory_setup, test_directory_teardown),
        cmocka_unit_test(the_library_shows_nothing_but_its_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
