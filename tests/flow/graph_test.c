#include "flow/graph_internal.h"
#include "support/test.h"

static const Str ARGV[] = {{"true", 4}};
static const FlowOutput OUT[] = {{.name = {"out", 3}}};

static FlowStep step_named(const char *name)
{
    return (FlowStep){.name = str_from(name),
                      .kind = STR("command"),
                      .argv = ARGV,
                      .argv_count = 1,
                      .outputs = OUT,
                      .output_count = 1};
}

static void assert_refused(const FlowStep *steps, size_t count, const char *text)
{
    Error err = {0};
    Flow flow = {.name = STR("test"), .steps = steps, .step_count = count};
    ASSERT_FAILS(flow_check(&flow, &err), err, ERROR_CONFIG, text);
}

static void every_step_follows_what_it_waits_for(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(graph_deinit) Graph graph = {0};
    const FlowInput from_c[] = {{.name = STR("x"), .step = STR("c"), .output = STR("out")}};
    const Str after[] = {STR("c"), STR("b")};
    FlowStep steps[] = {step_named("a"), step_named("b"), step_named("c")};
    steps[1].inputs = from_c;
    steps[1].input_count = 1;
    steps[0].after = after;
    steps[0].after_count = 2;
    Flow flow = {.name = STR("test"), .steps = steps, .step_count = 3};
    ASSERT_OK(graph_build(&flow, &arena, &graph, &err), err);
    assert_int_equal(graph.order[0], 2);
    assert_int_equal(graph.order[1], 1);
    assert_int_equal(graph.order[2], 0);
    assert_int_equal(graph.wait_counts[0], 2);
    assert_int_equal(graph.offsets[3], 3);
}

static void an_unknown_step_or_output_suggests_the_nearest(void **state)
{
    UNUSED(state);
    const FlowInput wrong_step[] = {{.name = STR("table"), .step = STR("cleen"), .output = STR("out")}};
    const FlowInput wrong_output[] = {{.name = STR("table"), .step = STR("clean"), .output = STR("outt")}};
    const Str after[] = {STR("clea")};
    FlowStep steps[] = {step_named("clean"), step_named("train")};
    steps[1].inputs = wrong_step;
    steps[1].input_count = 1;
    assert_refused(steps, 2, "step 'train': input 'table': there is no step 'cleen'; did you mean 'clean'?");
    steps[1].inputs = wrong_output;
    assert_refused(steps, 2,
                   "step 'train': input 'table': step 'clean': there is no output 'outt'; did you mean 'out'?");
    steps[1].input_count = 0;
    steps[1].after = after;
    steps[1].after_count = 1;
    assert_refused(steps, 2, "step 'train': after: there is no step 'clea'; did you mean 'clean'?");
}

static void a_circle_is_named(void **state)
{
    UNUSED(state);
    const Str after_b[] = {STR("b")};
    const Str after_c[] = {STR("c")};
    FlowStep steps[] = {step_named("a"), step_named("b"), step_named("c"), step_named("d")};
    steps[0].after = after_c;
    steps[0].after_count = 1;
    steps[1].after = after_c;
    steps[1].after_count = 1;
    steps[2].after = after_b;
    steps[2].after_count = 1;
    assert_refused(steps, 4, "steps wait for each other in a circle: 'b' waits for 'c' waits for 'b'");
    steps[3].after = (const Str[]){STR("d")};
    steps[3].after_count = 1;
    steps[0].after_count = steps[1].after_count = steps[2].after_count = 0;
    assert_refused(steps, 4, "circle: 'd' waits for 'd'");
}

static void bad_and_repeated_names_are_refused(void **state)
{
    UNUSED(state);
    const FlowOutput twice[] = {{.name = STR("out")}, {.name = STR("out")}};
    const FlowInput inputs[] = {{.name = STR("x"), .step = STR("a"), .output = STR("out")},
                                {.name = STR("x"), .step = STR("a"), .output = STR("out")}};
    FlowStep steps[] = {step_named("a"), step_named("a")};
    assert_refused(steps, 2, "two steps have the name 'a'");
    steps[1].name = STR("../up");
    assert_refused(steps, 2, "'..'");
    steps[1].name = STR("a//b");
    assert_refused(steps, 2, "has no name");
    steps[1].name = STR("a/");
    assert_refused(steps, 2, "has no name");
    steps[1].name = STR("a/..");
    assert_refused(steps, 2, "'..'");
    steps[1].name = STR("");
    assert_refused(steps, 2, "has no name");
    steps[1] = step_named("b");
    steps[1].outputs = twice;
    steps[1].output_count = 2;
    assert_refused(steps, 2, "step 'b': output 'out' is named twice");
    steps[1] = step_named("b");
    steps[1].inputs = inputs;
    steps[1].input_count = 2;
    assert_refused(steps, 2, "step 'b': input 'x' is named twice");
    steps[1] = step_named("b");
    steps[1].argv_count = 0;
    assert_refused(steps, 2, "has no command");
}

static bool check_diamond(void *context, Error *err)
{
    UNUSED(context);
    const FlowInput left[] = {{.name = STR("x"), .step = STR("a"), .output = STR("out")}};
    const Str after[] = {STR("a"), STR("b")};
    FlowStep steps[] = {step_named("a"), step_named("b"), step_named("c")};
    steps[1].inputs = left;
    steps[1].input_count = 1;
    steps[2].after = after;
    steps[2].after_count = 2;
    Flow flow = {.name = STR("test"), .steps = steps, .step_count = 3};
    return flow_check(&flow, err);
}

static void building_survives_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(check_diamond, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_follows_what_it_waits_for),
        cmocka_unit_test(an_unknown_step_or_output_suggests_the_nearest),
        cmocka_unit_test(a_circle_is_named),
        cmocka_unit_test(building_survives_every_failed_allocation),
        cmocka_unit_test(bad_and_repeated_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
