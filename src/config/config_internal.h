/// The readers of the single sections of a pipeline file; each fills its part of the Config.
#ifndef PAWL_CONFIG_CONFIG_INTERNAL_H
#define PAWL_CONFIG_CONFIG_INTERNAL_H

#include "config/config.h"

MUST_CHECK bool config_read_sources(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_views(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_dataset(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_train(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_evaluate(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_gate(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_register(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_steps(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_metrics(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_lineage(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_alerts(Config *config, const Node *node, Error *err);

/// `name: file`, or `name: {file|folder|table|path: FILE}`, or `name: {value: TYPE}`.
MUST_CHECK bool config_read_outputs(Arena *arena, const Node *map, const FlowOutput **out, size_t *out_count,
                                    Error *err);

/// `when:`, `optional:` and `on:`.
MUST_CHECK bool config_read_step_graph(Arena *arena, ConfigStep *step, const Node *node, Error *err);

/// `params:` of a step as a canonical JSON object; `map` may be NULL.
MUST_CHECK bool config_read_params(Arena *arena, const Node *map, Str *out, Error *err);

/// Where and with what a step runs, and what happens when it fails, hangs or takes too long.
MUST_CHECK bool config_read_step_place(Arena *arena, ConfigStep *step, const Node *node, Error *err);
MUST_CHECK bool config_read_step_policy(Arena *arena, ConfigStep *step, const Node *node, Error *err);

/// `parallel` and `timeout` of the run; its `pools`; `priority` and `pool` of a step; `parallel` of its `foreach`.
MUST_CHECK bool config_read_run_limits(Config *config, Error *err);
MUST_CHECK bool config_read_pools(Config *config, const Node *node, Error *err);
MUST_CHECK bool config_read_step_limits(Config *config, ConfigStep *step, const Node *node, Error *err);
MUST_CHECK bool config_read_foreach_limit(const Node *map, FlowForeach *foreach, Error *err);

/// `expect:` of a source.
MUST_CHECK bool config_read_expectations(Arena *arena, const Node *node, Expectations *out, Error *err);

/// Replaces scalars by the settings, reads `parameters:` into the Config, and ${name} in the tree by their values.
MUST_CHECK bool config_apply_settings(Config *config, const ConfigSetting *settings, size_t count, Error *err);
MUST_CHECK bool config_apply_parameters(Config *config, Error *err);

/// A list of texts, or one text for a list of one.
MUST_CHECK bool config_read_names(Arena *arena, const Node *node, const Str **out, size_t *out_count, Error *err);

/// A scalar's text as an expression with its place.
MUST_CHECK bool config_read_expression(const Node *node, Expression *out, Error *err);

/// A text with something in it: a command, a query.
MUST_CHECK bool config_read_text(const Node *map, Str key, Str *out, Error *err);

/// An optional number, which must be one: NaN would make every comparison with it false, and so check nothing.
MUST_CHECK bool config_get_number(const Node *map, Str key, double *out, Error *err);

/// An optional duration that may be 0.
MUST_CHECK bool config_get_duration_or_zero(const Node *map, Str key, int64_t *out_us, Error *err);

/// `name: expression` entries.
MUST_CHECK bool config_read_named(Arena *arena, const Node *map, const NamedExpression **out, size_t *out_count,
                                  Error *err);

/// A name that may stand in expressions and paths: letters, digits and _, not starting with a digit.
MUST_CHECK bool config_check_name(const Node *node, Str name, const char *what, Error *err);

#endif
