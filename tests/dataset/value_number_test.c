#include "dataset/value_number_internal.h"

#include "frame/frame.h"
#include "support/frame_text.h"
#include "support/test.h"

static double number_of(const char *type_and_value)
{
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    double out = -1;
    frame_text_read(type_and_value, &frame);
    Vector vector = frame_vector(&frame, 0);
    ASSERT_OK(value_number(&vector, 0, &out, &err), err);
    return out;
}

static void every_type_becomes_its_nearest_double(void **state)
{
    UNUSED(state);
    assert_true(number_of("x bool\ntrue\n") == 1);
    assert_true(number_of("x bool\nfalse\n") == 0);
    assert_true(number_of("x int64\n-7\n") == -7);
    assert_true(number_of("x float64\n0.1\n") == 0.1);
    assert_true(number_of("x decimal(10,2)\n0.10\n") == 0.1);
    assert_true(number_of("x decimal(38,0)\n9007199254740993\n") == 9007199254740992.0);
}

static void a_text_is_no_number(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(frame_deinit) Frame frame = {0};
    double out = 0;
    frame_text_read("x string\n7\n", &frame);
    Vector vector = frame_vector(&frame, 0);
    ASSERT_FAILS(value_number(&vector, 0, &out, &err), err, ERROR_DATA, "not a number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_becomes_its_nearest_double),
        cmocka_unit_test(a_text_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
