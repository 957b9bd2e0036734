/// What `pawl run` tells others while it works: the pipeline file's `metrics`, `lineage` and `alerts`, and --metrics and --lineage.
#ifndef PAWL_CLI_RUN_WATCH_H
#define PAWL_CLI_RUN_WATCH_H

#include "cli/command.h"
#include "flow/watch.h"

/// Puts a watch before the options' observer, unless there is nobody to tell (`*out` NULL). What cannot be told is a warning.
MUST_CHECK bool run_watch_begin(Invocation *invocation, Pipeline *pipeline, FlowOptions *options, FlowWatch **out,
                                Error *err);

/// `outcome` NULL: the run could not go on. Warns of what could not be told.
void run_watch_end(Invocation *invocation, FlowWatch *watch, const FlowOutcome *outcome);

#endif
