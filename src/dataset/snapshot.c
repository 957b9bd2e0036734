#include "dataset/snapshot.h"

#include "dataset/snapshot_internal.h"

enum { SNAPSHOT_MANIFEST_BYTES_MAX = 256 << 20, SNAPSHOT_PLAN_BYTES_MAX = 64 << 20 };

void snapshot_deinit(Snapshot *snapshot)
{
    frame_deinit(&snapshot->frame);
    snapshot_manifest_deinit(&snapshot->manifest);
    plan_deinit(&snapshot->plan);
    *snapshot = (Snapshot){0};
}

static bool text_write(const Disk *disk, Str directory, Str name, const Bytes *text, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, name, &path, err));
    return disk_write_atomic(disk, path, bytes_str(text), err);
}

bool snapshot_texts_write(const Disk *disk, const Plan *plan, const SnapshotManifest *manifest, Str directory,
                          Error *err)
{
    AUTO(bytes_deinit) Bytes plan_text = {0};
    AUTO(bytes_deinit) Bytes manifest_text = {0};
    TRY(plan_encode(plan, &plan_text, err));
    TRY(text_write(disk, directory, STR("plan.json"), &plan_text, err));
    TRY(snapshot_manifest_encode(manifest, &manifest_text, err));
    return text_write(disk, directory, STR("snapshot.json"), &manifest_text, err);
}

bool snapshot_write(Lake *lake, const Disk *disk, const Snapshot *snapshot, Str directory, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("snapshot.parquet"), &path, err));
    TRY(lake_write_parquet(lake, &snapshot->frame, path, err));
    return snapshot_texts_write(disk, &snapshot->plan, &snapshot->manifest, directory, err);
}

static bool manifest_read(const Disk *disk, Str directory, SnapshotManifest *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("snapshot.json"), &path, err));
    TRY(disk_read(disk, path, SNAPSHOT_MANIFEST_BYTES_MAX, &text, err));
    return snapshot_manifest_decode(path, bytes_str(&text), out, err);
}

static bool plan_read(const Disk *disk, Str directory, const Digest *expected, Plan *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(plan_deinit) Plan plan = {0};
    Str path = {0};
    Digest digest = {0};
    TRY(path_join(&arena, directory, STR("plan.json"), &path, err));
    TRY(disk_read(disk, path, SNAPSHOT_PLAN_BYTES_MAX, &text, err));
    TRY(digest_of(bytes_str(&text), &digest, err));
    if (!digest_equal(&digest, expected))
        return error_set(err, ERROR_DATA, "%.*s is not the plan that snapshot.json names: its digest is %s, not %s",
                         STR_ARG(path), digest_hex(&digest).text, digest_hex(expected).text);
    TRY_OR(plan_decode(bytes_str(&text), &plan, err), err, "%.*s", STR_ARG(path));
    *out = plan_take(&plan);
    return true;
}

static bool schema_verify(const Frame *frame, const SnapshotManifest *manifest, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Field *fields = arena_alloc_array(&arena, manifest->column_count + 1, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < manifest->column_count; i++)
        fields[i] = (Field){.name = manifest->columns[i].name, .type = manifest->columns[i].type};
    return schema_check_equal((Schema){.fields = fields, .count = manifest->column_count}, frame_schema(frame), err);
}

static bool frame_verify(const Frame *frame, const SnapshotManifest *manifest, Error *err)
{
    Digest logical = {0};
    TRY(schema_verify(frame, manifest, err));
    TRY(frame_digest(frame, &logical, err));
    if (digest_equal(&logical, &manifest->logical)) return true;
    return error_set(err, ERROR_DATA, "the content is not that of the snapshot: its digest is %s, the manifest's %s",
                     digest_hex(&logical).text, digest_hex(&manifest->logical).text);
}

bool snapshot_read(Lake *lake, const Disk *disk, Str directory, Snapshot *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(snapshot_deinit) Snapshot snapshot = {0};
    Str path = {0};
    TRY(path_join(&arena, directory, STR("snapshot.parquet"), &path, err));
    TRY(manifest_read(disk, directory, &snapshot.manifest, err));
    TRY(plan_read(disk, directory, &snapshot.manifest.plan, &snapshot.plan, err));
    TRY(lake_read_parquet(lake, path, &snapshot.frame, err));
    TRY_OR(frame_verify(&snapshot.frame, &snapshot.manifest, err), err, "%.*s", STR_ARG(path));
    *out = snapshot;
    snapshot = (Snapshot){0};
    return true;
}

bool snapshot_rows(const Snapshot *snapshot, Split split, uint64_t **out, size_t *out_count, Error *err)
{
    return snapshot_frame_rows(&snapshot->frame, split, out, out_count, err);
}
