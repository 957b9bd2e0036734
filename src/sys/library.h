/// Heavy libraries, loaded when first needed, so that the program starts fast and runs without them.
///
/// The zero value is not loaded. A loaded library stays for the process's life (unloading DuckDB is not safe).
#ifndef PAWL_SYS_LIBRARY_H
#define PAWL_SYS_LIBRARY_H

#include "base/error.h"
#include "base/str.h"

typedef struct Library {
    void *handle;
    const char *name; ///< for errors
} Library;

/// A library, and what to tell who does not have it.
typedef struct LibrarySpec {
    const char *name;     ///< "DuckDB"
    const char *variable; ///< environment variable with the path; may be NULL. If it is set, nothing else is tried
    const char *const
        *candidates; ///< tried in order; one that starts with "./" or "../" counts from the binary's directory
    size_t candidate_count;
    const char *advice; ///< "install libxgboost0", "run 'make setup'"
} LibrarySpec;

/// ERROR_ENVIRONMENT with the advice and the loader's last word when none can be loaded.
MUST_CHECK bool library_open(const LibrarySpec *spec, Library *out, Error *err);

/// libduckdb.so: $PAWL_DUCKDB, beside the binary, ../deps/duckdb/, ../lib/, then the system's.
MUST_CHECK bool library_open_duckdb(Library *out, Error *err);

/// libxgboost.so: $PAWL_XGBOOST, then the system's. Its threads sleep while they wait, unless OMP_WAIT_POLICY says otherwise.
MUST_CHECK bool library_open_xgboost(Library *out, Error *err);

/// `out_function` is the address of a function pointer.
MUST_CHECK bool library_symbol(const Library *library, const char *name, void *out_function, Error *err);

#endif
