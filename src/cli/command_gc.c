#include "cli/commands.h"

#include "flow/gc.h"
#include "registry/registry.h"
#include "text/duration.h"
#include "text/json_writer.h"
#include "text/quantity.h"
#include "text/table.h"
#include "text/timestamp.h"

static const int64_t KEEP_DEFAULT_US = 30 * MICROSECONDS_PER_DAY;

static bool row_write(Table *table, const char *what, GcCount count, Error *err)
{
    TRY(table_cell(table, str_from(what), err));
    TRY(table_cell(table, str_from(count_format((int64_t)count.count).text), err));
    return table_cell(table, str_from(size_format(count.bytes).text), err);
}

static bool report_text(const GcReport *report, bool dry_run, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, dry_run ? STR("would remove") : STR("removed"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("count"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("size"), TABLE_RIGHT, err));
    TRY(row_write(&table, "objects", report->objects, err));
    TRY(row_write(&table, "attempts of runs", report->attempts, err));
    TRY(row_write(&table, "checkpoints", report->checkpoints, err));
    TRY(table_write(&table, 0, out, err));
    return bytes_append_format(out, err,
                               "\nand the records of %llu run%s and %llu result%s, %llu of them in the cache; %llu "
                               "object%s (%s) stay\n",
                               (unsigned long long)report->runs, report->runs == 1 ? "" : "s",
                               (unsigned long long)report->results, report->results == 1 ? "" : "s",
                               (unsigned long long)report->cached, (unsigned long long)report->kept.count,
                               report->kept.count == 1 ? "" : "s", size_format(report->kept.bytes).text);
}

static bool count_json(JsonWriter *json, const char *key, GcCount count, Error *err)
{
    TRY(json_field_object(json, str_from(key), err));
    TRY(json_field_uint(json, STR("count"), count.count, err));
    TRY(json_field_uint(json, STR("bytes"), count.bytes, err));
    return json_object_end(json, err);
}

