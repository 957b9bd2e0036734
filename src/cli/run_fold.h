/// The instances of one step as one line of the live view: how many run, how many are done.
#ifndef PAWL_CLI_RUN_FOLD_H
#define PAWL_CLI_RUN_FOLD_H

#include "cli/run_view.h"

enum { RUN_FOLD_MIN = 4 }; ///< fewer instances keep lines of their own

/// The view's steps with instances of one step ("train[0]", "train[1]", ...) in one ("train[]"), at the first one's place. `*out` is the caller's to
/// free, its names are in the arena; NULL when there is nothing to fold.
MUST_CHECK bool run_fold(const RunView *view, Arena *arena, RunViewStep **out, size_t *out_count, Error *err);

#endif
