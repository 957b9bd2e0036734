#include "lake/csv_header_internal.h"

#include "lake/csv_lines_internal.h"
#include "lake/query_internal.h"

/// One field off the front of a header; quotes inside are doubled. False when a quote is not closed.
static bool header_field(Str *rest, char delimiter, Arena *arena, Str *out, Error *err)
{
    char *text = arena_alloc(arena, rest->size + 1, err);
    if (text == NULL) return false;
    size_t size = 0;
    size_t i = 0;
    bool is_quoted = false;
    for (; i < rest->size && (is_quoted || rest->data[i] != delimiter); i++) {
        char byte = rest->data[i];
        bool is_doubled = is_quoted && byte == '"' && i + 1 < rest->size && rest->data[i + 1] == '"';
        if (byte == '"' && !is_doubled) {
            is_quoted = !is_quoted;
            continue;
        }
        text[size++] = byte;
        i += is_doubled;
    }
    if (is_quoted) return error_set(err, ERROR_DATA, "line 1: a quote is not closed");
    *rest = i < rest->size ? str_slice(*rest, i + 1, rest->size) : (Str){0};
    *out = str_trim((Str){text, size});
    return true;
}

void csv_header_deinit(CsvHeader *header)
{
    memory_free(header->items);
    *header = (CsvHeader){0};
}

/// A column without a name, as the index that pandas writes, is called by its number.
static bool header_split(Str line, char delimiter, Arena *arena, CsvHeader *out, Error *err)
{
    Str rest = line;
    do {
        Str name = {0};
        TRY(header_field(&rest, delimiter, arena, &name, err));
        if (name.size == 0) TRY(arena_format(arena, &name, err, "column%zu", out->count));
        if (out->count == FRAME_COLUMNS_MAX) {
            return error_set(err, ERROR_DATA, "more than %d columns", FRAME_COLUMNS_MAX);
        }
        TRY(ARRAY_PUSH(out, name, err));
    } while (rest.data != NULL);
    return true;
}

/// The first line, copied into the arena.
static bool header_line(Lake *lake, Str path, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(query_deinit) Query query = {0};
    TRY(csv_lines_sql(&sql, path, err));
    TRY(bytes_append_str(&sql, STR(" LIMIT 1"), err));
    TRY(query_prepare(&query, lake, bytes_str(&sql), err));
    TRY(query_start(&query, err));
    TRY(query_next(&query, err));
    if (query.chunk_rows == 0) return error_set(err, ERROR_DATA, "the file is empty: not even a header");

    duckdb_vector vector = lake->api.data_chunk_get_vector(query.chunk, 0);
    const duckdb_string_t *lines = lake->api.vector_get_data(vector);
    if (!validity_has(lake->api.vector_get_validity(vector), 0)) {
        return error_set(err, ERROR_DATA, "line 1 is empty, not a header");
    }
    return arena_copy(arena, duckdb_text(&lines[0]), out, err);
}

static bool header_check_unique(const CsvHeader *header, Error *err)
{
    for (size_t i = 0; i < header->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!str_equal(header->items[i], header->items[j])) continue;
            return error_set(err, ERROR_DATA, "column '%.*s' appears twice in the header", STR_ARG(header->items[i]));
        }
    }
    return true;
}

bool csv_header_read(Lake *lake, Str path, char delimiter, Arena *arena, CsvHeader *out, Error *err)
{
    Str line = {0};
    TRY(header_line(lake, path, arena, &line, err));
    TRY(header_split(line, delimiter, arena, out, err));
    return header_check_unique(out, err);
}
