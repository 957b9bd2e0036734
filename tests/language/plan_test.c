/// Encoding: round trips, what the decoder refuses, and the bytes themselves, in tests/golden/language_plan.json, which
/// `language_plan_test --update` writes.
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "language/plan_internal.h"
#include "number/random.h"
#include "support/definition_text.h"
#include "text/zone.h"

static const char DEFINITION[] =
    "sources:\n"
    "  trips:\n"
    "    columns: {id: int64, pickup_at: timestamp_us, dropoff_at: timestamp_ns, vendor_id: int32, zone: string,\n"
    "      fare: \"decimal(10,2)\", duration_s: int64, distance: float64, gone: bool}\n"
    "    time: pickup_at\n"
    "    known: pickup_at\n"
    "    columns_known: {duration_s: dropoff_at}\n"
    "    key: [id]\n"
    "    deleted: gone and id > 7\n"
    "    timezone: America/New_York\n"
    "views:\n"
    "  trip: {inputs: {distance: float64}, columns: {long: distance > 2.5, hour: \"hour(at, 'Europe/Berlin')\", empty: "
    "cast(null as bool)}}\n"
    "  vendor:\n"
    "    from: trips\n"
    "    by: [vendor_id, lower(zone)]\n"
    "    columns:\n"
    "      share: mean(trip.long) over 7d where fare > cast('1.25' as decimal(38, 2))\n"
    "      last: coalesce(last(zone), 'it''s \"none\"')\n"
    "      total: sum(fare * 3) + 1\n"
    "dataset: {from: trips, at: pickup_at, label: ln(1 + duration_s), label_known: dropoff_at}\n";

typedef struct Compiled {
    DefinitionText text;
    Plan plan;
    Bytes encoding;
} Compiled;

static void compiled_deinit(Compiled *compiled)
{
    definition_text_deinit(&compiled->text);
    plan_deinit(&compiled->plan);
    bytes_deinit(&compiled->encoding);
}

static const char AHEAD[] =
    "sources:\n"
    "  trips: {columns: {id: int64, at_time: timestamp_us, user: int64}, time: at_time, known: at_time, key: [id]}\n"
    "  stops: {columns: {stopped: timestamp_us, user: int64}, time: stopped, known: stopped}\n"
    "views:\n"
    "  user: {from: trips, by: [user], columns: {n: count() over 1 calendar month in 'Europe/Berlin'}}\n"
    "  ahead: {from: stops, by: [user], columns: {n: count() over next 7d}}\n"
    "dataset: {from: trips, at: at_time, label: ahead.n + user.n}\n";

static const char PARAMETERS[] = "sources:\n"
                                 "  trips: {columns: {at_time: timestamp_us, user: int64, kind: string, x: float64, y: "
                                 "int64}, time: at_time, known: at_time}\n"
                                 "views:\n"
                                 "  user:\n"
                                 "    from: trips\n"
                                 "    by: [user]\n"
                                 "    columns:\n"
                                 "      a: quantile(x, 0.9) by kind over 7d\n"
                                 "      b: weighted_mean(y, x) by (y % 3)\n"
                                 "      c: histogram(x, [-1, 0, 2.5]) over 1h\n"
                                 "      d: decayed_sum(x, 7d) where y > 0\n"
                                 "      e: approx_quantile(y, 0.5, 0.02)\n"
                                 "      f: rate(1h) over 7d\n";

static void compile_text(const char *text, Compiled *out)
{
    Error err = {0};
    ASSERT_OK(definition_text_read("p.yaml", str_from(text), &out->text, &err), err);
    ASSERT_OK(plan_compile(&out->text.definition, &out->plan, &err), err);
    ASSERT_OK(plan_encode(&out->plan, &out->encoding, &err), err);
}

static void compile(Compiled *out)
{
    compile_text(DEFINITION, out);
}

