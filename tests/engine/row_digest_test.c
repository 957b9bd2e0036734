#include "engine/row_digest.h"

#include "support/test.h"

static void fill(Frame *frame, const char *first, const char *second)
{
    Column *column = NULL;
    Error err = {0};
    ASSERT_OK(frame_add_column(frame, str_from(first), TYPE_OF(TYPE_STRING), &column, &err), err);
    ASSERT_OK(column_push_string(column, str_from(first), &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
    ASSERT_OK(frame_add_column(frame, str_from(second), TYPE_OF(TYPE_STRING), &column, &err), err);
    ASSERT_OK(column_push_string(column, str_from(second), &err), err);
    ASSERT_OK(column_push_string(column, str_from(second), &err), err);
    frame_finish(frame);
}

static Hash128 digest_of_row(const Frame *frame, size_t row, const uint8_t *known)
{
    AUTO(row_digester_deinit) RowDigester digester = {0};
    Hash128 digest = {0};
    Error err = {0};
    ASSERT_OK(row_digester_init(frame, &digester, &err), err);
    ASSERT_OK(row_digest(&digester, row, known, &digest, &err), err);
    return digest;
}

static void digest_is_the_frames_own_row_hash(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame frame = {0};
    Hash128 hashes[2];
    Error err = {0};
    fill(&frame, "b", "a");
    ASSERT_OK(frame_row_hashes(&frame, hashes, &err), err);
    assert_int_equal(hash128_compare(digest_of_row(&frame, 0, NULL), hashes[0]), 0);
    assert_int_equal(hash128_compare(digest_of_row(&frame, 1, NULL), hashes[1]), 0);
}

static void order_of_columns_does_not_show(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame one = {0};
    AUTO(frame_deinit) Frame other = {0};
    fill(&one, "a", "b");
    fill(&other, "b", "a");
    assert_int_equal(hash128_compare(digest_of_row(&one, 0, NULL), digest_of_row(&other, 0, NULL)), 0);
}

static void unknown_column_is_as_a_null(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame frame = {0};
    uint8_t known[2] = {0, 1}; // the first field's value is not known yet; in row 1 it is null
    fill(&frame, "b", "a");
    assert_int_equal(hash128_compare(digest_of_row(&frame, 0, known), digest_of_row(&frame, 1, NULL)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_is_the_frames_own_row_hash),
        cmocka_unit_test(order_of_columns_does_not_show),
        cmocka_unit_test(unknown_column_is_as_a_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
