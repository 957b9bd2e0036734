/// Lists as collections of numbers and as vectors. Sums and sums of products are exact and rounded once.
#include "engine/kernel_list_internal.h"
#include "number/exact_stats.h"
#include "number/int_sum.h"
#include "number/pinned.h"

/// What the items that are not null add up to: of integers and decimals `integers`, of floats `floats`.
typedef struct ListSum {
    uint64_t count;
    IntSum integers;
    ExactSum floats;
} ListSum;

static void list_sum_add(ListSum *sum, const Vector *items, size_t i)
{
    sum->count++;
    switch (type_storage(items->type)) {
    case STORAGE_INT:
        int_sum_add(&sum->integers, items->values.ints[i]);
        break;
    case STORAGE_DECIMAL:
        int_sum_add(&sum->integers, items->values.decimals[i]);
        break;
    default:
        exact_sum_add(&sum->floats, items->values.floats[i]);
        break;
    }
}

static bool row_add_up(ListRow *row, ListSum *out, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    for (size_t i = 0; i < list.items.count; i++) {
        if (vector_is_valid(&list.items, i)) list_sum_add(out, &list.items, i);
    }
    return true;
}

static bool row_sum(ListRow *row, Error *err)
{
    ListSum sum = {0};
    Values out = row->out->values;
    bool fits = true;
    TRY(row_add_up(row, &sum, err));
    switch (type_storage(row->context->type)) {
    case STORAGE_INT:
        fits = int_sum_to_int64(&sum.integers, &out.ints[row->row]);
        break;
    case STORAGE_DECIMAL:
        fits = int_sum_to_decimal(&sum.integers, &out.decimals[row->row]);
        break;
    default:
        out.floats[row->row] = exact_sum_round(&sum.floats);
        break;
    }
    return fits && sum.count > 0 ? true : list_give_null(row);
}

/// 10^scale * count, rounded once: 5^scale * count fits into 128 bits, as a list has at most 2^20 items.
static double items_divisor(Type item, uint64_t count)
{
    uint32_t scale = item.id == TYPE_DECIMAL ? item.scale : 0;
    Uint128 product = count;
    for (uint32_t i = 0; i < scale; i++) product *= 5;
    return pinned_scale((double)product, (int)scale);
}

static bool row_mean(ListRow *row, Error *err)
{
    ListSum sum = {0};
    double *out = &row->out->values.floats[row->row];
    Type item = type_item(row->arguments[0].type);
    TRY(row_add_up(row, &sum, err));
    if (sum.count == 0) return list_give_null(row);
    if (item.id == TYPE_FLOAT64) {
        *out = exact_mean(&sum.floats, sum.count);
    } else {
        *out = int_sum_to_double(&sum.integers) / items_divisor(item, sum.count);
    }
    return true;
}

/// `sign` 1: the least, -1: the greatest; the first of equal ones.
static bool row_extreme(ListRow *row, int sign, Error *err)
{
    ListItems list = {0};
    size_t best = SIZE_MAX;
    TRY(list_argument(row, 0, &list, err));
    for (size_t i = 0; i < list.items.count; i++) {
        if (!vector_is_valid(&list.items, i)) continue;
        bool better = best == SIZE_MAX || vector_compare(&list.items, i, &list.items, best) * sign < 0;
        if (better) best = i;
    }
    if (best == SIZE_MAX) return list_give_null(row);
    list_give(row, &list.items, best);
    return true;
}

static bool row_min(ListRow *row, Error *err)
{
    return row_extreme(row, 1, err);
}

static bool row_max(ListRow *row, Error *err)
{
    return row_extreme(row, -1, err);
}

/// Whether an item that is not null is `wanted`.
static bool row_has(ListRow *row, bool wanted, bool *out, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    *out = false;
    for (size_t i = 0; i < list.items.count; i++) {
        *out |= vector_is_valid(&list.items, i) && (list.items.values.bools[i] != 0) == wanted;
    }
    return true;
}

static bool row_any(ListRow *row, Error *err)
{
    bool found = false;
    TRY(row_has(row, true, &found, err));
    row->out->values.bools[row->row] = found;
    return true;
}

static bool row_all(ListRow *row, Error *err)
{
    bool found = false;
    TRY(row_has(row, false, &found, err));
    row->out->values.bools[row->row] = !found;
    return true;
}

/// Two lists of one size without nulls, where `is_good`.
typedef struct VectorPair {
    const double *left;
    const double *right;
    size_t count;
    bool is_good;
} VectorPair;

