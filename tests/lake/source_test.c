#include "lake/source_internal.h"
#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_lake.h"

static void formats_follow_the_ending(void **state)
{
    UNUSED(state);
    Error err = {0};
    static const struct {
        const char *path;
        SourceFormat format;
    } cases[] = {
        {"a.parquet", SOURCE_PARQUET},      {"x/a.csv", SOURCE_CSV}, {"a.csv.gz", SOURCE_CSV},
        {"a.tsv.zst", SOURCE_TSV},          {"a.json", SOURCE_JSON}, {"a.jsonl", SOURCE_JSON_LINES},
        {"a.ndjson.gz", SOURCE_JSON_LINES},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        SourceFormat format = SOURCE_PARQUET;
        ASSERT_OK(source_format_of(str_from(cases[i].path), &format, &err), err);
        assert_int_equal(format, cases[i].format);
    }
    SourceFormat format = SOURCE_PARQUET;
    ASSERT_FAILS(source_format_of(STR("a.xlsx"), &format, &err), err, ERROR_CONFIG, "'a.xlsx' has no known ending");
    ASSERT_FAILS(source_format_of(STR("a.parquet.gz"), &format, &err), err, ERROR_CONFIG, "no known ending");
}

static void files_are_sorted_and_counted_once(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str *paths = NULL;
    size_t count = 0;
    const Str globs[] = {STR("b*.csv"), STR("*.csv")};
    test_write_file(state, "b1.csv", "");
    test_write_file(state, "a1.csv", "");
    const LakeQuery query = {.files = globs, .file_count = 2};
    ASSERT_OK(lake_files(&query, test_path(state, ""), &arena, &paths, &count, &err), err);
    assert_int_equal(count, 2);
    assert_true(str_ends(paths[0], STR("/a1.csv")));
    assert_true(str_ends(paths[1], STR("/b1.csv")));
}

static void a_glob_without_a_match_is_an_error(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str *paths = NULL;
    size_t count = 0;
    const Str globs[] = {STR("trips/*.parquet")};
    const LakeQuery query = {.files = globs, .file_count = 1};
    ASSERT_FAILS(lake_files(&query, test_path(state, ""), &arena, &paths, &count, &err), err, ERROR_NOT_FOUND,
                 "no file matches 'trips/*.parquet'");
}

static void one_source_has_one_format(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    SourceFiles files = {0};
    const Str globs[] = {STR("a.*")};
    const LakeQuery query = {.files = globs, .file_count = 1};
    test_write_file(state, "a.csv", "");
    test_write_file(state, "a.json", "");
    ASSERT_FAILS(source_files_find(&query, test_path(state, ""), &arena, &files, &err), err, ERROR_CONFIG,
                 "files of one source have one format: 'a.csv' and 'a.json'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_follow_the_ending),
        TEST_IN_DIRECTORY(files_are_sorted_and_counted_once),
        TEST_IN_DIRECTORY(a_glob_without_a_match_is_an_error),
        TEST_IN_DIRECTORY(one_source_has_one_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
