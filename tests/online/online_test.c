/// The engine's facts in the store: all there, replaced as a whole, read back to the same bits, and damage told.
#include "online/online.h"

#include "support/frame_text.h"
#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"

static const char PLAN[] =
    "sources:\n"
    "  trips: {columns: {id: int64, t: timestamp_us, zone: string, x: float64}, time: t, known: t, key: [id]}\n"
    "views:\n"
    "  zone: {from: trips, by: [zone], columns: {n: count() over 1d, mean: mean(x), last: last(zone)}}\n"
    "  both: {from: trips, by: [zone, id], columns: {sum: sum(x)}}\n";

static const char ROWS[] = "id int64, t timestamp_us, zone string, x float64\n"
                           "1|2016-01-01 00:00:00|north|0.1\n"
                           "2|2016-01-01 01:00:00|north|0.2\n"
                           "3|2016-01-01 02:00:00|south|NaN\n"
                           "4|2016-01-01 03:00:00|null|4\n";

static const char MORE[] = "id int64, t timestamp_us, zone string, x float64\n"
                           "1|2016-01-01 00:00:00|north|7\n";

static const KeyValueKind *lmdb(void)
{
    return key_value_find(STR("lmdb"));
}

/// A plan, a table, the engine over it, and a store in the test's directory.
typedef struct OnlineCase {
    Plan plan;
    Frame table;
    Engine *engine;
    KeyValue *store;
} OnlineCase;

static void case_deinit(OnlineCase *test)
{
    engine_close(&test->engine);
    frame_deinit(&test->table);
    plan_deinit(&test->plan);
    if (test->store != NULL) lmdb()->close(&test->store);
}

static void case_load(OnlineCase *test, const char *rows)
{
    const EngineOptions options = {.threads = 1};
    Error err = {0};
    engine_close(&test->engine);
    frame_deinit(&test->table);
    frame_text_read(rows, &test->table);
    ASSERT_OK(engine_open(&test->plan, &test->table, &options, &test->engine, &err), err);
}

static void case_init(OnlineCase *test, void **state, const char *plan, const char *rows)
{
    Error err = {0};
    plan_text_compile(plan, &test->plan);
    case_load(test, rows);
    ASSERT_OK(lmdb()->open(test_path(state, ""), false, &test->store, &err), err);
}

static bool published(OnlineCase *test, const char *data)
{
    Digest digest = {0};
    bool changed = false;
    Error err = {0};
    ASSERT_OK(digest_of(str_from(data), &digest, &err), err);
    ASSERT_OK(online_publish(lmdb(), test->store, &test->plan, test->engine, &digest, &changed, &err), err);
    return changed;
}

static bool read_store(OnlineCase *test, const Frame *inputs, const int64_t *at, Frame *out, EntityStatus *statuses,
                       Error *err)
{
    AUTO(online_reader_deinit) OnlineReader reader = {.kind = lmdb(), .plan = test->plan.digest};
    TRY(lmdb()->read_begin(test->store, &reader.read, err));
    FactStore facts = online_facts(&reader);
    return engine_evaluate_store(&test->plan, &facts, inputs, at, out, statuses, err);
}

/// The store's features are the memory's, bit for bit.
static void expect_same(OnlineCase *test, const char *requests, const char *at)
{
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame memory = {0};
    AUTO(frame_deinit) Frame stored = {0};
    EntityStatus statuses[2][32] = {{0}};
    int64_t instants[16];
    Error err = {0};
    frame_text_read(requests, &inputs);
    for (size_t i = 0; i < COUNT_OF(instants); i++) instants[i] = test_instant(at);
    ASSERT_OK(engine_evaluate(test->engine, &inputs, instants, &memory, statuses[0], &err), err);
    ASSERT_OK(read_store(test, &inputs, instants, &stored, statuses[1], &err), err);
    assert_true(test_frame_same(&memory, &stored));
    assert_memory_equal(statuses[0], statuses[1], sizeof(statuses[0]));
}

static const char REQUESTS[] = "zone string, id int64\n"
                               "north|1\nnorth|2\nsouth|3\nnull|4\nnowhere|1\nnorth|null\n";

