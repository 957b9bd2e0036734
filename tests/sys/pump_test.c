#include "sys/pump.h"

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"
#include "sys/process.h"

/// Everything in brackets, and "end" at the end.
static bool bracket(void *context, Str data, bool end, Bytes *out, Error *err)
{
    size_t *pieces = context;
    *pieces += data.size > 0;
    return bytes_append_str(out, data, err) && (!end || bytes_append_str(out, STR("end"), err));
}

static void what_is_written_into_the_pipe_comes_out_filtered(void **state)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Process process = {0};
    ProcessExit status = {0};
    size_t pieces = 0;
    Pump pump = {0};
    Str path = test_path(state, "pipe");
    Str target = test_path(state, "target");
    const Str arguments[] = {STR("sh"), STR("-c"), STR("echo out; echo err >&2; seq 20000")};
    ProcessSpec spec = {
        .arguments = arguments, .argument_count = COUNT_OF(arguments), .output_path = path, .error_path = path};
    ASSERT_OK(pump_begin(&pump, path, target, bracket, &pieces, &err), err);
    ASSERT_OK(process_spawn(&spec, &process, &err), err);
    ASSERT_OK(process_reap(&process, &status, &err), err);
    ASSERT_OK(pump_end(&pump, &err), err);
    ASSERT_OK(disk_read(disk_system(), target, 1 << 20, &text, &err), err);
    assert_true(str_starts(bytes_str(&text), STR("out\nerr\n1\n2\n")));
    assert_true(str_ends(bytes_str(&text), STR("\n20000\nend")));
    assert_true(pieces > 0);
    pump_deinit(&pump);
}

static void a_pipe_that_cannot_be_made_is_an_error(void **state)
{
    Error err = {0};
    Pump pump = {0};
    ASSERT_FAILS(pump_begin(&pump, test_path(state, "no/pipe"), test_path(state, "target"), bracket, NULL, &err), err,
                 ERROR_STORAGE, "cannot make the pipe");
    pump_deinit(&pump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(what_is_written_into_the_pipe_comes_out_filtered),
        TEST_IN_DIRECTORY(a_pipe_that_cannot_be_made_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
