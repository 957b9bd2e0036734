#include "dataset/manifest_json_internal.h"

static bool doubles_write(JsonWriter *json, Str key, const double *values, size_t count, Error *err)
{
    TRY(json_field_array(json, key, err));
    for (size_t i = 0; i < count; i++) TRY(json_double(json, values[i], err));
    return json_array_end(json, err);
}

static bool bins_write(JsonWriter *json, const Profile *profile, Error *err)
{
    TRY(json_field_array(json, STR("bins"), err));
    for (size_t i = 0; i < PROFILE_BINS; i++) TRY(json_uint(json, profile->bins[i], err));
    return json_array_end(json, err);
}

static bool numbers_write(JsonWriter *json, const Profile *profile, Error *err)
{
    if (!profile->has_numbers) return true;
    TRY(json_field_object(json, STR("numbers"), err));
    TRY(json_field_double(json, STR("minimum"), profile->minimum, err));
    TRY(json_field_double(json, STR("maximum"), profile->maximum, err));
    TRY(json_field_double(json, STR("mean"), profile->mean, err));
    TRY(json_field_double(json, STR("stddev"), profile->stddev, err));
    TRY(doubles_write(json, STR("quantiles"), profile->quantiles, PROFILE_QUANTILES, err));
    TRY(doubles_write(json, STR("edges"), profile->edges, PROFILE_BINS + 1, err));
    TRY(bins_write(json, profile, err));
    return json_object_end(json, err);
}

static bool top_write(JsonWriter *json, const Profile *profile, Error *err)
{
    TRY(json_field_array(json, STR("top"), err));
    for (size_t i = 0; i < profile->top_count; i++) {
        TRY(json_object_begin(json, err));
        TRY(json_field_str(json, STR("value"), profile->top[i].text, err));
        TRY(json_field_uint(json, STR("count"), profile->top[i].count, err));
        TRY(json_object_end(json, err));
    }
    return json_array_end(json, err);
}

bool manifest_write_profile(JsonWriter *json, Str key, const Profile *profile, Error *err)
{
    TRY(json_field_object(json, key, err));
    TRY(json_field_uint(json, STR("rows"), profile->row_count, err));
    TRY(json_field_uint(json, STR("nulls"), profile->null_count, err));
    TRY(json_field_uint(json, STR("nans"), profile->nan_count, err));
    TRY(json_field_uint(json, STR("distinct"), profile->distinct_count, err));
    TRY(numbers_write(json, profile, err));
    TRY(top_write(json, profile, err));
    return json_object_end(json, err);
}

static bool list_of(const Node *map, Str key, size_t count, const Node **out, Error *err)
{
    TRY(manifest_need_list(map, key, count, out, err));
    if (node_count(*out) == count) return true;
    return node_error(*out, err, "%zu items instead of %zu", node_count(*out), count);
}

static bool doubles_need(const Node *map, Str key, size_t count, double *out, Error *err)
{
    const Node *list = NULL;
    TRY(list_of(map, key, count, &list, err));
    for (size_t i = 0; i < count; i++) TRY(manifest_double(node_at(list, i), &out[i], err));
    return true;
}

static bool bins_need(const Node *map, Profile *out, Error *err)
{
    const Node *list = NULL;
    TRY(list_of(map, STR("bins"), PROFILE_BINS, &list, err));
    for (size_t i = 0; i < PROFILE_BINS; i++) {
        int64_t count = 0;
        TRY(node_int(node_at(list, i), 0, INT64_MAX, &count, err));
        out->bins[i] = (uint64_t)count;
    }
    return true;
}

static bool numbers_get(const Node *map, Profile *out, Error *err)
{
    const Node *numbers = node_get(map, STR("numbers"));
    if (numbers == NULL) return true;
    out->has_numbers = true;
    TRY(manifest_need_double(numbers, STR("minimum"), &out->minimum, err));
    TRY(manifest_need_double(numbers, STR("maximum"), &out->maximum, err));
    TRY(manifest_need_double(numbers, STR("mean"), &out->mean, err));
    TRY(manifest_need_double(numbers, STR("stddev"), &out->stddev, err));
    TRY(doubles_need(numbers, STR("quantiles"), PROFILE_QUANTILES, out->quantiles, err));
    TRY(doubles_need(numbers, STR("edges"), PROFILE_BINS + 1, out->edges, err));
    return bins_need(numbers, out, err);
}

static bool top_need(const Node *map, Profile *out, Error *err)
{
    const Node *list = NULL;
    TRY(manifest_need_list(map, STR("top"), PROFILE_TOP_MAX, &list, err));
    for (size_t i = 0; i < node_count(list); i++) {
        TRY(manifest_need_str(node_at(list, i), STR("value"), &out->top[i].text, err));
        TRY(manifest_need_count(node_at(list, i), STR("count"), &out->top[i].count, err));
    }
    out->top_count = node_count(list);
    return true;
}

bool manifest_need_profile(const Node *map, Str key, Profile *out, Error *err)
{
    const Node *node = NULL;
    Profile profile = {0};
    TRY(node_need(map, key, &node, err));
    TRY(manifest_need_count(node, STR("rows"), &profile.row_count, err));
    TRY(manifest_need_count(node, STR("nulls"), &profile.null_count, err));
    TRY(manifest_need_count(node, STR("nans"), &profile.nan_count, err));
    TRY(manifest_need_count(node, STR("distinct"), &profile.distinct_count, err));
    TRY(numbers_get(node, &profile, err));
    TRY(top_need(node, &profile, err));
    *out = profile;
    return true;
}
