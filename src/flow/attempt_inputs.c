#include "flow/attempt_internal.h"

/// Values are in step.json itself; everything else is an object.
static bool input_verify(const Disk *disk, const StepArtifact *input, Error *err)
{
    Digest found = {0};
    if (input->value.size > 0) return true;
    TRY_OR(object_digest(disk, input->path, &found, err), err, "input '%.*s'", STR_ARG(input->name));
    if (digest_equal(&found, &input->digest)) return true;
    return error_set(err, ERROR_DATA,
                     "input '%.*s' is damaged: '%.*s' is no longer what was made; the next run makes it again",
                     STR_ARG(input->name), STR_ARG(input->path));
}

bool attempt_inputs_verify(const Disk *disk, Str directory, Error *err)
{
    AUTO(step_request_deinit) StepRequest request = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(attempt_path(directory, "step.json", &arena, &path, err));
    TRY(disk_read(disk, path, ATTEMPT_FILE_BYTES_MAX, &text, err));
    TRY(step_request_decode(path, bytes_str(&text), &request, err));
    if (!str_equal(request.kind, STR("command"))) return true;
    for (size_t i = 0; i < request.input_count; i++) TRY(input_verify(disk, &request.inputs[i], err));
    return true;
}
