#include "stage/stage_internal.h"

#include "sys/disk_file.h"

static bool line_write(const StageContext *context, Str line, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(disk_file_open(context->disk, context->progress_path, DISK_APPEND, &file, err));
    return disk_file_write(&file, line, err);
}

static bool line_build(double done, double total, Str text, int64_t left_us, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_double(&json, STR("done"), done, err));
    TRY(json_field_double(&json, STR("total"), total, err));
    TRY(json_field_str(&json, STR("text"), text, err));
    TRY(json_field_int(&json, STR("left_us"), left_us, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

void stage_progress(const StageContext *context, double done, double total, Str text, int64_t left_us)
{
    AUTO(bytes_deinit) Bytes line = {0};
    Error ignored = {0};
    if (context->progress_path.size == 0 || !line_build(done, total, text, left_us, &line, &ignored)) return;
    if (!line_write(context, bytes_str(&line), &ignored)) return;
}
