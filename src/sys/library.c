#include "sys/library.h"

#include <dlfcn.h>
#include <string.h>

#include "sys/environment.h"
#include "sys/path.h"

/// The loader's word on the last attempt.
static bool library_missing(const LibrarySpec *spec, Error *err)
{
    const char *reason = dlerror();
    return error_set(err, ERROR_ENVIRONMENT, "cannot load %s: %s; %s", spec->name, reason == NULL ? "unknown" : reason,
                     spec->advice);
}

static bool library_load(const LibrarySpec *spec, const char *path, Library *out)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return false;
    *out = (Library){.handle = handle, .name = spec->name};
    return true;
}

/// The candidate as the loader wants it: counted from the binary's directory if it is relative.
static bool candidate_path(Str binary_directory, const char *candidate, PathText *out)
{
    bool is_relative = candidate[0] == '.';
    return path_join_text(is_relative ? binary_directory : (Str){0}, str_from(candidate), out, NULL);
}

static bool library_try_candidates(const LibrarySpec *spec, Str binary_directory, Library *out)
{
    for (size_t i = 0; i < spec->candidate_count; i++) {
        PathText path;
        if (!candidate_path(binary_directory, spec->candidates[i], &path)) continue;
        if (library_load(spec, path.text, out)) return true;
    }
    return false;
}

bool library_open(const LibrarySpec *spec, Library *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str chosen = spec->variable == NULL ? (Str){0} : environment_get(spec->variable);
    if (chosen.size > 0) {
        if (library_load(spec, chosen.data, out)) return true;
        (void)library_missing(spec, err);
        return error_prefix(err, "%s", spec->variable);
    }
    Str binary = {0};
    TRY(environment_executable(&arena, &binary, err));
    return library_try_candidates(spec, path_directory(binary), out) || library_missing(spec, err);
}

bool library_open_duckdb(Library *out, Error *err)
{
    static const char *const CANDIDATES[] = {"./libduckdb.so", "../deps/duckdb/libduckdb.so", "../lib/libduckdb.so",
                                             "../lib/pawl/libduckdb.so", "libduckdb.so"};
    static const LibrarySpec SPEC = {
        .name = "DuckDB",
        .variable = "PAWL_DUCKDB",
        .candidates = CANDIDATES,
        .candidate_count = COUNT_OF(CANDIDATES),
        .advice = "run 'make setup', or set PAWL_DUCKDB to the path of libduckdb.so",
    };
    return library_open(&SPEC, out, err);
}

bool library_open_xgboost(Library *out, Error *err)
{
    static const char *const CANDIDATES[] = {"libxgboost.so.0", "libxgboost.so"};
    static const LibrarySpec SPEC = {
        .name = "XGBoost",
        .variable = "PAWL_XGBOOST",
        .candidates = CANDIDATES,
        .candidate_count = COUNT_OF(CANDIDATES),
        .advice = "install the package libxgboost0, or set PAWL_XGBOOST to the path of libxgboost.so",
    };
    // Its OpenMP threads would spin while they wait, and, where other steps run beside this one, starve what they wait for.
    environment_set_default("OMP_WAIT_POLICY", "passive");
    return library_open(&SPEC, out, err);
}

bool library_symbol(const Library *library, const char *name, void *out_function, Error *err)
{
    CHECK(library->handle != NULL);
    void *symbol = dlsym(library->handle, name);
    if (symbol == NULL) {
        return error_set(err, ERROR_ENVIRONMENT, "%s has no '%s': another version is needed", library->name, name);
    }
    // ISO C has no conversion from an object's address to a function's; POSIX promises that they look alike.
    memcpy(out_function, &symbol, sizeof(symbol));
    return true;
}
