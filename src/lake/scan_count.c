#include <string.h>

#include "lake/query_internal.h"
#include "lake/scan_internal.h"

#define ESTIMATE "\"Estimated Cardinality\": \""

// The plan's root comes first, but what is said of it after its children: its estimate is the last.
static uint64_t last_estimate(Str plan)
{
    const char *found = NULL;
    uint64_t count = 0;

    for (Str rest = plan; rest.size >= strlen(ESTIMATE);) {
        const char *next = memmem(rest.data, rest.size, ESTIMATE, strlen(ESTIMATE));
        if (next == NULL) break;
        found = next + strlen(ESTIMATE);
        rest = (Str){found, (size_t)(plan.data + plan.size - found)};
    }
    for (; found != NULL && found < plan.data + plan.size && *found >= '0' && *found <= '9'; found++) {
        if (count > UINT64_MAX / 100) return 0;
        count = 10 * count + (uint64_t)(*found - '0');
    }
    return count;
}

static uint64_t read_estimate(const DuckdbApi *api, duckdb_result result)
{
    uint64_t count = 0;
    duckdb_data_chunk chunk = api->fetch_chunk(result);

    if (chunk == NULL) return 0;
    if (api->data_chunk_get_size(chunk) > 0) {
        const duckdb_string_t *plans = api->vector_get_data(api->data_chunk_get_vector(chunk, 1));
        count = last_estimate(duckdb_text(&plans[0]));
    }
    api->destroy_data_chunk(&chunk);
    return count;
}

uint64_t scan_count_rows(Lake *lake, Str sql)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error ignored = {0};
    duckdb_result result = {0};
    uint64_t count = 0;

    if (!bytes_append_format(&text, &ignored, "EXPLAIN (FORMAT json) SELECT * FROM (\n%.*s\n)", STR_ARG(sql))) return 0;
    if (!bytes_append_byte(&text, 0, &ignored)) return 0;
    if (lake->api.query(lake->connection, (const char *)text.data, &result) == DuckDBSuccess)
        count = read_estimate(&lake->api, result);
    lake->api.destroy_result(&result);
    return count;
}
