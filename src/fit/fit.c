/// transform_fit: the program walked in order, each fitted call replaced by what it learned.
#include "fit/fit.h"

#include <string.h>

#include "base/map.h"
#include "fit/fit_internal.h"
#include "text/zone.h"

/// How a kind of call is fitted.
typedef struct FitKind {
    FitLearn *learn;
    FitEmit *emit;
} FitKind;

static const FitKind KINDS[FITTED_COUNT] = {
    [FITTED_SCALE] = {learn_scale, emit_scale},
    [FITTED_IMPUTE] = {learn_impute, emit_impute},
    [FITTED_IMPUTE_FLAGGED] = {learn_impute, emit_impute},
    [FITTED_BIN] = {learn_bin, emit_bin},
    [FITTED_QUANTILE_TRANSFORM] = {learn_quantile_transform, emit_quantile_transform},
    [FITTED_WINSORISE] = {learn_winsorise, emit_winsorise},
    [FITTED_YEO_JOHNSON] = {learn_yeo_johnson, emit_yeo_johnson},
    [FITTED_VOCABULARY] = {learn_vocabulary, emit_vocabulary},
    [FITTED_ONE_HOT] = {learn_one_hot, emit_one_hot},
    [FITTED_FREQUENCY_ENCODE] = {learn_frequency, emit_frequency},
    [FITTED_TARGET_ENCODE] = {learn_target, emit_target},
    [FITTED_TF_IDF] = {learn_tf_idf, emit_tf_idf},
    [FITTED_PCA] = {learn_pca, emit_pca},
};

/// A program being made of the transform's.
typedef struct FitProgram {
    Builder builder;
    uint32_t *nodes;  ///< per node of the transform: its node here
    uint32_t **calls; ///< per call: the nodes of its columns
} FitProgram;

typedef struct Fitter {
    const Transform *transform;
    const FitRows *rows;
    Arena arena;
    Vector *inputs;      ///< of the frame, then the targets
    uint8_t *needed;     ///< per node of the transform
    FitWork *works;      ///< per call
    FitProgram training; ///< as training rows see it
    FitProgram frozen;   ///< as all others do
    Fitting fitting;
} Fitter;

void fitting_deinit(Fitting *fitting)
{
    plan_deinit(&fitting->plan);
    arena_deinit(&fitting->arena);
    *fitting = (Fitting){0};
}

static void fitter_deinit(Fitter *fitter)
{
    builder_deinit(&fitter->training.builder);
    builder_deinit(&fitter->frozen.builder);
    fitting_deinit(&fitter->fitting);
    arena_deinit(&fitter->arena);
}

static bool program_init(Fitter *fitter, FitProgram *program, Error *err)
{
    const Transform *transform = fitter->transform;
    program->nodes = arena_alloc_array(&fitter->arena, transform->program.node_count, sizeof(uint32_t), err);
    program->calls = arena_alloc_array(&fitter->arena, transform->call_count, sizeof(uint32_t *), err);
    return program->nodes != NULL && program->calls != NULL;
}

static bool fitter_init(Fitter *fitter, Error *err)
{
    const Transform *transform = fitter->transform;
    size_t vectors = (size_t)transform->input_count + transform->call_count;
    if (fitter->rows->count == 0) return error_set(err, ERROR_DATA, "there is no training row to fit transforms on");
    if (fitter->rows->count >= PLAN_NONE)
        return error_set(err, ERROR_DATA, "more than %u training rows to fit transforms on", PLAN_NONE - 1);
    fitter->inputs = arena_alloc_array(&fitter->arena, vectors, sizeof(Vector), err);
    fitter->needed = arena_alloc(&fitter->arena, transform->program.node_count, err);
    fitter->works = arena_alloc_array(&fitter->arena, transform->call_count, sizeof(FitWork), err);
    fitter->fitting.targets = arena_alloc_array(&fitter->fitting.arena, transform->call_count, sizeof(Vector), err);
    if (fitter->inputs == NULL || fitter->needed == NULL || fitter->works == NULL || fitter->fitting.targets == NULL)
        return false;
    TRY(program_init(fitter, &fitter->training, err));
    TRY(program_init(fitter, &fitter->frozen, err));
    return fit_inputs(fitter->rows->frame, transform->inputs, transform->input_count, fitter->inputs, err);
}

