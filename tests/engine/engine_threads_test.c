/// Enough rows for many partitions, built and asked by several threads: the same bits as by one, and no race (run under TSan too).
#include "engine/engine.h"
#include "number/random.h"
#include "support/definition_text.h"
#include "support/test.h"
#include "sys/thread.h"

enum { EVENTS = 60000, QUESTIONS = 9000, ENTITIES = 700, ASKERS = 3 };

static const char YAML[] =
    "sources:\n"
    "  events:\n"
    "    columns: {id: int64, k: int64, t: timestamp_us, known: timestamp_us, x: float64, s: string}\n"
    "    time: t\n"
    "    known: known\n"
    "    key: [id]\n"
    "views:\n"
    "  v:\n"
    "    from: events\n"
    "    by: [k]\n"
    "    columns:\n"
    "      n: count() over 1ms\n"
    "      sum: sum(x) over 5ms\n"
    "      sd: stddev(x) over 1ms where x > 0\n"
    "      low: min(x) over 5ms\n"
    "      last: concat(last(s), '!')\n"
    "      odds: mean(n) over 2ms\n";

typedef struct World {
    DefinitionText text;
    Plan plan;
    Frame events, questions;
    int64_t at[QUESTIONS];
} World;

static void push_event(Frame *events, RandomKey key, uint64_t i)
{
    Error err = {0};
    char text[8] = {(char)('a' + i % 26)};
    int64_t time = (int64_t)random_below(key, i, 0, 50000);
    ASSERT_OK(column_push_int(&events->columns[0], (int64_t)(i - i / 100 * 3), &err), err); // some ids come again
    ASSERT_OK(column_push_int(&events->columns[1], (int64_t)random_below(key, i, 1, ENTITIES), &err), err);
    ASSERT_OK(column_push_int(&events->columns[2], time, &err), err);
    ASSERT_OK(column_push_int(&events->columns[3], time + (int64_t)random_below(key, i, 2, 3000), &err), err);
    ASSERT_OK(column_push_float(&events->columns[4], random_normal(key, i, 3), &err), err);
    ASSERT_OK(column_push_string(&events->columns[5], str_from(text), &err), err);
}

