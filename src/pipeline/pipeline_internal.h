/// What the files of this room share.
#ifndef PAWL_PIPELINE_PIPELINE_INTERNAL_H
#define PAWL_PIPELINE_PIPELINE_INTERNAL_H

#include "pipeline/pipeline.h"
#include "text/json_writer.h"

/// Fills pipeline->sources: files with digests, and schemas.
MUST_CHECK bool pipeline_read_sources(Pipeline *pipeline, Error *err);

/// Fills pipeline->flow.
MUST_CHECK bool pipeline_build_flow(Pipeline *pipeline, Error *err);

/// Adds the user's own steps to the graph.
MUST_CHECK bool pipeline_add_commands(Pipeline *pipeline, FlowStep *steps, size_t *count, Error *err);

/// Where a step of the user's runs: its image pinned, and --executor applied.
MUST_CHECK bool pipeline_place_command(Pipeline *pipeline, const ConfigStep *step, FlowStep *out, Error *err);

/// The same for a step of pawl's own: --executor alone decides.
void pipeline_place_stage(const Pipeline *pipeline, FlowStep *out);

/// FlowResolve of pawl's own steps: what is only known just before a step starts.
bool pipeline_resolve(void *context, const FlowStep *step, const StepValue *values, size_t value_count, Bytes *params,
                      Error *err);

/// FlowTableDigest of tables that users' steps make.
bool pipeline_table_digest(void *context, Str path, Str file, Digest *out, Error *err);

/// Locks: a source's schema as first ingested. Provisional until confirmed by an ingest that succeeded.
MUST_CHECK bool lock_load(Pipeline *pipeline, Str source, Schema *out, bool *out_found, Error *err);
MUST_CHECK bool lock_save(Pipeline *pipeline, Str source, Schema schema, Error *err);
MUST_CHECK bool lock_confirm(Pipeline *pipeline, Str source, Error *err);
MUST_CHECK bool lock_migrate(Store *store, Error *err);

#endif
