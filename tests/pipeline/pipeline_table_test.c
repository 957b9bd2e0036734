/// The digest of tables that users' steps make.
#include "support/test.h"

#include "pipeline_fixture.h"

static Digest digest_of_table(Fixture *fixture, void **state, const char *text)
{
    Error err = {0};
    Digest digest = {0};
    test_write_file(state, "made", text);
    ASSERT_OK(pipeline_table_digest(&fixture->pipeline, test_path(state, "made"), STR("rows.csv"), &digest, &err), err);
    return digest;
}

static void a_table_is_its_rows_not_its_bytes(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    fixture_files(state);
    fixture_init(&fixture, state, "pipeline: p\n" SOURCES);
    Digest plain = digest_of_table(&fixture, state, "a,b\n1,x\n2,y\n");
    Digest quoted = digest_of_table(&fixture, state, "a,b\n\"1\",\"x\"\n2,\"y\"\n");
    Digest other = digest_of_table(&fixture, state, "a,b\n1,x\n2,z\n");
    assert_true(digest_equal(&plain, &quoted));
    assert_false(digest_equal(&plain, &other));
}

static void what_is_no_table_is_told(void **state)
{
    AUTO(fixture_deinit) Fixture fixture = {0};
    Error err = {0};
    Digest digest = {0};
    fixture_files(state);
    fixture_init(&fixture, state, "pipeline: p\n" SOURCES);
    test_write_file(state, "made", "not parquet");
    ASSERT_FAILS(pipeline_table_digest(&fixture.pipeline, test_path(state, "made"), STR("rows.parquet"), &digest, &err),
                 err, ERROR_DATA, "rows.parquet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_table_is_its_rows_not_its_bytes),
        TEST_IN_DIRECTORY(what_is_no_table_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