static void assert_survives(const char *text)
{
    AUTO(compiled_deinit) Compiled compiled = {0};
    AUTO(plan_deinit) Plan decoded = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    Error err = {0};
    compile_text(text, &compiled);
    ASSERT_OK(plan_decode(bytes_str(&compiled.encoding), &decoded, &err), err);
    ASSERT_OK(plan_encode(&decoded, &again, &err), err);
    assert_true(str_equal(bytes_str(&again), bytes_str(&compiled.encoding)));
    assert_true(digest_equal(&decoded.digest, &compiled.plan.digest));
    assert_int_equal(decoded.feature_count, compiled.plan.feature_count);
    assert_int_equal(decoded.main.node_count, compiled.plan.main.node_count);
    const Plan *label = compiled.plan.dataset.label_plan;
    if (label != NULL) assert_true(digest_equal(&decoded.dataset.label_plan->digest, &label->digest));
}

static void a_plan_survives_its_encoding(void **state)
{
    UNUSED(state);
    assert_survives(DEFINITION);
    assert_survives(AHEAD);
    assert_survives(PARAMETERS);
}

static bool update;

/// A change of the encoding changes every digest: it must be meant, and raise PLAN_SEMANTICS_VERSION when old plans would mean
/// something else.
static void the_encoding_is_as_recorded(void **state)
{
    UNUSED(state);
    AUTO(compiled_deinit) Compiled compiled = {0};
    char path[4096];
    char recorded[1 << 14];
    const char *root = getenv("PAWL_ROOT");
    snprintf(path, sizeof(path), "%s/tests/golden/language_plan.json", root == NULL ? "." : root);
    compile(&compiled);
    FILE *file = fopen(path, update ? "wb" : "rb");
    assert_non_null(file);
    if (update) {
        assert_int_equal(fwrite(compiled.encoding.data, 1, compiled.encoding.size, file), compiled.encoding.size);
        assert_int_equal(fputc('\n', file), '\n');
    } else {
        size_t size = fread(recorded, 1, sizeof(recorded), file);
        assert_true(str_equal(str_trim((Str){recorded, size}), bytes_str(&compiled.encoding)));
    }
    fclose(file);
}

static void the_digest_is_the_encodings(void **state)
{
    UNUSED(state);
    AUTO(compiled_deinit) Compiled compiled = {0};
    Error err = {0};
    Digest digest = {0};
    compile(&compiled);
    ASSERT_OK(digest_of(bytes_str(&compiled.encoding), &digest, &err), err);
    assert_true(digest_equal(&digest, &compiled.plan.digest));
}

/// The encoding with the first `from` replaced.
static void replaced(const Compiled *compiled, const char *from, const char *to, Bytes *out)
{
    Error err = {0};
    Str text = bytes_str(&compiled->encoding);
    size_t at = 0;
    while (at < text.size && !str_starts(str_slice(text, at, text.size), str_from(from))) at++;
    if (at == text.size) fail_msg("no %s in %.*s", from, STR_ARG(text));
    ASSERT_OK(bytes_append_str(out, str_slice(text, 0, at), &err), err);
    ASSERT_OK(bytes_append_str(out, str_from(to), &err), err);
    ASSERT_OK(bytes_append_str(out, str_slice(text, at + strlen(from), text.size), &err), err);
}

static void assert_text_refused(const char *definition, const char *from, const char *to, const char *part)
{
    AUTO(compiled_deinit) Compiled compiled = {0};
    AUTO(plan_deinit) Plan decoded = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    compile_text(definition, &compiled);
    replaced(&compiled, from, to, &text);
    ASSERT_FAILS(plan_decode(bytes_str(&text), &decoded, &err), err, ERROR_DATA, part);
}

static void assert_refused(const char *from, const char *to, const char *part)
{
    assert_text_refused(DEFINITION, from, to, part);
}

