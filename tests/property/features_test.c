/// Random worlds: engine with one, two and three threads and rows shuffled, serving from exported facts, and the naive interpreter
/// give the same bits. PAWL_NIGHTLY=1 looks at many more; PAWL_SEED=n at that one, PAWL_SEED=n:m
/// at m from there.
#include <stdio.h>
#include <stdlib.h>

#include "naive/agreement.h"
#include "naive/random_forms.h"
#include "naive/random_world.h"
#include "support/test.h"

enum { LARGE_WORLDS = 6, LARGE_ROWS = 20000, WORLDS = 1200, WORLDS_NIGHTLY = 20000, REFUSED_PERCENT_MAX = 15 };

static void report(const World *world, uint64_t seed, const Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error ignored = {0};
    if (!world_describe(world, &text, &ignored)) return;
    fprintf(stderr, "seed %llu: %s\n%.*s", (unsigned long long)seed, err->text, (int)text.size,
            (const char *)text.data);
}

typedef struct Tally {
    uint64_t refused, labels, requests, values, nulls;
} Tally;

static void tally_values(const Frame *features, Tally *tally)
{
    for (size_t column = 0; column < features->column_count; column++) {
        Vector vector = frame_vector(features, column);
        for (size_t row = 0; row < vector.count; row++) tally->nulls += !vector_is_valid(&vector, row);
        tally->values += vector.count;
    }
}

/// Whether the world could be computed at all: what the compiler refuses (scales that add up too far) proves nothing.
static bool world_agrees(uint64_t seed, size_t rows_max, Tally *tally)
{
    AUTO(world_deinit) World world = {0};
    AUTO(frame_deinit) Frame features = {0};
    Error err = {0};
    ASSERT_OK(world_make(seed, rows_max, &world, &err), err);
    Case test = {&world.definition, world.tables, &world.inputs, world.at, seed};
    if (case_agrees(&test, &features, NULL, &err)) {
        tally_values(&features, tally);
        tally->labels += world.definition.dataset != NULL;
        tally->requests += world.inputs.row_count;
        return true;
    }
    if (err.kind == ERROR_CONFIG) {
        if (getenv("PAWL_SEED") != NULL) report(&world, seed, &err);
        return false;
    }
    report(&world, seed, &err);
    fail();
    return false;
}

static void every_way_of_computing_gives_the_same_bits(void **state)
{
    UNUSED(state);
    const char *chosen = getenv("PAWL_SEED");
    char *more = NULL;
    uint64_t begin = chosen == NULL ? 0 : strtoull(chosen, &more, 10);
    uint64_t count = chosen != NULL ? 1 : getenv("PAWL_NIGHTLY") != NULL ? WORLDS_NIGHTLY : WORLDS;
    if (more != NULL && *more == ':') count = strtoull(more + 1, NULL, 10);
    Tally tally = {0};
    for (uint64_t seed = begin; seed < begin + count; seed++) tally.refused += !world_agrees(seed, WORLD_ROWS, &tally);
    print_message(
        "%llu worlds, %llu refused, %llu with labels that look ahead, %llu requests, %llu values, %llu nulls\n",
        (unsigned long long)count, (unsigned long long)tally.refused, (unsigned long long)tally.labels,
        (unsigned long long)tally.requests, (unsigned long long)tally.values, (unsigned long long)tally.nulls);
    assert_true(tally.refused * 100 <= count * REFUSED_PERCENT_MAX);
    assert_true((tally.nulls < tally.values && tally.labels > 0) || chosen != NULL);
}

/// What the generator knows the language compiles and the naive interpreter computes: nothing is left out by mistake.
static void every_form_is_understood(void **state)
{
    UNUSED(state);
    const Form *forms = NULL;
    for (FormKind kind = 0; kind < FORM_KINDS; kind++) {
        size_t unusable = forms_unusable(kind, &forms);
        for (size_t i = 0; i < unusable; i++) print_error("not understood: %s\n", forms[i].text);
        assert_int_equal(unusable, 0);
        assert_true(forms_usable(kind, &forms) > 0);
    }
}

/// Every aggregation of the table is drawn, so that a new row without a form is noticed.
static void every_aggregation_has_a_form(void **state)
{
    UNUSED(state);
    const Form *forms = NULL;
    size_t count = forms_usable(FORM_AGGREGATE, &forms);
    for (Aggregation i = 0; i < AGGREGATION_COUNT_; i++) {
        bool found = false;
        Str name = str_from(aggregation_name(i));
        for (size_t j = 0; j < count; j++) {
            Str text = str_from(forms[j].text);
            found = found || (str_starts(text, name) && text.data[name.size] == '(');
        }
        if (!found) print_error("no form of %.*s\n", STR_ARG(name));
        assert_true(found);
    }
}

/// So many rows that entities are split into partitions and sorted by every method.
static void large_worlds_agree_too(void **state)
{
    UNUSED(state);
    Tally tally = {0};
    uint64_t worlds = getenv("PAWL_NIGHTLY") != NULL ? 20 * LARGE_WORLDS : LARGE_WORLDS;
    for (uint64_t seed = 0; seed < worlds; seed++) tally.refused += !world_agrees(seed, LARGE_ROWS, &tally);
    assert_int_equal(tally.refused, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_understood),
        cmocka_unit_test(every_aggregation_has_a_form),
        cmocka_unit_test(every_way_of_computing_gives_the_same_bits),
        cmocka_unit_test(large_worlds_agree_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
