#include "number/eigen.h"

#include <string.h>

#include "base/memory.h"
#include "number/pinned.h"

enum { EIGEN_SWEEPS_MAX = 64 };

/// One decomposition under way: matrix = vectors^T diagonal vectors once all rotations are done.
typedef struct Eigen {
    double *matrix;
    double *vectors; ///< row i belongs to diagonal element i
    size_t size;
} Eigen;

static double magnitude(double value)
{
    return value < 0 ? -value : value;
}

/// Rows p and q of `rows` turned by the angle.
static void rotate_rows(double *rows, size_t size, size_t p, size_t q, double cosine, double sine)
{
    for (size_t k = 0; k < size; k++) {
        double a = rows[p * size + k];
        double b = rows[q * size + k];
        rows[p * size + k] = cosine * a - sine * b;
        rows[q * size + k] = sine * a + cosine * b;
    }
}

static void rotate_columns(double *rows, size_t size, size_t p, size_t q, double cosine, double sine)
{
    for (size_t k = 0; k < size; k++) {
        double a = rows[k * size + p];
        double b = rows[k * size + q];
        rows[k * size + p] = cosine * a - sine * b;
        rows[k * size + q] = sine * a + cosine * b;
    }
}

/// The tangent of the lesser of the two angles that make element (p, q) zero.
static double rotation_tangent(double off, double difference)
{
    double theta = difference / (2 * off);
    if (magnitude(theta) > 1e150) return 1 / (2 * theta); // its square would overflow
    double tangent = 1 / (magnitude(theta) + pinned_sqrt(theta * theta + 1));
    return theta < 0 ? -tangent : tangent;
}

/// False when the element is already as good as zero.
static bool rotate(Eigen *eigen, size_t p, size_t q)
{
    size_t size = eigen->size;
    double off = eigen->matrix[p * size + q];
    double low = magnitude(eigen->matrix[p * size + p]);
    double high = magnitude(eigen->matrix[q * size + q]);
    if (off == 0 || (low + magnitude(off) * 0x1p-3 == low && high + magnitude(off) * 0x1p-3 == high)) return false;
    double tangent = rotation_tangent(off, eigen->matrix[q * size + q] - eigen->matrix[p * size + p]);
    double cosine = 1 / pinned_sqrt(tangent * tangent + 1);
    double sine = tangent * cosine;
    rotate_columns(eigen->matrix, size, p, q, cosine, sine);
    rotate_rows(eigen->matrix, size, p, q, cosine, sine);
    rotate_rows(eigen->vectors, size, p, q, cosine, sine);
    eigen->matrix[p * size + q] = eigen->matrix[q * size + p] = 0;
    return true;
}

static bool sweep(Eigen *eigen)
{
    bool changed = false;
    for (size_t p = 0; p < eigen->size; p++) {
        for (size_t q = p + 1; q < eigen->size; q++) changed = rotate(eigen, p, q) || changed;
    }
    return changed;
}

/// The place of the greatest diagonal element that is not taken; of equal ones the first.
static size_t greatest_left(const Eigen *eigen, const uint8_t *taken)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < eigen->size; i++) {
        if (taken[i]) continue;
        if (best == SIZE_MAX || eigen->matrix[i * eigen->size + i] > eigen->matrix[best * eigen->size + best]) best = i;
    }
    return best;
}

static void vector_write(const double *vector, size_t size, double *out)
{
    size_t greatest = 0;
    for (size_t k = 1; k < size; k++) {
        if (magnitude(vector[k]) > magnitude(vector[greatest])) greatest = k;
    }
    double sign = vector[greatest] < 0 ? -1 : 1;
    for (size_t k = 0; k < size; k++) out[k] = sign * vector[k] + 0.0;
}

bool eigen_symmetric(double *matrix, size_t size, double *out_values, double *out_vectors, Error *err)
{
    Eigen eigen = {.matrix = matrix, .size = size};
    uint8_t *taken = memory_alloc(size, err);
    eigen.vectors = memory_alloc_array(size, size * sizeof(double), err);
    bool done = taken != NULL && eigen.vectors != NULL;
    for (size_t i = 0; done && i < size; i++) eigen.vectors[i * size + i] = 1;
    for (int i = 0; done && i < EIGEN_SWEEPS_MAX && sweep(&eigen); i++) continue;
    for (size_t i = 0; done && i < size; i++) {
        size_t place = greatest_left(&eigen, taken);
        taken[place] = 1;
        out_values[i] = matrix[place * size + place];
        vector_write(eigen.vectors + place * size, size, out_vectors + i * size);
    }
    memory_free(eigen.vectors);
    memory_free(taken);
    return done;
}
