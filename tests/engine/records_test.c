#include "engine/records.h"

#include "engine/key.h"
#include "engine/partition.h"
#include "support/test.h"

enum { ROWS = 1000, BITS = 3 };

/// Rows of a text and a number as key, with a float, a decimal, a bool and a text as columns.
typedef struct Sample {
    Arena arena;
    Vector values[6];
    int64_t time[ROWS], known[ROWS], superseded[ROWS];
    uint8_t valid[ROWS], key_valid[ROWS];
} Sample;

static void sample_make(Sample *sample)
{
    static const TypeId types[] = {TYPE_STRING, TYPE_INT64, TYPE_FLOAT64, TYPE_DECIMAL, TYPE_BOOL, TYPE_STRING};
    Error err = {0};
    *sample = (Sample){0};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        Type type = TYPE_OF(types[i]);
        sample->values[i] = (Vector){.type = type, .count = ROWS};
        sample->values[i].values.any = arena_alloc_array(&sample->arena, ROWS, storage_size(type_storage(type)), &err);
        assert_non_null(sample->values[i].values.any);
    }
    for (int64_t i = 0; i < ROWS; i++) {
        Vector *values = sample->values;
        sample->valid[i] = i % 3 != 0;
        sample->key_valid[i] = i % 10 != 0;
        ASSERT_OK(arena_format(&sample->arena, &values[0].values.strings[i], &err, "key %d", (int)(i % 17)), err);
        values[1].values.ints[i] = i % 5;
        values[2].values.floats[i] = sample->valid[i] ? (double)i / 7 : 0;
        values[3].values.decimals[i] = (Int128)i << 70;
        values[4].values.bools[i] = i % 2 != 0;
        ASSERT_OK(arena_format(&sample->arena, &values[5].values.strings[i], &err, "%*d", (int)(i % 300), (int)i), err);
        sample->time[i] = i;
        sample->known[i] = i + 1;
        sample->superseded[i] = i + 2;
    }
    sample->values[1].valid = sample->key_valid;
    sample->values[2].valid = sample->valid;
}

static void check_record(const Sample *sample, const RecordLayout *layout, const uint8_t *record, size_t partition)
{
    uint32_t row = record_row(layout, record);
    double value = 0;
    Int128 decimal = 0;
    assert_true(sample->key_valid[row]);
    assert_true(record_hash(record) == key_hash(sample->values, 2, row));
    assert_int_equal(partition_of(record_hash(record), BITS), partition);
    assert_int_equal(record_instant(record, RECORD_TIME), sample->time[row]);
    assert_int_equal(record_known(layout, record), sample->known[row]);
    assert_int_equal(record_instant(record, layout->superseded), sample->superseded[row]);
    assert_true(str_equal(record_text(record, layout->fields[0].offset), sample->values[0].values.strings[row]));
    assert_true(str_equal(record_text(record, layout->fields[5].offset), sample->values[5].values.strings[row]));
    memcpy(&value, record + layout->fields[2].offset, sizeof(value));
    memcpy(&decimal, record + layout->fields[3].offset, sizeof(decimal));
    assert_true(value == sample->values[2].values.floats[row]);
    assert_true(decimal == sample->values[3].values.decimals[row]);
    assert_int_equal(record[layout->fields[4].offset], sample->values[4].values.bools[row]);
    assert_int_equal(record_has(layout, record, 0), sample->valid[row]);
    for (size_t column = 1; column < 4; column++) assert_true(record_has(layout, record, column));
}

static void every_row_with_a_key_is_in_its_partition_once(void **state)
{
    UNUSED(state);
    static Sample sample;
    static uint8_t seen[ROWS];
    AUTO(slab_pool_deinit) SlabPool pool = SLAB_POOL_INIT;
    AUTO(record_lane_deinit) RecordLane lane = {0};
    RecordLayout layout = {0};
    Records records = {0};
    Type types[6];
    Error err = {0};
    sample_make(&sample);
    for (size_t i = 0; i < 6; i++) types[i] = sample.values[i].type;
    RecordShape shape = {types, 2, 6, true, true, RECORD_BY_ROW};
    ASSERT_OK(record_layout_init(&shape, &sample.arena, &layout, &err), err);
    assert_false(layout.keys_are_hashed);
    records_init(&layout, BITS, &records);
    records.pool = &pool;
    ASSERT_OK(record_lane_init(&records, &lane, &err), err);
    RecordBatch batch = {.count = ROWS,
                         .values = sample.values,
                         .time = sample.time,
                         .known = sample.known,
                         .superseded = sample.superseded};
    ASSERT_OK(records_put(&records, &lane, &batch, &err), err);
    record_lane_close(&records, &lane);
    for (size_t partition = 0; partition < 1 << BITS; partition++) {
        for (const RecordBlock *block = lane.blocks[partition]; block != NULL; block = block->next) {
            for (uint32_t i = 0; i < block->record_count; i++) {
                const uint8_t *record = block->bytes + (size_t)i * layout.size;
                check_record(&sample, &layout, record, partition);
                seen[record_row(&layout, record)]++;
            }
        }
    }
    for (size_t i = 0; i < ROWS; i++) assert_int_equal(seen[i], sample.key_valid[i]);
    arena_deinit(&sample.arena);
}

