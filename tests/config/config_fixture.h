/// Pipeline files as short as they can be, and what is wrong with those that are wrong.
#ifndef PAWL_TESTS_CONFIG_FIXTURE_H
#define PAWL_TESTS_CONFIG_FIXTURE_H

#include "config/config.h"
#include "support/test.h"

#define PIPELINE "pipeline: p\n"
#define SOURCE "sources:\n  s: {files: a.csv, time: t, known: t}\n"
#define DATASET "dataset: {from: s, at: t, label: x}\n"
#define TRAIN "train: {trainer: linear}\n"

static inline void config_of(const char *text, unsigned sections, Config *out)
{
    Error err = {0};
    ASSERT_OK(config_parse(STR("p.yaml"), str_from(text), sections, NULL, 0, out, &err), err);
}

/// `config` is declared, read and freed with the scope.
#define CONFIG_OF(config, text, sections)                                                                              \
    AUTO(config_deinit) Config config = {0};                                                                           \
    config_of((text), (sections), &config)

/// The whole error text, as a person reads it.
static inline void expect_config_error(const char *text, unsigned sections, const char *expected)
{
    Config config = {0};
    Error err = {0};
    assert_false(config_parse(STR("p.yaml"), str_from(text), sections, NULL, 0, &config, &err));
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_null(config.document);
}

/// The text's first line after the place, which is `line`:`column`.
static inline void expect_error_at(const char *text, unsigned sections, unsigned line, unsigned column,
                                   const char *message)
{
    Config config = {0};
    Error err = {0};
    Error expected = {0};
    assert_false(config_parse(STR("p.yaml"), str_from(text), sections, NULL, 0, &config, &err));
    err.text[str_find(str_from(err.text), '\n')] = 0;
    error_set(&expected, ERROR_CONFIG, "p.yaml:%u:%u: %s", line, column, message);
    assert_string_equal(err.text, expected.text);
    assert_int_equal(err.kind, ERROR_CONFIG);
}

/// A file of one step, on its second line.
#define STEP(body) "steps:\n  clean: {" body "}\n"

/// A step that is refused on that line, in words with `part` among them.
static inline void expect_step_error(const char *text, const char *part)
{
    Config config = {0};
    Error err = {0};
    assert_false(config_parse(STR("p.yaml"), str_from(text), CONFIG_STEPS, NULL, 0, &config, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_true(str_starts(str_from(err.text), STR("p.yaml:2:")));
    if (strstr(err.text, part) == NULL) print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, part));
}

#endif
