#include "cli/commands.h"

#include "text/json_writer.h"

static const char template_text[] =
    "# A pipeline: from rows to a gated, registered model. 'pawl check' explains what is wrong in it.\n"
    "pipeline: my-pipeline\n"
    "\n"
    "sources:\n"
    "  events:\n"
    "    files: data/events.csv        # .parquet, .csv, .json; globs; or  sql: SELECT ...\n"
    "    time: happened_at             # when a row happened\n"
    "    known: time                   # when it could first be read: a column, or 'time' if that is the same moment\n"
    "    key: id                       # a later row with the same key corrects the earlier one\n"
    "\n"
    "features:\n"
    "  request:\n"
    "    inputs: {user_id: int64, amount: float64}   # what the caller sends\n"
    "    columns:\n"
    "      amount: amount\n"
    "      hour: hour(at)\n"
    "  user:\n"
    "    from: events\n"
    "    by: user_id\n"
    "    columns:\n"
    "      events_7d: count() over 7d\n"
    "      mean_amount_7d: mean(amount) over 7d\n"
    "\n"
    "dataset:\n"
    "  from: events                    # one example per row, seen as of `at`\n"
    "  at: happened_at\n"
    "  label: {value: outcome, known: outcome_at}    # and when it became known\n"
    "  split: {train: 70%, validation: 15%, test: 15%}\n"
    "\n"
    "train: {trainer: xgboost, seed: 1, params: {rounds: 100, max_depth: 6}}\n"
    "\n"
    "evaluate: {metrics: [rmse, mae]}\n"
    "\n"
    "gate:\n"
    "  rmse: {no_worse_than: production, tolerance: 1%, confidence: 95%}\n"
    "\n"
    "register: {model: my-model, promote: production}\n";

static bool result_write(const Invocation *invocation, Str path, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    if (!invocation->json)
        return bytes_append_format(out, err, "wrote %.*s; change it to your data, then: pawl check && pawl run\n",
                                   STR_ARG(path));
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("file"), path, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = option_text(invocation, "file");
    if (path.size == 0) path = STR("pawl.yaml");
    if (disk_exists(invocation->disk, path))
        return error_set(err, ERROR_CONFLICT, "'%.*s' is there already and stays as it is; --file names another",
                         STR_ARG(path));
    TRY(disk_write_atomic(invocation->disk, path, str_from(template_text), err));
    TRY(result_write(invocation, path, &text, err));
    return command_print(invocation, &text, err);
}

const Command command_init = {
    .name = "init",
    .words = "",
    .summary = "write a pipeline file to start from",
    .run = run,
};
