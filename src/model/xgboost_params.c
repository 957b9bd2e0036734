#include "model/xgboost_params_internal.h"

#include "model/trainer_internal.h"
#include "number/float_order.h"
#include "number/parse.h"

static const Str NAMES[] = {
    STR_INIT("rounds"),           STR_INIT("max_depth"),     STR_INIT("max_leaves"),
    STR_INIT("max_bin"),          STR_INIT("learning_rate"), STR_INIT("eta"),
    STR_INIT("lambda"),           STR_INIT("alpha"),         STR_INIT("gamma"),
    STR_INIT("min_child_weight"), STR_INIT("subsample"),     STR_INIT("tree_method"),
};

static const XgboostParams DEFAULTS = {
    .rounds = 100,
    .max_depth = 6,
    .max_bin = 256,
    .learning_rate = 0.3,
    .lambda = 1,
    .min_child_weight = 1,
    .subsample = 1,
};

/// A param of XGBoost's that we keep from our users, and why.
typedef struct Refusal {
    Str prefix;
    const char *reason;
} Refusal;

static const Refusal REFUSALS[] = {
    {STR_INIT("colsample_"),
     "XGBoost draws columns from one generator of the whole process, so that a training that goes "
     "on from a checkpoint would give another model; use subsample, or leave features out"},
    {STR_INIT("sampling_method"),
     "rows are drawn by pawl, each by itself, so that training can go on from a checkpoint; "
     "subsample sets their share"},
    {STR_INIT("objective"), "it stands beside params: `objective: regression` or `objective: binary`"},
    {STR_INIT("nthread"), "the step's resources decide, and they never change the model"},
    {STR_INIT("seed"), "it stands beside params: `seed: 7`"},
    {STR_INIT("base_score"), "it is always the mean of the training labels"},
    {STR_INIT("booster"), "only trees (gbtree) are trained"},
};

static bool refusals_check(const Node *params, Error *err)
{
    for (size_t i = 0; i < node_count(params); i++) {
        Str name = node_key(params, i);
        for (size_t j = 0; j < COUNT_OF(REFUSALS); j++) {
            if (!str_starts(name, REFUSALS[j].prefix)) continue;
            return node_error(node_key_at(params, i), err, "'%.*s' cannot be set: %s", STR_ARG(name),
                              REFUSALS[j].reason);
        }
    }
    return true;
}

static bool method_check(const Node *params, Error *err)
{
    const Node *node = node_get(params, STR("tree_method"));
    Str method = {0};
    if (node == NULL) return true;
    TRY(node_str(node, &method, err));
    return str_equal(method, STR("hist")) ||
           node_error(node, err, "only 'hist' is exact for every number of threads, so it is the only tree_method");
}

static bool numbers_read(const Node *params, XgboostParams *out, Error *err)
{
    const double infinity = float_infinity();
    TRY(param_int(params, STR("rounds"), 1, 1000000, &out->rounds, err));
    TRY(param_int(params, STR("max_depth"), 0, 32, &out->max_depth, err));
    TRY(param_int(params, STR("max_leaves"), 0, 1 << 20, &out->max_leaves, err));
    TRY(param_int(params, STR("max_bin"), 2, 65535, &out->max_bin, err));
    TRY(param_double(params, STR("learning_rate"), 0, true, 1, &out->learning_rate, err));
    TRY(param_double(params, STR("eta"), 0, true, 1, &out->learning_rate, err));
    TRY(param_double(params, STR("lambda"), 0, false, infinity, &out->lambda, err));
    TRY(param_double(params, STR("alpha"), 0, false, infinity, &out->alpha, err));
    TRY(param_double(params, STR("gamma"), 0, false, infinity, &out->gamma, err));
    TRY(param_double(params, STR("min_child_weight"), 0, false, infinity, &out->min_child_weight, err));
    return param_double(params, STR("subsample"), 0, true, 1, &out->subsample, err);
}

static bool numbers_agree(const Node *params, const XgboostParams *numbers, Error *err)
{
    if (node_get(params, STR("eta")) != NULL && node_get(params, STR("learning_rate")) != NULL)
        return node_error(node_get(params, STR("eta")), err, "'eta' and 'learning_rate' are the same; keep one");
    if (numbers->max_depth == 0 && numbers->max_leaves == 0)
        return node_error(node_get(params, STR("max_depth")), err, "a tree without a depth limit needs 'max_leaves'");
    return true;
}

bool xgboost_params_read(const Node *params, XgboostParams *out, Error *err)
{
    XgboostParams read = DEFAULTS;
    if (params != NULL) {
        TRY(refusals_check(params, err));
        TRY(node_check_keys(params, NAMES, COUNT_OF(NAMES), err));
        TRY(method_check(params, err));
        TRY(numbers_read(params, &read, err));
        TRY(numbers_agree(params, &read, err));
    }
    *out = read;
    return true;
}

static bool set_text(const XgboostApi *api, void *booster, const char *name, const char *value, Error *err)
{
    return xgboost_done(api, api->booster_set_param(booster, name, value), name, err);
}

static bool set_int(const XgboostApi *api, void *booster, const char *name, int64_t value, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    (void)number_format_int64(value, text);
    return set_text(api, booster, name, text, err);
}

static bool set_double(const XgboostApi *api, void *booster, const char *name, double value, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    (void)number_format_double(value, text);
    return set_text(api, booster, name, text, err);
}

/// The trees are a sum and nothing more: base and link are ours, so the objective that XGBoost believes in is the
/// plainest.
static bool fixed_apply(const XgboostParams *params, const XgboostApi *api, void *booster, Error *err)
{
    const char *policy = params->max_leaves > 0 ? "lossguide" : "depthwise";
    TRY(set_text(api, booster, "booster", "gbtree", err));
    TRY(set_text(api, booster, "tree_method", "hist", err));
    TRY(set_text(api, booster, "objective", "reg:squarederror", err));
    TRY(set_text(api, booster, "base_score", "0", err));
    TRY(set_text(api, booster, "verbosity", "0", err));
    return set_text(api, booster, "grow_policy", policy, err);
}

bool xgboost_params_apply(const XgboostParams *params, uint32_t threads, const XgboostApi *api, void *booster,
                          Error *err)
{
    TRY(fixed_apply(params, api, booster, err));
    TRY(set_int(api, booster, "nthread", threads, err));
    TRY(set_int(api, booster, "max_depth", params->max_depth, err));
    TRY(set_int(api, booster, "max_leaves", params->max_leaves, err));
    TRY(set_int(api, booster, "max_bin", params->max_bin, err));
    TRY(set_double(api, booster, "learning_rate", params->learning_rate, err));
    TRY(set_double(api, booster, "lambda", params->lambda, err));
    TRY(set_double(api, booster, "alpha", params->alpha, err));
    TRY(set_double(api, booster, "gamma", params->gamma, err));
    return set_double(api, booster, "min_child_weight", params->min_child_weight, err);
}
