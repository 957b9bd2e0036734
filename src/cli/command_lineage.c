#include "cli/commands.h"

#include "registry/registry.h"
#include "text/json_writer.h"

enum { LINEAGE_DEPTH_MAX = 32 };

typedef struct Lineage {
    const LineageEdge *edges;
    size_t count;
} Lineage;

/// One level of the tree that is being written: the edges of one child.
typedef struct LineageLevel {
    Digest child;
    size_t next;
} LineageLevel;

static bool edge_write(const LineageEdge *edge, size_t depth, Bytes *out, Error *err)
{
    for (size_t i = 0; i < depth; i++) TRY(bytes_append_str(out, STR("  "), err));
    return bytes_append_format(out, err, "%-9.*s %.*s  %.12s\n", STR_ARG(edge->kind), STR_ARG(edge->name),
                               digest_hex(&edge->parent).text);
}

static const LineageEdge *next_edge(const Lineage *lineage, LineageLevel *level)
{
    while (level->next < lineage->count) {
        const LineageEdge *edge = &lineage->edges[level->next++];
        if (digest_equal(&edge->child, &level->child)) return edge;
    }
    return NULL;
}

static bool tree_write(const Lineage *lineage, const ModelVersion *version, Bytes *out, Error *err)
{
    LineageLevel levels[LINEAGE_DEPTH_MAX] = {{.child = version->digest}};
    size_t depth = 1;
    TRY(bytes_append_format(out, err, "model     %.*s@%lld  %.12s\n", STR_ARG(version->model),
                            (long long)version->version, digest_hex(&version->digest).text));
    while (depth > 0) {
        const LineageEdge *edge = next_edge(lineage, &levels[depth - 1]);
        if (edge == NULL) {
            depth--;
            continue;
        }
        TRY(edge_write(edge, depth, out, err));
        if (depth < LINEAGE_DEPTH_MAX) levels[depth++] = (LineageLevel){.child = edge->parent};
    }
    return true;
}

static bool edge_json(JsonWriter *json, const LineageEdge *edge, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("child"), str_from(digest_hex(&edge->child).text), err));
    TRY(json_field_str(json, STR("parent"), str_from(digest_hex(&edge->parent).text), err));
    TRY(json_field_str(json, STR("kind"), edge->kind, err));
    TRY(json_field_str(json, STR("name"), edge->name, err));
    return json_object_end(json, err);
}

static bool json_write(const Lineage *lineage, const ModelVersion *version, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("model"), version->model, err));
    TRY(json_field_int(&json, STR("version"), version->version, err));
    TRY(json_field_str(&json, STR("digest"), str_from(digest_hex(&version->digest).text), err));
    TRY(json_field_array(&json, STR("edges"), err));
    for (size_t i = 0; i < lineage->count; i++) TRY(edge_json(&json, &lineage->edges[i], err));
    TRY(json_array_end(&json, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ModelVersion version = {0};
    LineageEdge *edges = NULL;
    Lineage lineage = {0};
    TRY(command_store(invocation, &store, err));
    TRY(registry_find(&store, invocation->words[0], &invocation->arena, &version, err));
    TRY(registry_lineage(&store, &version.digest, &invocation->arena, &edges, &lineage.count, err));
    lineage.edges = edges;
    TRY(invocation->json ? json_write(&lineage, &version, &text, err) : tree_write(&lineage, &version, &text, err));
    return command_print(invocation, &text, err);
}

const Command command_lineage = {
    .name = "lineage",
    .words = "MODEL[@VERSION|@ALIAS]",
    .summary = "show what a model was made from, down to the files",
    .word_min = 1,
    .word_max = 1,
    .run = run,
};
