/// What the manifests' encodings share: values that must be there, read and written the same way.
///
/// Read texts are borrowed from the parsed document, which lives in the manifest's arena.
#ifndef PAWL_DATASET_MANIFEST_JSON_INTERNAL_H
#define PAWL_DATASET_MANIFEST_JSON_INTERNAL_H

#include "dataset/source_json.h"
#include "dataset/source_table.h"
#include "frame/profile.h"
#include "text/json_writer.h"

/// 2: logical digests hash each column on its own.
enum { MANIFEST_FORMAT = 2, MANIFEST_SOURCES_MAX = 4096 };

/// Parses the document into `arena` and checks that it is a map of format MANIFEST_FORMAT.
MUST_CHECK bool manifest_parse(Str name, Str text, Arena *arena, Document *document, Error *err);

MUST_CHECK bool manifest_need_str(const Node *map, Str key, Str *out, Error *err);
MUST_CHECK bool manifest_need_int(const Node *map, Str key, int64_t *out, Error *err);
MUST_CHECK bool manifest_need_count(const Node *map, Str key, uint64_t *out, Error *err);
MUST_CHECK bool manifest_need_bool(const Node *map, Str key, bool *out, Error *err);
MUST_CHECK bool manifest_need_double(const Node *map, Str key, double *out, Error *err);
MUST_CHECK bool manifest_need_digest(const Node *map, Str key, Digest *out, Error *err);
MUST_CHECK bool manifest_need_type(const Node *map, Str key, Type *out, Error *err);

/// A number, or the text that stands for a NaN or an infinity.
MUST_CHECK bool manifest_double(const Node *node, double *out, Error *err);

/// A list of at most `count_max` items.
MUST_CHECK bool manifest_need_list(const Node *map, Str key, size_t count_max, const Node **out, Error *err);

MUST_CHECK bool manifest_write_digest(JsonWriter *json, Str key, const Digest *digest, Error *err);
MUST_CHECK bool manifest_write_type(JsonWriter *json, Str key, Type type, Error *err);

MUST_CHECK bool manifest_write_profile(JsonWriter *json, Str key, const Profile *profile, Error *err);

/// The profile's texts are borrowed; its own arena stays empty.
MUST_CHECK bool manifest_need_profile(const Node *map, Str key, Profile *out, Error *err);

#endif
