/// What holds of every fit: neither the rows' order nor threads show, nothing outside of training rows is looked at, a package can
/// carry it, and no allocation that fails leaves anything behind.
#include "support/fit_case.h"

#include "number/float_order.h"
#include "support/test.h"

enum { ROWS = 2500, TRAINING = 1800 };

/// Columns of everything, with nulls, ties and long tails.
typedef struct World {
    double km[ROWS];
    double minutes[ROWS];
    int64_t area[ROWS];
    const char *note[ROWS];
    double label[ROWS];
    int64_t at[ROWS];
    int64_t known[ROWS];
} World;

static const char *const TRANSFORMS[][2] = {
    {"standard", "scale(trip.km)"},
    {"robust", "scale(impute(trip.km, 'median'), 'robust')"},
    {"flagged", "impute_flagged(trip.km)"},
    {"bin", "one_hot(bin(trip.km, 6))"},
    {"rank", "quantile_transform(trip.minutes, 50)"},
    {"cut", "yeo_johnson(winsorise(trip.minutes, 0.05, 0.95))"},
    {"place", "vocabulary(trip.area, 5, 2, 3)"},
    {"share", "frequency_encode(trip.area)"},
    {"target", "scale(target_encode(trip.area, 5))"},
    {"note", "tf_idf(trip.note, 4)"},
    {"line", "pca(scale(trip.km), scale(trip.minutes), 2)"},
};

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void world_draw(World *world, uint64_t seed)
{
    static const char *const NOTES[] = {"rain and wind", "Sun", "wind, wind", "snow on rain", NULL, "fog"};
    for (size_t i = 0; i < ROWS; i++) {
        world->km[i] = draw(&seed) % 9 == 0 ? float_nan() : (double)(draw(&seed) % 1000) / 7;
        world->minutes[i] = (double)(draw(&seed) % 50) * (double)(draw(&seed) % 1000) / 3 - 1000;
        world->area[i] = draw(&seed) % 13 == 0 ? INT64_MIN : (int64_t)(draw(&seed) % 20) - 10;
        world->note[i] = NOTES[draw(&seed) % COUNT_OF(NOTES)];
        world->label[i] = (double)(draw(&seed) % 1000) / 9;
        world->at[i] = (int64_t)(draw(&seed) % 500);
        world->known[i] = world->at[i] + (int64_t)(draw(&seed) % 50);
    }
}

static bool world_fit(const World *world, size_t transform_count, FitCase *fit, Error *err)
{
    fit_case_floats(fit, "trip.km", world->km, ROWS);
    fit_case_floats(fit, "trip.minutes", world->minutes, ROWS);
    fit_case_ints(fit, "trip.area", world->area, ROWS);
    fit_case_texts(fit, "trip.note", world->note, ROWS);
    for (size_t i = 0; i < transform_count; i++) fit_case_transform(fit, TRANSFORMS[i][0], TRANSFORMS[i][1]);
    for (size_t i = 0; i < TRAINING; i++) {
        size_t row = fit->rows == NULL ? i : (size_t)fit->rows[i];
        fit->label[i] = world->label[row];
        fit->at[i] = world->at[row];
        fit->label_known[i] = world->known[row];
    }
    return fit_case_try(fit, TRAINING, err);
}

static uint64_t bits_at(const Vector *vector, size_t row)
{
    if (!vector_is_valid(vector, row)) return UINT64_MAX;
    if (type_storage(vector->type) == STORAGE_BOOL) return vector->values.bools[row];
    return (uint64_t)vector->values.ints[row];
}

static void check_same_row(const ProgramOutput *left, size_t row, const ProgramOutput *right, size_t other)
{
    assert_int_equal(left->vector_count, right->vector_count);
    for (size_t i = 0; i < left->vector_count; i++) {
        if (bits_at(&left->vectors[i], row) != bits_at(&right->vectors[i], other))
            fail_msg("column %zu differs in row %zu", i, row);
    }
}

static void the_order_of_rows_does_not_show(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase straight = {0};
    AUTO(fit_case_deinit) FitCase shuffled = {0};
    Error err = {0};
    static World world;
    static uint64_t rows[TRAINING];
    uint64_t seed = 17;
    world_draw(&world, 3);
    for (size_t i = 0; i < TRAINING; i++) rows[i] = i;
    for (size_t i = TRAINING; i-- > 1;) {
        size_t other = draw(&seed) % (i + 1);
        uint64_t row = rows[i];
        rows[i] = rows[other];
        rows[other] = row;
    }
    shuffled.rows = rows;
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &straight, &err), err);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &shuffled, &err), err);
    assert_true(fit_case_same_plan(&straight, &shuffled));
    for (size_t i = 0; i < TRAINING; i++) check_same_row(&straight.training, (size_t)rows[i], &shuffled.training, i);
}

static void threads_do_not_show(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase one = {0};
    AUTO(fit_case_deinit) FitCase many = {.threads = 4};
    Error err = {0};
    static World world;
    world_draw(&world, 4);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &one, &err), err);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &many, &err), err);
    assert_true(fit_case_same_plan(&one, &many));
    for (size_t i = 0; i < TRAINING; i++) check_same_row(&one.training, i, &many.training, i);
}

