#include "flow/watch_internal.h"

#include "flow/state_internal.h"
#include "sys/environment.h"

static const int64_t METRICS_INTERVAL_US = 1000000;
static const int64_t PATIENCE_US = 30000000;

static bool is_url(Str text)
{
    return str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
}

void flow_watch_close(FlowWatch **watch)
{
    FlowWatch *closing = *watch;
    if (closing == NULL) return;
    for (size_t i = 0; closing->alert_lanes != NULL && i < closing->flow->alert_count; i++)
        if (closing->alert_lanes[i].store != NULL) lane_deinit(&closing->alert_lanes[i]);
    if (closing->lineage_lane.store != NULL) lane_deinit(&closing->lineage_lane);
    metrics_deinit(&closing->metrics);
    map_deinit(&closing->names);
    memory_free(closing->steps.items);
    arena_deinit(&closing->arena);
    memory_free(closing);
    *watch = NULL;
}

/// A destination is written as it is, or as $NAME: a variable of the environment, so that a secret need not stand in the file.
static bool destination_find(FlowWatch *watch, Str written, Str *out, Error *err)
{
    Str name = {0};
    *out = written;
    if (!str_starts(written, STR("$"))) return true;
    TRY(arena_copy(&watch->arena, str_slice(written, 1, written.size), &name, err));
    *out = environment_get(name.data);
    return out->size > 0 || error_set(err, ERROR_CONFIG, "the environment has no %.*s", STR_ARG(name));
}

static bool alerts_open(FlowWatch *watch, Error *err)
{
    size_t count = watch->flow->alert_count;
    watch->alert_lanes = arena_alloc_array(&watch->arena, count + 1, sizeof(Lane), err);
    watch->late_told = arena_alloc_array(&watch->arena, count + 1, sizeof(bool), err);
    if (watch->alert_lanes == NULL || watch->late_told == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const FlowAlert *alert = &watch->flow->alerts[i];
        Str webhook = {0};
        TRY(destination_find(watch, alert->webhook, &webhook, err));
        TRY(lane_init(&watch->alert_lanes[i], watch->store, webhook, alert->command,
                      STR("application/cloudevents+json"), err));
    }
    return true;
}

static bool lineage_open(FlowWatch *watch, Error *err)
{
    LineageOut *out = &watch->lineage;
    Str target = {0};
    TRY(destination_find(watch, watch->options.lineage, &target, err));
    *out = (LineageOut){.store = watch->store, .flow = watch->flow->name, .job_space = watch->options.job_space};
    if (out->job_space.size == 0) out->job_space = STR("pawl");
    if (!is_url(target)) {
        out->file = target;
        return true;
    }
    out->lane = &watch->lineage_lane;
    return lane_init(out->lane, watch->store, target, (Str){0}, STR("application/json"), err);
}

static bool metrics_open(FlowWatch *watch, Error *err)
{
    watch->metrics.path = watch->options.metrics;
    watch->metrics.pipeline = watch->flow->name;
    watch->metrics.waiting = watch->flow->step_count;
    return watch->metrics.path.size == 0 || metrics_begin(&watch->metrics, watch->store, err);
}

bool flow_watch_begin(Store *store, const Flow *flow, const FlowWatchOptions *options, FlowWatch **out, Error *err)
{
    AUTO(flow_watch_close) FlowWatch *watch = memory_alloc(sizeof(FlowWatch), err);
    if (watch == NULL) return false;
    *watch = (FlowWatch){.store = store, .flow = flow, .options = *options};
    TRY(alerts_open(watch, err));
    TRY(lineage_open(watch, err));
    TRY(metrics_open(watch, err));
    *out = watch;
    watch = NULL;
    return true;
}

/// The first problem is kept; the run goes on.
static void problem_keep(FlowWatch *watch, const char *what, const Error *problem)
{
    Error ignored = {0};
    if (watch->problem.size > 0) return;
    if (!arena_format(&watch->arena, &watch->problem, &ignored, "%s: %s", what, problem->text))
        watch->problem = STR("what happened could not be told: out of memory");
}

