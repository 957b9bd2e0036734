#include "sys/unique_name.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/// 32 of them, so that 5 bits choose one.
static const char NAME_CHARS[] = "abcdefghijklmnopqrstuvwxyz234567";

bool unique_name_draw(UniqueName *out, Error *err)
{
    uint8_t bytes[UNIQUE_NAME_CHARS];
    // Up to 256 bytes are never interrupted or cut once the kernel has its seed.
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
        return error_set(err, ERROR_ENVIRONMENT, "no random bytes: %s", strerrordesc_np(errno));
    }
    for (size_t i = 0; i < UNIQUE_NAME_CHARS; i++) {
        out->text[i] = NAME_CHARS[bytes[i] & 31U];
    }
    out->text[UNIQUE_NAME_CHARS] = '\0';
    return true;
}
