/// The model package: plan, fitted transforms, weights and everything that made them; what is registered, promoted and served. A contract
/// between rooms.
///
///     model.json     the manifest; its SHA-256 is the model's digest
///     plan.json      the feature plan
///     transform.json the fitted transforms, a plan over the features; without one the model sees the features as they are
///     fits.json      what they learned, for people
///     ...            the trainer's files (booster.ubj; weights.json with the standardisation)
#ifndef PAWL_MODEL_PACKAGE_H
#define PAWL_MODEL_PACKAGE_H

#include "language/plan.h"
#include "model/trainer.h"
#include "sys/disk.h"

typedef struct PackageFile {
    Str name;
    uint64_t size;
    Digest digest;
} PackageFile;

typedef struct PackageSource {
    Str name;
    Digest logical;
} PackageSource;

/// Nothing here may differ between two rebuilds: no time of day, no host, no path.
typedef struct ModelManifest {
    Arena arena;
    Str pipeline, trainer, reproducibility, library; ///< library: "xgboost 1.7.4" or empty
    Objective objective;
    int64_t seed;
    Str params; ///< canonical JSON
    Str *features;
    size_t feature_count;
    Digest plan, snapshot; ///< digest of the plan; logical digest of the snapshot
    PackageSource *sources;
    size_t source_count;
    int64_t as_of_us;
    int64_t trained_until_us; ///< the greatest `at` and label `known` that training or validation saw
    double label_mean;        ///< over training rows: the trivial baseline
    uint64_t train_rows, validation_rows;
    PackageFile *files;
    size_t file_count;
} ModelManifest;

void model_manifest_deinit(ModelManifest *manifest);
MUST_CHECK bool model_manifest_encode(const ModelManifest *manifest, Bytes *out, Error *err);
MUST_CHECK bool model_manifest_decode(Str name, Str text, ModelManifest *out, Error *err);

/// Fills manifest->files and writes the directory.
MUST_CHECK bool package_write(const Disk *disk, ModelManifest *manifest, Str plan_json, const ModelFiles *files,
                              Str directory, Digest *out_digest, Error *err);

/// Adds the fitted transforms to what a trainer made: the plan's encoding, and what was learned.
MUST_CHECK bool package_add_transform(ModelFiles *files, const Plan *transform, Str facts, Error *err);

/// The file of a package that says what its transforms learned, read and verified; empty when it has none.
MUST_CHECK bool package_facts(const Disk *disk, Str directory, Bytes *out, Error *err);

/// An opened package, ready to predict.
typedef struct Model {
    ModelManifest manifest;
    Digest digest;
    Plan plan;
    bool has_transform;
    Plan transform; ///< from the plan's features to the columns that the trainer saw
    const Trainer *trainer;
    Predictor *predictor;
} Model;

void model_deinit(Model *model);

/// Verifies every digest.
MUST_CHECK bool model_open(const Disk *disk, Str directory, Model *out, Error *err);

/// `features` has the plan's feature columns. `rows` may be NULL: all.
MUST_CHECK bool model_predict(const Model *model, const Frame *features, const uint64_t *rows, size_t row_count,
                              double *out, Error *err);

#endif
