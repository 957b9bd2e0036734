#include <stdio.h>

#include "dataset/expectation_internal.h"
#include "text/quantity.h"

/// Other values are told apart up to so many.
enum { OTHER_VALUES_MAX = 100000 };

void value_set_deinit(ValueSet *set)
{
    map_deinit(&set->allowed);
    map_deinit(&set->others);
    arena_deinit(&set->arena);
}

bool value_set_init(const Expectation *expectation, ValueSet *set, Error *err)
{
    for (size_t i = 0; i < expectation->value_count; i++) TRY(map_put(&set->allowed, expectation->values[i], i, err));
    return true;
}

static bool other_add(ValueSet *set, Str text, Error *err)
{
    uint64_t place = 0;
    if (set->others.count == OTHER_VALUES_MAX || map_get(&set->others, text, &place)) return true;
    TRY(arena_copy(&set->arena, text, &text, err));
    if (set->others.count < EXPECTATION_OTHERS_SHOWN_MAX) set->shown[set->others.count] = text;
    return map_put(&set->others, text, 0, err);
}

bool value_set_check(ValueSet *set, const Vector *vector, uint64_t first_row, ExpectationResult *result, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < vector->count; i++) {
        uint64_t place = 0;
        if (!vector_is_valid(vector, i)) continue;
        bytes_clear(&text);
        TRY(vector_format(vector, i, STR(""), &text, err));
        if (map_get(&set->allowed, bytes_str(&text), &place)) continue;
        expectation_fail_row(result, first_row + i);
        TRY(other_add(set, bytes_str(&text), err));
    }
    return true;
}

bool value_set_tell(const ValueSet *set, ExpectationResult *result, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    size_t count = set->others.count;
    for (size_t i = 0; i < count && i < EXPECTATION_OTHERS_SHOWN_MAX; i++)
        TRY(bytes_append_format(&text, err, "%s'%.*s'", i == 0 ? "" : ", ", STR_ARG(set->shown[i])));
    if (count > EXPECTATION_OTHERS_SHOWN_MAX)
        TRY(bytes_append_format(&text, err, ", %s%s more",
                                count_format((int64_t)count - EXPECTATION_OTHERS_SHOWN_MAX).text,
                                count == OTHER_VALUES_MAX ? " or" : ""));
    (void)snprintf(result->found, sizeof(result->found), "%.*s", STR_ARG(bytes_str(&text)));
    return true;
}
