/// What reads a configuration: typed getters over the tree of text/node_tree.h, whose errors name file, line and
/// column, show the line, and suggest the nearest known name.
#ifndef PAWL_TEXT_NODE_H
#define PAWL_TEXT_NODE_H

#include "text/node_tree.h"

// Errors, all false, of the kind that the document says (ERROR_CONFIG without one).

/// At the node.
bool node_error(const Node *node, Error *err, const char *format, ...) PRINTF_LIKE(3, 4);

/// At a byte offset in a scalar's text (an expression's own error), as node_position_at finds it.
bool node_error_at(const Node *node, size_t offset, Error *err, const char *format, ...) PRINTF_LIKE(4, 5);

/// "unknown <what> 'x'; did you mean 'y'?", or "...; known are: a, b, c" when none is near.
bool node_unknown_error(const Node *node, const char *what, Str name, const Str *known, size_t count, Error *err);

// Typed getters: an error when the node has another kind.

/// A text, quoted or plain; a number or boolean is refused.
MUST_CHECK bool node_str(const Node *node, Str *out, Error *err);

/// Any scalar's raw text but null's: for expressions, durations, versions.
MUST_CHECK bool node_text(const Node *node, Str *out, Error *err);
MUST_CHECK bool node_bool(const Node *node, bool *out, Error *err);

/// An integer of [min, max].
MUST_CHECK bool node_int(const Node *node, int64_t min, int64_t max, int64_t *out, Error *err);

/// An integer or a float.
MUST_CHECK bool node_double(const Node *node, double *out, Error *err);

/// A duration as text/duration.h reads it, above zero, in microseconds.
MUST_CHECK bool node_duration(const Node *node, int64_t *out_us, Error *err);

/// "4GiB" or a number of bytes.
MUST_CHECK bool node_size(const Node *node, uint64_t *out_bytes, Error *err);

/// "70%" or 0.7, as the fraction 0.7.
MUST_CHECK bool node_fraction(const Node *node, double *out, Error *err);

/// One of `names`, as its index; an error that suggests the nearest.
MUST_CHECK bool node_choice(const Node *node, const Str *names, size_t count, size_t *out, Error *err);

MUST_CHECK bool node_expect(const Node *node, NodeKind kind, Error *err);

/// The value under a key that must be there.
MUST_CHECK bool node_need(const Node *map, Str key, const Node **out, Error *err);

// The same for an optional key of a map: `*out` stays as it is when the key is absent.

MUST_CHECK bool node_get_str(const Node *map, Str key, Str *out, Error *err);
MUST_CHECK bool node_get_text(const Node *map, Str key, Str *out, Error *err);
MUST_CHECK bool node_get_bool(const Node *map, Str key, bool *out, Error *err);
MUST_CHECK bool node_get_int(const Node *map, Str key, int64_t min, int64_t max, int64_t *out, Error *err);
MUST_CHECK bool node_get_double(const Node *map, Str key, double *out, Error *err);
MUST_CHECK bool node_get_duration(const Node *map, Str key, int64_t *out_us, Error *err);
MUST_CHECK bool node_get_size(const Node *map, Str key, uint64_t *out_bytes, Error *err);
MUST_CHECK bool node_get_fraction(const Node *map, Str key, double *out, Error *err);

/// `node` is a map and each of its keys is one of `allowed`; otherwise the first unknown key's error.
MUST_CHECK bool node_check_keys(const Node *node, const Str *allowed, size_t count, Error *err);

/// node_check_keys with the keys as string literals: NODE_CHECK_KEYS(node, err, "files", "time", "known").
#define NODE_CHECK_KEYS(node, err, ...) node_check_key_names((node), (err), __VA_ARGS__, (const char *)NULL)
MUST_CHECK bool node_check_key_names(const Node *node, Error *err, ...) __attribute__((sentinel));

#endif
