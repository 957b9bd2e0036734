#include "cli/command.h"

#include "base/version.h"

static bool options_write(const Option *options, Bytes *out, Error *err)
{
    for (; options != NULL && options->name != NULL; options++) {
        AUTO(bytes_deinit) Bytes left = {0};
        TRY(bytes_append_format(&left, err, "--%s%s%s", options->name, options->value != NULL ? " " : "",
                                options->value != NULL ? options->value : ""));
        TRY(bytes_append_format(out, err, "  %-22.*s %s\n", STR_ARG(bytes_str(&left)), options->help));
    }
    return true;
}

bool command_help_write(const Command *command, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "pawl %s: %s\n\nusage: pawl %s%s%s [options]\n\n", command->name,
                            command->summary, command->name, command->words[0] != 0 ? " " : "", command->words));
    if (command->help != NULL) TRY(bytes_append_format(out, err, "%s\n\n", command->help));
    TRY(bytes_append_str(out, STR("options:\n"), err));
    TRY(options_write(command->options, out, err));
    TRY(options_write(command_common_options, out, err));
    return bytes_append_str(
        out,
        STR("\nexit codes: 0 done, 1 the pipeline said no (gate, expectation), 2 usage or configuration,\n"
            "            3 a step failed, 4 storage or environment, 75 preempted: run again\n"),
        err);
}

bool command_overview_write(Bytes *out, Error *err)
{
    TRY(bytes_append_format(
        out, err,
        "pawl %s: raw events to a validated, deployed, reproducible model\n\nusage: pawl COMMAND [options]\n\n",
        version_text()));
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const Command *command = command_at(i);
        if (!command->hidden) TRY(bytes_append_format(out, err, "  %-10s %s\n", command->name, command->summary));
    }
    return bytes_append_str(out, STR("\n'pawl COMMAND --help' says more. Start with 'pawl init'.\n"), err);
}
