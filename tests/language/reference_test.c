/// docs/features.md is what the tables say. `language_reference_test --update` writes it.
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "language/function.h"
#include "language/kernel.h"
#include "language/reference.h"

static bool update;

static FILE *page_open(const char *mode)
{
    char path[4096];
    const char *root = getenv("PAWL_ROOT");
    snprintf(path, sizeof(path), "%s/docs/features.md", root == NULL ? "." : root);
    FILE *file = fopen(path, mode);
    assert_non_null(file);
    return file;
}

static void page_is_current(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes page = {0};
    ASSERT_OK(reference_write(&page, &err), err);
    FILE *file = page_open(update ? "wb" : "rb");
    if (update) {
        assert_int_equal(fwrite(page.data, 1, page.size, file), page.size);
    } else {
        char *recorded = calloc(1, page.size + 1);
        assert_non_null(recorded);
        size_t size = fread(recorded, 1, page.size + 1, file);
        if (size != page.size || memcmp(recorded, page.data, size) != 0) {
            fail_msg("docs/features.md is stale: run language_reference_test --update");
        }
        free(recorded);
    }
    fclose(file);
}

static void every_named_kernel_is_a_documented_function(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        const KernelInfo *info = kernel_info((Kernel)i);
        if (info->name[0] != '\0' && function_find(str_from(info->name)) == NULL)
            fail_msg("%s is not described", info->name);
    }
}

int main(int count, char **arguments)
{
    update = count > 1 && strcmp(arguments[1], "--update") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_is_current),
        cmocka_unit_test(every_named_kernel_is_a_documented_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
