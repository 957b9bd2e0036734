/// Training data drawn from a known law, and short ways to train on it. Include after support/test.h.
///
/// Column 0 is x, column 1 is y with every seventh value missing, column 2 is noise, column 3 is constant. The number to
/// learn is 3 x - 2 y + 1 (y missing: 5 more); the class is 1 with the odds exp(4 x - 2).
#ifndef PAWL_TESTS_MODEL_TRAINING_FIXTURE_H
#define PAWL_TESTS_MODEL_TRAINING_FIXTURE_H

#include "base/memory.h"
#include "model/trainer.h"
#include "model/training.h"
#include "number/float_order.h"
#include "number/pinned.h"
#include "number/random.h"
#include "text/json.h"

enum { FIXTURE_COLUMNS = 4 };

static const Str FIXTURE_NAMES[FIXTURE_COLUMNS] = {STR_INIT("x"), STR_INIT("y"), STR_INIT("noise"), STR_INIT("one")};

typedef struct Fixture {
    Arena arena;
    TrainingData data;
    TrainOptions options;
} Fixture;

static inline void fixture_deinit(Fixture *fixture)
{
    training_data_deinit(&fixture->data);
    arena_deinit(&fixture->arena);
}

static inline double fixture_label(Objective objective, const double *row, RandomKey key, size_t i)
{
    if (objective == OBJECTIVE_REGRESSION) return 3 * row[0] + 1 + (float_is_nan(row[1]) ? 5 : -2 * row[1]);
    return random_uniform(key, i, 9) < pinned_sigmoid(4 * row[0] - 2);
}

static inline bool fixture_rows(Fixture *fixture, size_t count, uint64_t step, Matrix *out, const double **out_label,
                                Error *err)
{
    RandomKey key = random_key(17, RANDOM_TEST, step);
    *out = (Matrix){.row_count = count, .column_count = FIXTURE_COLUMNS};
    out->values = memory_alloc_array(count, FIXTURE_COLUMNS * sizeof(double), err);
    double *label = arena_alloc_array(&fixture->arena, count + 1, sizeof(double), err);
    TRY(out->values != NULL && label != NULL);
    for (size_t i = 0; i < count; i++) {
        double *row = out->values + i * FIXTURE_COLUMNS;
        for (uint32_t j = 0; j < 3; j++) row[j] = random_uniform(key, i, j);
        if (i % 7 == 3) row[1] = float_nan();
        row[3] = 42;
        label[i] = fixture_label(fixture->options.objective, row, key, i);
    }
    *out_label = label;
    return true;
}

static inline bool fixture_params(Fixture *fixture, const char *json, Error *err)
{
    Document document = {0};
    TRY(json_parse(STR("params"), str_from(json), &fixture->arena, &document, err));
    fixture->options.params = document.root;
    return true;
}

static inline bool fixture_init(Fixture *fixture, const char *trainer, Objective objective, const char *params,
                                size_t rows, Error *err)
{
    *fixture = (Fixture){.options = {.trainer = str_from(trainer), .objective = objective, .seed = 7, .threads = 1}};
    fixture->data.names = FIXTURE_NAMES;
    TRY(fixture_params(fixture, params, err));
    TRY(fixture_rows(fixture, rows, 0, &fixture->data.train, &fixture->data.train_label, err));
    return fixture_rows(fixture, rows / 4, 1, &fixture->data.validation, &fixture->data.validation_label, err);
}

/// From the start to the files, without checkpoints.
static inline bool fixture_train(const Fixture *fixture, ModelFiles *out, Error *err)
{
    return training_run(&fixture->options, &fixture->data, STR(""), disk_system(), clock_system(), NULL, out, err);
}

static inline bool files_same(const ModelFiles *left, const ModelFiles *right)
{
    bool same = left->count == right->count;
    for (size_t i = 0; same && i < left->count; i++)
        same = str_equal(left->items[i].name, right->items[i].name) &&
               str_equal(bytes_str(&left->items[i].content), bytes_str(&right->items[i].content));
    return same;
}

#endif
