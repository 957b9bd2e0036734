/// How a command line is read: options before, between and after words, and what is wrong with it.
#include "support/test.h"

#include "cli/command.h"

static const Option own_options[] = {
    {"threads", "N", "threads of each step"},
    {"set", "NAME=VALUE", "replace a parameter"},
    {"all", NULL, "everything"},
    {NULL, NULL, NULL},
};

static const Command command = {
    .name = "show",
    .words = "MODEL [STEP]",
    .summary = "show it",
    .help = "A text.",
    .options = own_options,
    .word_min = 1,
    .word_max = 2,
};

/// The line's words, split at spaces; `line` is what the invocation points into.
static bool parse(char *line, Invocation *invocation, Error *err)
{
    char *argv[8];
    int count = 0;
    *invocation = (Invocation){.command = &command};
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) argv[count++] = word;
    return command_parse(invocation, count, argv, err);
}

#define PARSED(invocation, text)                                                                                       \
    static Invocation invocation;                                                                                      \
    char line_of_##invocation[] = text;                                                                                \
    Error err_of_##invocation = {0};                                                                                   \
    ASSERT_OK(parse(line_of_##invocation, &invocation, &err_of_##invocation), err_of_##invocation)

static void expect_error(const char *text, const char *expected)
{
    static Invocation invocation;
    char line[256];
    Error err = {0};
    assert_true(strlen(text) < sizeof(line));
    memcpy(line, text, strlen(text) + 1);
    assert_false(parse(line, &invocation, &err));
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_int_equal(error_exit_code(err.kind), 2);
}

static void options_stand_anywhere_in_both_forms(void **state)
{
    UNUSED(state);
    PARSED(first, "--threads 3 trips --all train --file=a.yaml");
    assert_int_equal(first.word_count, 2);
    ASSERT_STR(first.words[0], "trips");
    ASSERT_STR(first.words[1], "train");
    ASSERT_STR(option_text(&first, "threads"), "3");
    ASSERT_STR(option_text(&first, "file"), "a.yaml");
    assert_true(option_given(&first, "all"));
    assert_false(option_given(&first, "json") || first.json);
    assert_int_equal(option_text(&first, "store").size, 0);
}

static void short_forms_are_file_and_help(void **state)
{
    UNUSED(state);
    PARSED(file, "-f a.yaml trips");
    ASSERT_STR(option_text(&file, "file"), "a.yaml");
    PARSED(help, "-h");
    assert_true(option_given(&help, "help"));
}

static void help_needs_no_words(void **state)
{
    UNUSED(state);
    PARSED(help, "--help a b c d");
    assert_true(option_given(&help, "help"));
}

static void json_is_known_to_every_command(void **state)
{
    UNUSED(state);
    PARSED(invocation, "trips --json");
    assert_true(invocation.json);
}

static void after_two_dashes_everything_is_a_word(void **state)
{
    UNUSED(state);
    PARSED(invocation, "-- --all -f");
    assert_int_equal(invocation.word_count, 2);
    ASSERT_STR(invocation.words[0], "--all");
    ASSERT_STR(invocation.words[1], "-f");
    assert_false(option_given(&invocation, "all"));
}

static void the_last_value_holds_and_all_are_kept(void **state)
{
    UNUSED(state);
    PARSED(invocation, "trips --set a=1 --set b=2=3");
    ASSERT_STR(option_text(&invocation, "set"), "b=2=3");
    assert_int_equal(invocation.option_count, 2);
    ASSERT_STR(invocation.options[0].text, "a=1");
}

static void mistakes_are_named(void **state)
{
    UNUSED(state);
    expect_error("trips --thread 3", "pawl show has no option --thread; did you mean --threads?");
    expect_error("trips --frobnicate", "pawl show has no option --frobnicate; see 'pawl show --help'");
    expect_error("trips --all=1", "--all takes no value");
    expect_error("trips --threads", "--threads needs a value: --threads N");
    expect_error("trips --threads=", "--threads is given no value");
    expect_error("", "usage: pawl show MODEL [STEP]; see 'pawl show --help'");
    expect_error("a b c", "usage: pawl show MODEL [STEP]; see 'pawl show --help'");
}

static void expect_count(const char *text, bool good, uint32_t expected)
{
    static Invocation invocation;
    char line[64];
    Error err = {0};
    uint32_t count = 0;
    memcpy(line, text, strlen(text) + 1);
    ASSERT_OK(parse(line, &invocation, &err), err);
    assert_int_equal(option_count(&invocation, "threads", &count, &err), good);
    assert_int_equal(count, expected);
    assert_int_equal(err.kind, good ? ERROR_NONE : ERROR_USAGE);
}

static void counts_are_whole_and_have_bounds(void **state)
{
    UNUSED(state);
    expect_count("trips", true, 0);
    expect_count("trips --threads 1", true, 1);
    expect_count("trips --threads 65535", true, 65535);
    expect_count("trips --threads 0", false, 0);
    expect_count("trips --threads -1", false, 0);
    expect_count("trips --threads 65536", false, 0);
    expect_count("trips --threads 1.5", false, 0);
    expect_count("trips --threads many", false, 0);
}

static void there_is_an_end_to_options_and_words(void **state)
{
    UNUSED(state);
    static char all[] = "--all";
    static char word[] = "word";
    static char *argv[COMMAND_ARGUMENTS_MAX + 1];
    static Invocation invocation;
    Error err = {0};
    for (int i = 0; i <= COMMAND_ARGUMENTS_MAX; i++) argv[i] = all;
    invocation = (Invocation){.command = &command};
    ASSERT_FAILS(command_parse(&invocation, COMMAND_ARGUMENTS_MAX + 1, argv, &err), err, ERROR_USAGE,
                 "too many options");
    for (int i = 0; i <= COMMAND_ARGUMENTS_MAX; i++) argv[i] = word;
    invocation = (Invocation){.command = &command};
    ASSERT_FAILS(command_parse(&invocation, COMMAND_ARGUMENTS_MAX + 1, argv, &err), err, ERROR_USAGE, "too many words");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_in_both_forms),
        cmocka_unit_test(short_forms_are_file_and_help),
        cmocka_unit_test(help_needs_no_words),
        cmocka_unit_test(json_is_known_to_every_command),
        cmocka_unit_test(after_two_dashes_everything_is_a_word),
        cmocka_unit_test(the_last_value_holds_and_all_are_kept),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(counts_are_whole_and_have_bounds),
        cmocka_unit_test(there_is_an_end_to_options_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
