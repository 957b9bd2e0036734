/// Random graphs in a simulated world: processes, time, and faults drawn from one seed, against what a naive reading of the graph says
/// must come of it. The scheduler dies at any call, attempts end while nobody watches, vanish without a trace, fail and are tried again.
///
/// PAWL_SEED=n replays one world, PAWL_SEED=n:m at m from there; PAWL_NIGHTLY=1 looks at many more.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "flow/attempt_internal.h"
#include "number/random.h"
#include "support/test.h"
#include "support/test_clock.h"
#include "support/test_directory.h"
#include "sys/disk_tree.h"
#include "sys/environment.h"

enum {
    WORLDS = 250,
    WORLDS_NIGHTLY = 20000,
    STEPS_MAX = 12,
    EDGES_MAX = 3,
    ATTEMPTS_MAX = 512,
    TRACE_MAX = 32,
    CRASHES_MAX = 5,
    LOSSES_MAX = 3, ///< with one more a step has failed
};

/// How an attempt ends.
/// What a trace holds: these, and that another scheduler took over.
typedef enum Ending {
    ENDS_WELL,
    ENDS_WITH_CODE,
    ENDS_BY_SIGNAL,
    ENDS_REFUSED,
    ENDS_WITHOUT_OUTPUT,
    VANISHES,
    TAKEN_OVER,
} Ending;

typedef struct SimulatedAttempt {
    Str directory;
    size_t step;
    Ending ending;
    int64_t ends_us;
    bool alive;
} SimulatedAttempt;

typedef struct World {
    void **state;
    uint64_t seed;
    uint64_t drawn; ///< numbers so far
    Arena arena;
    TestClock clock;
    Store store;
    FlowStep steps[STEPS_MAX];
    FlowInput inputs[STEPS_MAX][EDGES_MAX];
    Str after[STEPS_MAX][1];
    size_t upstream[STEPS_MAX][EDGES_MAX + 1];
    size_t upstream_count[STEPS_MAX];
    Flow flow;
    FlowOptions options;
    AttemptWorld processes;
    SimulatedAttempt attempts[ATTEMPTS_MAX];
    size_t attempt_count;
    Ending traces[STEPS_MAX][TRACE_MAX]; ///< what happened to each step's attempts in this run, in order
    size_t trace_counts[STEPS_MAX];
    bool made[STEPS_MAX]; ///< once done in this run or an earlier one
    size_t spawn_count;
    uint32_t crash_share; ///< of 1000 calls
    int crashes_left;
} World;

enum { CRASH_SHARE_STEP = 40 };

static uint64_t draw(World *world, uint64_t below)
{
    return random_u64(random_key(world->seed, RANDOM_TEST, 0), world->drawn++, 0) % below;
}

static Str text(World *world, const char *before, size_t number, const char *behind)
{
    Error err = {0};
    Str made = {0};
    ASSERT_OK(arena_format(&world->arena, &made, &err, "%s%zu%s", before, number, behind), err);
    return made;
}

static void edge_add(World *world, FlowStep *step, size_t position, size_t from)
{
    for (size_t i = 0; i < world->upstream_count[position]; i++)
        if (world->upstream[position][i] == from) return;
    world->inputs[position][step->input_count++] =
        (FlowInput){.name = world->steps[from].name, .step = world->steps[from].name, .output = STR("out")};
    world->upstream[position][world->upstream_count[position]++] = from;
}

static const FlowPool POOLS[] = {{{"one", 3}, 1}, {{"two", 3}, 2}};

/// Some steps are in a pool; no drawn number, so that a seed's world stays what it was.
static Str pool_of(const World *world, size_t position)
{
    size_t choice = (size_t)(world->seed + position * position) % 4;
    return choice < COUNT_OF(POOLS) ? POOLS[choice].name : (Str){0};
}

static void step_draw(World *world, size_t position)
{
    static const FlowOutput OUT = {{"out", 3}, FLOW_PATH, {0}};
    static const Str ARGV = {"simulated", 9};
    FlowStep *step = &world->steps[position];
    *step = (FlowStep){
        .name = text(world, "s", position, ""),
        .kind = STR("command"),
        .argv = &ARGV,
        .argv_count = 1,
        .params = text(world, "{\"n\":", position, "}"),
        .inputs = world->inputs[position],
        .after = world->after[position],
        .outputs = &OUT,
        .output_count = 1,
        .code_digest = STR("1"),
        .retries = {.limit = (uint32_t)draw(world, 3), .backoff_us = (int64_t)draw(world, 5000000), .factor = 2},
        .priority = (int32_t)draw(world, 3),
        .pool = pool_of(world, position)};
    for (size_t i = draw(world, EDGES_MAX + 1); i > 0 && position > 0; i--)
        edge_add(world, step, position, (size_t)draw(world, position));
    if (position > 0 && draw(world, 4) == 0) {
        size_t from = (size_t)draw(world, position);
        world->after[position][step->after_count++] = world->steps[from].name;
        world->upstream[position][world->upstream_count[position]++] = from;
    }
}

