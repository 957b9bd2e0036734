#include <stdlib.h>

#include "flow/key_internal.h"
#include "support/test.h"

static const Str ARGV[] = {{"python3", 7}, {"clean.py", 8}};
static const FlowOutput OUTPUTS[] = {{.name = {"table", 5}}, {.name = {"report", 6}}};
static const Str VARIABLES[] = {{"PAWL_KEY_TEST", 13}};
static const FlowInput INPUTS[] = {{.name = {"trips", 5}, .step = {"a", 1}, .output = {"x", 1}},
                                   {.name = {"cars", 4}, .step = {"b", 1}, .output = {"x", 1}}};

static FlowStep base_step(void)
{
    return (FlowStep){.name = STR("clean"),
                      .kind = STR("command"),
                      .argv = ARGV,
                      .argv_count = 2,
                      .params = STR("{\"a\":1}"),
                      .inputs = INPUTS,
                      .input_count = 2,
                      .outputs = OUTPUTS,
                      .output_count = 2,
                      .place = {.environment = VARIABLES, .environment_count = 1},
                      .code_digest = STR("abc"),
                      .seed = 7};
}

static StepKey key_of(const FlowStep *step, uint8_t first_input, Arena *arena)
{
    Error err = {0};
    StepKey key = {0};
    const StepArtifact inputs[] = {{.logical = {.bytes = {first_input}}}, {.logical = {.bytes = {9}}}};
    ASSERT_OK(step_key_make(step, step->params, inputs, arena, &key, &err), err);
    return key;
}

static void the_document_names_all_that_outputs_depend_on(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    FlowStep step = base_step();
    assert_int_equal(setenv("PAWL_KEY_TEST", "on", 1), 0);
    StepKey key = key_of(&step, 1, &arena);
    ASSERT_STR(key.document, "{\"code\":\"abc\",\"command\":[\"python3\",\"clean.py\"],\"environment\":{\"PAWL_KEY_"
                             "TEST\":\"on\"},\"inputs\":{\"cars\":"
                             "\"0900000000000000000000000000000000000000000000000000000000000000\",\"trips\":"
                             "\"0100000000000000000000000000000000000000000000000000000000000000\"},\"kind\":"
                             "\"command\",\"outputs\":[\"report\","
                             "\"table\"],\"params\":{\"a\":1},\"seed\":7,\"semantics\":1}");
}

static void each_field_changes_the_key_and_is_named(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text;
        FlowStep step;
        uint8_t input;
    } CASES[] = {
        {"params.a: 1 -> 2", {.params = {"{\"a\":2}", 7}}, 1},
        {"params.b: (nothing) -> 2", {.params = {"{\"a\":1,\"b\":2}", 13}}, 1},
        {"seed: 7 -> 8", {.seed = 8}, 1},
        {"code: abc -> abd", {.code_digest = {"abd", 3}}, 1},
        {"inputs.trips: 010000000000 -> 020000000000", {.seed = 7}, 2},
        {"outputs.0: report -> table, outputs.1: table -> (nothing)", {.output_count = 1}, 1},
    };
    AUTO(arena_deinit) Arena arena = {0};
    FlowStep base = base_step();
    StepKey before = key_of(&base, 1, &arena);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Error err = {0};
        Str text = {0};
        FlowStep step = base_step();
        if (CASES[i].step.params.size > 0) step.params = CASES[i].step.params;
        if (CASES[i].step.seed != 0) step.seed = CASES[i].step.seed;
        if (CASES[i].step.code_digest.size > 0) step.code_digest = CASES[i].step.code_digest;
        if (CASES[i].step.output_count > 0) step.output_count = CASES[i].step.output_count;
        StepKey after = key_of(&step, CASES[i].input, &arena);
        assert_false(digest_equal(&before.digest, &after.digest));
        ASSERT_OK(key_difference(before.document, after.document, &arena, &text, &err), err);
        ASSERT_STR(text, CASES[i].text);
    }
}

static void names_orders_and_patience_do_not_change_the_key(void **state)
{
    UNUSED(state);
    static const FlowOutput TURNED[] = {{.name = {"report", 6}}, {.name = {"table", 5}}};
    AUTO(arena_deinit) Arena arena = {0};
    FlowStep step = base_step();
    StepKey before = key_of(&step, 1, &arena);
    step.name = STR("other");
    step.timeout_us = 5;
    step.retries.limit = 9;
    step.outputs = TURNED;
    StepKey after = key_of(&step, 1, &arena);
    assert_true(digest_equal(&before.digest, &after.digest));
}

/// pawl's own stages are their code digest: where the binary lies does not matter.
static void the_command_counts_only_for_commands(void **state)
{
    UNUSED(state);
    static const Str ELSEWHERE[] = {{"/usr/bin/pawl", 13}};
    AUTO(arena_deinit) Arena arena = {0};
    FlowStep step = base_step();
    step.kind = STR("train");
    StepKey before = key_of(&step, 1, &arena);
    step.argv = ELSEWHERE;
    step.argv_count = 1;
    StepKey after = key_of(&step, 1, &arena);
    assert_true(digest_equal(&before.digest, &after.digest));
}

static void many_differences_are_cut_short(void **state)
{
    UNUSED(state);
    Error err = {0};
    Str text = {0};
    AUTO(arena_deinit) Arena arena = {0};
    ASSERT_OK(key_difference(STR("{\"p\":{\"a\":1,\"b\":[1,2],\"c\":null}}"),
                             STR("{\"p\":{\"a\":2,\"b\":[1,3],\"c\":4,\"d\":5}}"), &arena, &text, &err),
              err);
    ASSERT_STR(text, "p.a: 1 -> 2, p.c: (unset) -> 4, p.d: (nothing) -> 5, ...");
    ASSERT_OK(key_difference(STR("{\"p\":[]}"), STR("{\"p\":[]}"), &arena, &text, &err), err);
    ASSERT_STR(text, "");
}

static bool make_and_compare(void *context, Error *err)
{
    UNUSED(context);
    AUTO(arena_deinit) Arena arena = {0};
    FlowStep step = base_step();
    StepKey key = {0};
    Str text = {0};
    const StepArtifact inputs[2] = {{.name = STR("trips")}, {.name = STR("cars")}};
    TRY(step_key_make(&step, step.params, inputs, &arena, &key, err));
    return key_difference(key.document, STR("{\"seed\":8,\"params\":{\"a\":[1,2]}}"), &arena, &text, err);
}

static void keys_survive_every_failed_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(make_and_compare, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_names_all_that_outputs_depend_on),
        cmocka_unit_test(each_field_changes_the_key_and_is_named),
        cmocka_unit_test(names_orders_and_patience_do_not_change_the_key),
        cmocka_unit_test(the_command_counts_only_for_commands),
        cmocka_unit_test(many_differences_are_cut_short),
        cmocka_unit_test(keys_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
