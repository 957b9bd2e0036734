#include "language/place.h"

#include "support/test.h"

static Document document_of(const char *text)
{
    return (Document){.name = STR("p.yaml"), .text = str_from(text)};
}

static void a_verbatim_expression_is_shown_in_its_line(void **state)
{
    UNUSED(state);
    Error err = {0};
    Document document = document_of("a: 1\nb: count() ?\n");
    Place place = {&document, STR("b"), {STR("count() ?"), {2, 4}}};
    place_error(&place, 8, &err, "no %s", "such");
    assert_string_equal(err.text, "p.yaml:2:12: no such\n  b: count() ?\n             ^");
}

static void columns_count_characters(void **state)
{
    UNUSED(state);
    Error err = {0};
    Document document = document_of("a: 'ä' ?\n");
    Place place = {&document, STR("a"), {STR("'ä' ?"), {1, 4}}};
    place_error(&place, 5, &err, "no");
    assert_string_equal(err.text, "p.yaml:1:8: no\n  a: 'ä' ?\n         ^");
}

static void a_folded_expression_is_found_in_its_line(void **state)
{
    UNUSED(state);
    Error err = {0};
    Document document = document_of("a: >\n  x +\n  ?\nb: 2\n");
    Place place = {&document, STR("a"), {STR("x + ?\n"), {1, 4}}};
    place_error(&place, 4, &err, "no");
    assert_string_equal(err.text, "p.yaml:3:3: no\n    ?\n    ^");
    place_error(&place, 5, &err, "no");
    assert_string_equal(err.text, "p.yaml:3:4: no\n    ?\n     ^");
}

static void an_escaped_expression_shows_its_own_line(void **state)
{
    UNUSED(state);
    Error err = {0};
    Document document = document_of("a: 'x = ''y'' ?'\n");
    Place place = {&document, STR("a"), {STR("x = 'y' ?"), {1, 5}}};
    place_error(&place, 8, &err, "no");
    assert_string_equal(err.text, "p.yaml:1:5: no\n  x = 'y' ?\n          ^");
}

static void a_line_of_several_is_shown_alone(void **state)
{
    UNUSED(state);
    Error err = {0};
    Place place = {NULL, STR("v.x"), {STR("1 +\n ? +\n2"), {0, 0}}};
    place_error(&place, 5, &err, "no");
    assert_string_equal(err.text, "v.x: no\n   ? +\n   ^");
}

static void a_definition_without_document_has_the_message_alone(void **state)
{
    UNUSED(state);
    Error err = {0};
    Definition definition = {0};
    definition_error(&definition, (Position){3, 4}, &err, "no %d", 5);
    assert_string_equal(err.text, "no 5");
    assert_int_equal(err.kind, ERROR_CONFIG);
}

static void only_a_near_name_is_offered(void **state)
{
    UNUSED(state);
    const Str names[] = {STR_INIT("alpha"), STR_INIT("beta")};
    assert_string_equal(name_hint(STR("alpa"), names, 2).text, "; did you mean 'alpha'?");
    assert_string_equal(name_hint(STR("zzzzzz"), names, 2).text, "");
    assert_string_equal(name_hint(STR("x"), NULL, 0).text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verbatim_expression_is_shown_in_its_line),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(a_folded_expression_is_found_in_its_line),
        cmocka_unit_test(an_escaped_expression_shows_its_own_line),
        cmocka_unit_test(a_line_of_several_is_shown_alone),
        cmocka_unit_test(a_definition_without_document_has_the_message_alone),
        cmocka_unit_test(only_a_near_name_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
