#include "lake/text_table_internal.h"

#include "lake/query_internal.h"
#include "lake/text_time_internal.h"
#include "lake/text_value_internal.h"

/// The texts of one column in one chunk.
typedef struct TextChunk {
    const duckdb_string_t *texts;
    const uint64_t *validity;
    size_t count;
} TextChunk;

/// What is done with each chunk; `column` is the place in the table. A failing visit sets `failed` to the row in the chunk.
typedef struct TextVisitor {
    bool (*visit)(struct TextVisitor *visitor, size_t column, const TextChunk *chunk, Error *err);
    bool (*end)(struct TextVisitor *visitor, size_t row_count, Error *err); ///< of a chunk; may be NULL
    TextTable *table;
    Frame *frame;
    Vector *vectors; ///< of the frame
    const RowVisitor *rows;
    bool has_failed;
    size_t failed_row;
} TextVisitor;

void text_table_deinit(TextTable *table)
{
    arena_deinit(&table->arena);
    *table = (TextTable){0};
}

bool text_table_add_files(TextTable *table, const SourceFiles *files, Error *err)
{
    table->files = arena_alloc_array(&table->arena, files->count, sizeof(TextFile), err);
    if (table->files == NULL) return false;
    for (size_t i = 0; i < files->count; i++) {
        TRY(arena_copy(&table->arena, files->shown[i], &table->files[i].shown, err));
        TRY(arena_copy(&table->arena, files->paths[i], &table->files[i].path, err));
    }
    table->file_count = files->count;
    return true;
}

size_t text_table_find(const TextTable *table, Str name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (str_equal(table->columns[i].name, name)) return i;
    }
    return SIZE_MAX;
}

bool text_table_lock(TextTable *table, Schema types, Error *err)
{
    for (size_t i = 0; i < types.count; i++) {
        size_t column = text_table_find(table, types.fields[i].name);
        if (column == SIZE_MAX) {
            return error_set(err, ERROR_DATA, "column '%.*s' is missing", STR_ARG(types.fields[i].name));
        }
        table->columns[column].is_locked = true;
        table->columns[column].type = types.fields[i].type;
    }
    return true;
}

void text_table_require_times(TextTable *table, const Str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t place = text_table_find(table, names[i]);
        if (place == SIZE_MAX || table->columns[place].is_locked) continue;
        table->columns[place].must_be_time = true;
        table->columns[place].kinds &= TEXT_TIMES;
    }
}

static bool chunk_visit(const Query *query, const TextFile *file, TextVisitor *visitor, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    for (size_t i = 0; i < query->column_count; i++) {
        duckdb_vector vector = api->data_chunk_get_vector(query->chunk, i);
        TextChunk chunk = {.texts = api->vector_get_data(vector),
                           .validity = api->vector_get_validity(vector),
                           .count = query->chunk_rows};
        TRY(visitor->visit(visitor, file->places[i], &chunk, err));
    }
    return visitor->end == NULL || visitor->end(visitor, query->chunk_rows, err);
}

/// `*out_rows` counts the rows of finished chunks, also on failure.
static bool file_visit(Lake *lake, const TextFile *file, TextVisitor *visitor, size_t *out_rows, Error *err)
{
    AUTO(query_deinit) Query query = {0};
    TRY(query_prepare(&query, lake, file->sql, err));
    TRY(query_start(&query, err));
    TRY(query_next(&query, err));
    while (query.chunk_rows > 0) {
        TRY(chunk_visit(&query, file, visitor, err));
        *out_rows += query.chunk_rows;
        TRY(query_next(&query, err));
    }
    return true;
}

/// Puts file and line before an error about a value.
static bool row_error_prefix(Lake *lake, const TextTable *table, const TextFile *file, size_t row, Error *err)
{
    AUTO(bytes_deinit) Bytes place = {0};
    if (!table->locate(lake, file, row, &place, NULL)) {
        bytes_clear(&place);
        if (!bytes_append_format(&place, NULL, "row %zu", row + 1))
            return error_prefix(err, "%.*s", STR_ARG(file->shown));
    }
    return error_prefix(err, "%.*s: %.*s", STR_ARG(file->shown), STR_ARG(bytes_str(&place)));
}

static bool files_visit(Lake *lake, const TextTable *table, TextVisitor *visitor, Error *err)
{
    for (size_t i = 0; i < table->file_count; i++) {
        const TextFile *file = &table->files[i];
        size_t rows = 0;
        if (file_visit(lake, file, visitor, &rows, err)) continue;
        if (!visitor->has_failed) return error_prefix(err, "%.*s", STR_ARG(file->shown));
        return row_error_prefix(lake, table, file, rows + visitor->failed_row, err);
    }
    return true;
}

