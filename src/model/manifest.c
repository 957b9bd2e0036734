/// model.json: canonical, so that its SHA-256 can be the model's digest.
#include "model/package.h"

#include <string.h>

#include "model/package_internal.h"
#include "model/trainer_internal.h"
#include "number/float_order.h"
#include "text/json.h"
#include "text/json_writer.h"

enum { MANIFEST_FORMAT = 1, PACKAGE_LIST_MAX = 1 << 16 };

void model_manifest_deinit(ModelManifest *manifest)
{
    arena_deinit(&manifest->arena);
    *manifest = (ModelManifest){0};
}

static bool write_digest(JsonWriter *json, Str key, const Digest *digest, Error *err)
{
    return json_field_str(json, key, str_from(digest_hex(digest).text), err);
}

static bool write_features(JsonWriter *json, const ModelManifest *manifest, Error *err)
{
    TRY(json_field_array(json, STR("features"), err));
    for (size_t i = 0; i < manifest->feature_count; i++) TRY(json_str(json, manifest->features[i], err));
    return json_array_end(json, err);
}

static bool write_files(JsonWriter *json, const ModelManifest *manifest, Error *err)
{
    TRY(json_field_array(json, STR("files"), err));
    for (size_t i = 0; i < manifest->file_count; i++) {
        const PackageFile *file = &manifest->files[i];
        TRY(json_object_begin(json, err));
        TRY(write_digest(json, STR("digest"), &file->digest, err));
        TRY(json_field_str(json, STR("name"), file->name, err));
        TRY(json_field_uint(json, STR("size"), file->size, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

static bool write_sources(JsonWriter *json, const ModelManifest *manifest, Error *err)
{
    TRY(json_field_array(json, STR("sources"), err));
    for (size_t i = 0; i < manifest->source_count; i++) {
        TRY(json_object_begin(json, err));
        TRY(write_digest(json, STR("logical"), &manifest->sources[i].logical, err));
        TRY(json_field_str(json, STR("name"), manifest->sources[i].name, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

/// In the order of the keys' bytes.
static bool write_fields(JsonWriter *json, const ModelManifest *manifest, Error *err)
{
    TRY(json_field_int(json, STR("as_of_us"), manifest->as_of_us, err));
    TRY(write_features(json, manifest, err));
    TRY(write_files(json, manifest, err));
    TRY(json_field_int(json, STR("format"), MANIFEST_FORMAT, err));
    TRY(json_field_double(json, STR("label_mean"), manifest->label_mean, err));
    TRY(json_field_str(json, STR("library"), manifest->library, err));
    TRY(json_field_str(json, STR("objective"), str_from(objective_name(manifest->objective)), err));
    TRY(json_key(json, STR("params"), err) && json_raw(json, manifest->params, err));
    TRY(json_field_str(json, STR("pipeline"), manifest->pipeline, err));
    TRY(write_digest(json, STR("plan"), &manifest->plan, err));
    TRY(json_field_str(json, STR("reproducibility"), manifest->reproducibility, err));
    TRY(json_field_int(json, STR("seed"), manifest->seed, err));
    TRY(write_digest(json, STR("snapshot"), &manifest->snapshot, err));
    TRY(write_sources(json, manifest, err));
    TRY(json_field_uint(json, STR("train_rows"), manifest->train_rows, err));
    TRY(json_field_int(json, STR("trained_until_us"), manifest->trained_until_us, err));
    TRY(json_field_str(json, STR("trainer"), manifest->trainer, err));
    return json_field_uint(json, STR("validation_rows"), manifest->validation_rows, err);
}

bool model_manifest_encode(const ModelManifest *manifest, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    json.nonfinite_refused = true;
    TRY(json_object_begin(&json, err));
    TRY_OR(write_fields(&json, manifest, err), err, "model.json");
    return json_object_end(&json, err);
}

static bool read_text(const Node *map, Str key, Arena *arena, Str *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return arena_copy(arena, text, out, err);
}

static bool read_digest(const Node *map, Str key, Digest *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return digest_parse(text, out, NULL) || node_error(node, err, "a SHA-256 is wanted");
}

static bool read_int(const Node *map, Str key, int64_t min, int64_t *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_int(node, min, INT64_MAX, out, err);
}

static bool read_count(const Node *map, Str key, uint64_t *out, Error *err)
{
    int64_t value = 0;
    TRY(read_int(map, key, 0, &value, err));
    *out = (uint64_t)value;
    return true;
}

/// An array in the arena for the list under `key`.
static bool read_list(const Node *map, Str key, size_t item_size, Arena *arena, const Node **out_list, void **out,
                      Error *err)
{
    TRY(node_need(map, key, out_list, err));
    TRY(node_expect(*out_list, NODE_LIST, err));
    if (node_count(*out_list) > PACKAGE_LIST_MAX) return node_error(*out_list, err, "too many items");
    *out = arena_alloc_array(arena, node_count(*out_list) + 1, item_size, err);
    return *out != NULL;
}

static bool read_features(const Node *root, ModelManifest *out, Error *err)
{
    const Node *list = NULL;
    void *items = NULL;
    TRY(read_list(root, STR("features"), sizeof(Str), &out->arena, &list, &items, err));
    out->features = items;
    out->feature_count = node_count(list);
    for (size_t i = 0; i < out->feature_count; i++) {
        Str name = {0};
        TRY(node_str(node_at(list, i), &name, err));
        TRY(arena_copy(&out->arena, name, &out->features[i], err));
    }
    return true;
}

static bool read_file(const Node *node, Arena *arena, PackageFile *out, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "digest", "name", "size"));
    TRY(read_text(node, STR("name"), arena, &out->name, err));
    if (!package_name_is_plain(out->name)) return node_error(node, err, "not the name of a file in a package");
    TRY(read_count(node, STR("size"), &out->size, err));
    return read_digest(node, STR("digest"), &out->digest, err);
}

static bool read_files(const Node *root, ModelManifest *out, Error *err)
{
    const Node *list = NULL;
    void *items = NULL;
    TRY(read_list(root, STR("files"), sizeof(PackageFile), &out->arena, &list, &items, err));
    out->files = items;
    out->file_count = node_count(list);
    for (size_t i = 0; i < out->file_count; i++) TRY(read_file(node_at(list, i), &out->arena, &out->files[i], err));
    return true;
}

static bool read_sources(const Node *root, ModelManifest *out, Error *err)
{
    const Node *list = NULL;
    void *items = NULL;
    TRY(read_list(root, STR("sources"), sizeof(PackageSource), &out->arena, &list, &items, err));
    out->sources = items;
    out->source_count = node_count(list);
    for (size_t i = 0; i < out->source_count; i++) {
        const Node *node = node_at(list, i);
        TRY(NODE_CHECK_KEYS(node, err, "logical", "name"));
        TRY(read_text(node, STR("name"), &out->arena, &out->sources[i].name, err));
        TRY(read_digest(node, STR("logical"), &out->sources[i].logical, err));
    }
    return true;
}

static bool read_params(const Node *root, ModelManifest *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    const Node *node = NULL;
    JsonWriter json = json_writer(&text, JSON_CANONICAL);
    TRY(node_need(root, STR("params"), &node, err));
    TRY(node_expect(node, NODE_MAP, err));
    TRY(json_node(&json, node, err));
    return arena_copy(&out->arena, bytes_str(&text), &out->params, err);
}

static bool read_objective(const Node *root, ModelManifest *out, Error *err)
{
    static const Str NAMES[] = {STR_INIT("regression"), STR_INIT("binary")};
    const Node *node = NULL;
    size_t choice = 0;
    TRY(node_need(root, STR("objective"), &node, err));
    TRY(node_choice(node, NAMES, COUNT_OF(NAMES), &choice, err));
    out->objective = choice == 0 ? OBJECTIVE_REGRESSION : OBJECTIVE_BINARY;
    return true;
}

static bool read_format(const Node *root, Error *err)
{
    const Node *node = NULL;
    int64_t format = 0;
    TRY(node_need(root, STR("format"), &node, err));
    TRY(node_int(node, 1, INT64_MAX, &format, err));
    return format == MANIFEST_FORMAT || node_error(node, err, "a package of a later version of pawl");
}

static bool read_label_mean(const Node *root, ModelManifest *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(root, STR("label_mean"), &node, err));
    TRY(node_double(node, &out->label_mean, err));
    return float_is_finite(out->label_mean) || node_error(node, err, "a finite number is wanted");
}

static bool read_texts(const Node *root, ModelManifest *out, Error *err)
{
    TRY(read_text(root, STR("library"), &out->arena, &out->library, err));
    TRY(read_text(root, STR("pipeline"), &out->arena, &out->pipeline, err));
    TRY(read_text(root, STR("reproducibility"), &out->arena, &out->reproducibility, err));
    return read_text(root, STR("trainer"), &out->arena, &out->trainer, err);
}

static bool read_numbers(const Node *root, ModelManifest *out, Error *err)
{
    TRY(read_int(root, STR("as_of_us"), INT64_MIN, &out->as_of_us, err));
    TRY(read_int(root, STR("seed"), INT64_MIN, &out->seed, err));
    TRY(read_int(root, STR("trained_until_us"), INT64_MIN, &out->trained_until_us, err));
    TRY(read_count(root, STR("train_rows"), &out->train_rows, err));
    TRY(read_count(root, STR("validation_rows"), &out->validation_rows, err));
    return read_label_mean(root, out, err);
}

static bool read_manifest(const Node *root, ModelManifest *out, Error *err)
{
    TRY(NODE_CHECK_KEYS(root, err, "as_of_us", "features", "files", "format", "label_mean", "library", "objective",
                        "params", "pipeline", "plan", "reproducibility", "seed", "snapshot", "sources", "train_rows",
                        "trained_until_us", "trainer", "validation_rows"));
    TRY(read_format(root, err));
    TRY(read_texts(root, out, err));
    TRY(read_numbers(root, out, err));
    TRY(read_objective(root, out, err));
    TRY(read_params(root, out, err));
    TRY(read_digest(root, STR("plan"), &out->plan, err));
    TRY(read_digest(root, STR("snapshot"), &out->snapshot, err));
    TRY(read_features(root, out, err));
    TRY(read_files(root, out, err));
    return read_sources(root, out, err);
}

bool model_manifest_decode(Str name, Str text, ModelManifest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(model_manifest_deinit) ModelManifest manifest = {0};
    Document document = {0};
    TRY(json_parse(name, text, &arena, &document, err));
    TRY(read_manifest(document.root, &manifest, err));
    *out = manifest;
    manifest = (ModelManifest){0};
    return true;
}
