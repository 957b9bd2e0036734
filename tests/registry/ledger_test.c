#include "registry_fixture.h"

static void fixture_init_promoted(Fixture *fixture, void **state)
{
    Error err = {0};
    fixture_init(fixture, state);
    for (uint8_t number = 1; number <= 3; number++) (void)fixture_register(fixture, "trips", number);
    ASSERT_OK(fixture_promote(fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    test_clock_advance(&fixture->clock, 1000000);
    ASSERT_OK(fixture_promote(fixture, 1, 2, "e2", &err), err);
}

static void what_was_in_production_is_known_for_every_moment(void **state)
{
    Error err = {0};
    int64_t version = 0;
    Str model = STR("trips");
    Str alias = STR("production");
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_promoted(&fixture, state);
    ASSERT_OK(registry_alias_at(&fixture.store, model, alias, 999999, &version, &err), err);
    assert_int_equal(version, REGISTRY_NO_VERSION);
    ASSERT_OK(registry_alias_at(&fixture.store, model, alias, 1000000, &version, &err), err);
    assert_int_equal(version, 1);
    ASSERT_OK(registry_alias_at(&fixture.store, model, alias, 1999999, &version, &err), err);
    assert_int_equal(version, 1);
    ASSERT_OK(registry_alias_at(&fixture.store, model, alias, 2000000, &version, &err), err);
    assert_int_equal(version, 2);
}

static void a_clock_that_goes_back_does_not_turn_the_ledger_back(void **state)
{
    Error err = {0};
    int64_t version = 0;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_promoted(&fixture, state);
    fixture.clock.now_us = 5;
    ASSERT_OK(fixture_promote(&fixture, 2, 3, "e3", &err), err);
    ASSERT_OK(registry_alias_at(&fixture.store, STR("trips"), STR("production"), 2000000, &version, &err), err);
    assert_int_equal(version, 2);
    ASSERT_OK(registry_alias_at(&fixture.store, STR("trips"), STR("production"), 2000001, &version, &err), err);
    assert_int_equal(version, 3);
}

static void the_ledger_cannot_be_changed(void **state)
{
#define COLUMNS(version, event) "time_us, kind, model, alias, before, " version ", " event ", reason, evidence, digest"
#define FROM_FIRST " FROM registry_ledger WHERE sequence = 1"
    static const char *const ATTEMPTS[] = {
        "UPDATE registry_ledger SET version = 3",
        "DELETE FROM registry_ledger WHERE sequence = 2",
        ("INSERT OR REPLACE INTO registry_ledger SELECT 1, " COLUMNS("3", "'x'") FROM_FIRST),
        ("INSERT OR REPLACE INTO registry_ledger SELECT 3, " COLUMNS("3", "event") FROM_FIRST),
        ("INSERT INTO registry_ledger SELECT 7, " COLUMNS("3", "'x'") FROM_FIRST),
    };
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_promoted(&fixture, state);
    for (size_t i = 0; i < COUNT_OF(ATTEMPTS); i++) {
        ASSERT_FAILS(database_run(fixture.store.database, ATTEMPTS[i], &err), err, ERROR_CONFLICT, "the ledger");
    }
    assert_int_equal(fixture_ledger_count(&fixture), 2);
    ASSERT_OK(registry_verify(&fixture.store, &err), err);
}

static void a_ledger_altered_behind_its_triggers_shows(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_promoted(&fixture, state);
    ASSERT_OK(
        database_run(
            fixture.store.database,
            "DROP TRIGGER registry_ledger_unchanged; UPDATE registry_ledger SET reason = 'forged' WHERE sequence = 2",
            &err),
        err);
    ASSERT_FAILS(registry_verify(&fixture.store, &err), err, ERROR_DATA, "altered at entry 2");
}

static void an_alias_moved_without_the_ledger_shows(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_promoted(&fixture, state);
    ASSERT_OK(database_run(fixture.store.database, "UPDATE registry_alias SET version = 3", &err), err);
    ASSERT_FAILS(registry_verify(&fixture.store, &err), err, ERROR_DATA, "trips@production");
    ASSERT_OK(database_run(fixture.store.database, "DELETE FROM registry_alias", &err), err);
    ASSERT_FAILS(registry_verify(&fixture.store, &err), err, ERROR_DATA, "trips@production");
}

static void an_alias_that_is_a_number_is_refused(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_promoted(&fixture, state);
    Promotion promotion = {.model = STR("trips"), .alias = STR("3"), .version = 1, .event = STR("e9")};
    ASSERT_FAILS(registry_promote(&fixture.store, &promotion, &err), err, ERROR_CONFIG, "needs a letter");
    promotion.alias = STR("staging");
    promotion.event = (Str){0};
    ASSERT_FAILS(registry_promote(&fixture.store, &promotion, &err), err, ERROR_USAGE, "event");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(what_was_in_production_is_known_for_every_moment),
        TEST_IN_DIRECTORY(a_clock_that_goes_back_does_not_turn_the_ledger_back),
        TEST_IN_DIRECTORY(the_ledger_cannot_be_changed),
        TEST_IN_DIRECTORY(a_ledger_altered_behind_its_triggers_shows),
        TEST_IN_DIRECTORY(an_alias_moved_without_the_ledger_shows),
        TEST_IN_DIRECTORY(an_alias_that_is_a_number_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
