#include "evaluate/bootstrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "number/float_order.h"
#include "number/random.h"
#include "sys/environment.h"
#include "sys/thread.h"

enum { RESAMPLES_PER_TASK = 16 };

void bootstrap_deinit(Bootstrap *bootstrap)
{
    memory_free(bootstrap->values);
    *bootstrap = (Bootstrap){0};
}

/// A row for draw number `draw` out of 32 random bits, without bias (Lemire 2019): a word in the biased part is drawn again.
static uint32_t row_from_word(RandomKey key, uint32_t word, uint32_t draw, uint32_t row_count)
{
    uint64_t product = (uint64_t)word * row_count;
    uint32_t low = (uint32_t)product;
    if (low >= row_count || low >= -row_count % row_count) return (uint32_t)(product >> 32);
    return (uint32_t)random_below(key, 1, draw, row_count);
}

/// How often each row is drawn; four draws a block.
static void weights_draw(RandomKey key, uint32_t row_count, uint32_t *weight)
{
    memset(weight, 0, row_count * sizeof(uint32_t));
    for (uint32_t draw = 0; draw < row_count;) {
        RandomBlock block = philox4x32((RandomBlock){{0, 0, draw / 4, 0}}, key);
        for (uint32_t i = 0; i < 4 && draw < row_count; i++, draw++)
            weight[row_from_word(key, block.words[i], draw, row_count)]++;
    }
}

typedef struct BootstrapWork {
    const BootstrapItem *items;
    uint32_t row_count;
    uint64_t seed;
    Bootstrap *out;
} BootstrapWork;

static void resample(const BootstrapWork *work, uint32_t index, uint32_t *weight)
{
    weights_draw(random_key(work->seed, RANDOM_BOOTSTRAP, index), work->row_count, weight);
    for (size_t i = 0; i < work->out->item_count; i++) {
        const BootstrapItem *item = &work->items[i];
        work->out->values[i * work->out->resamples + index] = item->metric->resample(&item->sample, weight);
    }
}

static void weights_free(uint32_t **weight)
{
    memory_free(*weight);
}

static bool bootstrap_task(void *context, size_t index, Error *err)
{
    const BootstrapWork *work = context;
    uint32_t begin = (uint32_t)index * RESAMPLES_PER_TASK;
    uint32_t end =
        begin + RESAMPLES_PER_TASK < work->out->resamples ? begin + RESAMPLES_PER_TASK : work->out->resamples;
    AUTO(weights_free) uint32_t *weight = memory_alloc_array(work->row_count, sizeof(uint32_t), err);
    TRY(weight != NULL);
    for (uint32_t i = begin; i < end; i++) resample(work, i, weight);
    return true;
}

bool bootstrap_run(const BootstrapItem *items, size_t item_count, size_t row_count, uint32_t resamples, int64_t seed,
                   uint32_t threads, Bootstrap *out, Error *err)
{
    AUTO(bootstrap_deinit) Bootstrap bootstrap = {.item_count = item_count, .resamples = resamples};
    CHECK(row_count > 0 && row_count <= METRIC_ROWS_MAX);
    CHECK(resamples <= BOOTSTRAP_RESAMPLES_MAX);
    bootstrap.values = memory_alloc_array(item_count * resamples, sizeof(double), err);
    TRY(bootstrap.values != NULL);
    BootstrapWork work = {items, (uint32_t)row_count, (uint64_t)seed, &bootstrap};
    size_t tasks = (resamples + RESAMPLES_PER_TASK - 1) / RESAMPLES_PER_TASK;
    TRY(thread_parallel_for(tasks, threads == 0 ? environment_cpu_count() : threads, bootstrap_task, &work, err));
    *out = bootstrap;
    bootstrap = (Bootstrap){0};
    return true;
}

static void differences_free(double **differences)
{
    memory_free(*differences);
}

static size_t differences_take(const double *plus, const double *minus, uint32_t resamples, double *out)
{
    size_t count = 0;
    for (uint32_t i = 0; i < resamples; i++) {
        double difference = plus[i] - minus[i];
        if (float_is_finite(difference)) out[count++] = difference;
    }
    qsort(out, count, sizeof(double), float_compare_items);
    return count;
}

/// A confidence such as 0.9 is not exact in binary, nor may it cost a rank.
#define RANK_SLACK 1e-9

static size_t rank_of(double confidence, size_t count)
{
    size_t rank = (size_t)((1 - confidence) / 2 * (double)(count + 1) + RANK_SLACK);
    return rank < 1 ? 1 : rank;
}

bool bootstrap_interval(const Bootstrap *bootstrap, size_t plus, size_t minus, double confidence, Interval *out,
                        Error *err)
{
    uint32_t resamples = bootstrap->resamples;
    CHECK(confidence > 0 && confidence < 1);
    AUTO(differences_free) double *differences = memory_alloc_array(resamples, sizeof(double), err);
    TRY(differences != NULL);
    size_t count = differences_take(&bootstrap->values[plus * resamples], &bootstrap->values[minus * resamples],
                                    resamples, differences);
    *out = (Interval){float_nan(), float_nan(), resamples - (uint32_t)count};
    if (count == 0) return true;
    size_t rank = rank_of(confidence, count);
    out->low = differences[rank - 1];
    out->high = differences[count - rank];
    return true;
}
