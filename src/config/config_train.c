#include "config/config_internal.h"

static bool read_checkpoint(TrainOptions *train, const Node *node, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "rounds", "every"));
    TRY(node_get_int(node, STR("rounds"), 1, 1 << 30, &train->checkpoint_rounds, err));
    return node_get_duration(node, STR("every"), &train->checkpoint_us, err);
}

static bool read_objective(Config *config, const Node *node, Error *err)
{
    static const Str names[] = {STR_INIT("regression"), STR_INIT("binary")};
    size_t choice = 0;
    TRY(node_choice(node, names, COUNT_OF(names), &choice, err));
    config->train.objective = choice == 0 ? OBJECTIVE_REGRESSION : OBJECTIVE_BINARY;
    config->has_objective = true;
    return true;
}

static bool read_keep(Config *config, const Node *node, Error *err)
{
    TransformDefinition *transform = &config->transform;
    size_t count = node->kind == NODE_LIST ? node_count(node) : 1;
    Position *positions = arena_alloc_array(&config->arena, count + 1, sizeof(Position), err);
    TRY(positions != NULL);
    for (size_t i = 0; i < count; i++)
        positions[i] = node_position_at(node->kind == NODE_LIST ? node_at(node, i) : node, 0);
    transform->keep_positions = positions;
    return config_read_names(&config->arena, node, &transform->keep, &transform->keep_count, err);
}

/// What the model sees of the features; without both, all of them as they are.
static bool read_transforms(Config *config, const Node *train, Error *err)
{
    TransformDefinition *transform = &config->transform;
    const Node *transforms = node_get(train, STR("transforms"));
    const Node *keep = node_get(train, STR("keep"));
    config->has_transforms = transforms != NULL || keep != NULL;
    transform->document = config->document;
    transform->position = train->position;
    if (transforms != NULL) {
        transform->position = transforms->position;
        TRY(config_read_named(&config->arena, transforms, &transform->columns, &transform->column_count, err));
    }
    return keep == NULL || read_keep(config, keep, err);
}

static bool check_trainer(const TrainOptions *train, const Node *node, Error *err)
{
    const Trainer *trainer = trainer_find(train->trainer);
    if (trainer != NULL) return trainer->check(train, err);
    Str names[32];
    size_t count = trainer_count() < COUNT_OF(names) ? trainer_count() : COUNT_OF(names);
    for (size_t i = 0; i < count; i++) names[i] = str_from(trainer_at(i)->name);
    return node_unknown_error(node, "trainer", train->trainer, names, count, err);
}

bool config_read_train(Config *config, const Node *node, Error *err)
{
    TrainOptions *train = &config->train;
    const Node *trainer = NULL;
    const Node *objective = node_get(node, STR("objective"));
    const Node *checkpoint = node_get(node, STR("checkpoint"));
    TRY(NODE_CHECK_KEYS(node, err, "trainer", "objective", "seed", "params", "checkpoint", "transforms", "keep"));
    TRY(node_need(node, STR("trainer"), &trainer, err));
    TRY(node_str(trainer, &train->trainer, err));
    TRY(node_get_int(node, STR("seed"), 0, INT64_MAX, &train->seed, err));
    train->params = node_get(node, STR("params"));
    if (objective != NULL) TRY(read_objective(config, objective, err));
    TRY(read_transforms(config, node, err));
    train->checkpoint_us = 30000000;
    if (checkpoint != NULL) TRY(read_checkpoint(train, checkpoint, err));
    config->has_train = true;
    return check_trainer(train, trainer, err);
}

bool config_read_register(Config *config, const Node *node, Error *err)
{
    const Node *model = NULL;
    TRY(NODE_CHECK_KEYS(node, err, "model", "promote"));
    TRY(node_need(node, STR("model"), &model, err));
    TRY(node_str(model, &config->model, err));
    TRY(node_get_str(node, STR("promote"), &config->promote, err));
    config->has_register = true;
    return true;
}
