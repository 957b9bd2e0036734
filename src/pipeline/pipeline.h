/// A pipeline file and its store, ready to be checked, planned and run: the file compiled into a flow of pawl's own steps and the user's.
#ifndef PAWL_PIPELINE_PIPELINE_H
#define PAWL_PIPELINE_PIPELINE_H

#include "config/config.h"
#include "flow/explain.h"
#include "lake/lake.h"
#include "pipeline/receipt.h"

typedef struct PipelineOptions {
    Str file;  ///< the pipeline file
    Str store; ///< empty: `.pawl` beside the file
    const ConfigSetting *settings;
    size_t setting_count;
    uint32_t threads;      ///< 0: all cores
    uint64_t memory_bytes; ///< of each step, about; 0: as the file says
    uint32_t parallel_max; ///< steps at once; 0: cores
    Str executor;          ///< where all steps run that can; empty: as each says
    Str relock;            ///< a source whose schema may change now; empty: none
    Str text;         ///< the pipeline itself instead of the file's content (then `file` is only its name and place)
    int64_t as_of_us; ///< overrides dataset.as_of; 0: not
    bool model_only;  ///< only what the model is made by: ingest, dataset, train
} PipelineOptions;

/// One source's files and locked schema, as far as known before the run.
typedef struct PipelineSource {
    SourceFile *files;
    size_t file_count;
    Schema locked; ///< empty for the output of a step
} PipelineSource;

typedef struct Pipeline {
    Arena arena;
    Config config;
    Str directory; ///< absolute, of the pipeline file
    Store store;
    const Disk *disk;
    const Clock *clock;
    PipelineOptions options;
    PipelineSource *sources;
    int64_t started_us;
    int64_t as_of_us; ///< of the run: set by pipeline_run and pipeline_forecast
    Flow flow;
    bool has_flow;
    ReceiptPaths seen; ///< while the flow was built
} Pipeline;

/// Where the pipeline file and its store are, absolute.
MUST_CHECK bool pipeline_places(const PipelineOptions *options, Arena *arena, Str *out_directory, Str *out_store,
                                Error *err);

/// Reads the file and opens the store.
MUST_CHECK bool pipeline_open(const PipelineOptions *options, const Disk *disk, const Clock *clock, Pipeline *out,
                              Error *err);
void pipeline_deinit(Pipeline *pipeline);

/// Lists and hashes the sources' files, detects or loads their schemas, compiles the features, builds the graph: all that can be wrong before a run.
MUST_CHECK bool pipeline_prepare(Pipeline *pipeline, Error *err);

/// Runs the graph; schemas of ingested sources are locked after.
MUST_CHECK bool pipeline_run(Pipeline *pipeline, FlowOptions *options, FlowOutcome *out, Error *err);

MUST_CHECK bool pipeline_forecast(Pipeline *pipeline, FlowOptions *options, Arena *arena, FlowForecast **out,
                                  Error *err);

/// Why the step will run, or which result answers it.
MUST_CHECK bool pipeline_explain(Pipeline *pipeline, FlowOptions *options, Str step, Arena *arena, FlowExplanation *out,
                                 Error *err);

/// The plan as pipeline_prepare compiled it: only where every source's schema is known before the run (`*out_compiled`).
MUST_CHECK bool pipeline_compile(Pipeline *pipeline, Plan *out, bool *out_compiled, Error *err);

/// Locks a source's schema as a model's metadata recorded it. Before pipeline_prepare.
MUST_CHECK bool pipeline_lock(Pipeline *pipeline, Str source, const Node *schema, Error *err);

#endif
