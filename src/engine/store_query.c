#include "engine/store_query.h"

#include "engine/facts.h"
#include "engine/key.h"

typedef struct StoreScratch {
    Bytes key;
    Arena facts;
    WindowScratch window;
} StoreScratch;

static void store_scratch_deinit(StoreScratch *scratch)
{
    bytes_deinit(&scratch->key);
    arena_deinit(&scratch->facts);
    window_scratch_deinit(&scratch->window);
}

// A picked string lies in the store's bytes, which the next find takes away.
static bool keep_strings(const GroupRequest *request, uint32_t row, Error *err)
{
    for (size_t i = 0; i < request->aggregate_count; i++) {
        const WindowAggregate *aggregate = &request->aggregates[i];
        if (type_storage(aggregate->type) != STORAGE_STRING) continue;
        Str *string = &aggregate->result.values.strings[row];
        if (string->size > 0) TRY(arena_copy(request->text, *string, string, err));
    }
    return true;
}

static bool query_row(const FactStore *store, const GroupRequest *request, const WindowPlan *plan, uint32_t row,
                      StoreScratch *scratch, Error *err)
{
    WindowQueries queries = {&request->at[row], &row, 1};
    FactTable facts = {0};
    size_t count = 0;
    Str bytes = {0};

    if (key_has_null(request->keys, request->plan->key_count, row)) return true;
    bytes_clear(&scratch->key);
    TRY(key_encode(request->keys, request->plan->key_count, row, &scratch->key, err));
    TRY(store->find(store->context, request->group, bytes_str(&scratch->key), &bytes, err));
    if (bytes.size == 0) return true;
    arena_reset(&scratch->facts);
    TRY(facts_decode(request->plan, bytes, &scratch->facts, &facts, &count, err));
    TRY(window_evaluate(&scratch->window, plan, &facts, 0, count, &queries, request->aggregates, request->statuses,
                        err));
    return keep_strings(request, row, err);
}

bool store_query(const FactStore *store, const GroupRequest *request, Error *err)
{
    AUTO(store_scratch_deinit) StoreScratch scratch = {.window.aggregates.text = request->text};
    AUTO(window_plan_deinit) WindowPlan plan = {0};

    TRY(window_plan_init(request->aggregates, request->aggregate_count, &plan, err));
    for (uint32_t row = 0; row < request->count; row++)
        TRY_OR(query_row(store, request, &plan, row, &scratch, err), err, "row %u", row + 1);
    return true;
}
