#include "language/window.h"

static int compare_ints(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

int window_compare(const Window *left, const Window *right)
{
    const int64_t pairs[][2] = {
        {left->kind, right->kind},         {left->length_us, right->length_us}, {left->unit, right->unit},
        {left->units, right->units},       {left->ending_us, right->ending_us}, {left->step_us, right->step_us},
        {left->rows_max, right->rows_max},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        if (pairs[i][0] != pairs[i][1]) return compare_ints(pairs[i][0], pairs[i][1]);
    }
    return str_compare(left->zone, right->zone);
}

bool window_equal(const Window *left, const Window *right)
{
    return window_compare(left, right) == 0;
}
