#include "lake/duckdb_api_internal.h"
#include "sys/library.h"

bool duckdb_api_load(DuckdbApi *out, Error *err)
{
    Library library = {0};
    DuckdbApi api = {0};
    TRY(library_open_duckdb(&library, err));
#define DUCKDB_LOAD(name) TRY(library_symbol(&library, "duckdb_" #name, &api.name, err));
    DUCKDB_FUNCTIONS(DUCKDB_LOAD)
#undef DUCKDB_LOAD
    *out = api;
    return true;
}
