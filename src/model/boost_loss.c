#include "model/boost_loss_internal.h"

#include "base/memory.h"
#include "model/trainer_internal.h"
#include "number/exact_stats.h"
#include "number/pinned.h"
#include "number/random.h"
#include "sys/thread.h"

/// A probability that a logarithm still tells from 0; 16 of them multiplied are far from underflow.
#define PROBABILITY_MIN 1e-15

/// A hessian that is 0 would make leaves divide by 0 where lambda is 0.
#define HESSIAN_MIN 1e-16

enum { LIKELIHOOD_ROWS = 16 };

/// Beyond it the class is certain to a double.
#define MARGIN_MAX 700.0

/// 1 / n!, from n = 11 down.
static const double TAYLOR[] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                                1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1,          1};

typedef struct ScoreWork {
    const BoostLoss *loss;
    const float *sums;
    BoostRows *rows;
} ScoreWork;

typedef struct GradientWork {
    const BoostLoss *loss;
    const BoostRows *rows;
    RandomKey key;
    double gradient_grid, hessian_grid; ///< what rounds to the grid when it is added and taken away
    float *gradients, *hessians;
} GradientWork;

void boost_rows_deinit(BoostRows *rows)
{
    memory_free(rows->prediction);
    memory_free(rows->block_loss);
    memory_free(rows->block_residual_max);
    *rows = (BoostRows){0};
}

static size_t block_count(size_t rows)
{
    return (rows + BOOST_BLOCK_ROWS - 1) / BOOST_BLOCK_ROWS;
}

static size_t block_end(size_t block, size_t rows)
{
    size_t end = (block + 1) * BOOST_BLOCK_ROWS;
    return end < rows ? end : rows;
}

bool boost_rows_init(const double *label, size_t count, BoostRows *out, Error *err)
{
    AUTO(boost_rows_deinit) BoostRows rows = {.label = label, .count = count};
    rows.prediction = memory_alloc_array(count, sizeof(double), err);
    TRY(rows.prediction != NULL);
    rows.block_loss = memory_alloc_array(block_count(count), sizeof(double), err);
    TRY(rows.block_loss != NULL);
    rows.block_residual_max = memory_alloc_array(block_count(count), sizeof(double), err);
    TRY(rows.block_residual_max != NULL);
    *out = rows;
    rows = (BoostRows){0};
    return true;
}

double boost_base(Objective objective, const double *label, size_t count)
{
    double mean = 0;
    size_t ones = 0;
    CHECK(label_mean(label, count, &mean, NULL));
    if (objective == OBJECTIVE_REGRESSION) return mean;
    for (size_t i = 0; i < count; i++) ones += label[i] == 1;
    return pinned_log((double)ones / (double)(count - ones));
}

double boost_predict(Objective objective, double base, float sum)
{
    double margin = base + (double)sum;
    return objective == OBJECTIVE_BINARY ? pinned_sigmoid(margin) : margin;
}

/// 1 / (1 + exp(-margin)) within a few units of the last place, four times as fast as pinned_sigmoid and as much the same
/// everywhere. For gradients, which a float32 holds; predictions are pinned_sigmoid's.
///
/// exp(x) is 2^k exp(r) with k = x / ln 2 rounded (by adding a number whose last place is 1) and |r| < 0.35, where 13 terms
/// of Taylor's series are enough; ln 2 comes in two parts, so that k times the first is exact (Cody and Waite 1980).
static double sigmoid_quick(double margin)
{
    const double rounder = 0x1.8p52;
    double x = margin > MARGIN_MAX ? -MARGIN_MAX : margin < -MARGIN_MAX ? MARGIN_MAX : -margin;
    double k = (x * 0x1.71547652b82fep+0 + rounder) - rounder;
    double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
    double sum = 1.0 / 479001600;
    for (size_t i = 0; i < COUNT_OF(TAYLOR); i++) sum = sum * r + TAYLOR[i];
    return 1 / (1 + sum * float_from_bits((uint64_t)((int64_t)k + 1023) << 52));
}

static double quick_predict(Objective objective, double base, float sum)
{
    double margin = base + (double)sum;
    return objective == OBJECTIVE_BINARY ? sigmoid_quick(margin) : margin;
}

static double squares_sum(const BoostRows *rows, size_t begin, size_t end)
{
    double sum = 0;
    for (size_t i = begin; i < end; i++) {
        double residual = rows->prediction[i] - rows->label[i];
        sum += residual * residual;
    }
    return sum;
}

