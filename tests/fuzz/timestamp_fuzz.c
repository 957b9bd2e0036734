/// Any bytes are a timestamp that is written and read back, or an error; rounding up is at most one more.
#include "text/timestamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_zone(Str text, const char *name)
{
    Error err = {0};
    const Zone *zone = NULL;
    int64_t us = 0;
    CHECK(zone_find(str_from(name), &zone, &err));
    if (!timestamp_parse(text, zone, TIMESTAMP_DOWN, &us, NULL)) return;
    int64_t local_us = zone_local_us(zone, us);
    if (local_us == INT64_MIN || local_us == INT64_MAX) return;
    CHECK(zone_utc_us(zone, local_us) <= us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    Str text = {(const char *)data, size};
    int64_t down = 0;
    int64_t up = 0;
    int64_t back = 0;
    int32_t days = 0;
    if (date_parse(text, &days, &err)) CHECK(date_parse(str_from(date_format(days).text), &days, &err));
    check_zone(text, "America/New_York");
    check_zone(text, "Australia/Lord_Howe");
    if (!timestamp_parse(text, NULL, TIMESTAMP_DOWN, &down, &err)) return 0;
    CHECK(timestamp_parse(str_from(timestamp_format(down).text), NULL, TIMESTAMP_DOWN, &back, &err) && back == down);
    if (timestamp_parse(text, NULL, TIMESTAMP_UP, &up, &err)) CHECK(up == down || up == down + 1);
    return 0;
}