static bool report_json(const GcReport *report, bool dry_run, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_bool(&json, STR("dry_run"), dry_run, err));
    TRY(count_json(&json, "objects", report->objects, err));
    TRY(count_json(&json, "attempts", report->attempts, err));
    TRY(count_json(&json, "checkpoints", report->checkpoints, err));
    TRY(json_field_uint(&json, STR("runs"), report->runs, err));
    TRY(json_field_uint(&json, STR("results"), report->results, err));
    TRY(json_field_uint(&json, STR("cached"), report->cached, err));
    TRY(count_json(&json, "kept", report->kept, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool sweep(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    GcReport report = {0};
    GcOptions gc = {.keep_us = KEEP_DEFAULT_US, .dry_run = option_given(invocation, "dry-run")};
    Str keep = option_text(invocation, "keep");
    Error reason = {0};
    Digest *roots = NULL;
    if (keep.size > 0 && !duration_parse_or_zero(keep, &gc.keep_us, &reason))
        return error_set(err, ERROR_USAGE, "--keep: %s", reason.text);
    TRY(registry_reachable(store, &invocation->arena, &roots, &gc.root_count, err));
    gc.roots = roots;
    TRY(flow_gc(store, &gc, &report, err));
    return invocation->json ? report_json(&report, gc.dry_run, out, err) : report_text(&report, gc.dry_run, out, err);
}

static bool verdict_text(const GcVerdict *verdict, Bytes *out, Error *err)
{
    for (size_t i = 0; i < verdict->count; i++)
        TRY(bytes_append_format(out, err, "%.*s\n", STR_ARG(verdict->items[i].problem)));
    return bytes_append_format(
        out, err, "%s object%s (%s) read again, %zu damaged\n", count_format((int64_t)verdict->checked.count).text,
        verdict->checked.count == 1 ? "" : "s", size_format(verdict->checked.bytes).text, verdict->count);
}

static bool verdict_json(const GcVerdict *verdict, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(count_json(&json, "checked", verdict->checked, err));
    TRY(json_field_array(&json, STR("damaged"), err));
    for (size_t i = 0; i < verdict->count; i++) {
        TRY(json_object_begin(&json, err));
        TRY(json_field_str(&json, STR("object"), str_from(digest_hex(&verdict->items[i].digest).text), err));
        TRY(json_field_str(&json, STR("problem"), verdict->items[i].problem, err));
        TRY(json_object_end(&json, err));
    }
    TRY(json_array_end(&json, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

/// What was found is printed, and then is an error: the exit code tells.
static bool verify(Invocation *invocation, Store *store, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    GcVerdict verdict = {0};
    bool dry_run = option_given(invocation, "dry-run");
    TRY(flow_verify(store, dry_run, &invocation->arena, &verdict, err));
    TRY(invocation->json ? verdict_json(&verdict, &text, err) : verdict_text(&verdict, &text, err));
    TRY(command_print(invocation, &text, err));
    if (verdict.count == 0) return true;
    return error_set(err, ERROR_DATA, "%zu damaged object%s%s; what needs %s is made again by the next 'pawl run'",
                     verdict.count, verdict.count == 1 ? "" : "s", dry_run ? "" : " set aside",
                     verdict.count == 1 ? "it" : "them");
}

static bool pins_json(const GcPin *pins, size_t count, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) {
        TRY(json_object_begin(&json, err));
        TRY(json_field_str(&json, STR("kind"), pins[i].kind, err));
        TRY(json_field_str(&json, STR("name"), pins[i].name, err));
        TRY(json_field_int(&json, STR("created_us"), pins[i].created_us, err));
        TRY(json_object_end(&json, err));
    }
    TRY(json_array_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool pins_write(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    GcPin *pins = NULL;
    size_t count = 0;
    TRY(flow_pins(store, &invocation->arena, &pins, &count, err));
    if (invocation->json) return pins_json(pins, count, out, err);
    if (count == 0) return bytes_append_str(out, STR("nothing is pinned\n"), err);
    for (size_t i = 0; i < count; i++)
        TRY(bytes_append_format(
            out, err, "%.*s %.*s  since %s\n", STR_ARG(pins[i].kind), STR_ARG(pins[i].name),
            timestamp_format(pins[i].created_us / MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND).text));
    return true;
}

static bool pin_write(Invocation *invocation, Store *store, bool on, Bytes *out, Error *err)
{
    Str what = option_text(invocation, on ? "pin" : "unpin");
    Str named = {0};
    TRY(on ? flow_pin(store, what, &invocation->arena, &named, err)
           : flow_unpin(store, what, &invocation->arena, &named, err));
    if (invocation->json)
        return bytes_append_format(out, err, "{\"%s\": \"%.*s\"}\n", on ? "pinned" : "unpinned", STR_ARG(named));
    return bytes_append_format(out, err, "%s: %.*s\n", on ? "pinned" : "unpinned", STR_ARG(named));
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(command_store(invocation, &store, err));
    if (option_given(invocation, "verify")) return verify(invocation, &store, err);
    if (option_given(invocation, "pin")) {
        TRY(pin_write(invocation, &store, true, &text, err));
    } else if (option_given(invocation, "unpin")) {
        TRY(pin_write(invocation, &store, false, &text, err));
    } else if (option_given(invocation, "pins")) {
        TRY(pins_write(invocation, &store, &text, err));
    } else {
        TRY(sweep(invocation, &store, &text, err));
    }
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"keep", "DURATION", "runs that ended less than this ago stay whole (default: 30d)"},
    {"dry-run", NULL, "say what would be removed, and change nothing"},
    {"verify", NULL, "instead: read every object again; damaged ones are set aside"},
    {"pin", "WHAT", "instead: keep a run (its number) or an object (its digest), whatever its age"},
    {"unpin", "WHAT", "instead: no longer"},
    {"pins", NULL, "instead: list what is pinned"},
    {NULL, NULL, NULL},
};

const Command command_gc = {
    .name = "gc",
    .words = "",
    .summary = "remove what no recent run, registered model or pin needs",
    .help =
        "Objects, attempts and their logs, checkpoints, cache entries and records of old runs. What stays: all that\n"
        "runs of the last days, runs that have not ended, versions of models, the evidence of their promotions, and\n"
        "pins were made from. May be used while runs are under way. What is gone and is needed again is made again.",
    .options = options,
    .run = run,
};
