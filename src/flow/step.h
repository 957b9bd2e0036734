/// The step contract: how a step of any language learns what to do and says what it did. A contract between rooms and with users.
///
/// The process starts in a private attempt directory (a user's command: beside the pipeline's file, PAWL_DIRECTORY), with the
/// path of `step.json` in the environment variable PAWL_STEP, each input's path in PAWL_INPUT_<NAME>, each output's in
/// PAWL_OUTPUT_<NAME>, each value that it reads in PAWL_VALUE_<NAME>, each parameter of a command in PAWL_PARAM_<NAME> (upper case,
/// other characters as _; texts as they are, everything else as JSON). It writes its outputs there, may append JSON lines to the attempt's
/// `progress` (PAWL_PROGRESS) and write its `result.json` (PAWL_RESULT), and exits:
/// 0 done, 1 the pipeline said no, 75 preempted (run me again), anything else failed.
///
///     step.json    {"run", "step", "attempt", "kind", "seed", "as_of", "threads", "memory", "params": {...}, "checkpoint": path,
///                   "inputs": {name: {"path", "digest", "logical"}}, "values": {name: value}, "outputs": {name: path}}
///     progress     {"done": 120, "total": 200, "text": "rmse 0.41", "left_us": 1200000}   one a line, newest last
///     result.json  {"values": {name: scalar or list}, "logical": {output: digest}, "message": text}   all optional
#ifndef PAWL_FLOW_STEP_H
#define PAWL_FLOW_STEP_H

#include "base/bytes.h"
#include "base/hash.h"
#include "text/node.h"

typedef struct StepArtifact {
    Str name;
    Str path;
    Digest digest;  ///< inputs only: of the bytes
    Digest logical; ///< inputs only: of the content (equals `digest` when the step named none)
    Str value;      ///< inputs only: JSON, of an input that is a value; then there is no path
} StepArtifact;

/// A decoded step.json.
typedef struct StepRequest {
    Arena arena;
    Document document; ///< of step.json; `params` points into it
    Str run, step, kind;
    int64_t attempt, seed, as_of_us;
    uint32_t threads;
    uint64_t memory_bytes; ///< that it should do with, as far as it can; 0: no limit
    const Node *params;
    Str checkpoint; ///< a directory of this step's key, kept over attempts and runs until it is done
    StepArtifact *inputs;
    size_t input_count;
    StepArtifact *outputs;
    size_t output_count;
} StepRequest;

void step_request_deinit(StepRequest *request);
MUST_CHECK bool step_request_encode(const StepRequest *request, Str params_json, Bytes *out, Error *err);
MUST_CHECK bool step_request_decode(Str name, Str text, StepRequest *out, Error *err);

/// ERROR_NOT_FOUND with the nearest name otherwise.
MUST_CHECK bool step_input(const StepRequest *request, Str name, const StepArtifact **out, Error *err);
MUST_CHECK bool step_output(const StepRequest *request, Str name, Str *out_path, Error *err);

/// A scalar or list that a step hands to the run: text is its JSON.
typedef struct StepValue {
    Str name;
    Str json;
} StepValue;

typedef struct StepResult {
    Arena arena;
    StepValue *values;
    size_t value_count;
    StepArtifact *logicals; ///< name and `logical` set
    size_t logical_count;
    Str message;
} StepResult;

void step_result_deinit(StepResult *result);
MUST_CHECK bool step_result_encode(const StepResult *result, Bytes *out, Error *err);
MUST_CHECK bool step_result_decode(Str name, Str text, StepResult *out, Error *err);

#endif
