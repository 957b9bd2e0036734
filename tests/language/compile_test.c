/// What definitions compile to: which groups, inputs, programs; what is shared and what stands where.
#include "frame/list.h"
#include "support/test.h"

#include "language/plan_internal.h"
#include "support/definition_text.h"

#define SOURCES                                                                                                        \
    "sources:\n"                                                                                                       \
    "  trips:\n"                                                                                                       \
    "    columns: {id: int64, pickup_at: timestamp_us, dropoff_at: timestamp_us, vendor_id: int32, zone: string,\n"    \
    "      fare: \"decimal(10,2)\", duration_s: int64, distance: float32, shared: bool}\n"                             \
    "    time: pickup_at\n"                                                                                            \
    "    known: pickup_at\n"                                                                                           \
    "    columns_known: {duration_s: dropoff_at}\n"                                                                    \
    "    key: [id]\n"                                                                                                  \
    "  rides: {columns: {driver: string, at_time: timestamp_us}, time: at_time, known: at_time}\n"                     \
    "  stops: {columns: {zone: string, seen: timestamp_us}, time: seen, known: seen}\n"

static void compile_alone(const char *yaml, DefinitionText *text, Plan *out)
{
    Error err = {0};
    ASSERT_OK(definition_text_read("p.yaml", str_from(yaml), text, &err), err);
    ASSERT_OK(plan_compile(&text->definition, out, &err), err);
    ASSERT_OK(plan_check(out, &err), err);
}

static void compile(const char *views, DefinitionText *text, Plan *out)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes yaml = {0};
    ASSERT_OK(bytes_append_format(&yaml, &err, "%s%s%c", views, SOURCES, 0), err);
    compile_alone((const char *)yaml.data, text, out);
}

#define COMPILED(plan, views)                                                                                          \
    AUTO(definition_text_deinit) DefinitionText text_of_##plan = {0};                                                  \
    AUTO(plan_deinit) Plan plan = {0};                                                                                 \
    compile(views, &text_of_##plan, &plan)

#define VENDOR(columns) "views:\n  vendor: {from: trips, by: [vendor_id], columns: {" columns "}}\n"

static const PlanNode *feature_node(const Plan *plan, uint32_t i)
{
    return &plan->main.nodes[plan->features[i].node];
}

static void by_columns_and_inputs_are_what_a_request_carries(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n"
                   "  trip: {inputs: {distance: float64, unused: string}, columns: {km: distance * 1.6}}\n"
                   "  vendor: {from: trips, by: [vendor_id, lower(zone)], columns: {n: count()}}\n");
    assert_int_equal(plan.input_count, 3);
    ASSERT_STR(plan.inputs[0].name, "distance");
    ASSERT_STR(plan.inputs[1].name, "vendor_id");
    ASSERT_STR(plan.inputs[2].name, "zone");
    assert_int_equal(plan.inputs[1].type.id, TYPE_INT64);
    assert_int_equal(plan.groups[0].key_count, 2);
    assert_int_equal(plan.main.nodes[plan.groups[0].request_keys[1]].kernel, KERNEL_LOWER);
}

static void equal_expressions_are_computed_once(void **state)
{
    UNUSED(state);
    COMPILED(
        plan,
        VENDOR("a: sum(duration_s * 2) over 1h, b: 1 + sum(duration_s * 2) over 1h, c: sum(duration_s * 2) over 2h"));
    assert_int_equal(plan.group_count, 1);
    assert_int_equal(plan.groups[0].aggregate_count, 2);
    assert_int_equal(plan.groups[0].aggregates[0].argument, plan.groups[0].aggregates[1].argument);
    assert_int_equal(feature_node(&plan, 1)->arguments[1], plan.features[0].node);
    assert_int_equal(plan.groups[0].rows.output_count, 2);
}

