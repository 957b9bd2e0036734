#include "report/report_graph.h"

#include "support/test.h"

/// a -> b -> d, a -> c -> d: with b slower than c.
static const FlowInput B_INPUTS[] = {{STR_INIT("x"), STR_INIT("a"), STR_INIT("o")}};
static const Str C_AFTER[] = {STR_INIT("a")};
static const FlowInput D_INPUTS[] = {{STR_INIT("x"), STR_INIT("b"), STR_INIT("o")},
                                     {STR_INIT("y"), STR_INIT("c"), STR_INIT("o")},
                                     {STR_INIT("z"), STR_INIT("c"), STR_INIT("p")}};
static const FlowStep STEPS[] = {
    {.name = STR_INIT("d"), .inputs = D_INPUTS, .input_count = 3},
    {.name = STR_INIT("a")},
    {.name = STR_INIT("b<\"1\">"), .inputs = B_INPUTS, .input_count = 1},
    {.name = STR_INIT("c"), .after = C_AFTER, .after_count = 1},
};

static ReportGraph make(Arena *arena, bool with_run)
{
    Error err = {0};
    ReportGraph graph = {0};
    static FlowStep steps[4];
    static FlowInput d_inputs[3];
    memcpy(steps, STEPS, sizeof(STEPS));
    memcpy(d_inputs, D_INPUTS, sizeof(D_INPUTS));
    d_inputs[0].step = STR("b<\"1\">");
    steps[0].inputs = d_inputs;
    Flow flow = {.name = STR("test"), .steps = steps, .step_count = 4};
    StepRecord records[] = {
        {.step = STR("a"), .state = STEP_DONE, .started_us = 1000000, .ended_us = 3000000},
        {.step = STR("b<\"1\">"), .state = STEP_FAILED, .started_us = 3000000, .ended_us = 8000000},
        {.step = STR("c[0]"), .state = STEP_DONE, .started_us = 3000000, .ended_us = 4000000},
        {.step = STR("c[1]"), .state = STEP_RUNNING, .started_us = 3500000},
        {.step = STR("d"), .state = STEP_CACHED, .started_us = 1, .ended_us = 9},
    };
    RunRecord run = {.run = STR("7"), .flow = STR("test"), .steps = records, .step_count = 5};
    ASSERT_OK(report_graph_make(&flow, with_run ? &run : NULL, 5000000, arena, &graph, &err), err);
    return graph;
}

static void layers_and_order_follow_what_waits_for_what(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    ReportGraph graph = make(&arena, false);
    assert_int_equal(graph.layer_count, 3);
    assert_int_equal(graph.layer_width, 2);
    assert_int_equal(graph.edge_count, 4);
    assert_int_equal(graph.order[0], 1);
    assert_int_equal(graph.order[3], 0);
    assert_int_equal(graph.nodes[0].layer, 2);
    assert_int_equal(graph.critical_us, 0);
}

static void instances_are_one_node_and_the_longest_chain_is_marked(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    ReportGraph graph = make(&arena, true);
    assert_int_equal(graph.nodes[3].state, STEP_RUNNING);
    assert_int_equal(graph.nodes[3].took_us, 2000000);
    assert_int_equal(graph.nodes[0].took_us, 0);
    assert_int_equal(graph.critical_us, 7000000);
    assert_true(graph.nodes[1].critical && graph.nodes[2].critical);
    assert_false(graph.nodes[3].critical || graph.nodes[0].critical);
}

static void text_shows_layers_states_and_the_chain(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    ReportGraph graph = make(&arena, true);
    ASSERT_OK(report_graph_text(&graph, &text, &err), err);
    ASSERT_STR(bytes_str(&text), "step      state    took     waits for\n"
                                 "a         done     2.0s  *\n"
                                 "  b<\"1\">  failed   5.0s  *  a\n"
                                 "  c       running  2.0s     a\n"
                                 "    d     cached            b<\"1\">, c\n"
                                 "\n* the chain that took longest: 7.0s of run 7\n");
    bytes_clear(&text);
    ASSERT_OK(report_graph_critical(&graph, &text, &err), err);
    ASSERT_STR(bytes_str(&text), "the chain that took longest: 7.0s of run 7\n\n"
                                 "step    took  share\n"
                                 "a       2.0s    29%\n"
                                 "b<\"1\">  5.0s    71%\n");
}

static void assert_has(const Bytes *text, const char *part)
{
    bool found = memmem(text->data, text->size, part, strlen(part)) != NULL;
    if (!found) print_error("no '%s' in:\n%.*s\n", part, (int)text->size, (const char *)text->data);
    assert_true(found);
}

static void dot_and_svg_escape_names(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    ReportGraph graph = make(&arena, true);
    ASSERT_OK(report_graph_dot(&graph, &text, &err), err);
    assert_has(&text, "digraph \"test\" {");
    assert_has(&text, "\"a\" -> \"b<\\\"1\\\">\";");
    bytes_clear(&text);
    ASSERT_OK(report_graph_svg(&graph, &text, &err), err);
    assert_has(&text, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    assert_has(&text, "@media (prefers-color-scheme:dark)");
    assert_has(&text, ">b&lt;&quot;1&quot;></text>");
    assert_has(&text, "<rect class=\"failed\"");
    assert_has(&text, "<path class=\"c\"");
    bytes_clear(&text);
    ASSERT_OK(report_graph_json(&graph, &text, &err), err);
    assert_has(&text, "\"critical_us\": 7000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_and_order_follow_what_waits_for_what),
        cmocka_unit_test(instances_are_one_node_and_the_longest_chain_is_marked),
        cmocka_unit_test(text_shows_layers_states_and_the_chain),
        cmocka_unit_test(dot_and_svg_escape_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
