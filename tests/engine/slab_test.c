#include "engine/slab.h"

#include "support/test.h"

enum { SIZES = 9, PIECES = 4000 };

static void pieces_are_apart_and_stay(void **state)
{
    UNUSED(state);
    static const size_t sizes[SIZES] = {1,      16, 100, 4000, 5000, 70000, SLAB_CHUNK_BYTES - 16, SLAB_CHUNK_BYTES,
                                        3 << 20};
    static uint8_t *pieces[PIECES];
    SlabPool pool = SLAB_POOL_INIT;
    Error err = {0};
    for (int round = 0; round < 2; round++) { // the second time in used memory
        Slab slab = {.pool = &pool};
        size_t count = round == 0 ? 60 : PIECES;
        for (size_t i = 0; i < count; i++) {
            size_t size = sizes[i % (round == 0 ? SIZES : 5)];
            pieces[i] = slab_alloc(&slab, size, &err);
            assert_non_null(pieces[i]);
            assert_int_equal((uintptr_t)pieces[i] % SLAB_ALIGNMENT, 0);
            memset(pieces[i], (int)(i % 251), size);
        }
        for (size_t i = 0; i < count; i++) {
            size_t size = sizes[i % (round == 0 ? SIZES : 5)];
            assert_int_equal(pieces[i][0], i % 251);
            assert_int_equal(pieces[i][size - 1], i % 251);
        }
        slab_deinit(&slab);
        assert_int_equal(slab.bytes, 0);
    }
    slab_pool_deinit(&pool);
}

static void whole_chunks_are_used_again(void **state)
{
    UNUSED(state);
    SlabPool pool = SLAB_POOL_INIT;
    Slab first = {.pool = &pool};
    Slab second = {.pool = &pool};
    Error err = {0};
    const void *piece = NULL;
    while (first.bytes < (size_t)2 * SLAB_CHUNK_BYTES) {
        piece = slab_alloc(&first, 100000, &err);
        assert_non_null(piece);
    }
    slab_deinit(&first);
    const void *again = NULL;
    while (second.bytes < (size_t)2 * SLAB_CHUNK_BYTES) {
        again = slab_alloc(&second, 100000, &err);
        assert_non_null(again);
    }
    assert_true(piece == again);
    slab_deinit(&second);
    slab_pool_deinit(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_apart_and_stay),
        cmocka_unit_test(whole_chunks_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
