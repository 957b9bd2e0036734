/// `pawl dataset show`: tests/golden/report_snapshot.txt holds what it prints of a small dataset;
/// `report_report_snapshot_test --update` writes what it prints now.
#include "report/report_snapshot.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/report_snapshot_internal.h"
#include "support/snapshot_case.h"
#include "support/test.h"
#include "text/utf8.h"

static void report_write(Bytes *out)
{
    Error err = {0};
    AUTO(snapshot_case_deinit) SnapshotCase test = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    snapshot_case_init(&test);
    ASSERT_OK(snapshot_case_build(&test, 1, &snapshot, &err), err);
    ASSERT_OK(report_snapshot(&snapshot.manifest, out, &err), err);
}

static FILE *golden_open(const char *mode)
{
    char path[4096];
    const char *root = getenv("PAWL_ROOT");
    snprintf(path, sizeof(path), "%s/tests/golden/report_snapshot.txt", root == NULL ? "." : root);
    return fopen(path, mode);
}

static void a_report_reads_as_its_golden_text(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes actual = {0};
    char expected[1 << 16] = "";
    FILE *file = golden_open("rb");
    assert_non_null(file);
    size_t size = fread(expected, 1, sizeof(expected) - 1, file);
    fclose(file);
    expected[size] = 0;
    report_write(&actual);
    ASSERT_OK(bytes_append_byte(&actual, 0, &err), err);
    assert_string_equal((const char *)actual.data, expected);
}

static void no_line_is_wider_than_the_limit(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes text = {0};
    Str line = {0};
    report_write(&text);
    Str rest = bytes_str(&text);
    while (str_split(&rest, '\n', &line)) assert_true(utf8_width(line) <= REPORT_WIDTH_MAX);
}

static Profile profile_between(double minimum, double maximum, uint64_t each)
{
    Profile profile = {.has_numbers = true, .minimum = minimum, .maximum = maximum, .distinct_count = 1000};
    for (size_t i = 0; i <= PROFILE_BINS; i++)
        profile.edges[i] = minimum + (maximum - minimum) * (double)i / PROFILE_BINS;
    for (size_t i = 0; i < PROFILE_BINS; i++) profile.bins[i] = each;
    return profile;
}

static double total_of(const double *bins)
{
    double total = 0;
    for (size_t i = 0; i < REPORT_BINS; i++) total += bins[i];
    return total;
}

static void a_histogram_on_its_own_scale_joins_bins_in_pairs(void **state)
{
    UNUSED(state);
    double bins[REPORT_BINS];
    Profile profile = profile_between(0, 20, 3);
    report_rebin(&profile, &profile, bins);
    for (size_t i = 0; i < REPORT_BINS; i++) assert_true(bins[i] > 5.99 && bins[i] < 6.01);
}

static void what_lies_outside_the_scale_is_at_its_ends(void **state)
{
    UNUSED(state);
    double bins[REPORT_BINS];
    Profile test = profile_between(40, 60, 5);
    Profile train = profile_between(0, 20, 1);
    report_rebin(&test, &train, bins);
    assert_true(bins[REPORT_BINS - 1] == 100);
    report_rebin(&train, &test, bins);
    assert_true(bins[0] == 20);
}

static void no_count_is_lost_between_scales(void **state)
{
    UNUSED(state);
    double bins[REPORT_BINS];
    Profile test = profile_between(-7, 31, 5);
    Profile train = profile_between(0, 20, 1);
    report_rebin(&test, &train, bins);
    assert_true(total_of(bins) > 99.99 && total_of(bins) < 100.01);
    Profile constant = profile_between(3, 3, 5);
    report_rebin(&constant, &train, bins);
    assert_true(total_of(bins) == 100 && bins[1] == 100);
    report_rebin(&train, &constant, bins);
    assert_true(total_of(bins) == 20);
}

static void a_few_values_are_counted_where_they_are(void **state)
{
    UNUSED(state);
    double bins[REPORT_BINS];
    Profile train = profile_between(0, 6, 5);
    Profile test = {.has_numbers = true, .minimum = 1, .maximum = 6, .distinct_count = 2, .top_count = 2};
    test.top[0] = (TopValue){STR("1"), 70};
    test.top[1] = (TopValue){STR("6"), 30};
    report_rebin(&test, &train, bins);
    assert_true(bins[1] == 70 && bins[REPORT_BINS - 1] == 30);
    assert_true(total_of(bins) == 100);
}

static bool report_work(void *context, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    return report_snapshot(context, &text, err);
}

static void a_report_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(snapshot_case_deinit) SnapshotCase test = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    snapshot_case_init(&test);
    ASSERT_OK(snapshot_case_build(&test, 1, &snapshot, &err), err);
    for_each_allocation_failure(report_work, &snapshot.manifest);
}

static int golden_update(void)
{
    AUTO(bytes_deinit) Bytes text = {0};
    FILE *file = golden_open("wb");
    if (file == NULL) return 1;
    report_write(&text);
    fwrite(text.data, 1, text.size, file);
    return fclose(file);
}

int main(int argument_count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_reads_as_its_golden_text),
        cmocka_unit_test(no_line_is_wider_than_the_limit),
        cmocka_unit_test(a_histogram_on_its_own_scale_joins_bins_in_pairs),
        cmocka_unit_test(what_lies_outside_the_scale_is_at_its_ends),
        cmocka_unit_test(no_count_is_lost_between_scales),
        cmocka_unit_test(a_few_values_are_counted_where_they_are),
        cmocka_unit_test(a_report_survives_every_failing_allocation),
    };
    if (argument_count > 1 && strcmp(arguments[1], "--update") == 0) return golden_update();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
