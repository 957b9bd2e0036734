#include "model/package.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fit/apply.h"
#include "model/package_internal.h"
#include "model/trainer_internal.h"
#include "sys/failpoint.h"

#define PACKAGE_MANIFEST STR("model.json")
#define PACKAGE_PLAN STR("plan.json")
#define PACKAGE_TRANSFORM STR("transform.json")
#define PACKAGE_FACTS STR("fits.json")

enum { PACKAGE_MANIFEST_BYTES_MAX = 64 << 20 };

#define PACKAGE_FILE_BYTES_MAX ((size_t)1 << 33)

static bool byte_is_plain(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '-' || byte == '.';
}

bool package_name_is_plain(Str name)
{
    if (name.size == 0 || name.size > 255 || name.data[0] == '.') return false;
    for (size_t i = 0; i < name.size; i++) {
        if (!byte_is_plain(name.data[i])) return false;
    }
    return true;
}

static bool file_describe(Arena *arena, Str name, Str content, PackageFile *out, Error *err)
{
    CHECK(package_name_is_plain(name) && !str_equal(name, PACKAGE_MANIFEST));
    out->size = content.size;
    TRY(arena_copy(arena, name, &out->name, err));
    return digest_of(content, &out->digest, err);
}

static int file_compare(const void *left, const void *right)
{
    return str_compare(((const PackageFile *)left)->name, ((const PackageFile *)right)->name);
}

static bool files_describe(ModelManifest *manifest, Str plan_json, const ModelFiles *files, Error *err)
{
    size_t count = files->count + 1;
    PackageFile *items = arena_alloc_array(&manifest->arena, count, sizeof(PackageFile), err);
    TRY(items != NULL);
    TRY(file_describe(&manifest->arena, PACKAGE_PLAN, plan_json, &items[0], err));
    for (size_t i = 0; i < files->count; i++) {
        Str content = bytes_str(&files->items[i].content);
        TRY(file_describe(&manifest->arena, files->items[i].name, content, &items[i + 1], err));
    }
    qsort(items, count, sizeof(PackageFile), file_compare);
    manifest->files = items;
    manifest->file_count = count;
    return true;
}

static bool file_write(const Disk *disk, Str directory, Str name, Str content, Error *err)
{
    PathText path;
    TRY(path_join_text(directory, name, &path, err));
    TRY(disk_write_atomic(disk, str_from(path.text), content, err));
    FAILPOINT("package.file_written");
    return true;
}

bool package_write(const Disk *disk, ModelManifest *manifest, Str plan_json, const ModelFiles *files, Str directory,
                   Digest *out_digest, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Digest digest = {0};
    TRY(files_describe(manifest, plan_json, files, err));
    TRY(model_manifest_encode(manifest, &text, err));
    TRY(digest_of(bytes_str(&text), &digest, err));
    TRY(disk_make_directories(disk, directory, err));
    TRY(file_write(disk, directory, PACKAGE_PLAN, plan_json, err));
    for (size_t i = 0; i < files->count; i++)
        TRY(file_write(disk, directory, files->items[i].name, bytes_str(&files->items[i].content), err));
    TRY(file_write(disk, directory, PACKAGE_MANIFEST, bytes_str(&text), err));
    *out_digest = digest;
    return true;
}

bool package_add_transform(ModelFiles *files, const Plan *transform, Str facts, Error *err)
{
    Bytes *content = NULL;
    TRY(model_files_add(files, PACKAGE_TRANSFORM, &content, err));
    TRY(plan_encode(transform, content, err));
    TRY(model_files_add(files, PACKAGE_FACTS, &content, err));
    return bytes_append_str(content, facts, err);
}

void model_deinit(Model *model)
{
    if (model->predictor != NULL) model->trainer->close(&model->predictor);
    plan_deinit(&model->plan);
    plan_deinit(&model->transform);
    model_manifest_deinit(&model->manifest);
    *model = (Model){0};
}

static bool manifest_read(const Disk *disk, Str directory, Model *model, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    PathText path;
    TRY(path_join_text(directory, PACKAGE_MANIFEST, &path, err));
    TRY(disk_read(disk, str_from(path.text), PACKAGE_MANIFEST_BYTES_MAX, &text, err));
    TRY(digest_of(bytes_str(&text), &model->digest, err));
    return model_manifest_decode(str_from(path.text), bytes_str(&text), &model->manifest, err);
}

static bool content_read(const Disk *disk, Str directory, const PackageFile *file, Bytes *out, Error *err)
{
    PathText path;
    Digest digest = {0};
    TRY(path_join_text(directory, file->name, &path, err));
    TRY(disk_read(disk, str_from(path.text), PACKAGE_FILE_BYTES_MAX, out, err));
    TRY(digest_of(bytes_str(out), &digest, err));
    if (out->size == file->size && digest_equal(&digest, &file->digest)) return true;
    return error_set(err, ERROR_DATA, "'%s' is damaged: its digest is not the one in model.json", path.text);
}

