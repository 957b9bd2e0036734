/// Whether a failed attempt is followed by another, and when: what FlowRetries says, applied.
#ifndef PAWL_FLOW_RETRY_POLICY_INTERNAL_H
#define PAWL_FLOW_RETRY_POLICY_INTERNAL_H

#include "flow/attempt_internal.h"

/// One failed attempt.
typedef struct RetryCase {
    const FlowStep *step;
    int64_t run;
    uint32_t attempt;
    uint32_t failures; ///< of the step in this run, this one counted
    FlowFailure failure;
    int exit_code; ///< of FAILURE_EXIT
} RetryCase;

/// Its kind is one that is retried, and the limit is not reached.
bool retry_is_allowed(const RetryCase *failed);

/// Kinds that are tried again whatever the limit, unless the policy names kinds and this is none of them: FAILURE_LOST.
bool retry_is_free(const FlowRetries *retries, FlowFailure failure);

/// backoff * factor^(failures - 1), at most `cap`, more or less the jitter: the same for the same (run, step, attempt).
int64_t retry_delay_us(const RetryCase *failed);

#endif
