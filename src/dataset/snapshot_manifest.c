#include "dataset/manifest_json_internal.h"
#include "dataset/snapshot.h"

void snapshot_manifest_deinit(SnapshotManifest *manifest)
{
    for (size_t i = 0; i < manifest->column_count; i++) {
        profile_deinit(&manifest->columns[i].train);
        profile_deinit(&manifest->columns[i].test);
    }
    arena_deinit(&manifest->arena);
    *manifest = (SnapshotManifest){0};
}

static bool split_write(JsonWriter *json, const SplitOptions *split, Error *err)
{
    TRY(json_field_object(json, STR("split"), err));
    TRY(json_field_bool(json, STR("by_instant"), split->by_instant, err));
    TRY(json_field_double(json, STR("train"), split->train, err));
    TRY(json_field_double(json, STR("validation"), split->validation, err));
    TRY(json_field_double(json, STR("test"), split->test, err));
    TRY(json_field_int(json, STR("t1"), split->t1_us, err));
    TRY(json_field_int(json, STR("t2"), split->t2_us, err));
    TRY(json_field_int(json, STR("gap"), split->gap_us, err));
    return json_object_end(json, err);
}

static bool report_write(JsonWriter *json, const SplitReport *report, Error *err)
{
    TRY(json_field_object(json, STR("report"), err));
    TRY(json_field_int(json, STR("t1"), report->t1_us, err));
    TRY(json_field_int(json, STR("t2"), report->t2_us, err));
    for (Split split = SPLIT_TRAIN; split < SPLIT_COUNT; split++)
        TRY(json_field_uint(json, str_from(split_name(split)), report->counts[split], err));
    TRY(json_field_uint(json, STR("label_unknown"), report->label_unknown, err));
    TRY(json_field_uint(json, STR("label_null"), report->label_null, err));
    TRY(json_field_uint(json, STR("label_late"), report->label_late, err));
    return json_object_end(json, err);
}

