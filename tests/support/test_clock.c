#include "support/test_clock.h"

static int64_t test_now_us(void *context)
{
    const TestClock *clock = context;
    return clock->now_us;
}

static uint64_t test_monotonic_ns(void *context)
{
    const TestClock *clock = context;
    return clock->monotonic_ns;
}

static void test_sleep_us(void *context, uint64_t duration_us)
{
    test_clock_advance(context, duration_us);
}

void test_clock_init(TestClock *clock, int64_t now_us)
{
    static const ClockTable TABLE = {test_now_us, test_monotonic_ns, test_sleep_us};
    *clock = (TestClock){.clock = {&TABLE, clock}, .now_us = now_us};
}

void test_clock_advance(TestClock *clock, uint64_t duration_us)
{
    clock->now_us += (int64_t)duration_us;
    clock->monotonic_ns += duration_us * 1000U;
}
