#include "model/training_key_internal.h"

#include "text/json_writer.h"

enum { TRAINING_SEMANTICS = 1 };

/// Hashed fast: it tells data sets apart that happen, not those that an enemy makes.
static bool values_hash(Sha256 *hash, const double *values, size_t count, Error *err)
{
    Hash128 digest = hash128(values, count * sizeof(double));
    TRY(sha256_update_u64(hash, count, err));
    TRY(sha256_update_u64(hash, digest.high, err));
    return sha256_update_u64(hash, digest.low, err);
}

static bool rows_hash(Sha256 *hash, const Matrix *matrix, const double *label, Error *err)
{
    TRY(sha256_update_u64(hash, matrix->row_count, err));
    TRY(values_hash(hash, matrix->values, matrix->row_count * matrix->column_count, err));
    return values_hash(hash, label, matrix->row_count, err);
}

static bool data_hash(Sha256 *hash, const TrainingData *data, Error *err)
{
    TRY(sha256_update_u64(hash, data->train.column_count, err));
    for (size_t i = 0; i < data->train.column_count; i++) TRY(sha256_update_str(hash, data->names[i], err));
    TRY(rows_hash(hash, &data->train, data->train_label, err));
    return rows_hash(hash, &data->validation, data->validation_label, err);
}

static bool options_hash(Sha256 *hash, const TrainOptions *options, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    JsonWriter json = json_writer(&params, JSON_CANONICAL);
    if (options->params != NULL) TRY(json_node(&json, options->params, err));
    TRY(sha256_update_u64(hash, TRAINING_SEMANTICS, err));
    TRY(sha256_update_str(hash, options->trainer, err));
    TRY(sha256_update_u64(hash, options->objective, err));
    TRY(sha256_update_u64(hash, (uint64_t)options->seed, err));
    return sha256_update_str(hash, bytes_str(&params), err);
}

bool training_key(const Trainer *trainer, const TrainOptions *options, const TrainingData *data, Digest *out,
                  Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Str library = {0};
    TRY(trainer_library(trainer, &arena, &library, err));
    TRY(sha256_update_str(&hash, library, err));
    TRY(options_hash(&hash, options, err));
    TRY(data_hash(&hash, data, err));
    return sha256_finish(&hash, out, err);
}
