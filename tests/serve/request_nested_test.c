/// Lists and maps on the whole way: what memory gives, the store gives to a request of JSON, and the answer's JSON reads back, all
/// to the same bits.
#include "frame/json_value.h"
#include "online/online.h"
#include "serve/request.h"
#include "support/plan_text.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_frame.h"
#include "text/json.h"

static const char PLAN[] =
    "sources:\n"
    "  trips:\n"
    "    columns: {id: int64, t: timestamp_us, zone: string, tags: list(string), place: list(float64),\n"
    "      fares: 'map(string,int64)'}\n"
    "    time: t\n"
    "    known: t\n"
    "    key: [id]\n"
    "views:\n"
    "  zone:\n"
    "    from: trips\n"
    "    by: [zone]\n"
    "    columns:\n"
    "      tags: last(tags)\n"
    "      fares: first(fares)\n"
    "      fare: last(get(fares, 'night'))\n"
    "      size: sum(size(tags))\n"
    "      sizes: last_k(size(tags), 2)\n"
    "      counts: count() by get(tags, 0)\n"
    "  trip:\n"
    "    inputs: {vector: list(float64), words: string, counts: 'map(string,int64)', zone: string}\n"
    "    columns:\n"
    "      vector: vector\n"
    "      counts: counts\n"
    "      norm: norm(vector)\n"
    "      near: dot(vector, [0.5, 2])\n"
    "      tokens: tokens(words)\n"
    "      known: contains(zone.tags, 'late')\n"
    "      scaled: list_scale(vector, 0.1)\n"
    "      both: \"[get(vector, 0), get(counts, 'a'), 7]\"\n"
    "      text: cast(counts as string)\n";

/// A column of a table, a value a row.
typedef struct JsonColumn {
    const char *name;
    const char *type;
    const char *values[4];
} JsonColumn;

static const JsonColumn TABLE[] = {
    {"id", "int64", {"1", "2", "3", "4"}},
    {"t", "timestamp_us with time zone", {"\"2016-01-01\"", "\"2016-01-02\"", "\"2016-01-03\"", "\"2016-01-04\""}},
    {"zone", "string", {"\"north\"", "\"north\"", "\"south\"", "null"}},
    {"tags", "list(string)", {"[\"a\",null]", "[\"late\",\"b\"]", "[]", "null"}},
    {"place", "list(float64)", {"[1.5,-0.0]", "[\"NaN\"]", "null", "[]"}},
    {"fares", "map(string,int64)", {"{\"night\":7,\"day\":null}", "{\"night\":9}", "{}", "null"}},
};

static void column_fill(const JsonColumn *from, Column *out)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    const JsonContext context = {.what = "a value", .kind = ERROR_DATA};
    for (size_t row = 0; row < COUNT_OF(from->values); row++) {
        Document document = {0};
        ASSERT_OK(json_parse(STR("value"), str_from(from->values[row]), &arena, &document, &err), err);
        ASSERT_OK(column_push_json(out, document.root, &context, &err), err);
    }
}

static void table_build(Frame *out)
{
    Error err = {0};
    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        Column *column = NULL;
        Type type = {0};
        ASSERT_OK(type_parse(str_from(TABLE[i].type), &type, &err), err);
        ASSERT_OK(frame_add_column(out, str_from(TABLE[i].name), type, &column, &err), err);
        column_fill(&TABLE[i], column);
        if (i == 1) column->type.zoned = false;
        if (i == 1) out->fields[i].type.zoned = false;
    }
    frame_finish(out);
}

static const char BODY[] =
    "{\"at\": \"2016-02-01\", \"inputs\": ["
    "{\"zone\":\"north\",\"vector\":[3,-4.0],\"words\":\"Late, AGAIN\",\"counts\":{\"b\":1,\"a\":2}},"
    "{\"zone\":\"south\",\"vector\":[],\"words\":null,\"counts\":{}},"
    "{\"zone\":\"nowhere\",\"vector\":null,\"words\":\"\",\"counts\":null},"
    "{\"zone\":\"north\",\"vector\":[\"NaN\",-0.0],\"words\":\"x\",\"counts\":{\"a\":null}}]}";

