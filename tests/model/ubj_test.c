#include "model/ubj_internal.h"

#include "support/test.h"

/// A text with zero bytes in it.
#define UBJ(literal) ((Str){(literal), sizeof(literal) - 1})

static UbjToken next(UbjReader *reader)
{
    Error err = {0};
    UbjToken token = {0};
    ASSERT_OK(ubj_next(reader, &token, &err), err);
    return token;
}

static void values_come_one_by_one(void **state)
{
    UNUSED(state);
    UbjReader reader = ubj_reader(UBJ("{i\1a[#i\2i\xffI\1\2i\1b[ZTF]i\1cSi\2xyi\1dd\x3f\x80\0\0}"));
    static const UbjKind KINDS[] = {UBJ_OBJECT, UBJ_KEY,    UBJ_ARRAY, UBJ_INTEGER, UBJ_INTEGER,    UBJ_ARRAY_END,
                                    UBJ_KEY,    UBJ_ARRAY,  UBJ_OTHER, UBJ_OTHER,   UBJ_OTHER,      UBJ_ARRAY_END,
                                    UBJ_KEY,    UBJ_STRING, UBJ_KEY,   UBJ_FLOAT,   UBJ_OBJECT_END, UBJ_END};
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        UbjToken token = next(&reader);
        assert_int_equal(token.kind, KINDS[i]);
        if (i == 3) assert_int_equal(token.integer, -1);
        if (i == 4) assert_int_equal(token.integer, 258);
        if (i == 13) ASSERT_STR(token.text, "xy");
        if (i == 15) assert_true(token.number == 1);
    }
}

static void a_typed_array_is_one_token(void **state)
{
    UNUSED(state);
    UbjReader reader = ubj_reader(UBJ("[[$l#L\0\0\0\0\0\0\0\2\xff\xff\xff\xff\0\0\1\0[$d#i\1\xbf\0\0\0[$U#i\1\xff]"));
    UbjToken token = next(&reader);
    assert_int_equal(token.kind, UBJ_ARRAY);
    token = next(&reader);
    assert_int_equal(token.kind, UBJ_TYPED_ARRAY);
    assert_int_equal(token.count, 2);
    assert_int_equal(ubj_item_integer(&token, 0), -1);
    assert_int_equal(ubj_item_integer(&token, 1), 256);
    token = next(&reader);
    assert_true(ubj_item_float(&token, 0) == -0.5F);
    token = next(&reader);
    assert_int_equal(ubj_item_integer(&token, 0), 255);
    assert_int_equal(next(&reader).kind, UBJ_ARRAY_END);
    assert_int_equal(next(&reader).kind, UBJ_END);
}

/// Reads to the end; the error must say `part`.
static void wrong(Str text, const char *part)
{
    Error err = {0};
    UbjReader reader = ubj_reader(text);
    UbjToken token = {0};
    bool done = true;
    do {
        done = ubj_next(&reader, &token, &err);
    } while (done && token.kind != UBJ_END);
    if (done) fail_msg("not refused: %s", part);
    test_error_matches(&err, ERROR_DATA, part);
}

static void what_is_no_ubj_is_refused(void **state)
{
    UNUSED(state);
    char deep[UBJ_DEPTH_MAX + 1];
    memset(deep, '[', sizeof(deep));
    wrong(UBJ(""), "byte 0: the text ends too early");
    wrong(UBJ("x"), "an unknown mark");
    wrong(UBJ("Si\5abc"), "ends too early");
    wrong(UBJ("Si\xff"), "a negative length");
    wrong(UBJ("Sd\0\0\0\0"), "a length is wanted");
    wrong(UBJ("[$l#L\x7f\xff\xff\xff\xff\xff\xff\xff"), "ends too early");
    wrong(UBJ("[$l#i\2\0\0\0\1"), "ends too early");
    wrong(UBJ("[$x#i\1a"), "an array of an unknown type");
    wrong(UBJ("[$l"), "a typed array without its count");
    wrong(UBJ("{#i\1"), "counted objects are not read");
    wrong(UBJ("ZZ"), "more than one value");
    wrong(UBJ("{i\1a"), "ends too early");
    wrong((Str){deep, sizeof(deep)}, "too many levels");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_one_by_one),
        cmocka_unit_test(a_typed_array_is_one_token),
        cmocka_unit_test(what_is_no_ubj_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
