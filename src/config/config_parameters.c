/// Settings of the command line and ${name} parameters, applied to the tree before anything is read from it.
#include "config/config_internal.h"

#include "base/bytes.h"

enum { EXPANDED_BYTES_MAX = 16 << 20 };

/// The tree belongs to this Config, which may change it; everybody else sees it read-only.
static Node *node_of(const Config *config, const Node *map, Str key)
{
    UNUSED(config);
    if (map == NULL || map->kind != NODE_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (str_equal(map->keys[i]->text, key)) return map->items[i];
    return NULL;
}

static bool scalar_set(Config *config, Node *node, Str value, Error *err)
{
    TRY(arena_copy(&config->arena, value, &node->text, err));
    node->kind = NODE_STRING;
    return node->quoted ? true : node_resolve(node, err);
}

static bool setting_apply(Config *config, const ConfigSetting *setting, Error *err)
{
    Node *node = node_of(config, node_get(config->document->root, STR("parameters")), setting->name);
    if (node == NULL) {
        Str rest = setting->name;
        Str part = {0};
        node = config->document->root;
        while (node != NULL && str_split(&rest, '.', &part)) node = node_of(config, node, part);
    }
    if (node == NULL)
        return error_set(err, ERROR_USAGE,
                         "--set %.*s: no parameter and no scalar of that path (such as train.params.rounds) in %.*s",
                         STR_ARG(setting->name), STR_ARG(config->document->name));
    if (!node_is_scalar(node))
        return error_set(err, ERROR_USAGE, "--set %.*s: that is %s, only a single value can be set",
                         STR_ARG(setting->name), node_kind_name(node->kind));
    return scalar_set(config, node, setting->value, err);
}

/// The sections of a step's params hold expanded texts, which are read again.
static bool names_parameter(Str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (str_starts(str_slice(text, i, text.size), STR("${"))) return true;
    return false;
}

static bool parameters_read(Config *config, Error *err)
{
    const Node *map = node_get(config->document->root, STR("parameters"));
    if (map == NULL) return true;
    TRY(node_expect(map, NODE_MAP, err));
    ConfigParameter *items = arena_alloc_array(&config->arena, node_count(map) + 1, sizeof(ConfigParameter), err);
    TRY(items != NULL);
    for (size_t i = 0; i < node_count(map); i++) {
        TRY(config_check_name(node_key_at(map, i), node_key(map, i), "a parameter", err));
        items[i].name = node_key(map, i);
        TRY(node_text(node_at(map, i), &items[i].text, err));
        if (names_parameter(items[i].text))
            return node_error(node_at(map, i), err, "a parameter's value holds no '${': parameters do not name others");
    }
    config->parameters = items;
    config->parameter_count = node_count(map);
    return true;
}

bool config_apply_settings(Config *config, const ConfigSetting *settings, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(setting_apply(config, &settings[i], err));
    return parameters_read(config, err);
}

static const ConfigParameter *parameter_find(const Config *config, Str name)
{
    for (size_t i = 0; i < config->parameter_count; i++)
        if (str_equal(config->parameters[i].name, name)) return &config->parameters[i];
    return NULL;
}

static bool parameter_unknown(const Config *config, const Node *node, size_t offset, Str name, Error *err)
{
    Str nearest = {0};
    Str names[64];
    size_t count = config->parameter_count < COUNT_OF(names) ? config->parameter_count : COUNT_OF(names);
    for (size_t i = 0; i < count; i++) names[i] = config->parameters[i].name;
    nearest = str_nearest(name, names, count);
    if (nearest.size > 0)
        return node_error_at(node, offset, err, "unknown parameter '%.*s'; did you mean '%.*s'?", STR_ARG(name),
                             STR_ARG(nearest));
    return node_error_at(
        node, offset, err,
        "unknown parameter '%.*s'; declare it under 'parameters' (a shell's own variable is written $%.*s)",
        STR_ARG(name), STR_ARG(name));
}

static bool expand(Config *config, const Node *node, Bytes *out, Error *err)
{
    Str text = node->text;
    for (size_t i = 0; i < text.size; i++) {
        if (!str_starts(str_slice(text, i, text.size), STR("${"))) {
            TRY(bytes_append_byte(out, (uint8_t)text.data[i], err));
            continue;
        }
        Str rest = str_slice(text, i + 2, text.size);
        size_t end = str_find(rest, '}');
        Str name = str_trim(str_slice(rest, 0, end));
        const ConfigParameter *parameter = parameter_find(config, name);
        if (end == rest.size) return node_error_at(node, i, err, "'${' without its '}'");
        if (parameter == NULL) return parameter_unknown(config, node, i, name, err);
        TRY(bytes_append_str(out, parameter->text, err));
        i += end + 2;
    }
    return true;
}

static bool expand_node(Config *config, Node *node, Error *err)
{
    if (node == NULL || !node_is_scalar(node) || str_find(node->text, '$') == node->text.size) return true;
    AUTO(bytes_deinit) Bytes out = {.limit = EXPANDED_BYTES_MAX};
    TRY(expand(config, node, &out, err));
    return arena_copy(&config->arena, bytes_str(&out), &node->text, err);
}

/// A number or boolean that a parameter stands for is one again.
static bool expand_params(Config *config, const Node *steps, Error *err)
{
    for (size_t i = 0; i < node_count(steps); i++) {
        Node *params = node_of(config, steps->items[i], STR("params"));
        for (size_t k = 0; params != NULL && params->kind == NODE_MAP && k < params->count; k++) {
            Node *value = params->items[k];
            bool plain = node_is_scalar(value) && !value->quoted && str_find(value->text, '$') < value->text.size;
            TRY(expand_node(config, value, err));
            if (plain) TRY(node_resolve(value, err));
        }
    }
    return true;
}

static bool expand_all(Config *config, const Node *map, Str key, Error *err)
{
    for (size_t i = 0; i < node_count(map); i++) {
        Node *node = node_of(config, map->items[i], key);
        TRY(expand_node(config, node, err));
        for (size_t k = 0; node != NULL && node->kind == NODE_LIST && k < node->count; k++)
            TRY(expand_node(config, node->items[k], err));
    }
    return true;
}

bool config_apply_parameters(Config *config, Error *err)
{
    const Node *sources = node_get(config->document->root, STR("sources"));
    const Node *steps = node_get(config->document->root, STR("steps"));
    if (sources != NULL && sources->kind == NODE_MAP) {
        TRY(expand_all(config, sources, STR("files"), err));
        TRY(expand_all(config, sources, STR("sql"), err));
    }
    if (steps == NULL || steps->kind != NODE_MAP) return true;
    TRY(expand_all(config, steps, STR("run"), err));
    return expand_params(config, steps, err);
}
