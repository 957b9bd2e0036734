#include "cli/run_watch.h"

static void warn(Invocation *invocation, Str text)
{
    Str line = {0};
    while (str_split(&text, '\n', &line))
        if (line.size > 0) (void)fprintf(invocation->err, "pawl: warning: %.*s\n", STR_ARG(line));
}

/// In the pipeline file a path is seen from the file's folder.
static bool beside_file(Invocation *invocation, const Pipeline *pipeline, Str path, Str *out, Error *err)
{
    bool as_is = path.size == 0 || str_starts(path, STR("/")) || str_starts(path, STR("$")) ||
                 str_starts(path, STR("http://")) || str_starts(path, STR("https://"));
    *out = path;
    return as_is || path_join(&invocation->arena, pipeline->directory, path, out, err);
}

static bool watch_options(Invocation *invocation, const Pipeline *pipeline, FlowWatchOptions *out, Error *err)
{
    Str metrics = option_text(invocation, "metrics");
    Str lineage = option_text(invocation, "lineage");
    TRY(beside_file(invocation, pipeline, pipeline->config.metrics_file, &out->metrics, err));
    TRY(beside_file(invocation, pipeline, pipeline->config.lineage, &out->lineage, err));
    if (metrics.size > 0) out->metrics = metrics;
    if (lineage.size > 0) out->lineage = lineage;
    out->job_space = pipeline->config.lineage_space;
    return true;
}

bool run_watch_begin(Invocation *invocation, Pipeline *pipeline, FlowOptions *options, FlowWatch **out, Error *err)
{
    FlowWatchOptions watched = {.next = options->observe, .next_context = options->observe_context};
    Error problem = {0};
    *out = NULL;
    TRY(watch_options(invocation, pipeline, &watched, err));
    if (watched.metrics.size == 0 && watched.lineage.size == 0 && pipeline->flow.alert_count == 0) return true;
    if (!flow_watch_begin(&pipeline->store, &pipeline->flow, &watched, out, &problem)) {
        warn(invocation, str_from(problem.text));
        return true;
    }
    options->observe = flow_watch_observe;
    options->observe_context = *out;
    return true;
}

void run_watch_end(Invocation *invocation, FlowWatch *watch, const FlowOutcome *outcome)
{
    AUTO(bytes_deinit) Bytes problems = {0};
    Error problem = {0};
    if (watch == NULL) return;
    if (!flow_watch_end(watch, outcome, &problems, &problem)) warn(invocation, str_from(problem.text));
    warn(invocation, bytes_str(&problems));
}
