/// Training values gathered for what learns from them: numbers in order, categories with their counts.
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "fit/fit_internal.h"
#include "language/lookup_table.h"
#include "number/parse.h"
#include "number/pinned.h"

NumberText number_text(double value)
{
    NumberText text;
    number_format_double(value, text.text);
    return text;
}

bool work_numbers(const FitWork *work, uint32_t argument, double **out, size_t *out_count, Error *err)
{
    const Vector *vector = &work->arguments[argument];
    double *numbers = arena_alloc_array(work->arena, vector->count, sizeof(double), err);
    size_t count = 0;
    if (numbers == NULL) return false;
    for (size_t i = 0; i < vector->count; i++) {
        if (!vector_is_valid(vector, i)) continue;
        if (!float_is_finite(vector->values.floats[i]))
            return error_set(err, ERROR_DATA,
                             "a training row has an infinite value; make it null or winsorise it by "
                             "hand: if(abs(x) < 1e300, x, null)");
        numbers[count++] = vector->values.floats[i];
    }
    if (count == 0) return error_set(err, ERROR_DATA, "no training row has a value to learn from");
    *out = numbers;
    *out_count = count;
    return true;
}

bool work_sorted(const FitWork *work, uint32_t argument, double **out, size_t *out_count, Error *err)
{
    TRY(work_numbers(work, argument, out, out_count, err));
    qsort(*out, *out_count, sizeof(double), float_compare_items);
    for (size_t i = 0; i < *out_count; i++) (*out)[i] += 0.0; // -0 and 0 are one value, whichever came first
    return true;
}

double sorted_quantile(const double *sorted, size_t count, double q)
{
    double position = q * (double)(count - 1);
    double whole = pinned_floor(position);
    size_t i = (size_t)whole;
    if (i + 1 >= count || position == whole) return sorted[i < count ? i : count - 1];
    double share = position - whole;
    double step = sorted[i + 1] - sorted[i];
    if (float_is_finite(step)) return sorted[i] + share * step;
    return sorted[i] * (1 - share) + sorted[i + 1] * share;
}

/// The bytes of row i's value: what makes it the same category.
static Str row_key(const Vector *vector, size_t i)
{
    if (vector->type.id == TYPE_STRING) return vector->values.strings[i];
    return (Str){(const char *)&vector->values.ints[i], sizeof(int64_t)};
}

static int category_compare(const void *left, const void *right)
{
    const FitCategory *a = left;
    const FitCategory *b = right;
    if (a->integer != b->integer) return a->integer < b->integer ? -1 : 1;
    return str_compare(a->string, b->string);
}

static int category_compare_frequency(const void *left, const void *right)
{
    const FitCategory *a = left;
    const FitCategory *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    return category_compare(left, right);
}

static bool category_count(const Vector *vector, size_t i, Map *map, FitCategories *categories, Error *err)
{
    uint64_t id = categories->count;
    bool is_new = false;
    if (vector_is_valid(vector, i)) {
        TRY(map_get_or_put(map, row_key(vector, i), id, &id, &is_new, err));
    } else {
        id = PLAN_NONE;
    }
    categories->ids[i] = (uint32_t)id;
    if (id == PLAN_NONE) return true;
    FitCategory *item = &categories->items[id];
    if (is_new) {
        *item = (FitCategory){.id = (uint32_t)id};
        if (vector->type.id == TYPE_STRING) item->string = vector->values.strings[i];
        if (vector->type.id != TYPE_STRING) item->integer = vector->values.ints[i];
        categories->count++;
    }
    item->count++;
    categories->occurred++;
    return true;
}

bool work_categories(const FitWork *work, FitCategories *out, Error *err)
{
    AUTO(map_deinit) Map map = {0};
    const Vector *vector = &work->arguments[0];
    FitCategories categories = {0};
    categories.items = arena_alloc_array(work->arena, vector->count, sizeof(FitCategory), err);
    categories.ids = arena_alloc_array(work->arena, vector->count, sizeof(uint32_t), err);
    if (categories.items == NULL || categories.ids == NULL) return false;
    for (size_t i = 0; i < vector->count; i++) TRY(category_count(vector, i, &map, &categories, err));
    qsort(categories.items, categories.count, sizeof(FitCategory), category_compare);
    *out = categories;
    return true;
}

bool categories_choose(const FitWork *work, const FitCategories *categories, double size, double least_count,
                       FitCategory **out, size_t *out_count, Error *err)
{
    FitCategory *chosen = arena_alloc_array(work->arena, categories->count, sizeof(FitCategory), err);
    size_t count = 0;
    if (chosen == NULL) return false;
    for (size_t i = 0; i < categories->count; i++) {
        if ((double)categories->items[i].count >= least_count) chosen[count++] = categories->items[i];
    }
    qsort(chosen, count, sizeof(FitCategory), category_compare_frequency);
    *out = chosen;
    *out_count = (double)count > size ? (size_t)size : count;
    return true;
}

static bool table_entries(Arena *arena, const FitCategory *items, size_t count, LookupEntry **out, Error *err)
{
    FitCategory *ordered = arena_alloc_array(arena, count, sizeof(FitCategory), err);
    LookupEntry *entries = arena_alloc_array(arena, count, sizeof(LookupEntry), err);
    if (ordered == NULL || entries == NULL) return false;
    if (count > 0) memcpy(ordered, items, count * sizeof(FitCategory));
    qsort(ordered, count, sizeof(FitCategory), category_compare);
    for (size_t i = 0; i < count; i++) {
        entries[i] =
            (LookupEntry){.integer = ordered[i].integer, .string = ordered[i].string, .value = ordered[i].value};
    }
    *out = entries;
    return true;
}

bool categories_table(const FitWork *work, const FitCategory *items, size_t count, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes table = {0};
    LookupEntry *entries = NULL;
    LookupKind kind = work->call->takes.id == TYPE_STRING ? LOOKUP_STRINGS : LOOKUP_INTEGERS;
    TRY(table_entries(work->arena, items, count, &entries, err));
    TRY(lookup_table_write(kind, entries, count, &table, err));
    return arena_copy(work->arena, bytes_str(&table), out, err);
}

bool category_text(const FitWork *work, const FitCategory *category, Str *out, Error *err)
{
    if (work->call->takes.id == TYPE_STRING) return arena_copy(work->arena, category->string, out, err);
    return arena_format(work->arena, out, err, "%lld", (long long)category->integer);
}

bool categories_learned(FitWork *work, const FitCategory *chosen, size_t count, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(bytes_append_format(&text, err, "%zu value%s", count, count == 1 ? "" : "s"));
    for (size_t i = 0; i < count && i < FIT_SHOWN_MAX; i++) {
        Str name = {0};
        TRY(category_text(work, &chosen[i], &name, err));
        TRY(bytes_append_format(&text, err, "%s%.*s (%llu)", i == 0 ? ": " : ", ", STR_ARG(name),
                                (unsigned long long)chosen[i].count));
    }
    if (count > FIT_SHOWN_MAX) TRY(bytes_append_str(&text, STR(", ..."), err));
    return arena_copy(work->arena, bytes_str(&text), &work->learned, err);
}
