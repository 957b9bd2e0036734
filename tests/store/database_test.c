#include "store/database.h"

#include "base/bytes.h"

#include "support/test.h"
#include "support/test_directory.h"
#include "sys/disk.h"

static const char *const FIRST[] = {"CREATE TABLE pair (name TEXT PRIMARY KEY, value INTEGER)"};
static const char *const SECOND[] = {"CREATE TABLE pair (name TEXT PRIMARY KEY, value INTEGER)",
                                     "ALTER TABLE pair ADD COLUMN note TEXT"};

static Database *open_database(void **state)
{
    Error err = {0};
    Database *database = NULL;
    ASSERT_OK(database_open(test_path(state, "test.db"), &database, &err), err);
    return database;
}

static Database *open_pairs(void **state)
{
    Error err = {0};
    Database *database = open_database(state);
    ASSERT_OK(database_migrate(database, STR("test"), FIRST, COUNT_OF(FIRST), &err), err);
    return database;
}

static bool put_pair(Database *database, Str name, int64_t value, Error *err)
{
    Statement *statement = NULL;
    TRY(statement_cached(database, "INSERT INTO pair (name, value) VALUES (?, ?)", &statement, err));
    TRY(statement_bind(statement, err, "si", name, value));
    return statement_run(statement, err);
}

static int64_t count_pairs(Database *database)
{
    Error err = {0};
    Statement *statement = NULL;
    bool row = false;
    ASSERT_OK(statement_cached(database, "SELECT count(*) FROM pair", &statement, &err), err);
    ASSERT_OK(statement_step(statement, &row, &err), err);
    int64_t count = statement_int(statement, 0);
    ASSERT_OK(statement_reset(statement, &err), err);
    return count;
}

static void a_transaction_that_is_not_committed_leaves_nothing(void **state)
{
    Error err = {0};
    AUTO(database_close) Database *database = open_pairs(state);
    {
        AUTO(transaction_end) Database *transaction = database;
        ASSERT_OK(transaction_begin(transaction, &err), err);
        ASSERT_OK(put_pair(database, STR("lost"), 1, &err), err);
        assert_int_equal(count_pairs(database), 1);
    }
    assert_int_equal(count_pairs(database), 0);
    assert_false(transaction_is_open(database));
}

static void a_committed_row_is_there_when_opened_again(void **state)
{
    Error err = {0};
    Database *database = open_pairs(state);
    ASSERT_OK(transaction_begin(database, &err), err);
    ASSERT_OK(put_pair(database, STR("kept"), 1, &err), err);
    ASSERT_OK(transaction_commit(database, &err), err);
    database_close(&database);
    assert_null(database);

    AUTO(database_close) Database *again = open_pairs(state);
    assert_int_equal(count_pairs(again), 1);
}

static void each_migration_runs_once(void **state)
{
    Error err = {0};
    AUTO(database_close) Database *database = open_pairs(state);
    ASSERT_OK(put_pair(database, STR("old"), 1, &err), err);
    for (int i = 0; i < 2; i++) {
        ASSERT_OK(database_migrate(database, STR("test"), SECOND, COUNT_OF(SECOND), &err), err);
    }
    ASSERT_OK(database_run(database, "UPDATE pair SET note = 'new'", &err), err);
    assert_int_equal(count_pairs(database), 1);
}

static int64_t synchronous(Database *database)
{
    Error err = {0};
    Statement *statement = NULL;
    bool row = false;
    ASSERT_OK(statement_prepare(database, "PRAGMA synchronous", &statement, &err), err);
    ASSERT_OK(statement_step(statement, &row, &err), err);
    int64_t level = statement_int(statement, 0);
    statement_finalize(&statement);
    return level;
}

static void only_an_unsynced_transaction_does_not_wait_for_the_disk(void **state)
{
    enum { NORMAL = 1, FULL = 2 };
    Error err = {0};
    AUTO(database_close) Database *database = open_pairs(state);
    ASSERT_OK(transaction_begin_unsynced(database, &err), err);
    assert_true(transaction_is_unsynced(database));
    assert_int_equal(synchronous(database), NORMAL);
    ASSERT_OK(transaction_commit(database, &err), err);
    assert_false(transaction_is_unsynced(database));
    ASSERT_OK(transaction_begin(database, &err), err);
    assert_int_equal(synchronous(database), FULL);
    assert_false(transaction_is_unsynced(database));
    ASSERT_OK(transaction_commit(database, &err), err);
}

static void a_migration_joins_an_open_transaction(void **state)
{
    Error err = {0};
    AUTO(database_close) Database *database = open_database(state);
    ASSERT_OK(transaction_begin(database, &err), err);
    ASSERT_OK(database_migrate(database, STR("test"), FIRST, COUNT_OF(FIRST), &err), err);
    assert_true(transaction_is_open(database));
    transaction_rollback(database);
    ASSERT_OK(database_migrate(database, STR("test"), FIRST, COUNT_OF(FIRST), &err), err);
    assert_int_equal(count_pairs(database), 0);
}