static bool row_pair(ListRow *row, VectorPair *out, Error *err)
{
    ListItems lists[2] = {0};
    for (size_t i = 0; i < 2; i++) TRY(list_argument(row, i, &lists[i], err));
    const Vector *left = &lists[0].items;
    const Vector *right = &lists[1].items;
    out->left = left->values.floats;
    out->right = right->values.floats;
    out->count = left->count;
    out->is_good = left->valid == NULL && right->valid == NULL && left->count == right->count;
    return true;
}

static double products_sum(const double *left, const double *right, size_t count)
{
    ExactSum sum = {0};
    for (size_t i = 0; i < count; i++) exact_sum_add_product(&sum, left[i], right[i]);
    return exact_sum_round(&sum);
}

static double vector_norm(const double *values, size_t count)
{
    return float_canonical(pinned_sqrt(products_sum(values, values, count)));
}

static bool row_dot(ListRow *row, Error *err)
{
    VectorPair pair = {0};
    TRY(row_pair(row, &pair, err));
    if (!pair.is_good) return list_give_null(row);
    row->out->values.floats[row->row] = products_sum(pair.left, pair.right, pair.count);
    return true;
}

static bool row_norm(ListRow *row, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    if (list.items.valid != NULL) return list_give_null(row);
    row->out->values.floats[row->row] = vector_norm(list.items.values.floats, list.items.count);
    return true;
}

static bool row_cosine(ListRow *row, Error *err)
{
    VectorPair pair = {0};
    TRY(row_pair(row, &pair, err));
    if (!pair.is_good) return list_give_null(row);
    double left = vector_norm(pair.left, pair.count);
    double right = vector_norm(pair.right, pair.count);
    if (left == 0 || right == 0) return list_give_null(row);
    double dot = products_sum(pair.left, pair.right, pair.count);
    row->out->values.floats[row->row] = float_canonical(dot / (left * right));
    return true;
}

/// left + sign * right into the scratch, each rounded.
static bool pair_combine(ListRow *row, const VectorPair *pair, double sign, double **out, Error *err)
{
    double *values = arena_alloc_array(&row->scratch, pair->count + 1, sizeof(double), err);
    if (values == NULL) return false;
    for (size_t i = 0; i < pair->count; i++) values[i] = float_canonical(pair->left[i] + sign * pair->right[i]);
    *out = values;
    return true;
}

static bool row_l2_distance(ListRow *row, Error *err)
{
    VectorPair pair = {0};
    double *differences = NULL;
    TRY(row_pair(row, &pair, err));
    if (!pair.is_good) return list_give_null(row);
    TRY(pair_combine(row, &pair, -1, &differences, err));
    row->out->values.floats[row->row] = vector_norm(differences, pair.count);
    return true;
}

static bool row_give_floats(ListRow *row, double *floats, size_t count, Error *err)
{
    Vector items = {.type = TYPE_OF(TYPE_FLOAT64), .count = count, .values.floats = floats};
    return list_give_all(row, &items, err);
}

static bool row_combine(ListRow *row, double sign, Error *err)
{
    VectorPair pair = {0};
    double *values = NULL;
    TRY(row_pair(row, &pair, err));
    if (!pair.is_good) return list_give_null(row);
    TRY(pair_combine(row, &pair, sign, &values, err));
    return row_give_floats(row, values, pair.count, err);
}

static bool row_list_add(ListRow *row, Error *err)
{
    return row_combine(row, 1, err);
}

static bool row_list_subtract(ListRow *row, Error *err)
{
    return row_combine(row, -1, err);
}

static bool row_list_scale(ListRow *row, Error *err)
{
    ListItems list = {0};
    double factor = row->arguments[1].values.floats[row->row];
    TRY(list_argument(row, 0, &list, err));
    if (list.items.valid != NULL) return list_give_null(row);
    double *values = list.items.values.floats; // unpacked for this row alone
    for (size_t i = 0; i < list.items.count; i++) values[i] = float_canonical(values[i] * factor);
    return row_give_floats(row, values, list.items.count, err);
}

KERNEL_LIST(LIST_SUM, row_sum)
KERNEL_LIST(LIST_MEAN, row_mean)
KERNEL_LIST(LIST_MIN, row_min)
KERNEL_LIST(LIST_MAX, row_max)
KERNEL_LIST(LIST_ANY, row_any)
KERNEL_LIST(LIST_ALL, row_all)
KERNEL_LIST(DOT, row_dot)
KERNEL_LIST(NORM, row_norm)
KERNEL_LIST(COSINE, row_cosine)
KERNEL_LIST(L2_DISTANCE, row_l2_distance)
KERNEL_LIST(LIST_ADD, row_list_add)
KERNEL_LIST(LIST_SUBTRACT, row_list_subtract)
KERNEL_LIST(LIST_SCALE, row_list_scale)
