/// A request's body as rows of inputs: checked against the plan, name by name and type by type.
#ifndef PAWL_SERVE_REQUEST_H
#define PAWL_SERVE_REQUEST_H

#include "frame/frame.h"
#include "language/plan.h"

enum { REQUEST_BODY_BYTES_MAX = 1 << 20, REQUEST_ROWS_MAX = 10000 };

typedef struct Request {
    Arena arena;
    Frame inputs; ///< a column per plan input
    int64_t *at;  ///< instants in microseconds, one per row
    size_t count;
} Request;

void request_deinit(Request *request);

/// {"inputs": {name: value, ...} or a list of such, "at": an instant, or a list of one per row; default `now_us`}.
/// Every input must be there (null is a value), and nothing else. All mistakes are ERROR_USAGE with line and column.
MUST_CHECK bool request_parse(const Plan *plan, Str body, int64_t now_us, Request *out, Error *err);

#endif
