/// What the stages share: their params, their inputs as tables, their results.
#ifndef PAWL_STAGE_STAGE_INTERNAL_H
#define PAWL_STAGE_STAGE_INTERNAL_H

#include "base/memory.h"
#include "config/config.h"
#include "stage/stage.h"
#include "text/json_writer.h"

MUST_CHECK bool stage_ingest(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);
MUST_CHECK bool stage_fresh(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);
MUST_CHECK bool stage_dataset(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);
MUST_CHECK bool stage_train(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);
MUST_CHECK bool stage_evaluate(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);
MUST_CHECK bool stage_online(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);
MUST_CHECK bool stage_register(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);

/// Parses `params.config`, with these sections.
MUST_CHECK bool stage_config(const StepRequest *request, unsigned sections, Config *out, Error *err);

MUST_CHECK bool stage_lake_open(const StageContext *context, const StepRequest *request, Lake **out, Error *err);

/// The ingested tables of a list of sources, as inputs "source.NAME" give them.
typedef struct StageTables {
    Frame *frames;
    SourceManifest *manifests;
    size_t count;
} StageTables;

void stage_tables_deinit(StageTables *tables);
MUST_CHECK bool stage_tables_read(const StageContext *context, const StepRequest *request, Lake *lake, const Str *names,
                                  size_t count, StageTables *out, Error *err);

/// The tables of a plan's sources.
MUST_CHECK bool stage_plan_tables(const StageContext *context, const StepRequest *request, Lake *lake, const Plan *plan,
                                  StageTables *out, Error *err);

/// Adds a value to the result. Room is made by stage_result_reserve, which is called once per stage.
MUST_CHECK bool stage_result_reserve(StepResult *result, Error *err);
MUST_CHECK bool stage_value_int(StepResult *result, const char *name, int64_t value, Error *err);
MUST_CHECK bool stage_value_text(StepResult *result, const char *name, Str value, Error *err);
MUST_CHECK bool stage_value_double(StepResult *result, const char *name, double value, Error *err);
void stage_logical(StepResult *result, Str output, const Digest *logical);
MUST_CHECK bool stage_message(StepResult *result, Error *err, const char *format, ...) PRINTF_LIKE(3, 4);

/// Appends a line to the progress file; progress never fails a step.
void stage_progress(const StageContext *context, double done, double total, Str text, int64_t left_us);

#endif
