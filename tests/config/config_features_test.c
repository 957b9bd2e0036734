/// `features:` views, their entities, inputs and columns.
#include "config_fixture.h"

#define VIEW(body) PIPELINE SOURCE "features:\n  v: {" body "}\n"

static void an_entity_is_a_column_a_list_or_named_expressions(void **state)
{
    UNUSED(state);
    CONFIG_OF(column, VIEW("from: s, by: id, columns: {n: count()}"), CONFIG_ALL);
    CONFIG_OF(list, VIEW("from: s, by: [id, lower(zone)], columns: {n: count()}"), CONFIG_ALL);
    CONFIG_OF(named, VIEW("from: s, by: {row: floor(lat)}, columns: {n: count()}"), CONFIG_ALL);
    assert_int_equal(column.views[0].by_count, 1);
    ASSERT_STR(column.views[0].by[0].name, "id");
    ASSERT_STR(column.views[0].by[0].expression.text, "id");
    assert_int_equal(list.views[0].by_count, 2);
    ASSERT_STR(list.views[0].by[1].name, "lower(zone)");
    ASSERT_STR(named.views[0].by[0].name, "row");
    ASSERT_STR(named.views[0].by[0].expression.text, "floor(lat)");
    ASSERT_STR(named.views[0].from, "s");
}

static void entity_may_be_linked_to_a_feature(void **state)
{
    UNUSED(state);
    CONFIG_OF(turned, VIEW("from: s, by: {zone: driver.zone}, columns: {n: count()}"), CONFIG_ALL);
    CONFIG_OF(both, VIEW("from: s, by: {z: {rows: lower(zone), request: driver.zone}}, columns: {n: count()}"),
              CONFIG_ALL);
    ASSERT_STR(turned.views[0].by[0].name, "zone");
    ASSERT_STR(turned.views[0].by[0].expression.text, "driver.zone");
    assert_int_equal(turned.views[0].by_request[0].text.size, 0);
    ASSERT_STR(both.views[0].by[0].expression.text, "lower(zone)");
    ASSERT_STR(both.views[0].by_request[0].text, "driver.zone");
    expect_error_at(VIEW("from: s, by: {z: {rows: zone}}, columns: {n: count()}"), CONFIG_ALL, 5, 24,
                    "'request' is missing");
}

static void rows_may_be_those_of_several_sources(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, VIEW("from: [s, b, c], by: id, columns: {n: count()}"), CONFIG_ALL);
    ASSERT_STR(config.views[0].from, "s");
    assert_int_equal(config.views[0].with_count, 2);
    ASSERT_STR(config.views[0].with[1], "c");
    expect_error_at(VIEW("from: [], by: id, columns: {n: count()}"), CONFIG_ALL, 5, 13,
                    "'from' needs a source, or a list of sources");
}

static void columns_may_be_taken_as_they_are(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    Definition definition = {0};
    Error err = {0};
    CONFIG_OF(list, VIEW("from: s, by: id, ttl: 1d, columns: [a, b]"), CONFIG_ALL);
    CONFIG_OF(all, VIEW("from: s, by: id, columns: all"), CONFIG_ALL);
    assert_int_equal(list.views[0].column_count, 2);
    ASSERT_STR(list.views[0].columns[1].name, "b");
    ASSERT_STR(list.views[0].columns[1].expression.text, "latest(b)");

    const Field fields[] = {{STR_INIT("id"), TYPE_OF(TYPE_INT64)},
                            {STR_INIT("t"), TYPE_INSTANT},
                            {STR_INIT("score"), TYPE_OF(TYPE_FLOAT64)}};
    all.sources[0].definition.schema = (Schema){fields, COUNT_OF(fields)};
    ASSERT_OK(config_definition(&all, &arena, &definition, &err), err);
    assert_int_equal(definition.views[0].column_count, 1);
    ASSERT_STR(definition.views[0].columns[0].name, "score");
    ASSERT_STR(definition.views[0].columns[0].expression.text, "latest(score)");
    expect_error_at(VIEW("from: s, by: id, columns: some"), CONFIG_ALL, 5, 33,
                    "'columns' is name: expression, a list of the source's columns, or 'all'");
    expect_error_at(VIEW("columns: [a]"), CONFIG_ALL, 5, 16,
                    "a view without 'from' has no rows to take columns of; write name: expression");
}

