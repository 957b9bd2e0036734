#include "support/snapshot_case.h"

#include <stdio.h>

#include "support/frame_text.h"
#include "support/plan_text.h"
#include "support/test.h"

enum { CASE_TRIPS = 40 };

static const char PLAN[] =
    "sources:\n"
    "  trips:\n"
    "    columns: {id: string, vendor: int64, zone: string, picked: timestamp_us, seen: timestamp_us, "
    "ended: timestamp_us, seconds: int64}\n"
    "    time: picked\n"
    "    known: seen\n"
    "    columns_known: {ended: ended, seconds: ended}\n"
    "    key: [id]\n"
    "views:\n"
    "  trip: {inputs: {zone: string}, columns: {hour: \"hour(at, 'UTC')\", north: zone == 'north'}}\n"
    "  vendor: {from: trips, by: [vendor], columns: {n: count() over 7d, mean: mean(seconds) over 7d, "
    "last: last(zone) over 30d}}\n"
    "dataset: {from: trips, at: picked, label: ln(1 + seconds)}\n";

static void trip_write(size_t i, Bytes *out)
{
    Error err = {0};
    char day[16];
    (void)snprintf(day, sizeof(day), "2016-%02zu-%02zu", i / 28 + 1, i % 28 + 1);
    ASSERT_OK(bytes_append_format(out, &err, "t%02zu|%zu|%s|%s 10:%02zu:00|%s 10:%02zu:00|%s 11:%02zu:00|%zu\n", i,
                                  i % 2, i % 3 == 0 ? "north" : "south", day, i, day, i, day, i, 3600 + 7 * i),
              err);
}

static void table_write(Bytes *out)
{
    Error err = {0};
    ASSERT_OK(
        bytes_append_str(out,
                         STR("id string, vendor int64, zone string, picked timestamp_us, seen timestamp_us, ended "
                             "timestamp_us, seconds int64\n"),
                         &err),
        err);
    for (size_t i = 0; i < CASE_TRIPS; i++) trip_write(i, out);
    ASSERT_OK(bytes_append_str(out,
                               STR("t03|1|north|2016-01-04 10:03:00|2016-01-08 00:00:00|2016-01-04 12:00:00|7020\n"
                                   "t20|0|north|2016-01-21 10:20:00|2016-01-21 10:20:00|2016-01-21 11:20:00|9999\n"
                                   "t40|0|north|2016-02-14 10:00:00|2016-02-14 10:00:00|null|null\n"),
                               &err),
              err);
    ASSERT_OK(bytes_append_byte(out, 0, &err), err);
}

void snapshot_case_init(SnapshotCase *out)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    *out = (SnapshotCase){0};
    plan_text_compile(PLAN, &out->plan);
    table_write(&text);
    frame_text_read((const char *)text.data, &out->table);
    out->file = (SourceFile){.path = STR("trips.csv"), .size = 4096};
    out->source.name = STR("trips");
    out->source.row_count = out->table.row_count;
    out->source.files = &out->file;
    out->source.file_count = 1;
    ASSERT_OK(frame_digest(&out->table, &out->source.logical, &err), err);
}

void snapshot_case_deinit(SnapshotCase *test)
{
    plan_deinit(&test->plan);
    frame_deinit(&test->table);
}

bool snapshot_case_build(SnapshotCase *test, uint32_t threads, Snapshot *out, Error *err)
{
    const SplitOptions split = {.train = 0.7, .validation = 0.15, .test = 0.15};
    const EngineOptions options = {.threads = threads};
    return snapshot_build(STR("trips"), &test->plan, &test->table, &test->source, &split, test_instant("2016-03-01"),
                          &options, out, err);
}
