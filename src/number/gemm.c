#include "number/gemm.h"

#include <string.h>

#include "base/memory.h"
#include "number/pinned.h"

/// Eight independent sums: the compiler may keep them in registers of any width without changing a bit.
typedef double Lanes __attribute__((vector_size(DOT_LANES * sizeof(double))));

double dot_fixed(const double *left, const double *right, size_t count)
{
    Lanes sums = {0};
    Lanes x;
    Lanes y;
    size_t i = 0;
    for (; i + DOT_LANES <= count; i += DOT_LANES) {
        memcpy(&x, left + i, sizeof(x));
        memcpy(&y, right + i, sizeof(y));
        sums += x * y;
    }
    for (; i < count; i++) sums[i % DOT_LANES] += left[i] * right[i];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

void axpy_fixed(double factor, const double *x, double *y, size_t count)
{
    for (size_t i = 0; i < count; i++) y[i] += factor * x[i];
}

void matrix_vector(const double *matrix, size_t row_count, size_t column_count, const double *vector, double *out)
{
    for (size_t i = 0; i < row_count; i++) out[i] = dot_fixed(matrix + i * column_count, vector, column_count);
}

/// Four rows at a time into one row of the sum: each element still adds its rows in order.
static void add_four_rows(const double *rows, size_t column_count, const double factors[4], double *out, size_t count)
{
    for (size_t j = 0; j < count; j++) {
        const double *x = rows + j;
        double sum = out[j] + factors[0] * x[0];
        sum += factors[1] * x[column_count];
        sum += factors[2] * x[2 * column_count];
        out[j] = sum + factors[3] * x[3 * column_count];
    }
}

static double row_weight(const double *weights, size_t row)
{
    return weights == NULL ? 1 : weights[row];
}

/// Adds rows [begin, begin + count), count at most 4, to the lower triangle.
static void gram_add(const double *rows, size_t column_count, const double *weights, size_t begin, size_t count,
                     double *out)
{
    const double *first = rows + begin * column_count;
    for (size_t i = 0; i < column_count; i++) {
        double factors[4];
        double *sums = out + i * column_count;
        for (size_t k = 0; k < count; k++) factors[k] = row_weight(weights, begin + k) * first[k * column_count + i];
        if (count == 4) {
            add_four_rows(first, column_count, factors, sums, i + 1);
            continue;
        }
        for (size_t k = 0; k < count; k++) axpy_fixed(factors[k], first + k * column_count, sums, i + 1);
    }
}

void gram_leaf(const double *rows, size_t row_count, size_t column_count, const double *weights, const double *targets,
               double *out, double *out_moments)
{
    CHECK(row_count <= GRAM_LEAF_ROWS && column_count <= GRAM_COLUMNS_MAX);
    memset(out, 0, column_count * column_count * sizeof(*out));
    for (size_t begin = 0; begin < row_count; begin += 4) {
        size_t count = row_count - begin < 4 ? row_count - begin : 4;
        gram_add(rows, column_count, weights, begin, count, out);
    }
    if (targets == NULL) return;
    memset(out_moments, 0, column_count * sizeof(*out_moments));
    for (size_t i = 0; i < row_count; i++) {
        axpy_fixed(row_weight(weights, i) * targets[i], rows + i * column_count, out_moments, column_count);
    }
}

static void memory_free_doubles(double **pointer)
{
    memory_free(*pointer);
}

bool gram_rows(const double *rows, size_t row_count, size_t column_count, const double *weights, const double *targets,
               double *out, double *out_moments, Error *err)
{
    size_t square = column_count * column_count;
    AUTO(tree_folder_deinit) TreeFolder folder = {.width = square + column_count};
    AUTO(memory_free_doubles) double *leaf = memory_alloc_array(folder.width, sizeof(*leaf), err);
    if (leaf == NULL) return false;

    for (size_t begin = 0; begin < row_count; begin += GRAM_LEAF_ROWS) {
        size_t count = row_count - begin < GRAM_LEAF_ROWS ? row_count - begin : GRAM_LEAF_ROWS;
        gram_leaf(rows + begin * column_count, count, column_count, weights == NULL ? NULL : weights + begin,
                  targets == NULL ? NULL : targets + begin, leaf, leaf + square);
        TRY(tree_folder_push(&folder, leaf, err));
    }
    tree_folder_finish(&folder, leaf);
    memcpy(out, leaf, square * sizeof(*out));
    if (targets != NULL) memcpy(out_moments, leaf + square, column_count * sizeof(*out_moments));
    return true;
}
