/// Checkpoints of one training in a directory: files `round-00000120` that are whole or not there.
///
/// A file: the line "pawl checkpoint 1", the training's key (32 bytes), the round and the size of what the trainer saved (u64
/// each, little-endian), that, and the SHA-256 of all before. It is written as `round-00000120.tmp`, synced, renamed, and
/// the directory is synced; so a name without `.tmp` that does not verify is damage, never a crash.
#ifndef PAWL_MODEL_CHECKPOINT_INTERNAL_H
#define PAWL_MODEL_CHECKPOINT_INTERNAL_H

#include "model/training.h"

enum { CHECKPOINTS_KEPT = 2 };

typedef struct Checkpoints {
    const Disk *disk;
    Str directory;
    Digest key; ///< of everything that the training's bits depend on: another training's checkpoints are not taken
    const TrainHooks *hooks; ///< is told what was found damaged
} Checkpoints;

/// Then keeps the newest CHECKPOINTS_KEPT.
MUST_CHECK bool checkpoint_write(const Checkpoints *checkpoints, int64_t round, Str saved, Error *err);

/// The newest that verifies, as what the trainer saved and its round; an empty `out_saved` and round 0 when there is none.
/// What does not verify, or belongs to another training, is reported and removed.
MUST_CHECK bool checkpoint_load(const Checkpoints *checkpoints, Bytes *out_saved, int64_t *out_round, Error *err);

/// Removes the checkpoint of that round, and says why.
MUST_CHECK bool checkpoint_discard(const Checkpoints *checkpoints, int64_t round, const char *why, Error *err);

#endif
