#include "flow/secret_mask_internal.h"

#include "sys/disk_file.h"
#include "text/json_writer.h"

enum { MASKED_FILE_BYTES_MAX = 1 << 26, MASK_PIECE_BYTES = 1 << 16 };

#define MASK_TEXT STR("***")

void secret_mask_deinit(SecretMask *mask)
{
    memory_free(mask->secrets.items);
    bytes_deinit(&mask->held);
    arena_deinit(&mask->arena);
    *mask = (SecretMask){0};
}

/// Kept sorted: of two that begin alike the longer one is found first.
static bool secret_insert(SecretMask *mask, Str secret, Error *err)
{
    Str copy = {0};
    TRY(arena_copy(&mask->arena, secret, &copy, err));
    TRY(ARRAY_PUSH(&mask->secrets, copy, err));
    mask->begins[(unsigned char)copy.data[0]] = true;
    for (size_t i = mask->secrets.count - 1; i > 0 && mask->secrets.items[i - 1].size < copy.size; i--) {
        mask->secrets.items[i] = mask->secrets.items[i - 1];
        mask->secrets.items[i - 1] = copy;
    }
    return true;
}

bool secret_mask_add(SecretMask *mask, Str secret, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    if (secret.size == 0) return true;
    TRY(secret_insert(mask, secret, err));
    // Not every secret is UTF-8, and so not every one can be a JSON text.
    Error ignored = {0};
    if (!json_str(&json, secret, &ignored)) return true;
    Str quoted = str_slice(bytes_str(&text), 1, text.size - 1);
    return str_equal(quoted, secret) || secret_insert(mask, quoted, err);
}

/// The secret that stands at the start of `text`.
static const Str *secret_at(const SecretMask *mask, Str text)
{
    for (size_t i = 0; i < mask->secrets.count; i++)
        if (str_starts(text, mask->secrets.items[i])) return &mask->secrets.items[i];
    return NULL;
}

/// All of `text` is the beginning of a longer secret.
static bool secret_may_begin(const SecretMask *mask, Str text)
{
    for (size_t i = 0; i < mask->secrets.count; i++)
        if (mask->secrets.items[i].size > text.size && str_starts(mask->secrets.items[i], text)) return true;
    return false;
}

/// The length of what no secret begins in.
static size_t plain_size(const SecretMask *mask, Str text)
{
    size_t size = 0;
    while (size < text.size && !mask->begins[(unsigned char)text.data[size]]) size++;
    return size;
}

/// Masks up to where more has to come before it is clear what stands there: `*out_done`.
static bool text_mask(SecretMask *mask, Str text, bool end, size_t *out_done, Bytes *out, Error *err)
{
    size_t at = 0;
    for (;;) {
        size_t plain = plain_size(mask, str_slice(text, at, text.size));
        TRY(bytes_append_str(out, str_slice(text, at, at + plain), err));
        at += plain;
        Str rest = str_slice(text, at, text.size);
        *out_done = at;
        if (rest.size == 0 || (!end && secret_may_begin(mask, rest))) return true;
        const Str *secret = secret_at(mask, rest);
        TRY(bytes_append_str(out, secret != NULL ? MASK_TEXT : str_slice(rest, 0, 1), err));
        mask->found += secret != NULL;
        at += secret != NULL ? secret->size : 1;
    }
}

bool secret_mask_filter(void *context, Str data, bool end, Bytes *out, Error *err)
{
    SecretMask *mask = context;
    AUTO(bytes_deinit) Bytes rest = {0};
    size_t done = 0;
    TRY(bytes_append_str(&mask->held, data, err));
    TRY(text_mask(mask, bytes_str(&mask->held), end, &done, out, err));
    TRY(bytes_append_str(&rest, str_slice(bytes_str(&mask->held), done, mask->held.size), err));
    bytes_clear(&mask->held);
    return bytes_append_str(&mask->held, bytes_str(&rest), err);
}

bool secret_mask_file(SecretMask *mask, const Disk *disk, Str path, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes masked = {0};
    if (mask->secrets.count == 0 || !disk_exists(disk, path)) return true;
    TRY(disk_read(disk, path, MASKED_FILE_BYTES_MAX, &text, err));
    TRY(secret_mask_filter(mask, bytes_str(&text), true, &masked, err));
    if (str_equal(bytes_str(&text), bytes_str(&masked))) return true;
    return disk_write_atomic_unsynced(disk, path, bytes_str(&masked), err);
}

bool secret_mask_finds(SecretMask *mask, const Disk *disk, Str path, bool *out, Error *err)
{
    AUTO(disk_file_deinit) DiskFile file = {0};
    char piece[MASK_PIECE_BYTES];
    size_t size = sizeof(piece);
    size_t before = mask->found;
    TRY(disk_file_open(disk, path, DISK_READ, &file, err));
    while (size > 0 && mask->found == before) {
        AUTO(bytes_deinit) Bytes masked = {0};
        TRY(disk_file_read(&file, piece, sizeof(piece), &size, err));
        TRY(secret_mask_filter(mask, (Str){piece, size}, size == 0, &masked, err));
    }
    bytes_clear(&mask->held);
    *out = mask->found > before;
    return true;
}