typedef struct NestedCase {
    Plan plan;
    Frame table;
    Engine *engine;
    KeyValue *store;
    Request request;
} NestedCase;

static const KeyValueKind *lmdb(void)
{
    return key_value_find(STR("lmdb"));
}

static void case_deinit(NestedCase *test)
{
    request_deinit(&test->request);
    engine_close(&test->engine);
    frame_deinit(&test->table);
    plan_deinit(&test->plan);
    if (test->store != NULL) lmdb()->close(&test->store);
}

static void case_init(NestedCase *test, void **state)
{
    Error err = {0};
    Digest digest = {0};
    bool changed = false;
    const EngineOptions options = {.threads = 1};
    plan_text_compile(PLAN, &test->plan);
    table_build(&test->table);
    ASSERT_OK(engine_open(&test->plan, &test->table, &options, &test->engine, &err), err);
    ASSERT_OK(lmdb()->open(test_path(state, ""), false, &test->store, &err), err);
    ASSERT_OK(digest_of(STR("data"), &digest, &err), err);
    ASSERT_OK(online_publish(lmdb(), test->store, &test->plan, test->engine, &digest, &changed, &err), err);
    ASSERT_OK(request_parse(&test->plan, str_from(BODY), 0, &test->request, &err), err);
}

static void read_memory(NestedCase *test, Frame *out)
{
    Error err = {0};
    EntityStatus statuses[64];
    ASSERT_OK(engine_evaluate(test->engine, &test->request.inputs, test->request.at, out, statuses, &err), err);
}

static bool read_store(NestedCase *test, const Plan *plan, Frame *out, Error *err)
{
    EntityStatus statuses[64];
    AUTO(online_reader_deinit) OnlineReader reader = {.kind = lmdb(), .plan = plan->digest};
    TRY(lmdb()->read_begin(test->store, &reader.read, err));
    FactStore facts = online_facts(&reader);
    return engine_evaluate_store(plan, &facts, &test->request.inputs, test->request.at, out, statuses, err);
}

static void assert_json(const Frame *frame, const char *name, const char *const expected[4])
{
    Error err = {0};
    Vector vector = {0};
    ASSERT_OK(frame_find(frame, str_from(name), &vector, &err), err);
    for (size_t row = 0; row < 4; row++) {
        AUTO(bytes_deinit) Bytes text = {0};
        JsonWriter json = json_writer(&text, JSON_COMPACT);
        ASSERT_OK(vector_write_json(&vector, row, &json, &err), err);
        if (!str_equal(bytes_str(&text), str_from(expected[row]))) {
            fail_msg("%s, row %zu: %.*s, not %s", name, row, STR_ARG(bytes_str(&text)), expected[row]);
        }
    }
}

#define ASSERT_JSON(frame, name, ...) assert_json((frame), (name), (const char *const[4]){__VA_ARGS__})

static void lists_and_maps_are_computed_as_of_the_request(void **state)
{
    AUTO(case_deinit) NestedCase test = {0};
    AUTO(frame_deinit) Frame out = {0};
    case_init(&test, state);
    read_memory(&test, &out);
    ASSERT_JSON(&out, "zone.tags", "[\"late\",\"b\"]", "[]", "null", "[\"late\",\"b\"]");
    ASSERT_JSON(&out, "zone.fares", "{\"day\":null,\"night\":7}", "{}", "null", "{\"day\":null,\"night\":7}");
    ASSERT_JSON(&out, "zone.fare", "9", "null", "null", "9");
    ASSERT_JSON(&out, "zone.size", "4", "0", "null", "4");
    ASSERT_JSON(&out, "zone.sizes", "[2,2]", "[0]", "[]", "[2,2]");
    ASSERT_JSON(&out, "zone.counts", "{\"a\":1,\"late\":1}", "{}", "{}", "{\"a\":1,\"late\":1}");
    ASSERT_JSON(&out, "trip.norm", "5.0", "0.0", "null", "\"NaN\"");
    ASSERT_JSON(&out, "trip.near", "-6.5", "null", "null", "\"NaN\"");
    ASSERT_JSON(&out, "trip.tokens", "[\"late\",\"again\"]", "null", "[]", "[\"x\"]");
    ASSERT_JSON(&out, "trip.known", "true", "false", "null", "true");
    ASSERT_JSON(&out, "trip.both", "[3.0,2.0,7.0]", "[null,null,7.0]", "[null,null,7.0]", "[\"NaN\",null,7.0]");
    ASSERT_JSON(&out, "trip.text", "\"{\\\"a\\\":2,\\\"b\\\":1}\"", "\"{}\"", "null", "\"{\\\"a\\\":null}\"");
}

