#include "support/test.h"
#include "text/utf8.h"

static void every_character_is_read_back(void **state)
{
    UNUSED(state);
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char bytes[UTF8_BYTES_MAX];
        uint32_t back = 0;
        size_t size = utf8_encode(code, bytes);
        if (code >= 0xD800 && code <= 0xDFFF) {
            assert_int_equal(size, 0);
            continue;
        }
        assert_true(size > 0);
        assert_int_equal(utf8_decode((Str){bytes, size}, 0, &back), size);
        assert_int_equal(back, code);
    }
    assert_int_equal(utf8_encode(0x110000, (char[UTF8_BYTES_MAX]){0}), 0);
}

static void broken_bytes_are_refused(void **state)
{
    UNUSED(state);
    static const Str BROKEN[] = {
        STR_INIT("\x80"),         STR_INIT("\xC0\x80"),         STR_INIT("\xC3"),     STR_INIT("\xC3("),
        STR_INIT("\xE0\x80\x80"), STR_INIT("\xED\xA0\x80"),     STR_INIT("\xE2\x82"), STR_INIT("\xF0\x80\x80\x80"),
        STR_INIT("\xFF"),         STR_INIT("\xF4\x90\x80\x80"), STR_INIT("\xF5"),
    };
    for (size_t i = 0; i < COUNT_OF(BROKEN); i++) {
        uint32_t code = 0;
        assert_int_equal(utf8_decode(BROKEN[i], 0, &code), 0);
        assert_false(str_is_utf8(BROKEN[i]));
    }
}

static void widths_are_those_of_a_terminal(void **state)
{
    UNUSED(state);
    assert_int_equal(utf8_width(STR("abc")), 3);
    assert_int_equal(utf8_width(STR("é")), 1);
    assert_int_equal(utf8_width(STR("e\xCC\x81")), 1);
    assert_int_equal(utf8_width(STR("日本")), 4);
    assert_int_equal(utf8_count(STR("日本")), 2);
    assert_int_equal(utf8_count(STR("a\xFFz")), 3);
}

static void a_cut_never_splits_a_character(void **state)
{
    UNUSED(state);
    ASSERT_STR(utf8_cut(STR("日本語"), 5), "日本");
    ASSERT_STR(utf8_cut(STR("e\xCC\x81x"), 1), "e\xCC\x81");
    ASSERT_STR(utf8_cut(STR("abc"), 9), "abc");
    ASSERT_STR(utf8_cut(STR("abc"), 0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_read_back),
        cmocka_unit_test(broken_bytes_are_refused),
        cmocka_unit_test(widths_are_those_of_a_terminal),
        cmocka_unit_test(a_cut_never_splits_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