/// The call that a node stands for, or PLAN_NONE.
static uint32_t node_call(const Transform *transform, const PlanNode *node)
{
    bool is_call = node->kind == PLAN_COLUMN && node->index >= transform->input_count;
    return is_call ? node->index - transform->input_count : PLAN_NONE;
}

/// Nodes that a column reads, directly or through calls. What a node reads stands before it.
static void needed_mark(Fitter *fitter)
{
    const Transform *transform = fitter->transform;
    for (uint32_t i = 0; i < transform->column_count; i++) fitter->needed[transform->columns[i].node] = 1;
    for (uint32_t i = transform->program.node_count; i-- > 0;) {
        const PlanNode *node = &transform->program.nodes[i];
        if (!fitter->needed[i]) continue;
        for (uint32_t k = 0; node->kind == PLAN_CALL && k < node->argument_count; k++)
            fitter->needed[node->arguments[k]] = 1;
        uint32_t place = node_call(transform, node);
        if (place == PLAN_NONE) continue;
        const TransformCall *call = &transform->calls[place];
        for (uint32_t k = 0; k < call->argument_count; k++) fitter->needed[call->arguments[k]] = 1;
    }
}

static bool node_copy(const Fitter *fitter, FitProgram *program, uint32_t i, Error *err)
{
    PlanNode node = fitter->transform->program.nodes[i];
    for (uint32_t k = 0; node.kind == PLAN_CALL && k < node.argument_count; k++)
        node.arguments[k] = program->nodes[node.arguments[k]];
    return builder_add(&program->builder, node, &program->nodes[i], err);
}

static bool arguments_place(Fitter *fitter, const FitProgram *program, const TransformCall *call, uint32_t **out,
                            Error *err)
{
    *out = arena_alloc_array(&fitter->arena, call->argument_count, sizeof(uint32_t), err);
    if (*out == NULL) return false;
    for (uint32_t k = 0; k < call->argument_count; k++) (*out)[k] = program->nodes[call->arguments[k]];
    return true;
}

static ProgramInput training_input(const FitRows *rows, const Vector *columns, uint32_t input_count)
{
    return (ProgramInput){.count = rows->count, .columns = columns, .gathered_count = input_count, .rows = rows->rows};
}

/// The call's arguments in training rows, then what it learns of them.
static bool call_learn(Fitter *fitter, const TransformCall *call, FitWork *work, Error *err)
{
    AUTO(program_output_deinit) ProgramOutput values = {0};
    const Builder *builder = &fitter->training.builder;
    const Program program = {.nodes = builder->nodes.items, .node_count = (uint32_t)builder->nodes.count};
    const ProgramInput input = training_input(fitter->rows, fitter->inputs, fitter->transform->input_count);
    uint32_t *nodes = NULL;
    TRY(arguments_place(fitter, &fitter->training, call, &nodes, err));
    TRY(program_evaluate(&program, nodes, call->argument_count, &input, fitter->rows->threads, &values, err));
    work->arguments = values.vectors;
    TRY(KINDS[call->fitted].learn(work, err));
    work->arguments = NULL;
    return true;
}

static bool call_emit(Fitter *fitter, FitProgram *program, uint32_t place, Error *err)
{
    const TransformCall *call = &fitter->transform->calls[place];
    const FitWork *work = &fitter->works[place];
    uint32_t *arguments = NULL;
    program->calls[place] = arena_alloc_array(&fitter->arena, work->column_count, sizeof(uint32_t), err);
    if (program->calls[place] == NULL) return false;
    TRY(arguments_place(fitter, program, call, &arguments, err));
    return KINDS[call->fitted].emit(work, &program->builder, arguments, program->calls[place], err);
}

/// Training rows read their target encodings from a column of their own.
static bool target_emit(Fitter *fitter, uint32_t place, Error *err)
{
    const FitWork *work = &fitter->works[place];
    Fitting *fitting = &fitter->fitting;
    size_t count = fitter->rows->count;
    double *values = arena_alloc_array(&fitting->arena, count, sizeof(double), err);
    uint8_t *valid = arena_alloc(&fitting->arena, count, err);
    uint32_t *node = arena_alloc(&fitter->arena, sizeof(uint32_t), err);
    if (values == NULL || valid == NULL || node == NULL) return false;
    memcpy(values, work->targets, count * sizeof(double));
    memcpy(valid, work->target_valid, count);
    uint32_t index = fitter->transform->input_count + fitting->target_count;
    fitter->inputs[index] =
        (Vector){.type = TYPE_OF(TYPE_FLOAT64), .count = count, .valid = valid, .values = {.floats = values}};
    fitting->targets[fitting->target_count++] = fitter->inputs[index];
    fitter->training.calls[place] = node;
    PlanNode column = {.kind = PLAN_COLUMN, .type = TYPE_OF(TYPE_FLOAT64), .index = index, .group = PLAN_NONE};
    return builder_add(&fitter->training.builder, column, node, err);
}

