/// A lake over a test's own directory, and short ways to fill and read it.
#ifndef PAWL_SUPPORT_TEST_LAKE_H
#define PAWL_SUPPORT_TEST_LAKE_H

#include "lake/lake.h"

/// In the test's directory, on two threads; the caller closes it.
Lake *test_lake_open(void **state);

/// Of a test in its directory.
void test_write_file(void **state, const char *name, const char *text);

/// The repository's path of `name`; the repository is at $PAWL_ROOT, or here.
Str test_repository_path(const char *name, Arena *arena);

/// The files that one path or glob names.
bool test_read_file(Lake *lake, const char *file, Frame *out, Error *err);

bool test_read_sql(Lake *lake, const char *sql, Frame *out, Error *err);

/// Writes what `sql` selects into a Parquet file of the test.
void test_write_parquet(Lake *lake, void **state, const char *name, const char *sql);

#endif
