/// What a person reads who asks for help: every command says what it does, and names every option.
#include "support/test.h"

#include "cli/command.h"

#include <stdio.h>

static bool contains(const Bytes *text, const char *part)
{
    Str whole = bytes_str(text);
    for (size_t i = 0; i < whole.size; i++)
        if (str_starts(str_slice(whole, i, whole.size), str_from(part))) return true;
    return false;
}

static void the_overview_names_every_command_that_is_for_people(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    ASSERT_OK(command_overview_write(&text, &err), err);
    static const char *const names[] = {"init",    "check", "plan",  "run",       "status", "logs",
                                        "dataset", "model", "serve", "reproduce", "lineage"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "\n  %s ", names[i]);
        assert_true(contains(&text, line));
    }
    assert_false(contains(&text, "\n  step ") || contains(&text, "\n  supervise "));
}

static void every_command_has_help_with_its_options(void **state)
{
    UNUSED(state);
    for (size_t i = 0; command_at(i) != NULL; i++) {
        AUTO(bytes_deinit) Bytes text = {0};
        const Command *command = command_at(i);
        Error err = {0};
        ASSERT_OK(command_help_write(command, &text, &err), err);
        assert_true(contains(&text, command->summary) && contains(&text, "usage: pawl "));
        assert_true(contains(&text, "--json") && contains(&text, "exit codes: 0 done"));
        for (const Option *option = command->options; option != NULL && option->name != NULL; option++) {
            char name[64];
            (void)snprintf(name, sizeof(name), "  --%s", option->name);
            assert_true(contains(&text, name) && contains(&text, option->help));
        }
    }
}

static void commands_are_found_by_name_and_differ(void **state)
{
    UNUSED(state);
    for (size_t i = 0; command_at(i) != NULL; i++)
        assert_ptr_equal(command_find(str_from(command_at(i)->name)), command_at(i));
    assert_null(command_find(STR("bake")));
    assert_null(command_find((Str){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overview_names_every_command_that_is_for_people),
        cmocka_unit_test(every_command_has_help_with_its_options),
        cmocka_unit_test(commands_are_found_by_name_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
