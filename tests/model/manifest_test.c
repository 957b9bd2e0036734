#include "model/package.h"

#include "support/test.h"

static PackageSource sources[] = {{.name = STR_INIT("trips")}, {.name = STR_INIT("weather")}};
static PackageFile package_files[] = {{.name = STR_INIT("plan.json"), .size = 17}};
static Str features[] = {STR_INIT("trip.hour"), STR_INIT("vendor.\"odd\"")};

static const ModelManifest MANIFEST = {
    .pipeline = STR_INIT("trips"),
    .trainer = STR_INIT("xgboost"),
    .reproducibility = STR_INIT("exact anywhere"),
    .library = STR_INIT("xgboost 1.7.4"),
    .objective = OBJECTIVE_BINARY,
    .seed = INT64_MAX,
    .params = STR_INIT("{\"eta\":0.1,\"rounds\":5}"),
    .features = features,
    .feature_count = 2,
    .sources = sources,
    .source_count = 2,
    .as_of_us = INT64_MIN,
    .trained_until_us = 1,
    .label_mean = 0.1,
    .train_rows = 70,
    .validation_rows = 15,
    .files = package_files,
    .file_count = 1,
};

static void a_manifest_reads_back_to_the_same_bytes(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes first = {0};
    AUTO(bytes_deinit) Bytes second = {0};
    AUTO(model_manifest_deinit) ModelManifest decoded = {0};
    ASSERT_OK(model_manifest_encode(&MANIFEST, &first, &err), err);
    ASSERT_OK(model_manifest_decode(STR("model.json"), bytes_str(&first), &decoded, &err), err);
    ASSERT_OK(model_manifest_encode(&decoded, &second, &err), err);
    assert_true(str_equal(bytes_str(&first), bytes_str(&second)));
    assert_int_equal(decoded.seed, INT64_MAX);
    assert_int_equal(decoded.as_of_us, INT64_MIN);
    assert_true(decoded.label_mean == 0.1);
    assert_int_equal(decoded.objective, OBJECTIVE_BINARY);
    ASSERT_STR(decoded.features[1], "vendor.\"odd\"");
    ASSERT_STR(decoded.params, "{\"eta\":0.1,\"rounds\":5}");
}

static void the_encoding_is_as_recorded(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Digest digest = {0};
    ASSERT_OK(model_manifest_encode(&MANIFEST, &text, &err), err);
    assert_true(str_starts(bytes_str(&text), STR("{\"as_of_us\":-9223372036854775808,\"features\":[\"trip.hour\",")));
    ASSERT_OK(digest_of(bytes_str(&text), &digest, &err), err);
    assert_string_equal(digest_hex(&digest).text, "c887663a6b0b28b48a3237fce3e1c42cb420c3bf37279340085702207300c971");
}

static void a_mean_that_is_no_number_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ModelManifest manifest = MANIFEST;
    manifest.label_mean = (double)__builtin_nanf("");
    ASSERT_FAILS(model_manifest_encode(&manifest, &text, &err), err, ERROR_DATA, "model.json");
}

/// Replaces the first `from` in the manifest's text, and decodes.
static void refused_with(const char *from, const char *to, const char *part)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes changed = {0};
    ModelManifest decoded = {0};
    ASSERT_OK(model_manifest_encode(&MANIFEST, &text, &err), err);
    ASSERT_OK(bytes_append_byte(&text, 0, &err), err);
    const char *begin = (const char *)text.data;
    const char *place = strstr(begin, from);
    assert_non_null(place);
    ASSERT_OK(bytes_append(&changed, begin, (size_t)(place - begin), &err), err);
    ASSERT_OK(bytes_append_str(&changed, str_from(to), &err), err);
    ASSERT_OK(bytes_append_str(&changed, str_from(place + strlen(from)), &err), err);
    ASSERT_FAILS(model_manifest_decode(STR("model.json"), bytes_str(&changed), &decoded, &err), err, ERROR_DATA, part);
}

static void what_is_no_manifest_is_refused(void **state)
{
    UNUSED(state);
    refused_with("{", "[", "model.json:1:");
    refused_with("\"format\":1", "\"format\":2", "a package of a later version of pawl");
    refused_with("\"seed\"", "\"seeds\"", "unknown key 'seeds'; did you mean 'seed'?");
    refused_with("\"plan.json\"", "\"../plan.json\"", "not the name of a file in a package");
    refused_with("\"plan.json\"", "\"\"", "not the name of a file in a package");
    refused_with("\"train_rows\":70", "\"train_rows\":-1", "-1");
    refused_with("\"binary\"", "\"both\"", "both");
    refused_with("\"label_mean\":0.1", "\"label_mean\":\"NaN\"", "a number");
    refused_with("\"plan\":\"0", "\"plan\":\"x", "a SHA-256 is wanted");
    refused_with(",\"validation_rows\":15", "", "validation_rows");
}

static bool round_trip(void *context, Error *err)
{
    UNUSED(context);
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(model_manifest_deinit) ModelManifest decoded = {0};
    TRY(model_manifest_encode(&MANIFEST, &text, err));
    return model_manifest_decode(STR("model.json"), bytes_str(&text), &decoded, err);
}

static void a_manifest_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(round_trip, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_reads_back_to_the_same_bytes),
        cmocka_unit_test(the_encoding_is_as_recorded),
        cmocka_unit_test(a_mean_that_is_no_number_is_refused),
        cmocka_unit_test(what_is_no_manifest_is_refused),
        cmocka_unit_test(a_manifest_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
