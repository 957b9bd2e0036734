#include "cli/commands.h"
#include "cli/run_view.h"
#include "cli/run_watch.h"

#include "text/json_writer.h"

/// What a finished run says, and its exit code.
typedef struct OutcomeRow {
    StepState state;
    ErrorKind kind;
    const char *text;
} OutcomeRow;

static const OutcomeRow outcome_rows[] = {
    {STEP_REFUSED, ERROR_REFUSED, "the pipeline said no"},
    {STEP_FAILED, ERROR_STEP, "failed"},
    {STEP_CANCELLED, ERROR_PREEMPTED, "cancelled; 'pawl run' goes on from here"},
    {STEP_PREEMPTED, ERROR_PREEMPTED, "preempted; 'pawl run' goes on from here"},
};

static bool outcome_error(const FlowOutcome *outcome, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(outcome_rows); i++) {
        const OutcomeRow *row = &outcome_rows[i];
        if (row->state != outcome->state) continue;
        Str message = outcome->message.size > 0 ? outcome->message : str_from(row->text);
        if (outcome->failed_step.size == 0)
            return error_set(err, row->kind, "run %.*s: %.*s", STR_ARG(outcome->run), STR_ARG(message));
        if (row->kind != ERROR_STEP)
            return error_set(err, row->kind, "run %.*s: step '%.*s': %.*s", STR_ARG(outcome->run),
                             STR_ARG(outcome->failed_step), STR_ARG(message));
        return error_set(err, row->kind, "run %.*s: step '%.*s': %.*s\n'pawl logs %.*s' shows all that it wrote",
                         STR_ARG(outcome->run), STR_ARG(outcome->failed_step), STR_ARG(message),
                         STR_ARG(outcome->failed_step));
    }
    return true;
}

static bool count_write(uint32_t count, const char *what, Bytes *out, Error *err)
{
    return count == 0 || bytes_append_format(out, err, ", %u %s", count, what);
}

static bool outcome_text(const FlowOutcome *outcome, bool worked, Bytes *out, Error *err)
{
    bool current = outcome->state == STEP_DONE && !worked;
    TRY(bytes_append_format(out, err, "run %.*s: %s: %u step%s run", STR_ARG(outcome->run),
                            current ? "up to date" : step_state_name(outcome->state), outcome->done,
                            outcome->done == 1 ? "" : "s"));
    TRY(count_write(outcome->cached, "reused", out, err));
    TRY(count_write(outcome->failed, outcome->state == STEP_REFUSED ? "refused" : "failed", out, err));
    TRY(count_write(outcome->skipped, "skipped", out, err));
    return bytes_append_byte(out, '\n', err);
}