static void tables_of_a_newer_program_are_refused(void **state)
{
    Error err = {0};
    AUTO(database_close) Database *database = open_database(state);
    ASSERT_OK(database_migrate(database, STR("test"), SECOND, COUNT_OF(SECOND), &err), err);
    ASSERT_FAILS(database_migrate(database, STR("test"), FIRST, COUNT_OF(FIRST), &err), err, ERROR_STORAGE,
                 "newer pawl");
}

static void a_failed_migration_changes_nothing(void **state)
{
    Error err = {0};
    static const char *const BAD[] = {"CREATE TABLE pair (name TEXT)", "CREATE TABL oops"};
    AUTO(database_close) Database *database = open_database(state);
    ASSERT_FAILS(database_migrate(database, STR("test"), BAD, COUNT_OF(BAD), &err), err, ERROR_STORAGE, "version 2");
    ASSERT_OK(database_migrate(database, STR("test"), FIRST, COUNT_OF(FIRST), &err), err);
}

static void a_repeated_key_is_a_conflict(void **state)
{
    Error err = {0};
    AUTO(database_close) Database *database = open_pairs(state);
    ASSERT_OK(put_pair(database, STR("one"), 1, &err), err);
    ASSERT_FAILS(put_pair(database, STR("one"), 2, &err), err, ERROR_CONFLICT, "UNIQUE");
    ASSERT_OK(put_pair(database, STR("two"), 2, &err), err);
}

static void a_full_database_says_disk_full_and_goes_on_later(void **state)
{
    Error err = {0};
    AUTO(database_close) Database *database = open_pairs(state);
    AUTO(bytes_deinit) Bytes large = {0};
    ASSERT_OK(bytes_reserve(&large, 100000, &err), err);
    memset(large.data, 'x', 100000);
    large.size = 100000;

    ASSERT_OK(database_run(database, "PRAGMA max_page_count = 10", &err), err);
    ASSERT_OK(transaction_begin(database, &err), err);
    ASSERT_FAILS(put_pair(database, bytes_str(&large), 1, &err), err, ERROR_STORAGE, "disk full");
    transaction_rollback(database);
    assert_int_equal(count_pairs(database), 0);

    ASSERT_OK(database_run(database, "PRAGMA max_page_count = 1000", &err), err);
    ASSERT_OK(put_pair(database, bytes_str(&large), 1, &err), err);
    assert_int_equal(count_pairs(database), 1);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    Error err = {0};
    Database *database = NULL;
    Str path = test_path(state, "test.db");
    ASSERT_OK(disk_write_atomic(disk_system(), path, STR("certainly no database, whatever its name may be"), &err),
              err);
    ASSERT_FAILS(database_open(path, &database, &err), err, ERROR_DATA, "not a database");
}

static void values_come_back_as_bound(void **state)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(database_close) Database *database = open_database(state);
    AUTO(statement_finalize) Statement *statement = NULL;
    Digest digest = {.bytes = {1, 2, 255}};
    Digest found = {0};
    Str text = {0};
    bool row = false;

    ASSERT_OK(statement_prepare(database, "SELECT ?, ?, ?, ?, ?", &statement, &err), err);
    ASSERT_OK(statement_bind(statement, &err, "sidhn", STR("text"), INT64_MIN, 0.1, &digest), err);
    ASSERT_OK(statement_step(statement, &row, &err), err);
    assert_true(row);
    ASSERT_OK(statement_text(statement, 0, &arena, &text, &err), err);
    ASSERT_STR(text, "text");
    assert_true(statement_int(statement, 1) == INT64_MIN);
    assert_true(statement_float(statement, 2) == 0.1);
    ASSERT_OK(statement_digest(statement, 3, &found, &err), err);
    assert_true(digest_equal(&digest, &found));
    assert_true(statement_is_null(statement, 4));
    ASSERT_OK(statement_digest(statement, 4, &found, &err), err);
    assert_true(digest_equal(&found, &(Digest){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIRECTORY(a_transaction_that_is_not_committed_leaves_nothing),
        TEST_IN_DIRECTORY(a_committed_row_is_there_when_opened_again),
        TEST_IN_DIRECTORY(each_migration_runs_once),
        TEST_IN_DIRECTORY(only_an_unsynced_transaction_does_not_wait_for_the_disk),
        TEST_IN_DIRECTORY(a_migration_joins_an_open_transaction),
        TEST_IN_DIRECTORY(tables_of_a_newer_program_are_refused),
        TEST_IN_DIRECTORY(a_failed_migration_changes_nothing),
        TEST_IN_DIRECTORY(a_repeated_key_is_a_conflict),
        TEST_IN_DIRECTORY(a_full_database_says_disk_full_and_goes_on_later),
        TEST_IN_DIRECTORY(a_file_that_is_no_database_is_refused),
        TEST_IN_DIRECTORY(values_come_back_as_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
