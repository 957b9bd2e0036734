/// Why an attempt failed, for people: how it ended, and the last lines that it wrote.
#ifndef PAWL_FLOW_FAILURE_INTERNAL_H
#define PAWL_FLOW_FAILURE_INTERNAL_H

#include "flow/attempt_internal.h"

/// "exited with code 3; its last lines:\n..."; `problem`, when not empty, is told instead of the exit.
MUST_CHECK bool failure_text(const Store *store, const FlowStep *step, Str directory, const AttemptExit *status,
                             Str problem, Arena *arena, Str *out, Error *err);

/// "took longer than its timeout of 2h".
MUST_CHECK bool failure_limit_text(const char *what, int64_t limit_us, Arena *arena, Str *out, Error *err);

/// Of which kind a failed attempt's end is. FAILURE_OUTPUT, FAILURE_LOST and FAILURE_STORAGE are not to be seen in an exit.
FlowFailure failure_of(const AttemptExit *status);

#endif
