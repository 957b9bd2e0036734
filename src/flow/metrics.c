#include "flow/metrics_internal.h"

#include "flow/state_internal.h"

static const char *const METRICS_MIGRATIONS[] = {
    "CREATE TABLE metric_total (pipeline TEXT NOT NULL, place TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY "
    "(pipeline, place)) WITHOUT ROWID;",
};

/// A family of totals: places `first` to `first + count - 1`, told apart by `label`.
typedef struct Family {
    const char *name, *help, *label;
    int first, count;
    const char *(*value)(int offset);
} Family;

static const char *state_value(int offset)
{
    return step_state_name((StepState)offset);
}

static const char *failure_value(int offset)
{
    return flow_failure_name((FlowFailure)offset);
}

static const Family FAMILIES[] = {
    {"pawl_runs_total", "Runs that ended, by how.", "state", TOTAL_RUNS, STEP_STATE_COUNT, state_value},
    {"pawl_steps_total", "Steps that ended, by how.", "state", TOTAL_STEPS, STEP_STATE_COUNT, state_value},
    {"pawl_attempt_failures_total", "Attempts that failed, by why.", "kind", TOTAL_FAILURES, FAILURE_COUNT,
     failure_value},
    {"pawl_attempts_total", "Attempts begun.", NULL, TOTAL_ATTEMPTS, 1, NULL},
    {"pawl_retries_total", "Attempts begun after a failed one.", NULL, TOTAL_RETRIES, 1, NULL},
    {"pawl_attempt_seconds_total", "Time that attempts took.", NULL, TOTAL_BUSY_US, 1, NULL},
    {"pawl_alerts_total", "Alerts delivered.", NULL, TOTAL_ALERTS, 1, NULL},
    {"pawl_alert_failures_total", "Alerts given up.", NULL, TOTAL_ALERT_FAILURES, 1, NULL},
};

void metrics_deinit(Metrics *metrics)
{
    map_deinit(&metrics->names);
    memory_free(metrics->steps.items);
    *metrics = (Metrics){0};
}

/// "pawl_runs_total done": how the database knows a place, whatever number it has in this version.
static bool place_name(const Family *family, int offset, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "%s %s", family->name, family->value != NULL ? family->value(offset) : "");
}

static bool total_read(Metrics *metrics, Store *store, const Family *family, int offset, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Statement *statement = NULL;
    bool row = false;
    Str place = {0};
    TRY(place_name(family, offset, &arena, &place, err));
    TRY(statement_cached(store->database, "SELECT value FROM metric_total WHERE pipeline = ? AND place = ?", &statement,
                         err));
    TRY(statement_bind(statement, err, "ss", metrics->pipeline, place));
    TRY(statement_step(statement, &row, err));
    if (row) metrics->totals[family->first + offset] = (uint64_t)statement_int(statement, 0);
    metrics->saved[family->first + offset] = metrics->totals[family->first + offset];
    return statement_reset(statement, err);
}

bool metrics_begin(Metrics *metrics, Store *store, Error *err)
{
    TRY(database_migrate(store->database, STR("metrics"), METRICS_MIGRATIONS, COUNT_OF(METRICS_MIGRATIONS), err));
    for (size_t i = 0; i < COUNT_OF(FAMILIES); i++)
        for (int k = 0; k < FAMILIES[i].count; k++) TRY(total_read(metrics, store, &FAMILIES[i], k, err));
    return true;
}

static bool total_save(Metrics *metrics, Store *store, const Family *family, int offset, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Statement *statement = NULL;
    Str place = {0};
    int at = family->first + offset;
    if (metrics->totals[at] == metrics->saved[at]) return true;
    TRY(place_name(family, offset, &arena, &place, err));
    TRY(statement_cached(store->database,
                         "INSERT INTO metric_total (pipeline, place, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
                         "value = value + excluded.value",
                         &statement, err));
    TRY(statement_bind(statement, err, "ssi", metrics->pipeline, place,
                       (int64_t)(metrics->totals[at] - metrics->saved[at])));
    return statement_run(statement, err);
}

bool metrics_save(Metrics *metrics, Store *store, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    TRY(transaction_begin(transaction, err));
    for (size_t i = 0; i < COUNT_OF(FAMILIES); i++)
        for (int k = 0; k < FAMILIES[i].count; k++) TRY(total_save(metrics, store, &FAMILIES[i], k, err));
    TRY(transaction_commit(transaction, err));
    for (int i = 0; i < TOTAL_COUNT; i++) metrics->saved[i] = metrics->totals[i];
    return true;
}

bool metrics_step(Metrics *metrics, Arena *arena, Str step, int64_t elapsed_us, Error *err)
{
    uint64_t place = 0;
    Str name = str_slice(step, 0, str_find(step, '['));
    if (map_get(&metrics->names, name, &place)) {
        metrics->steps.items[place].elapsed_us = elapsed_us;
        return true;
    }
    if (metrics->steps.count == METRICS_STEPS_MAX) return true;
    TRY(arena_copy(arena, name, &name, err));
    TRY(map_put(&metrics->names, name, metrics->steps.count, err));
    StepMetric metric = {.step = name, .elapsed_us = elapsed_us};
    return ARRAY_PUSH(&metrics->steps, metric, err);
}