static bool sources_write(JsonWriter *json, const SnapshotManifest *manifest, Error *err)
{
    TRY(json_field_array(json, STR("sources"), err));
    for (size_t i = 0; i < manifest->source_count; i++) {
        const SnapshotSource *source = &manifest->sources[i];
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), source->name, err));
        TRY(manifest_write_digest(json, STR("logical"), &source->logical, err));
        TRY(json_field_uint(json, STR("rows"), source->row_count, err));
        TRY(json_field_uint(json, STR("conflicts"), source->conflict_count, err));
        TRY(json_field_str(json, STR("conflict"), source->conflict, err));
        TRY(source_files_write(json, source->files, source->file_count, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

static bool columns_write(JsonWriter *json, const SnapshotManifest *manifest, Error *err)
{
    TRY(json_field_array(json, STR("columns"), err));
    for (size_t i = 0; i < manifest->column_count; i++) {
        const SnapshotColumn *column = &manifest->columns[i];
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("name"), column->name, err));
        TRY(manifest_write_type(json, STR("type"), column->type, err));
        TRY(manifest_write_profile(json, STR("train"), &column->train, err));
        TRY(manifest_write_profile(json, STR("test"), &column->test, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

bool snapshot_manifest_encode(const SnapshotManifest *manifest, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_int(&json, STR("format"), MANIFEST_FORMAT, err));
    TRY(json_field_str(&json, STR("pipeline"), manifest->pipeline, err));
    TRY(json_field_int(&json, STR("as_of"), manifest->as_of_us, err));
    TRY(manifest_write_digest(&json, STR("logical"), &manifest->logical, err));
    TRY(manifest_write_digest(&json, STR("plan"), &manifest->plan, err));
    TRY(split_write(&json, &manifest->split, err));
    TRY(report_write(&json, &manifest->report, err));
    TRY(sources_write(&json, manifest, err));
    TRY(columns_write(&json, manifest, err));
    return json_object_end(&json, err);
}

static bool split_read(const Node *root, SplitOptions *out, Error *err)
{
    const Node *split = NULL;
    TRY(node_need(root, STR("split"), &split, err));
    TRY(manifest_need_bool(split, STR("by_instant"), &out->by_instant, err));
    TRY(manifest_need_double(split, STR("train"), &out->train, err));
    TRY(manifest_need_double(split, STR("validation"), &out->validation, err));
    TRY(manifest_need_double(split, STR("test"), &out->test, err));
    TRY(manifest_need_int(split, STR("t1"), &out->t1_us, err));
    TRY(manifest_need_int(split, STR("t2"), &out->t2_us, err));
    return manifest_need_int(split, STR("gap"), &out->gap_us, err);
}

static bool report_read(const Node *root, SplitReport *out, Error *err)
{
    const Node *report = NULL;
    TRY(node_need(root, STR("report"), &report, err));
    TRY(manifest_need_int(report, STR("t1"), &out->t1_us, err));
    TRY(manifest_need_int(report, STR("t2"), &out->t2_us, err));
    for (Split split = SPLIT_TRAIN; split < SPLIT_COUNT; split++)
        TRY(manifest_need_count(report, str_from(split_name(split)), &out->counts[split], err));
    TRY(manifest_need_count(report, STR("label_unknown"), &out->label_unknown, err));
    TRY(manifest_need_count(report, STR("label_null"), &out->label_null, err));
    return manifest_need_count(report, STR("label_late"), &out->label_late, err);
}

static bool source_read(const Node *node, Arena *arena, SnapshotSource *out, Error *err)
{
    TRY(manifest_need_str(node, STR("name"), &out->name, err));
    TRY(manifest_need_digest(node, STR("logical"), &out->logical, err));
    TRY(manifest_need_count(node, STR("rows"), &out->row_count, err));
    TRY(manifest_need_count(node, STR("conflicts"), &out->conflict_count, err));
    TRY(manifest_need_str(node, STR("conflict"), &out->conflict, err));
    return source_files_read(node, arena, &out->files, &out->file_count, err);
}

static bool sources_read(const Node *root, SnapshotManifest *manifest, Error *err)
{
    const Node *list = NULL;
    TRY(manifest_need_list(root, STR("sources"), MANIFEST_SOURCES_MAX, &list, err));
    manifest->sources = arena_alloc_array(&manifest->arena, node_count(list) + 1, sizeof(SnapshotSource), err);
    TRY(manifest->sources != NULL);
    manifest->source_count = node_count(list);
    for (size_t i = 0; i < node_count(list); i++)
        TRY(source_read(node_at(list, i), &manifest->arena, &manifest->sources[i], err));
    return true;
}

static bool column_read(const Node *node, SnapshotColumn *out, Error *err)
{
    TRY(manifest_need_str(node, STR("name"), &out->name, err));
    TRY(manifest_need_type(node, STR("type"), &out->type, err));
    TRY(manifest_need_profile(node, STR("train"), &out->train, err));
    return manifest_need_profile(node, STR("test"), &out->test, err);
}

static bool columns_read(const Node *root, SnapshotManifest *manifest, Error *err)
{
    const Node *list = NULL;
    TRY(manifest_need_list(root, STR("columns"), FRAME_COLUMNS_MAX, &list, err));
    manifest->columns = arena_alloc_array(&manifest->arena, node_count(list) + 1, sizeof(SnapshotColumn), err);
    TRY(manifest->columns != NULL);
    manifest->column_count = node_count(list);
    for (size_t i = 0; i < node_count(list); i++) TRY(column_read(node_at(list, i), &manifest->columns[i], err));
    return true;
}

static bool manifest_read(const Node *root, SnapshotManifest *manifest, Error *err)
{
    TRY(manifest_need_str(root, STR("pipeline"), &manifest->pipeline, err));
    TRY(manifest_need_int(root, STR("as_of"), &manifest->as_of_us, err));
    TRY(manifest_need_digest(root, STR("logical"), &manifest->logical, err));
    TRY(manifest_need_digest(root, STR("plan"), &manifest->plan, err));
    TRY(split_read(root, &manifest->split, err));
    TRY(report_read(root, &manifest->report, err));
    TRY(sources_read(root, manifest, err));
    return columns_read(root, manifest, err);
}

bool snapshot_manifest_decode(Str name, Str text, SnapshotManifest *out, Error *err)
{
    AUTO(snapshot_manifest_deinit) SnapshotManifest manifest = {0};
    Document document = {0};
    TRY(manifest_parse(name, text, &manifest.arena, &document, err));
    TRY(manifest_read(document.root, &manifest, err));
    *out = manifest;
    manifest = (SnapshotManifest){0};
    return true;
}
