#include "lake/sql_internal.h"
#include "support/test.h"

static void quotes_cannot_end_a_literal(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    const Str texts[] = {STR("it's'; DROP TABLE x; --"), STR("")};
    ASSERT_OK(sql_literal_list(&sql, texts, 2, &err), err);
    ASSERT_STR(bytes_str(&sql), "['it''s''; DROP TABLE x; --', '']");
}

static void quotes_cannot_end_an_identifier(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    ASSERT_OK(sql_identifier(&sql, STR("a\"b'c"), &err), err);
    ASSERT_STR(bytes_str(&sql), "\"a\"\"b'c\"");
}

static void a_zero_byte_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    ASSERT_FAILS(sql_literal(&sql, STR("a\0b"), &err), err, ERROR_DATA, "zero byte");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_cannot_end_a_literal),
        cmocka_unit_test(quotes_cannot_end_an_identifier),
        cmocka_unit_test(a_zero_byte_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
