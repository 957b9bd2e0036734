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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_parsed_back_from_its_name),
        cmocka_unit_test(names_are_what_users_write),
        cmocka_unit_test(a_wrong_name_is_refused_with_the_nearest),
        cmocka_unit_test(differences_that_matter_make_types_unequal),
        cmocka_unit_test(computing_widens_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
