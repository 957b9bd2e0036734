/// A clock that a test sets: it moves only when told to, or when somebody sleeps.
#ifndef PAWL_SUPPORT_TEST_CLOCK_H
#define PAWL_SUPPORT_TEST_CLOCK_H

#include "sys/clock.h"

typedef struct TestClock {
    Clock clock; ///< to hand to what is under test; the TestClock must stay where it is
    int64_t now_us;
    uint64_t monotonic_ns;
} TestClock;

/// Starts at `now_us`.
void test_clock_init(TestClock *clock, int64_t now_us);

void test_clock_advance(TestClock *clock, uint64_t duration_us);

#endif
