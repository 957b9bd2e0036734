/// `sources:` where rows come from and the roles of their columns; above all that `known` is never assumed.
#include "config_fixture.h"

#define S(body) PIPELINE "sources:\n  s: {" body "}\n"
#define ROLES "time: t, known: t"

static void files_are_one_or_a_list(void **state)
{
    UNUSED(state);
    CONFIG_OF(one, S("files: a.csv, " ROLES), CONFIG_ALL);
    CONFIG_OF(two, S("files: [a.csv, 'b/*.parquet'], " ROLES), CONFIG_ALL);
    assert_int_equal(one.sources[0].query.file_count, 1);
    ASSERT_STR(one.sources[0].query.files[0], "a.csv");
    assert_true(one.sources[0].has_files);
    assert_int_equal(two.sources[0].query.file_count, 2);
    ASSERT_STR(two.sources[0].query.files[1], "b/*.parquet");
}

static void sql_says_which_files_it_reads_or_not(void **state)
{
    UNUSED(state);
    CONFIG_OF(unknown, S("sql: SELECT 1, " ROLES), CONFIG_ALL);
    CONFIG_OF(none, S("sql: SELECT 1, files: [], " ROLES), CONFIG_ALL);
    CONFIG_OF(one, S("sql: SELECT 1, files: a.csv, " ROLES), CONFIG_ALL);
    assert_false(unknown.sources[0].has_files);
    assert_true(none.sources[0].has_files && none.sources[0].query.file_count == 0);
    assert_true(one.sources[0].has_files && one.sources[0].query.file_count == 1);
    ASSERT_STR(one.sources[0].query.sql, "SELECT 1");
}

static void a_step_may_make_the_table(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, S("step: clean.table, " ROLES), CONFIG_ALL);
    ASSERT_STR(config.sources[0].step, "clean");
    ASSERT_STR(config.sources[0].output, "table");
    const char *expected = "'step' names a step and one of its outputs, as in 'clean.table'";
    expect_error_at(S("step: clean, " ROLES), CONFIG_ALL, 3, 13, expected);
    expect_error_at(S("step: clean., " ROLES), CONFIG_ALL, 3, 13, expected);
    expect_error_at(S("step: .table, " ROLES), CONFIG_ALL, 3, 13, expected);
}

static void a_source_has_one_origin(void **state)
{
    UNUSED(state);
    const char *expected =
        "a source reads either 'files', or 'sql' (with the 'files' that it reads), or the output of a 'step'";
    expect_error_at(S(ROLES), CONFIG_ALL, 3, 6, expected);
    expect_error_at(S("files: a, step: b.c, " ROLES), CONFIG_ALL, 3, 6, expected);
    expect_error_at(S("sql: SELECT 1, step: b.c, " ROLES), CONFIG_ALL, 3, 6, expected);
    expect_error_at(S("files: [], " ROLES), CONFIG_ALL, 3, 14, "'files' names no file");
    expect_error_at(S("sql: '', files: a, " ROLES), CONFIG_ALL, 3, 12, "'sql' is empty");
}

static void known_is_never_assumed(void **state)
{
    UNUSED(state);
    expect_config_error(
        PIPELINE "sources:\n  s: {files: a.csv, time: t}\n", CONFIG_ALL,
        "p.yaml:3:6: 'known' is missing: name the column with the moment at which a row could first be read, or state "
        "'known: time' if that is the event time itself; it is never assumed, because a wrong one lets features see "
        "the future\n    s: {files: a.csv, time: t}\n       ^");
    expect_error_at(S("files: a, time: t, known: {x: u}"), CONFIG_ALL, 3, 33,
                    "'known' has no 'row': say when the row itself could first be read (a column, or 'time')");
    expect_error_at(S("files: a, known: t"), CONFIG_ALL, 3, 6, "'time' is missing");
}

static void known_is_a_column_or_stated_to_be_time(void **state)
{
    UNUSED(state);
    CONFIG_OF(column, S("files: a, time: t, known: seen"), CONFIG_ALL);
    CONFIG_OF(stated, S("files: a, time: t, known: time"), CONFIG_ALL);
    ASSERT_STR(column.sources[0].definition.known, "seen");
    ASSERT_STR(stated.sources[0].definition.known, "t");
}