static void world_make(World *world)
{
    Error err = {0};
    Column *column = NULL;
    RandomKey key = random_key(11, RANDOM_TEST, 0);
    ASSERT_OK(definition_text_read("threads.yaml", STR(YAML), &world->text, &err), err);
    ASSERT_OK(plan_compile(&world->text.definition, &world->plan, &err), err);
    const PlanSource *source = &world->plan.sources[0];
    for (uint32_t i = 0; i < source->field_count; i++)
        ASSERT_OK(frame_add_column(&world->events, source->fields[i].name, source->fields[i].type, &column, &err), err);
    for (uint64_t i = 0; i < EVENTS; i++) push_event(&world->events, key, i);
    frame_finish(&world->events);
    ASSERT_OK(frame_add_column(&world->questions, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    for (uint64_t i = 0; i < QUESTIONS; i++) {
        ASSERT_OK(column_push_int(column, (int64_t)random_below(key, i, 4, ENTITIES + 10), &err), err);
        world->at[i] = (int64_t)random_below(key, i, 5, 55000);
    }
    frame_finish(&world->questions);
}

static void world_free(World *world)
{
    frame_deinit(&world->events);
    frame_deinit(&world->questions);
    plan_deinit(&world->plan);
    definition_text_deinit(&world->text);
}

/// `memory_bytes` 0: no limit.
static Digest digest_by(const World *world, uint32_t threads, uint64_t memory_bytes)
{
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame features = {0};
    EngineOptions options = {.threads = threads, .memory_bytes = memory_bytes};
    Digest digest = {{0}};
    Error err = {0};
    ASSERT_OK(engine_open(&world->plan, &world->events, &options, &engine, &err), err);
    ASSERT_OK(engine_evaluate(engine, &world->questions, world->at, &features, NULL, &err), err);
    ASSERT_OK(frame_digest(&features, &digest, &err), err);
    return digest;
}

static void number_of_threads_and_memory_limit_do_not_show(void **state)
{
    UNUSED(state);
    static World world;
    world_make(&world);
    Digest one = digest_by(&world, 1, 0);
    for (uint32_t threads = 2; threads <= 4; threads++) {
        Digest many = digest_by(&world, threads, 0);
        Digest limited = digest_by(&world, threads, threads == 2 ? 1 : 1000000);
        assert_true(digest_equal(&one, &many));
        assert_true(digest_equal(&one, &limited));
    }
    world_free(&world);
}

typedef struct Asking {
    const World *world;
    const Engine *engine;
    Digest digests[ASKERS];
} Asking;

static bool ask(void *context, size_t index, Error *err)
{
    Asking *asking = context;
    AUTO(frame_deinit) Frame features = {0};
    TRY(engine_evaluate(asking->engine, &asking->world->questions, asking->world->at, &features, NULL, err));
    return frame_digest(&features, &asking->digests[index], err);
}

static void one_engine_answers_several_at_once(void **state)
{
    UNUSED(state);
    static World world;
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = 2};
    Error err = {0};
    world_make(&world);
    ASSERT_OK(engine_open(&world.plan, &world.events, &options, &engine, &err), err);
    Asking asking = {.world = &world, .engine = engine};
    ASSERT_OK(thread_parallel_for(ASKERS, ASKERS, ask, &asking, &err), err);
    for (size_t i = 1; i < ASKERS; i++) assert_true(digest_equal(&asking.digests[0], &asking.digests[i]));
    engine_close(&engine);
    world_free(&world);
}

/// Some questions at a time, appended.
static void ask_in_parts(const World *world, const Engine *engine, size_t part, Frame *out)
{
    static uint64_t rows[QUESTIONS];
    Error err = {0};
    for (size_t i = 0; i < QUESTIONS; i++) rows[i] = i;
    for (size_t begin = 0; begin < QUESTIONS; begin += part) {
        AUTO(frame_deinit) Frame questions = {0};
        AUTO(frame_deinit) Frame features = {0};
        size_t count = QUESTIONS - begin < part ? QUESTIONS - begin : part;
        ASSERT_OK(frame_gather(&world->questions, rows + begin, count, &questions, &err), err);
        ASSERT_OK(engine_evaluate(engine, &questions, world->at + begin, &features, NULL, &err), err);
        ASSERT_OK(frame_append(out, &features, &err), err);
    }
}

static void questions_are_answered_alike_alone_and_among_many(void **state)
{
    UNUSED(state);
    static World world;
    static EntityStatus statuses[2 * QUESTIONS];
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame many = {0};
    AUTO(frame_deinit) Frame few = {0};
    EngineOptions options = {.threads = 2};
    Digest digests[2] = {{{0}}};
    Error err = {0};
    world_make(&world);
    assert_true(world.plan.group_count <= 2);
    ASSERT_OK(engine_open(&world.plan, &world.events, &options, &engine, &err), err);
    ASSERT_OK(engine_evaluate(engine, &world.questions, world.at, &many, statuses, &err), err);
    ask_in_parts(&world, engine, 1000, &few);
    ASSERT_OK(frame_digest(&many, &digests[0], &err), err);
    ASSERT_OK(frame_digest(&few, &digests[1], &err), err);
    assert_true(digest_equal(&digests[0], &digests[1]));
    size_t known = 0;
    for (size_t i = 0; i < QUESTIONS; i++) known += statuses[i] == ENTITY_KNOWN;
    assert_in_range(known, QUESTIONS / 2, QUESTIONS - 1);
    engine_close(&engine);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_answered_alike_alone_and_among_many),
        cmocka_unit_test(number_of_threads_and_memory_limit_do_not_show),
        cmocka_unit_test(one_engine_answers_several_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
