/// SIGINT and SIGTERM as a value to look at, instead of code that runs at any moment.
///
/// Made once, by main, before any thread starts: the signals are blocked in every thread and arrive here.
#ifndef PAWL_SYS_INTERRUPT_H
#define PAWL_SYS_INTERRUPT_H

#include "base/error.h"

typedef struct Interrupt {
    bool open;
    int handle; ///< signalfd: readable when a signal waits
    int signal; ///< the last one that came; 0: none
    int count;  ///< how many came
} Interrupt;

MUST_CHECK bool interrupt_init(Interrupt *interrupt, Error *err);
void interrupt_deinit(Interrupt *interrupt);

/// Takes what has arrived; true once any has come. NULL: never.
bool interrupt_raised(Interrupt *interrupt);

#endif