static bool step_place(FlowWatch *watch, Str name, size_t *out, Error *err)
{
    uint64_t place = 0;
    Str kept = {0};
    WatchStep step = {0};
    if (map_get(&watch->names, name, &place)) {
        *out = place;
        return true;
    }
    TRY(arena_copy(&watch->arena, name, &kept, err));
    TRY(map_put(&watch->names, kept, watch->steps.count, err));
    *out = watch->steps.count;
    return ARRAY_PUSH(&watch->steps, step, err);
}

/// Counts are of states: what the step was is one less, what it is one more.
static void metrics_move(Metrics *metrics, StepState before, StepState now)
{
    if (before == STEP_RUNNING && metrics->running > 0) metrics->running--;
    if (before == STEP_WAITING && metrics->waiting > 0) metrics->waiting--;
    metrics->running += now == STEP_RUNNING;
    metrics->waiting += now == STEP_WAITING;
}

static bool metrics_change(FlowWatch *watch, const WatchChange *change, Error *err)
{
    Metrics *metrics = &watch->metrics;
    const FlowEvent *event = change->event;
    bool ended = change->before == STEP_RUNNING && event->state != STEP_RUNNING;
    metrics_move(metrics, change->before, event->state);
    if (event->state == STEP_RUNNING) metrics->totals[TOTAL_ATTEMPTS]++;
    if (event->state == STEP_RUNNING && event->attempt > 1) metrics->totals[TOTAL_RETRIES]++;
    if (event->failed) metrics->totals[TOTAL_FAILURES + (int)event->failure]++;
    if (step_state_is_end(event->state)) metrics->totals[TOTAL_STEPS + (int)event->state]++;
    if (!ended) return true;
    int64_t took_us = change->now_us - change->started_us;
    metrics->totals[TOTAL_BUSY_US] += took_us > 0 ? (uint64_t)took_us : 0;
    return metrics_step(metrics, &watch->arena, event->step->name, took_us, err);
}

static bool metrics_refresh(FlowWatch *watch, int64_t now_us, Error *err)
{
    Metrics *metrics = &watch->metrics;
    if (metrics->path.size == 0 || now_us - metrics->written_us < METRICS_INTERVAL_US) return true;
    metrics->written_us = now_us;
    return metrics_write(metrics, watch->store, err);
}

static bool lanes_pump(FlowWatch *watch, Error *err)
{
    if (watch->lineage.lane != NULL) TRY(lane_pump(watch->lineage.lane, err));
    for (size_t i = 0; i < watch->flow->alert_count; i++) TRY(lane_pump(&watch->alert_lanes[i], err));
    return true;
}

static bool run_begin(FlowWatch *watch, Str run, int64_t now_us, Error *err)
{
    if (watch->run.size > 0) return true;
    TRY(arena_copy(&watch->arena, run, &watch->run, err));
    watch->started_us = now_us;
    watch->metrics.started_us = now_us;
    return lineage_begin(&watch->lineage, watch->run, now_us, err);
}

static bool change_tell(FlowWatch *watch, const WatchChange *change, Error *err)
{
    const FlowEvent *event = change->event;
    bool again = event->failed && event->state == STEP_WAITING;
    TRY(metrics_change(watch, change, err));
    TRY(lineage_change(&watch->lineage, change, err));
    return !again || alerts_retry(watch, change, err);
}

static bool event_take(FlowWatch *watch, const FlowEvent *event, int64_t now_us, Error *err)
{
    size_t place = 0;
    TRY(step_place(watch, event->step->name, &place, err));
    WatchStep *step = &watch->steps.items[place];
    bool changed = step->state != event->state || step->attempt != event->attempt;
    if (event->tick || !changed) return true;
    if (event->state == STEP_RUNNING) step->started_us = now_us - event->elapsed_us;
    WatchChange change = {.event = event, .before = step->state, .now_us = now_us, .started_us = step->started_us};
    step->state = event->state;
    step->attempt = event->attempt;
    return change_tell(watch, &change, err);
}