static void inputs_have_types(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, VIEW("inputs: {a: int64, b: 'decimal(10,2)'}, columns: {x: a}"), CONFIG_ALL);
    const ViewDefinition *view = &config.views[0];
    assert_int_equal(view->input_count, 2);
    ASSERT_STR(view->inputs[0].name, "a");
    assert_int_equal(view->inputs[0].type.id, TYPE_INT64);
    assert_int_equal(view->inputs[1].type.precision, 10);
    assert_int_equal(view->inputs[0].position.line, 5);
    assert_int_equal(view->inputs[0].position.column, 16);
    assert_int_equal(view->from.size, 0);
}

static void a_view_may_forget_and_may_include_its_moment(void **state)
{
    UNUSED(state);
    CONFIG_OF(plain, VIEW("columns: {x: at}"), CONFIG_ALL);
    CONFIG_OF(both, VIEW("from: s, by: id, ttl: 7d, inclusive: true, columns: {x: count()}"), CONFIG_ALL);
    assert_true(plain.views[0].ttl_us == 0 && !plain.views[0].inclusive);
    assert_true(both.views[0].ttl_us == INT64_C(604800000000) && both.views[0].inclusive);
}

static void columns_keep_their_order_and_text(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, VIEW("from: s, by: id, columns: {z: count() over 1h, a: 1}"), CONFIG_ALL);
    assert_int_equal(config.views[0].column_count, 2);
    ASSERT_STR(config.views[0].columns[0].name, "z");
    ASSERT_STR(config.views[0].columns[0].expression.text, "count() over 1h");
    ASSERT_STR(config.views[0].columns[1].expression.text, "1");
    assert_int_equal(config.views[0].columns[0].expression.position.column, 37);
}

static void source_and_entity_go_together(void **state)
{
    UNUSED(state);
    expect_error_at(VIEW("from: s, columns: {n: count()}"), CONFIG_ALL, 5, 6,
                    "'by' is missing: the columns or expressions whose values name the entity");
    expect_error_at(VIEW("from: s, by: [], columns: {n: count()}"), CONFIG_ALL, 5, 6,
                    "'by' is missing: the columns or expressions whose values name the entity");
    expect_config_error(VIEW("by: id, columns: {n: 1}"), CONFIG_ALL,
                        "p.yaml:5:11: 'by' needs a 'from': without a source the view is computed from the request's "
                        "inputs\n    v: {by: id, columns: {n: 1}}\n            ^");
}

static void mistakes_in_a_view_are_named(void **state)
{
    UNUSED(state);
    expect_error_at(VIEW("from: s, by: id"), CONFIG_ALL, 5, 6, "'columns' is missing");
    expect_error_at(VIEW("form: s, by: id, columns: {n: 1}"), CONFIG_ALL, 5, 7,
                    "unknown key 'form'; did you mean 'from'?");
    expect_error_at(VIEW("inputs: {a: int46}, columns: {x: a}"), CONFIG_ALL, 5, 19,
                    "unknown type 'int46'; did you mean 'int16'?");
    expect_error_at(VIEW("columns: {a.b: 1}"), CONFIG_ALL, 5, 17,
                    "'a.b' cannot name a column: a name has letters, digits and _, does not start with a digit, and at "
                    "most 128 bytes");
    expect_error_at(VIEW("columns: {a: [1]}"), CONFIG_ALL, 5, 20, "expected a text, found a list");
    expect_error_at(VIEW("columns: {a: 1}, ttl: 0d"), CONFIG_ALL, 5, 29,
                    "bad duration '0d': it must be longer than zero");
    expect_error_at(VIEW("columns: {a: 1}, inclusive: 1"), CONFIG_ALL, 5, 35,
                    "expected true or false, found an integer '1'");
    expect_error_at(PIPELINE SOURCE "features: [v]\n", CONFIG_ALL, 4, 11, "expected a map, found a list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entity_is_a_column_a_list_or_named_expressions),
        cmocka_unit_test(entity_may_be_linked_to_a_feature),
        cmocka_unit_test(rows_may_be_those_of_several_sources),
        cmocka_unit_test(columns_may_be_taken_as_they_are),
        cmocka_unit_test(inputs_have_types),
        cmocka_unit_test(a_view_may_forget_and_may_include_its_moment),
        cmocka_unit_test(columns_keep_their_order_and_text),
        cmocka_unit_test(source_and_entity_go_together),
        cmocka_unit_test(mistakes_in_a_view_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
