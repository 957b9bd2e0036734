#include "cli/commands.h"
#include "cli/graph_view.h"

static bool run_find(Invocation *invocation, Pipeline *pipeline, Str name, RunRecord *out, bool *out_found, Error *err)
{
    Error missing = {0};
    *out_found = flow_run_find(&pipeline->store, name, &invocation->arena, out, &missing);
    if (!*out_found && (name.size > 0 || missing.kind != ERROR_NOT_FOUND))
        return error_set(err, missing.kind, "%s", missing.text);
    if (!*out_found || str_equal(out->flow, pipeline->flow.name)) return true;
    *out_found = false;
    if (name.size == 0) return true;
    return error_set(err, ERROR_USAGE, "run %.*s is one of '%.*s', not of this pipeline", STR_ARG(name),
                     STR_ARG(out->flow));
}

bool graph_view_load(Invocation *invocation, Pipeline *pipeline, Str run, ReportGraph *out, Error *err)
{
    RunRecord record = {0};
    bool found = false;
    TRY(command_pipeline(invocation, pipeline, err));
    TRY(pipeline_prepare(pipeline, err));
    TRY(run_find(invocation, pipeline, run, &record, &found, err));
    return report_graph_make(&pipeline->flow, found ? &record : NULL, clock_now_us(invocation->clock),
                             &invocation->arena, out, err);
}

static bool graph_write(Invocation *invocation, const ReportGraph *graph, Bytes *out, Error *err)
{
    if (option_given(invocation, "dot")) return report_graph_dot(graph, out, err);
    if (option_given(invocation, "svg")) return report_graph_svg(graph, out, err);
    return invocation->json ? report_graph_json(graph, out, err) : report_graph_text(graph, out, err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ReportGraph graph = {0};
    TRY(graph_view_load(invocation, &pipeline, option_text(invocation, "run"), &graph, err));
    TRY(graph_write(invocation, &graph, &text, err));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"run", "RUN", "show the states of this run (default: the newest)"},
    {"dot", NULL, "for Graphviz"},
    {"svg", NULL, "a picture; light or dark as the viewer prefers"},
    {"set", "NAME=VALUE", "replace a parameter, or a single value by its path (train.params.rounds)"},
    {NULL, NULL, NULL},
};

const Command command_graph = {
    .name = "graph",
    .words = "",
    .summary = "show which step waits for which, and how each went",
    .help = "A line for each step, further in the later it can begin; * marks the chain that the run's time went into.",
    .options = options,
    .run = run,
};
