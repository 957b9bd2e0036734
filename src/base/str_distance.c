#include <string.h>

#include "base/str.h"

/// Longer names are never near.
enum { DISTANCE_BYTES_MAX = 255 };

/// One row of the distance table: `cost[column]` from a prefix of left to the first `column` bytes of right.
typedef struct DistanceRow {
    size_t cost[DISTANCE_BYTES_MAX + 1];
} DistanceRow;

static size_t size_min(size_t left, size_t right)
{
    return left < right ? left : right;
}

static bool bytes_swapped(Str left, Str right, size_t row, size_t column)
{
    return row > 1 && column > 1 && left.data[row - 1] == right.data[column - 2] &&
           left.data[row - 2] == right.data[column - 1];
}

/// `rows` holds the rows before the last, the last and the one to fill.
static void distance_fill_row(Str left, Str right, size_t row, DistanceRow rows[3])
{
    size_t *cost = rows[2].cost;
    cost[0] = row;
    for (size_t column = 1; column <= right.size; column++) {
        bool differs = left.data[row - 1] != right.data[column - 1];
        size_t edit = size_min(rows[1].cost[column] + 1, cost[column - 1] + 1);
        cost[column] = size_min(edit, rows[1].cost[column - 1] + differs);
        if (bytes_swapped(left, right, row, column)) {
            cost[column] = size_min(cost[column], rows[0].cost[column - 2] + 1);
        }
    }
}

size_t str_distance(Str left, Str right, size_t limit)
{
    if (left.size > DISTANCE_BYTES_MAX || right.size > DISTANCE_BYTES_MAX) {
        return str_equal(left, right) ? 0 : limit + 1;
    }

    DistanceRow rows[3] = {0};
    for (size_t column = 0; column <= right.size; column++) {
        rows[1].cost[column] = column;
    }
    for (size_t row = 1; row <= left.size; row++) {
        distance_fill_row(left, right, row, rows);
        memmove(&rows[0], &rows[1], 2 * sizeof(rows[0]));
    }
    return size_min(rows[1].cost[right.size], limit + 1);
}

Str str_nearest(Str name, const Str *candidates, size_t count)
{
    size_t limit = (name.size + 2) / 3;
    size_t best = limit + 1;
    Str nearest = {0};
    for (size_t i = 0; i < count; i++) {
        size_t distance = str_distance(name, candidates[i], limit);
        if (distance < best) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}
