#include "dataset/manifest_json_internal.h"

void source_manifest_deinit(SourceManifest *manifest)
{
    arena_deinit(&manifest->arena);
    *manifest = (SourceManifest){0};
}

static bool fields_write(JsonWriter *json, const SourceManifest *manifest, Error *err)
{
    TRY(json_field_array(json, STR("fields"), err));
    for (size_t i = 0; i < manifest->field_count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), manifest->fields[i].name, err));
        TRY(manifest_write_type(json, STR("type"), manifest->fields[i].type, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

bool source_manifest_encode(const SourceManifest *manifest, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_int(&json, STR("format"), MANIFEST_FORMAT, err));
    TRY(json_field_str(&json, STR("source"), manifest->name, err));
    TRY(json_field_uint(&json, STR("rows"), manifest->row_count, err));
    TRY(json_field_int(&json, STR("time_min"), manifest->time_min_us, err));
    TRY(json_field_int(&json, STR("time_max"), manifest->time_max_us, err));
    TRY(json_field_int(&json, STR("known_max"), manifest->known_max_us, err));
    TRY(manifest_write_digest(&json, STR("logical"), &manifest->logical, err));
    TRY(fields_write(&json, manifest, err));
    TRY(manifest_write_files(&json, manifest->files, manifest->file_count, err));
    return json_object_end(&json, err);
}

static bool fields_read(const Node *root, SourceManifest *manifest, Error *err)
{
    const Node *list = NULL;
    TRY(manifest_need_list(root, STR("fields"), FRAME_COLUMNS_MAX, &list, err));
    manifest->fields = arena_alloc_array(&manifest->arena, node_count(list) + 1, sizeof(Field), err);
    TRY(manifest->fields != NULL);
    for (size_t i = 0; i < node_count(list); i++) {
        TRY(manifest_need_str(node_at(list, i), STR("name"), &manifest->fields[i].name, err));
        TRY(manifest_need_type(node_at(list, i), STR("type"), &manifest->fields[i].type, err));
    }
    manifest->field_count = node_count(list);
    return true;
}

static bool manifest_read(const Node *root, SourceManifest *manifest, Error *err)
{
    TRY(manifest_need_str(root, STR("source"), &manifest->name, err));
    TRY(manifest_need_count(root, STR("rows"), &manifest->row_count, err));
    TRY(manifest_need_int(root, STR("time_min"), &manifest->time_min_us, err));
    TRY(manifest_need_int(root, STR("time_max"), &manifest->time_max_us, err));
    TRY(manifest_need_int(root, STR("known_max"), &manifest->known_max_us, err));
    TRY(manifest_need_digest(root, STR("logical"), &manifest->logical, err));
    TRY(fields_read(root, manifest, err));
    return manifest_need_files(root, &manifest->arena, &manifest->files, &manifest->file_count, err);
}

bool source_manifest_decode(Str name, Str text, SourceManifest *out, Error *err)
{
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    Document document = {0};
    TRY(manifest_parse(name, text, &manifest.arena, &document, err));
    TRY(manifest_read(document.root, &manifest, err));
    *out = manifest;
    manifest = (SourceManifest){0};
    return true;
}
