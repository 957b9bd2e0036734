/// Metrics of a pipeline's runs in Prometheus's text format (version 0.0.4), for a node exporter's textfile collector.
///
/// Totals go on from run to run: they are kept in the metadata database. The rest is of this run.
#ifndef PAWL_FLOW_METRICS_INTERNAL_H
#define PAWL_FLOW_METRICS_INTERNAL_H

#include "base/array.h"
#include "base/map.h"
#include "flow/flow.h"

/// Places of totals.
enum {
    TOTAL_RUNS = 0,                                  ///< and the StepState that the run ended in
    TOTAL_STEPS = TOTAL_RUNS + STEP_STATE_COUNT,     ///< likewise of steps
    TOTAL_FAILURES = TOTAL_STEPS + STEP_STATE_COUNT, ///< and the FlowFailure, of attempts
    TOTAL_ATTEMPTS = TOTAL_FAILURES + FAILURE_COUNT,
    TOTAL_RETRIES,
    TOTAL_BUSY_US, ///< of attempts
    TOTAL_ALERTS,
    TOTAL_ALERT_FAILURES,
    TOTAL_COUNT,
};

enum { METRICS_STEPS_MAX = 2000 }; ///< series of single steps; instances of one step are one

/// How long a step took when it last ran.
typedef struct StepMetric {
    Str step;
    int64_t elapsed_us;
} StepMetric;

typedef struct Metrics {
    Str path; ///< empty: off
    Str pipeline;
    uint64_t totals[TOTAL_COUNT];
    uint64_t saved[TOTAL_COUNT];  ///< what of them the database has
    int64_t started_us, ended_us; ///< 0: not yet
    StepState state;              ///< once ended
    uint64_t running, waiting;    ///< steps
    Map names;
    ARRAY_OF(StepMetric) steps;
    int64_t written_us;
} Metrics;

void metrics_deinit(Metrics *metrics);

/// Reads the totals so far.
MUST_CHECK bool metrics_begin(Metrics *metrics, Store *store, Error *err);

/// A step ended an attempt or itself after so long. The name is copied into `arena`, up to an instance's '['.
MUST_CHECK bool metrics_step(Metrics *metrics, Arena *arena, Str step, int64_t elapsed_us, Error *err);

MUST_CHECK bool metrics_format(const Metrics *metrics, Bytes *out, Error *err);

/// Replaces the file as a whole.
MUST_CHECK bool metrics_write(const Metrics *metrics, const Store *store, Error *err);

/// Adds what is new to the totals in the database. Own transaction.
MUST_CHECK bool metrics_save(Metrics *metrics, Store *store, Error *err);

#endif
