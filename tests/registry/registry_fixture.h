/// A store with a registry, and versions to put into it.
#ifndef PAWL_TESTS_REGISTRY_FIXTURE_H
#define PAWL_TESTS_REGISTRY_FIXTURE_H

#include "registry/registry.h"
#include "support/test.h"
#include "support/test_clock.h"
#include "support/test_directory.h"

typedef struct Fixture {
    TestClock clock;
    Arena arena;
    Store store;
} Fixture;

static inline void fixture_init(Fixture *fixture, void **state)
{
    Error err = {0};
    *fixture = (Fixture){0};
    test_clock_init(&fixture->clock, 1000000);
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), &fixture->clock.clock, &fixture->store, &err), err);
}

static inline void fixture_deinit(Fixture *fixture)
{
    store_deinit(&fixture->store);
    arena_deinit(&fixture->arena);
}

static inline Digest fixture_digest(uint8_t number)
{
    return (Digest){.bytes = {number, 1, 2, 3}};
}

static inline int64_t fixture_register(Fixture *fixture, const char *model, uint8_t number)
{
    Error err = {0};
    int64_t version = 0;
    RegistryCandidate candidate = {.model = str_from(model),
                                   .package = fixture_digest(number),
                                   .digest = fixture_digest((uint8_t)(number + 100)),
                                   .run = STR("1"),
                                   .step = STR("register"),
                                   .verdict = STR("passed"),
                                   .metadata = STR("{\"seed\":7}")};
    ASSERT_OK(registry_register(&fixture->store, &candidate, &version, &err), err);
    return version;
}

static inline bool fixture_promote(Fixture *fixture, int64_t expected, int64_t version, const char *event, Error *err)
{
    Promotion promotion = {.model = STR("trips"),
                           .alias = STR("production"),
                           .expected = expected,
                           .version = version,
                           .event = str_from(event),
                           .reason = STR("better"),
                           .evidence = fixture_digest(50)};
    return registry_promote(&fixture->store, &promotion, err);
}

static inline int64_t fixture_production(Fixture *fixture)
{
    Error err = {0};
    int64_t version = 0;
    ASSERT_OK(registry_alias(&fixture->store, STR("trips"), STR("production"), &version, &err), err);
    return version;
}

static inline size_t fixture_ledger_count(Fixture *fixture)
{
    Error err = {0};
    LedgerEntry *entries = NULL;
    size_t count = 0;
    ASSERT_OK(registry_ledger(&fixture->store, (Str){0}, &fixture->arena, &entries, &count, &err), err);
    return count;
}

#endif
