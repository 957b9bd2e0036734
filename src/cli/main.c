#include "cli/command.h"

#include "base/version.h"
#include "text/json_writer.h"

#include <string.h>

static bool print_overview(FILE *stream)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    return command_overview_write(&text, &err) && fwrite(text.data, 1, text.size, stream) == text.size;
}

static bool help_print(Invocation *invocation, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(command_help_write(invocation->command, &text, err));
    return command_print(invocation, &text, err);
}

static bool invocation_run(Invocation *invocation, int argc, char **argv, Error *err)
{
    AUTO(interrupt_deinit) Interrupt interrupt = {0};
    TRY(command_parse(invocation, argc, argv, err));
    if (option_given(invocation, "help")) return help_print(invocation, err);
    if (invocation->command->interrupts) {
        TRY(interrupt_init(&interrupt, err));
        invocation->interrupt = &interrupt;
    }
    return invocation->command->run(invocation, err);
}

static bool error_json(const Error *error, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_object(&json, STR("error"), err));
    TRY(json_field_str(&json, STR("kind"), str_from(error_kind_name(error->kind)), err));
    TRY(json_field_str(&json, STR("text"), str_from(error->text), err));
    TRY(json_object_end(&json, err));
    return json_object_end(&json, err);
}

static void error_print(const Invocation *invocation, const Error *error)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error ignored = {0};
    if (invocation->json && error_json(error, &text, &ignored)) {
        (void)fprintf(invocation->err, "%.*s\n", STR_ARG(bytes_str(&text)));
        return;
    }
    (void)fprintf(invocation->err, "pawl: %s\n", error->text);
}

static int command_unknown(Invocation *invocation, Str name)
{
    Error err = {0};
    Str names[64];
    size_t count = 0;
    for (size_t i = 0; command_at(i) != NULL && count < COUNT_OF(names); i++)
        if (!command_at(i)->hidden) names[count++] = str_from(command_at(i)->name);
    Str nearest = str_nearest(name, names, count);
    if (nearest.size > 0)
        (void)error_set(&err, ERROR_USAGE, "no command '%.*s'; did you mean '%.*s'?", STR_ARG(name), STR_ARG(nearest));
    else
        (void)error_set(&err, ERROR_USAGE, "no command '%.*s'; see 'pawl --help'", STR_ARG(name));
    error_print(invocation, &err);
    return error_exit_code(ERROR_USAGE);
}

/// Known before the rest is understood, so that also a mistake in the rest is told in JSON.
static bool json_wanted(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0) return true;
    return false;
}

/// `pawl help run` is `pawl run --help`.
static int help_of(Invocation *invocation, Str name)
{
    Error err = {0};
    invocation->command = command_find(name);
    if (invocation->command == NULL) return command_unknown(invocation, name);
    if (help_print(invocation, &err)) return 0;
    error_print(invocation, &err);
    return error_exit_code(err.kind);
}

int main(int argc, char **argv)
{
    Invocation invocation = {
        .out = stdout, .err = stderr, .disk = disk_system(), .clock = clock_system(), .json = json_wanted(argc, argv)};
    if (argc < 2) return print_overview(stderr) ? error_exit_code(ERROR_USAGE) : error_exit_code(ERROR_STORAGE);
    if (argc > 2 && strcmp(argv[1], "help") == 0) return help_of(&invocation, str_from(argv[2]));
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return print_overview(stdout) ? 0 : error_exit_code(ERROR_STORAGE);
    if (strcmp(argv[1], "--version") == 0) return printf("pawl %s\n", version_text()) < 0;
    Error err = {0};
    invocation.command = command_find(str_from(argv[1]));
    if (invocation.command == NULL) return command_unknown(&invocation, str_from(argv[1]));
    bool done = invocation_run(&invocation, argc - 2, argv + 2, &err);
    if (done && fflush(stdout) != 0) done = error_set(&err, ERROR_STORAGE, "writing the output failed");
    if (!done) error_print(&invocation, &err);
    arena_deinit(&invocation.arena);
    return done ? invocation.exit_code : error_exit_code(err.kind);
}
