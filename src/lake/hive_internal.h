/// Folders that say what all rows below them have: `date=2024-01-01/country=de/part.parquet`.
#ifndef PAWL_LAKE_HIVE_INTERNAL_H
#define PAWL_LAKE_HIVE_INTERNAL_H

#include "base/bytes.h"
#include "lake/source_internal.h"

/// Each file stands below one folder of each declared column and of no other; only Parquet files. An ERROR_CONFIG names the file.
MUST_CHECK bool hive_check(const SourceFiles *files, Error *err);

/// ", hive_partitioning=true, hive_types={...}", or that there is none.
MUST_CHECK bool hive_sql(Schema hive, Bytes *sql, Error *err);

#endif
