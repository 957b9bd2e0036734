#include "report/report_snapshot.h"

#include "report/report_snapshot_internal.h"
#include "text/duration.h"
#include "text/quantity.h"
#include "text/table.h"
#include "text/timestamp.h"
#include "text/utf8.h"

enum { DIGEST_CHARS_SHOWN = 16, CONFLICT_WIDTH_MAX = 40 };

static QuantityText count_text(uint64_t count)
{
    return count_format((int64_t)count);
}

static bool digest_cell(Table *table, const Digest *digest, Error *err)
{
    return table_cell_format(table, err, "%.*s", DIGEST_CHARS_SHOWN, digest_hex(digest).text);
}

static bool sources_write(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("source"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("rows"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("files"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("digest"), TABLE_LEFT, err));
    for (size_t i = 0; i < manifest->source_count; i++) {
        const SnapshotSource *source = &manifest->sources[i];
        TRY(table_cell(&table, source->name, err));
        TRY(table_cell(&table, str_from(count_text(source->row_count).text), err));
        TRY(table_cell(&table, str_from(count_text(source->file_count).text), err));
        TRY(digest_cell(&table, &source->logical, err));
    }
    return table_write(&table, REPORT_WIDTH_MAX, out, err);
}

static bool conflicts_write(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    for (size_t i = 0; i < manifest->source_count; i++) {
        const SnapshotSource *source = &manifest->sources[i];
        if (source->conflict_count == 0) continue;
        Str row = utf8_cut(source->conflict, CONFLICT_WIDTH_MAX);
        TRY(bytes_append_format(out, err,
                                "%.*s: %s of its versions contradict%s another of equal known, such as %.*s\n",
                                STR_ARG(source->name), count_text(source->conflict_count).text,
                                source->conflict_count == 1 ? "s" : "", STR_ARG(row)));
    }
    return true;
}

static double share_of(uint64_t count, uint64_t total)
{
    return total == 0 ? 0 : 100.0 * (double)count / (double)total;
}

static bool split_row(Table *table, const SplitReport *report, Split split, uint64_t total, const char *from,
                      const char *before, Error *err)
{
    uint64_t count = report->counts[split];
    TRY(table_cell(table, str_from(split == SPLIT_NONE ? "excluded" : split_name(split)), err));
    TRY(table_cell(table, str_from(count_text(count).text), err));
    TRY(table_cell_format(table, err, "%.1f%%", share_of(count, total)));
    TRY(table_cell(table, str_from(from), err));
    return table_cell(table, str_from(before), err);
}

static bool splits_table_write(const SplitReport *report, uint64_t total, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TimestampText t1 = timestamp_format(report->t1_us);
    TimestampText t2 = timestamp_format(report->t2_us);
    TRY(table_column(&table, STR("split"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("rows"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("share"), TABLE_RIGHT, err));
    TRY(table_column(&table, STR("at from"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("at before"), TABLE_LEFT, err));
    TRY(split_row(&table, report, SPLIT_TRAIN, total, "", t1.text, err));
    TRY(split_row(&table, report, SPLIT_VALIDATION, total, t1.text, t2.text, err));
    TRY(split_row(&table, report, SPLIT_TEST, total, t2.text, "", err));
    TRY(split_row(&table, report, SPLIT_NONE, total, "", "", err));
    return table_write(&table, REPORT_WIDTH_MAX, out, err);
}

static bool excluded_line(uint64_t count, const char *why, Bytes *out, Error *err)
{
    if (count == 0) return true;
    return bytes_append_format(out, err, "  %s %s\n", count_text(count).text, why);
}

static bool excluded_write(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    const SplitReport *report = &manifest->report;
    if (report->counts[SPLIT_NONE] == 0) return true;
    TRY(bytes_append_str(out, STR("\nexcluded because the label\n"), err));
    TRY(excluded_line(report->label_unknown, "was not known as of this dataset", out, err));
    TRY(excluded_line(report->label_null, "is null", out, err));
    return excluded_line(report->label_late, "became known too late for its split", out, err);
}

static bool splits_write(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    uint64_t total = 0;
    for (Split split = SPLIT_TRAIN; split < SPLIT_COUNT; split++) total += manifest->report.counts[split];
    TRY(splits_table_write(&manifest->report, total, out, err));
    return excluded_write(manifest, out, err);
}

static bool head_write(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "dataset of %.*s as of %s\n", STR_ARG(manifest->pipeline),
                            timestamp_format(manifest->as_of_us).text));
    TRY(bytes_append_format(out, err, "content %.*s, plan %.*s", DIGEST_CHARS_SHOWN,
                            digest_hex(&manifest->logical).text, DIGEST_CHARS_SHOWN, digest_hex(&manifest->plan).text));
    if (manifest->split.gap_us > 0)
        TRY(bytes_append_format(out, err, ", gap %s", duration_format_short(manifest->split.gap_us).text));
    return bytes_append_str(out, STR("\n\n"), err);
}

bool report_snapshot(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    TRY(head_write(manifest, out, err));
    TRY(sources_write(manifest, out, err));
    TRY(conflicts_write(manifest, out, err));
    TRY(bytes_append_byte(out, '\n', err));
    TRY(splits_write(manifest, out, err));
    TRY(bytes_append_byte(out, '\n', err));
    TRY(report_columns(manifest, out, err));
    return report_top_values(manifest, out, err);
}
