#include "dataset/source_table.h"

enum { SOURCE_MANIFEST_BYTES_MAX = 256 << 20 };

bool source_manifest_write(const Disk *disk, const SourceManifest *manifest, Str directory, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("source.json"), &path, err));
    TRY(source_manifest_encode(manifest, &text, err));
    return disk_write_atomic(disk, path, bytes_str(&text), err);
}

bool source_manifest_read(const Disk *disk, Str directory, SourceManifest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("source.json"), &path, err));
    TRY(disk_read(disk, path, SOURCE_MANIFEST_BYTES_MAX, &text, err));
    return source_manifest_decode(path, bytes_str(&text), out, err);
}

bool source_table_path(Str directory, Arena *arena, Str *out, Error *err)
{
    return path_join(arena, directory, STR("table.parquet"), out, err);
}

bool source_table_write(Lake *lake, const Disk *disk, const Frame *table, const SourceManifest *manifest, Str directory,
                        Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(source_table_path(directory, &arena, &path, err));
    TRY(lake_write_parquet(lake, table, path, err));
    return source_manifest_write(disk, manifest, directory, err);
}

static bool table_verify(const Frame *table, const SourceManifest *manifest, Error *err)
{
    Digest logical = {0};
    Schema schema = {.fields = manifest->fields, .count = manifest->field_count};
    TRY(schema_check_equal(schema, frame_schema(table), err));
    TRY(frame_digest(table, &logical, err));
    if (digest_equal(&logical, &manifest->logical) && table->row_count == manifest->row_count) return true;
    return error_set(err, ERROR_DATA, "the content is not what was ingested: its digest is %s, the manifest's %s",
                     digest_hex(&logical).text, digest_hex(&manifest->logical).text);
}

bool source_table_read(Lake *lake, const Disk *disk, Str directory, Frame *out_table, SourceManifest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    Str path = {0};
    TRY(source_table_path(directory, &arena, &path, err));
    TRY(source_manifest_read(disk, directory, &manifest, err));
    TRY(lake_read_parquet(lake, path, &table, err));
    TRY_OR(table_verify(&table, &manifest, err), err, "%.*s", STR_ARG(path));
    *out_table = frame_take(&table);
    *out = manifest;
    manifest = (SourceManifest){0};
    return true;
}
