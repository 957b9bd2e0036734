/// Sections as JSON: what a step's params hold, read back to the same sections.
#include "config_fixture.h"

#include "support/test_lake.h"
#include "sys/disk.h"

static void section_json(const Config *config, unsigned sections, const char *source, Bytes *out)
{
    Error err = {0};
    bytes_clear(out);
    ASSERT_OK(config_section_json(config, sections, str_from(source), out, &err), err);
}

static void parse_with(Str text, unsigned sections, const ConfigSetting *settings, size_t count, Config *out)
{
    Error err = {0};
    ASSERT_OK(config_parse(STR("again"), text, sections, settings, count, out, &err), err);
}

/// What was written reads back to what is written the same.
static void check_round_trip(const Config *config, unsigned sections, const char *source)
{
    AUTO(bytes_deinit) Bytes first = {0};
    AUTO(bytes_deinit) Bytes second = {0};
    AUTO(config_deinit) Config again = {0};
    section_json(config, sections, source, &first);
    parse_with(bytes_str(&first), sections, NULL, 0, &again);
    section_json(&again, sections, "", &second);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    assert_true((sections & CONFIG_FEATURES) == 0 || again.view_count == config->view_count);
    assert_true((sections & CONFIG_TRAIN) == 0 || again.train.seed == config->train.seed);
    assert_true((sections & CONFIG_PARAMETERS) == 0 || again.parameter_count == config->parameter_count);
}

static void check_example(const char *path, const ConfigSetting *settings, size_t count)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(config_deinit) Config config = {0};
    Error err = {0};
    ASSERT_OK(disk_read(disk_system(), test_repository_path(path, &arena), DOCUMENT_BYTES_MAX, &text, &err), err);
    parse_with(bytes_str(&text), CONFIG_ALL, settings, count, &config);
    check_round_trip(&config, CONFIG_ALL, "");
    check_round_trip(&config, CONFIG_SOURCES | CONFIG_FEATURES | CONFIG_DATASET, "");
    check_round_trip(&config, CONFIG_TRAIN, "");
    check_round_trip(&config, CONFIG_EVALUATE | CONFIG_GATE, "");
    check_round_trip(&config, CONFIG_SOURCES, "trips");
}

static void examples_are_written_and_read_back(void **state)
{
    UNUSED(state);
    const ConfigSetting taxi[] = {{STR("train.params.rounds"), STR("20")}, {STR("gate.leakage"), STR("warn")}};
    const ConfigSetting rides[] = {{STR("trips"), STR("1000")}};
    check_example("examples/nyc-taxi/pawl.yaml", NULL, 0);
    check_example("examples/nyc-taxi/pawl.yaml", taxi, COUNT_OF(taxi));
    check_example("examples/rides/pawl.yaml", NULL, 0);
    check_example("examples/rides/pawl.yaml", rides, COUNT_OF(rides));
}

static void only_the_sections_asked_for_are_written(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes json = {0};
    CONFIG_OF(config,
              PIPELINE "sources:\n  a: {files: a, time: t, known: t}\n  b: {files: b, time: t, known: t}\n" TRAIN,
              CONFIG_SOURCES | CONFIG_TRAIN);
    section_json(&config, CONFIG_TRAIN, "", &json);
    ASSERT_STR(bytes_str(&json), "{\"pipeline\":\"p\",\"train\":{\"trainer\":\"linear\"}}");
    section_json(&config, CONFIG_SOURCES, "b", &json);
    ASSERT_STR(bytes_str(&json),
               "{\"pipeline\":\"p\",\"sources\":{\"b\":{\"files\":\"b\",\"time\":\"t\",\"known\":\"t\"}}}");
    section_json(&config, CONFIG_GATE, "", &json);
    ASSERT_STR(bytes_str(&json), "{\"pipeline\":\"p\"}");
}

static void parameters_and_settings_are_applied_already(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes json = {0};
    AUTO(config_deinit) Config config = {0};
    const ConfigSetting settings[] = {{STR("n"), STR("5")}, {STR("train.seed"), STR("8")}};
    parse_with(STR("parameters: {n: 3}\n"
                   "sources: {s: {sql: \"SELECT ${n}\", time: t, known: t}}\n"
                   "train: {trainer: linear, seed: 7}\n"),
               CONFIG_SOURCES | CONFIG_TRAIN | CONFIG_PARAMETERS, settings, COUNT_OF(settings), &config);
    section_json(&config, CONFIG_SOURCES | CONFIG_TRAIN | CONFIG_PARAMETERS, "", &json);
    ASSERT_STR(bytes_str(&json), "{\"sources\":{\"s\":{\"sql\":\"SELECT 5\",\"time\":\"t\",\"known\":\"t\"}},"
                                 "\"train\":{\"trainer\":\"linear\",\"seed\":8},\"parameters\":{\"n\":5}}");
}

static void spelling_does_not_matter(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes block = {0};
    AUTO(bytes_deinit) Bytes flow = {0};
    CONFIG_OF(first, "# a comment\ntrain:\n  trainer: 'linear'\n  seed: 7\n", CONFIG_TRAIN);
    CONFIG_OF(second, "train: {trainer: linear,   seed: 7}", CONFIG_TRAIN);
    section_json(&first, CONFIG_TRAIN, "", &block);
    section_json(&second, CONFIG_TRAIN, "", &flow);
    assert_true(str_equal(bytes_str(&block), bytes_str(&flow)));
}

static bool write_once(void *context, Error *err)
{
    AUTO(bytes_deinit) Bytes out = {0};
    return config_section_json(context, CONFIG_ALL, (Str){0}, &out, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    CONFIG_OF(config, PIPELINE SOURCE DATASET TRAIN, CONFIG_ALL);
    for_each_allocation_failure(write_once, &config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_written_and_read_back),
        cmocka_unit_test(only_the_sections_asked_for_are_written),
        cmocka_unit_test(parameters_and_settings_are_applied_already),
        cmocka_unit_test(spelling_does_not_matter),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
