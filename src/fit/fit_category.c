/// vocabulary, one_hot, frequency_encode: what training has of each value.
#include "fit/fit_internal.h"

static bool category_is_string(const FitWork *work)
{
    return work->call->takes.id == TYPE_STRING;
}

/// The value that the table has for an argument; null when it has none.
static bool emit_found(const FitWork *work, Builder *builder, uint32_t argument, uint32_t *out, Error *err)
{
    uint32_t table = 0;
    TRY(emit_text(builder, work->text, &table, err));
    Kernel kernel = category_is_string(work) ? KERNEL_LOOKUP_STRING : KERNEL_LOOKUP_INT64;
    return emit_two(builder, kernel, argument, table, out, err);
}

bool learn_vocabulary(FitWork *work, Error *err)
{
    const TransformParameter *parameters = work->call->parameters;
    FitCategories categories = {0};
    FitCategory *chosen = NULL;
    size_t count = 0;
    TRY(work_categories(work, &categories, err));
    TRY(categories_choose(work, &categories, parameters[0].number, parameters[1].number, &chosen, &count, err));
    work->integer = (int64_t)count;
    for (size_t i = 0; i < count; i++) chosen[i].value = (double)i;
    TRY(categories_table(work, chosen, count, &work->text, err));
    return categories_learned(work, chosen, count, err);
}

/// Others: count + hash % buckets.
static bool emit_others(const FitWork *work, Builder *builder, uint32_t argument, uint32_t *out, Error *err)
{
    uint32_t hash = 0;
    uint32_t buckets = 0;
    uint32_t count = 0;
    Kernel kernel = category_is_string(work) ? KERNEL_HASH_STRING : KERNEL_HASH_INT64;
    TRY(emit_one(builder, kernel, argument, &hash, err));
    TRY(emit_integer(builder, (int64_t)work->call->parameters[2].number, &buckets, err));
    TRY(emit_two(builder, KERNEL_BUCKET, hash, buckets, &hash, err));
    TRY(emit_integer(builder, work->integer, &count, err));
    return emit_two(builder, KERNEL_ADD_INT64, hash, count, out, err);
}

bool emit_vocabulary(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t found = 0;
    uint32_t others = 0;
    TRY(emit_found(work, builder, arguments[0], &found, err));
    TRY(emit_one(builder, KERNEL_CAST_FLOAT64_INT64, found, &found, err));
    *out = found;
    if (work->call->parameters[2].number == 0) return true;
    TRY(emit_others(work, builder, arguments[0], &others, err));
    return emit_two(builder, KERNEL_COALESCE_INT64, found, others, out, err);
}

bool learn_one_hot(FitWork *work, Error *err)
{
    const TransformParameter *parameters = work->call->parameters;
    FitCategories categories = {0};
    size_t count = 0;
    TRY(work_categories(work, &categories, err));
    TRY(categories_choose(work, &categories, parameters[0].number, parameters[1].number, &work->chosen, &count, err));
    if (count == 0) return error_set(err, ERROR_DATA, "no training row has a value to make a column of");
    work->column_count = (uint32_t)count;
    work->suffixes = arena_alloc_array(work->arena, count, sizeof(Str), err);
    if (work->suffixes == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        TRY(category_text(work, &work->chosen[i], &work->suffixes[i], err));
        work->chosen[i].string = work->suffixes[i]; // a copy that stays; integers do not look at it
    }
    return categories_learned(work, work->chosen, count, err);
}

bool emit_one_hot(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t no = 0;
    TRY(emit_bool(builder, false, &no, err));
    for (uint32_t i = 0; i < work->column_count; i++) {
        uint32_t value = 0;
        uint32_t equal = 0;
        Kernel kernel = category_is_string(work) ? KERNEL_EQUAL_STRING : KERNEL_EQUAL_INT64;
        TRY(category_is_string(work) ? emit_text(builder, work->chosen[i].string, &value, err)
                                     : emit_integer(builder, work->chosen[i].integer, &value, err));
        TRY(emit_two(builder, kernel, arguments[0], value, &equal, err));
        TRY(emit_two(builder, KERNEL_COALESCE_BOOL, equal, no, &out[i], err));
    }
    return true;
}

bool learn_frequency(FitWork *work, Error *err)
{
    FitCategories categories = {0};
    FitCategory *chosen = NULL;
    size_t count = 0;
    TRY(work_categories(work, &categories, err));
    TRY(categories_choose(work, &categories, (double)categories.count, 1, &chosen, &count, err));
    for (size_t i = 0; i < count; i++) chosen[i].value = (double)chosen[i].count / (double)categories.occurred;
    TRY(categories_table(work, chosen, count, &work->text, err));
    return categories_learned(work, chosen, count, err);
}

/// Null stays null; a value that training does not have is 0.
bool emit_frequency(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t found = 0;
    uint32_t is_null = 0;
    uint32_t zero = 0;
    uint32_t null = 0;
    Kernel kernel = category_is_string(work) ? KERNEL_IS_NULL_STRING : KERNEL_IS_NULL_INT64;
    TRY(emit_found(work, builder, arguments[0], &found, err));
    TRY(emit_number(builder, 0, &zero, err));
    TRY(emit_two(builder, KERNEL_COALESCE_FLOAT64, found, zero, &found, err));
    TRY(emit_one(builder, kernel, arguments[0], &is_null, err));
    TRY(emit_null(builder, TYPE_OF(TYPE_FLOAT64), &null, err));
    return emit_three(builder, KERNEL_IF_FLOAT64, is_null, null, found, out, err);
}
