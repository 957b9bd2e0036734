#include "config/config_internal.h"

#include "text/duration.h"
#include "text/yaml.h"

#include <math.h>

typedef bool (*SectionRead)(Config *config, const Node *node, Error *err);

typedef struct SectionRow {
    Str key;
    ConfigSection section;
    SectionRead read;
} SectionRow;

static const SectionRow sections_table[] = {
    {STR_INIT("sources"), CONFIG_SOURCES, config_read_sources},
    {STR_INIT("features"), CONFIG_FEATURES, config_read_views},
    {STR_INIT("dataset"), CONFIG_DATASET, config_read_dataset},
    {STR_INIT("train"), CONFIG_TRAIN, config_read_train},
    {STR_INIT("evaluate"), CONFIG_EVALUATE, config_read_evaluate},
    {STR_INIT("gate"), CONFIG_GATE, config_read_gate},
    {STR_INIT("register"), CONFIG_REGISTER, config_read_register},
    {STR_INIT("pools"), CONFIG_STEPS, config_read_pools}, // before the steps that name them
    {STR_INIT("steps"), CONFIG_STEPS, config_read_steps},
    {STR_INIT("metrics"), CONFIG_WATCH, config_read_metrics},
    {STR_INIT("lineage"), CONFIG_WATCH, config_read_lineage},
    {STR_INIT("alerts"), CONFIG_WATCH, config_read_alerts},
};

void config_deinit(Config *config)
{
    arena_deinit(&config->arena);
    *config = (Config){0};
}

static bool keys_check(const Node *root, Error *err)
{
    const Node *triggers = node_get(root, STR("triggers"));
    if (triggers != NULL)
        return node_error(triggers, err,
                          "this version runs pipelines on request only and has no triggers; remove 'triggers' and call "
                          "'pawl run' from cron or a timer");
    return node_check_key_names(root, err, "pipeline", "memory", "parallel", "timeout", "pools", "parameters",
                                "sources", "features", "dataset", "train", "evaluate", "gate", "register", "steps",
                                "metrics", "lineage", "alerts", (const char *)NULL);
}

static bool section_read(Config *config, const SectionRow *row, unsigned sections, Error *err)
{
    const Node *node = node_get(config->document->root, row->key);
    if (node != NULL && (sections & row->section) != 0) return row->read(config, node, err);
    return true;
}

/// Data to read, or steps that do what they do: without either there is nothing to run.
static bool sections_suffice(const Config *config, unsigned sections, Error *err)
{
    bool has_data = config->source_count > 0 || node_get(config->document->root, STR("sources")) != NULL;
    bool needs_data = config->has_dataset || config->view_count > 0 || config->step_count == 0;
    if ((sections & CONFIG_SOURCES) == 0 || has_data || !needs_data) return true;
    return document_error(config->document, config->document->root->position, err, ERROR_CONFIG,
                          "'sources' is missing: a pipeline reads at least one source, or has 'steps' of its own only");
}

/// What one section demands of another.
static bool sections_agree(const Config *config, unsigned sections, Error *err)
{
    const Node *root = config->document->root;
    if (config->has_train && !config->has_dataset && (sections & CONFIG_DATASET) != 0)
        return node_error(node_get(root, STR("train")), err, "'train' needs a 'dataset' to train on");
    if (config->has_register && !config->has_train && (sections & CONFIG_TRAIN) != 0)
        return node_error(node_get(root, STR("register")), err, "'register' needs a 'train' that makes a model");
    return true;
}

static bool memory_read(Config *config, Error *err)
{
    const Node *node = node_get(config->document->root, STR("memory"));
    if (node == NULL) return true;
    TRY(node_size(node, &config->memory_bytes, err));
    if (config->memory_bytes >= MEMORY_BYTES_MIN) return true;
    return node_error(node, err, "this is too little for any step; write at least 64MiB");
}

static bool config_read(Config *config, unsigned sections, const ConfigSetting *settings, size_t setting_count,
                        Error *err)
{
    const Node *root = config->document->root;
    if (root == NULL || root->kind != NODE_MAP)
        return error_set(
            err, ERROR_CONFIG,
            "%.*s: a pipeline file is a map with 'pipeline', 'sources' and more; this one is empty or no map",
            STR_ARG(config->document->name));
    TRY(keys_check(root, err));
    TRY(config_apply_settings(config, settings, setting_count, err));
    TRY(config_apply_parameters(config, err));
    if ((sections & CONFIG_ALL) == CONFIG_ALL) {
        const Node *name = NULL;
        TRY(node_need(root, STR("pipeline"), &name, err));
        TRY(node_str(name, &config->pipeline, err));
    } else {
        TRY(node_get_str(root, STR("pipeline"), &config->pipeline, err));
    }
    TRY(memory_read(config, err));
    TRY(config_read_run_limits(config, err));
    for (size_t i = 0; i < COUNT_OF(sections_table); i++) TRY(section_read(config, &sections_table[i], sections, err));
    TRY(sections_suffice(config, sections, err));
    return sections_agree(config, sections, err);
}