// The world's processes.

/// The scheduler is killed, now.
static bool dies(World *world, Error *err)
{
    if (world->crashes_left == 0 || draw(world, 1000) >= world->crash_share) return false;
    world->crashes_left--;
    return !error_set(err, ERROR_ENVIRONMENT, "the scheduler was killed");
}

static size_t step_of(const World *world, Str directory)
{
    Str name = path_name(path_directory(directory));
    for (size_t i = 0; i < world->flow.step_count; i++)
        if (str_equal(world->steps[i].name, name)) return i;
    fail_msg("no step has the attempt '%.*s'", STR_ARG(directory));
    return 0;
}

static void trace(World *world, size_t step, Ending ending)
{
    assert_true(world->trace_counts[step] < TRACE_MAX);
    world->traces[step][world->trace_counts[step]++] = ending;
}

static Ending ending_draw(World *world)
{
    static const Ending OTHERS[] = {ENDS_WITH_CODE, ENDS_WITH_CODE,      ENDS_BY_SIGNAL,
                                    ENDS_REFUSED,   ENDS_WITHOUT_OUTPUT, VANISHES};
    return draw(world, 4) != 0 ? ENDS_WELL : OTHERS[draw(world, COUNT_OF(OTHERS))];
}

static size_t alive_count(const World *world)
{
    size_t count = 0;
    for (size_t i = 0; i < world->attempt_count; i++) count += world->attempts[i].alive;
    return count;
}

static bool pool_has_room(const World *world, Str pool)
{
    size_t alive = 0;
    size_t slots = SIZE_MAX;
    for (size_t i = 0; i < COUNT_OF(POOLS); i++)
        if (str_equal(POOLS[i].name, pool)) slots = POOLS[i].slots;
    for (size_t i = 0; i < world->attempt_count; i++)
        alive += world->attempts[i].alive && str_equal(world->steps[world->attempts[i].step].pool, pool);
    return alive < slots;
}

/// What must hold whenever a step begins.
static void spawn_check(const World *world, size_t step)
{
    for (size_t i = 0; i < world->attempt_count; i++) {
        assert_false(world->attempts[i].alive && world->attempts[i].step == step);
    }
    for (size_t i = 0; i < world->upstream_count[step]; i++) assert_true(world->made[world->upstream[step][i]]);
    assert_true(alive_count(world) < world->options.parallel_max);
    assert_true(pool_has_room(world, world->steps[step].pool));
}

static bool simulated_spawn(void *context, const FlowOptions *options, Str directory, Process *out, bool *out_is_child,
                            Error *err)
{
    World *world = context;
    UNUSED(options);
    if (dies(world, err)) return false;
    size_t step = step_of(world, directory);
    spawn_check(world, step);
    assert_true(world->attempt_count < ATTEMPTS_MAX);
    SimulatedAttempt *attempt = &world->attempts[world->attempt_count];
    *attempt = (SimulatedAttempt){.step = step,
                                  .ending = ending_draw(world),
                                  .ends_us = world->clock.now_us + (int64_t)draw(world, 20000000),
                                  .alive = true};
    ASSERT_OK(arena_copy(&world->arena, directory, &attempt->directory, err), *err);
    *out = (Process){.handle = (int)world->attempt_count++};
    *out_is_child = false;
    world->spawn_count++;
    return !dies(world, err);
}

/// What a step makes of its number and its inputs.
static void content_of(size_t number, const Str *inputs, size_t input_count, Digest *out)
{
    Error err = {0};
    AUTO(sha256_deinit) Sha256 hash = {0};
    char buffer[32];
    (void)snprintf(buffer, sizeof(buffer), "%zu", number);
    ASSERT_OK(sha256_update_str(&hash, str_from(buffer), &err), err);
    for (size_t i = 0; i < input_count; i++) ASSERT_OK(sha256_update_str(&hash, inputs[i], &err), err);
    ASSERT_OK(sha256_finish(&hash, out, &err), err);
}

