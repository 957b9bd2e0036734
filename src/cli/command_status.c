#include "cli/commands.h"
#include "cli/graph_view.h"

#include "sys/environment.h"
#include "text/duration.h"
#include "text/json_writer.h"
#include "text/table.h"
#include "text/timestamp.h"

enum { STATUS_RUNS_DEFAULT = 10 };

static DurationText elapsed(const Invocation *invocation, int64_t started_us, int64_t ended_us)
{
    if (started_us == 0) return (DurationText){0};
    return duration_format_short((ended_us != 0 ? ended_us : clock_now_us(invocation->clock)) - started_us);
}

static Str first_line(Str text)
{
    return str_slice(text, 0, str_find(text, '\n'));
}

static bool runs_text(const Invocation *invocation, const RunRecord *runs, size_t count, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("run"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("pipeline"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("state"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("started"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("took"), TABLE_RIGHT, err));
    for (size_t i = 0; i < count; i++) {
        TRY(table_cell(&table, runs[i].run, err));
        TRY(table_cell(&table, runs[i].flow, err));
        TRY(table_cell(&table, str_from(step_state_name(runs[i].state)), err));
        TRY(table_cell(&table, str_from(timestamp_format(runs[i].started_us / 1000000 * 1000000).text), err));
        TRY(table_cell(&table, str_from(elapsed(invocation, runs[i].started_us, runs[i].ended_us).text), err));
    }
    return table_write(&table, 0, out, err);
}

static bool run_text(const Invocation *invocation, const RunRecord *run, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(bytes_append_format(out, err, "run %.*s of %.*s: %s, started %s, as of %s\n\n", STR_ARG(run->run),
                            STR_ARG(run->flow), step_state_name(run->state),
                            timestamp_format(run->started_us / 1000000 * 1000000).text,
                            timestamp_format(run->as_of_us).text));
    TRY(table_column(&table, STR("step"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("state"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("took"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("attempts"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("result"), TABLE_LEFT, err));
    for (size_t i = 0; i < run->step_count; i++) {
        const StepRecord *step = &run->steps[i];
        TRY(table_cell(&table, step->step, err));
        TRY(table_cell(&table, str_from(step_state_name(step->state)), err));
        TRY(table_cell(&table, str_from(elapsed(invocation, step->started_us, step->ended_us).text), err));
        TRY(table_cell_format(&table, err, "%u", step->attempt));
        TRY(table_cell(&table, first_line(step->message), err));
    }
    return table_write(&table, terminal_width(invocation->out, 120), out, err);
}

static bool step_json(JsonWriter *json, const StepRecord *step, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("step"), step->step, err));
    TRY(json_field_str(json, STR("kind"), step->kind, err));
    TRY(json_field_str(json, STR("state"), str_from(step_state_name(step->state)), err));
    TRY(json_field_int(json, STR("attempt"), step->attempt, err));
    TRY(json_field_int(json, STR("started_us"), step->started_us, err));
    TRY(json_field_int(json, STR("ended_us"), step->ended_us, err));
    TRY(json_field_str(json, STR("key"), step->key, err));
    TRY(json_field_str(json, STR("message"), step->message, err));
    TRY(json_field_object(json, STR("outputs"), err));
    for (size_t i = 0; i < step->output_count; i++)
        TRY(json_field_str(json, step->outputs[i].name, str_from(digest_hex(&step->outputs[i].digest).text), err));
    TRY(json_object_end(json, err));
    TRY(json_field_object(json, STR("values"), err));
    for (size_t i = 0; i < step->value_count; i++)
        TRY(json_key(json, step->values[i].name, err) && json_raw(json, step->values[i].json, err));
    TRY(json_object_end(json, err));
    return json_object_end(json, err);
}

static bool run_json(JsonWriter *json, const RunRecord *run, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("run"), run->run, err));
    TRY(json_field_str(json, STR("pipeline"), run->flow, err));
    TRY(json_field_str(json, STR("state"), str_from(step_state_name(run->state)), err));
    TRY(json_field_int(json, STR("started_us"), run->started_us, err));
    TRY(json_field_int(json, STR("ended_us"), run->ended_us, err));
    TRY(json_field_int(json, STR("as_of_us"), run->as_of_us, err));
    TRY(json_field_array(json, STR("steps"), err));
    for (size_t i = 0; i < run->step_count; i++) TRY(step_json(json, &run->steps[i], err));
    TRY(json_array_end(json, err));
    return json_object_end(json, err);
}

static bool list_write(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    RunRecord *runs = NULL;
    size_t count = 0;
    uint32_t limit = STATUS_RUNS_DEFAULT;
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(option_count(invocation, "limit", &limit, err));
    TRY(flow_runs(store, limit, &invocation->arena, &runs, &count, err));
    if (!invocation->json && count == 0) return bytes_append_str(out, STR("no runs yet; 'pawl run' starts one\n"), err);
    if (!invocation->json) return runs_text(invocation, runs, count, out, err);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) TRY(run_json(&json, &runs[i], err));
    TRY(json_array_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool one_write(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    RunRecord run = {0};
    Str name = invocation->word_count > 0 ? invocation->words[0] : (Str){0};
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(flow_run_find(store, name, &invocation->arena, &run, err));
    if (!invocation->json) return run_text(invocation, &run, out, err);
    TRY(run_json(&json, &run, err));
    return bytes_append_byte(out, '\n', err);
}

/// What waits for what stands in the pipeline file, not in the store.
static bool critical_write(Invocation *invocation, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ReportGraph graph = {0};
    Str name = invocation->word_count > 0 ? invocation->words[0] : (Str){0};
    TRY(graph_view_load(invocation, &pipeline, name, &graph, err));
    TRY(invocation->json ? report_graph_json(&graph, &text, err) : report_graph_critical(&graph, &text, err));
    return command_print(invocation, &text, err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    if (option_given(invocation, "critical")) return critical_write(invocation, err);
    TRY(command_store(invocation, &store, err));
    if (option_given(invocation, "all"))
        TRY(list_write(invocation, &store, &text, err));
    else
        TRY(one_write(invocation, &store, &text, err));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"all", NULL, "list the newest runs instead of showing one"},
    {"critical", NULL, "show the chain of steps that the run's time went into (reads the pipeline file)"},
    {"limit", "N", "with --all: how many (default 10)"},
    {NULL, NULL, NULL},
};

const Command command_status = {
    .name = "status",
    .words = "[RUN]",
    .summary = "show a run and its steps (the newest, or the one named)",
    .options = options,
    .word_max = 1,
    .run = run,
};
