#include "lake/sql_internal.h"

static bool sql_quoted(Bytes *sql, Str text, char quote, Error *err)
{
    if (str_find(text, '\0') < text.size) {
        return error_set(err, ERROR_DATA, "'%.*s' holds a zero byte", STR_ARG(text));
    }
    TRY(bytes_append_byte(sql, (uint8_t)quote, err));
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == quote) TRY(bytes_append_byte(sql, (uint8_t)quote, err));
        TRY(bytes_append_byte(sql, (uint8_t)text.data[i], err));
    }
    return bytes_append_byte(sql, (uint8_t)quote, err);
}

bool sql_literal(Bytes *sql, Str text, Error *err)
{
    return sql_quoted(sql, text, '\'', err);
}

bool sql_identifier(Bytes *sql, Str name, Error *err)
{
    return sql_quoted(sql, name, '"', err);
}

bool sql_literal_list(Bytes *sql, const Str *texts, size_t count, Error *err)
{
    TRY(bytes_append_byte(sql, '[', err));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) TRY(bytes_append_str(sql, STR(", "), err));
        TRY(sql_literal(sql, texts[i], err));
    }
    return bytes_append_byte(sql, ']', err);
}