static bool files_read(const Disk *disk, Str directory, const ModelManifest *manifest, ModelFiles *out, Error *err)
{
    for (size_t i = 0; i < manifest->file_count; i++) {
        Bytes *content = NULL;
        TRY(model_files_add(out, manifest->files[i].name, &content, err));
        TRY(content_read(disk, directory, &manifest->files[i], content, err));
    }
    return true;
}

/// The manifest's features are the plan's, in its order: what the weights stand for.
static bool plan_check(const Model *model, Error *err)
{
    const ModelManifest *manifest = &model->manifest;
    if (!digest_equal(&model->plan.digest, &manifest->plan))
        return error_set(err, ERROR_DATA, "plan.json is another plan than model.json names");
    if (model->plan.feature_count != manifest->feature_count)
        return error_set(err, ERROR_DATA, "the plan has %u features, the model %zu", model->plan.feature_count,
                         manifest->feature_count);
    for (size_t i = 0; i < manifest->feature_count; i++) {
        if (str_equal(model->plan.features[i].name, manifest->features[i])) continue;
        return error_set(err, ERROR_DATA, "feature %zu is '%.*s' in the plan, '%.*s' in the model", i,
                         STR_ARG(model->plan.features[i].name), STR_ARG(manifest->features[i]));
    }
    return true;
}

static const PackageFile *file_find(const ModelManifest *manifest, Str name)
{
    for (size_t i = 0; i < manifest->file_count; i++) {
        if (str_equal(manifest->files[i].name, name)) return &manifest->files[i];
    }
    return NULL;
}

bool package_facts(const Disk *disk, Str directory, Bytes *out, Error *err)
{
    AUTO(model_deinit) Model model = {0};
    TRY(manifest_read(disk, directory, &model, err));
    const PackageFile *file = file_find(&model.manifest, PACKAGE_FACTS);
    return file == NULL || content_read(disk, directory, file, out, err);
}

static bool transform_load(const ModelFiles *files, Model *model, Error *err)
{
    Str text = {0};
    model->has_transform = file_find(&model->manifest, PACKAGE_TRANSFORM) != NULL;
    if (!model->has_transform) return true;
    TRY(model_files_find(files, PACKAGE_TRANSFORM, &text, err));
    TRY_OR(plan_decode(text, &model->transform, err), err, "transform.json");
    return transform_check(&model->transform, &model->plan, err);
}

/// How many columns the trainer saw.
static size_t model_column_count(const Model *model)
{
    return model->has_transform ? model->transform.feature_count : model->manifest.feature_count;
}

static bool model_load(const Disk *disk, Str directory, Model *model, Error *err)
{
    AUTO(model_files_deinit) ModelFiles files = {0};
    Str plan = {0};
    const ModelManifest *manifest = &model->manifest;
    TRY(manifest_read(disk, directory, model, err));
    TRY(files_read(disk, directory, manifest, &files, err));
    TRY(model_files_find(&files, PACKAGE_PLAN, &plan, err));
    TRY_OR(plan_decode(plan, &model->plan, err), err, "plan.json");
    TRY(plan_check(model, err));
    TRY(transform_load(&files, model, err));
    model->trainer = trainer_find(manifest->trainer);
    if (model->trainer == NULL)
        return error_set(err, ERROR_DATA, "its trainer '%.*s' is unknown here", STR_ARG(manifest->trainer));
    return model->trainer->open(&files, manifest->objective, model_column_count(model), &model->predictor, err);
}

bool model_open(const Disk *disk, Str directory, Model *out, Error *err)
{
    AUTO(model_deinit) Model model = {0};
    TRY_OR(model_load(disk, directory, &model, err), err, "model package '%.*s'", STR_ARG(directory));
    *out = model;
    model = (Model){0};
    return true;
}

/// Into numbers as they are.
static bool transformed_matrix(const Model *model, const Frame *features, const uint64_t *rows, size_t row_count,
                               Matrix *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(program_output_deinit) ProgramOutput columns = {0};
    const Plan *transform = &model->transform;
    Str *names = arena_alloc_array(&arena, transform->feature_count, sizeof(Str), err);
    TRY(names != NULL);
    for (uint32_t i = 0; i < transform->feature_count; i++) names[i] = transform->features[i].name;
    TRY(transform_apply(transform, features, rows, row_count, 1, &columns, err));
    return matrix_from_vectors(columns.vectors, names, transform->feature_count, row_count, out, err);
}

bool model_predict(const Model *model, const Frame *features, const uint64_t *rows, size_t row_count, double *out,
                   Error *err)
{
    AUTO(matrix_deinit) Matrix matrix = {0};
    const ModelManifest *manifest = &model->manifest;
    if (model->has_transform) {
        TRY(transformed_matrix(model, features, rows, row_count, &matrix, err));
    } else {
        TRY(matrix_from_frame(features, manifest->features, manifest->feature_count, rows, row_count, &matrix, err));
    }
    return model->trainer->predict(model->predictor, &matrix, out, err);
}
