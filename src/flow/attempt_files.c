#include "flow/attempt_internal.h"
#include "sys/environment.h"
#include "text/json.h"
#include "text/json_writer.h"

static const Str REASON_NAMES[] = {
    [ATTEMPT_EXITED] = {"exited", 6},
    [ATTEMPT_TIMEOUT] = {"timeout", 7},
    [ATTEMPT_CANCELLED] = {"cancelled", 9},
    [ATTEMPT_UNSTARTABLE] = {"unstartable", 11},
    [ATTEMPT_OUT_OF_MEMORY] = {"out of memory", 13},
    [ATTEMPT_SILENT] = {"silent", 6},
    [ATTEMPT_TIMEOUT_TOTAL] = {"timeout of all attempts", 23},
    [ATTEMPT_SPILLED] = {"spilled", 7},
};

bool attempt_directory(const Store *store, int64_t run, Str step, uint32_t attempt, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "%.*s/attempts/%lld/%.*s/%u", STR_ARG(store->root), (long long)run,
                        STR_ARG(step), attempt);
}

bool attempt_checkpoint(const Store *store, const Digest *key, Arena *arena, Str *out, Error *err)
{
    return arena_format(arena, out, err, "%.*s/checkpoints/%s", STR_ARG(store->root), digest_hex(key).text);
}

bool attempt_path(Str directory, const char *name, Arena *arena, Str *out, Error *err)
{
    return path_join(arena, directory, str_from(name), out, err);
}

bool attempt_file_parse(const Disk *disk, Str directory, const char *name, Arena *arena, Document *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    TRY(attempt_path(directory, name, arena, &path, err));
    TRY(disk_read(disk, path, ATTEMPT_FILE_BYTES_MAX, &text, err));
    return json_parse(path, bytes_str(&text), arena, out, err);
}

static bool exit_encode(const AttemptExit *status, Str boot, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("boot"), boot, err));
    TRY(json_field_str(&json, STR("reason"), REASON_NAMES[status->reason], err));
    TRY(json_field_bool(&json, STR("by_signal"), status->status.by_signal, err));
    TRY(json_field_int(&json, STR("code"), status->status.code, err));
    TRY(json_field_str(&json, STR("message"), status->message, err));
    return json_object_end(&json, err);
}

bool attempt_exit_write(const Disk *disk, Str directory, const AttemptExit *status, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    Str boot = {0};
    TRY(environment_boot(&arena, &boot, err));
    TRY(exit_encode(status, boot, &text, err));
    TRY(attempt_path(directory, "exit.json", &arena, &path, err));
    return disk_write_atomic_unsynced(disk, path, bytes_str(&text), err);
}

static bool exit_decode(const Node *root, AttemptExit *out, Error *err)
{
    const Node *reason_node = NULL;
    size_t reason = 0;
    int64_t code = 0;
    AttemptExit status = {0};
    TRY(node_need(root, STR("reason"), &reason_node, err));
    TRY(node_choice(reason_node, REASON_NAMES, COUNT_OF(REASON_NAMES), &reason, err));
    TRY(node_get_bool(root, STR("by_signal"), &status.status.by_signal, err));
    TRY(node_get_int(root, STR("code"), INT32_MIN, INT32_MAX, &code, err));
    TRY(node_get_str(root, STR("message"), &status.message, err));
    status.reason = (AttemptReason)reason;
    status.status.code = (int)code;
    *out = status;
    return true;
}

/// One from before the machine's last start tells of outputs that the crash may have taken: it does not count.
static bool exit_is_of_this_boot(const Node *root, Arena *arena, bool *out, Error *err)
{
    Str boot = {0};
    Str written = {0};
    TRY(environment_boot(arena, &boot, err));
    TRY(node_get_str(root, STR("boot"), &written, err));
    *out = str_equal(boot, written);
    return true;
}

bool attempt_exit_read(const Disk *disk, Str directory, Arena *arena, AttemptExit *out, bool *out_found, Error *err)
{
    Document document = {0};
    Error missing = {0};
    if (attempt_file_parse(disk, directory, "exit.json", arena, &document, &missing)) {
        TRY(exit_is_of_this_boot(document.root, arena, out_found, err));
        return !*out_found || exit_decode(document.root, out, err);
    }
    *out_found = false;
    if (missing.kind == ERROR_NOT_FOUND) return true;
    return error_set(err, missing.kind, "%s", missing.text);
}
