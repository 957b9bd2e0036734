/// What both manifests are made of: profiles, and numbers that JSON has no word for.
#include "dataset/manifest_json_internal.h"

#include <math.h>

#include "support/frame_text.h"
#include "support/test.h"
#include "text/json.h"

static bool read_number(Str text, double *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    TRY(json_parse(STR("x.json"), text, &arena, &document, err));
    return manifest_need_double(document.root, STR("x"), out, err);
}

static void numbers_that_are_not_finite_are_texts(void **state)
{
    UNUSED(state);
    Error err = {0};
    double value = 0;
    ASSERT_OK(read_number(STR("{\"x\": \"NaN\"}"), &value, &err), err);
    assert_true(isnan(value));
    ASSERT_OK(read_number(STR("{\"x\": \"-Infinity\"}"), &value, &err), err);
    assert_true(isinf(value) && value < 0);
    ASSERT_OK(read_number(STR("{\"x\": \"Infinity\"}"), &value, &err), err);
    assert_true(isinf(value) && value > 0);
    ASSERT_OK(read_number(STR("{\"x\": 3}"), &value, &err), err);
    assert_true(value == 3);
    ASSERT_FAILS(read_number(STR("{\"x\": \"three\"}"), &value, &err), err, ERROR_DATA, "not a number");
    ASSERT_FAILS(read_number(STR("{\"y\": 3}"), &value, &err), err, ERROR_DATA, "x");
}

static bool profile_write(const Profile *profile, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_int(&json, STR("format"), MANIFEST_FORMAT, err));
    TRY(manifest_write_profile(&json, STR("profile"), profile, err));
    return json_object_end(&json, err);
}

static bool profile_read(const Bytes *text, Arena *arena, Profile *out, Error *err)
{
    Document document = {0};
    TRY(manifest_parse(STR("x.json"), bytes_str(text), arena, &document, err));
    return manifest_need_profile(document.root, STR("profile"), out, err);
}

/// Written, read and written again: the same bytes.
static bool profile_round(const Profile *profile, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    Profile back = {0};
    TRY(profile_write(profile, &text, err));
    TRY(profile_read(&text, &arena, &back, err));
    TRY(profile_write(&back, &again, err));
    assert_true(str_equal(bytes_str(&text), bytes_str(&again)));
    assert_int_equal(back.has_numbers, profile->has_numbers);
    return true;
}

static void profiles_come_back_as_they_were(void **state)
{
    UNUSED(state);
    Error err = {0};
    const char *columns[] = {"x float64\n1.5\nnan\nnull\n-0.1\n",     "x string\na\nb\na\n\n", "x float64\nnull\n",
                             "x timestamp_us\n2016-01-01 00:00:00\n", "x float64\ninf\n",      "x bool\ntrue\n"};
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        AUTO(frame_deinit) Frame frame = {0};
        AUTO(profile_deinit) Profile profile = {0};
        frame_text_read(columns[i], &frame);
        Vector vector = frame_vector(&frame, 0);
        ASSERT_OK(profile_compute(&vector, &profile, &err), err);
        ASSERT_OK(profile_round(&profile, &err), err);
    }
}

static void a_profile_with_bins_missing_is_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Profile back = {0};
    ASSERT_OK(
        bytes_append_str(&text,
                         STR("{\"format\": 2, \"profile\": {\"rows\": 1, \"nulls\": 0, \"nans\": 0, \"distinct\": 1, "
                             "\"numbers\": {\"minimum\": 1, \"maximum\": 1, \"mean\": 1, \"stddev\": 0, "
                             "\"quantiles\": [1]}, \"top\": []}}"),
                         &err),
        err);
    ASSERT_FAILS(profile_read(&text, &arena, &back, &err), err, ERROR_DATA, "1 items instead of 21");
}

static bool round_work(void *context, Error *err)
{
    return profile_round(context, err);
}

static void the_profile_codec_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    AUTO(profile_deinit) Profile profile = {0};
    frame_text_read("x float64\n1.5\n2\n", &frame);
    Vector vector = frame_vector(&frame, 0);
    ASSERT_OK(profile_compute(&vector, &profile, &err), err);
    for_each_allocation_failure(round_work, &profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_are_not_finite_are_texts),
        cmocka_unit_test(profiles_come_back_as_they_were),
        cmocka_unit_test(a_profile_with_bins_missing_is_refused),
        cmocka_unit_test(the_profile_codec_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
