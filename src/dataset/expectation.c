#include "dataset/expectation.h"

#include "base/memory.h"
#include "dataset/expectation_internal.h"
#include "text/duration.h"
#include "text/timestamp.h"

static bool expectations_measure(const Expectations *expectations, const Frame *table, ExpectationResult *results,
                                 bool *out_hold, Error *err)
{
    *out_hold = true;
    for (size_t i = 0; i < expectations->count; i++) {
        TRY(expectation_measure(&expectations->items[i], table, &results[i], err));
        if (!results[i].holds) *out_hold = false;
    }
    return true;
}

static bool expectations_refuse(Str source, const Frame *table, const ExpectationResult *results, size_t count,
                                Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(expectations_report(source, table, results, count, &text, err));
    return error_set(err, ERROR_REFUSED, "%.*s", STR_ARG(bytes_str(&text)));
}

bool expectations_check(const Expectations *expectations, Str source, const Frame *table, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    bool hold = false;
    ExpectationResult *results = arena_alloc_array(&arena, expectations->count + 1, sizeof(ExpectationResult), err);
    TRY(results != NULL);
    TRY_OR(expectations_measure(expectations, table, results, &hold, err), err, "source '%.*s'", STR_ARG(source));
    return hold || expectations_refuse(source, table, results, expectations->count, err);
}

/// now - time, without overflow.
static int64_t age_of(int64_t now_us, int64_t time_us)
{
    int64_t age = 0;
    if (!__builtin_sub_overflow(now_us, time_us, &age)) return age;
    return now_us > time_us ? INT64_MAX : INT64_MIN;
}

bool expectations_check_fresh(const Expectations *expectations, Str source, int64_t time_max_us, int64_t now_us,
                              Error *err)
{
    int64_t age = age_of(now_us, time_max_us);
    for (size_t i = 0; i < expectations->count; i++) {
        const Expectation *item = &expectations->items[i];
        if (item->kind != EXPECT_FRESH || age <= item->age_us) continue;
        return error_set(
            err, ERROR_REFUSED,
            "source '%.*s' is not fresh: its newest row is of %s, %s before this run; at most %s are allowed",
            STR_ARG(source), timestamp_format(time_max_us).text, duration_format_short(age).text,
            duration_format_short(item->age_us).text);
    }
    return true;
}
