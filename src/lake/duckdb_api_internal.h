/// DuckDB's C functions as a table, filled when a lake is opened, so that the program starts without the library.
#ifndef PAWL_LAKE_DUCKDB_API_INTERNAL_H
#define PAWL_LAKE_DUCKDB_API_INTERNAL_H

#include <duckdb.h>

#include "base/error.h"

/// Adding a function is one word here.
#define DUCKDB_FUNCTIONS(FUNCTION)                                                                                     \
    FUNCTION(library_version)                                                                                          \
    FUNCTION(free)                                                                                                     \
    FUNCTION(create_config)                                                                                            \
    FUNCTION(set_config)                                                                                               \
    FUNCTION(destroy_config)                                                                                           \
    FUNCTION(open_ext)                                                                                                 \
    FUNCTION(close)                                                                                                    \
    FUNCTION(connect)                                                                                                  \
    FUNCTION(disconnect)                                                                                               \
    FUNCTION(query)                                                                                                    \
    FUNCTION(prepare)                                                                                                  \
    FUNCTION(prepare_error)                                                                                            \
    FUNCTION(destroy_prepare)                                                                                          \
    FUNCTION(prepared_statement_type)                                                                                  \
    FUNCTION(prepared_statement_column_count)                                                                          \
    FUNCTION(prepared_statement_column_name)                                                                           \
    FUNCTION(prepared_statement_column_logical_type)                                                                   \
    FUNCTION(nparams)                                                                                                  \
    FUNCTION(pending_prepared_streaming)                                                                               \
    FUNCTION(pending_error)                                                                                            \
    FUNCTION(destroy_pending)                                                                                          \
    FUNCTION(execute_pending)                                                                                          \
    FUNCTION(result_error)                                                                                             \
    FUNCTION(destroy_result)                                                                                           \
    FUNCTION(fetch_chunk)                                                                                              \
    FUNCTION(destroy_data_chunk)                                                                                       \
    FUNCTION(data_chunk_get_size)                                                                                      \
    FUNCTION(data_chunk_get_vector)                                                                                    \
    FUNCTION(vector_get_data)                                                                                          \
    FUNCTION(vector_get_validity)                                                                                      \
    FUNCTION(destroy_logical_type)                                                                                     \
    FUNCTION(get_type_id)                                                                                              \
    FUNCTION(logical_type_get_alias)                                                                                   \
    FUNCTION(decimal_width)                                                                                            \
    FUNCTION(decimal_scale)                                                                                            \
    FUNCTION(list_type_child_type)                                                                                     \
    FUNCTION(array_type_child_type)                                                                                    \
    FUNCTION(array_type_array_size)                                                                                    \
    FUNCTION(map_type_key_type)                                                                                        \
    FUNCTION(map_type_value_type)                                                                                      \
    FUNCTION(list_vector_get_child)                                                                                    \
    FUNCTION(list_vector_get_size)                                                                                     \
    FUNCTION(array_vector_get_child)                                                                                   \
    FUNCTION(struct_vector_get_child)                                                                                  \
    FUNCTION(enum_internal_type)                                                                                       \
    FUNCTION(enum_dictionary_size)                                                                                     \
    FUNCTION(enum_dictionary_value)                                                                                    \
    FUNCTION(arrow_scan)                                                                                               \
    FUNCTION(create_logical_type)                                                                                      \
    FUNCTION(create_scalar_function)                                                                                   \
    FUNCTION(destroy_scalar_function)                                                                                  \
    FUNCTION(register_scalar_function)                                                                                 \
    FUNCTION(scalar_function_set_name)                                                                                 \
    FUNCTION(scalar_function_set_varargs)                                                                              \
    FUNCTION(scalar_function_set_special_handling)                                                                     \
    FUNCTION(scalar_function_set_volatile)                                                                             \
    FUNCTION(scalar_function_set_return_type)                                                                          \
    FUNCTION(scalar_function_set_extra_info)                                                                           \
    FUNCTION(scalar_function_get_extra_info)                                                                           \
    FUNCTION(scalar_function_set_function)                                                                             \
    FUNCTION(scalar_function_set_error)

typedef struct DuckdbApi {
#define DUCKDB_FIELD(name) __typeof__(&duckdb_##name) name;
    DUCKDB_FUNCTIONS(DUCKDB_FIELD)
#undef DUCKDB_FIELD
} DuckdbApi;

/// ERROR_ENVIRONMENT when the library or one of its functions is missing.
MUST_CHECK bool duckdb_api_load(DuckdbApi *out, Error *err);

#endif
