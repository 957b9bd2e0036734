#include "dataset/manifest_json_internal.h"

void source_manifest_deinit(SourceManifest *manifest)
{
    arena_deinit(&manifest->arena);
    *manifest = (SourceManifest){0};
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
    Schema schema = {.fields = manifest->fields, .count = manifest->field_count};
    TRY(json_key(&json, STR("fields"), err));
    TRY(source_schema_write(&json, schema, err));
    TRY(source_files_write(&json, manifest->files, manifest->file_count, err));
    return json_object_end(&json, err);
}

static bool fields_read(const Node *root, SourceManifest *manifest, Error *err)
{
    const Node *list = NULL;
    Schema schema = {0};
    TRY(manifest_need_list(root, STR("fields"), FRAME_COLUMNS_MAX, &list, err));
    TRY(source_schema_read(list, &manifest->arena, &schema, err));
    // Fresh from the arena, and the manifest's own.
    manifest->fields = (Field *)(uintptr_t)schema.fields;
    manifest->field_count = schema.count;
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
    return source_files_read(root, &manifest->arena, &manifest->files, &manifest->file_count, err);
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
