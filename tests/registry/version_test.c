#include "registry_fixture.h"

static void versions_count_up_for_each_model(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    assert_int_equal(fixture_register(&fixture, "trips", 1), 1);
    assert_int_equal(fixture_register(&fixture, "trips", 2), 2);
    assert_int_equal(fixture_register(&fixture, "fares", 3), 1);
}

static void the_same_package_again_is_the_same_version(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    assert_int_equal(fixture_register(&fixture, "trips", 1), 1);
    assert_int_equal(fixture_register(&fixture, "trips", 2), 2);
    assert_int_equal(fixture_register(&fixture, "trips", 1), 1);
    assert_int_equal(fixture_register(&fixture, "fares", 1), 1);
}

static void a_version_is_found_by_number_alias_and_digest(void **state)
{
    Error err = {0};
    ModelVersion found = {0};
    Digest digest = fixture_digest(102);
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_register(&fixture, "trips", 1);
    (void)fixture_register(&fixture, "trips", 2);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);

    ASSERT_OK(registry_find(&fixture.store, STR("trips"), &fixture.arena, &found, &err), err);
    assert_int_equal(found.version, 2);
    ASSERT_OK(registry_find(&fixture.store, STR("trips@production"), &fixture.arena, &found, &err), err);
    assert_int_equal(found.version, 1);
    assert_int_equal(found.alias_count, 1);
    ASSERT_STR(found.aliases[0], "production");
    ASSERT_STR(found.metadata, "{\"seed\":7}");
    ASSERT_STR(found.verdict, "passed");
    ASSERT_OK(registry_find(&fixture.store, STR("trips@2"), &fixture.arena, &found, &err), err);
    assert_int_equal(found.version, 2);
    assert_int_equal(found.alias_count, 0);
    ASSERT_OK(registry_find_digest(&fixture.store, &digest, &fixture.arena, &found, &err), err);
    assert_int_equal(found.version, 2);
}

static void an_unknown_name_suggests_the_nearest(void **state)
{
    Error err = {0};
    ModelVersion found = {0};
    Digest digest = fixture_digest(77);
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    ASSERT_FAILS(registry_find(&fixture.store, STR("trips"), &fixture.arena, &found, &err), err, ERROR_NOT_FOUND,
                 "no model 'trips'");
    (void)fixture_register(&fixture, "trips", 1);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    ASSERT_FAILS(registry_find(&fixture.store, STR("trisp"), &fixture.arena, &found, &err), err, ERROR_NOT_FOUND,
                 "did you mean 'trips'");
    ASSERT_FAILS(registry_find(&fixture.store, STR("trips@producton"), &fixture.arena, &found, &err), err,
                 ERROR_NOT_FOUND, "did you mean 'trips@production'");
    ASSERT_FAILS(registry_find(&fixture.store, STR("trips@9"), &fixture.arena, &found, &err), err, ERROR_NOT_FOUND,
                 "its newest version is 1");
    ASSERT_FAILS(registry_find_digest(&fixture.store, &digest, &fixture.arena, &found, &err), err, ERROR_NOT_FOUND,
                 "no model has");
}

static void lists_are_in_order(void **state)
{
    Error err = {0};
    ModelVersion *found = NULL;
    size_t count = 0;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_register(&fixture, "trips", 1);
    (void)fixture_register(&fixture, "fares", 2);
    (void)fixture_register(&fixture, "trips", 3);
    ASSERT_OK(registry_models(&fixture.store, &fixture.arena, &found, &count, &err), err);
    assert_int_equal(count, 2);
    ASSERT_STR(found[0].model, "fares");
    ASSERT_STR(found[1].model, "trips");
    assert_int_equal(found[1].version, 2);
    ASSERT_OK(registry_versions(&fixture.store, STR("trips"), &fixture.arena, &found, &count, &err), err);
    assert_int_equal(count, 2);
    assert_int_equal(found[0].version, 2);
    ASSERT_FAILS(registry_versions(&fixture.store, STR("trip"), &fixture.arena, &found, &count, &err), err,
                 ERROR_NOT_FOUND, "trips");
}

static void bad_names_and_metadata_are_refused(void **state)
{
    Error err = {0};
    int64_t version = 0;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    RegistryCandidate candidate = {.model = STR("a model"), .metadata = STR("{}")};
    ASSERT_FAILS(registry_register(&fixture.store, &candidate, &version, &err), err, ERROR_CONFIG,
                 "'a model' is no name");
    candidate = (RegistryCandidate){.model = STR("model"), .metadata = STR("{")};
    ASSERT_FAILS(registry_register(&fixture.store, &candidate, &version, &err), err, ERROR_DATA, "metadata");
}

static void a_version_cannot_be_changed_or_removed(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    (void)fixture_register(&fixture, "trips", 1);
    ASSERT_FAILS(database_run(fixture.store.database, "UPDATE registry_version SET verdict = 'passed'", &err), err,
                 ERROR_CONFLICT, "versions do not change");
    ASSERT_FAILS(database_run(fixture.store.database, "DELETE FROM registry_version", &err), err, ERROR_CONFLICT,
                 "versions are kept");
    ASSERT_FAILS(
        database_run(
            fixture.store.database,
            "INSERT OR REPLACE INTO registry_version SELECT model, version, 'x', digest, created_us, run, step,"
            " verdict, metadata FROM registry_version",
            &err),
        err, ERROR_CONFLICT, "upwards");
}

static void lineage_reaches_down_to_the_sources(void **state)
{
    Error err = {0};
    int64_t version = 0;
    LineageEdge *found = NULL;
    size_t count = 0;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    const LineageEdge edges[] = {
        {.child = fixture_digest(1), .parent = fixture_digest(2), .kind = STR("dataset"), .name = STR("snapshot")},
        {.child = fixture_digest(2), .parent = fixture_digest(3), .kind = STR("source"), .name = STR("trips.csv")},
        {.child = fixture_digest(3), .parent = fixture_digest(1), .kind = STR("circle"), .name = STR("")},
        {.child = fixture_digest(8), .parent = fixture_digest(9), .kind = STR("source"), .name = STR("other.csv")},
    };
    RegistryCandidate candidate = {.model = STR("trips"),
                                   .package = fixture_digest(1),
                                   .metadata = STR("{}"),
                                   .lineage = edges,
                                   .lineage_count = COUNT_OF(edges)};
    ASSERT_OK(registry_register(&fixture.store, &candidate, &version, &err), err);
    ASSERT_OK(registry_lineage(&fixture.store, &candidate.package, &fixture.arena, &found, &count, &err), err);
    assert_int_equal(count, 3);
    ASSERT_STR(found[0].name, "snapshot");
    ASSERT_STR(found[1].name, "trips.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(versions_count_up_for_each_model),
        TEST_IN_DIRECTORY(the_same_package_again_is_the_same_version),
        TEST_IN_DIRECTORY(a_version_is_found_by_number_alias_and_digest),
        TEST_IN_DIRECTORY(an_unknown_name_suggests_the_nearest),
        TEST_IN_DIRECTORY(lists_are_in_order),
        TEST_IN_DIRECTORY(bad_names_and_metadata_are_refused),
        TEST_IN_DIRECTORY(a_version_cannot_be_changed_or_removed),
        TEST_IN_DIRECTORY(lineage_reaches_down_to_the_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
