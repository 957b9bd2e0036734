/// target_encode: what a training row may know, held against the definition; the frozen table; and what no change may reach.
#include "support/fit_case.h"

#include "number/float_order.h"
#include "support/test.h"

#define NONE float_nan()

enum { ROWS = 300, LATER = 40, CATEGORIES = 5 };

static void check_bits(double value, double expected, size_t row)
{
    if (float_bits(value) != float_bits(expected)) fail_msg("row %zu: %.17g, not %.17g", row, value, expected);
}

static void a_row_sees_only_labels_that_were_known_before_it(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const int64_t areas[] = {1, 1, 2, 1, 1, 2, INT64_MIN, 3};
    const double labels[] = {4, 8, 1, 100, 6, 0, 0, 0};
    const int64_t at[] = {10, 20, 20, 30, 40, 50, 50, 60};
    const int64_t known[] = {15, 20, 35, 90, 41, 55, 51, 61};
    fit_case_ints(&fit, "trip.area", areas, 8);
    memcpy(fit.label, labels, sizeof(labels));
    memcpy(fit.at, at, sizeof(at));
    memcpy(fit.label_known, known, sizeof(known));
    fit_case_transform(&fit, "area", "target_encode(trip.area, 2)");
    fit_case_run(&fit, 7);
    check_bits(fit_case_training(&fit, "area", 0), NONE, 0);                      // nothing is known
    check_bits(fit_case_training(&fit, "area", 1), (4 + 2 * 4.0) / 3, 1);         // row 0
    check_bits(fit_case_training(&fit, "area", 2), 4, 2);                         // none of area 2: the mean of row 0
    check_bits(fit_case_training(&fit, "area", 3), (12 + 2 * 6.0) / 4, 3);        // rows 0 and 1
    check_bits(fit_case_training(&fit, "area", 4), (12 + 2 * (13.0 / 3)) / 4, 4); // row 3 is not known yet
    check_bits(fit_case_training(&fit, "area", 5), (1 + 2 * (19.0 / 4)) / 3, 5);
    check_bits(fit_case_training(&fit, "area", 6), 19.0 / 4, 6); // null: the mean
    double mean = 119.0 / 7;
    check_bits(fit_case_value(&fit, "area", 0), (118 + 2 * mean) / 6, 0); // frozen: all training rows
    check_bits(fit_case_value(&fit, "area", 2), (1 + 2 * mean) / 4, 2);
    check_bits(fit_case_value(&fit, "area", 6), mean, 6);
    check_bits(fit_case_value(&fit, "area", 7), mean, 7); // a value that training does not have
}

static void without_smoothing_a_new_category_has_the_mean(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const char *const areas[] = {"a", "b", "a", "c"};
    fit_case_texts(&fit, "trip.area", areas, 4);
    for (int i = 0; i < 4; i++) {
        fit.label[i] = i;
        fit.at[i] = 10 * i;
        fit.label_known[i] = 10 * i + 1;
    }
    fit_case_transform(&fit, "area", "target_encode(trip.area, 0)");
    fit_case_run(&fit, 3);
    check_bits(fit_case_training(&fit, "area", 1), 0, 1);
    check_bits(fit_case_training(&fit, "area", 2), 0, 2);
    check_bits(fit_case_value(&fit, "area", 0), 1, 0);
    check_bits(fit_case_value(&fit, "area", 3), 1, 3);
}

typedef struct World {
    int64_t area[ROWS + LATER];
    double label[ROWS + LATER];
    int64_t at[ROWS + LATER];
    int64_t known[ROWS + LATER];
} World;

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/// Labels are halves, so that sums are exact in doubles too; moments tie often.
static void world_draw(World *world, uint64_t seed)
{
    for (size_t i = 0; i < ROWS + LATER; i++) {
        world->area[i] = draw(&seed) % 11 == 0 ? INT64_MIN : (int64_t)(draw(&seed) % CATEGORIES);
        world->label[i] = (double)(draw(&seed) % 64) / 2;
        world->at[i] = (int64_t)(draw(&seed) % 60) + (i >= ROWS ? 1000 : 0);
        world->known[i] = world->at[i] - 2 + (int64_t)(draw(&seed) % 30);
    }
}

static void world_fit(const World *world, const char *expression, FitCase *fit)
{
    fit_case_ints(fit, "trip.area", world->area, ROWS + LATER);
    memcpy(fit->label, world->label, sizeof(world->label));
    memcpy(fit->at, world->at, sizeof(world->at));
    memcpy(fit->label_known, world->known, sizeof(world->known));
    fit_case_transform(fit, "area", expression);
    fit_case_run(fit, ROWS);
}

/// The definition, row by row: O(n^2).
static double naive_encoding(const World *world, size_t row, double smoothing)
{
    double sum = 0;
    double own_sum = 0;
    double count = 0;
    double own_count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (!(world->at[i] < world->at[row]) || !(world->known[i] < world->at[row])) continue;
        sum += world->label[i];
        count++;
        if (world->area[i] != world->area[row]) continue;
        own_sum += world->label[i];
        own_count++;
    }
    if (count == 0) return NONE;
    double prior = sum / count;
    if (world->area[row] == INT64_MIN || own_count + smoothing == 0) return prior;
    return (own_sum + smoothing * prior) / (own_count + smoothing);
}

static void encodings_are_what_the_definition_says(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 1; seed <= 8; seed++) {
        AUTO(fit_case_deinit) FitCase fit = {0};
        World world;
        world_draw(&world, seed);
        world_fit(&world, "target_encode(trip.area, 3)", &fit);
        for (size_t i = 0; i < ROWS; i++)
            check_bits(fit_case_training(&fit, "area", i), naive_encoding(&world, i, 3), i);
    }
}

/// Of a row, labels that it may not know: its own, those of its moment or later, and those not known before it.
static void labels_not_yet_known_change_no_bit(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase before = {0};
    World world;
    uint64_t seed = 99;
    world_draw(&world, 77);
    world_fit(&world, "target_encode(trip.area)", &before);
    for (int trial = 0; trial < 25; trial++) {
        AUTO(fit_case_deinit) FitCase after = {0};
        World changed = world;
        size_t row = draw(&seed) % ROWS;
        for (size_t i = 0; i < ROWS + LATER; i++) {
            bool may_know = world.at[i] < world.at[row] && world.known[i] < world.at[row];
            if (!may_know) changed.label[i] += 1000 + (double)i;
        }
        world_fit(&changed, "target_encode(trip.area)", &after);
        check_bits(fit_case_training(&after, "area", row), fit_case_training(&before, "area", row), row);
    }
}

static void one_known_label_shows(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase before = {0};
    AUTO(fit_case_deinit) FitCase after = {0};
    World world;
    size_t first = 0;
    size_t last = 0;
    world_draw(&world, 5);
    for (size_t i = 1; i < ROWS; i++) {
        if (world.known[i] < world.known[first]) first = i;
        if (world.at[i] > world.at[last]) last = i;
    }
    World changed = world;
    changed.label[first] += 0.5;
    world_fit(&world, "target_encode(trip.area)", &before);
    world_fit(&changed, "target_encode(trip.area)", &after);
    assert_true(fit_case_training(&after, "area", last) != fit_case_training(&before, "area", last));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_sees_only_labels_that_were_known_before_it),
        cmocka_unit_test(without_smoothing_a_new_category_has_the_mean),
        cmocka_unit_test(encodings_are_what_the_definition_says),
        cmocka_unit_test(labels_not_yet_known_change_no_bit),
        cmocka_unit_test(one_known_label_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
