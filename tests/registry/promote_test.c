#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "registry_fixture.h"
#include "sys/failpoint.h"

static void fixture_init_versions(Fixture *fixture, void **state)
{
    fixture_init(fixture, state);
    for (uint8_t number = 1; number <= 4; number++) (void)fixture_register(fixture, "trips", number);
}

static void a_promotion_moves_the_alias_and_writes_the_ledger(void **state)
{
    Error err = {0};
    LedgerEntry *entries = NULL;
    size_t count = 0;
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_versions(&fixture, state);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    ASSERT_OK(fixture_promote(&fixture, 1, 2, "e2", &err), err);
    assert_int_equal(fixture_production(&fixture), 2);
    ASSERT_OK(registry_ledger(&fixture.store, STR("trips"), &fixture.arena, &entries, &count, &err), err);
    assert_int_equal(count, 2);
    assert_int_equal(entries[1].before, 1);
    assert_int_equal(entries[1].version, 2);
    ASSERT_STR(entries[1].kind, "promote");
    ASSERT_STR(entries[1].reason, "better");
    assert_true(entries[1].time_us > entries[0].time_us);
    ASSERT_OK(registry_verify(&fixture.store, &err), err);
}

static void a_promotion_from_a_version_that_is_no_longer_there_is_refused(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_versions(&fixture, state);
    ASSERT_FAILS(fixture_promote(&fixture, 1, 2, "e0", &err), err, ERROR_CONFLICT, "points nowhere, not to version 1");
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    ASSERT_OK(fixture_promote(&fixture, 1, 3, "e2", &err), err);
    ASSERT_FAILS(fixture_promote(&fixture, 1, 2, "e3", &err), err, ERROR_CONFLICT,
                 "points to version 3, not to version 1");
    ASSERT_FAILS(fixture_promote(&fixture, 3, 9, "e4", &err), err, ERROR_NOT_FOUND, "no version 9");
    assert_int_equal(fixture_production(&fixture), 3);
    assert_int_equal(fixture_ledger_count(&fixture), 2);
}

static void a_promotion_tried_again_is_there_once(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_versions(&fixture, state);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    ASSERT_OK(fixture_promote(&fixture, 1, 2, "e2", &err), err);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    assert_int_equal(fixture_production(&fixture), 2);
    assert_int_equal(fixture_ledger_count(&fixture), 2);
    ASSERT_FAILS(fixture_promote(&fixture, 2, 3, "e1", &err), err, ERROR_CONFLICT, "event 'e1' has moved");
    ASSERT_OK(fixture_promote(&fixture, 2, 2, "e3", &err), err);
    assert_int_equal(fixture_ledger_count(&fixture), 2);
}

static void rollbacks_go_back_step_by_step(void **state)
{
    Error err = {0};
    int64_t version = 0;
    Str model = STR("trips");
    Str alias = STR("production");
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_versions(&fixture, state);
    ASSERT_FAILS(registry_rollback(&fixture.store, model, alias, STR("r0"), STR(""), &version, &err), err,
                 ERROR_NOT_FOUND, "nothing to go back");
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    ASSERT_OK(fixture_promote(&fixture, 1, 2, "e2", &err), err);
    ASSERT_OK(fixture_promote(&fixture, 2, 3, "e3", &err), err);
    ASSERT_OK(registry_rollback(&fixture.store, model, alias, STR("r1"), STR("slow"), &version, &err), err);
    assert_int_equal(version, 2);
    ASSERT_OK(registry_rollback(&fixture.store, model, alias, STR("r1"), STR("slow"), &version, &err), err);
    assert_int_equal(version, 2);
    ASSERT_OK(registry_rollback(&fixture.store, model, alias, STR("r2"), STR("slow"), &version, &err), err);
    assert_int_equal(version, 1);
    assert_int_equal(fixture_production(&fixture), 1);
    ASSERT_FAILS(registry_rollback(&fixture.store, model, alias, STR("r3"), STR(""), &version, &err), err,
                 ERROR_NOT_FOUND, "nothing to go back");
    ASSERT_OK(fixture_promote(&fixture, 1, 4, "e4", &err), err);
    ASSERT_OK(registry_rollback(&fixture.store, model, alias, STR("r4"), STR(""), &version, &err), err);
    assert_int_equal(version, 1);
    ASSERT_OK(registry_verify(&fixture.store, &err), err);
}

