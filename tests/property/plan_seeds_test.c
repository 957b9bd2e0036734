/// What the plan's fuzzer starts from are plans: a change of their encoding that forgets the seeds is noticed, as a fuzzer of texts
/// that are refused at once proves nothing. PAWL_UPDATE_GOLDEN=1 writes them again, from random worlds of this compiler, a few that
/// differ most; PAWL_PLANS=folder writes there all plans of many worlds, for a longer run.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "language/plan.h"
#include "naive/random_world.h"
#include "support/test.h"
#include "sys/disk.h"

enum {
    WORLDS = 1500,
    SEED_BYTES_MAX = 3500,
    LONG_SEED_BYTES_MAX = 32 * 1024,
    WORDS_NEW_MIN = 14,
    PATH_BYTES_MAX = 512
};

static const char *root(void)
{
    return getenv("PAWL_ROOT") != NULL ? getenv("PAWL_ROOT") : ".";
}

/// The world's plan; nothing when it is refused.
static void world_plan(uint64_t seed, Bytes *out)
{
    AUTO(world_deinit) World world = {0};
    AUTO(plan_deinit) Plan plan = {0};
    Error err = {0};
    ASSERT_OK(world_make(seed, WORLD_ROWS, &world, &err), err);
    if (!plan_compile(&world.definition, &plan, &err)) return;
    ASSERT_OK(plan_encode(&plan, out, &err), err);
}

/// Counts the quoted words of the plan that no plan before had, and remembers them when there are enough.
static size_t words_new(Map *words, Str plan, size_t enough)
{
    Str rest = plan;
    Str word = {0};
    size_t found = 0;
    uint64_t seen = 0;
    while (str_split(&rest, '"', &word)) found += word.size < 24 && !map_get(words, word, &seen);
    rest = plan;
    while (found >= enough && str_split(&rest, '"', &word)) assert_true(map_put(words, word, 1, NULL));
    return found;
}

static void write_seed(const char *folder, uint64_t seed, Str plan)
{
    char path[PATH_BYTES_MAX];
    Error err = {0};
    (void)snprintf(path, sizeof(path), "%s/world_%llu", folder, (unsigned long long)seed);
    ASSERT_OK(disk_write_atomic(disk_system(), str_from(path), plan, &err), err);
}

/// Of plans of at most so many bytes those that have as many new words.
static void write_seeds(const char *folder, size_t bytes_max, size_t words_min)
{
    AUTO(map_deinit) Map words = {0};
    AUTO(arena_deinit) Arena arena = {0};
    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        AUTO(bytes_deinit) Bytes encoding = {0};
        Str plan = {0};
        world_plan(seed, &encoding);
        if (encoding.size == 0 || encoding.size > bytes_max) continue;
        assert_true(arena_copy(&arena, bytes_str(&encoding), &plan, NULL)); // words are views of it
        if (words_new(&words, plan, words_min) >= words_min) write_seed(folder, seed, plan);
    }
}

static void assert_plan(const char *folder, const char *name)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    char path[PATH_BYTES_MAX];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    ASSERT_OK(disk_read(disk_system(), str_from(path), LONG_SEED_BYTES_MAX, &text, &err), err);
    ASSERT_OK(plan_decode(bytes_str(&text), &plan, &err), err);
}

/// What a fuzzer found ("found_...") may be anything.
static void what_the_plan_fuzzer_starts_from_are_plans(void **state)
{
    UNUSED(state);
    char folder[PATH_BYTES_MAX];
    size_t plans = 0;
    (void)snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/plan", root());
    if (getenv("PAWL_UPDATE_GOLDEN") != NULL) write_seeds(folder, SEED_BYTES_MAX, WORDS_NEW_MIN);
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (const struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (strncmp(entry->d_name, "world_", 6) != 0) continue;
        assert_plan(folder, entry->d_name);
        plans++;
    }
    (void)closedir(stream);
    assert_true(plans >= 10);
}

static void plans_of_many_worlds_are_written_where_asked(void **state)
{
    UNUSED(state);
    if (getenv("PAWL_PLANS") == NULL) return;
    write_seeds(getenv("PAWL_PLANS"), LONG_SEED_BYTES_MAX, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_plan_fuzzer_starts_from_are_plans),
        cmocka_unit_test(plans_of_many_worlds_are_written_where_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
