/// The definition of features, read aloud: walks the expressions of a Definition for each request, looks at every row of every
/// source, and takes its time. It shares no code with compiler and engine but the parser, the pinned functions and what reads and
/// writes values, so that what both say is right, or wrong twice.
#ifndef PAWL_NAIVE_NAIVE_H
#define PAWL_NAIVE_NAIVE_H

#include "language/definition.h"

/// Features as engine_evaluate gives them: one column per selected feature, in order. `tables` holds one frame per source of the
/// definition; `inputs` has at least one row, and the request's values by name, in computed types; `at` is microseconds.
/// `known` (may be NULL) receives per view and request, view by view, whether the view has a visible row of the entity.
MUST_CHECK bool naive_features(const Definition *definition, const Frame *tables, const Frame *inputs,
                               const int64_t *at, bool *known, Frame *out, Error *err);

#endif
