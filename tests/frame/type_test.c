#include "frame/type.h"
#include "support/test.h"

static Type decimal(uint8_t precision, uint8_t scale)
{
    return (Type){.id = TYPE_DECIMAL, .precision = precision, .scale = scale};
}

static void assert_same_after_naming(Type type)
{
    char name[TYPE_NAME_BYTES_MAX];
    Error err = {0};
    Type parsed = {0};
    type_name(type, name);
    ASSERT_OK(type_parse(str_from(name), &parsed, &err), err);
    assert_true(type_equal(type, parsed));
}

static void every_type_is_parsed_back_from_its_name(void **state)
{
    UNUSED(state);
    for (size_t id = 0; id < TYPE_COUNT; id++) {
        if (id != TYPE_DECIMAL) assert_same_after_naming(TYPE_OF((TypeId)id));
    }
    for (size_t id = TYPE_TIMESTAMP_S; id <= TYPE_TIMESTAMP_NS; id++) {
        assert_same_after_naming((Type){.id = (TypeId)id, .zoned = true});
    }
    assert_same_after_naming(decimal(38, 38));
    assert_same_after_naming(decimal(1, 0));
}

static void names_are_what_users_write(void **state)
{
    UNUSED(state);
    char name[TYPE_NAME_BYTES_MAX];
    Error err = {0};
    Type type = {0};
    type_name(decimal(10, 2), name);
    assert_string_equal(name, "decimal(10,2)");
    type_name(TYPE_INSTANT, name);
    assert_string_equal(name, "timestamp_us with time zone");
    ASSERT_OK(type_parse(STR("timestamp"), &type, &err), err);
    assert_true(type_equal(type, TYPE_OF(TYPE_TIMESTAMP_US)));
    ASSERT_OK(type_parse(STR("decimal( 10 , 2 )"), &type, &err), err);
    assert_true(type_equal(type, decimal(10, 2)));
}

static void a_wrong_name_is_refused_with_the_nearest(void **state)
{
    UNUSED(state);
    Error err = {0};
    Type type = {0};
    ASSERT_FAILS(type_parse(STR("flaot64"), &type, &err), err, ERROR_CONFIG, "did you mean 'float64'?");
    ASSERT_FAILS(type_parse(STR(""), &type, &err), err, ERROR_CONFIG, "unknown type ''");
    ASSERT_FAILS(type_parse(STR("decimal(39,2)"), &type, &err), err, ERROR_CONFIG, "unknown type");
    ASSERT_FAILS(type_parse(STR("decimal(2,3)"), &type, &err), err, ERROR_CONFIG, "unknown type");
    ASSERT_FAILS(type_parse(STR("decimal(,)"), &type, &err), err, ERROR_CONFIG, "unknown type");
    ASSERT_FAILS(type_parse(STR("int32 with time zone"), &type, &err), err, ERROR_CONFIG, "unknown type");
}

static void differences_that_matter_make_types_unequal(void **state)
{
    UNUSED(state);
    Type local = TYPE_OF(TYPE_TIMESTAMP_US);
    assert_false(type_equal(decimal(10, 2), decimal(10, 3)));
    assert_false(type_equal(decimal(10, 2), decimal(11, 2)));
    assert_false(type_equal(local, TYPE_INSTANT));
    assert_false(type_equal(TYPE_OF(TYPE_INT32), TYPE_OF(TYPE_INT64)));
    assert_true(type_equal((Type){.id = TYPE_INT8, .zoned = true}, TYPE_OF(TYPE_INT8)));
}

static void computing_widens_types(void **state)
{
    UNUSED(state);
    assert_true(type_equal(type_computed(TYPE_OF(TYPE_UINT8)), TYPE_OF(TYPE_INT64)));
    assert_true(type_equal(type_computed(TYPE_OF(TYPE_FLOAT32)), TYPE_OF(TYPE_FLOAT64)));
    assert_true(type_equal(type_computed(decimal(10, 2)), decimal(38, 2)));
    assert_true(type_equal(type_computed(TYPE_OF(TYPE_DATE)), TYPE_INSTANT));
    assert_true(type_equal(type_computed(TYPE_OF(TYPE_TIMESTAMP_NS)), TYPE_INSTANT));
    assert_true(type_equal(type_computed(TYPE_OF(TYPE_STRING)), TYPE_OF(TYPE_STRING)));
    assert_true(type_is_number(decimal(3, 1)) && !type_is_integer(decimal(3, 1)));
    assert_false(type_is_number(TYPE_OF(TYPE_DATE)));
}

static void lists_and_maps_are_parsed_back_from_their_names(void **state)
{
    UNUSED(state);
    const Type types[] = {
        type_list(TYPE_OF(TYPE_FLOAT64)),
        type_list(decimal(38, 4)),
        type_list(TYPE_INSTANT),
        type_map(TYPE_OF(TYPE_STRING), TYPE_OF(TYPE_INT64)),
        type_map(TYPE_INSTANT, decimal(38, 2)),
    };
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        char name[TYPE_NAME_BYTES_MAX];
        Type parsed = {0};
        Error err = {0};
        type_name(types[i], name);
        ASSERT_OK(type_parse(str_from(name), &parsed, &err), err);
        for (size_t k = 0; k < COUNT_OF(types); k++) assert_int_equal(type_equal(parsed, types[k]), i == k);
        assert_int_equal(type_storage(parsed), STORAGE_STRING);
    }
}

static void a_timestamp_in_a_list_is_an_instant(void **state)
{
    UNUSED(state);
    Error err = {0};
    Type type = {0};
    ASSERT_OK(type_parse(STR("list(timestamp)"), &type, &err), err);
    assert_true(type_equal(type, type_list(TYPE_INSTANT)));
    ASSERT_OK(type_parse(STR("map(timestamp, decimal(38, 2))"), &type, &err), err);
    assert_true(type_equal(type, type_map(TYPE_INSTANT, decimal(38, 2))));
}

static void lists_of_what_cannot_be_computed_are_refused(void **state)
{
    UNUSED(state);
    static const char *const NAMES[] = {"list(int32)",        "list(list(int64))", "list()",           "list",
                                        "map(float64,int64)", "map(string)",       "map(string,date)", "map"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Type type = {0};
        Error err = {0};
        ASSERT_FAILS(type_parse(str_from(NAMES[i]), &type, &err), err, ERROR_CONFIG, "unknown type");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_parsed_back_from_its_name),
        cmocka_unit_test(names_are_what_users_write),
        cmocka_unit_test(a_wrong_name_is_refused_with_the_nearest),
        cmocka_unit_test(differences_that_matter_make_types_unequal),
        cmocka_unit_test(computing_widens_types),
        cmocka_unit_test(lists_and_maps_are_parsed_back_from_their_names),
        cmocka_unit_test(a_timestamp_in_a_list_is_an_instant),
        cmocka_unit_test(lists_of_what_cannot_be_computed_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