/// As the format wants a label's value: backslash, quote and line end are escaped.
static bool label_append(Bytes *out, const char *name, Str value, Error *err)
{
    TRY(bytes_append_format(out, err, "%s=\"", name));
    for (size_t i = 0; i < value.size; i++) {
        char byte = value.data[i];
        if (byte == '\n') {
            TRY(bytes_append_str(out, STR("\\n"), err));
            continue;
        }
        if (byte == '"' || byte == '\\') TRY(bytes_append_byte(out, '\\', err));
        TRY(bytes_append_byte(out, (uint8_t)byte, err));
    }
    return bytes_append_byte(out, '"', err);
}

static bool head_append(Bytes *out, const char *name, const char *help, const char *type, Error *err)
{
    return bytes_append_format(out, err, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/// `name{pipeline="...",label="value"} `; no label when `label` is NULL.
static bool series_append(const Metrics *metrics, Bytes *out, const char *name, const char *label, Str value,
                          Error *err)
{
    TRY(bytes_append_format(out, err, "%s{", name));
    TRY(label_append(out, "pipeline", metrics->pipeline, err));
    if (label != NULL) {
        TRY(bytes_append_byte(out, ',', err));
        TRY(label_append(out, label, value, err));
    }
    return bytes_append_str(out, STR("} "), err);
}

static bool seconds_append(Bytes *out, int64_t us, Error *err)
{
    return bytes_append_format(out, err, "%lld.%06lld\n", (long long)(us / 1000000), (long long)(us % 1000000));
}

static bool family_append(const Metrics *metrics, const Family *family, Bytes *out, Error *err)
{
    TRY(head_append(out, family->name, family->help, "counter", err));
    for (int i = 0; i < family->count; i++) {
        uint64_t total = metrics->totals[family->first + i];
        Str value = str_from(family->value != NULL ? family->value(i) : "");
        TRY(series_append(metrics, out, family->name, family->label, value, err));
        TRY(family->first == TOTAL_BUSY_US ? seconds_append(out, (int64_t)total, err)
                                           : bytes_append_format(out, err, "%llu\n", (unsigned long long)total));
    }
    return true;
}

static bool gauge_append(const Metrics *metrics, Bytes *out, const char *name, const char *help, uint64_t value,
                         Error *err)
{
    TRY(head_append(out, name, help, "gauge", err));
    TRY(series_append(metrics, out, name, NULL, (Str){0}, err));
    return bytes_append_format(out, err, "%llu\n", (unsigned long long)value);
}

static bool time_append(const Metrics *metrics, Bytes *out, const char *name, const char *help, int64_t us, Error *err)
{
    TRY(head_append(out, name, help, "gauge", err));
    TRY(series_append(metrics, out, name, NULL, (Str){0}, err));
    return seconds_append(out, us, err);
}

static bool run_append(const Metrics *metrics, Bytes *out, Error *err)
{
    TRY(gauge_append(metrics, out, "pawl_run_running", "1 while a run is under way.", metrics->ended_us == 0, err));
    TRY(gauge_append(metrics, out, "pawl_steps_running", "Steps that run now.", metrics->running, err));
    TRY(gauge_append(metrics, out, "pawl_steps_waiting", "Steps that have not begun.", metrics->waiting, err));
    TRY(time_append(metrics, out, "pawl_run_started_timestamp_seconds", "When the newest run began.",
                    metrics->started_us, err));
    if (metrics->ended_us == 0) return true;
    TRY(time_append(metrics, out, "pawl_run_ended_timestamp_seconds", "When the newest run ended.", metrics->ended_us,
                    err));
    TRY(time_append(metrics, out, "pawl_run_duration_seconds", "How long the newest run took.",
                    metrics->ended_us - metrics->started_us, err));
    return gauge_append(metrics, out, "pawl_run_success", "1 when the newest run got done.",
                        step_state_is_done(metrics->state), err);
}

static bool steps_append(const Metrics *metrics, Bytes *out, Error *err)
{
    static const char name[] = "pawl_step_duration_seconds";
    if (metrics->steps.count == 0) return true;
    TRY(head_append(out, name, "How long a step's last attempt in this run took.", "gauge", err));
    for (size_t i = 0; i < metrics->steps.count; i++) {
        TRY(series_append(metrics, out, name, "step", metrics->steps.items[i].step, err));
        TRY(seconds_append(out, metrics->steps.items[i].elapsed_us, err));
    }
    return true;
}

bool metrics_format(const Metrics *metrics, Bytes *out, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(FAMILIES); i++) TRY(family_append(metrics, &FAMILIES[i], out, err));
    TRY(run_append(metrics, out, err));
    return steps_append(metrics, out, err);
}

bool metrics_write(const Metrics *metrics, const Store *store, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(metrics_format(metrics, &text, err));
    return disk_write_atomic(store->disk, metrics->path, bytes_str(&text), err);
}
