/// The pipeline's graph with a run's states: what `pawl graph` and `pawl status --critical` show.
#ifndef PAWL_CLI_GRAPH_VIEW_H
#define PAWL_CLI_GRAPH_VIEW_H

#include "cli/command.h"
#include "report/report_graph.h"

/// The graph of the pipeline file with the states of `run`; empty: of its newest run, or none when it has none yet. Borrows the pipeline.
MUST_CHECK bool graph_view_load(Invocation *invocation, Pipeline *pipeline, Str run, ReportGraph *out, Error *err);

#endif
