#include "text/table.h"

#include <stdarg.h>
#include <stdio.h>

#include "text/utf8.h"

enum { CELL_FORMAT_BYTES_MAX = 1024, COLUMN_GAP = 2, COLUMN_WIDTH_LEAST = 8 };

void table_deinit(Table *table)
{
    memory_free(table->aligns.items);
    memory_free(table->ends.items);
    bytes_deinit(&table->text);
    *table = (Table){0};
}

static size_t column_count(const Table *table)
{
    return table->aligns.count;
}

/// Titles are the first cells.
static Str cell_at(const Table *table, size_t i)
{
    size_t begin = i > 0 ? table->ends.items[i - 1] : 0;
    return str_slice(bytes_str(&table->text), begin, table->ends.items[i]);
}

/// Copies the text with control characters as spaces.
static bool text_append(Table *table, Str text, Error *err)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        TRY(bytes_append_byte(&table->text, byte < 0x20 || byte == 0x7F ? ' ' : byte, err));
    }
    return ARRAY_PUSH(&table->ends, table->text.size, err);
}

bool table_column(Table *table, Str title, TableAlign align, Error *err)
{
    CHECK(table->ends.count == column_count(table));
    if (column_count(table) == TABLE_COLUMN_MAX) {
        return error_set(err, ERROR_MEMORY, "a table has at most %d columns (TABLE_COLUMN_MAX)", TABLE_COLUMN_MAX);
    }
    TRY(ARRAY_PUSH(&table->aligns, align, err));
    return text_append(table, title, err);
}

bool table_cell(Table *table, Str text, Error *err)
{
    CHECK(column_count(table) > 0);
    return text_append(table, text, err);
}

bool table_cell_format(Table *table, Error *err, const char *format, ...)
{
    char text[CELL_FORMAT_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return table_cell(table, str_from(text), err);
}

size_t table_row_count(const Table *table)
{
    return column_count(table) == 0 ? 0 : table->ends.count / column_count(table) - 1;
}

static bool has_titles(const Table *table)
{
    return table->ends.items[column_count(table) - 1] > 0;
}

/// The widest cell of each column; gives the width of a line.
static size_t widths_measure(const Table *table, size_t *widths)
{
    size_t columns = column_count(table);
    size_t line = (columns - 1) * COLUMN_GAP;
    for (size_t i = 0; i < columns; i++) widths[i] = 0;
    for (size_t i = 0; i < table->ends.count; i++) {
        size_t width = utf8_width(cell_at(table, i));
        if (width > widths[i % columns]) widths[i % columns] = width;
    }
    for (size_t i = 0; i < columns; i++) line += widths[i];
    return line;
}

/// Takes a column away from the widest left-aligned one until the line fits or none can give more.
static void widths_shrink(const Table *table, size_t *widths, size_t line, size_t width_max)
{
    for (; line > width_max; line--) {
        size_t widest = TABLE_COLUMN_MAX;
        for (size_t i = 0; i < column_count(table); i++) {
            bool may_give = table->aligns.items[i] == TABLE_LEFT && widths[i] > COLUMN_WIDTH_LEAST;
            if (may_give && (widest == TABLE_COLUMN_MAX || widths[i] > widths[widest])) widest = i;
        }
        if (widest == TABLE_COLUMN_MAX) return;
        widths[widest]--;
    }
}

static bool spaces_append(Bytes *out, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(bytes_append_byte(out, ' ', err));
    return true;
}

/// The cell in its width, cut with "…" when it is wider. `last` cells have no spaces behind them.
static bool cell_write(Str cell, size_t width, TableAlign align, bool last, Bytes *out, Error *err)
{
    size_t used = utf8_width(cell);
    bool cut = used > width;
    Str shown = cut ? utf8_cut(cell, width - 1) : cell;
    size_t free = width - (cut ? utf8_width(shown) + 1 : used);
    if (align == TABLE_RIGHT) TRY(spaces_append(out, free, err));
    TRY(bytes_append_str(out, shown, err));
    if (cut) TRY(bytes_append_str(out, STR("…"), err));
    if (align == TABLE_LEFT && !last) TRY(spaces_append(out, free, err));
    return true;
}

static void spaces_cut(Bytes *out, size_t begin)
{
    while (out->size > begin && out->data[out->size - 1] == ' ') out->size--;
}

static bool row_write(const Table *table, size_t row, const size_t *widths, Bytes *out, Error *err)
{
    size_t columns = column_count(table);
    size_t begin = out->size;
    for (size_t i = 0; i < columns; i++) {
        bool last = i + 1 == columns;
        TRY(cell_write(cell_at(table, row * columns + i), widths[i], table->aligns.items[i], last, out, err));
        if (!last) TRY(spaces_append(out, COLUMN_GAP, err));
    }
    spaces_cut(out, begin);
    return bytes_append_byte(out, '\n', err);
}

bool table_write(const Table *table, size_t width_max, Bytes *out, Error *err)
{
    size_t widths[TABLE_COLUMN_MAX];
    if (column_count(table) == 0) return true;
    CHECK(table->ends.count % column_count(table) == 0);
    size_t line = widths_measure(table, widths);
    if (width_max > 0) widths_shrink(table, widths, line, width_max);
    for (size_t row = has_titles(table) ? 0 : 1; row <= table_row_count(table); row++) {
        TRY(row_write(table, row, widths, out, err));
    }
    return true;
}