/// The step itself: reads what step.json says, and writes where it says.
static void step_work(const SimulatedAttempt *attempt)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    AUTO(step_request_deinit) StepRequest request = {0};
    Str path = {0};
    Str inputs[EDGES_MAX];
    Digest digest = {0};
    int64_t number = 0;
    ASSERT_OK(attempt_path(attempt->directory, "step.json", &arena, &path, &err), err);
    ASSERT_OK(disk_read(disk_system(), path, 1 << 20, &bytes, &err), err);
    ASSERT_OK(step_request_decode(path, bytes_str(&bytes), &request, &err), err);
    for (size_t i = 0; i < request.input_count; i++) {
        AUTO(bytes_deinit) Bytes input = {0};
        ASSERT_OK(disk_read(disk_system(), request.inputs[i].path, 1 << 20, &input, &err), err);
        ASSERT_OK(arena_copy(&arena, bytes_str(&input), &inputs[i], &err), err);
    }
    ASSERT_OK(node_get_int(request.params, STR("n"), 0, STEPS_MAX, &number, &err), err);
    content_of((size_t)number, inputs, request.input_count, &digest);
    ASSERT_OK(
        disk_write_atomic_unsynced(disk_system(), request.outputs[0].path, str_from(digest_hex(&digest).text), &err),
        err);
}

static void attempt_exit(World *world, const SimulatedAttempt *attempt)
{
    static const AttemptExit EXITS[] = {
        [ENDS_WITH_CODE] = {.status = {.code = 9}},
        [ENDS_BY_SIGNAL] = {.status = {.by_signal = true, .code = 11}},
        [ENDS_REFUSED] = {.status = {.code = 1}},
        [VANISHES] = {0},
    };
    Error err = {0};
    UNUSED(world);
    if (attempt->ending == ENDS_WELL) step_work(attempt);
    ASSERT_OK(attempt_exit_write(disk_system(), attempt->directory, &EXITS[attempt->ending], &err), err);
}

/// Its time has come.
static void attempt_end(World *world, SimulatedAttempt *attempt)
{
    attempt->alive = false;
    if (attempt->ending != VANISHES) {
        attempt_exit(world, attempt);
        trace(world, attempt->step, attempt->ending);
    }
    if (attempt->ending == ENDS_WELL) world->made[attempt->step] = true;
}

/// Lets time pass, and what ends in it end, in its order.
static void time_pass_to(World *world, int64_t until_us)
{
    for (;;) {
        SimulatedAttempt *next = NULL;
        for (size_t i = 0; i < world->attempt_count; i++) {
            SimulatedAttempt *attempt = &world->attempts[i];
            if (attempt->alive && attempt->ends_us <= until_us && (next == NULL || attempt->ends_us < next->ends_us))
                next = attempt;
        }
        if (next == NULL) break;
        if (next->ends_us > world->clock.now_us)
            test_clock_advance(&world->clock, (uint64_t)(next->ends_us - world->clock.now_us));
        attempt_end(world, next);
    }
    if (until_us > world->clock.now_us) test_clock_advance(&world->clock, (uint64_t)(until_us - world->clock.now_us));
}

static size_t first_ended(const World *world, const Process *processes, size_t count)
{
    size_t i = 0;
    while (i < count && world->attempts[processes[i].handle].alive) i++;
    return i;
}

static bool simulated_wait(void *context, const Process *processes, size_t count, Interrupt *interrupt,
                           int64_t timeout_ms, size_t *out_index, Error *err)
{
    World *world = context;
    UNUSED(interrupt);
    if (dies(world, err)) return false;
    int64_t until_us = timeout_ms < 0 ? INT64_MAX : world->clock.now_us + timeout_ms * 1000;
    for (size_t i = 0; i < count; i++) {
        const SimulatedAttempt *attempt = &world->attempts[processes[i].handle];
        if (attempt->alive && attempt->ends_us < until_us) until_us = attempt->ends_us;
    }
    if (first_ended(world, processes, count) == count) {
        assert_true(until_us < INT64_MAX); // nothing to wait for: a scheduler that hangs
        time_pass_to(world, until_us);
    }
    *out_index = first_ended(world, processes, count);
    bool vanished = *out_index < count && world->attempts[processes[*out_index].handle].ending == VANISHES;
    if (vanished) trace(world, world->attempts[processes[*out_index].handle].step, VANISHES);
    return true;
}

static bool simulated_signal(void *context, const Process *process, int signal, Error *err)
{
    World *world = context;
    UNUSED(signal);
    UNUSED(err);
    world->attempts[process->handle].alive = false;
    return true;
}

