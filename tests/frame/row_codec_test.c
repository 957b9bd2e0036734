/// Rows come back from their bytes as they were, and bytes that no row has are refused.
#include "frame/row_codec.h"

#include "support/frame_text.h"
#include "support/test.h"
#include "support/test_frame.h"

static const char TABLE[] = "z int64, name string, a float64, flag bool, price decimal(20,2), at timestamp_ns\n"
                            "1|first|1.5|true|12.25|2016-01-01 09:00:00.000001000\n"
                            "null|null|null|null|null|null\n"
                            "-7||nan|false|-0.01|1960-01-01 00:00:00\n";

static bool row_bytes(const Frame *frame, const RowCodec *codec, size_t row, Bytes *out, Error *err)
{
    Vector vectors[6];
    for (size_t i = 0; i < COUNT_OF(vectors); i++) vectors[i] = frame_vector(frame, i);
    return row_encode(codec, vectors, row, out, err);
}

static void rows_come_back_as_they_were(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(frame_deinit) Frame back = {0};
    AUTO(row_codec_deinit) RowCodec codec = {0};
    Hash128 hashes[3];
    frame_text_read(TABLE, &frame);
    ASSERT_OK(row_codec_init(frame_schema(&frame), &codec, &err), err);
    ASSERT_OK(frame_add_schema(&back, frame_schema(&frame), &err), err);
    ASSERT_OK(frame_row_hashes(&frame, hashes, &err), err);
    for (size_t row = 0; row < frame.row_count; row++) {
        AUTO(bytes_deinit) Bytes bytes = {0};
        ASSERT_OK(row_bytes(&frame, &codec, row, &bytes, &err), err);
        ASSERT_OK(row_decode(&codec, bytes_str(&bytes), &back, &err), err);
        assert_int_equal(hash128_compare(hash128(bytes.data, bytes.size), hashes[row]), 0);
    }
    frame_finish(&back);
    assert_true(test_frame_same(&frame, &back));
}

static void bytes_cut_short_or_left_over_are_no_row(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(row_codec_deinit) RowCodec codec = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    frame_text_read(TABLE, &frame);
    ASSERT_OK(row_codec_init(frame_schema(&frame), &codec, &err), err);
    ASSERT_OK(row_bytes(&frame, &codec, 0, &bytes, &err), err);
    for (size_t size = 0; size < bytes.size; size++) {
        AUTO(frame_deinit) Frame back = {0};
        ASSERT_OK(frame_add_schema(&back, frame_schema(&frame), &err), err);
        assert_false(row_decode(&codec, (Str){(const char *)bytes.data, size}, &back, &err));
        assert_int_equal(err.kind, ERROR_DATA);
    }
    AUTO(frame_deinit) Frame back = {0};
    ASSERT_OK(frame_add_schema(&back, frame_schema(&frame), &err), err);
    ASSERT_OK(bytes_append_byte(&bytes, 0, &err), err);
    ASSERT_FAILS(row_decode(&codec, bytes_str(&bytes), &back, &err), err, ERROR_DATA, "left over");
}

static bool codec_work(void *context, Error *err)
{
    const Frame *frame = context;
    AUTO(frame_deinit) Frame back = {0};
    AUTO(row_codec_deinit) RowCodec codec = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    TRY(row_codec_init(frame_schema(frame), &codec, err));
    TRY(frame_add_schema(&back, frame_schema(frame), err));
    TRY(row_bytes(frame, &codec, 0, &bytes, err));
    return row_decode(&codec, bytes_str(&bytes), &back, err);
}

static void rows_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(frame_deinit) Frame frame = {0};
    frame_text_read(TABLE, &frame);
    for_each_allocation_failure(codec_work, &frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_they_were),
        cmocka_unit_test(bytes_cut_short_or_left_over_are_no_row),
        cmocka_unit_test(rows_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
