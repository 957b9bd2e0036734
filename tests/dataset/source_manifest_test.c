#include "dataset/source_table.h"

#include <stdio.h>

#include "support/test.h"

static SourceManifest make_manifest(Field *fields, SourceFile *files)
{
    fields[0] = (Field){STR("id"), TYPE_OF(TYPE_STRING)};
    fields[1] = (Field){STR("fare \"net\""), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}};
    fields[2] = (Field){STR("at"), TYPE_INSTANT};
    files[0] = (SourceFile){.path = STR("data/trips.csv"), .size = 123456789012, .digest = {{1, 2, 3}}};
    return (SourceManifest){.name = STR("trips"),
                            .fields = fields,
                            .field_count = 3,
                            .files = files,
                            .file_count = 1,
                            .row_count = 7,
                            .time_min_us = -5,
                            .time_max_us = INT64_MAX,
                            .known_max_us = INT64_MIN,
                            .logical = {{9}}};
}

static void encode(const SourceManifest *manifest, Bytes *out)
{
    Error err = {0};
    bytes_clear(out);
    ASSERT_OK(source_manifest_encode(manifest, out, &err), err);
}

static void a_manifest_comes_back_as_it_was(void **state)
{
    UNUSED(state);
    Error err = {0};
    Field fields[3];
    SourceFile files[1];
    const SourceManifest manifest = make_manifest(fields, files);
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    AUTO(source_manifest_deinit) SourceManifest back = {0};
    encode(&manifest, &text);
    ASSERT_OK(source_manifest_decode(STR("source.json"), bytes_str(&text), &back, &err), err);
    assert_int_equal(back.time_max_us, INT64_MAX);
    assert_int_equal(back.known_max_us, INT64_MIN);
    assert_int_equal(back.fields[1].type.scale, 2);
    assert_true(back.fields[2].type.zoned);
    ASSERT_STR(back.files[0].path, "data/trips.csv");
    assert_int_equal(back.files[0].digest.bytes[2], 3);
    encode(&back, &again);
    assert_true(str_equal(bytes_str(&text), bytes_str(&again)));
}

/// What decoding the text says after `from` was replaced by `to`.
static void assert_refused(const char *from, const char *to, const char *part)
{
    Error err = {0};
    Field fields[3];
    SourceFile files[1];
    const SourceManifest manifest = make_manifest(fields, files);
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes changed = {0};
    SourceManifest back = {0};
    encode(&manifest, &text);
    ASSERT_OK(bytes_append_byte(&text, 0, &err), err);
    const char *begin = (const char *)text.data;
    const char *place = strstr(begin, from);
    assert_non_null(place);
    ASSERT_OK(bytes_append_format(&changed, &err, "%.*s%s%s", (int)(place - begin), begin, to, place + strlen(from)),
              err);
    ASSERT_FAILS(source_manifest_decode(STR("source.json"), bytes_str(&changed), &back, &err), err, ERROR_DATA, part);
}

static void a_wrong_manifest_names_the_place(void **state)
{
    UNUSED(state);
    assert_refused("\"format\": 2", "\"format\": 1", "source.json: format 1, and this version reads 2");
    assert_refused("\"rows\": 7", "\"rows\": -7", "source.json:4:");
    assert_refused("\"rows\": 7", "\"row\": 7", "rows");
    assert_refused("\"decimal(10,2)\"", "\"decimal(99,2)\"", "source.json:");
    assert_refused("\"0900", "\"09zz", "source.json:8:");
    assert_refused("\"files\": [", "\"files\": 3, \"more\": [", "source.json:");
    assert_refused("\"trips\"", "\"trips\" x", "source.json:3:");
}

static bool codec_work(void *context, Error *err)
{
    const SourceManifest *manifest = context;
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(source_manifest_deinit) SourceManifest back = {0};
    TRY(source_manifest_encode(manifest, &text, err));
    return source_manifest_decode(STR("source.json"), bytes_str(&text), &back, err);
}

static void the_codec_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    Field fields[3];
    SourceFile files[1];
    SourceManifest manifest = make_manifest(fields, files);
    for_each_allocation_failure(codec_work, &manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_comes_back_as_it_was),
        cmocka_unit_test(a_wrong_manifest_names_the_place),
        cmocka_unit_test(the_codec_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
