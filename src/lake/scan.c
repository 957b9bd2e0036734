#include "lake/scan_internal.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "lake/column_reader_internal.h"
#include "lake/query_internal.h"
#include "lake/sql_internal.h"
#include "sys/lane.h"

#define SCAN_FUNCTION "pawl_scan"

/// What one thread at a time converts a chunk in.
typedef struct ScanLane {
    Lane link;
    Column *columns;
    Vector *vectors;
    size_t column_count;
} ScanLane;

typedef struct Scan {
    const DuckdbApi *api;
    const ChunkSink *sink;
    ColumnReader *readers;
    size_t column_count;
    Arena arena;

    LanePool lanes;

    Lock lock; ///< of what follows
    bool failed;
    Error error; ///< the first
} Scan;

static void lane_free(ScanLane *lane)
{
    for (size_t i = 0; lane->columns != NULL && i < lane->column_count; i++) column_deinit(&lane->columns[i]);
    memory_free(lane->columns);
    memory_free(lane->vectors);
    memory_free(lane);
}

static bool lane_init(const Scan *scan, ScanLane *lane, Error *err)
{
    lane->column_count = scan->column_count;
    lane->columns = memory_alloc_array(scan->column_count, sizeof(*lane->columns), err);
    TRY(lane->columns != NULL);
    lane->vectors = memory_alloc_array(scan->column_count, sizeof(*lane->vectors), err);
    TRY(lane->vectors != NULL);
    for (size_t i = 0; i < scan->column_count; i++) lane->columns[i].type = scan->readers[i].type;
    return true;
}

static ScanLane *lane_new(const Scan *scan, Error *err)
{
    ScanLane *lane = memory_alloc(sizeof(*lane), err);
    if (lane == NULL || lane_init(scan, lane, err)) return lane;
    lane_free(lane);
    return NULL;
}

static void scan_fail(Scan *scan, const Error *error)
{
    lock_enter(&scan->lock);
    if (!scan->failed) scan->error = *error;
    scan->failed = true;
    lock_leave(&scan->lock);
}

static bool chunk_put(const Scan *scan, ScanLane *lane, duckdb_data_chunk chunk, size_t row_count, Error *err)
{
    for (size_t i = 0; i < scan->column_count; i++) {
        duckdb_vector vector = scan->api->data_chunk_get_vector(chunk, i);
        if (column_reader_borrow(&scan->readers[i], scan->api, vector, row_count, &lane->vectors[i])) continue;
        column_clear(&lane->columns[i]);
        TRY(column_reader_append(&scan->readers[i], scan->api, vector, row_count, &lane->columns[i], err));
        lane->vectors[i] = column_view(&lane->columns[i]);
    }
    return scan->sink->put(scan->sink->context, lane->vectors, row_count, err);
}

static bool scan_chunk(Scan *scan, duckdb_data_chunk chunk, Error *err)
{
    size_t row_count = scan->api->data_chunk_get_size(chunk);
    ScanLane *lane = lane_take(&scan->lanes);
    if (lane == NULL) lane = lane_new(scan, err);
    TRY(lane != NULL);
    bool done = chunk_put(scan, lane, chunk, row_count, err);
    lane_give(&scan->lanes, lane);
    return done;
}

/// The one function of DuckDB that a callback needs before it knows its lake. The library stays loaded, so the address never changes.
static _Atomic(__typeof__(&duckdb_scalar_function_get_extra_info)) extra_info_of;

/// DuckDB calls this on any of its threads. The result only has to be there for every row.
static void scan_call(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output)
{
    const Lake *lake = atomic_load(&extra_info_of)(info);
    const DuckdbApi *api = &lake->api;
    Error err = {0};
    if (scan_chunk(lake->scan, chunk, &err)) {
        memset(api->vector_get_data(output), 1, api->data_chunk_get_size(chunk));
        return;
    }
    scan_fail(lake->scan, &err);
    api->scalar_function_set_error(info, err.text);
}

