/// The pipeline file as typed values with positions: the only place that knows its keys. Whole files and the single sections that
/// pawl's own steps receive as params are read by the same code.
///
/// Everything lives in the Config's arena, with the document that it came from.
#ifndef PAWL_CONFIG_CONFIG_H
#define PAWL_CONFIG_CONFIG_H

#include "dataset/snapshot.h"
#include "evaluate/evaluation.h"
#include "flow/flow.h"
#include "language/transform.h"

typedef struct ConfigSource {
    SourceDefinition definition; ///< schema empty until ingested or detected
    LakeQuery query;             ///< files or sql, types
    bool has_files;              ///< `files:` stands beside `sql:`, naming what it reads (an empty list: nothing)
    Str step, output;            ///< `step: clean.table`: the table that a step makes
    Expectations expectations;
} ConfigSource;

typedef struct ConfigParameter {
    Str name;
    Str text; ///< replaces ${name} in files, sql and run
} ConfigParameter;

/// One of the user's own steps.
typedef struct ConfigStep {
    Str name;
    Position position;
    Str run;           ///< for `sh -c`
    const Str *inputs; ///< "trips" (a source's ingested table) or "step.output"
    size_t input_count;
    const FlowOutput *outputs;
    size_t output_count;
    const Str *after;
    size_t after_count;
    Str params; ///< canonical JSON object
    Str when;   ///< condition over values of other steps; empty: always
    bool optional;
    FlowOn on;
    FlowPlace place;            ///< `image_digest` is set once it is known
    Position image_position;    ///< of place.image
    const FlowForeach *foreach; ///< NULL: one instance
    FlowRetries retries;
    int64_t timeout_us;
    int64_t timeout_total_us;
    int64_t heartbeat_us;
    int32_t priority;
    Str pool;   ///< empty: none
    bool cache; ///< default true
} ConfigStep;

/// One flag per section, so that a step's params hold the sections it may read and nothing else.
typedef enum ConfigSection {
    CONFIG_SOURCES = 1,
    CONFIG_FEATURES = 2,
    CONFIG_DATASET = 4,
    CONFIG_TRAIN = 8,
    CONFIG_EVALUATE = 16,
    CONFIG_GATE = 32,
    CONFIG_REGISTER = 64,
    CONFIG_STEPS = 128,
    CONFIG_PARAMETERS = 256,
    CONFIG_WATCH = 512, ///< metrics, lineage, alerts
    CONFIG_ALL = 1023,
} ConfigSection;

/// What a step needs at least.
#define MEMORY_BYTES_MIN ((uint64_t)64 << 20)

typedef struct Config {
    Arena arena;
    Document *document; ///< in the arena
    Str pipeline;
    const ConfigParameter *parameters;
    size_t parameter_count;
    ConfigSource *sources;
    size_t source_count;
    ViewDefinition *views;
    size_t view_count;
    bool has_dataset;
    DatasetDefinition dataset;
    SplitOptions split;
    int64_t as_of_us;      ///< dataset.as_of; 0: the run's start
    uint64_t memory_bytes; ///< of each step, about; 0: no limit
    bool has_train;
    TrainOptions train;
    bool has_objective;            ///< false: by the label's type, binary for a boolean
    bool has_transforms;           ///< false: the model sees all features as they are
    TransformDefinition transform; ///< train.transforms and train.keep
    EvaluateOptions evaluate;      ///< with the gate
    bool has_register;
    Str model;   ///< register.model
    Str promote; ///< register.promote: an alias; empty: none
    ConfigStep *steps;
    size_t step_count;
    uint32_t parallel;  ///< steps at once; 0: cores
    int64_t timeout_us; ///< of the whole run; 0: none
    const FlowPool *pools;
    size_t pool_count;
    Str metrics_file;  ///< metrics.textfile, as written; empty: none
    Str lineage;       ///< lineage.openlineage: a file or a URL; empty: none
    Str lineage_space; ///< lineage.namespace; empty: "pawl"
    const FlowAlert *alerts;
    size_t alert_count;
} Config;

void config_deinit(Config *config);

/// A `--set name=value` of the command line.
typedef struct ConfigSetting {
    Str name, value;
} ConfigSetting;

/// Unknown keys, wrong kinds, missing sections: ERROR_CONFIG with file, line, column, the line itself and the nearest known name. Settings replace
/// `parameters:` by name, or a scalar by its path ("train.params.rounds"). `sections`: which may and must be there as far as they are required.
MUST_CHECK bool config_parse(Str name, Str text, unsigned sections, const ConfigSetting *settings, size_t setting_count,
                             Config *out, Error *err);

/// The definition that the language room compiles; schemas are those of `config->sources[i].definition`.
MUST_CHECK bool config_definition(const Config *config, Arena *arena, Definition *out, Error *err);

/// The given sections as a canonical JSON object that config_parse reads back: a step's params. `source` limits CONFIG_SOURCES to one (empty: all).
/// Parameters and settings are already applied.
MUST_CHECK bool config_section_json(const Config *config, unsigned sections, Str source, Bytes *out, Error *err);

#endif