static bool event_tell(FlowWatch *watch, const FlowEvent *event, Error *err)
{
    int64_t now_us = clock_now_us(watch->store->clock);
    TRY(run_begin(watch, event->run, now_us, err));
    TRY(event_take(watch, event, now_us, err));
    TRY(alerts_late(watch, now_us, err));
    TRY(lanes_pump(watch, err));
    return metrics_refresh(watch, now_us, err);
}

void flow_watch_observe(void *context, const FlowEvent *event)
{
    FlowWatch *watch = context;
    Error problem = {0};
    if (!event_tell(watch, event, &problem)) problem_keep(watch, "what happens could not be told", &problem);
    if (watch->options.next != NULL) watch->options.next(watch->options.next_context, event);
}

static bool lane_close(FlowWatch *watch, Lane *lane, const char *what, uint64_t until_ns, Bytes *out, Error *err)
{
    TRY(lane_drain(lane, until_ns, err));
    UNUSED(watch);
    if (lane->failed == 0) return true;
    Str name = lane_name(lane);
    return bytes_append_format(out, err, "%s to %.*s: %llu not delivered: %.*s\n", what, STR_ARG(name),
                               (unsigned long long)lane->failed, STR_ARG(lane->problem));
}

static bool lanes_close(FlowWatch *watch, Bytes *out, Error *err)
{
    int64_t patience_us = watch->options.patience_us > 0 ? watch->options.patience_us : PATIENCE_US;
    uint64_t until_ns = clock_monotonic_ns(watch->store->clock) + (uint64_t)patience_us * 1000;
    if (watch->lineage.lane != NULL)
        TRY(lane_close(watch, watch->lineage.lane, "OpenLineage events", until_ns, out, err));
    for (size_t i = 0; i < watch->flow->alert_count; i++) {
        Lane *lane = &watch->alert_lanes[i];
        TRY(lane_close(watch, lane, "alert", until_ns, out, err));
        watch->metrics.totals[TOTAL_ALERTS] += lane->delivered;
        watch->metrics.totals[TOTAL_ALERT_FAILURES] += lane->failed;
    }
    return true;
}

static bool metrics_end(FlowWatch *watch, const FlowOutcome *outcome, int64_t now_us, Error *err)
{
    Metrics *metrics = &watch->metrics;
    metrics->ended_us = now_us;
    metrics->state = outcome != NULL ? outcome->state : STEP_CANCELLED;
    metrics->totals[TOTAL_RUNS + (int)metrics->state]++;
    if (metrics->path.size == 0) return true;
    TRY(metrics_save(metrics, watch->store, err));
    return metrics_write(metrics, watch->store, err);
}

static bool run_end(FlowWatch *watch, const FlowOutcome *outcome, Bytes *out_problems, Error *err)
{
    int64_t now_us = clock_now_us(watch->store->clock);
    if (watch->run.size == 0 && outcome == NULL) return true;
    if (outcome != NULL) TRY(run_begin(watch, outcome->run, now_us, err));
    TRY(lineage_end(&watch->lineage, watch->run, outcome, now_us, err));
    TRY(alerts_late(watch, now_us, err));
    if (outcome != NULL) TRY(alerts_end(watch, outcome, now_us, err));
    TRY(lanes_close(watch, out_problems, err));
    return metrics_end(watch, outcome, now_us, err);
}

bool flow_watch_end(FlowWatch *watch, const FlowOutcome *outcome, Bytes *out_problems, Error *err)
{
    Error problem = {0};
    if (!run_end(watch, outcome, out_problems, &problem)) problem_keep(watch, "the end could not be told", &problem);
    if (watch->problem.size == 0) return true;
    return bytes_append_format(out_problems, err, "%.*s\n", STR_ARG(watch->problem));
}
