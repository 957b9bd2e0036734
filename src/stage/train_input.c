#include "stage/train_input_internal.h"

#include "base/memory.h"
#include "fit/apply.h"
#include "sys/environment.h"

/// The rows of one split and what training needs to know of each.
typedef struct SplitRows {
    Arena arena;
    uint64_t *rows;
    size_t count;
    int64_t *at, *label_known;
} SplitRows;

static void split_rows_deinit(SplitRows *part)
{
    memory_free(part->rows);
    arena_deinit(&part->arena);
}

void train_input_deinit(TrainInput *input)
{
    training_data_deinit(&input->data);
    fitting_deinit(&input->fitting);
    arena_deinit(&input->arena);
}

static bool ints_read(const Frame *frame, Str name, SplitRows *part, int64_t **out, Error *err)
{
    Vector vector = {0};
    TRY(frame_find(frame, name, &vector, err));
    *out = arena_alloc_array(&part->arena, part->count + 1, sizeof(int64_t), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < part->count; i++) (*out)[i] = vector.values.ints[part->rows[i]];
    return true;
}

/// The labels are owned by the input's arena.
static bool part_read(const Snapshot *snapshot, Split split, Arena *arena, SplitRows *out, const double **label,
                      Error *err)
{
    Vector labels = {0};
    TRY(frame_find(&snapshot->frame, STR("_label"), &labels, err));
    TRY(snapshot_rows(snapshot, split, &out->rows, &out->count, err));
    TRY(ints_read(&snapshot->frame, STR("_at"), out, &out->at, err));
    TRY(ints_read(&snapshot->frame, STR("_label_known"), out, &out->label_known, err));
    double *values = arena_alloc_array(arena, out->count + 1, sizeof(double), err);
    TRY(values != NULL);
    for (size_t i = 0; i < out->count; i++) values[i] = labels.values.floats[out->rows[i]];
    *label = values;
    return true;
}

static bool names_set(const Plan *plan, TrainInput *out, Error *err)
{
    out->count = plan->feature_count;
    out->names = arena_alloc_array(&out->arena, out->count + 1, sizeof(Str), err);
    TRY(out->names != NULL);
    for (size_t i = 0; i < out->count; i++) out->names[i] = plan->features[i].name;
    out->data.names = out->names;
    return true;
}

static bool plain_read(const Snapshot *snapshot, const SplitRows *train, const SplitRows *validation, TrainInput *out,
                       Error *err)
{
    const Frame *frame = &snapshot->frame;
    TRY(names_set(&snapshot->plan, out, err));
    TRY(matrix_from_frame(frame, out->names, out->count, train->rows, train->count, &out->data.train, err));
    return matrix_from_frame(frame, out->names, out->count, validation->rows, validation->count, &out->data.validation,
                             err);
}

static bool fitted_train(const FitRows *rows, TrainInput *out, Error *err)
{
    AUTO(program_output_deinit) ProgramOutput columns = {0};
    TRY(fitting_training(&out->fitting, rows, &columns, err));
    return matrix_from_vectors(columns.vectors, out->names, out->count, rows->count, &out->data.train, err);
}

static bool fitted_validation(const Snapshot *snapshot, const SplitRows *part, uint32_t threads, TrainInput *out,
                              Error *err)
{
    AUTO(program_output_deinit) ProgramOutput columns = {0};
    TRY(transform_apply(&out->fitting.plan, &snapshot->frame, part->rows, part->count, threads, &columns, err));
    return matrix_from_vectors(columns.vectors, out->names, out->count, part->count, &out->data.validation, err);
}

static bool fitted_read(const Config *config, const Snapshot *snapshot, uint32_t threads, const SplitRows *train,
                        const SplitRows *validation, TrainInput *out, Error *err)
{
    AUTO(transform_deinit) Transform transform = {0};
    const FitRows rows = {.frame = &snapshot->frame,
                          .rows = train->rows,
                          .count = train->count,
                          .label = out->data.train_label,
                          .at = train->at,
                          .label_known = train->label_known,
                          .threads = threads};
    out->fitted = true;
    TRY(transform_compile(&config->transform, &snapshot->plan, &transform, err));
    TRY(transform_fit(&transform, &rows, &out->fitting, err));
    TRY(names_set(&out->fitting.plan, out, err));
    TRY(fitted_train(&rows, out, err));
    return fitted_validation(snapshot, validation, threads, out, err);
}

static bool input_fill(const Config *config, const Snapshot *snapshot, uint32_t threads, TrainInput *input, Error *err)
{
    AUTO(split_rows_deinit) SplitRows train = {0};
    AUTO(split_rows_deinit) SplitRows validation = {0};
    TRY(part_read(snapshot, SPLIT_TRAIN, &input->arena, &train, &input->data.train_label, err));
    TRY(part_read(snapshot, SPLIT_VALIDATION, &input->arena, &validation, &input->data.validation_label, err));
    if (!config->has_transforms) return plain_read(snapshot, &train, &validation, input, err);
    return fitted_read(config, snapshot, threads, &train, &validation, input, err);
}

bool train_input_read(const Config *config, const Snapshot *snapshot, uint32_t threads, TrainInput *out, Error *err)
{
    AUTO(train_input_deinit) TrainInput input = {0};
    if (threads == 0) threads = (uint32_t)environment_cpu_count();
    TRY(input_fill(config, snapshot, threads, &input, err));
    *out = input;
    input = (TrainInput){0};
    return true;
}