static void config_defaults(Config *config)
{
    config->split = (SplitOptions){.train = 0.7, .validation = 0.15, .test = 0.15};
    config->evaluate.gate =
        (GatePolicy){.beat_baseline = true, .resamples = 2000, .rows_min = 100, .leakage = LEAKAGE_FAIL};
}

bool config_parse(Str name, Str text, unsigned sections, const ConfigSetting *settings, size_t setting_count,
                  Config *out, Error *err)
{
    AUTO(config_deinit) Config config = {0};
    config.document = arena_alloc(&config.arena, sizeof(Document), err);
    TRY(config.document != NULL);
    TRY(yaml_parse(name, text, &config.arena, config.document, err));
    config_defaults(&config);
    TRY(config_read(&config, sections, settings, setting_count, err));
    *out = config;
    config = (Config){0};
    return true;
}

bool config_read_names(Arena *arena, const Node *node, const Str **out, size_t *out_count, Error *err)
{
    size_t count = node->kind == NODE_LIST ? node_count(node) : 1;
    Str *names = arena_alloc_array(arena, count + 1, sizeof(Str), err);
    TRY(names != NULL);
    if (node->kind != NODE_LIST) {
        TRY(node_text(node, &names[0], err));
    } else {
        for (size_t i = 0; i < count; i++) TRY(node_text(node_at(node, i), &names[i], err));
    }
    *out = names;
    *out_count = count;
    return true;
}

bool config_read_expression(const Node *node, Expression *out, Error *err)
{
    Str text = {0};
    TRY(node_text(node, &text, err));
    if (str_trim(text).size == 0) return node_error(node, err, "an expression is expected, this is empty");
    *out = (Expression){.text = text, .position = node_position_at(node, 0)};
    return true;
}

bool config_read_text(const Node *map, Str key, Str *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    if (str_trim(text).size == 0) return node_error(node, err, "'%.*s' is empty", STR_ARG(key));
    *out = text;
    return true;
}

bool config_get_number(const Node *map, Str key, double *out, Error *err)
{
    const Node *node = node_get(map, key);
    double value = 0;
    if (node == NULL) return true;
    TRY(node_double(node, &value, err));
    if (isnan(value)) return node_error(node, err, "'%.*s' is no number", STR_ARG(key));
    *out = value;
    return true;
}

bool config_get_duration_or_zero(const Node *map, Str key, int64_t *out_us, Error *err)
{
    const Node *node = node_get(map, key);
    Str text = {0};
    Error inner = {0};
    if (node == NULL) return true;
    TRY(node_text(node, &text, err));
    return duration_parse_or_zero(text, out_us, &inner) || node_error(node, err, "%s", inner.text);
}

bool config_read_named(Arena *arena, const Node *map, const NamedExpression **out, size_t *out_count, Error *err)
{
    TRY(node_expect(map, NODE_MAP, err));
    size_t count = node_count(map);
    NamedExpression *items = arena_alloc_array(arena, count + 1, sizeof(NamedExpression), err);
    TRY(items != NULL);
    for (size_t i = 0; i < count; i++) {
        items[i].name = node_key(map, i);
        TRY(config_check_name(node_key_at(map, i), items[i].name, "a column", err));
        TRY(config_read_expression(node_at(map, i), &items[i].expression, err));
    }
    *out = items;
    *out_count = count;
    return true;
}

static bool byte_is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

bool config_check_name(const Node *node, Str name, const char *what, Error *err)
{
    bool good = name.size > 0 && name.size <= 128 && !(name.data[0] >= '0' && name.data[0] <= '9');
    for (size_t i = 0; i < name.size && good; i++) good = byte_is_word(name.data[i]);
    if (good) return true;
    return node_error(
        node, err,
        "'%.*s' cannot name %s: a name has letters, digits and _, does not start with a digit, and at most 128 bytes",
        STR_ARG(name), what);
}
