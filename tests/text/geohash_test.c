#include "text/geohash.h"

#include <math.h>

#include "base/str.h"
#include "support/test.h"

static void assert_cell(double latitude, double longitude, int64_t length, const char *expected)
{
    char text[GEOHASH_CHARACTERS_MAX];
    assert_true(geohash_encode(latitude, longitude, length, text));
    ASSERT_STR(((Str){text, (size_t)length}), expected);
}

/// The example of the first description, and Wikipedia's.
static void known_places_have_known_cells(void **state)
{
    UNUSED(state);
    assert_cell(57.64911, 10.40744, 11, "u4pruydqqvj");
    assert_cell(42.605, -5.603, 5, "ezs42");
    assert_cell(0, 0, 12, "s00000000000");
    assert_cell(90, 180, 12, "zzzzzzzzzzzz");
    assert_cell(-90, -180, 3, "000");
}

static void what_is_not_on_the_map_has_none(void **state)
{
    UNUSED(state);
    char text[GEOHASH_CHARACTERS_MAX];
    assert_false(geohash_encode(90.0000001, 0, 5, text));
    assert_false(geohash_encode(0, -180.5, 5, text));
    assert_false(geohash_encode((double)NAN, 0, 5, text));
    assert_false(geohash_encode(0, (double)INFINITY, 5, text));
    assert_false(geohash_encode(0, 0, 0, text));
    assert_false(geohash_encode(0, 0, 13, text));
    assert_false(geohash_encode(0, 0, INT64_MIN, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_places_have_known_cells),
        cmocka_unit_test(what_is_not_on_the_map_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