static void only_a_sound_label_plan_looks_ahead(void **state)
{
    UNUSED(state);
    const char calendar[] = "{\"kind\":\"calendar\",\"unit\":\"month\",\"units\":1,\"zone\":\"Europe/Berlin\","
                            "\"ending_us\":0,\"step_us\":0,\"rows_max\":0}";
    assert_text_refused(AHEAD, calendar, "{\"kind\":\"next\",\"length_us\":1}", "a feature looks ahead");
    assert_text_refused(AHEAD, "\"name\":\"stops\"", "\"name\":\"stop\"", "its source is none of the plan's");
    assert_text_refused(AHEAD, "\"name\":\"stopped\"", "\"name\":\"stoped\"", "its source has other fields");
    assert_text_refused(AHEAD, "\"label_inputs\":[2]", "\"label_inputs\":[1]", "an input is no field of its type");
    assert_text_refused(AHEAD, "\"label_inputs\":[2]", "\"label_inputs\":[]", "needs 1 items");
    assert_text_refused(AHEAD, "\"dataset\":null", "\"dataset\":{}", "");
    assert_text_refused(AHEAD, "\"units\":1", "\"units\":10001", "");
    assert_text_refused(AHEAD, "\"unit\":\"month\"", "\"unit\":\"moon\"", "");
    assert_text_refused(AHEAD, "Europe/Berlin", "Europe/Berlim", "a window is none that there is");
}

static void what_the_engine_cannot_rely_on_is_refused(void **state)
{
    UNUSED(state);
    assert_refused("\"semantics\":1", "\"semantics\":2", "version 2");
    assert_refused("\"time\":1", "\"time\":99", "its time is no timestamp");
    assert_refused("\"time\":1", "\"time\":4", "its time is no timestamp");
    assert_refused("\"known\":1", "\"known\":null", "");
    assert_refused("\"key\":[0]", "\"key\":[9]", "a key is no field");
    assert_refused("\"index\":8", "\"index\":80", "there is no such column");
    assert_refused("\"index\":8", "\"index\":0", "the column has another type");
    assert_refused("\"kernel\":\"LESS_INT64\"", "\"kernel\":\"LESS_FLOAT64\"", "does not have these types");
    assert_refused("\"kernel\":\"AND\"", "\"kernel\":\"NAND\"", "no kernel 'NAND'");
    assert_refused("\"arguments\":[0,3]", "\"arguments\":[0,4]", "stands after its use");
    assert_refused("\"arguments\":[0,3]", "\"arguments\":[0]", "too few or too many");
    assert_refused("\"arguments\":[0,3]", "\"arguments\":[0,1,2,3,4,5,6,7,8]", "more than 8");
    assert_refused("\"aggregation\":\"mean\"", "\"aggregation\":\"average\"", "no aggregation 'average'");
    assert_refused("\"length_us\":604800000000", "\"length_us\":-1", "");
    assert_refused("\"length_us\":604800000000", "\"length_us\":0", "");
    assert_refused("\"length_us\":604800000000", "\"width_us\":1", "length_us");
    assert_refused("\"ending_us\":0", "\"ending_us\":-1", "");
    assert_refused("\"step_us\":0", "\"step_us\":0.5", "");
    assert_refused("\"rows_max\":0", "\"rows_max\":1048577", "");
    assert_refused("\"kind\":\"time\"", "\"kind\":\"tame\"", "time");
    assert_refused("\"argument\":2", "\"argument\":0", "no output after the keys");
    assert_refused("America/New_York", "America/New_Yark", "time zone");
    assert_refused("Europe/Berlin", "Europe/Berlyn", "time zone");
    assert_refused("\"at\":1", "\"at\":4", "'at' is no timestamp");
    assert_refused("\"features\":[", "\"features\":7,\"x\":[", "");
    assert_refused("{\"semantics\"", "{ \"semantics\"", "canonical");
    assert_refused("\"zones\":", "\"zomes\":", "zones");
}

static void assert_parameter_refused(const char *from, const char *to, const char *part)
{
    AUTO(compiled_deinit) Compiled compiled = {0};
    AUTO(plan_deinit) Plan decoded = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    compile_text(PARAMETERS, &compiled);
    replaced(&compiled, from, to, &text);
    ASSERT_FAILS(plan_decode(bytes_str(&text), &decoded, &err), err, ERROR_DATA, part);
}

