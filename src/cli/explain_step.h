/// `pawl explain STEP`: why a step will run, or which cached result answers it.
#ifndef PAWL_CLI_EXPLAIN_STEP_H
#define PAWL_CLI_EXPLAIN_STEP_H

#include "cli/command.h"

/// Prints the explanation of the step that is the invocation's first word.
MUST_CHECK bool explain_step(Invocation *invocation, Error *err);

#endif
