/// The versions of one key: which of them takes the place of which, and when.
#ifndef PAWL_ENGINE_KEY_ORDER_H
#define PAWL_ENGINE_KEY_ORDER_H

#include "base/hash.h"

typedef struct KeyVersion {
    int64_t known;
    int64_t superseded; ///< the next version's known; INT64_MAX: never. Not after known: nobody ever sees the version
    Hash128 digest;     ///< of the content; looked at only where known and deleted are equal
    uint64_t index;     ///< the caller's; the least, of exact repeats, is first
    bool deleted;
} KeyVersion;

/// By (known, deleted, digest, index).
int key_version_compare(const void *left, const void *right);

/// Sorts; true when digests decide, because neighbours have equal known and deleted.
bool key_versions_sort(KeyVersion *versions, size_t count);

/// Says of sorted versions when each is superseded. Gives the number of neighbours of equal known and different content.
size_t key_versions_supersede(KeyVersion *versions, size_t count);

/// Whether a version and its next are such neighbours.
bool key_versions_conflict(const KeyVersion *version, const KeyVersion *next);

#endif
