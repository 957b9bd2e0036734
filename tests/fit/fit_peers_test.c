/// What scikit-learn makes of the same training rows: tests/golden/transform_peers.txt, which tests/peers writes.
#include "support/fit_case.h"

#include <stdlib.h>

#include "number/parse.h"
#include "support/test.h"
#include "sys/disk.h"

enum { ROWS_MAX = 256 };

/// The file's rows.
typedef struct PeerRows {
    size_t training, all;
    double x[ROWS_MAX], y[ROWS_MAX], z[ROWS_MAX];
    Str text[ROWS_MAX];
} PeerRows;

static double number_of(Str text)
{
    Error err = {0};
    double number = 0;
    ASSERT_OK(number_parse_double(text, &number, &err), err);
    return number;
}

static Str word_of(Str *rest)
{
    Str word = {0};
    assert_true(str_split(rest, ' ', &word));
    return word;
}

static Str line_of(Str *rest)
{
    Str line = {0};
    assert_true(str_split(rest, '\n', &line));
    return line;
}

static void rows_read(Str *rest, PeerRows *out)
{
    Str line = line_of(rest);
    ASSERT_STR(word_of(&line), "rows");
    out->training = (size_t)number_of(word_of(&line));
    out->all = (size_t)number_of(line);
    assert_in_range(out->all, out->training, ROWS_MAX);
    for (size_t i = 0; i < out->all; i++) {
        line = line_of(rest);
        out->x[i] = number_of(word_of(&line));
        out->y[i] = number_of(word_of(&line));
        out->z[i] = number_of(word_of(&line));
        out->text[i] = line;
    }
}

static void rows_set(const PeerRows *rows, FitCase *fit)
{
    AUTO(column_deinit) Column notes = {.type = TYPE_OF(TYPE_STRING)};
    Error err = {0};
    fit_case_floats(fit, "trip.x", rows->x, rows->all);
    fit_case_floats(fit, "trip.y", rows->y, rows->all);
    fit_case_floats(fit, "trip.z", rows->z, rows->all);
    for (size_t i = 0; i < rows->all; i++) ASSERT_OK(column_push_string(&notes, rows->text[i], &err), err);
    fit_case_column(fit, "trip.note", &notes);
}

static void case_check(const PeerRows *rows, Str header, Str *rest)
{
    AUTO(fit_case_deinit) FitCase fit = {0};
    AUTO(arena_deinit) Arena arena = {0};
    Error err = {0};
    Str expression = {0};
    Str column = {0};
    ASSERT_STR(word_of(&header), "case");
    ASSERT_OK(arena_copy(&arena, word_of(&header), &expression, &err), err);
    ASSERT_OK(arena_copy(&arena, header, &column, &err), err);
    rows_set(rows, &fit);
    fit_case_transform(&fit, "out", expression.data);
    fit_case_run(&fit, rows->training);
    for (size_t i = 0; i < rows->all; i++) {
        double expected = number_of(line_of(rest));
        double distance = fit_case_value(&fit, column.data, i) - expected;
        if (!(distance < 1e-11 && distance > -1e-11))
            fail_msg("%s %s, row %zu: off by %g", expression.data, column.data, i, distance);
    }
}

static void scikit_learn_says_the_same(void **state)
{
    UNUSED(state);
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Error err = {0};
    static PeerRows rows;
    size_t checked = 0;
    const char *root = getenv("PAWL_ROOT");
    Str path = {0};
    ASSERT_OK(arena_format(&arena, &path, &err, "%s/tests/golden/transform_peers.txt", root == NULL ? "." : root), err);
    ASSERT_OK(disk_read(disk_system(), path, 1 << 20, &text, &err), err);
    Str rest = bytes_str(&text);
    Str header = {0};
    rows_read(&rest, &rows);
    for (; str_split(&rest, '\n', &header) && header.size > 0; checked++) case_check(&rows, header, &rest);
    assert_int_equal(checked, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scikit_learn_says_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
