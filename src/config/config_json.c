#include "config/config_internal.h"

#include "text/json_writer.h"

typedef struct SectionKey {
    ConfigSection section;
    Str key;
} SectionKey;

static const SectionKey section_keys[] = {
    {CONFIG_SOURCES, STR_INIT("sources")},       {CONFIG_FEATURES, STR_INIT("features")},
    {CONFIG_DATASET, STR_INIT("dataset")},       {CONFIG_TRAIN, STR_INIT("train")},
    {CONFIG_EVALUATE, STR_INIT("evaluate")},     {CONFIG_GATE, STR_INIT("gate")},
    {CONFIG_REGISTER, STR_INIT("register")},     {CONFIG_STEPS, STR_INIT("steps")},
    {CONFIG_PARAMETERS, STR_INIT("parameters")},
};

static bool one_source(JsonWriter *json, const Node *sources, Str source, Error *err)
{
    const Node *node = node_get(sources, source);
    CHECK(node != NULL);
    TRY(json_field_object(json, STR("sources"), err));
    TRY(json_field_node(json, source, node, err));
    return json_object_end(json, err);
}

bool config_section_json(const Config *config, unsigned sections, Str source, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    if (config->pipeline.size > 0) TRY(json_field_str(&json, STR("pipeline"), config->pipeline, err));
    for (size_t i = 0; i < COUNT_OF(section_keys); i++) {
        const Node *node = node_get(config->document->root, section_keys[i].key);
        if (node == NULL || (sections & section_keys[i].section) == 0) continue;
        if (section_keys[i].section == CONFIG_SOURCES && source.size > 0)
            TRY(one_source(&json, node, source, err));
        else
            TRY(json_field_node(&json, section_keys[i].key, node, err));
    }
    return json_object_end(&json, err);
}
