#include "support/frame_text.h"

#include "number/parse.h"
#include "support/test.h"
#include "text/timestamp.h"

int64_t test_instant(const char *text)
{
    Error err = {0};
    int64_t us = 0;
    ASSERT_OK(timestamp_parse(str_from(text), NULL, TIMESTAMP_DOWN, &us, &err), err);
    return us;
}

/// Takes the part before ", " off the front.
static Str take_field(Str *rest)
{
    size_t end = 0;
    while (end < rest->size && !str_starts(str_slice(*rest, end, rest->size), STR(", "))) end++;
    Str part = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 2, rest->size);
    return part;
}

static bool header_read(Str line, Frame *out, Error *err)
{
    while (line.size > 0) {
        Str part = take_field(&line);
        size_t space = str_find(part, ' ');
        Type type = {0};
        Column *column = NULL;
        TRY(type_parse(str_slice(part, space + 1, part.size), &type, err));
        TRY(frame_add_column(out, str_slice(part, 0, space), type, &column, err));
    }
    return true;
}

static bool timestamp_push(Column *column, Str text, Error *err)
{
    int64_t us = 0;
    TRY(timestamp_parse(text, NULL, TIMESTAMP_DOWN, &us, err));
    if (column->type.id == TYPE_TIMESTAMP_S) us /= 1000000;
    if (column->type.id == TYPE_TIMESTAMP_MS) us /= 1000;
    if (column->type.id == TYPE_TIMESTAMP_NS) us *= 1000;
    return column_push_int(column, us, err);
}

static bool int_push(Column *column, Str text, Error *err)
{
    int64_t value = 0;
    int32_t days = 0;
    if (type_is_timestamp(column->type)) return timestamp_push(column, text, err);
    if (column->type.id == TYPE_DATE) {
        TRY(date_parse(text, &days, err));
        return column_push_int(column, days, err);
    }
    TRY(number_parse_int64(text, &value, err));
    return column_push_int(column, value, err);
}

static bool value_push(Column *column, Str text, Error *err)
{
    double number = 0;
    Int128 decimal = 0;
    if (str_equal(text, STR("null"))) return column_push_null(column, err);
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        return column_push_bool(column, str_equal(text, STR("true")), err);
    case STORAGE_INT:
        return int_push(column, text, err);
    case STORAGE_FLOAT:
        TRY(number_parse_double(text, &number, err));
        return column_push_float(column, number, err);
    case STORAGE_DECIMAL:
        TRY(number_parse_decimal(text, column->type.scale, &decimal, err));
        return column_push_decimal(column, decimal, err);
    case STORAGE_STRING:
        return column_push_string(column, text, err);
    }
    return true;
}

static bool row_read(Str line, Frame *out, Error *err)
{
    Str value = {0};
    size_t column = 0;
    for (; str_split(&line, '|', &value); column++) {
        assert_true(column < out->column_count);
        TRY_OR(value_push(&out->columns[column], value, err), err, "column %zu", column + 1);
    }
    assert_int_equal(column, out->column_count);
    return true;
}

static bool text_read(Str text, Frame *out, Error *err)
{
    Str line = {0};
    assert_true(str_split(&text, '\n', &line));
    TRY(header_read(line, out, err));
    while (str_split(&text, '\n', &line))
        if (line.size > 0) TRY(row_read(line, out, err));
    frame_finish(out);
    return true;
}

void frame_text_read(const char *text, Frame *out)
{
    Error err = {0};
    *out = (Frame){0};
    ASSERT_OK(text_read(str_from(text), out, &err), err);
}
