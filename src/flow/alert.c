#include "flow/watch_internal.h"
#include "text/json_writer.h"
#include "text/timestamp.h"

/// One thing that is told.
typedef struct Alert {
    const char *type; ///< of the CloudEvent, after "dev.pawl."
    Str step;         ///< empty: the run
    uint32_t attempt;
    const char *state;
    Str message;
    int64_t elapsed_us;
} Alert;

/// Unique for what it tells, so that who gets it twice knows: run, step, attempt and kind. A run that goes on is told again.
static bool alert_id(const FlowWatch *watch, const Alert *alert, JsonWriter *json, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str id = {0};
    TRY(arena_format(&arena, &id, err, "%.*s:%lld:%.*s:%u:%s", STR_ARG(watch->run), (long long)watch->started_us,
                     STR_ARG(alert->step), alert->attempt, alert->type));
    return json_field_str(json, STR("id"), id, err);
}

static bool text_field(JsonWriter *json, const char *key, const char *prefix, Str text, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str value = {0};
    TRY(arena_format(&arena, &value, err, "%s%.*s", prefix, STR_ARG(text)));
    return json_field_str(json, str_from(key), value, err);
}

static bool alert_data(const FlowWatch *watch, const Alert *alert, JsonWriter *json, Error *err)
{
    TRY(json_field_object(json, STR("data"), err));
    TRY(json_field_str(json, STR("pipeline"), watch->flow->name, err));
    TRY(json_field_str(json, STR("run"), watch->run, err));
    if (alert->step.size > 0) TRY(json_field_str(json, STR("step"), alert->step, err));
    if (alert->attempt > 0) TRY(json_field_uint(json, STR("attempt"), alert->attempt, err));
    TRY(json_field_str(json, STR("state"), str_from(alert->state), err));
    TRY(json_field_str(json, STR("message"), str_is_utf8(alert->message) ? alert->message : STR("(not UTF-8)"), err));
    TRY(json_field_int(json, STR("elapsed_us"), alert->elapsed_us, err));
    return json_object_end(json, err);
}

/// CloudEvents 1.0, structured mode (cloudevents.io, spec v1.0.2).
static bool alert_encode(const FlowWatch *watch, const Alert *alert, int64_t now_us, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("specversion"), STR("1.0"), err));
    TRY(alert_id(watch, alert, &json, err));
    TRY(text_field(&json, "source", "/pawl/", watch->flow->name, err));
    TRY(text_field(&json, "type", "dev.pawl.", str_from(alert->type), err));
    TRY(json_field_str(&json, STR("time"), str_from(timestamp_format(now_us).text), err));
    TRY(text_field(&json, "subject", "run ", watch->run, err));
    TRY(json_field_str(&json, STR("datacontenttype"), STR("application/json"), err));
    TRY(alert_data(watch, alert, &json, err));
    return json_object_end(&json, err);
}

static bool alert_send(FlowWatch *watch, size_t i, const Alert *alert, int64_t now_us, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(alert_encode(watch, alert, now_us, &text, err));
    return lane_push(&watch->alert_lanes[i], bytes_str(&text), err);
}

bool alerts_retry(FlowWatch *watch, const WatchChange *change, Error *err)
{
    const FlowEvent *event = change->event;
    Alert alert = {.type = "step.retried",
                   .step = event->step->name,
                   .attempt = event->attempt,
                   .state = step_state_name(event->state),
                   .message = event->text,
                   .elapsed_us = event->elapsed_us};
    for (size_t i = 0; i < watch->flow->alert_count; i++)
        if (watch->flow->alerts[i].on_retry) TRY(alert_send(watch, i, &alert, change->now_us, err));
    return true;
}

bool alerts_late(FlowWatch *watch, int64_t now_us, Error *err)
{
    int64_t elapsed_us = now_us - watch->started_us;
    Alert alert = {.type = "run.late",
                   .state = step_state_name(STEP_RUNNING),
                   .message = STR("lasts longer than it should"),
                   .elapsed_us = elapsed_us};
    for (size_t i = 0; i < watch->flow->alert_count; i++) {
        const FlowAlert *asked = &watch->flow->alerts[i];
        if (!asked->on_late || watch->late_told[i] || elapsed_us <= asked->late_us) continue;
        watch->late_told[i] = true;
        TRY(alert_send(watch, i, &alert, now_us, err));
    }
    return true;
}

static bool is_asked(const FlowAlert *asked, StepState state)
{
    if (state == STEP_DONE) return asked->on_success;
    return asked->on_failure && (state == STEP_FAILED || state == STEP_REFUSED);
}

static const char *type_of(StepState state)
{
    if (state == STEP_DONE) return "run.succeeded";
    return state == STEP_REFUSED ? "run.refused" : "run.failed";
}

bool alerts_end(FlowWatch *watch, const FlowOutcome *outcome, int64_t now_us, Error *err)
{
    Alert alert = {.type = type_of(outcome->state),
                   .step = outcome->failed_step,
                   .state = step_state_name(outcome->state),
                   .message = outcome->message,
                   .elapsed_us = now_us - watch->started_us};
    for (size_t i = 0; i < watch->flow->alert_count; i++)
        if (is_asked(&watch->flow->alerts[i], outcome->state)) TRY(alert_send(watch, i, &alert, now_us, err));
    return true;
}
