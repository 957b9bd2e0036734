#include "base/version.h"
#include "flow/state_internal.h"
#include "flow/watch_internal.h"
#include "sys/disk_file.h"
#include "text/json_writer.h"
#include "text/timestamp.h"

#include <stdio.h>

static const char SCHEMA[] = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
static const char PRODUCER[] = "urn:pawl:producer";
static const char FACETS[] = "https://openlineage.io/spec/facets/";

enum { LINEAGE_ERROR_BYTES_MAX = 2000 };

/// Custom (version 8 of RFC 9562): the first half of a SHA-256.
bool lineage_uuid(const Store *store, Str run, int64_t began_us, Str step, uint32_t attempt, char out[37], Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Digest digest = {0};
    TRY(bytes_append_format(&text, err, "pawl run %.*s %.*s %lld %.*s %u", STR_ARG(store->root), STR_ARG(run),
                            (long long)began_us, STR_ARG(step), attempt));
    TRY(digest_of(bytes_str(&text), &digest, err));
    const uint8_t *b = digest.bytes;
    (void)snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                   b[3], b[4], b[5], (b[6] & 0x0F) | 0x80, b[7], (b[8] & 0x3F) | 0x80, b[9], b[10], b[11], b[12], b[13],
                   b[14], b[15]);
    return true;
}

/// An event being written.
typedef struct LineageEvent {
    LineageOut *out;
    JsonWriter json;
    const char *type; ///< "START", "COMPLETE", "FAIL", "ABORT"
    Str run;          ///< pawl's
    Str step;         ///< empty: of the run as a whole
    const FlowStep *definition;
    uint32_t attempt;
    int64_t now_us, nominal_us;
    Str error; ///< empty: none
    bool refused;
} LineageEvent;

static bool facet_begin(LineageEvent *event, const char *name, const char *schema, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str url = {0};
    TRY(arena_format(&arena, &url, err, "%s%s", FACETS, schema));
    TRY(json_field_object(&event->json, str_from(name), err));
    TRY(json_field_str(&event->json, STR("_producer"), str_from(PRODUCER), err));
    return json_field_str(&event->json, STR("_schemaURL"), url, err);
}

/// "pipeline", "pipeline.step", "pipeline.step.output".
static bool name_field(LineageEvent *event, Str step, Str output, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str name = {0};
    TRY(arena_format(&arena, &name, err, "%.*s%s%.*s%s%.*s", STR_ARG(event->out->flow), step.size > 0 ? "." : "",
                     STR_ARG(step), output.size > 0 ? "." : "", STR_ARG(output)));
    TRY(json_field_str(&event->json, STR("namespace"), event->out->job_space, err));
    return json_field_str(&event->json, STR("name"), name, err);
}

static bool parent_facet(LineageEvent *event, Error *err)
{
    JsonWriter *json = &event->json;
    if (event->step.size == 0) return true;
    TRY(facet_begin(event, "parent", "1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet", err));
    TRY(json_field_object(json, STR("run"), err));
    TRY(json_field_str(json, STR("runId"), str_from(event->out->run_id), err));
    TRY(json_object_end(json, err));
    TRY(json_field_object(json, STR("job"), err));
    TRY(name_field(event, (Str){0}, (Str){0}, err));
    TRY(json_object_end(json, err));
    return json_object_end(json, err);
}

static bool nominal_facet(LineageEvent *event, Error *err)
{
    TRY(facet_begin(event, "nominalTime", "1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet", err));
    TRY(json_field_str(&event->json, STR("nominalStartTime"), str_from(timestamp_format(event->nominal_us).text), err));
    return json_object_end(&event->json, err);
}

static bool error_facet(LineageEvent *event, Error *err)
{
    bool ours = event->definition == NULL || !str_equal(event->definition->kind, STR("command"));
    Str text = str_slice(event->error, 0, LINEAGE_ERROR_BYTES_MAX);
    if (event->error.size == 0) return true;
    TRY(facet_begin(event, "errorMessage", "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet", err));
    TRY(json_field_str(&event->json, STR("message"), str_is_utf8(text) ? text : STR("(not UTF-8)"), err));
    TRY(json_field_str(&event->json, STR("programmingLanguage"), ours ? STR("C") : STR("shell"), err));
    return json_object_end(&event->json, err);
}

