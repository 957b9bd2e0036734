#include "language/lookup_table.h"

#include <stdlib.h>

#include "support/test.h"

static void write_table(LookupKind kind, const LookupEntry *entries, size_t count, Bytes *out)
{
    Error err = {0};
    ASSERT_OK(lookup_table_write(kind, entries, count, out, &err), err);
    ASSERT_OK(lookup_table_check(bytes_str(out), kind, &err), err);
    assert_int_equal(lookup_table_count(bytes_str(out)), count);
}

static void integers_are_found_in_their_order(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes table = {0};
    const LookupEntry entries[] = {{.integer = INT64_MIN, .value = 0.5},
                                   {.integer = -3, .value = -0.25},
                                   {.integer = 0, .value = 7},
                                   {.integer = 12, .value = 1e300},
                                   {.integer = INT64_MAX, .value = 2}};
    double value = 0;
    write_table(LOOKUP_INTEGERS, entries, COUNT_OF(entries), &table);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_true(lookup_integer(bytes_str(&table), entries[i].integer, &value));
        assert_true(value == entries[i].value);
    }
    assert_false(lookup_integer(bytes_str(&table), 1, &value));
    assert_false(lookup_integer(bytes_str(&table), INT64_MAX - 1, &value));
}

static void strings_are_found_by_all_their_bytes(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes table = {0};
    const LookupEntry entries[] = {{.string = STR(""), .value = 1},
                                   {.string = STR("a"), .value = 2},
                                   {.string = STR("ab"), .value = 3},
                                   {.string = STR("\xc3\xa4"), .value = 4}};
    double value = 0;
    write_table(LOOKUP_STRINGS, entries, COUNT_OF(entries), &table);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_true(lookup_string(bytes_str(&table), entries[i].string, &value));
        assert_true(value == entries[i].value);
    }
    assert_false(lookup_string(bytes_str(&table), STR("aa"), &value));
    assert_false(lookup_string(bytes_str(&table), STR("b"), &value));
}

static void an_empty_table_finds_nothing(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes integers = {0};
    AUTO(bytes_deinit) Bytes strings = {0};
    AUTO(bytes_deinit) Bytes numbers = {0};
    double value = 0;
    write_table(LOOKUP_INTEGERS, NULL, 0, &integers);
    write_table(LOOKUP_STRINGS, NULL, 0, &strings);
    write_table(LOOKUP_NUMBERS, NULL, 0, &numbers);
    assert_false(lookup_integer(bytes_str(&integers), 0, &value));
    assert_false(lookup_string(bytes_str(&strings), STR(""), &value));
    assert_int_equal(lookup_edges(bytes_str(&numbers), 5), 0);
}

static void edges_count_the_keys_that_are_not_above(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes table = {0};
    const LookupEntry entries[] = {{.number = -2.5}, {.number = 0}, {.number = 4}};
    write_table(LOOKUP_NUMBERS, entries, COUNT_OF(entries), &table);
    Str text = bytes_str(&table);
    assert_int_equal(lookup_edges(text, -3), 0);
    assert_int_equal(lookup_edges(text, -2.5), 1);
    assert_int_equal(lookup_edges(text, -0.0), 2);
    assert_int_equal(lookup_edges(text, 3.9999), 2);
    assert_int_equal(lookup_edges(text, 1e308 * 10), 3);
    assert_int_equal(lookup_edges(text, strtod("nan", NULL)), 3);
}

static void ranks_lie_between_keys_in_proportion_and_amid_repeats(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes table = {0};
    const LookupEntry entries[] = {{.number = 1, .value = 0},
                                   {.number = 2, .value = 0.25},
                                   {.number = 2, .value = 0.5},
                                   {.number = 4, .value = 0.75},
                                   {.number = 8, .value = 1}};
    write_table(LOOKUP_RANKS, entries, COUNT_OF(entries), &table);
    Str text = bytes_str(&table);
    assert_true(lookup_rank(text, 0) == 0 && lookup_rank(text, 1) == 0);
    assert_true(lookup_rank(text, 1.5) == 0.125);
    assert_true(lookup_rank(text, 2) == 0.375);
    assert_true(lookup_rank(text, 3) == 0.625);
    assert_true(lookup_rank(text, 7) == 0.9375);
    assert_true(lookup_rank(text, 9) == 1);
}

