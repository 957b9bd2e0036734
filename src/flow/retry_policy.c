#include "flow/retry_policy_internal.h"

#include "base/hash.h"

static const int64_t RETRY_CAP_US = (int64_t)3600 * 1000000;

/// What cannot be started now will not be started in a minute either, unless somebody says so.
static const uint32_t RETRIED_BY_DEFAULT = ((1U << FAILURE_COUNT) - 1) & ~(1U << FAILURE_START | 1U << FAILURE_STORAGE);

static bool failure_is_retried(const FlowRetries *retries, FlowFailure failure)
{
    uint32_t failures = retries->failures != 0 ? retries->failures : RETRIED_BY_DEFAULT;
    return (failures >> failure & 1U) != 0;
}

static bool exit_code_is_retried(const FlowRetries *retries, int exit_code)
{
    for (size_t i = 0; i < retries->exit_code_count; i++)
        if (retries->exit_codes[i] == exit_code) return true;
    return retries->exit_code_count == 0;
}

bool retry_is_allowed(const RetryCase *failed)
{
    const FlowRetries *retries = &failed->step->retries;
    if (failed->failures > retries->limit || !failure_is_retried(retries, failed->failure)) return false;
    return failed->failure != FAILURE_EXIT || exit_code_is_retried(retries, failed->exit_code);
}

bool retry_is_free(const FlowRetries *retries, FlowFailure failure)
{
    return failure == FAILURE_LOST && failure_is_retried(retries, failure);
}

/// From -1 to 1, the same for the same attempt.
static double attempt_jitter(const RetryCase *failed)
{
    Str name = failed->step->name;
    uint64_t seed = (uint64_t)failed->run * 1000003U + failed->attempt;
    return (double)(hash64(name.data, name.size, seed) >> 11) / (double)((uint64_t)1 << 52) - 1.0;
}

int64_t retry_delay_us(const RetryCase *failed)
{
    const FlowRetries *retries = &failed->step->retries;
    double cap = (double)(retries->cap_us > 0 ? retries->cap_us : RETRY_CAP_US);
    double delay = (double)retries->backoff_us;
    for (uint32_t i = 1; i < failed->failures && delay < cap; i++) {
        delay *= retries->factor > 0 ? retries->factor : 1.0;
    }
    delay = delay > cap ? cap : delay;
    delay *= 1.0 + retries->jitter * attempt_jitter(failed);
    if (delay < 0) return 0;
    return delay > cap ? (int64_t)cap : (int64_t)delay;
}
