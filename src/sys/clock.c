#include "sys/clock.h"

#include <errno.h>
#include <time.h>

static uint64_t clock_read_ns(clockid_t clock)
{
    struct timespec now = {0};
    CHECK(clock_gettime(clock, &now) == 0);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static int64_t system_now_us(void *context)
{
    UNUSED(context);
    return (int64_t)(clock_read_ns(CLOCK_REALTIME) / 1000U);
}

static uint64_t system_monotonic_ns(void *context)
{
    UNUSED(context);
    return clock_read_ns(CLOCK_MONOTONIC);
}

static void system_sleep_us(void *context, uint64_t duration_us)
{
    UNUSED(context);
    struct timespec left = {.tv_sec = (time_t)(duration_us / 1000000U),
                            .tv_nsec = (long)(duration_us % 1000000U) * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
    }
}

const Clock *clock_system(void)
{
    static const ClockTable TABLE = {system_now_us, system_monotonic_ns, system_sleep_us};
    static const Clock CLOCK = {&TABLE, NULL};
    return &CLOCK;
}

int64_t clock_now_us(const Clock *clock)
{
    return clock->table->now_us(clock->context);
}

uint64_t clock_monotonic_ns(const Clock *clock)
{
    return clock->table->monotonic_ns(clock->context);
}

void clock_sleep_us(const Clock *clock, uint64_t duration_us)
{
    clock->table->sleep_us(clock->context, duration_us);
}