/// Two processes promote from the same version at the same moment.
static void of_two_promotions_at_once_exactly_one_wins(void **state)
{
    Error err = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_versions(&fixture, state);
    ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
    for (int round = 0; round < 5; round++) {
        pid_t children[2];
        int won = 0;
        int64_t before = fixture_production(&fixture);
        for (int i = 0; i < 2; i++) {
            children[i] = fork();
            assert_true(children[i] >= 0);
            if (children[i] > 0) continue;
            Fixture own;
            char event[32];
            fixture_init(&own, state);
            (void)snprintf(event, sizeof(event), "race %d %d", round, i);
            int64_t version = i == 0 ? before % 4 + 1 : (before + 1) % 4 + 1;
            bool done = fixture_promote(&own, before, version, event, &err);
            _exit(done ? 0 : err.kind == ERROR_CONFLICT ? 1 : 2);
        }
        for (int i = 0; i < 2; i++) {
            int status = 0;
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
            won += WEXITSTATUS(status) == 0;
        }
        assert_int_equal(won, 1);
    }
    assert_int_equal(fixture_ledger_count(&fixture), 6);
    ASSERT_OK(registry_verify(&fixture.store, &err), err);
}

/// In a child that dies at the failpoint: registers, promotes, rolls back.
static void do_all_and_die(void **state, const char *failpoint)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        Error err = {0};
        Fixture own;
        int64_t version = 0;
        (void)setenv("PAWL_FAILPOINT", failpoint, 1);
        fixture_init(&own, state);
        (void)fixture_register(&own, "trips", 1);
        (void)fixture_register(&own, "trips", 2);
        bool done = fixture_promote(&own, REGISTRY_NO_VERSION, 1, "e1", &err) &&
                    fixture_promote(&own, 1, 2, "e2", &err) &&
                    registry_rollback(&own.store, STR("trips"), STR("production"), STR("r1"), STR(""), &version, &err);
        _exit(done ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void killed_between_any_two_writes_alias_and_ledger_agree(void **state)
{
    size_t name_count = 0;
    const char *const *names = failpoint_names(&name_count);
    size_t tried = 0;
    for (size_t i = 0; i < name_count; i++) {
        if (strncmp(names[i], "registry.", 9) != 0) continue;
        for (int hit = 1; hit <= (strstr(names[i], "rollback") == NULL ? 2 : 1); hit++) {
            Error err = {0};
            char failpoint[100];
            int64_t version = 0;
            void *own_state = NULL;
            assert_int_equal(test_directory_setup(&own_state), 0);
            (void)snprintf(failpoint, sizeof(failpoint), "%s:%d", names[i], hit);
            do_all_and_die(&own_state, failpoint);

            Fixture fixture;
            fixture_init(&fixture, &own_state);
            ASSERT_OK(registry_verify(&fixture.store, &err), err);
            assert_int_equal(fixture_register(&fixture, "trips", 1), 1);
            assert_int_equal(fixture_register(&fixture, "trips", 2), 2);
            ASSERT_OK(fixture_promote(&fixture, REGISTRY_NO_VERSION, 1, "e1", &err), err);
            ASSERT_OK(fixture_promote(&fixture, 1, 2, "e2", &err), err);
            ASSERT_OK(
                registry_rollback(&fixture.store, STR("trips"), STR("production"), STR("r1"), STR(""), &version, &err),
                err);
            assert_int_equal(fixture_production(&fixture), 1);
            assert_int_equal(fixture_ledger_count(&fixture), 3);
            ASSERT_OK(registry_verify(&fixture.store, &err), err);
            fixture_deinit(&fixture);
            assert_int_equal(test_directory_teardown(&own_state), 0);
            tried++;
        }
    }
    UNUSED(state);
    assert_true(tried >= 12);
}

/// A model's whole life; the second time everything is there already.
static bool live(void *context, Error *err)
{
    const Str *root = context;
    int64_t version = 0;
    ModelVersion found = {0};
    AUTO(store_deinit) Store store = {0};
    AUTO(arena_deinit) Arena arena = {0};
    RegistryCandidate candidate = {.model = STR("trips"), .metadata = STR("{}"), .package = fixture_digest(1)};
    Promotion promotion = {.model = STR("trips"), .alias = STR("production"), .version = 1, .event = STR("e1")};
    TRY(store_open(*root, disk_system(), clock_system(), &store, err));
    TRY(registry_register(&store, &candidate, &version, err));
    TRY(registry_promote(&store, &promotion, err));
    TRY(registry_find(&store, STR("trips@production"), &arena, &found, err));
    return registry_verify(&store, err);
}

static void a_model_survives_every_failed_allocation(void **state)
{
    Str root = test_path(state, ".pawl");
    for_each_allocation_failure(live, &root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_promotion_moves_the_alias_and_writes_the_ledger),
        TEST_IN_DIRECTORY(a_promotion_from_a_version_that_is_no_longer_there_is_refused),
        TEST_IN_DIRECTORY(a_promotion_tried_again_is_there_once),
        TEST_IN_DIRECTORY(a_model_survives_every_failed_allocation),
        TEST_IN_DIRECTORY(rollbacks_go_back_step_by_step),
        TEST_IN_DIRECTORY(of_two_promotions_at_once_exactly_one_wins),
        TEST_IN_DIRECTORY(killed_between_any_two_writes_alias_and_ledger_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
