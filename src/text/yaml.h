/// Reads a YAML 1.2 document into a Node tree, with the position of every node.
///
/// One document; duplicate keys, anchors, aliases, tags and merge keys are refused, keys are scalars, the
/// limits are those of text/node.h. Plain scalars are resolved by the core schema (`yes` is a text).
#ifndef PAWL_TEXT_YAML_H
#define PAWL_TEXT_YAML_H

#include "text/node.h"

/// `name` and `text` are copied into the arena. An empty document gives a null root.
MUST_CHECK bool yaml_parse(Str name, Str text, Arena *arena, Document *out, Error *err);

#endif
