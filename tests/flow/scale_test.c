/// The cost of a run in which nothing is to be done: proportional to the number of steps.
#include "flow_fixture.h"

#include "flow/graph_internal.h"
#include "flow/journal_internal.h"
#include "flow/key_internal.h"
#include "support/fault_disk.h"

static const Str ARGV[] = {{"/bin/false", 10}};
static const FlowOutput OUT[] = {{.name = {"out", 3}}};

/// `count` steps, each but the first reading two earlier ones.
static FlowStep *wide_steps(Arena *arena, size_t count)
{
    Error err = {0};
    FlowStep *steps = arena_alloc_array(arena, count, sizeof(FlowStep), &err);
    assert_non_null(steps);
    for (size_t i = 0; i < count; i++) {
        FlowInput *inputs = arena_alloc_array(arena, 2, sizeof(FlowInput), &err);
        assert_non_null(inputs);
        steps[i] = (FlowStep){
            .kind = STR("command"), .argv = ARGV, .argv_count = 1, .outputs = OUT, .output_count = 1, .inputs = inputs};
        ASSERT_OK(arena_format(arena, &steps[i].name, &err, "step-%zu", i), err);
        ASSERT_OK(arena_format(arena, &steps[i].params, &err, "{\"number\":%zu}", i), err);
        if (i == 0) continue;
        inputs[0] = (FlowInput){.name = STR("one"), .step = steps[i - 1].name, .output = STR("out")};
        inputs[1] = (FlowInput){.name = STR("two"), .step = steps[i / 2].name, .output = STR("out")};
        steps[i].input_count = i / 2 == i - 1 ? 1 : 2;
    }
    return steps;
}

static Digest commit_one(Fixture *fixture)
{
    Error err = {0};
    Digest digest = {0};
    Str path = test_path(fixture->state, ".pawl/attempts/out");
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("1"), &err), err);
    ASSERT_OK(object_commit(&fixture->store, path, &digest, &err), err);
    return digest;
}

/// As if all had run: each made the same object.
static void fill_cache(Fixture *fixture, const Digest *made)
{
    Error err = {0};
    Journal journal = {0};
    ASSERT_OK(journal_open(&fixture->store, &journal, &err), err);
    ASSERT_OK(journal_take_over(&journal, &err), err);
    ASSERT_OK(journal_begin_run(&journal, &fixture->flow, 0, &err), err);
    ASSERT_OK(transaction_begin(fixture->store.database, &err), err);
    for (size_t i = 0; i < fixture->flow.step_count; i++) {
        AUTO(arena_deinit) Arena arena = {0};
        const FlowStep *step = &fixture->flow.steps[i];
        StepKey key = {0};
        int64_t result = 0;
        StepArtifact inputs[2] = {{.name = STR("one"), .digest = *made, .logical = *made},
                                  {.name = STR("two"), .digest = *made, .logical = *made}};
        StepArtifact output = {.name = STR("out"), .digest = *made, .logical = *made};
        ASSERT_OK(step_key_make(step, step->params, inputs, &arena, &key, &err), err);
        NewResult new = {.step = step,
                         .flow = fixture->flow.name,
                         .attempt = 1,
                         .key = &key,
                         .inputs = inputs,
                         .outputs = &output,
                         .output_count = 1,
                         .cached = true};
        ASSERT_OK(journal_add_result(&journal, &new, &result, &err), err);
    }
    ASSERT_OK(transaction_commit(fixture->store.database, &err), err);
    ASSERT_OK(journal_end_run(&journal, 1, STEP_DONE, (Str){0}, &err), err);
}

static void a_run_with_nothing_to_do_costs_a_little_for_each_step(void **state)
{
    FaultDisk faults;
    fault_disk_init(&faults);
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init_on(&fixture, state, &faults.disk);
    const char *wanted = getenv("PAWL_SCALE_STEPS");
    size_t count = wanted == NULL ? 2000 : (size_t)strtoul(wanted, NULL, 10);
    fixture.flow.steps = wide_steps(&fixture.arena, count);
    fixture.flow.step_count = count;
    Digest made = commit_one(&fixture);
    fill_cache(&fixture, &made);
    fault_disk_fail(&faults, FAULT_OPEN, 0, 0);

    uint64_t start_ns = clock_monotonic_ns(clock_system());
    fixture_run(&fixture, STEP_DONE);
    uint64_t passed_ns = clock_monotonic_ns(clock_system()) - start_ns;
    print_message("%zu steps, nothing to do: %.1f ms\n", count, (double)passed_ns / 1e6);
    assert_int_equal(fixture.outcome.cached, count);
    assert_true(faults.counts[FAULT_STAT] <= 3 * count);
    assert_int_equal(faults.counts[FAULT_OPEN] + faults.counts[FAULT_WRITE] + faults.counts[FAULT_MAKE_DIRECTORY], 0);
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {TEST_IN_DIRECTORY(a_run_with_nothing_to_do_costs_a_little_for_each_step)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
