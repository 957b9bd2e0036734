/// Any bytes are a sound table that can be searched for anything, or an error.
#include <string.h>

#include "language/lookup_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void table_search(Str table, LookupKind kind)
{
    double value = 0;
    switch (kind) {
    case LOOKUP_INTEGERS:
        (void)lookup_integer(table, 0, &value);
        (void)lookup_integer(table, INT64_MAX, &value);
        break;
    case LOOKUP_NUMBERS:
        CHECK(lookup_edges(table, 0.5) <= lookup_table_count(table));
        break;
    case LOOKUP_RANKS:
        value = lookup_rank(table, 0.5);
        CHECK(value == value);
        break;
    case LOOKUP_STRINGS:
        (void)lookup_string(table, STR(""), &value);
        (void)lookup_string(table, STR("moss"), &value);
        break;
    case LOOKUP_KIND_COUNT:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str table = {(const char *)data, size};
    for (LookupKind kind = 0; kind < LOOKUP_KIND_COUNT; kind++) {
        Error err = {0};
        if (lookup_table_check(table, kind, &err))
            table_search(table, kind);
        else
            CHECK(err.kind == ERROR_DATA);
    }
    return 0;
}