static void the_store_gives_the_bits_of_memory(void **state)
{
    Error err = {0};
    AUTO(case_deinit) NestedCase test = {0};
    AUTO(frame_deinit) Frame memory = {0};
    AUTO(frame_deinit) Frame stored = {0};
    case_init(&test, state);
    read_memory(&test, &memory);
    ASSERT_OK(read_store(&test, &test.plan, &stored, &err), err);
    assert_true(test_frame_same(&memory, &stored));
}

static void a_plan_read_back_gives_the_same_bits(void **state)
{
    Error err = {0};
    AUTO(case_deinit) NestedCase test = {0};
    AUTO(bytes_deinit) Bytes encoded = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame memory = {0};
    AUTO(frame_deinit) Frame stored = {0};
    case_init(&test, state);
    read_memory(&test, &memory);
    ASSERT_OK(plan_encode(&test.plan, &encoded, &err), err);
    ASSERT_OK(plan_decode(bytes_str(&encoded), &plan, &err), err);
    ASSERT_OK(read_store(&test, &plan, &stored, &err), err);
    assert_true(test_frame_same(&memory, &stored));
}

/// An answer's features, sent again as values of their types, are the same values.
static void answers_read_back_to_the_same_bits(void **state)
{
    AUTO(case_deinit) NestedCase test = {0};
    AUTO(frame_deinit) Frame memory = {0};
    const JsonContext context = {.what = "a feature", .kind = ERROR_DATA};
    case_init(&test, state);
    read_memory(&test, &memory);
    for (size_t i = 0; i < memory.column_count; i++) {
        Vector vector = frame_vector(&memory, i);
        AUTO(column_deinit) Column again = {.type = vector.type};
        for (size_t row = 0; row < vector.count; row++) {
            Error err = {0};
            AUTO(arena_deinit) Arena arena = {0};
            AUTO(bytes_deinit) Bytes text = {0};
            Document document = {0};
            JsonWriter json = json_writer(&text, JSON_COMPACT);
            ASSERT_OK(vector_write_json(&vector, row, &json, &err), err);
            ASSERT_OK(json_parse(STR("answer"), bytes_str(&text), &arena, &document, &err), err);
            ASSERT_OK(column_push_json(&again, document.root, &context, &err), err);
            Vector reread = column_view(&again);
            assert_true(vector_same(&vector, row, &reread, row));
        }
    }
}

static void a_wrong_item_names_the_input_and_its_place(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(plan_deinit) Plan plan = {0};
    Request request = {0};
    plan_text_compile(PLAN, &plan);
    ASSERT_FAILS(request_parse(&plan,
                               STR("{\"inputs\": {\"zone\":\"a\",\"vector\":[1,\"x\"],\"words\":null,"
                                   "\"counts\":null}}"),
                               0, &request, &err),
                 err, ERROR_USAGE, "request:1:36: input 'vector' is a number, or \"NaN\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(lists_and_maps_are_computed_as_of_the_request),
        TEST_IN_DIRECTORY(the_store_gives_the_bits_of_memory),
        TEST_IN_DIRECTORY(a_plan_read_back_gives_the_same_bits),
        TEST_IN_DIRECTORY(answers_read_back_to_the_same_bits),
        cmocka_unit_test(a_wrong_item_names_the_input_and_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