static void the_store_gives_the_bits_of_memory(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    case_init(&test, state, PLAN, ROWS);
    assert_true(published(&test, "first"));
    expect_same(&test, REQUESTS, "2016-01-01 01:30:00");
    expect_same(&test, REQUESTS, "2016-01-01 12:00:00");
    expect_same(&test, REQUESTS, "2016-03-01");
}

static void unchanged_data_is_not_written_again(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    case_init(&test, state, PLAN, ROWS);
    assert_true(published(&test, "first"));
    // What the engine holds now is not looked at: the name of the data decides.
    case_load(&test, MORE);
    assert_false(published(&test, "first"));
    case_load(&test, ROWS);
    expect_same(&test, REQUESTS, "2016-01-02");
}

static void new_data_replace_all_of_the_old(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    case_init(&test, state, PLAN, ROWS);
    assert_true(published(&test, "first"));
    case_load(&test, MORE);
    assert_true(published(&test, "second"));
    expect_same(&test, REQUESTS, "2016-01-02");
    assert_false(published(&test, "second"));
}

static void plans_do_not_touch_each_other(void **state)
{
    AUTO(case_deinit) OnlineCase first = {0};
    AUTO(case_deinit) OnlineCase second = {0};
    case_init(&first, state, PLAN, ROWS);
    assert_true(published(&first, "data"));
    plan_text_compile("sources:\n"
                      "  trips: {columns: {id: int64, t: timestamp_us, zone: string, x: float64}, time: t, known: t}\n"
                      "views:\n"
                      "  zone: {from: trips, by: [zone, id], columns: {n: count()}}\n",
                      &second.plan);
    case_load(&second, MORE);
    second.store = first.store;
    assert_true(published(&second, "data"));
    expect_same(&second, REQUESTS, "2016-01-02");
    expect_same(&first, REQUESTS, "2016-01-02");
    second.store = NULL;
}

static bool find_plan(OnlineCase *test, bool *out_found, Digest *out_data, Error *err)
{
    KeyValueRead *read = NULL;
    TRY(lmdb()->read_begin(test->store, &read, err));
    bool done = online_find(lmdb(), read, &test->plan.digest, out_found, out_data, err);
    lmdb()->read_end(&read);
    return done;
}

static void what_was_published_is_found_with_its_data(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    Digest data = {0};
    Digest expected = {0};
    bool found = true;
    Error err = {0};
    case_init(&test, state, PLAN, ROWS);
    ASSERT_OK(find_plan(&test, &found, &data, &err), err);
    assert_false(found);
    assert_true(published(&test, "first"));
    ASSERT_OK(find_plan(&test, &found, &data, &err), err);
    ASSERT_OK(digest_of(STR("first"), &expected, &err), err);
    assert_true(found && digest_equal(&data, &expected));
}

enum { LONG_BYTES = 1000 };

/// Two entities whose names are equal but for their last byte, longer than a store's keys may be.
static void long_rows_write(const char *first, Bytes *rows, Bytes *requests)
{
    char name[LONG_BYTES + 1];
    Error err = {0};
    memset(name, 'n', LONG_BYTES);
    name[LONG_BYTES] = 0;
    ASSERT_OK(bytes_append_str(rows, STR("id int64, t timestamp_us, zone string, x float64\n"), &err), err);
    ASSERT_OK(bytes_append_str(requests, STR("zone string, id int64\n"), &err), err);
    for (int i = 0; i < 3; i++) {
        name[LONG_BYTES - 1] = (char)('a' + i);
        if (i < 2) ASSERT_OK(bytes_append_format(rows, &err, "%d|2016-01-01 00:00:00|%s|%s\n", i, name, first), err);
        ASSERT_OK(bytes_append_format(requests, &err, "%s|%d\n", name, i), err);
    }
    ASSERT_OK(bytes_append_byte(rows, 0, &err), err);
    ASSERT_OK(bytes_append_byte(requests, 0, &err), err);
}

