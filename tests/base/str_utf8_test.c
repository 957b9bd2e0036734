#include "base/str.h"
#include "support/test.h"

static void well_formed_text_is_taken(void **state)
{
    UNUSED(state);
    assert_true(str_is_utf8((Str){0}));
    assert_true(str_is_utf8(STR("plain")));
    assert_true(str_is_utf8(STR("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x95")));
    assert_true(str_is_utf8(STR("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf")));
}

static void ill_formed_text_is_refused(void **state)
{
    UNUSED(state);
    const Str texts[] = {
        STR("\x80"),             // a continuation without a start
        STR("\xc3"),             // cut short
        STR("\xc0\xaf"),         // overlong
        STR("\xe0\x80\xaf"),     // overlong
        STR("\xed\xa0\x80"),     // a surrogate
        STR("\xf4\x90\x80\x80"), // above U+10FFFF
        STR("\xff"),             // never valid
        STR("\xe2\x28\xa1"),     // a continuation missing
        STR("\xe2\x82\x28"),     // the last one missing
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_false(str_is_utf8(texts[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_text_is_taken),
        cmocka_unit_test(ill_formed_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
