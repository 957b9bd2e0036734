#include "base/bytes.h"
#include "support/test.h"

static bool build_all(Bytes *bytes, Error *err)
{
    TRY(bytes_append_str(bytes, STR("text"), err));
    TRY(bytes_append_byte(bytes, 7, err));
    TRY(bytes_append_u32(bytes, 0x01020304, err));
    TRY(bytes_append_u64(bytes, UINT64_MAX - 1, err));
    return bytes_append_format(bytes, err, "%d|%s", 42, "x");
}

static void bytes_are_read_back_as_written(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ASSERT_OK(build_all(&bytes, &err), err);

    ByteReader reader = {bytes.data, bytes.size, 0};
    const uint8_t *text = NULL;
    uint8_t byte = 0;
    uint32_t small = 0;
    uint64_t large = 0;
    ASSERT_OK(reader_bytes(&reader, 4, &text, &err), err);
    assert_memory_equal(text, "text", 4);
    ASSERT_OK(reader_u8(&reader, &byte, &err), err);
    assert_int_equal(byte, 7);
    ASSERT_OK(reader_u32(&reader, &small, &err), err);
    assert_int_equal(small, 0x01020304);
    ASSERT_OK(reader_u64(&reader, &large, &err), err);
    assert_true(large == UINT64_MAX - 1);
    ASSERT_OK(reader_bytes(&reader, 4, &text, &err), err);
    assert_memory_equal(text, "42|x", 4);
    ASSERT_FAILS(reader_u8(&reader, &byte, &err), err, ERROR_DATA, "ends early");
}

static void numbers_are_little_endian(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ASSERT_OK(bytes_append_u32(&bytes, 0x01020304, &err), err);
    assert_memory_equal(bytes.data, "\x04\x03\x02\x01", 4);
}

static void bytes_stop_at_their_limit_and_keep_what_they_hold(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {.limit = 100};
    for (int i = 0; i < 100; i++) ASSERT_OK(bytes_append_byte(&bytes, 'x', &err), err);
    ASSERT_FAILS(bytes_append_byte(&bytes, 'x', &err), err, ERROR_MEMORY, "limit of 100 bytes");
    ASSERT_FAILS(bytes_reserve(&bytes, SIZE_MAX, &err), err, ERROR_MEMORY, "limit");
    assert_int_equal(bytes.size, 100);
    assert_true(bytes.capacity <= 100);
}

static void bytes_taken_leave_an_empty_buffer(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {.limit = 64};
    ASSERT_OK(bytes_append_str(&bytes, STR("abc"), &err), err);
    AUTO(bytes_deinit) Bytes taken = bytes_take(&bytes);
    ASSERT_STR(bytes_str(&taken), "abc");
    assert_null(bytes.data);
    assert_int_equal(bytes.size, 0);
    assert_int_equal(bytes.limit, 64);

    bytes_clear(&taken);
    ASSERT_STR(bytes_str(&taken), "");
}

static void a_failed_read_moves_nothing(void **state)
{
    UNUSED(state);
    Error err = {0};
    uint64_t value = 9;
    ByteReader reader = {(const uint8_t *)"1234567", 7, 0};
    ASSERT_FAILS(reader_u64(&reader, &value, &err), err, ERROR_DATA, "8 bytes wanted at offset 0, 7 left");
    assert_int_equal(reader.offset, 0);
    assert_int_equal(value, 9);
    const uint8_t *data = NULL;
    ASSERT_FAILS(reader_bytes(&reader, SIZE_MAX, &data, &err), err, ERROR_DATA, "ends early");
}

static bool build_many(void *context, Error *err)
{
    UNUSED(context);
    AUTO(bytes_deinit) Bytes bytes = {0};
    for (int i = 0; i < 50; i++) TRY(build_all(&bytes, err));
    return true;
}

static void bytes_survive_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(build_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_read_back_as_written),
        cmocka_unit_test(numbers_are_little_endian),
        cmocka_unit_test(bytes_stop_at_their_limit_and_keep_what_they_hold),
        cmocka_unit_test(bytes_taken_leave_an_empty_buffer),
        cmocka_unit_test(a_failed_read_moves_nothing),
        cmocka_unit_test(bytes_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
