/// The logs of all steps of a run together, each line with its step's name before it.
#ifndef PAWL_CLI_LOGS_ALL_H
#define PAWL_CLI_LOGS_ALL_H

#include "cli/command.h"

/// Prints what is there; with `follow` goes on until the run ends. `run`: empty: the newest.
MUST_CHECK bool logs_all(Invocation *invocation, Store *store, Str run, bool follow, Error *err);

#endif
