/// Which held-out rows are compared, and what the snapshot says of them.
#include "base/memory.h"
#include "evaluate/evaluation_internal.h"

static bool room_make(EvaluationBuilder *builder, size_t count, Error *err)
{
    Arena *arena = &builder->arena;
    builder->rows = arena_alloc_array(arena, count + 1, sizeof(uint64_t), err);
    builder->ids = arena_alloc_array(arena, count + 1, sizeof(Str), err);
    builder->at = arena_alloc_array(arena, count + 1, sizeof(int64_t), err);
    builder->label = arena_alloc_array(arena, count + 1, sizeof(double), err);
    return builder->rows != NULL && builder->ids != NULL && builder->at != NULL && builder->label != NULL;
}

/// The latest moment that a model that is compared saw.
static int64_t trained_until(const EvaluationBuilder *builder)
{
    int64_t until = builder->candidate->manifest.trained_until_us;
    if (builder->production == NULL || builder->production->manifest.trained_until_us < until) return until;
    return builder->production->manifest.trained_until_us;
}

static bool rows_take(EvaluationBuilder *builder, const uint64_t *rows, size_t count, Error *err)
{
    const Frame *frame = &builder->snapshot->frame;
    Vector id = {0};
    Vector at = {0};
    Vector label = {0};
    int64_t until = trained_until(builder);
    TRY(frame_find(frame, STR("_id"), &id, err));
    TRY(frame_find(frame, STR("_at"), &at, err));
    TRY(frame_find(frame, STR("_label"), &label, err));
    for (size_t i = 0; i < count; i++) {
        uint64_t row = rows[i];
        if (at.values.ints[row] <= until) {
            builder->evaluation.excluded++;
            continue;
        }
        builder->rows[builder->count] = row;
        builder->ids[builder->count] = id.values.strings[row];
        builder->at[builder->count] = at.values.ints[row];
        builder->label[builder->count++] = label.values.floats[row];
    }
    return true;
}

static void rows_free(uint64_t **rows)
{
    memory_free(*rows);
}

bool evaluation_choose_rows(EvaluationBuilder *builder, Error *err)
{
    AUTO(rows_free) uint64_t *rows = NULL;
    size_t count = 0;
    TRY(snapshot_rows(builder->snapshot, SPLIT_TEST, &rows, &count, err));
    TRY(room_make(builder, count, err));
    return rows_take(builder, rows, count, err);
}
