#include "cli/command.h"

#include "config/config.h"
#include "number/parse.h"
#include "text/quantity.h"

const Option command_common_options[] = {
    {"file", "PATH", "the pipeline file (default: pawl.yaml)"},
    {"store", "PATH", "where runs, objects and models are kept (default: .pawl beside the pipeline file)"},
    {"json", NULL, "print JSON for machines"},
    {"help", NULL, "show this help"},
    {NULL, NULL, NULL},
};

static const Option *option_in(const Option *options, Str name)
{
    for (; options != NULL && options->name != NULL; options++)
        if (str_equal(str_from(options->name), name)) return options;
    return NULL;
}

static const Option *option_find(const Command *command, Str name)
{
    const Option *option = option_in(command->options, name);
    if (option != NULL) return option;
    return option_in(command_common_options, name);
}

static size_t option_names(const Option *options, Str *out, size_t count)
{
    for (; options != NULL && options->name != NULL && count < COMMAND_ARGUMENTS_MAX; options++)
        out[count++] = str_from(options->name);
    return count;
}

static bool option_unknown(const Command *command, Str name, Error *err)
{
    Str names[COMMAND_ARGUMENTS_MAX];
    size_t count = option_names(command->options, names, 0);
    count = option_names(command_common_options, names, count);
    Str nearest = str_nearest(name, names, count);
    if (nearest.size > 0)
        return error_set(err, ERROR_USAGE, "pawl %s has no option --%.*s; did you mean --%.*s?", command->name,
                         STR_ARG(name), STR_ARG(nearest));
    return error_set(err, ERROR_USAGE, "pawl %s has no option --%.*s; see 'pawl %s --help'", command->name,
                     STR_ARG(name), command->name);
}

/// `--name=value`, `--name value` or `--name`; takes the next word when the value is there.
static bool option_parse(Invocation *invocation, Str text, int argc, char **argv, int *i, Error *err)
{
    size_t equals = str_find(text, '=');
    Str name = str_slice(text, 0, equals);
    const Option *option = option_find(invocation->command, name);
    Str value = {0};
    if (option == NULL) return option_unknown(invocation->command, name, err);
    if (option->value == NULL && equals < text.size)
        return error_set(err, ERROR_USAGE, "--%s takes no value", option->name);
    if (option->value != NULL && equals < text.size) value = str_slice(text, equals + 1, text.size);
    if (option->value != NULL && equals == text.size) {
        if (*i + 1 >= argc)
            return error_set(err, ERROR_USAGE, "--%s needs a value: --%s %s", option->name, option->name,
                             option->value);
        value = str_from(argv[++*i]);
    }
    if (option->value != NULL && value.size == 0)
        return error_set(err, ERROR_USAGE, "--%s is given no value", option->name);
    if (invocation->option_count == COMMAND_ARGUMENTS_MAX) return error_set(err, ERROR_USAGE, "too many options");
    invocation->options[invocation->option_count++] = (OptionValue){.option = option, .text = value};
    return true;
}

static bool words_check(const Invocation *invocation, Error *err)
{
    const Command *command = invocation->command;
    if (option_given(invocation, "help")) return true;
    if (invocation->word_count >= command->word_min && invocation->word_count <= command->word_max) return true;
    return error_set(err, ERROR_USAGE, "usage: pawl %s%s%s; see 'pawl %s --help'", command->name,
                     command->words[0] != 0 ? " " : "", command->words, command->name);
}

bool command_parse(Invocation *invocation, int argc, char **argv, Error *err)
{
    bool options_end = false;
    for (int i = 0; i < argc; i++) {
        Str text = str_from(argv[i]);
        if (!options_end && str_equal(text, STR("--"))) {
            options_end = true;
        } else if (!options_end && str_equal(text, STR("-h"))) {
            TRY(option_parse(invocation, STR("help"), argc, argv, &i, err));
        } else if (!options_end && str_equal(text, STR("-f"))) {
            TRY(option_parse(invocation, STR("file"), argc, argv, &i, err));
        } else if (!options_end && str_starts(text, STR("--"))) {
            TRY(option_parse(invocation, str_slice(text, 2, text.size), argc, argv, &i, err));
        } else {
            if (invocation->word_count == COMMAND_ARGUMENTS_MAX) return error_set(err, ERROR_USAGE, "too many words");
            invocation->words[invocation->word_count++] = text;
        }
    }
    invocation->json = option_given(invocation, "json");
    return words_check(invocation, err);
}

Str option_text(const Invocation *invocation, const char *name)
{
    for (size_t i = invocation->option_count; i > 0; i--)
        if (str_equal(str_from(invocation->options[i - 1].option->name), str_from(name)))
            return invocation->options[i - 1].text;
    return (Str){0};
}

bool option_given(const Invocation *invocation, const char *name)
{
    for (size_t i = 0; i < invocation->option_count; i++)
        if (str_equal(str_from(invocation->options[i].option->name), str_from(name))) return true;
    return false;
}

bool option_count(const Invocation *invocation, const char *name, uint32_t *out, Error *err)
{
    Str text = option_text(invocation, name);
    int64_t value = 0;
    Error ignored = {0};
    if (text.size == 0) return true;
    if (!number_parse_int64(text, &value, &ignored) || value < 1 || value > 65535)
        return error_set(err, ERROR_USAGE, "--%s %.*s: a whole number from 1 to 65535 is expected", name,
                         STR_ARG(text));
    *out = (uint32_t)value;
    return true;
}

bool option_size(const Invocation *invocation, const char *name, uint64_t *out_bytes, Error *err)
{
    Str text = option_text(invocation, name);
    Error reason = {0};
    if (text.size == 0) return true;
    if (!size_parse(text, out_bytes, &reason)) return error_set(err, ERROR_USAGE, "--%s: %s", name, reason.text);
    if (*out_bytes >= MEMORY_BYTES_MIN) return true;
    return error_set(err, ERROR_USAGE, "--%s %.*s is too little for any step; write at least 64MiB", name,
                     STR_ARG(text));
}