static bool call_fit(Fitter *fitter, uint32_t place, Error *err)
{
    const TransformCall *call = &fitter->transform->calls[place];
    FitWork *work = &fitter->works[place];
    *work = (FitWork){.call = call, .rows = fitter->rows, .arena = &fitter->arena, .column_count = 1};
    TRY(call_learn(fitter, call, work, err));
    TRY(call_emit(fitter, &fitter->frozen, place, err));
    if (call->fitted == FITTED_TARGET_ENCODE) return target_emit(fitter, place, err);
    return call_emit(fitter, &fitter->training, place, err);
}

static bool node_fit(Fitter *fitter, uint32_t i, Error *err)
{
    const Transform *transform = fitter->transform;
    uint32_t place = node_call(transform, &transform->program.nodes[i]);
    if (place == PLAN_NONE) {
        TRY(node_copy(fitter, &fitter->training, i, err));
        return node_copy(fitter, &fitter->frozen, i, err);
    }
    const TransformCall *call = &transform->calls[place];
    TRY_OR(call_fit(fitter, place, err), err, "train: %.*s: %s", STR_ARG(call->what), fitted_info(call->fitted)->name);
    fitter->training.nodes[i] = fitter->training.calls[place][0];
    fitter->frozen.nodes[i] = fitter->frozen.calls[place][0];
    return true;
}

static bool column_name(Fitter *fitter, const TransformColumn *column, uint32_t i, Str *out, Error *err)
{
    Arena *arena = &fitter->fitting.plan.arena;
    if (column->call == PLAN_NONE) return arena_copy(arena, column->name, out, err);
    return arena_format(arena, out, err, "%.*s_%.*s", STR_ARG(column->name),
                        STR_ARG(fitter->works[column->call].suffixes[i]));
}

static uint32_t column_width(const Fitter *fitter, const TransformColumn *column)
{
    return column->call == PLAN_NONE ? 1 : fitter->works[column->call].column_count;
}

/// All that `column` becomes, from place `first` on.
static bool column_finish(Fitter *fitter, const TransformColumn *column, uint32_t first, Error *err)
{
    for (uint32_t i = 0; i < column_width(fitter, column); i++) {
        bool whole = column->call == PLAN_NONE;
        PlanFeature *feature = &fitter->fitting.plan.features[first + i];
        feature->node = whole ? fitter->frozen.nodes[column->node] : fitter->frozen.calls[column->call][i];
        feature->type = fitter->frozen.builder.nodes.items[feature->node].type;
        fitter->fitting.training_nodes[first + i] =
            whole ? fitter->training.nodes[column->node] : fitter->training.calls[column->call][i];
        TRY(column_name(fitter, column, i, &feature->name, err));
    }
    return true;
}

static bool names_check(const Plan *plan, Error *err)
{
    AUTO(map_deinit) Map names = {0};
    for (uint32_t i = 0; i < plan->feature_count; i++) {
        uint64_t first = 0;
        bool is_new = false;
        TRY(map_get_or_put(&names, plan->features[i].name, i, &first, &is_new, err));
        if (!is_new)
            return error_set(err, ERROR_CONFIG, "train: two columns of the transforms are called '%.*s'; rename one",
                             STR_ARG(plan->features[i].name));
    }
    return true;
}

static bool columns_finish(Fitter *fitter, Error *err)
{
    const Transform *transform = fitter->transform;
    Plan *plan = &fitter->fitting.plan;
    uint64_t count = 0;
    uint32_t first = 0;
    for (uint32_t i = 0; i < transform->column_count; i++) count += column_width(fitter, &transform->columns[i]);
    if (count > FIT_COLUMNS_MAX)
        return error_set(err, ERROR_CONFIG, "train: the transforms make %llu columns, more than %d",
                         (unsigned long long)count, FIT_COLUMNS_MAX);
    plan->feature_count = (uint32_t)count;
    plan->features = arena_alloc_array(&plan->arena, count, sizeof(PlanFeature), err);
    fitter->fitting.training_nodes = arena_alloc_array(&fitter->fitting.arena, count, sizeof(uint32_t), err);
    if (plan->features == NULL || fitter->fitting.training_nodes == NULL) return false;
    for (uint32_t i = 0; i < transform->column_count; i++) {
        TRY(column_finish(fitter, &transform->columns[i], first, err));
        first += column_width(fitter, &transform->columns[i]);
    }
    return names_check(plan, err);
}

