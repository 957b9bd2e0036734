#include "lake/duckdb_api_internal.h"

#include <stddef.h>

#include "sys/library.h"

static const struct {
    const char *name;
    size_t offset; ///< of its place in the table
} functions[] = {
#define DUCKDB_ROW(name) {"duckdb_" #name, offsetof(DuckdbApi, name)},
    DUCKDB_FUNCTIONS(DUCKDB_ROW)
#undef DUCKDB_ROW
};

bool duckdb_api_load(DuckdbApi *out, Error *err)
{
    Library library = {0};
    DuckdbApi api = {0};
    TRY(library_open_duckdb(&library, err));
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        TRY(library_symbol(&library, functions[i].name, (char *)&api + functions[i].offset, err));
    *out = api;
    return true;
}