static void only_sources_that_are_read_are_in_the_plan(void **state)
{
    UNUSED(state);
    COMPILED(plan, VENDOR("n: count()"));
    assert_int_equal(plan.source_count, 1);
    ASSERT_STR(plan.sources[0].name, "trips");
    assert_int_equal(plan.sources[0].column_known[6], 2);
    assert_int_equal(plan.sources[0].column_known[5], PLAN_NONE);
    assert_int_equal(plan.sources[0].key_count, 1);
    assert_int_equal(plan.sources[0].fields[3].type.id, TYPE_INT32);
}

static void windows_are_stated_or_the_ttl(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n  vendor: {from: trips, by: [vendor_id], ttl: 7d, inclusive: true,\n"
                   "    columns: {a: count(), b: count() over 1h}}\n");
    assert_int_equal(plan.groups[0].aggregates[0].window.length_us, INT64_C(604800000000));
    assert_int_equal(plan.groups[0].aggregates[1].window.length_us, INT64_C(3600000000));
    assert_true(plan.groups[0].inclusive);
}

static void a_series_of_windows_is_a_column_of_each(void **state)
{
    UNUSED(state);
    COMPILED(plan, VENDOR("trips: \"count() over [1h, 24h, 1 calendar month in 'America/New_York']\",\n"
                          "    pace: \"sum(duration_s) over [5 rows, 2d] / count() over [5 rows, 2d max 3 rows]\",\n"
                          "    usual: trips_24h + 1"));
    static const char *const NAMES[] = {
        "vendor.trips_1h",    "vendor.trips_24h", "vendor.trips_1_calendar_month_in_America_New_York",
        "vendor.pace_5_rows", "vendor.pace_2d",   "vendor.usual"};
    assert_int_equal(plan.feature_count, COUNT_OF(NAMES));
    for (uint32_t i = 0; i < plan.feature_count; i++) ASSERT_STR(plan.features[i].name, NAMES[i]);
    assert_int_equal(plan.groups[0].aggregates[1].window.length_us, INT64_C(86400000000));
    assert_int_equal(plan.groups[0].aggregates[2].window.unit, CALENDAR_MONTH);
    assert_int_equal(plan.groups[0].aggregates[6].window.rows_max, 3);
    assert_int_equal(plan.groups[0].aggregates[5].window.rows_max, 0);
}

static void the_columns_of_a_series_are_selected_one_by_one(void **state)
{
    UNUSED(state);
    COMPILED(
        plan,
        VENDOR("n: count(), trips: \"count() over [1h, 1d]\"") "dataset: {from: trips, at: pickup_at, label: "
                                                               "duration_s, features: [vendor.trips_1d, vendor.*]}\n");
    assert_int_equal(plan.feature_count, 3);
    ASSERT_STR(plan.features[0].name, "vendor.trips_1d");
    ASSERT_STR(plan.features[2].name, "vendor.trips_1h");
}

static void what_a_label_reads_of_views_is_a_plan_of_its_own(void **state)
{
    UNUSED(state);
    COMPILED(plan,
             "views:\n"
             "  vendor: {from: trips, by: [vendor_id], columns: {n: count() over 1h}}\n"
             "  ahead: {from: stops, by: [zone], columns: {n: count() over next 7d, any: n > 0, m: count()}}\n"
             "dataset: {from: trips, at: pickup_at, label: ahead.any and duration_s > 60 or vendor.n > ahead.m}\n");
    const Plan *label = plan.dataset.label_plan;
    assert_int_equal(plan.feature_count, 2); // vendor.n and ahead.m: what looks ahead is in no selection of all
    ASSERT_STR(plan.features[1].name, "ahead.m");
    assert_int_equal(plan.dataset.label_type.id, TYPE_BOOL);
    assert_int_equal(label->feature_count, 3);
    ASSERT_STR(label->features[0].name, "ahead.any");
    assert_int_equal(label->dataset.source, PLAN_NONE);
    assert_int_equal(plan_ahead_us(label), INT64_C(604800000000));
    assert_int_equal(plan_ahead_us(&plan), 0);
    assert_int_equal(plan.dataset.label_column_count, 3); // vendor_id, zone, duration_s
    assert_int_equal(plan_find_source(&plan, STR("stops")), 1);
    assert_int_equal(plan_find_source(&plan, STR("roads")), PLAN_NONE);
}