static bool run_field(LineageEvent *event, Error *err)
{
    JsonWriter *json = &event->json;
    char id[37];
    TRY(lineage_uuid(event->out->store, event->run, event->out->started_us, event->step, event->attempt, id, err));
    TRY(json_field_object(json, STR("run"), err));
    TRY(json_field_str(json, STR("runId"), str_from(id), err));
    TRY(json_field_object(json, STR("facets"), err));
    TRY(parent_facet(event, err));
    TRY(nominal_facet(event, err));
    TRY(error_facet(event, err));
    TRY(json_object_end(json, err));
    return json_object_end(json, err);
}

static bool job_field(LineageEvent *event, Error *err)
{
    JsonWriter *json = &event->json;
    TRY(json_field_object(json, STR("job"), err));
    TRY(name_field(event, event->step, (Str){0}, err));
    TRY(json_field_object(json, STR("facets"), err));
    TRY(facet_begin(event, "jobType", "2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet", err));
    TRY(json_field_str(json, STR("processingType"), STR("BATCH"), err));
    TRY(json_field_str(json, STR("integration"), STR("PAWL"), err));
    TRY(json_field_str(json, STR("jobType"), event->step.size == 0 ? STR("PIPELINE") : STR("STEP"), err));
    TRY(json_object_end(json, err));
    TRY(json_object_end(json, err));
    return json_object_end(json, err);
}

static bool version_facet(LineageEvent *event, Str digest, Error *err)
{
    if (digest.size == 0) return true;
    TRY(facet_begin(event, "version", "1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet", err));
    TRY(json_field_str(&event->json, STR("datasetVersion"), digest, err));
    return json_object_end(&event->json, err);
}

/// What a step that said no found: on each of its inputs, as nothing tells which.
static bool assertion_facet(LineageEvent *event, Error *err)
{
    JsonWriter *json = &event->json;
    Str line = str_slice(event->error, 0, str_find(event->error, '\n'));
    if (!event->refused) return true;
    TRY(json_field_object(json, STR("inputFacets"), err));
    TRY(facet_begin(event, "dataQualityAssertions",
                    "1-0-1/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet", err));
    TRY(json_field_array(json, STR("assertions"), err));
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("assertion"), str_is_utf8(line) ? line : STR("refused"), err));
    TRY(json_field_bool(json, STR("success"), false, err));
    TRY(json_object_end(json, err));
    TRY(json_array_end(json, err));
    TRY(json_object_end(json, err));
    return json_object_end(json, err);
}

/// `digest` empty: not known yet.
static bool dataset_write(LineageEvent *event, Str step, Str output, Str digest, bool input, Error *err)
{
    JsonWriter *json = &event->json;
    TRY(json_object_begin(json, err));
    TRY(name_field(event, step, output, err));
    TRY(json_field_object(json, STR("facets"), err));
    TRY(version_facet(event, digest, err));
    TRY(json_object_end(json, err));
    if (input) TRY(assertion_facet(event, err));
    return json_object_end(json, err);
}

/// The digest of the content that the step's result names; empty: there is no result.
static bool digest_read(LineageEvent *event, bool input, Str name, Arena *arena, Str *out, Error *err)
{
    Statement *statement = NULL;
    bool row = false;
    Database *database = event->out->store->database;
    if (input)
        TRY(statement_cached(
            database,
            "SELECT logical FROM flow_result JOIN flow_lineage USING (result) WHERE run = ? AND step = "
            "? AND attempt = ? AND input = ?",
            &statement, err));
    else
        TRY(statement_cached(database,
                             "SELECT logical FROM flow_result JOIN flow_output USING (result) WHERE run = ? AND step = "
                             "? AND attempt = ? AND name = ?",
                             &statement, err));
    TRY(statement_bind(statement, err, "ssis", event->run, event->step, (int64_t)event->attempt, name));
    TRY(statement_step(statement, &row, err));
    if (row) TRY(statement_text(statement, 0, arena, out, err));
    return statement_reset(statement, err);
}

