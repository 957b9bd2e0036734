#include "kernel_fixture.h"

static const Cell no_float = {.type = {.id = TYPE_FLOAT64}};

static void what_mathematics_leaves_undefined_is_null(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(LOG2, no_float, FLOAT(0));
    CHECK_KERNEL(LOG10, no_float, FLOAT(-1));
    CHECK_KERNEL(LOG1P, no_float, FLOAT(-1));
    CHECK_KERNEL(ASIN, no_float, FLOAT(1.0000001));
    CHECK_KERNEL(ACOS, no_float, FLOAT(-float_infinity()));
    CHECK_KERNEL(SIN, no_float, FLOAT(float_infinity()));
    CHECK_KERNEL(COS, no_float, FLOAT(-float_infinity()));
    CHECK_KERNEL(TAN, no_float, FLOAT(float_infinity()));
    CHECK_KERNEL(POW, no_float, FLOAT(-0.0), FLOAT(-1));
    CHECK_KERNEL(POW, no_float, FLOAT(-2), FLOAT(0.5));
    CHECK_KERNEL(POW, FLOAT(0), FLOAT(float_infinity()), FLOAT(-1));
}

static void nan_stays_nan(void **state)
{
    UNUSED(state);
    double nan = float_nan();
    CHECK_KERNEL(LOG2, FLOAT(nan), FLOAT(nan));
    CHECK_KERNEL(ASIN, FLOAT(nan), FLOAT(nan));
    CHECK_KERNEL(TAN, FLOAT(nan), FLOAT(nan));
    CHECK_KERNEL(POW, FLOAT(nan), FLOAT(nan), FLOAT(2));
    CHECK_KERNEL(POW, FLOAT(1), FLOAT(nan), FLOAT(0));
    CHECK_KERNEL(HYPOT, FLOAT(nan), FLOAT(nan), FLOAT(2));
    CHECK_KERNEL(MANHATTAN, FLOAT(nan), FLOAT(0), FLOAT(0), FLOAT(nan), FLOAT(1));
}

static void values_are_those_of_the_pinned_functions(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(POW, FLOAT(1024), FLOAT(2), FLOAT(10));
    CHECK_KERNEL(CBRT, FLOAT(-3), FLOAT(-27));
    CHECK_KERNEL(LOG10, FLOAT(3), FLOAT(1000));
    CHECK_KERNEL(EXP2, FLOAT(float_infinity()), FLOAT(1024));
    CHECK_KERNEL(SIGMOID, FLOAT(0.5), FLOAT(-0.0));
    CHECK_KERNEL(ATAN2, FLOAT(0), FLOAT(0), FLOAT(0));
    CHECK_KERNEL(TANH, FLOAT(-1), FLOAT(-float_infinity()));
}

static void distances_are_between_two_points(void **state)
{
    UNUSED(state);
    CHECK_KERNEL(MANHATTAN, FLOAT(7), FLOAT(1), FLOAT(1), FLOAT(-2), FLOAT(5));
    CHECK_KERNEL(EUCLIDEAN, FLOAT(5), FLOAT(1), FLOAT(1), FLOAT(-2), FLOAT(5));
    CHECK_KERNEL(BEARING_DEGREES, FLOAT(0), FLOAT(10), FLOAT(20), FLOAT(10), FLOAT(20));
    CHECK_KERNEL(BEARING_DEGREES, FLOAT(0), FLOAT(0), FLOAT(20), FLOAT(10), FLOAT(20));
    CHECK_KERNEL(BEARING_DEGREES, FLOAT(90), FLOAT(0), FLOAT(0), FLOAT(0), FLOAT(1));
    CHECK_KERNEL(BEARING_DEGREES, FLOAT(270), FLOAT(0), FLOAT(0), FLOAT(0), FLOAT(-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_mathematics_leaves_undefined_is_null),
        cmocka_unit_test(nan_stays_nan),
        cmocka_unit_test(values_are_those_of_the_pinned_functions),
        cmocka_unit_test(distances_are_between_two_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