static void numbers_widen_where_they_meet(void **state)
{
    UNUSED(state);
    COMPILED(
        plan,
        VENDOR("a: sum(fare) / 2, b: sum(fare * duration_s), c: mean(fare > 1), d: sum(fare + 1), e: sum(shared)"));
    assert_int_equal(plan.features[0].type.id, TYPE_FLOAT64);
    assert_int_equal(plan.features[1].type.id, TYPE_DECIMAL);
    assert_int_equal(plan.features[1].type.scale, 2);
    assert_int_equal(plan.features[2].type.id, TYPE_FLOAT64);
    assert_int_equal(plan.features[3].type.scale, 2);
    assert_int_equal(plan.features[4].type.id, TYPE_INT64);
}

static void a_list_of_constants_is_a_constant(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n"
                   "  trip:\n"
                   "    inputs: {x: float64, tags: list(string), counts: 'map(string,int64)'}\n"
                   "    columns:\n"
                   "      a: \"[1, 2.5, null]\"\n"
                   "      b: \"[1, x, 3]\"\n"
                   "      c: \"dot([1, 2], [x, 4])\"\n"
                   "      d: \"contains(['a', 'b'], get(tags, 0))\"\n"
                   "      e: \"cast(tags as list(int64))\"\n"
                   "      f: \"get(counts, 'a') + size(tags)\"\n"
                   "      g: \"if(x > 0, map_keys(counts), ['none'])\"\n"
                   "      h: \"cast('{}' as map(timestamp, decimal(38, 2)))\"\n"
                   "      i: \"tags = ['a'] and tags is not null\"\n");
    static const char *const TYPES[] = {
        "list(float64)", "list(float64)", "float64",      "bool",
        "list(int64)",   "int64",         "list(string)", "map(timestamp_us with time zone,decimal(38,2))",
        "bool"};
    for (uint32_t i = 0; i < COUNT_OF(TYPES); i++) {
        char name[TYPE_NAME_BYTES_MAX];
        type_name(plan.features[i].type, name);
        assert_string_equal(name, TYPES[i]);
    }
    assert_int_equal(feature_node(&plan, 0)->kind, PLAN_CONSTANT);
    assert_int_equal(list_count(feature_node(&plan, 0)->constant.string), 3);
    assert_int_equal(feature_node(&plan, 1)->kernel, KERNEL_LIST_PUSH);
}

static void literals_take_the_type_beside_them(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n  trip: {inputs: {distance: float64}, columns: {a: distance > -2, b: distance + 1}}\n");
    for (uint32_t i = 0; i < plan.main.node_count; i++) {
        const PlanNode *node = &plan.main.nodes[i];
        if (node->kind == PLAN_CONSTANT) assert_int_equal(node->type.id, TYPE_FLOAT64);
    }
    const PlanNode *less = feature_node(&plan, 0);
    assert_int_equal(less->kernel, KERNEL_LESS_FLOAT64);
    assert_true(plan.main.nodes[less->arguments[0]].constant.number == -2.0);
}

static void a_feature_inside_an_aggregate_is_read_as_of_the_row(void **state)
{
    UNUSED(state);
    COMPILED(
        plan,
        "views:\n"
        "  vendor:\n"
        "    from: trips\n"
        "    by: [vendor_id]\n"
        "    columns: {usual: mean(duration_s) over 7d, surprise: mean(duration_s - usual) over 1h, n: count()}\n");
    assert_int_equal(plan.group_count, 2);
    const PlanGroup *plain = &plan.groups[0];
    const PlanGroup *nested = &plan.groups[1];
    assert_int_equal(plain->row_feature_count, 0);
    assert_int_equal(plain->aggregate_count, 2);
    assert_int_equal(nested->row_feature_count, 1);
    assert_int_equal(nested->row_features[0], plan.features[0].node);
    assert_int_equal(nested->row_inputs[0], 3);
    assert_int_equal(feature_node(&plan, 0)->group, 0);
    assert_int_equal(feature_node(&plan, 1)->group, 1);
}