static bool inputs_field(LineageEvent *event, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const FlowStep *step = event->definition;
    TRY(json_field_array(&event->json, STR("inputs"), err));
    for (size_t i = 0; step != NULL && i < step->input_count; i++) {
        Str digest = {0};
        TRY(digest_read(event, true, step->inputs[i].name, &arena, &digest, err));
        TRY(dataset_write(event, step->inputs[i].step, step->inputs[i].output, digest, true, err));
    }
    // What a step without inputs says no to comes from outside.
    if (event->refused && step != NULL && step->input_count == 0)
        TRY(dataset_write(event, step->name, STR("source"), (Str){0}, true, err));
    return json_array_end(&event->json, err);
}

static bool outputs_field(LineageEvent *event, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const FlowStep *step = event->definition;
    TRY(json_field_array(&event->json, STR("outputs"), err));
    for (size_t i = 0; step != NULL && i < step->output_count; i++) {
        Str digest = {0};
        if (step->outputs[i].type >= FLOW_BOOL) continue;
        TRY(digest_read(event, false, step->outputs[i].name, &arena, &digest, err));
        TRY(dataset_write(event, step->name, step->outputs[i].name, digest, false, err));
    }
    return json_array_end(&event->json, err);
}

static bool event_encode(LineageEvent *event, Error *err)
{
    JsonWriter *json = &event->json;
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("eventTime"), str_from(timestamp_format(event->now_us).text), err));
    TRY(json_field_str(json, STR("eventType"), str_from(event->type), err));
    TRY(json_field_str(json, STR("producer"), str_from(PRODUCER), err));
    TRY(json_field_str(json, STR("schemaURL"), str_from(SCHEMA), err));
    TRY(run_field(event, err));
    TRY(job_field(event, err));
    TRY(inputs_field(event, err));
    TRY(outputs_field(event, err));
    return json_object_end(json, err);
}

/// One line in one write, so that lines of several processes do not mix.
static bool file_append(LineageOut *out, Bytes *text, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(bytes_append_byte(text, '\n', err));
    TRY(disk_file_open(out->store->disk, out->file, DISK_APPEND, &file, err));
    return disk_file_write(&file, bytes_str(text), err);
}

static bool event_tell(LineageOut *out, LineageEvent *event, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    if (out->file.size == 0 && out->lane == NULL) return true;
    event->out = out;
    event->json = json_writer(&text, JSON_COMPACT);
    event->nominal_us = out->started_us;
    TRY(event_encode(event, err));
    return out->file.size > 0 ? file_append(out, &text, err) : lane_push(out->lane, bytes_str(&text), err);
}

bool lineage_begin(LineageOut *out, Str run, int64_t now_us, Error *err)
{
    LineageEvent event = {.type = "START", .run = run, .now_us = now_us};
    out->started_us = now_us;
    TRY(lineage_uuid(out->store, run, now_us, (Str){0}, 0, out->run_id, err));
    return event_tell(out, &event, err);
}

/// NULL: nothing is told of it.
static const char *type_of(StepState state)
{
    switch (state) {
    case STEP_DONE:
        return "COMPLETE";
    case STEP_FAILED:
    case STEP_REFUSED:
        return "FAIL";
    case STEP_CANCELLED:
    case STEP_PREEMPTED:
        return "ABORT";
    default:
        return NULL;
    }
}

bool lineage_change(LineageOut *out, const WatchChange *change, Error *err)
{
    const FlowEvent *told = change->event;
    const char *type = told->state == STEP_RUNNING ? "START" : type_of(told->state);
    if (told->failed) type = "FAIL";
    bool ran = told->state == STEP_RUNNING || change->before == STEP_RUNNING;
    if (type == NULL || !ran) return true;
    LineageEvent event = {.type = type,
                          .run = told->run,
                          .step = told->step->name,
                          .definition = told->step,
                          .attempt = told->attempt,
                          .now_us = change->now_us,
                          .error = type[0] == 'F' ? told->text : (Str){0},
                          .refused = told->state == STEP_REFUSED};
    return event_tell(out, &event, err);
}

bool lineage_end(LineageOut *out, Str run, const FlowOutcome *outcome, int64_t now_us, Error *err)
{
    const char *type = outcome == NULL ? "ABORT" : type_of(outcome->state);
    LineageEvent event = {.type = type != NULL ? type : "COMPLETE", .run = run, .now_us = now_us};
    if (outcome != NULL && event.type[0] == 'F') event.error = outcome->message;
    return event_tell(out, &event, err);
}
