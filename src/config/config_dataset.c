#include "config/config_internal.h"

#include "text/timestamp.h"

#include <math.h>

static bool read_label(DatasetDefinition *dataset, const Node *node, Error *err)
{
    if (node->kind != NODE_MAP) return config_read_expression(node, &dataset->label, err);
    const Node *value = NULL;
    TRY(NODE_CHECK_KEYS(node, err, "value", "known"));
    TRY(node_need(node, STR("value"), &value, err));
    TRY(config_read_expression(value, &dataset->label, err));
    return node_get_text(node, STR("known"), &dataset->label_known, err);
}

static bool read_instant(const Node *node, int64_t *out_us, Error *err)
{
    Str text = {0};
    Error inner = {0};
    TRY(node_text(node, &text, err));
    if (!timestamp_parse(text, NULL, TIMESTAMP_DOWN, out_us, &inner)) return node_error(node, err, "%s", inner.text);
    return true;
}

static bool read_shares(SplitOptions *split, const Node *node, Error *err)
{
    split->train = split->validation = split->test = 0;
    TRY(node_get_fraction(node, STR("train"), &split->train, err));
    TRY(node_get_fraction(node, STR("validation"), &split->validation, err));
    TRY(node_get_fraction(node, STR("test"), &split->test, err));
    double sum = split->train + split->validation + split->test;
    if (fabs(sum - 1) > 1e-9)
        return node_error(node, err, "the shares of train, validation and test add up to %.6g%%, not to 100%%",
                          sum * 100);
    if (split->train <= 0) return node_error(node, err, "'train' has no share: there is nothing to learn from");
    if (split->test <= 0)
        return node_error(node, err, "'test' has no share: a model that is not tested is never promoted");
    return true;
}

static bool read_split(SplitOptions *split, const Node *node, Error *err)
{
    const Node *validation = node_get(node, STR("validation_from"));
    const Node *test = node_get(node, STR("test_from"));
    TRY(NODE_CHECK_KEYS(node, err, "train", "validation", "test", "gap", "validation_from", "test_from"));
    TRY(config_get_duration_or_zero(node, STR("gap"), &split->gap_us, err));
    if (validation == NULL && test == NULL) return read_shares(split, node, err);
    bool shares = node_get(node, STR("train")) != NULL || node_get(node, STR("validation")) != NULL ||
                  node_get(node, STR("test")) != NULL;
    if (validation == NULL || test == NULL || shares)
        return node_error(
            node, err,
            "a split has either shares (train, validation, test) or instants (validation_from and test_from)");
    split->by_instant = true;
    TRY(read_instant(validation, &split->t1_us, err));
    TRY(read_instant(test, &split->t2_us, err));
    if (split->t1_us > split->t2_us) return node_error(test, err, "'test_from' is before 'validation_from'");
    return true;
}

static bool read_features(Config *config, const Node *node, Error *err)
{
    DatasetDefinition *dataset = &config->dataset;
    TRY(config_read_names(&config->arena, node, &dataset->features, &dataset->feature_count, err));
    Position *positions = arena_alloc_array(&config->arena, dataset->feature_count + 1, sizeof(Position), err);
    TRY(positions != NULL);
    for (size_t i = 0; i < dataset->feature_count; i++)
        positions[i] = node->kind == NODE_LIST ? node_at(node, i)->position : node->position;
    dataset->feature_positions = positions;
    return true;
}

bool config_read_dataset(Config *config, const Node *node, Error *err)
{
    DatasetDefinition *dataset = &config->dataset;
    const Node *at = NULL;
    const Node *from = NULL;
    const Node *label = NULL;
    const Node *features = node_get(node, STR("features"));
    const Node *split = node_get(node, STR("split"));
    const Node *as_of = node_get(node, STR("as_of"));
    TRY(NODE_CHECK_KEYS(node, err, "from", "at", "label", "features", "split", "as_of"));
    dataset->position = node->position;
    TRY(node_need(node, STR("from"), &from, err));
    TRY(node_str(from, &dataset->from, err));
    TRY(node_need(node, STR("at"), &at, err));
    TRY(node_text(at, &dataset->at, err));
    label = node_get(node, STR("label"));
    if (label == NULL)
        return node_error(node, err, "'label' is missing: the expression over a row that the model learns to predict");
    TRY(read_label(dataset, label, err));
    if (features != NULL) TRY(read_features(config, features, err));
    if (split != NULL) TRY(read_split(&config->split, split, err));
    if (as_of != NULL) TRY(read_instant(as_of, &config->as_of_us, err));
    config->has_dataset = true;
    return true;
}