static bool simulated_find(void *context, const Store *store, Str directory, AttemptFate *out_fate,
                           Process *out_process, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    World *world = context;
    AttemptExit status = {0};
    bool ended = false;
    for (size_t i = 0; i < world->attempt_count; i++) {
        if (!world->attempts[i].alive || !str_equal(world->attempts[i].directory, directory)) continue;
        *out_fate = ATTEMPT_ALIVE;
        *out_process = (Process){.handle = (int)i};
        return true;
    }
    if (disk_exists(store->disk, directory))
        TRY(attempt_exit_read(store->disk, directory, &arena, &status, &ended, err));
    *out_fate = ended ? ATTEMPT_ENDED : ATTEMPT_LOST;
    if (!ended) trace(world, step_of(world, directory), VANISHES);
    return true;
}

static bool simulated_end_orphans(void *context, const Store *store, Str directory, Error *err)
{
    UNUSED(context);
    UNUSED(store);
    UNUSED(directory);
    UNUSED(err);
    return true;
}

// The graph, read naively.

/// What a step must have come to, as its trace and its upstream say.
static StepState state_expected(const World *world, const StepState *states, size_t step)
{
    uint32_t failures = 0;
    uint32_t losses = 0;
    for (size_t i = 0; i < world->upstream_count[step]; i++)
        if (states[world->upstream[step][i]] != STEP_DONE) return STEP_SKIPPED;
    for (size_t i = 0; i < world->trace_counts[step]; i++) {
        Ending ending = world->traces[step][i];
        bool last = i + 1 == world->trace_counts[step] || world->traces[step][i + 1] == TAKEN_OVER;
        if (ending == ENDS_WELL || ending == ENDS_REFUSED) {
            assert_true(last);
            return ending == ENDS_WELL ? STEP_DONE : STEP_REFUSED;
        }
        losses = ending == TAKEN_OVER ? 0 : losses + (ending == VANISHES);
        failures += ending != VANISHES && ending != TAKEN_OVER;
        if (failures > world->steps[step].retries.limit || losses > LOSSES_MAX) {
            assert_true(last);
            return STEP_FAILED;
        }
    }
    return STEP_WAITING; // never right at the end of a run
}

static void contents_expected(const World *world, Arena *arena, Str *out)
{
    Error err = {0};
    for (size_t step = 0; step < world->flow.step_count; step++) {
        Str inputs[EDGES_MAX];
        Digest digest = {0};
        for (size_t i = 0; i < world->steps[step].input_count; i++) inputs[i] = out[world->upstream[step][i]];
        content_of(step, inputs, world->steps[step].input_count, &digest);
        ASSERT_OK(arena_copy(arena, str_from(digest_hex(&digest).text), &out[step], &err), err);
    }
}

static void output_check(const StepRecord *record, Str expected)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    assert_int_equal(record->output_count, 1);
    ASSERT_OK(disk_read(disk_system(), record->outputs[0].path, 1 << 20, &bytes, &err), err);
    assert_true(str_equal(bytes_str(&bytes), expected));
}

static void run_check(World *world, const FlowOutcome *outcome)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord record = {0};
    StepState states[STEPS_MAX];
    Str contents[STEPS_MAX];
    contents_expected(world, &arena, contents);
    ASSERT_OK(flow_run_find(&world->store, outcome->run, &arena, &record, &err), err);
    assert_int_equal(record.step_count, world->flow.step_count);
    assert_int_equal(alive_count(world), 0);
    for (size_t i = 0; i < world->flow.step_count; i++) {
        states[i] = state_expected(world, states, i);
        assert_string_equal(step_state_name(record.steps[i].state), step_state_name(states[i]));
        if (states[i] == STEP_DONE) output_check(&record.steps[i], contents[i]);
        if (states[i] == STEP_SKIPPED) assert_int_equal(world->trace_counts[i], 0);
    }
}

// Running it.

static void store_reopen(World *world)
{
    Error err = {0};
    store_deinit(&world->store);
    ASSERT_OK(store_open(test_path(world->state, ".pawl"), disk_system(), &world->clock.clock, &world->store, &err),
              err);
}

/// A step that has ended without getting done begins anew when its run goes on; losses are counted by each scheduler for itself.
static void traces_take_over(World *world)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord record = {0};
    if (!flow_run_find(&world->store, (Str){0}, &arena, &record, &err)) return;
    for (size_t i = 0; i < record.step_count; i++) {
        StepState state = record.steps[i].state;
        bool undone = state == STEP_FAILED || state == STEP_REFUSED || state == STEP_SKIPPED;
        if (undone) world->trace_counts[i] = 0;
        if (world->trace_counts[i] > 0 && state != STEP_DONE) trace(world, i, TAKEN_OVER);
    }
}