static void parameters_that_no_aggregate_has_are_refused(void **state)
{
    UNUSED(state);
    assert_parameter_refused("\"number\":0.9", "\"number\":1.5", "a quantile is between 0 and 1");
    assert_parameter_refused("\"number\":0.9", "\"number\":0.9,\"count\":4", "a quantile");
    assert_parameter_refused("\"error\":0.02", "\"error\":0.9", "its error");
    assert_parameter_refused("\"edges\":[-1.0,0.0,2.5]", "\"edges\":[-1.0,-1.0]", "ascend");
    assert_parameter_refused("\"edges\":[-1.0,0.0,2.5]", "\"edges\":[]", "edges");
    assert_parameter_refused("\"second\":", "\"secont\":", "does not have these types");
    assert_parameter_refused("\"category\":", "\"categorie\":", "does not have these types");
    assert_parameter_refused("\"category\":2", "\"category\":77", "a category is no output");
}

static void zones_of_another_release_are_refused_where_they_matter(void **state)
{
    UNUSED(state);
    char zones[64];
    snprintf(zones, sizeof(zones), "\"zones\":\"%.*s\"", STR_ARG(zone_data_version()));
    assert_refused(zones, "\"zones\":\"1970a\"", "time zone data 1970a");
}

/// Whatever decodes encodes to the same bytes; nothing crashes.
static void damaged_encodings_are_refused_or_whole(void **state)
{
    UNUSED(state);
    AUTO(compiled_deinit) Compiled compiled = {0};
    compile(&compiled);
    RandomKey key = random_key(7, RANDOM_TEST, 0);
    for (uint64_t round = 0; round < 3000; round++) {
        AUTO(bytes_deinit) Bytes text = {0};
        AUTO(plan_deinit) Plan decoded = {0};
        Error err = {0};
        ASSERT_OK(bytes_append_str(&text, bytes_str(&compiled.encoding), &err), err);
        for (uint32_t change = 0; change <= round % 3; change++) {
            static const char BYTES[] = "0123456789,[]{}\"nulltrue-.eINTFLOA";
            uint64_t at = random_below(key, round, 2 * change, text.size);
            text.data[at] = (uint8_t)BYTES[random_below(key, round, 2 * change + 1, sizeof(BYTES) - 1)];
        }
        if (!plan_decode(bytes_str(&text), &decoded, &err)) {
            assert_int_equal(err.kind, ERROR_DATA);
            continue;
        }
        AUTO(bytes_deinit) Bytes again = {0};
        ASSERT_OK(plan_encode(&decoded, &again, &err), err);
        assert_true(str_equal(bytes_str(&again), bytes_str(&text)));
    }
}

static bool decode_once(void *context, Error *err)
{
    AUTO(plan_deinit) Plan plan = {0};
    return plan_decode(bytes_str(context), &plan, err);
}

static void a_failing_allocation_is_an_error(void **state)
{
    UNUSED(state);
    AUTO(compiled_deinit) Compiled compiled = {0};
    compile(&compiled);
    for_each_allocation_failure(decode_once, &compiled.encoding);
}

static void a_taken_plan_leaves_nothing(void **state)
{
    UNUSED(state);
    AUTO(compiled_deinit) Compiled compiled = {0};
    compile(&compiled);
    AUTO(plan_deinit) Plan taken = plan_take(&compiled.plan);
    assert_int_equal(compiled.plan.feature_count, 0);
    assert_int_equal(taken.feature_count, 6);
}

int main(int count, char **arguments)
{
    update = count > 1 && strcmp(arguments[1], "--update") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_survives_its_encoding),
        cmocka_unit_test(the_encoding_is_as_recorded),
        cmocka_unit_test(the_digest_is_the_encodings),
        cmocka_unit_test(what_the_engine_cannot_rely_on_is_refused),
        cmocka_unit_test(only_a_sound_label_plan_looks_ahead),
        cmocka_unit_test(parameters_that_no_aggregate_has_are_refused),
        cmocka_unit_test(zones_of_another_release_are_refused_where_they_matter),
        cmocka_unit_test(damaged_encodings_are_refused_or_whole),
        cmocka_unit_test(a_failing_allocation_is_an_error),
        cmocka_unit_test(a_taken_plan_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
