#include "engine/key_order.h"

#include <stdlib.h>

int key_version_compare(const void *left, const void *right)
{
    const KeyVersion *a = left;
    const KeyVersion *b = right;

    if (a->known != b->known) return a->known < b->known ? -1 : 1;
    if (a->deleted != b->deleted) return a->deleted ? 1 : -1;
    int order = hash128_compare(a->digest, b->digest);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

bool key_versions_sort(KeyVersion *versions, size_t count)
{
    qsort(versions, count, sizeof(*versions), key_version_compare);
    for (size_t i = 1; i < count; i++) {
        if (versions[i - 1].known == versions[i].known && versions[i - 1].deleted == versions[i].deleted) return true;
    }
    return false;
}

bool key_versions_conflict(const KeyVersion *version, const KeyVersion *next)
{
    return version->known == next->known &&
           (version->deleted != next->deleted || hash128_compare(version->digest, next->digest) != 0);
}

size_t key_versions_supersede(KeyVersion *versions, size_t count)
{
    size_t conflicts = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        versions[i].superseded = versions[i + 1].known;
        conflicts += key_versions_conflict(&versions[i], &versions[i + 1]);
    }
    if (count > 0) versions[count - 1].superseded = INT64_MAX;
    return conflicts;
}
