/// Whatever allocation fails, the engine says so and leaves nothing behind.
#include "engine/engine.h"
#include "support/definition_text.h"
#include "support/test.h"

static const char YAML[] = "sources:\n"
                           "  events:\n"
                           "    columns: {id: int64, k: string, t: timestamp_s, x: float64, late: timestamp_s}\n"
                           "    time: t\n"
                           "    known: t\n"
                           "    columns_known: {x: late}\n"
                           "    key: [id]\n"
                           "    deleted: x < 0\n"
                           "views:\n"
                           "  v:\n"
                           "    from: events\n"
                           "    by: [k]\n"
                           "    columns:\n"
                           "      sum: sum(x) over 5s\n"
                           "      most: max(x) over 5s\n"
                           "      who: concat(last(k), '!')\n"
                           "      seen: last(who)\n";

typedef struct World {
    DefinitionText text;
    Plan plan;
    Frame events, questions;
    int64_t at[2];
    Bytes stored;
} World;

static void world_make(World *world)
{
    Error err = {0};
    Column *column = NULL;
    ASSERT_OK(definition_text_read("memory.yaml", STR(YAML), &world->text, &err), err);
    ASSERT_OK(plan_compile(&world->text.definition, &world->plan, &err), err);
    const PlanSource *source = &world->plan.sources[0];
    for (uint32_t i = 0; i < source->field_count; i++)
        ASSERT_OK(frame_add_column(&world->events, source->fields[i].name, source->fields[i].type, &column, &err), err);
    for (int64_t i = 0; i < 6; i++) {
        ASSERT_OK(column_push_int(&world->events.columns[0], i / 2, &err), err);
        ASSERT_OK(column_push_string(&world->events.columns[1], STR("a"), &err), err);
        ASSERT_OK(column_push_int(&world->events.columns[2], i / 3, &err), err);
        ASSERT_OK(column_push_float(&world->events.columns[3], (double)i, &err), err);
        ASSERT_OK(column_push_int(&world->events.columns[4], i, &err), err);
    }
    frame_finish(&world->events);
    ASSERT_OK(frame_add_column(&world->questions, STR("k"), TYPE_OF(TYPE_STRING), &column, &err), err);
    ASSERT_OK(column_push_string(column, STR("a"), &err), err);
    ASSERT_OK(column_push_string(column, STR("b"), &err), err);
    frame_finish(&world->questions);
    world->at[0] = world->at[1] = 3000001;
}

static void world_free(World *world)
{
    frame_deinit(&world->events);
    frame_deinit(&world->questions);
    bytes_deinit(&world->stored);
    plan_deinit(&world->plan);
    definition_text_deinit(&world->text);
}

static bool in_memory(void *context, Error *err)
{
    const World *world = context;
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame features = {0};
    EngineOptions options = {.threads = 1};
    TRY(engine_open(&world->plan, &world->events, &options, &engine, err));
    return engine_evaluate(engine, &world->questions, world->at, &features, NULL, err);
}

static void evaluation_in_memory_survives_every_allocation_failure(void **state)
{
    UNUSED(state);
    World world = {0};
    world_make(&world);
    for_each_allocation_failure(in_memory, &world);
    world_free(&world);
}

/// Keeps the facts of the group that is asked for last, of which the test has one entity.
static bool keep_facts(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    World *world = context;
    UNUSED(key);
    return group > 0 || bytes_append_str(&world->stored, facts, err);
}

static bool find_facts(void *context, uint32_t group, Str key, Str *out, Error *err)
{
    const World *world = context;
    UNUSED(err);
    *out = group == 0 && str_ends(key, STR("a")) ? bytes_str(&world->stored) : (Str){0};
    return true;
}

static bool from_store(void *context, Error *err)
{
    World *world = context;
    AUTO(frame_deinit) Frame features = {0};
    FactStore store = {.find = find_facts, .context = world};
    return engine_evaluate_store(&world->plan, &store, &world->questions, world->at, &features, NULL, err);
}

static void evaluation_from_a_store_survives_every_allocation_failure(void **state)
{
    UNUSED(state);
    World world = {0};
    AUTO(engine_close) Engine *engine = NULL;
    EngineOptions options = {.threads = 1};
    Error err = {0};
    world_make(&world);
    ASSERT_OK(engine_open(&world.plan, &world.events, &options, &engine, &err), err);
    ASSERT_OK(engine_export(engine, keep_facts, &world, &err), err);
    assert_true(world.stored.size > 0);
    for_each_allocation_failure(from_store, &world);
    engine_close(&engine);
    world_free(&world);
}

/// The store's own failure comes through, with the row that asked.
static bool find_nothing(void *context, uint32_t group, Str key, Str *out, Error *err)
{
    UNUSED(context);
    UNUSED(group);
    UNUSED(key);
    UNUSED(out);
    return error_set(err, ERROR_STORAGE, "the disk is gone");
}

static void failure_of_the_store_is_told(void **state)
{
    UNUSED(state);
    World world = {0};
    AUTO(frame_deinit) Frame features = {0};
    FactStore store = {.find = find_nothing};
    Error err = {0};
    world_make(&world);
    ASSERT_FAILS(engine_evaluate_store(&world.plan, &store, &world.questions, world.at, &features, NULL, &err), err,
                 ERROR_STORAGE, "row 1: the disk is gone");
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation_in_memory_survives_every_allocation_failure),
        cmocka_unit_test(evaluation_from_a_store_survives_every_allocation_failure),
        cmocka_unit_test(failure_of_the_store_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
