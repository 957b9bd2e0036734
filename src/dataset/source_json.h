/// The JSON of a source's files and of its schema: the same in manifests, steps' params, locks and models' metadata.
///
/// Read texts are borrowed from the document.
#ifndef PAWL_DATASET_SOURCE_JSON_H
#define PAWL_DATASET_SOURCE_JSON_H

#include "dataset/source_table.h"
#include "text/json_writer.h"

enum { SOURCE_FILES_MAX = 1 << 20 };

/// Key "files": [{"path", "size", "digest"}].
MUST_CHECK bool source_files_write(JsonWriter *json, const SourceFile *files, size_t count, Error *err);
MUST_CHECK bool source_files_read(const Node *map, Arena *arena, SourceFile **out, size_t *out_count, Error *err);

/// [{"name", "type"}] as a value; NULL is an empty schema.
MUST_CHECK bool source_schema_write(JsonWriter *json, Schema schema, Error *err);
MUST_CHECK bool source_schema_read(const Node *list, Arena *arena, Schema *out, Error *err);

#endif
