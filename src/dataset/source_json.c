#include "dataset/source_json.h"

#include "dataset/manifest_json_internal.h"

bool source_files_write(JsonWriter *json, const SourceFile *files, size_t count, Error *err)
{
    TRY(json_field_array(json, STR("files"), err));
    for (size_t i = 0; i < count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("path"), files[i].path, err));
        TRY(json_field_uint(json, STR("size"), files[i].size, err));
        TRY(manifest_write_digest(json, STR("digest"), &files[i].digest, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

bool source_files_read(const Node *map, Arena *arena, SourceFile **out, size_t *out_count, Error *err)
{
    const Node *list = NULL;
    TRY(manifest_need_list(map, STR("files"), SOURCE_FILES_MAX, &list, err));
    SourceFile *files = arena_alloc_array(arena, node_count(list) + 1, sizeof(SourceFile), err);
    TRY(files != NULL);
    for (size_t i = 0; i < node_count(list); i++) {
        const Node *file = node_at(list, i);
        TRY(manifest_need_str(file, STR("path"), &files[i].path, err));
        TRY(manifest_need_count(file, STR("size"), &files[i].size, err));
        TRY(manifest_need_digest(file, STR("digest"), &files[i].digest, err));
    }
    *out = files;
    *out_count = node_count(list);
    return true;
}

bool source_schema_write(JsonWriter *json, Schema schema, Error *err)
{
    TRY(json_array_begin(json, err));
    for (size_t i = 0; i < schema.count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), schema.fields[i].name, err));
        TRY(manifest_write_type(json, STR("type"), schema.fields[i].type, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

bool source_schema_read(const Node *list, Arena *arena, Schema *out, Error *err)
{
    if (list != NULL) TRY(node_expect(list, NODE_LIST, err));
    if (node_count(list) > FRAME_COLUMNS_MAX)
        return node_error(list, err, "%zu columns, at most %d", node_count(list), FRAME_COLUMNS_MAX);
    Field *fields = arena_alloc_array(arena, node_count(list) + 1, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < node_count(list); i++) {
        TRY(manifest_need_str(node_at(list, i), STR("name"), &fields[i].name, err));
        TRY(manifest_need_type(node_at(list, i), STR("type"), &fields[i].type, err));
    }
    *out = (Schema){.fields = fields, .count = node_count(list)};
    return true;
}
