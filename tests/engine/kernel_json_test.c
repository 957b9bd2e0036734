#include "kernel_fixture.h"

#define NO_TEXT ((Cell){.type = {.id = TYPE_STRING}})
#define NO_INT ((Cell){.type = {.id = TYPE_INT64}})
#define NO_FLOAT ((Cell){.type = {.id = TYPE_FLOAT64}})
#define NO_BOOL ((Cell){.type = {.id = TYPE_BOOL}})

static void values_keep_their_kind(void **state)
{
    UNUSED(state);
    const Cell json = TEXT("{\"s\":\"a\\u00e4\",\"i\":7,\"f\":1.5,\"b\":true,\"n\":null,\"l\":[1]}");
    CHECK_KERNEL(JSON_STRING, TEXT("a\xc3\xa4"), json, TEXT("$.s"));
    CHECK_KERNEL(JSON_STRING, NO_TEXT, json, TEXT("$.i"));
    CHECK_KERNEL(JSON_NUMBER, FLOAT(7), json, TEXT("$.i"));
    CHECK_KERNEL(JSON_NUMBER, FLOAT(1.5), json, TEXT("$.f"));
    CHECK_KERNEL(JSON_NUMBER, NO_FLOAT, json, TEXT("$.s"));
    CHECK_KERNEL(JSON_INT, INTEGER(1), json, TEXT("$.l[0]"));
    CHECK_KERNEL(JSON_INT, NO_INT, json, TEXT("$.f"));
    CHECK_KERNEL(JSON_BOOL, BOOLEAN(true), json, TEXT("$.b"));
    CHECK_KERNEL(JSON_BOOL, NO_BOOL, json, TEXT("$.n"));
    CHECK_KERNEL(JSON_BOOL, NO_BOOL, json, TEXT("$.none"));
}

static void what_is_no_json_has_no_values(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(JSON_INT, NO_INT, TEXT("{\"a\":1"), TEXT("$.a"));
    CHECK_KERNEL(JSON_INT, NO_INT, TEXT("{\"a\":1}x"), TEXT("$.a"));
    CHECK_KERNEL(JSON_INT, NO_INT, TEXT("{\"a\":1,\"a\":2}"), TEXT("$.a"));
    CHECK_KERNEL(JSON_INT, NO_INT, TEXT("{\"a\":9223372036854775808}"), TEXT("$.a"));
    CHECK_KERNEL(JSON_INT, NO_INT, TEXT(""), TEXT("$"));
    CHECK_KERNEL(JSON_INT, NO_INT, NO_TEXT, TEXT("$"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_kind),
        cmocka_unit_test(what_is_no_json_has_no_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
