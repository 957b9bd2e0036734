#include "frame/frame_digest.h"
#include "support/test.h"

static bool add_ints(Frame *frame, const char *name, TypeId id, const int64_t *values, size_t count, Error *err)
{
    Column *column = NULL;
    TRY(frame_add_column(frame, str_from(name), TYPE_OF(id), &column, err));
    for (size_t i = 0; i < count; i++) TRY(column_push_int(column, values[i], err));
    return true;
}

static Digest digest_of_column(const char *name, TypeId id, const int64_t *values, size_t count)
{
    Error err = {0};
    Digest digest = {0};
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(add_ints(&frame, name, id, values, count, &err), err);
    frame_finish(&frame);
    ASSERT_OK(frame_digest(&frame, &digest, &err), err);
    return digest;
}

static void one_bit_name_or_type_changes_the_digest(void **state)
{
    UNUSED(state);
    const int64_t values[] = {1, 2, 3};
    const int64_t flipped[] = {1, 2, INT64_MIN + 3};
    const Digest digests[] = {
        digest_of_column("a", TYPE_INT64, values, 3), digest_of_column("a", TYPE_INT64, flipped, 3),
        digest_of_column("b", TYPE_INT64, values, 3), digest_of_column("a", TYPE_INT32, values, 3),
        digest_of_column("a", TYPE_INT64, values, 2),
    };
    for (size_t i = 0; i < COUNT_OF(digests); i++) {
        for (size_t j = 0; j < i; j++) assert_false(digest_equal(&digests[i], &digests[j]));
    }
    Digest again = digest_of_column("a", TYPE_INT64, values, 3);
    assert_true(digest_equal(&digests[0], &again));
}

static void blocks_of_any_size_give_the_digest_of_the_whole(void **state)
{
    UNUSED(state);
    Error err = {0};
    int64_t values[100];
    for (size_t i = 0; i < COUNT_OF(values); i++) values[i] = (int64_t)i * 7 % 31;
    const Digest whole = digest_of_column("a", TYPE_INT64, values, COUNT_OF(values));
    const Field field = {STR("a"), TYPE_OF(TYPE_INT64)};
    for (size_t size = 1; size <= COUNT_OF(values); size += 9) {
        AUTO(frame_digest_deinit) FrameDigest digest = {0};
        Digest found = {0};
        ASSERT_OK(frame_digest_init((Schema){&field, 1}, &digest, &err), err);
        for (size_t begin = 0; begin < COUNT_OF(values); begin += size) {
            size_t count = COUNT_OF(values) - begin < size ? COUNT_OF(values) - begin : size;
            const Vector vector = {.type = field.type, .count = count, .values.ints = values + begin};
            ASSERT_OK(frame_digest_add(&digest, &vector, count, &err), err);
        }
        ASSERT_OK(frame_digest_finish(&digest, &found, &err), err);
        assert_true(digest_equal(&found, &whole));
    }
}

static void row_hashes_do_not_depend_on_column_order(void **state)
{
    UNUSED(state);
    Error err = {0};
    const int64_t a[] = {1, 2, 3};
    const int64_t b[] = {3, 2, 1};
    AUTO(frame_deinit) Frame left = {0};
    AUTO(frame_deinit) Frame right = {0};
    Hash128 hashes[2][3];
    ASSERT_OK(add_ints(&left, "a", TYPE_INT64, a, 3, &err), err);
    ASSERT_OK(add_ints(&left, "b", TYPE_INT64, b, 3, &err), err);
    ASSERT_OK(add_ints(&right, "b", TYPE_INT64, b, 3, &err), err);
    ASSERT_OK(add_ints(&right, "a", TYPE_INT64, a, 3, &err), err);
    frame_finish(&left);
    frame_finish(&right);
    ASSERT_OK(frame_row_hashes(&left, hashes[0], &err), err);
    ASSERT_OK(frame_row_hashes(&right, hashes[1], &err), err);
    assert_memory_equal(hashes[0], hashes[1], sizeof(hashes[0]));
    assert_int_not_equal(hash128_compare(hashes[0][0], hashes[0][2]), 0);
}

static void a_null_and_an_empty_string_hash_apart(void **state)
{
    UNUSED(state);
    Error err = {0};
    Column *column = NULL;
    Hash128 hashes[3];
    AUTO(frame_deinit) Frame frame = {0};
    ASSERT_OK(frame_add_column(&frame, STR("s"), TYPE_OF(TYPE_STRING), &column, &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
    ASSERT_OK(column_push_string(column, STR(""), &err), err);
    ASSERT_OK(column_push_null(column, &err), err);
    frame_finish(&frame);
    ASSERT_OK(frame_row_hashes(&frame, hashes, &err), err);
    assert_int_not_equal(hash128_compare(hashes[0], hashes[1]), 0);
    assert_int_equal(hash128_compare(hashes[0], hashes[2]), 0);
}

static void texts_do_not_run_into_each_other(void **state)
{
    UNUSED(state);
    Error err = {0};
    Column *column = NULL;
    Hash128 hashes[2];
    const Str texts[2][2] = {{STR("1"), STR("11")}, {STR("12"), STR("2")}};
    AUTO(frame_deinit) Frame frame = {0};
    for (size_t i = 0; i < 2; i++) {
        ASSERT_OK(frame_add_column(&frame, i == 0 ? STR("a") : STR("b"), TYPE_OF(TYPE_STRING), &column, &err), err);
        ASSERT_OK(column_push_string(column, texts[i][0], &err), err);
        ASSERT_OK(column_push_string(column, texts[i][1], &err), err);
    }
    frame_finish(&frame);
    ASSERT_OK(frame_row_hashes(&frame, hashes, &err), err);
    assert_int_not_equal(hash128_compare(hashes[0], hashes[1]), 0);
}

static void long_columns_are_digested_in_pieces_as_a_whole(void **state)
{
    UNUSED(state);
    enum { ROWS = 30000 };
    static int64_t values[ROWS];
    for (int64_t i = 0; i < ROWS; i++) values[i] = i * i;
    Digest digest = digest_of_column("a", TYPE_INT64, values, ROWS);
    values[ROWS - 1] ^= 1;
    Digest changed = digest_of_column("a", TYPE_INT64, values, ROWS);
    assert_false(digest_equal(&digest, &changed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_give_the_digest_of_the_whole),
        cmocka_unit_test(one_bit_name_or_type_changes_the_digest),
        cmocka_unit_test(row_hashes_do_not_depend_on_column_order),
        cmocka_unit_test(a_null_and_an_empty_string_hash_apart),
        cmocka_unit_test(texts_do_not_run_into_each_other),
        cmocka_unit_test(long_columns_are_digested_in_pieces_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