static void rows_outside_of_training_change_nothing_that_is_learned(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase before = {0};
    AUTO(fit_case_deinit) FitCase after = {0};
    Error err = {0};
    static World world;
    world_draw(&world, 5);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &before, &err), err);
    for (size_t i = TRAINING; i < ROWS; i++) {
        world.km[i] = 1e6 + (double)i;
        world.minutes[i] = float_infinity();
        world.area[i] = 77;
        world.note[i] = "leak leak leak";
        world.label[i] = -1e9;
    }
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &after, &err), err);
    assert_true(fit_case_same_plan(&before, &after));
    for (size_t i = 0; i < TRAINING; i++) check_same_row(&before.training, i, &after.training, i);
    for (size_t i = 0; i < TRAINING; i++) check_same_row(&before.all, i, &after.all, i);
}

/// All but target encodings are the same to training rows and to all others.
static void training_rows_see_what_serving_would(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    static World world;
    world_draw(&world, 6);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &fit, &err), err);
    for (size_t column = 0; column < fit.all.vector_count; column++) {
        if (str_equal(fit.fitting.plan.features[column].name, STR("target"))) continue;
        for (size_t i = 0; i < TRAINING; i++)
            assert_int_equal(bits_at(&fit.training.vectors[column], i), bits_at(&fit.all.vectors[column], i));
    }
}

static void one_row_alone_has_the_bits_of_the_batch(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    Error err = {0};
    static World world;
    world_draw(&world, 7);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &fit, &err), err);
    for (uint64_t row = 0; row < ROWS; row += 13) {
        AUTO(program_output_deinit) ProgramOutput alone = {0};
        ASSERT_OK(transform_apply(&fit.fitting.plan, &fit.frame, &row, 1, 1, &alone, &err), err);
        check_same_row(&alone, 0, &fit.all, (size_t)row);
    }
}

static void a_plan_of_transforms_survives_its_encoding(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(program_output_deinit) ProgramOutput again = {0};
    Error err = {0};
    static World world;
    world_draw(&world, 8);
    ASSERT_OK(world_fit(&world, COUNT_OF(TRANSFORMS), &fit, &err), err);
    ASSERT_OK(plan_encode(&fit.fitting.plan, &text, &err), err);
    ASSERT_OK(plan_decode(bytes_str(&text), &plan, &err), err);
    ASSERT_OK(transform_apply(&plan, &fit.frame, NULL, ROWS, 1, &again, &err), err);
    for (size_t i = 0; i < ROWS; i++) check_same_row(&again, i, &fit.all, i);
}

static void what_is_written_twice_is_fitted_once(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {1, 2, 3};
    fit_case_floats(&fit, "trip.km", km, 3);
    fit_case_transform(&fit, "a", "scale(trip.km)");
    fit_case_transform(&fit, "b", "scale(trip.km) * 2");
    fit_case_transform(&fit, "c", "scale(trip.km, 'robust')");
    fit_case_run(&fit, 3);
    assert_int_equal(fit.fitting.fact_count, 2);
}

typedef struct Small {
    Transform transform;
    FitRows rows;
} Small;

static bool fit_small(void *context, Error *err)
{
    AUTO(fitting_deinit) Fitting fitting = {0};
    AUTO(program_output_deinit) ProgramOutput training = {0};
    const Small *small = context;
    TRY(transform_fit(&small->transform, &small->rows, &fitting, err));
    return fitting_training(&fitting, &small->rows, &training, err);
}

static void running_out_of_memory_is_an_error_everywhere(void **state)
{
    UNUSED(state);
    AUTO(fit_case_deinit) FitCase fit = {0};
    const double km[] = {1, 2, float_nan(), 4};
    const char *const areas[] = {"a", "b", NULL, "a"};
    const char *const transforms[] = {"scale(impute(trip.km))",      "bin(trip.km, 2)",
                                      "quantile_transform(trip.km)", "one_hot(trip.area)",
                                      "vocabulary(trip.area)",       "target_encode(trip.area)",
                                      "tf_idf(trip.area)",           "pca(trip.km, trip.km * 2, 1)"};
    Error err = {0};
    for (size_t i = 0; i < 4; i++) fit.at[i] = fit.label_known[i] = (int64_t)i;
    fit_case_floats(&fit, "trip.km", km, 4);
    fit_case_texts(&fit, "trip.area", areas, 4);
    static const char *const NAMES[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    for (size_t i = 0; i < COUNT_OF(transforms); i++) fit_case_transform(&fit, NAMES[i], transforms[i]);
    frame_finish(&fit.frame);
    ASSERT_OK(fit_case_compile(&fit, &err), err);
    Small small = {fit.transform,
                   {.frame = &fit.frame,
                    .count = 4,
                    .label = fit.label,
                    .at = fit.at,
                    .label_known = fit.label_known,
                    .threads = 1}};
    for_each_allocation_failure(fit_small, &small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_rows_does_not_show),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(rows_outside_of_training_change_nothing_that_is_learned),
        cmocka_unit_test(training_rows_see_what_serving_would),
        cmocka_unit_test(one_row_alone_has_the_bits_of_the_batch),
        cmocka_unit_test(a_plan_of_transforms_survives_its_encoding),
        cmocka_unit_test(what_is_written_twice_is_fitted_once),
        cmocka_unit_test(running_out_of_memory_is_an_error_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
