#include "sys/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t interrupt_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

bool interrupt_init(Interrupt *interrupt, Error *err)
{
    sigset_t signals = interrupt_signals();
    int handle = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (handle < 0) {
        return error_set(err, ERROR_ENVIRONMENT, "cannot wait for signals: %s", strerrordesc_np(errno));
    }
    CHECK(pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0);
    *interrupt = (Interrupt){.open = true, .handle = handle};
    return true;
}

void interrupt_deinit(Interrupt *interrupt)
{
    if (!interrupt->open) return;

    // What waits was meant for whoever looked here; unblocked, it would end the process now.
    (void)interrupt_raised(interrupt);
    (void)close(interrupt->handle);
    sigset_t signals = interrupt_signals();
    CHECK(pthread_sigmask(SIG_UNBLOCK, &signals, NULL) == 0);
    interrupt->open = false;
}

bool interrupt_raised(Interrupt *interrupt)
{
    if (interrupt == NULL || !interrupt->open) return false;

    struct signalfd_siginfo info;
    while (read(interrupt->handle, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        interrupt->signal = (int)info.ssi_signo;
        interrupt->count++;
    }
    return interrupt->count > 0;
}