static void entities_with_long_keys_are_kept_apart(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    AUTO(bytes_deinit) Bytes rows = {0};
    AUTO(bytes_deinit) Bytes requests = {0};
    long_rows_write("2.5", &rows, &requests);
    case_init(&test, state, PLAN, (const char *)rows.data);
    assert_true(published(&test, "long"));
    expect_same(&test, (const char *)requests.data, "2016-01-02");
    // They are replaced as others are.
    case_load(&test, MORE);
    assert_true(published(&test, "short"));
    expect_same(&test, (const char *)requests.data, "2016-01-02");
}

/// Puts a value under the plan's digest and what follows it.
static void put_raw(OnlineCase *test, Str rest, Str value)
{
    AUTO(bytes_deinit) Bytes key = {0};
    KeyValueWrite *write = NULL;
    Error err = {0};
    ASSERT_OK(bytes_append(&key, test->plan.digest.bytes, DIGEST_BYTES, &err), err);
    ASSERT_OK(bytes_append_str(&key, rest, &err), err);
    ASSERT_OK(lmdb()->write_begin(test->store, &write, &err), err);
    ASSERT_OK(lmdb()->put(write, bytes_str(&key), value, &err), err);
    ASSERT_OK(lmdb()->commit(&write, &err), err);
}

static void damaged_record_of_a_plan_is_told(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    Digest data = {0};
    bool found = false;
    bool changed = false;
    Error err = {0};
    case_init(&test, state, PLAN, ROWS);
    put_raw(&test, STR("m"), STR("short"));
    ASSERT_FAILS(find_plan(&test, &found, &data, &err), err, ERROR_DATA, "online store: the record of plan ");
    ASSERT_FAILS(online_publish(lmdb(), test.store, &test.plan, test.engine, &data, &changed, &err), err, ERROR_DATA,
                 "is damaged");
}

typedef struct StoredKey {
    OnlineCase *test;
    Str value;
} StoredKey;

/// Damages what was stored of every entity.
static bool damage_entity(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    StoredKey *stored = context;
    AUTO(bytes_deinit) Bytes rest = {0};
    UNUSED(facts);
    TRY(bytes_append_format(&rest, err, "f%c%c%c%c", 0, 0, 0, (int)group));
    TRY(bytes_append_str(&rest, key, err));
    put_raw(stored->test, bytes_str(&rest), stored->value);
    return true;
}

static void damaged_facts_are_told(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame out = {0};
    StoredKey stored = {.test = &test, .value = STR("no facts")};
    int64_t at = test_instant("2016-01-02");
    EntityStatus statuses[2];
    Error err = {0};
    case_init(&test, state, PLAN, ROWS);
    assert_true(published(&test, "first"));
    ASSERT_OK(engine_export(test.engine, damage_entity, &stored, &err), err);
    frame_text_read("zone string, id int64\nnorth|1\n", &inputs);
    ASSERT_FAILS(read_store(&test, &inputs, &at, &out, statuses, &err), err, ERROR_DATA, "");
}

typedef struct AllocationCase {
    OnlineCase *test;
    Digest data;
} AllocationCase;

static bool publish_once(void *context, Error *err)
{
    AllocationCase *work = context;
    bool changed = false;
    work->data.bytes[0]++;
    return online_publish(lmdb(), work->test->store, &work->test->plan, work->test->engine, &work->data, &changed, err);
}

static void a_failing_allocation_leaves_what_was_there(void **state)
{
    AUTO(case_deinit) OnlineCase test = {0};
    AllocationCase work = {.test = &test};
    case_init(&test, state, PLAN, ROWS);
    for_each_allocation_failure(publish_once, &work);
    expect_same(&test, REQUESTS, "2016-01-02");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(the_store_gives_the_bits_of_memory),
        TEST_IN_DIRECTORY(unchanged_data_is_not_written_again),
        TEST_IN_DIRECTORY(new_data_replace_all_of_the_old),
        TEST_IN_DIRECTORY(plans_do_not_touch_each_other),
        TEST_IN_DIRECTORY(what_was_published_is_found_with_its_data),
        TEST_IN_DIRECTORY(entities_with_long_keys_are_kept_apart),
        TEST_IN_DIRECTORY(damaged_record_of_a_plan_is_told),
        TEST_IN_DIRECTORY(damaged_facts_are_told),
        TEST_IN_DIRECTORY(a_failing_allocation_leaves_what_was_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
