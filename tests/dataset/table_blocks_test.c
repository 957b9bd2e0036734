/// Blocks hold all rows once: in the table's order, or all of a key together.
#include "dataset/table_blocks.h"

#include "support/frame_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "support/test_lake.h"

enum { ROWS = 30000, KEYS = 700 };

typedef struct Taken {
    Frame frame;
    size_t blocks;
    bool in_order;
    uint8_t seen[KEYS]; ///< in a block before
} Taken;

static void keys_are_new(Taken *taken, const Frame *block)
{
    uint8_t here[KEYS] = {0};
    Vector key = frame_vector(block, 0);
    for (size_t i = 0; i < key.count; i++) here[key.values.ints[i]] = 1;
    for (size_t i = 0; i < KEYS; i++) {
        assert_false(here[i] && taken->seen[i]);
        taken->seen[i] |= here[i];
    }
}

static bool block_take(void *context, const Frame *block, uint64_t first_row, Error *err)
{
    Taken *taken = context;
    if (taken->in_order) assert_int_equal(first_row, taken->frame.row_count);
    if (!taken->in_order) keys_are_new(taken, block);
    taken->blocks++;
    return frame_append(&taken->frame, block, err);
}

static void table_write(Lake *lake, void **state, Frame *out)
{
    Error err = {0};
    test_write_parquet(lake, state, "t.parquet",
                       "SELECT i * 31 % 700 AS id, i AS n, 'text ' || i AS text FROM range(30000) AS t(i)");
    ASSERT_OK(lake_read_parquet(lake, test_path(state, "t.parquet"), out, &err), err);
}

static void blocks_come_in_the_tables_order(void **state)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = test_lake_open(state);
    AUTO(frame_deinit) Frame table = {0};
    Taken taken = {.in_order = true};
    const BlockSink sink = {block_take, &taken};
    table_write(lake, state, &table);
    ASSERT_OK(table_blocks(lake, test_path(state, "t.parquet"), 1 << 16, &sink, &err), err);
    assert_true(taken.blocks > 4);
    assert_true(test_frame_same(&table, &taken.frame));
    frame_deinit(&taken.frame);
}

static void a_key_is_in_one_block(void **state)
{
    const uint64_t sizes[] = {1, 1 << 16, 0};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        Error err = {0};
        AUTO(lake_close) Lake *lake = test_lake_open(state);
        AUTO(frame_deinit) Frame table = {0};
        uint32_t key = 0;
        Taken taken = {0};
        const PlanSource source = {.key = &key, .key_count = 1};
        const BlockSink sink = {block_take, &taken};
        uint64_t sum = 0;
        table_write(lake, state, &table);
        ASSERT_OK(table_key_blocks(lake, test_path(state, "t.parquet"), &source, sizes[i], &sink, &err), err);
        assert_int_equal(taken.blocks, i == 0 ? KEYS : taken.blocks);
        assert_int_equal(taken.frame.row_count, ROWS);
        Vector n = frame_vector(&taken.frame, 1);
        for (size_t row = 0; row < n.count; row++) sum += (uint64_t)n.values.ints[row];
        assert_int_equal(sum, (uint64_t)ROWS * (ROWS - 1) / 2);
        frame_deinit(&taken.frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(blocks_come_in_the_tables_order),
        TEST_IN_DIRECTORY(a_key_is_in_one_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