static void columns_may_be_known_later_than_their_row(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, S("files: a, time: t, known: {x: u, row: time, y: v}"), CONFIG_ALL);
    const SourceDefinition *definition = &config.sources[0].definition;
    ASSERT_STR(definition->known, "t");
    assert_int_equal(definition->column_known_count, 2);
    ASSERT_STR(definition->columns_known[0].column, "x");
    ASSERT_STR(definition->columns_known[0].known, "u");
    ASSERT_STR(definition->columns_known[1].column, "y");
}

static void the_reader_is_told_which_columns_hold_times(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, S("files: a, time: t, known: {row: seen, x: u}"), CONFIG_ALL);
    assert_int_equal(config.sources[0].query.time_count, 3);
    ASSERT_STR(config.sources[0].query.times[0], "t");
    ASSERT_STR(config.sources[0].query.times[1], "seen");
    ASSERT_STR(config.sources[0].query.times[2], "u");
}

static void roles_of_columns_are_read(void **state)
{
    UNUSED(state);
    CONFIG_OF(config,
              S("files: a, " ROLES ", key: [id, part], deleted: state = 'gone', timezone: Europe/Berlin, "
                "types: {id: int32, fare: \"decimal(10,2)\"}"),
              CONFIG_ALL);
    const ConfigSource *source = &config.sources[0];
    assert_int_equal(source->definition.key_count, 2);
    ASSERT_STR(source->definition.key[1], "part");
    ASSERT_STR(source->definition.deleted.text, "state = 'gone'");
    assert_int_equal(source->definition.deleted.position.line, 3);
    ASSERT_STR(source->definition.timezone, "Europe/Berlin");
    assert_int_equal(source->query.types.count, 2);
    assert_int_equal(source->query.types.fields[1].type.scale, 2);
    CONFIG_OF(single, S("files: a, " ROLES ", key: id"), CONFIG_ALL);
    assert_int_equal(single.sources[0].definition.key_count, 1);
}

static void mistakes_in_a_source_are_named(void **state)
{
    UNUSED(state);
    expect_error_at(S("files: a, " ROLES ", types: {id: int}"), CONFIG_ALL, 3, 48,
                    "unknown type 'int'; did you mean 'int8'?");
    expect_error_at(S("file: a, " ROLES), CONFIG_ALL, 3, 7, "unknown key 'file'; did you mean 'files'?");
    expect_error_at(PIPELINE "sources: {}\n", CONFIG_ALL, 2, 10,
                    "'sources' is empty: a pipeline reads at least one source");
    expect_error_at(PIPELINE "sources: [a]\n", CONFIG_ALL, 2, 10, "expected a map, found a list");
    expect_error_at(PIPELINE "sources: {s: a.csv}\n", CONFIG_ALL, 2, 14, "expected a map, found a text 'a.csv'");
    expect_error_at(S("files: [a, [b]], " ROLES), CONFIG_ALL, 3, 18, "expected a text, found a list");
}

static void folders_are_columns_with_stated_types(void **state)
{
    UNUSED(state);
    CONFIG_OF(
        config,
        PIPELINE
        "sources:\n  s: {files: 'a/day=*/*.parquet', hive: {day: date, country: string}, time: day, known: time}\n",
        CONFIG_ALL);
    Schema hive = config.sources[0].query.hive;
    assert_int_equal(hive.count, 2);
    ASSERT_STR(hive.fields[0].name, "day");
    assert_int_equal(hive.fields[0].type.id, TYPE_DATE);
    assert_int_equal(hive.fields[1].type.id, TYPE_STRING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_columns_with_stated_types),
        cmocka_unit_test(files_are_one_or_a_list),
        cmocka_unit_test(sql_says_which_files_it_reads_or_not),
        cmocka_unit_test(a_step_may_make_the_table),
        cmocka_unit_test(a_source_has_one_origin),
        cmocka_unit_test(known_is_never_assumed),
        cmocka_unit_test(known_is_a_column_or_stated_to_be_time),
        cmocka_unit_test(columns_may_be_known_later_than_their_row),
        cmocka_unit_test(the_reader_is_told_which_columns_hold_times),
        cmocka_unit_test(roles_of_columns_are_read),
        cmocka_unit_test(mistakes_in_a_source_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
