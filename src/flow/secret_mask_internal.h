/// Keeps secrets out of what a step writes for others to read: each becomes ***, also when it comes in two pieces.
#ifndef PAWL_FLOW_SECRET_MASK_INTERNAL_H
#define PAWL_FLOW_SECRET_MASK_INTERNAL_H

#include "base/array.h"
#include "base/bytes.h"
#include "base/str.h"
#include "sys/disk.h"

/// Zero is valid and masks nothing.
typedef struct SecretMask {
    Arena arena;
    ARRAY_OF(Str) secrets; ///< longest first, and as JSON writes them, where that differs
    bool begins[256];      ///< by the byte that a secret begins with
    size_t found;          ///< so far
    Bytes held;            ///< the end of what came, while it may be the start of a secret
} SecretMask;

void secret_mask_deinit(SecretMask *mask);

/// Copied; an empty one is no secret.
MUST_CHECK bool secret_mask_add(SecretMask *mask, Str secret, Error *err);

/// Appends what is certain of all that came; with `end`, the rest. A PumpFilter.
bool secret_mask_filter(void *mask, Str data, bool end, Bytes *out, Error *err);

/// Rewrites a file in which there is one; a file that is not there has none.
MUST_CHECK bool secret_mask_file(SecretMask *mask, const Disk *disk, Str path, Error *err);

/// Whether a file has one in it, read in pieces.
MUST_CHECK bool secret_mask_finds(SecretMask *mask, const Disk *disk, Str path, bool *out, Error *err);

#endif
