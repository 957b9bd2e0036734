/// Every error text of the language, from tests/golden/language_errors.txt: cases of a definition and what compiling it
/// says. `language_language_errors_test --update` writes what it says now.
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "language/plan.h"
#include "support/definition_text.h"

#define CASE_MARK "=== "
#define ANSWER_MARK "---\n"

/// The golden file: a prelude (sources that every case ends with), then the cases.
typedef struct Golden {
    Bytes text;
    Str prelude;
    Str cases;
} Golden;

static const char *golden_path(char *out, size_t size)
{
    const char *root = getenv("PAWL_ROOT");
    snprintf(out, size, "%s/tests/golden/language_errors.txt", root == NULL ? "." : root);
    return out;
}

static void golden_read(Golden *golden)
{
    char path[4096];
    char block[4096];
    Error err = {0};
    FILE *file = fopen(golden_path(path, sizeof(path)), "rb");
    assert_non_null(file);
    for (size_t size = fread(block, 1, sizeof(block), file); size > 0; size = fread(block, 1, sizeof(block), file)) {
        ASSERT_OK(bytes_append(&golden->text, block, size, &err), err);
    }
    fclose(file);
    Str text = bytes_str(&golden->text);
    size_t end = 0;
    while (end < text.size && !str_starts(str_slice(text, end, text.size), STR(CASE_MARK))) {
        end += str_find(str_slice(text, end, text.size), '\n') + 1;
    }
    golden->prelude = str_slice(text, 0, end);
    golden->cases = str_slice(text, end, text.size);
}

/// The part up to the next line that begins with `mark`, taken off the front.
static Str take_until(Str *rest, Str mark)
{
    size_t end = 0;
    while (end < rest->size && !str_starts(str_slice(*rest, end, rest->size), mark)) {
        end += str_find(str_slice(*rest, end, rest->size), '\n') + 1;
    }
    Str part = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->size);
    return part;
}

/// What compiling says, as it stands in the file.
static void answer_append(Str prelude, Str body, Bytes *out)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes yaml = {0};
    AUTO(definition_text_deinit) DefinitionText text = {0};
    AUTO(plan_deinit) Plan plan = {0};
    ASSERT_OK(bytes_append_str(&yaml, body, &err) && bytes_append_str(&yaml, prelude, &err), err);
    bool done = definition_text_read("pipeline.yaml", bytes_str(&yaml), &text, &err) &&
                plan_compile(&text.definition, &plan, &err);
    const char *said = done ? "ok" : err.text;
    Error failure = {0};
    ASSERT_OK(bytes_append_format(out, &failure, "%s\n\n", said), failure);
    if (!done) assert_int_equal(err.kind, ERROR_CONFIG);
}

/// The whole file with the answers of now.
static size_t golden_rewrite(const Golden *golden, Bytes *out)
{
    Error err = {0};
    size_t count = 0;
    Str rest = golden->cases;
    ASSERT_OK(bytes_append_str(out, golden->prelude, &err), err);
    for (; rest.size > 0; count++) {
        Str title = str_slice(rest, 0, str_find(rest, '\n') + 1);
        rest = str_slice(rest, title.size, rest.size);
        Str body = take_until(&rest, STR(ANSWER_MARK));
        take_until(&rest, STR(CASE_MARK));
        ASSERT_OK(bytes_append_str(out, title, &err) && bytes_append_str(out, body, &err), err);
        ASSERT_OK(bytes_append_str(out, STR(ANSWER_MARK), &err), err);
        // A case with sources of its own does without the prelude.
        bool alone = str_ends(str_trim(title), STR("(alone)"));
        answer_append(alone ? STR("") : golden->prelude, body, out);
    }
    return count;
}

static void golden_write(const Bytes *bytes)
{
    char path[4096];
    FILE *file = fopen(golden_path(path, sizeof(path)), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->size, file), bytes->size);
    fclose(file);
}

/// The first line that differs, so that a failure can be read.
static void assert_same_lines(Str expected, Str actual)
{
    for (size_t line = 1; expected.size > 0 || actual.size > 0; line++) {
        Str left = str_slice(expected, 0, str_find(expected, '\n'));
        Str right = str_slice(actual, 0, str_find(actual, '\n'));
        if (!str_equal(left, right)) {
            print_error("language_errors.txt:%zu\n  expected: %.*s\n  actual:   %.*s\n", line, STR_ARG(left),
                        STR_ARG(right));
            fail();
        }
        expected = str_slice(expected, left.size + 1, expected.size);
        actual = str_slice(actual, right.size + 1, actual.size);
    }
}

static bool update;

static void errors_read_as_recorded(void **state)
{
    UNUSED(state);
    Golden golden = {0};
    AUTO(bytes_deinit) Bytes now = {0};
    golden_read(&golden);
    size_t count = golden_rewrite(&golden, &now);
    assert_true(count > 60);
    if (update) {
        golden_write(&now);
    } else {
        assert_same_lines(bytes_str(&golden.text), bytes_str(&now));
    }
    bytes_deinit(&golden.text);
}

int main(int count, char **arguments)
{
    update = count > 1 && strcmp(arguments[1], "--update") == 0;
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors_read_as_recorded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