static bool row_error(TextVisitor *visitor, size_t row, Str column, Error *err)
{
    visitor->has_failed = true;
    visitor->failed_row = row;
    return error_prefix(err, "column '%.*s'", STR_ARG(column));
}

/// Why a text cannot be of a column of times.
static bool time_error(Str text, Error *err)
{
    TimeText time = {0};
    TRY(time_text_parse(str_trim(text), &time, err));
    return error_set(err, ERROR_DATA, "bad timestamp '%.*s': it has %s offset, values before it have %s", STR_ARG(text),
                     time.has_offset ? "an" : "no", time.has_offset ? "none" : "one");
}

static bool detect_visit(TextVisitor *visitor, size_t place, const TextChunk *chunk, Error *err)
{
    TextColumn *column = &visitor->table->columns[place];
    if (column->is_locked) return true;
    for (size_t i = 0; i < chunk->count && (column->kinds != 0 || column->must_be_time); i++) {
        Str text = validity_has(chunk->validity, i) ? str_trim(duckdb_text(&chunk->texts[i])) : (Str){0};
        if (text.size == 0) continue;
        column->has_values = true;
        column->kinds = text_narrow_kinds(column->kinds, text);
        if (column->kinds != 0 || !column->must_be_time) continue;
        (void)time_error(text, err);
        return row_error(visitor, i, column->name, err);
    }
    return true;
}

static bool table_is_locked(const TextTable *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].is_locked) return false;
    }
    return true;
}

bool text_table_detect(Lake *lake, TextTable *table, Error *err)
{
    if (table_is_locked(table)) return true;
    TextVisitor visitor = {.visit = detect_visit, .table = table};
    TRY(files_visit(lake, table, &visitor, err));
    for (size_t i = 0; i < table->column_count; i++) {
        TextColumn *column = &table->columns[i];
        if (!column->is_locked) column->type = text_type_of_kinds(column->has_values ? column->kinds : 0);
    }
    return true;
}

bool text_table_schema(const TextTable *table, Arena *arena, Schema *out, Error *err)
{
    Field *fields = arena_alloc_array(arena, table->column_count, sizeof(Field), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < table->column_count; i++) {
        fields[i].type = table->columns[i].type;
        TRY(arena_copy(arena, table->columns[i].name, &fields[i].name, err));
    }
    *out = (Schema){.fields = fields, .count = table->column_count};
    return true;
}

static bool read_visit(TextVisitor *visitor, size_t place, const TextChunk *chunk, Error *err)
{
    Column *column = &visitor->frame->columns[place];
    for (size_t i = 0; i < chunk->count; i++) {
        bool is_null = !validity_has(chunk->validity, i);
        if (is_null ? column_push_null(column, err) : text_push(column, duckdb_text(&chunk->texts[i]), err)) continue;
        return row_error(visitor, i, visitor->frame->fields[place].name, err);
    }
    return true;
}

static bool frame_add_columns(const TextTable *table, Frame *frame, Error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(frame, table->columns[i].name, table->columns[i].type, &column, err));
    }
    return true;
}

bool text_table_read(Lake *lake, const TextTable *table, Frame *out, Error *err)
{
    AUTO(frame_deinit) Frame frame = {0};
    TRY(frame_add_columns(table, &frame, err));
    TextVisitor visitor = {.visit = read_visit, .frame = &frame};
    TRY(files_visit(lake, table, &visitor, err));
    frame_finish(&frame);
    *out = frame_take(&frame);
    return true;
}

static bool chunk_end(TextVisitor *visitor, size_t row_count, Error *err)
{
    Frame *frame = visitor->frame;
    for (size_t i = 0; i < frame->column_count; i++) visitor->vectors[i] = frame_vector(frame, i);
    TRY(visitor->rows->rows(visitor->rows->context, visitor->vectors, row_count, err));
    for (size_t i = 0; i < frame->column_count; i++) column_clear(&frame->columns[i]);
    return true;
}

bool text_table_visit(Lake *lake, const TextTable *table, const RowVisitor *rows, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(frame_deinit) Frame frame = {0};
    TextVisitor visitor = {.visit = read_visit, .end = chunk_end, .frame = &frame, .rows = rows};
    TRY(frame_add_columns(table, &frame, err));
    visitor.vectors = arena_alloc_array(&arena, table->column_count, sizeof(Vector), err);
    TRY(visitor.vectors != NULL);
    return files_visit(lake, table, &visitor, err);
}
