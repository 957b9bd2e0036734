/// Handing texts to a URL or to a command without waiting: a lane for each destination, which keeps their order.
///
/// A text is a file in the store's `outbox/` until it is delivered or given up. Requests are made by a `curl` process, which tries
/// each a few times; several that have gathered go in one. A command is tried a few times too. Nothing here ever blocks but
/// lane_drain, and a lane that fails keeps its problem as a text instead of failing.
#ifndef PAWL_FLOW_DELIVERY_INTERNAL_H
#define PAWL_FLOW_DELIVERY_INTERNAL_H

#include "base/array.h"
#include "base/bytes.h"
#include "store/store.h"
#include "sys/process.h"

typedef struct Lane {
    const Store *store;
    Str url;          ///< where texts are posted; or
    Str command;      ///< run with sh -c, the text on its standard input
    Str content_type; ///< of the posts
    Arena arena;
    Str outbox;
    ARRAY_OF(Str) waiting; ///< paths of texts, the oldest first
    size_t sent;           ///< of `waiting`: those that the process has in hand
    Process process;       ///< pid 0: none
    Str log;               ///< of the process
    uint64_t delivered, failed;
    Str problem; ///< of the last failure; empty: none
} Lane;

void lane_deinit(Lane *lane);

/// All borrowed; the store's root, url, command and content type must outlive the lane. One of `url` and `command` is empty.
MUST_CHECK bool lane_init(Lane *lane, const Store *store, Str url, Str command, Str content_type, Error *err);

/// Keeps the text, and starts delivering when nothing is under way.
MUST_CHECK bool lane_push(Lane *lane, Str text, Error *err);

/// Takes what has ended and starts the next. Never waits.
MUST_CHECK bool lane_pump(Lane *lane, Error *err);

/// Delivers all that is there, or gives the rest up when `until_ns` (monotonic) has come.
MUST_CHECK bool lane_drain(Lane *lane, uint64_t until_ns, Error *err);

/// "https://host" of the URL, or the command: a URL's path may hold a secret.
Str lane_name(const Lane *lane);

#endif