static void ranks_survive_the_widest_and_the_narrowest_gap(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes wide = {0};
    AUTO(bytes_deinit) Bytes narrow = {0};
    const LookupEntry far[] = {{.number = -1.7e308, .value = 0}, {.number = 1.7e308, .value = 1}};
    const LookupEntry near[] = {{.number = 0, .value = 0}, {.number = 1e-323, .value = 1}};
    write_table(LOOKUP_RANKS, far, COUNT_OF(far), &wide);
    write_table(LOOKUP_RANKS, near, COUNT_OF(near), &narrow);
    assert_true(lookup_rank(bytes_str(&wide), 0) == 0.5);
    assert_true(lookup_rank(bytes_str(&narrow), 5e-324) == 0.5);
}

/// Every text of one changed byte, and every shorter one, is refused or is another sound table of the kind.
static void no_altered_table_is_read_out_of_bounds(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes table = {0};
    const LookupEntry entries[] = {{.string = STR("fern"), .value = 1}, {.string = STR("moss"), .value = 2}};
    write_table(LOOKUP_STRINGS, entries, COUNT_OF(entries), &table);
    for (size_t size = 0; size < table.size; size++) {
        char *cut = malloc(size + 1);
        memcpy(cut, table.data, size);
        assert_false(lookup_table_check((Str){cut, size}, LOOKUP_STRINGS, NULL));
        free(cut);
    }
    for (size_t i = 0; i < table.size; i++) {
        for (int change = 1; change < 256; change++) {
            double value = 0;
            table.data[i] ^= (uint8_t)change;
            bool good = lookup_table_check(bytes_str(&table), LOOKUP_STRINGS, NULL);
            if (good) lookup_string(bytes_str(&table), STR("moss"), &value);
            table.data[i] ^= (uint8_t)change;
        }
    }
}

static void check_refuses(LookupKind kind, const char *text, const char *why)
{
    Error err = {0};
    ASSERT_FAILS(lookup_table_check(str_from(text), kind, &err), err, ERROR_DATA, why);
}

static void a_table_that_no_writer_makes_is_refused(void **state)
{
    UNUSED(state);
    check_refuses(LOOKUP_NUMBERS, "i00000000", "another kind");
    check_refuses(LOOKUP_NUMBERS, "f0000000", "another kind");
    check_refuses(LOOKUP_NUMBERS, "f00000001", "another size");
    check_refuses(LOOKUP_NUMBERS, "f0000000100000000000000000000000000000000", "no finite number");
    check_refuses(LOOKUP_NUMBERS, "f00000001c0000000000000007ff0000000000000", "no finite number");
    check_refuses(LOOKUP_NUMBERS, "f00000001C0000000000000000000000000000000", "digits that are none");
    check_refuses(LOOKUP_NUMBERS, "f0000000000", "another size");
    check_refuses(LOOKUP_RANKS, "r00000000", "empty");
    check_refuses(LOOKUP_INTEGERS,
                  "i00000002"
                  "80000000000000000000000000000000"
                  "80000000000000000000000000000000",
                  "does not ascend");
    check_refuses(LOOKUP_STRINGS, "s00000001000000020000000000000000a", "outside of it");
    check_refuses(LOOKUP_STRINGS, "s00000001000000000000000000000000a", "another size");
    check_refuses(LOOKUP_STRINGS,
                  "s00000002"
                  "000000010000000000000000"
                  "000000020000000000000000"
                  "ba",
                  "does not ascend");
}

static void too_many_entries_are_refused(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes table = {0};
    Error err = {0};
    ASSERT_FAILS(lookup_table_write(LOOKUP_NUMBERS, NULL, LOOKUP_ENTRIES_MAX + 1, &table, &err), err, ERROR_CONFIG,
                 "more than 1048576 entries");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_found_in_their_order),
        cmocka_unit_test(strings_are_found_by_all_their_bytes),
        cmocka_unit_test(an_empty_table_finds_nothing),
        cmocka_unit_test(edges_count_the_keys_that_are_not_above),
        cmocka_unit_test(ranks_lie_between_keys_in_proportion_and_amid_repeats),
        cmocka_unit_test(ranks_survive_the_widest_and_the_narrowest_gap),
        cmocka_unit_test(no_altered_table_is_read_out_of_bounds),
        cmocka_unit_test(a_table_that_no_writer_makes_is_refused),
        cmocka_unit_test(too_many_entries_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