/// A record of one row with the given values.
static const uint8_t *put_one(Records *records, RecordLane *lane, const Vector *values, int64_t time, int64_t known,
                              Hash128 digest)
{
    Error err = {0};
    RecordBatch batch = {.count = 1, .values = values, .time = &time, .known = &known, .digests = &digest};
    ASSERT_OK(records_put(records, lane, &batch, &err), err);
    return lane->cursors[0].next - records->layout->size;
}

static void records_are_compared_as_rows_are(void **state)
{
    UNUSED(state);
    AUTO(slab_pool_deinit) SlabPool pool = SLAB_POOL_INIT;
    AUTO(record_lane_deinit) RecordLane lane = {0};
    AUTO(arena_deinit) Arena arena = {0};
    RecordLayout layout = {0};
    Records records = {0};
    double key = -0.0;
    double x = 1;
    uint8_t valid = 1;
    Vector values[] = {{.type = TYPE_OF(TYPE_FLOAT64), .count = 1, .values = {.floats = &key}},
                       {.type = TYPE_OF(TYPE_FLOAT64), .count = 1, .values = {.floats = &x}, .valid = &valid}};
    Type types[] = {values[0].type, values[1].type};
    RecordShape shape = {types, 1, 2, true, false, RECORD_BY_DIGEST};
    Error err = {0};
    ASSERT_OK(record_layout_init(&shape, &arena, &layout, &err), err);
    assert_true(layout.keys_are_hashed);
    records_init(&layout, 0, &records);
    records.pool = &pool;
    ASSERT_OK(record_lane_init(&records, &lane, &err), err);
    const uint8_t *first = put_one(&records, &lane, values, 1, 5, (Hash128){1, 2});
    key = 0;
    const uint8_t *same = put_one(&records, &lane, values, 1, 5, (Hash128){1, 2});
    const uint8_t *digest = put_one(&records, &lane, values, 1, 5, (Hash128){1, 3});
    x = 2;
    const uint8_t *later = put_one(&records, &lane, values, 1, 6, (Hash128){0, 0});
    valid = 0;
    x = 0;
    const uint8_t *null = put_one(&records, &lane, values, 1, 5, (Hash128){1, 2});
    assert_true(record_hash(first) == record_hash(same));
    assert_true(record_same_key(&layout, first, same));
    assert_true(record_same_columns(&layout, first, same));
    assert_int_equal(record_compare_tie(&layout, first, same), 0);
    assert_true(record_compare_tie(&layout, first, digest) < 0);
    assert_true(record_compare_tie(&layout, digest, first) > 0);
    assert_true(record_compare_tie(&layout, digest, later) < 0);
    assert_false(record_same_columns(&layout, first, later));
    assert_false(record_same_columns(&layout, first, null));
}

static void hash_gives_its_key_back(void **state)
{
    UNUSED(state);
    static const int64_t ints[] = {0, 1, -1, INT64_MIN, INT64_MAX, 1234567890123456789};
    static const double floats[] = {0, 1.5, -2.25, 1e308, 5e-324};
    for (size_t i = 0; i < COUNT_OF(ints); i++) {
        int64_t value = ints[i];
        int64_t back = 0;
        Vector vector = {.type = TYPE_OF(TYPE_INT64), .count = 1, .values = {.ints = &value}};
        key_from_hash(key_hash(&vector, 1, 0), vector.type, (Values){.ints = &back}, 0);
        assert_true(back == value);
    }
    for (size_t i = 0; i < COUNT_OF(floats); i++) {
        double value = floats[i];
        double back = 0;
        Vector vector = {.type = TYPE_OF(TYPE_FLOAT64), .count = 1, .values = {.floats = &value}};
        key_from_hash(key_hash(&vector, 1, 0), vector.type, (Values){.floats = &back}, 0);
        assert_true(back == value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_with_a_key_is_in_its_partition_once),
        cmocka_unit_test(records_are_compared_as_rows_are),
        cmocka_unit_test(hash_gives_its_key_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