/// One logarithm for a few rows at a time: that of their likelihoods' product.
static double log_loss_sum(const BoostRows *rows, size_t begin, size_t end)
{
    double sum = 0;
    double likelihood = 1;
    for (size_t i = begin; i < end; i++) {
        double one = rows->prediction[i];
        double likely = rows->label[i] == 1 ? one : 1 - one;
        likelihood *= likely > PROBABILITY_MIN ? likely : PROBABILITY_MIN;
        if ((i + 1) % LIKELIHOOD_ROWS != 0 && i + 1 != end) continue;
        sum -= pinned_log(likelihood);
        likelihood = 1;
    }
    return sum;
}

static double residual_max(const BoostRows *rows, size_t begin, size_t end)
{
    double greatest = 0;
    for (size_t i = begin; i < end; i++) {
        double residual = rows->prediction[i] - rows->label[i];
        double size = residual < 0 ? -residual : residual;
        if (size > greatest) greatest = size;
    }
    return greatest;
}

static bool score_block(void *context, size_t block, Error *err)
{
    const ScoreWork *work = context;
    BoostRows *rows = work->rows;
    bool binary = work->loss->objective == OBJECTIVE_BINARY;
    size_t begin = block * BOOST_BLOCK_ROWS;
    size_t end = block_end(block, rows->count);
    UNUSED(err);
    for (size_t i = begin; i < end; i++)
        rows->prediction[i] = quick_predict(work->loss->objective, work->loss->base, work->sums[i]);
    rows->block_loss[block] = binary ? log_loss_sum(rows, begin, end) : squares_sum(rows, begin, end);
    rows->block_residual_max[block] = residual_max(rows, begin, end);
    return true;
}

bool boost_score(const BoostLoss *loss, const float *sums, BoostRows *rows, Error *err)
{
    ScoreWork work = {loss, sums, rows};
    double sum = 0;
    TRY(thread_parallel_for(block_count(rows->count), loss->threads, score_block, &work, err));
    rows->residual_max = 0;
    for (size_t i = 0; i < block_count(rows->count); i++) {
        sum += rows->block_loss[i];
        if (rows->block_residual_max[i] > rows->residual_max) rows->residual_max = rows->block_residual_max[i];
    }
    double mean = rows->count == 0 ? float_nan() : sum / (double)rows->count;
    rows->loss = loss->objective == OBJECTIVE_BINARY ? mean : pinned_sqrt(mean);
    return true;
}

/// A number whose last place is the grid: `count` values below 2^exponent, each a multiple of that, add up exactly.
static double grid_adder(int exponent, size_t count)
{
    while (count > 1) {
        count = (count + 1) / 2;
        exponent++;
    }
    return pinned_scale(1.5, exponent);
}

static float grid_round(double value, double adder)
{
    return (float)((value + adder) - adder);
}

static double hessian_of(Objective objective, double prediction)
{
    if (objective == OBJECTIVE_REGRESSION) return 1;
    double hessian = prediction * (1 - prediction);
    return hessian > HESSIAN_MIN ? hessian : HESSIAN_MIN;
}

static bool row_is_drawn(const GradientWork *work, size_t row)
{
    return work->loss->subsample >= 1 || random_uniform(work->key, row, 0) < work->loss->subsample;
}

static bool gradient_block(void *context, size_t block, Error *err)
{
    const GradientWork *work = context;
    const BoostRows *rows = work->rows;
    size_t end = block_end(block, rows->count);
    UNUSED(err);
    for (size_t i = block * BOOST_BLOCK_ROWS; i < end; i++) {
        bool drawn = row_is_drawn(work, i);
        double hessian = hessian_of(work->loss->objective, rows->prediction[i]);
        double gradient = rows->prediction[i] - rows->label[i];
        work->gradients[i] = drawn ? grid_round(gradient, work->gradient_grid) : 0;
        work->hessians[i] = drawn ? grid_round(hessian, work->hessian_grid) : 0;
    }
    return true;
}

bool boost_gradients(const BoostLoss *loss, const BoostRows *rows, int64_t round, float *gradients, float *hessians,
                     Error *err)
{
    int exponent = 0;
    int hessian_exponent = loss->objective == OBJECTIVE_BINARY ? -1 : 1;
    (void)pinned_fraction(rows->residual_max, &exponent);
    GradientWork work = {
        .loss = loss,
        .rows = rows,
        .key = random_key((uint64_t)loss->seed, RANDOM_SAMPLE, (uint64_t)round),
        .gradient_grid = grid_adder(exponent, rows->count),
        .hessian_grid = grid_adder(hessian_exponent, rows->count),
        .gradients = gradients,
        .hessians = hessians,
    };
    return thread_parallel_for(block_count(rows->count), loss->threads, gradient_block, &work, err);
}
