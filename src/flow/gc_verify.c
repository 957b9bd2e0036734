#include <string.h>

#include "base/array.h"
#include "flow/gc_internal.h"
#include "store/sweep.h"

typedef ARRAY_OF(GcDamage) Damages;

static void damages_deinit(Damages *damages)
{
    memory_free(damages->items);
}

/// `*out_problem` is empty when the object is as it was. A gc beside us may have taken it meanwhile: no damage then.
static bool object_look(Store *store, const Digest *digest, Arena *arena, Str *out_problem, Error *err)
{
    Error damage = {0};
    bool recorded = false;
    *out_problem = (Str){0};
    if (object_verify(store, digest, &damage)) return true;
    if (damage.kind != ERROR_DATA && damage.kind != ERROR_NOT_FOUND)
        return error_set(err, damage.kind, "%s", damage.text);
    TRY(object_is_recorded(store, digest, &recorded, err));
    return !recorded || arena_copy(arena, str_from(damage.text), out_problem, err);
}

/// Looked at again with the lock: a step may have made it anew meanwhile.
static bool damage_set_aside(Store *store, const Digest *digest, Error *err)
{
    AUTO(transaction_end) Database *transaction = store->database;
    Error damage = {0};
    TRY(transaction_begin(transaction, err));
    if (object_verify(store, digest, &damage)) return true;
    TRY(object_set_aside(store, digest, err));
    return transaction_commit(transaction, err);
}

static bool object_check(Store *store, const Digest *digest, bool dry_run, Arena *arena, Damages *damages,
                         GcCount *checked, Error *err)
{
    AUTO(arena_deinit) Arena own = {0};
    GcDamage damage = {.digest = *digest};
    Str path = {0};
    Error gone = {0};
    uint64_t bytes = 0;
    TRY(object_look(store, digest, arena, &damage.problem, err));
    if (object_path(store, digest, &own, &path, &gone)) TRY(store_measure(store, path, &bytes, err));
    checked->count++;
    checked->bytes += bytes;
    if (damage.problem.size == 0) return true;
    TRY(ARRAY_PUSH(damages, damage, err));
    return dry_run || damage_set_aside(store, digest, err);
}

bool flow_verify(Store *store, bool dry_run, Arena *arena, GcVerdict *out, Error *err)
{
    AUTO(damages_deinit) Damages damages = {0};
    Digest *digests = NULL;
    size_t count = 0;
    GcVerdict verdict = {0};
    TRY(gc_open(store, err));
    TRY(object_list_recorded(store, arena, &digests, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(object_check(store, &digests[i], dry_run, arena, &damages, &verdict.checked, err));
    verdict.items = arena_alloc_array(arena, damages.count + 1, sizeof(GcDamage), err);
    if (verdict.items == NULL) return false;
    if (damages.count > 0) memcpy(verdict.items, damages.items, damages.count * sizeof(GcDamage));
    verdict.count = damages.count;
    *out = verdict;
    return true;
}
