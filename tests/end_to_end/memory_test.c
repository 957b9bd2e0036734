/// A run keeps within the memory given, whatever the size of its sources, and makes the same dataset as one without a limit.
///
/// The release binary runs with a limit of the kernel's on its data: a source of about 400 MB in memory, and at most half of that for the
/// whole process, DuckDB's own needs included.
#include <stdio.h>

#include "support/shell.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_lake.h"

enum { DATA_KB_MAX = 280 << 10 };

static const char PIPELINE[] =
    "pipeline: big\n"
    "sources:\n"
    "  events:\n"
    "    sql: >-\n"
    "      SELECT 'c' || (i % 500) AS customer, TIMESTAMP '2024-01-01' + INTERVAL (i * 7919 % 400000) SECOND AS at,\n"
    "      i % 1000 AS amount, repeat(md5(i::VARCHAR), 24) AS note FROM range(400000) AS t(i)\n"
    "    time: at\n"
    "    known: at\n"
    "    expect: {rows: '>= 1000', note: {unique: true}}\n"
    "  orders:\n"
    "    sql: >-\n"
    "      SELECT i AS id, 'c' || (i % 500) AS customer, TIMESTAMP '2024-01-02' + INTERVAL (i * 60) SECOND AS at,\n"
    "      TIMESTAMP '2024-01-02' + INTERVAL (i * 60 + 3600) SECOND AS paid_at, i % 13 AS paid FROM range(5000) AS "
    "t(i)\n"
    "    time: at\n"
    "    known: {row: at, paid: paid_at, paid_at: paid_at}\n"
    "    key: id\n"
    "features:\n"
    "  customer:\n"
    "    from: events\n"
    "    by: customer\n"
    "    columns: {n: count() over 1d, total: sum(amount) over 2d}\n"
    "dataset:\n"
    "  from: orders\n"
    "  at: at\n"
    "  label: paid\n"
    "  features: [customer.*]\n"
    "  split: {train: 70%, validation: 15%, test: 15%}\n";

static void run(void **state, const char *store, const char *limit, const char *options, Bytes *out)
{
    Str directory = test_path(state, "");
    int code = shell_output(out, "cd '%.*s' && %s '%s' run --store '%s' --threads 2 %s", STR_ARG(directory), limit,
                            shell_pawl(), store, options);
    if (code != 0) print_error("%.*s\n", (int)out->size, (const char *)out->data);
    assert_int_equal(code, 0);
}

static Str snapshot_digest(void **state, const char *store, Bytes *out)
{
    Str directory = test_path(state, "");
    return shell_text(out, "cd '%.*s' && grep -h '\"logical\"' %s/objects/*/*/snapshot.json", STR_ARG(directory),
                      store);
}

static void a_source_larger_than_memory_makes_the_same_dataset(void **state)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes limited = {0};
    AUTO(bytes_deinit) Bytes free = {0};
    char limit[64];
    snprintf(limit, sizeof(limit), "ulimit -d %d &&", DATA_KB_MAX);
    test_write_file(state, "pawl.yaml", PIPELINE);
    run(state, "limited", limit, "--memory 64MiB", &text);
    run(state, "free", "", "", &text);
    Str digest = snapshot_digest(state, "limited", &limited);
    assert_true(digest.size > 0);
    assert_true(str_equal(digest, snapshot_digest(state, "free", &free)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_source_larger_than_memory_makes_the_same_dataset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