static bool inputs_finish(const Transform *transform, Plan *plan, Error *err)
{
    plan->inputs = arena_alloc_array(&plan->arena, transform->input_count, sizeof(Field), err);
    if (plan->inputs == NULL) return false;
    plan->input_count = transform->input_count;
    for (uint32_t i = 0; i < plan->input_count; i++) {
        plan->inputs[i].type = transform->inputs[i].type;
        TRY(arena_copy(&plan->arena, transform->inputs[i].name, &plan->inputs[i].name, err));
    }
    return true;
}

/// Decoding what was encoded finds whatever a package could not be opened with later.
static bool plan_settle(Plan *plan, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(plan_deinit) Plan settled = {0};
    TRY(plan_encode(plan, &text, err));
    TRY_OR(plan_decode(bytes_str(&text), &settled, err), err, "train: what the transforms learned");
    plan_deinit(plan);
    *plan = plan_take(&settled);
    return true;
}

static bool plan_finish_fit(Fitter *fitter, Error *err)
{
    Plan *plan = &fitter->fitting.plan;
    plan->dataset = (PlanDataset){.source = PLAN_NONE, .at = PLAN_NONE, .label_known = PLAN_NONE};
    TRY(inputs_finish(fitter->transform, plan, err));
    TRY(columns_finish(fitter, err));
    TRY(builder_finish(&fitter->frozen.builder, &plan->arena, &plan->main, err));
    TRY(arena_copy(&plan->arena, zone_data_version(), &plan->zone_version, err));
    TRY(plan_settle(plan, err));
    return builder_finish(&fitter->training.builder, &fitter->fitting.arena, &fitter->fitting.training, err);
}

static bool facts_finish(Fitter *fitter, Error *err)
{
    const Transform *transform = fitter->transform;
    Fitting *fitting = &fitter->fitting;
    fitting->facts = arena_alloc_array(&fitting->arena, transform->call_count, sizeof(FitFact), err);
    if (fitting->facts == NULL) return false;
    for (uint32_t i = 0; i < transform->call_count; i++) {
        if (fitter->works[i].call == NULL) continue;
        FitFact *fact = &fitting->facts[fitting->fact_count++];
        fact->call = str_from(fitted_info(transform->calls[i].fitted)->name);
        TRY(arena_copy(&fitting->arena, transform->calls[i].what, &fact->what, err));
        TRY(arena_copy(&fitting->arena, fitter->works[i].learned, &fact->learned, err));
    }
    return true;
}

bool transform_fit(const Transform *transform, const FitRows *rows, Fitting *out, Error *err)
{
    AUTO(fitter_deinit) Fitter fitter = {.transform = transform, .rows = rows};
    TRY(fitter_init(&fitter, err));
    needed_mark(&fitter);
    for (uint32_t i = 0; i < transform->program.node_count; i++) {
        if (fitter.needed[i]) TRY(node_fit(&fitter, i, err));
    }
    TRY(plan_finish_fit(&fitter, err));
    TRY(facts_finish(&fitter, err));
    *out = fitter.fitting;
    fitter.fitting = (Fitting){0};
    return true;
}

bool fitting_training(const Fitting *fitting, const FitRows *rows, ProgramOutput *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Plan *plan = &fitting->plan;
    Vector *columns = arena_alloc_array(&arena, (size_t)plan->input_count + fitting->target_count, sizeof(Vector), err);
    if (columns == NULL) return false;
    TRY(fit_inputs(rows->frame, plan->inputs, plan->input_count, columns, err));
    for (uint32_t i = 0; i < fitting->target_count; i++) columns[plan->input_count + i] = fitting->targets[i];
    const ProgramInput input = training_input(rows, columns, plan->input_count);
    return program_evaluate(&fitting->training, fitting->training_nodes, plan->feature_count, &input, rows->threads,
                            out, err);
}
