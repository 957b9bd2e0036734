#include "cli/commands.h"

#include "flow/cancel.h"
#include "text/json_writer.h"

static bool answer_write(const Invocation *invocation, Str owner, bool ended, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    if (!invocation->json)
        return bytes_append_format(out, err, "%s: %.*s\n", ended ? "ended" : "asked to end", STR_ARG(owner));
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("owner"), owner, err));
    TRY(json_field_bool(&json, STR("ended"), ended, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(process_deinit) Process process = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str owner = {0};
    size_t index = 1;
    TRY(command_store(invocation, &store, err));
    TRY(flow_cancel(&store, option_given(invocation, "now"), &invocation->arena, &process, &owner, err));
    if (option_given(invocation, "wait")) TRY(process_wait_any(&process, 1, invocation->interrupt, -1, &index, err));
    TRY(answer_write(invocation, owner, index == 0, &text, err));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"now", NULL, "kill the running steps instead of letting them save and end"},
    {"wait", NULL, "until the run has ended"},
    {NULL, NULL, NULL},
};

const Command command_cancel = {
    .name = "cancel",
    .words = "",
    .summary = "ask the run that is under way in the store to end",
    .help = "As Ctrl-C does where it runs. 'pawl run' or 'pawl retry' goes on from there.",
    .options = options,
    .run = run,
    .interrupts = true,
};
