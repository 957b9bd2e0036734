#include "cli/commands.h"

#include "report/report_snapshot.h"

/// The snapshot that a run made, as an object's path.
static bool snapshot_path(Invocation *invocation, Store *store, Str *out, Error *err)
{
    RunRecord run = {0};
    TRY(flow_run_find(store, option_text(invocation, "run"), &invocation->arena, &run, err));
    for (size_t i = 0; i < run.step_count; i++)
        for (size_t k = 0; k < run.steps[i].output_count; k++)
            if (str_equal(run.steps[i].outputs[k].name, STR("snapshot")))
                return object_path(store, &run.steps[i].outputs[k].digest, &invocation->arena, out, err);
    return error_set(err, ERROR_NOT_FOUND, "run %.*s has made no dataset; 'pawl status' shows how far it came",
                     STR_ARG(run.run));
}

static bool manifest_read(Invocation *invocation, Str directory, Bytes *text, SnapshotManifest *out, Error *err)
{
    Str path = {0};
    TRY(path_join(&invocation->arena, directory, STR("snapshot.json"), &path, err));
    TRY(disk_read(invocation->disk, path, DOCUMENT_BYTES_MAX, text, err));
    return snapshot_manifest_decode(path, bytes_str(text), out, err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(snapshot_manifest_deinit) SnapshotManifest manifest = {0};
    AUTO(bytes_deinit) Bytes json = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    if (!str_equal(invocation->words[0], STR("show")))
        return error_set(err, ERROR_USAGE, "pawl dataset has no '%.*s'; known is: show", STR_ARG(invocation->words[0]));
    TRY(command_store(invocation, &store, err));
    TRY(snapshot_path(invocation, &store, &path, err));
    TRY(manifest_read(invocation, path, &json, &manifest, err));
    if (invocation->json) return bytes_append_byte(&json, '\n', err) && command_print(invocation, &json, err);
    TRY(report_snapshot(&manifest, &text, err));
    TRY(bytes_append_format(&text, err, "\nfiles: %.*s\n", STR_ARG(path)));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"run", "RUN", "the run (default: the newest)"},
    {NULL, NULL, NULL},
};

const Command command_dataset = {
    .name = "dataset",
    .words = "show",
    .summary = "show a snapshot's schema, splits and distributions",
    .options = options,
    .word_min = 1,
    .word_max = 1,
    .run = run,
};
