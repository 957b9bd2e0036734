/// The bodies of pawl's own steps: ingest, fresh, dataset, train, evaluate, online, register. Each runs in a process of its own, knows only
/// its step request, and is a row of one table.
#ifndef PAWL_STAGE_STAGE_H
#define PAWL_STAGE_STAGE_H

#include "flow/step.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/interrupt.h"

typedef struct StageContext {
    const Disk *disk;
    const Clock *clock;
    Interrupt *interrupt; ///< SIGTERM: save and stop
    Str directory;        ///< the pipeline file's: where relative paths start
    Str store;            ///< `.pawl`
    Str progress_path;
} StageContext;

/// Fills `result` (its arena too).
typedef bool (*StageRun)(const StageContext *context, const StepRequest *request, StepResult *result, Error *err);

typedef struct Stage {
    const char *kind;
    StageRun run;
} Stage;

/// NULL when there is no such stage.
const Stage *stage_find(Str kind);

/// Reads the step.json at `request_path`, runs its stage, writes result.json beside it and the error to stderr. Returns the exit code.
int stage_main(const StageContext *context, Str request_path);

#endif