static bool function_describe(Lake *lake, duckdb_scalar_function function)
{
    const DuckdbApi *api = &lake->api;
    duckdb_logical_type any = api->create_logical_type(DUCKDB_TYPE_ANY);
    duckdb_logical_type boolean = api->create_logical_type(DUCKDB_TYPE_BOOLEAN);
    api->scalar_function_set_name(function, SCAN_FUNCTION);
    api->scalar_function_set_varargs(function, any);
    api->scalar_function_set_return_type(function, boolean);
    api->scalar_function_set_special_handling(function); // rows with nulls come too
    api->scalar_function_set_volatile(function);
    api->scalar_function_set_extra_info(function, lake, NULL);
    api->scalar_function_set_function(function, scan_call);
    api->destroy_logical_type(&any);
    api->destroy_logical_type(&boolean);
    return api->register_scalar_function(lake->connection, function) == DuckDBSuccess;
}

static bool function_register(Lake *lake, Error *err)
{
    if (lake->has_scan_function) return true;
    atomic_store(&extra_info_of, lake->api.scalar_function_get_extra_info);
    duckdb_scalar_function function = lake->api.create_scalar_function();
    lake->has_scan_function = function_describe(lake, function);
    lake->api.destroy_scalar_function(&function);
    return lake->has_scan_function || error_set(err, ERROR_ENVIRONMENT, "DuckDB: cannot register a function");
}

static void scan_deinit(Scan *scan)
{
    for (ScanLane *lane = NULL; (lane = lane_take(&scan->lanes)) != NULL;) lane_free(lane);
    for (size_t i = 0; i < scan->column_count; i++) column_reader_deinit(&scan->readers[i]);
    arena_deinit(&scan->arena);
}

static bool sql_fields(Bytes *sql, Schema schema, const uint32_t *fields, size_t field_count, Error *err)
{
    for (size_t i = 0; i < field_count; i++) {
        if (i > 0) TRY(bytes_append_str(sql, STR(", "), err));
        TRY(sql_identifier(sql, schema.fields[fields[i]].name, err));
    }
    return true;
}

/// Types as a frame would have them, found by binding a SELECT that is never run.
static bool readers_init(Scan *scan, Lake *lake, Str sql, Schema schema, const uint32_t *fields, size_t field_count,
                         Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(query_deinit) Query query = {0};
    scan->readers = arena_alloc_array(&scan->arena, field_count, sizeof(*scan->readers), err);
    TRY(scan->readers != NULL);
    TRY(bytes_append_str(&text, STR("SELECT "), err));
    TRY(sql_fields(&text, schema, fields, field_count, err));
    TRY(bytes_append_format(&text, err, " FROM (\n%.*s\n)", STR_ARG(sql)));
    TRY(query_prepare(&query, lake, bytes_str(&text), err));
    for (; scan->column_count < field_count; scan->column_count++)
        TRY(column_reader_init(&scan->readers[scan->column_count], &query, scan->column_count, &scan->arena, err));
    return true;
}

static bool types_check(const Scan *scan, Schema schema, const uint32_t *fields, Error *err)
{
    for (size_t i = 0; i < scan->column_count; i++) {
        const Field *expected = &schema.fields[fields[i]];
        const Field found = {scan->readers[i].name, scan->readers[i].type};
        TRY(schema_check_equal((Schema){expected, 1}, (Schema){&found, 1}, err));
    }
    return true;
}

static bool rows_run(Lake *lake, Str sql, Schema schema, const uint32_t *fields, size_t field_count, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(bytes_append_str(&text, STR("SELECT count(" SCAN_FUNCTION "("), err));
    TRY(sql_fields(&text, schema, fields, field_count, err));
    TRY(bytes_append_format(&text, err, ")) FROM (\n%.*s\n)", STR_ARG(sql)));
    return lake_execute(lake, bytes_str(&text), err);
}

bool scan_run(Lake *lake, Str sql, Schema schema, const uint32_t *fields, size_t field_count, const ChunkSink *sink,
              Error *err)
{
    AUTO(scan_deinit) Scan scan = {.api = &lake->api, .sink = sink, .lanes = LANE_POOL_INIT, .lock = LOCK_INIT};
    CHECK(field_count > 0 && lake->scan == NULL);
    TRY(function_register(lake, err));
    TRY(readers_init(&scan, lake, sql, schema, fields, field_count, err));
    TRY(types_check(&scan, schema, fields, err));
    lake->scan = &scan;
    bool done = rows_run(lake, sql, schema, fields, field_count, err);
    lake->scan = NULL;
    return done || !scan.failed ? done : error_set(err, scan.error.kind, "%s", scan.error.text);
}
