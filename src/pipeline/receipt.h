/// What a run that found everything up to date had looked at, so that the next one, when all of that is as it was, need not build the graph
/// to say the same: a graph of ten thousand steps is answered in milliseconds.
///
/// Kept in the store as one file per pipeline file. Written only after a run in which every step was answered by the cache, and only for
/// pipelines whose steps are all commands that anybody may cache; any other run removes it first. It holds the pipeline file's digest and
/// what was asked on the command line, the environment's variables that keys hold, the identity (size, times, inode) of every file that a
/// command names, of the directories in which names were looked for and not found, and of every output. Whatever differs, however
/// little: the receipt does not hold, and the graph is built.
#ifndef PAWL_PIPELINE_RECEIPT_H
#define PAWL_PIPELINE_RECEIPT_H

#include "base/array.h"
#include "base/map.h"
#include "flow/flow.h"

/// Paths that were looked at while the graph was built. The zero value is empty; lives in the pipeline's arena but for the map.
typedef struct ReceiptPaths {
    ARRAY_OF(Str) items; ///< files, and directories where something was looked for in vain
    Map known;
} ReceiptPaths;

void receipt_paths_deinit(ReceiptPaths *paths);

/// `path` was looked at and read, or was not there or no file: then its directory counts.
MUST_CHECK bool receipt_saw(ReceiptPaths *paths, Str path, bool is_file, Arena *arena, Error *err);

struct Pipeline;
struct PipelineOptions;

/// Whether nothing that the last run looked at has changed; then `*out_run` is its number and `*out_steps` how many steps it found. A
/// receipt that is damaged or of another version does not hold. Fails only without memory.
MUST_CHECK bool receipt_holds(const struct PipelineOptions *options, const Disk *disk, Arena *arena, bool *out_holds,
                              Str *out_run, uint32_t *out_steps, Error *err);

/// Before a run: what it will find is not known.
MUST_CHECK bool receipt_drop(const struct Pipeline *pipeline, Error *err);

/// After a run, when it is one that the next can be spared for.
MUST_CHECK bool receipt_write(struct Pipeline *pipeline, const FlowOutcome *outcome, Error *err);

#endif