static void deeper_groups_stand_after_what_they_read(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n"
                   "  b: {from: trips, by: [zone], columns: {y: mean(a.x) over 1d, z: max(c.w)}}\n"
                   "  c: {from: trips, by: [zone], columns: {w: sum(b.y)}}\n"
                   "  a: {from: trips, by: [vendor_id], columns: {x: count() over 1h}}\n");
    assert_int_equal(plan.group_count, 4);
    ASSERT_STR(plan.groups[0].view, "a");
    ASSERT_STR(plan.groups[1].view, "b");
    ASSERT_STR(plan.groups[2].view, "c");
    ASSERT_STR(plan.groups[3].view, "b");
}

static void a_request_feature_inside_an_aggregate_needs_its_inputs_in_the_rows(void **state)
{
    UNUSED(state);
    COMPILED(
        plan,
        "views:\n"
        "  trip: {inputs: {distance: float64, shared: bool}, columns: {long: distance > 3, odd: shared and true}}\n"
        "  vendor: {from: trips, by: [vendor_id], columns: {share: mean(trip.long) over 7d}}\n");
    assert_int_equal(plan.group_count, 1);
    assert_int_equal(plan.groups[0].row_feature_count, 1);
    for (uint32_t i = 0; i < plan.input_count; i++) {
        bool needed = str_equal(plan.inputs[i].name, STR("distance"));
        assert_int_equal(plan.groups[0].row_inputs[i], needed ? 7U : PLAN_NONE);
    }
}

static void inside_an_aggregate_the_rows_columns_come_first(void **state)
{
    UNUSED(state);
    COMPILED(plan, VENDOR("duration_s: mean(duration_s) over 7d"));
    assert_int_equal(plan.group_count, 1);
    assert_int_equal(plan.groups[0].row_feature_count, 0);
}

static void an_input_passes_through_under_its_own_name(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n  trip: {inputs: {zone: string}, columns: {zone: zone}}\n");
    assert_int_equal(feature_node(&plan, 0)->kind, PLAN_COLUMN);
}

static void named_keys_can_be_read(void **state)
{
    UNUSED(state);
    COMPILED(plan,
             "views:\n  v: {from: trips, by: {hour: hour(dropoff_at)}, columns: {n: count(), evening: hour > 17}}\n");
    assert_int_equal(plan.groups[0].request_keys[0], plan.main.nodes[plan.features[1].node].arguments[1]);
}

static void comparisons_are_made_of_two_kernels(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n  v: {inputs: {a: int64, b: int64}, columns: {x: a <= b, y: a != b, z: a > b}}\n");
    const PlanNode *at_most = feature_node(&plan, 0);
    assert_int_equal(at_most->kernel, KERNEL_NOT);
    assert_int_equal(plan.main.nodes[at_most->arguments[0]].kernel, KERNEL_LESS_INT64);
    assert_int_equal(at_most->arguments[0], plan.features[2].node);
    assert_int_equal(feature_node(&plan, 1)->kernel, KERNEL_NOT);
}

static void a_dataset_keeps_what_it_selects(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n"
                   "  trip: {inputs: {distance: float64}, columns: {km: distance * 1.6}}\n"
                   "  vendor: {from: trips, by: [vendor_id], columns: {a: count(), b: mean(duration_s), c: a + b}}\n"
                   "dataset: {from: trips, at: pickup_at, label: ln(1 + duration_s) + distance,\n"
                   "  features: [vendor.c, vendor.a, vendor.*]}\n");
    assert_int_equal(plan.feature_count, 3);
    ASSERT_STR(plan.features[0].name, "vendor.c");
    ASSERT_STR(plan.features[1].name, "vendor.a");
    ASSERT_STR(plan.features[2].name, "vendor.b");
    assert_int_equal(plan.input_count, 1);
    assert_int_equal(plan.dataset.input_fields[0], 3);
    assert_int_equal(plan.dataset.at, 1);
    assert_int_equal(plan.dataset.label_type.id, TYPE_FLOAT64);
    assert_int_equal(plan.dataset.label_column_count, 2);
    assert_int_equal(plan.dataset.label_columns[0], 6);
    assert_int_equal(plan.dataset.label_columns[1], 7);
    assert_int_equal(plan.dataset.label_known, PLAN_NONE);
}

