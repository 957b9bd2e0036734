#include "flow/turns_internal.h"

static bool turn_is_before(const Turn *left, const Turn *right)
{
    if (left->priority != right->priority) return left->priority > right->priority;
    return left->arrival < right->arrival;
}

static void turns_swap(Turns *turns, size_t left, size_t right)
{
    Turn kept = turns->items[left];
    turns->items[left] = turns->items[right];
    turns->items[right] = kept;
}

bool turns_push(Turns *turns, Turn turn, Error *err)
{
    size_t at = turns->count;
    TRY(ARRAY_PUSH(turns, turn, err));
    while (at > 0 && turn_is_before(&turns->items[at], &turns->items[(at - 1) / 2])) {
        turns_swap(turns, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
    return true;
}

/// The one of the two below `at` that is before the other; `at` itself where there is none or where it is before both.
static size_t turns_below(const Turns *turns, size_t at)
{
    size_t first = at;
    for (size_t below = 2 * at + 1; below <= 2 * at + 2 && below < turns->count; below++)
        if (turn_is_before(&turns->items[below], &turns->items[first])) first = below;
    return first;
}

bool turns_take(Turns *turns, Turn *out)
{
    if (turns->count == 0) return false;
    *out = turns->items[0];
    turns->items[0] = turns->items[--turns->count];
    size_t at = 0;
    for (size_t below = turns_below(turns, at); below != at; below = turns_below(turns, at)) {
        turns_swap(turns, at, below);
        at = below;
    }
    return true;
}

void turns_deinit(Turns *turns)
{
    memory_free(turns->items);
    *turns = (Turns){0};
}
