/// An explanation of a feature's value, for people and for machines.
#ifndef PAWL_CLI_EXPLAIN_VIEW_H
#define PAWL_CLI_EXPLAIN_VIEW_H

#include "engine/explain.h"

typedef struct ExplainView {
    const Plan *plan;
    const Explanation *explanation;
    Str expression; ///< the column's, as written
    int64_t at;
} ExplainView;

MUST_CHECK bool explain_view_text(const ExplainView *view, Bytes *out, Error *err);
MUST_CHECK bool explain_view_json(const ExplainView *view, Bytes *out, Error *err);

#endif