static bool outcome_json(const FlowOutcome *outcome, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("run"), outcome->run, err));
    TRY(json_field_str(&json, STR("state"), str_from(step_state_name(outcome->state)), err));
    TRY(json_field_uint(&json, STR("done"), outcome->done, err));
    TRY(json_field_uint(&json, STR("cached"), outcome->cached, err));
    TRY(json_field_uint(&json, STR("failed"), outcome->failed, err));
    TRY(json_field_uint(&json, STR("skipped"), outcome->skipped, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

/// The run to go on with: of `retry` the one named, or the newest; of `run` the flow's own choice.
static bool resume_find(Invocation *invocation, Pipeline *pipeline, Str *out, Error *err)
{
    RunRecord record = {0};
    if (invocation->command != &command_retry) return true;
    Str named = invocation->word_count > 0 ? invocation->words[0] : (Str){0};
    TRY(flow_run_find(&pipeline->store, named, &invocation->arena, &record, err));
    *out = record.run;
    if (!str_equal(record.flow, pipeline->flow.name))
        return error_set(err, ERROR_USAGE, "run %.*s is one of '%.*s', not of this pipeline", STR_ARG(record.run),
                         STR_ARG(record.flow));
    return record.state != STEP_DONE ||
           error_set(err, ERROR_USAGE, "run %.*s got done: there is nothing to try again", STR_ARG(record.run));
}

/// Only of a plain `pawl run`: what is asked besides wants the graph.
static bool receipt_answers(Invocation *invocation, FlowOutcome *out, bool *out_answered, Error *err)
{
    PipelineOptions options = {0};
    *out_answered = false;
    if (invocation->command != &command_run || option_given(invocation, "metrics") ||
        option_given(invocation, "lineage"))
        return true;
    TRY(command_pipeline_options(invocation, &options, err));
    if (options.relock.size > 0) return true;
    *out = (FlowOutcome){.state = STEP_DONE};
    return receipt_holds(&options, invocation->disk, &invocation->arena, out_answered, &out->run, &out->cached, err);
}

static bool outcome_tell(Invocation *invocation, const FlowOutcome *outcome, bool worked, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(invocation->json ? outcome_json(outcome, &text, err) : outcome_text(outcome, worked, &text, err));
    return command_print(invocation, &text, err);
}

static bool run_graph(Invocation *invocation, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    AUTO(flow_outcome_deinit) FlowOutcome outcome = {0};
    AUTO(nursery_deinit) Nursery nursery = {0};
    AUTO(flow_watch_close) FlowWatch *watch = NULL;
    AUTO(run_view_deinit) RunView view = {0};
    RunViewOptions shown = {.stream = invocation->out,
                            .json = invocation->json,
                            .clock = invocation->clock,
                            .interrupt = invocation->interrupt};
    FlowOptions options = {
        .observe = run_view_observe, .observe_context = &view, .interrupt = invocation->interrupt, .nursery = &nursery};
    TRY(nursery_start(flow_supervise, &nursery, err));
    TRY(command_pipeline(invocation, &pipeline, err));
    TRY(pipeline_prepare(&pipeline, err));
    TRY(resume_find(invocation, &pipeline, &options.resume, err));
    TRY(run_view_init(&view, &shown, &pipeline.flow, &invocation->arena, err));
    TRY(run_watch_begin(invocation, &pipeline, &options, &watch, err));
    bool ran = pipeline_run(&pipeline, &options, &outcome, err);
    run_view_end(&view);
    run_watch_end(invocation, watch, ran ? &outcome : NULL);
    TRY(ran);
    TRY(outcome_tell(invocation, &outcome, run_view_worked(&view), err));
    return outcome_error(&outcome, err);
}

static bool run(Invocation *invocation, Error *err)
{
    FlowOutcome current = {0};
    bool answered = false;
    TRY(receipt_answers(invocation, &current, &answered, err));
    return answered ? outcome_tell(invocation, &current, false, err) : run_graph(invocation, err);
}

static const Option options[] = {
    {"set", "NAME=VALUE", "replace a parameter, or a single value by its path (train.params.rounds)"},
    {"threads", "N", "threads of each step (default: all cores)"},
    {"memory", "SIZE",
     "memory that each step may take, about; what exceeds it goes to disk (also 'memory:' in the file)"},
    {"parallel", "N", "steps at once (default: cores)"},
    {"metrics", "FILE", "write Prometheus metrics there (also 'metrics: {textfile: FILE}')"},
    {"lineage", "WHERE", "OpenLineage events to a file or URL (also 'lineage: {openlineage: WHERE}')"},
    {"executor", "NAME", "where steps run, whatever the file says: process, sandbox, container (those with an image)"},
    {"relock", "SOURCE", "accept this source's schema as it is now"},
    {NULL, NULL, NULL},
};

const Command command_run = {
    .name = "run",
    .words = "",
    .summary = "run the pipeline: what changed is made anew, the rest is reused",
    .help =
        "A run that was killed, cancelled or preempted goes on where it was. Ctrl-C lets running steps save and end;\n"
        "a second one kills them.",
    .options = options,
    .run = run,
    .interrupts = true,
};

const Command command_retry = {
    .name = "retry",
    .words = "[RUN]",
    .summary = "go on with a run that failed or was cancelled (the newest, or the one named)",
    .help = "As 'pawl run', in the same run: what got done stays, what did not is tried again with all its retries.",
    .options = options,
    .word_max = 1,
    .run = run,
    .interrupts = true,
};
