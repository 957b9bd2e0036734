/// The files that a query names: found, sorted, and all of one format.
#ifndef PAWL_LAKE_SOURCE_INTERNAL_H
#define PAWL_LAKE_SOURCE_INTERNAL_H

#include "lake/lake.h"

typedef enum SourceFormat { SOURCE_PARQUET, SOURCE_CSV, SOURCE_TSV, SOURCE_JSON, SOURCE_JSON_LINES } SourceFormat;

/// In an arena.
typedef struct SourceFiles {
    SourceFormat format;
    Str *paths; ///< with the directory in front
    Str *shown; ///< as errors name them: without it
    size_t count;
    Schema hive;
} SourceFiles;

/// By the file name's ending, with .gz or .zst behind it; ERROR_CONFIG for others.
MUST_CHECK bool source_format_of(Str path, SourceFormat *out, Error *err);

MUST_CHECK bool source_files_find(const LakeQuery *query, Str directory, Arena *arena, SourceFiles *out, Error *err);

#endif
