/// The live view's lines on a terminal: drawn over the last ones in one write, never wider or higher than the terminal.
#ifndef PAWL_CLI_RUN_SCREEN_H
#define PAWL_CLI_RUN_SCREEN_H

#include "cli/run_view.h"

/// Appends what redraws the screen of `width` x `height`, whose last `view->drawn` lines are the view's. With more steps than lines: those that
/// run, those that went wrong, the last that ended and the next that wait, in the flow's order, and a line that counts the rest.
MUST_CHECK bool run_screen_write(RunView *view, size_t width, size_t height, Bytes *out, Error *err);

#endif
