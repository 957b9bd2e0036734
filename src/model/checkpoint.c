#include "model/checkpoint_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "number/parse.h"
#include "sys/disk_file.h"
#include "sys/failpoint.h"

enum { ROUND_DIGITS = 8, CHECKPOINT_BYTES_MAX_LOG2 = 33 };

#define CHECKPOINT_MAGIC STR("pawl checkpoint 1\n")
#define CHECKPOINT_PREFIX STR("round-")
#define CHECKPOINT_UNFINISHED STR(".tmp")

static void checkpoint_tell(const Checkpoints *checkpoints, const char *text)
{
    const TrainHooks *hooks = checkpoints->hooks;
    if (hooks != NULL && hooks->note != NULL) hooks->note(hooks->context, text);
}

static bool checkpoint_path(const Checkpoints *checkpoints, int64_t round, const char *suffix, PathText *out,
                            Error *err)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "round-%0*" PRId64 "%s", ROUND_DIGITS, round, suffix);
    return path_join_text(checkpoints->directory, str_from(name), out, err);
}

/// "round-00000120" is 120; false for every other name.
static bool checkpoint_round(Str name, int64_t *out)
{
    if (!str_starts(name, CHECKPOINT_PREFIX)) return false;
    Str digits = str_slice(name, CHECKPOINT_PREFIX.size, name.size);
    if (digits.size < ROUND_DIGITS || digits.data[0] == '+' || digits.data[0] == '-') return false;
    return number_parse_int64(digits, out, NULL);
}

static bool checkpoint_encode(const Checkpoints *checkpoints, int64_t round, Str saved, Bytes *out, Error *err)
{
    Digest digest = {0};
    TRY(bytes_append_str(out, CHECKPOINT_MAGIC, err));
    TRY(bytes_append(out, checkpoints->key.bytes, DIGEST_BYTES, err));
    TRY(bytes_append_u64(out, (uint64_t)round, err));
    TRY(bytes_append_u64(out, saved.size, err));
    TRY(bytes_append_str(out, saved, err));
    TRY(digest_of(bytes_str(out), &digest, err));
    return bytes_append(out, digest.bytes, DIGEST_BYTES, err);
}

static bool digest_next(ByteReader *reader, Digest *out, Error *err)
{
    const uint8_t *bytes = NULL;
    TRY(reader_bytes(reader, DIGEST_BYTES, &bytes, err));
    memcpy(out->bytes, bytes, DIGEST_BYTES);
    return true;
}

/// All but the digest at the end must have that digest.
static bool checkpoint_verify(Str content, Error *err)
{
    Digest expected = {0};
    Digest actual = {0};
    if (content.size < DIGEST_BYTES) return error_set(err, ERROR_DATA, "it is cut short");
    Str body = str_slice(content, 0, content.size - DIGEST_BYTES);
    memcpy(expected.bytes, content.data + body.size, DIGEST_BYTES);
    TRY(digest_of(body, &actual, err));
    return digest_equal(&expected, &actual) || error_set(err, ERROR_DATA, "its digest is another");
}

static bool checkpoint_decode(const Checkpoints *checkpoints, Str content, int64_t round, Str *out_saved, Error *err)
{
    ByteReader reader = {.data = (const uint8_t *)content.data, .size = content.size};
    const uint8_t *magic = NULL;
    Digest key = {0};
    uint64_t value = 0;
    TRY(checkpoint_verify(content, err));
    TRY(reader_bytes(&reader, CHECKPOINT_MAGIC.size, &magic, err));
    if (memcmp(magic, CHECKPOINT_MAGIC.data, CHECKPOINT_MAGIC.size) != 0)
        return error_set(err, ERROR_DATA, "it is of another version");
    TRY(digest_next(&reader, &key, err));
    if (!digest_equal(&key, &checkpoints->key)) return error_set(err, ERROR_DATA, "it is another training's");
    TRY(reader_u64(&reader, &value, err));
    if (value != (uint64_t)round) return error_set(err, ERROR_DATA, "it has another round than its name says");
    TRY(reader_u64(&reader, &value, err));
    if (value != content.size - reader.offset - DIGEST_BYTES) return error_set(err, ERROR_DATA, "its size is another");
    *out_saved = str_slice(content, reader.offset, content.size - DIGEST_BYTES);
    return true;
}

static bool file_write(const Disk *disk, Str path, Str content, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    TRY(disk_file_open(disk, path, DISK_REPLACE, &file, err));
    FAILPOINT("checkpoint.opened");
    TRY(disk_file_write(&file, str_slice(content, 0, content.size / 2), err));
    FAILPOINT("checkpoint.half_written");
    TRY(disk_file_write(&file, str_slice(content, content.size / 2, content.size), err));
    FAILPOINT("checkpoint.before_sync");
    TRY(disk_file_sync(&file, err));
    return disk_file_close(&file, err);
}