/// What happens while no scheduler lives: time passes, or the machine goes down with all that runs.
static void interlude(World *world)
{
    bool machine = draw(world, 6) == 0;
    for (size_t i = 0; machine && i < world->attempt_count; i++) world->attempts[i].alive = false;
    time_pass_to(world, world->clock.now_us + (int64_t)draw(world, 15000000));
    store_reopen(world);
    traces_take_over(world);
}

/// Until a scheduler lives to the end of the run.
static void run_to_the_end(World *world, FlowOutcome *out)
{
    for (;;) {
        Error err = {0};
        if (flow_run(&world->store, &world->flow, &world->options, out, &err)) return;
        if (strstr(err.text, "the scheduler was killed") == NULL) print_error("%s\n", err.text);
        assert_non_null(strstr(err.text, "the scheduler was killed"));
        interlude(world);
    }
}

/// A second run without faults does nothing again that was done.
static void second_run_check(World *world, const FlowOutcome *first)
{
    AUTO(flow_outcome_deinit) FlowOutcome second = {0};
    bool all_done = first->state == STEP_DONE;
    size_t spawned = world->spawn_count;
    for (size_t i = 0; i < world->flow.step_count; i++) world->trace_counts[i] = 0;
    world->crashes_left = 0;
    run_to_the_end(world, &second);
    if (!all_done) return;
    assert_int_equal(world->spawn_count, spawned);
    assert_int_equal(second.cached, world->flow.step_count);
}

static void world_init(World *world, void **state, uint64_t seed)
{
    Error err = {0};
    *world = (World){.state = state, .seed = seed};
    test_clock_init(&world->clock, 1700000000000000);
    world->flow = (Flow){.name = STR("simulated"),
                         .directory = test_path(state, ""),
                         .steps = world->steps,
                         .pools = POOLS,
                         .pool_count = COUNT_OF(POOLS)};
    size_t count = 1 + (size_t)draw(world, STEPS_MAX);
    for (size_t i = 0; i < count; i++) step_draw(world, i);
    world->flow.step_count = count;
    world->crash_share = (uint32_t)draw(world, 3) * CRASH_SHARE_STEP;
    world->crashes_left = CRASHES_MAX;
    world->processes = (AttemptWorld){.context = world,
                                      .spawn = simulated_spawn,
                                      .wait = simulated_wait,
                                      .signal = simulated_signal,
                                      .find = simulated_find,
                                      .end_orphans = simulated_end_orphans};
    world->options = (FlowOptions){
        .parallel_max = 1 + (uint32_t)draw(world, 4), .threads = 1, .as_of_us = 7, .world = &world->processes};
    ASSERT_OK(disk_remove_tree(disk_system(), test_path(state, ".pawl"), &err), err);
    ASSERT_OK(store_open(test_path(state, ".pawl"), disk_system(), &world->clock.clock, &world->store, &err), err);
}

static void world_run(void **state, uint64_t seed)
{
    static World world; // large
    AUTO(flow_outcome_deinit) FlowOutcome outcome = {0};
    world_init(&world, state, seed);
    run_to_the_end(&world, &outcome);
    run_check(&world, &outcome);
    second_run_check(&world, &outcome);
    store_deinit(&world.store);
    arena_deinit(&world.arena);
}

static uint64_t last_seed;

/// A check that fails does not come back: this is where its seed is told.
static int teardown(void **state)
{
    print_message("the last world was PAWL_SEED=%llu\n", (unsigned long long)last_seed);
    return test_directory_teardown(state);
}

static void a_run_ends_as_its_graph_and_its_attempts_say(void **state)
{
    const char *wanted = getenv("PAWL_SEED");
    char *rest = NULL;
    uint64_t first = wanted == NULL ? 0 : strtoull(wanted, &rest, 10);
    uint64_t end = wanted == NULL ? (getenv("PAWL_NIGHTLY") != NULL ? WORLDS_NIGHTLY : WORLDS) : first + 1;
    if (rest != NULL && *rest == ':') end = first + strtoull(rest + 1, NULL, 10);
    for (uint64_t seed = first; seed < end; seed++) {
        last_seed = seed;
        world_run(state, seed);
    }
}

int main(void)
{
    // What is synced there costs nothing; what a disk may lose is crash_test.c's.
    if (disk_exists(disk_system(), STR("/dev/shm"))) environment_set_default("TMPDIR", "/dev/shm");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_ends_as_its_graph_and_its_attempts_say, test_directory_setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
