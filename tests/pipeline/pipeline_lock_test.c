/// Schemas locked by the first run that succeeds.
#include "support/test.h"

#include "dataset/source_json.h"
#include "pipeline_fixture.h"
#include "text/yaml.h"

#define TEXT "pipeline: p\nsources: {trips: {files: trips.csv, time: t, known: t}}\n"

static Schema schema_of(const Field *fields, size_t count)
{
    return (Schema){.fields = fields, .count = count};
}

static const Field first_fields[] = {{STR_INIT("id"), {.id = TYPE_INT64}},
                                     {STR_INIT("fare"), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}}};
static const Field second_fields[] = {{STR_INIT("id"), {.id = TYPE_STRING}}};

/// The names and types of the locked columns; "none" without a lock.
static void expect_lock(Fixture *fixture, const char *source, const char *expected)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Schema schema = {0};
    bool found = false;
    Error err = {0};
    ASSERT_OK(lock_load(&fixture->pipeline, str_from(source), &schema, &found, &err), err);
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    if (found) ASSERT_OK(source_schema_write(&json, schema, &err), err);
    ASSERT_STR(found ? bytes_str(&text) : STR("none"), expected);
}

#define FIRST "[{\"name\":\"id\",\"type\":\"int64\"},{\"name\":\"fare\",\"type\":\"decimal(10,2)\"}]"
#define SECOND "[{\"name\":\"id\",\"type\":\"string\"}]"

static void a_schema_holds_only_once_it_is_confirmed(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    fixture_init(&fixture, state, TEXT);
    expect_lock(&fixture, "trips", "none");
    ASSERT_OK(lock_save(&fixture.pipeline, STR("trips"), schema_of(first_fields, 2), &err), err);
    expect_lock(&fixture, "trips", "none");
    ASSERT_OK(lock_confirm(&fixture.pipeline, STR("trips"), &err), err);
    expect_lock(&fixture, "trips", FIRST);
    expect_lock(&fixture, "zones", "none");
}

static void the_old_schema_holds_until_the_new_one_is_confirmed(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    fixture_init(&fixture, state, TEXT);
    ASSERT_OK(lock_save(&fixture.pipeline, STR("trips"), schema_of(first_fields, 2), &err), err);
    ASSERT_OK(lock_confirm(&fixture.pipeline, STR("trips"), &err), err);
    ASSERT_OK(lock_save(&fixture.pipeline, STR("trips"), schema_of(second_fields, 1), &err), err);
    expect_lock(&fixture, "trips", FIRST);
    ASSERT_OK(lock_confirm(&fixture.pipeline, STR("trips"), &err), err);
    expect_lock(&fixture, "trips", SECOND);
    ASSERT_OK(lock_confirm(&fixture.pipeline, STR("trips"), &err), err);
    expect_lock(&fixture, "trips", SECOND);
}

static void pipelines_of_one_store_have_their_own_locks(void **state)
{
    AUTO(fixture_deinit) Fixture first = {0};
    AUTO(fixture_deinit) Fixture second = {0};
    Error err = {0};
    fixture_init(&first, state, TEXT);
    ASSERT_OK(lock_save(&first.pipeline, STR("trips"), schema_of(first_fields, 2), &err), err);
    ASSERT_OK(lock_confirm(&first.pipeline, STR("trips"), &err), err);
    fixture_init(&second, state, "pipeline: q\nsources: {trips: {files: trips.csv, time: t, known: t}}\n");
    expect_lock(&second, "trips", "none");
    expect_lock(&first, "trips", FIRST);
}

static void a_locked_schema_is_not_detected_again(void **state)
{
    AUTO(fixture_deinit) Fixture first = {0};
    AUTO(fixture_deinit) Fixture second = {0};
    AUTO(fixture_deinit) Fixture third = {0};
    Error err = {0};
    PipelineOptions relock = fixture_options(state, TEXT);
    relock.relock = STR("trips");
    test_write_file(state, "trips.csv", "id,t\n1,2016-01-01 00:00:00\n");
    fixture_prepare(&first, state, TEXT);
    ASSERT_OK(lock_confirm(&first.pipeline, STR("trips"), &err), err);
    test_write_file(state, "trips.csv", "id,t\nx,2016-01-01 00:00:00\n");
    fixture_prepare(&second, state, TEXT);
    assert_int_equal(second.pipeline.sources[0].locked.fields[0].type.id, TYPE_INT64);
    ASSERT_OK(fixture_open(&third, &relock, &err), err);
    ASSERT_OK(pipeline_prepare(&third.pipeline, &err), err);
    assert_int_equal(third.pipeline.sources[0].locked.fields[0].type.id, TYPE_STRING);
    // Not confirmed yet: a run that fails leaves the old one.
    expect_lock(&second, "trips", "[{\"name\":\"id\",\"type\":\"int64\"},{\"name\":\"t\",\"type\":\"timestamp_us\"}]");
}

static void a_models_schema_is_locked_as_it_was_recorded(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    Error err = {0};
    fixture_init(&fixture, state, TEXT);
    ASSERT_OK(yaml_parse(STR("m"), STR(FIRST), &arena, &document, &err), err);
    ASSERT_OK(pipeline_lock(&fixture.pipeline, STR("trips"), document.root, &err), err);
    expect_lock(&fixture, "trips", FIRST);
    ASSERT_OK(yaml_parse(STR("m"), STR("[{name: id, type: int46}]"), &arena, &document, &err), err);
    ASSERT_FAILS(pipeline_lock(&fixture.pipeline, STR("trips"), document.root, &err), err, ERROR_CONFIG, "int46");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_schema_holds_only_once_it_is_confirmed),
        TEST_IN_DIRECTORY(the_old_schema_holds_until_the_new_one_is_confirmed),
        TEST_IN_DIRECTORY(pipelines_of_one_store_have_their_own_locks),
        TEST_IN_DIRECTORY(a_locked_schema_is_not_detected_again),
        TEST_IN_DIRECTORY(a_models_schema_is_locked_as_it_was_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