static bool checkpoint_commit(const Checkpoints *checkpoints, int64_t round, Str content, Error *err)
{
    PathText unfinished;
    PathText path;
    TRY(checkpoint_path(checkpoints, round, ".tmp", &unfinished, err));
    TRY(checkpoint_path(checkpoints, round, "", &path, err));
    TRY(file_write(checkpoints->disk, str_from(unfinished.text), content, err));
    FAILPOINT("checkpoint.before_rename");
    TRY(disk_rename(checkpoints->disk, str_from(unfinished.text), str_from(path.text), err));
    FAILPOINT("checkpoint.after_rename");
    return true;
}

static bool checkpoint_remove(const Checkpoints *checkpoints, Str name, Error *err)
{
    PathText path;
    TRY(path_join_text(checkpoints->directory, name, &path, err));
    return disk_remove_file(checkpoints->disk, str_from(path.text), err);
}

/// The directory's checkpoints, oldest first; half-written ones are removed when `clean` is set.
static bool rounds_list(const Checkpoints *checkpoints, bool clean, Arena *arena, int64_t **out, size_t *out_count,
                        Error *err)
{
    DiskNames names = {0};
    size_t count = 0;
    TRY(disk_list(checkpoints->disk, checkpoints->directory, arena, &names, err));
    int64_t *rounds = arena_alloc_array(arena, names.count + 1, sizeof(int64_t), err);
    TRY(rounds != NULL);
    for (size_t i = 0; i < names.count; i++) {
        Str name = names.items[i];
        bool unfinished = str_starts(name, CHECKPOINT_PREFIX) && str_ends(name, CHECKPOINT_UNFINISHED);
        if (unfinished && clean) TRY(checkpoint_remove(checkpoints, name, err));
        count += checkpoint_round(name, &rounds[count]);
    }
    *out = rounds;
    *out_count = count;
    return true;
}

static bool old_remove(const Checkpoints *checkpoints, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    int64_t *rounds = NULL;
    size_t count = 0;
    TRY(rounds_list(checkpoints, false, &arena, &rounds, &count, err));
    for (size_t i = 0; i + CHECKPOINTS_KEPT < count; i++) {
        PathText path;
        TRY(checkpoint_path(checkpoints, rounds[i], "", &path, err));
        TRY(disk_remove_file(checkpoints->disk, str_from(path.text), err));
        FAILPOINT("checkpoint.old_removed");
    }
    return true;
}

bool checkpoint_write(const Checkpoints *checkpoints, int64_t round, Str saved, Error *err)
{
    AUTO(bytes_deinit) Bytes content = {.limit = (size_t)1 << CHECKPOINT_BYTES_MAX_LOG2};
    TRY(checkpoint_encode(checkpoints, round, saved, &content, err));
    TRY_OR(checkpoint_commit(checkpoints, round, bytes_str(&content), err), err, "writing a checkpoint");
    return old_remove(checkpoints, err);
}

bool checkpoint_discard(const Checkpoints *checkpoints, int64_t round, const char *why, Error *err)
{
    PathText path;
    char text[256];
    TRY(checkpoint_path(checkpoints, round, "", &path, err));
    (void)snprintf(text, sizeof(text), "the checkpoint of round %" PRId64 " is not used and removed: %s", round, why);
    checkpoint_tell(checkpoints, text);
    return disk_remove_file(checkpoints->disk, str_from(path.text), err);
}

/// Of one round. `*out_good` is false where it was discarded.
static bool checkpoint_try(const Checkpoints *checkpoints, int64_t round, Bytes *out_saved, bool *out_good, Error *err)
{
    AUTO(bytes_deinit) Bytes content = {0};
    PathText path;
    Str saved = {0};
    Error found = {0};
    TRY(checkpoint_path(checkpoints, round, "", &path, err));
    TRY(disk_read(checkpoints->disk, str_from(path.text), (size_t)1 << CHECKPOINT_BYTES_MAX_LOG2, &content, err));
    *out_good = checkpoint_decode(checkpoints, bytes_str(&content), round, &saved, &found);
    if (*out_good) return bytes_append_str(out_saved, saved, err);
    if (found.kind != ERROR_DATA) return error_set(err, found.kind, "%s", found.text);
    return checkpoint_discard(checkpoints, round, found.text, err);
}

bool checkpoint_load(const Checkpoints *checkpoints, Bytes *out_saved, int64_t *out_round, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    int64_t *rounds = NULL;
    size_t count = 0;
    bool good = false;
    *out_round = 0;
    bytes_clear(out_saved);
    TRY(rounds_list(checkpoints, true, &arena, &rounds, &count, err));
    while (!good && count > 0) {
        count--;
        TRY(checkpoint_try(checkpoints, rounds[count], out_saved, &good, err));
        if (good) *out_round = rounds[count];
    }
    return true;
}