static void without_a_dataset_there_is_no_label(void **state)
{
    UNUSED(state);
    COMPILED(plan, VENDOR("n: count()"));
    assert_int_equal(plan.dataset.source, PLAN_NONE);
    assert_int_equal(plan.dataset.label.node_count, 0);
}

static void the_same_definition_has_the_same_digest(void **state)
{
    UNUSED(state);
    COMPILED(first, VENDOR("n: count() over 60m"));
    COMPILED(second, VENDOR("n: ( count( ) over 1h )"));
    COMPILED(other, VENDOR("n: count() over 2h"));
    assert_true(digest_equal(&first.digest, &second.digest));
    assert_false(digest_equal(&first.digest, &other.digest));
}

static void deleted_is_a_program_over_the_rows(void **state)
{
    UNUSED(state);
    AUTO(definition_text_deinit) DefinitionText text = {0};
    AUTO(plan_deinit) Plan plan = {0};
    compile_alone(
        "sources:\n"
        "  s: {columns: {t: timestamp_s, gone: bool, k: string}, time: t, known: t, key: [k], deleted: gone,\n"
        "    timezone: Europe/Berlin}\n"
        "views:\n  v: {from: s, by: [k], columns: {n: last(t)}}\n",
        &text, &plan);
    assert_int_equal(plan.sources[0].deleted.output_count, 1);
    ASSERT_STR(plan.sources[0].timezone, "Europe/Berlin");
    assert_true(type_equal(plan.features[0].type, TYPE_INSTANT));
}

static bool compile_once(void *context, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    return plan_compile(context, &plan, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    COMPILED(plan, "views:\n"
                   "  trip: {inputs: {distance: float64}, columns: {long: \"distance in (1, 2)\", h: \"hour(at, "
                   "'Europe/Berlin')\"}}\n"
                   "  vendor:\n"
                   "    from: trips\n"
                   "    by: [vendor_id]\n"
                   "    columns:\n"
                   "      a: mean(trip.long) over 7d where zone = 'x'\n"
                   "      b: case when a > 1 then 1 else 2 end\n"
                   "      c: coalesce(a, b, 0)\n"
                   "dataset: {from: trips, at: pickup_at, label: ln(1 + duration_s), features: [vendor.*]}\n");
    for_each_allocation_failure(compile_once, &text_of_plan.definition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_columns_and_inputs_are_what_a_request_carries),
        cmocka_unit_test(equal_expressions_are_computed_once),
        cmocka_unit_test(only_sources_that_are_read_are_in_the_plan),
        cmocka_unit_test(windows_are_stated_or_the_ttl),
        cmocka_unit_test(a_series_of_windows_is_a_column_of_each),
        cmocka_unit_test(the_columns_of_a_series_are_selected_one_by_one),
        cmocka_unit_test(what_a_label_reads_of_views_is_a_plan_of_its_own),
        cmocka_unit_test(numbers_widen_where_they_meet),
        cmocka_unit_test(a_list_of_constants_is_a_constant),
        cmocka_unit_test(literals_take_the_type_beside_them),
        cmocka_unit_test(a_feature_inside_an_aggregate_is_read_as_of_the_row),
        cmocka_unit_test(deeper_groups_stand_after_what_they_read),
        cmocka_unit_test(a_request_feature_inside_an_aggregate_needs_its_inputs_in_the_rows),
        cmocka_unit_test(inside_an_aggregate_the_rows_columns_come_first),
        cmocka_unit_test(an_input_passes_through_under_its_own_name),
        cmocka_unit_test(named_keys_can_be_read),
        cmocka_unit_test(comparisons_are_made_of_two_kernels),
        cmocka_unit_test(a_dataset_keeps_what_it_selects),
        cmocka_unit_test(without_a_dataset_there_is_no_label),
        cmocka_unit_test(the_same_definition_has_the_same_digest),
        cmocka_unit_test(deleted_is_a_program_over_the_rows),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
