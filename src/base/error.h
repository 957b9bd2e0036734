/// An error is a kind, which decides exit code and HTTP status, and a text built outside-in:
/// "train: trips.csv: row 17: bad timestamp '2016-13-01'".
///
/// The zero value means no error. Whoever detects the error sets it; callers only prefix.
#ifndef PAWL_BASE_ERROR_H
#define PAWL_BASE_ERROR_H

#include "base/base.h"

enum { ERROR_TEXT_BYTES_MAX = 4096 };

typedef enum ErrorKind {
    ERROR_NONE,
    ERROR_REFUSED,     ///< the pipeline said no: a gate, an expectation
    ERROR_USAGE,       ///< a wrong command line or request
    ERROR_CONFIG,      ///< a wrong pipeline file or definition
    ERROR_DATA,        ///< a row, file or artifact that is not what it should be
    ERROR_NOT_FOUND,   ///< a named thing that does not exist
    ERROR_CONFLICT,    ///< somebody else was faster: a lost compare-and-swap, a held lock
    ERROR_STEP,        ///< a step failed
    ERROR_STORAGE,     ///< disk, database, object store
    ERROR_ENVIRONMENT, ///< a library, program or permission is missing
    ERROR_MEMORY,      ///< an allocation failed or a named limit was reached
    ERROR_PREEMPTED,   ///< stopped on request; run again to go on
    ERROR_KIND_COUNT
} ErrorKind;

typedef struct Error {
    ErrorKind kind;
    char text[ERROR_TEXT_BYTES_MAX];
} Error;

/// Sets kind and text (a longer text is cut and ends in "..."). Always returns false, so that
/// `return error_set(...)` reads well. `err` may be NULL.
bool error_set(Error *err, ErrorKind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/// Puts "<text>: " before what is there, keeping the kind. Always returns false.
bool error_prefix(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/// 0 done, 1 refused, 2 usage or configuration, 3 a step failed, 4 storage or environment, 75 preempted.
int error_exit_code(ErrorKind kind);

int error_http_status(ErrorKind kind);

/// The kind's stable name in JSON output: "refused", "usage", ...
const char *error_kind_name(ErrorKind kind);

#endif
