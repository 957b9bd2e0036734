/// flow.md 7: what the disk has altered is never served, and is made again.
#include <fcntl.h>
#include <sys/stat.h>

#include "flow_fixture.h"

/// One bit, with the times that the file had: nothing but its content tells.
static void flip_unseen(Str path)
{
    struct stat before;
    assert_int_equal(stat(path.data, &before), 0);
    assert_int_equal(chmod(path.data, 0644), 0);
    FILE *file = fopen(path.data, "r+");
    assert_non_null(file);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    assert_true(fputc(byte ^ 1, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path.data, 0444), 0);
    struct timespec times[] = {before.st_atim, before.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path.data, times, 0), 0);
}

static void a_flipped_bit_reaches_no_step_and_the_next_run_heals_it(void **state)
{
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    flip_unseen(fixture_step_record(&fixture, "first")->outputs[0].path);
    fixture.steps[1].seed = 5;
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "second"), 1);
    const StepRecord *second = fixture_step_record(&fixture, "second");
    assert_non_null(strstr(second->message.data, "input 'first' is damaged"));

    fixture_run(&fixture, STEP_DONE);
    assert_int_equal(fixture_ran(&fixture, "first"), 2);
    assert_int_equal(fixture_ran(&fixture, "second"), 2);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
}

static void a_flipped_bit_in_a_folder_is_found_too(void **state)
{
    Error err = {0};
    Str rows = {0};
    AUTO(fixture_deinit) Fixture fixture;
    fixture_init(&fixture, state);
    fixture_chain(&fixture);
    fixture_run(&fixture, STEP_DONE);
    Str folder = fixture_step_record(&fixture, "second")->outputs[0].path;
    ASSERT_OK(path_join(&fixture.arena, folder, STR("rows"), &rows, &err), err);
    flip_unseen(rows);
    fixture.steps[2].seed = 5;
    fixture_run(&fixture, STEP_FAILED);
    assert_int_equal(fixture_ran(&fixture, "third"), 1);
    fixture_run(&fixture, STEP_DONE);
    ASSERT_STR(fixture_output(&fixture, "third"), "1\n3\n");
}

int main(int argc, char **argv)
{
    int supervised = fixture_main(argc, argv);
    if (supervised >= 0) return supervised;
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_flipped_bit_reaches_no_step_and_the_next_run_heals_it),
        TEST_IN_DIRECTORY(a_flipped_bit_in_a_folder_is_found_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
