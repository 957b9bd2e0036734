#include "support/test_frame.h"

#include "support/test.h"

static bool header_write(const Frame *frame, Bytes *out, Error *err)
{
    for (size_t i = 0; i < frame->column_count; i++) {
        char type[TYPE_NAME_BYTES_MAX];
        type_name(frame->fields[i].type, type);
        TRY(bytes_append_format(out, err, "%s%.*s %s", i == 0 ? "" : ", ", STR_ARG(frame->fields[i].name), type));
    }
    return bytes_append_byte(out, '\n', err);
}

static bool row_write(const Frame *frame, size_t row, Bytes *out, Error *err)
{
    for (size_t i = 0; i < frame->column_count; i++) {
        Vector vector = frame_vector(frame, i);
        if (i > 0) TRY(bytes_append_byte(out, '|', err));
        TRY(vector_format(&vector, row, STR("null"), out, err));
    }
    return bytes_append_byte(out, '\n', err);
}

static bool frame_write(const Frame *frame, Bytes *out, Error *err)
{
    TRY(header_write(frame, out, err));
    for (size_t i = 0; i < frame->row_count; i++) TRY(row_write(frame, i, out, err));
    return true;
}

void test_frame_equals(const Frame *frame, const char *expected, const char *file, int line)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ASSERT_OK(frame_write(frame, &text, &err), err);
    test_str_equals(bytes_str(&text), expected, file, line);
}

bool test_frame_same(const Frame *left, const Frame *right)
{
    Error err = {0};
    Digest digests[2];
    ASSERT_OK(frame_digest(left, &digests[0], &err), err);
    ASSERT_OK(frame_digest(right, &digests[1], &err), err);
    return digest_equal(&digests[0], &digests[1]);
}
