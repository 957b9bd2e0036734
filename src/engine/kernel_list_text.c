/// Lists from texts and to texts, and from lists of other items.
#include "base/hash.h"
#include "engine/kernel_list_internal.h"
#include "frame/json_value.h"
#include "language/kernel.h"
#include "language/word.h"
#include "text/characters.h"
#include "text/json.h"

static const Type STRING_LIST = {.id = TYPE_LIST, .item = TYPE_STRING};

static bool row_split(ListRow *row, Error *err)
{
    Str rest = row->arguments[0].values.strings[row->row];
    Str separator = row->arguments[1].values.strings[row->row];
    if (separator.size == 0) return list_give_null(row);
    TRY(list_writer_begin(&row->writer, STRING_LIST, err));
    for (size_t end = text_find(rest, separator, 0); end != SIZE_MAX; end = text_find(rest, separator, 0)) {
        TRY(list_push_text(&row->writer, str_slice(rest, 0, end), err));
        rest = str_slice(rest, end + separator.size, rest.size);
    }
    TRY(list_push_text(&row->writer, rest, err));
    return list_give_written(row, err);
}

static bool texts_join(const Vector *texts, Str separator, Bytes *out, Error *err)
{
    bool first = true;
    for (size_t i = 0; i < texts->count; i++) {
        if (!vector_is_valid(texts, i)) continue;
        if (!first) TRY(bytes_append_str(out, separator, err));
        TRY(bytes_append_str(out, texts->values.strings[i], err));
        first = false;
    }
    return true;
}

static bool row_give_text(ListRow *row, const Bytes *text, Error *err)
{
    Str *out = &row->out->values.strings[row->row];
    *out = (Str){0};
    return text->size == 0 ? true : arena_copy(row->context->text, bytes_str(text), out, err);
}

static bool row_join(ListRow *row, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    TRY(texts_join(&list.items, row->arguments[1].values.strings[row->row], &text, err));
    return row_give_text(row, &text, err);
}

static bool word_copy_lower(Str word, Arena *arena, Str *out, Error *err)
{
    char *lower = arena_alloc(arena, word.size, err);
    if (lower == NULL) return false;
    for (size_t i = 0; i < word.size; i++) lower[i] = word_lower(word.data[i]);
    *out = (Str){lower, word.size};
    return true;
}

static bool row_tokens(ListRow *row, Error *err)
{
    Str rest = row->arguments[0].values.strings[row->row];
    Str word = {0};
    TRY(list_writer_begin(&row->writer, STRING_LIST, err));
    while (word_next(&rest, &word)) {
        TRY(word_copy_lower(word, &row->scratch, &word, err));
        TRY(list_push_text(&row->writer, word, err));
    }
    return list_give_written(row, err);
}

static bool row_equal(ListRow *row, Error *err)
{
    UNUSED(err);
    row->out->values.bools[row->row] = vector_compare(&row->arguments[0], row->row, &row->arguments[1], row->row) == 0;
    return true;
}

static bool row_less(ListRow *row, Error *err)
{
    UNUSED(err);
    row->out->values.bools[row->row] = vector_compare(&row->arguments[0], row->row, &row->arguments[1], row->row) < 0;
    return true;
}

/// The bytes in which equal lists are equal: with 0 for -0.
static bool row_key_bytes(ListRow *row, Str *out, Error *err)
{
    ListItems nested = {0};
    const Vector *argument = &row->arguments[0];
    *out = argument->values.strings[row->row];
    if (argument->type.item != TYPE_FLOAT64) return true;
    TRY(list_argument(row, 0, &nested, err));
    double *floats = nested.items.values.floats; // unpacked for this row alone
    for (size_t i = 0; i < nested.items.count; i++) floats[i] = float_canonical_key(floats[i]);
    return argument->type.id == TYPE_MAP ? map_from_vectors(&nested.keys, &nested.items, &row->scratch, out, err)
                                         : list_from_vector(&nested.items, &row->scratch, out, err);
}

static bool row_hash(ListRow *row, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str key = {0};
    TRY(row_key_bytes(row, &key, err));
    Vector vector = {.type = row->arguments[0].type, .count = 1, .values.strings = &key};
    TRY(vector_encode(&vector, 0, &bytes, err));
    row->out->values.ints[row->row] = (int64_t)hash64(bytes.data, bytes.size, 0);
    return true;
}

/// The items as values of another type, in the scratch.
static bool row_cast_items(ListRow *row, const Vector *items, Vector *out, Error *err)
{
    Type type = type_item(row->context->type);
    KernelContext context = {.type = type, .text = &row->scratch};
    Kernel kernel = KERNEL_COUNT;
    Block block = {.count = items->count};
    CHECK(kernel_cast(items->type, type, &kernel));
    block.valid = arena_alloc(&row->scratch, items->count + 1, err);
    if (block.valid == NULL) return false;
    block.values.any = arena_alloc_array(&row->scratch, items->count + 1, storage_size(type_storage(type)), err);
    if (block.values.any == NULL) return false;
    TRY(kernel_run(kernel, &context, items, 1, &block, err));
    *out = (Vector){.type = type, .count = items->count, .valid = block.valid, .values = block.values};
    return true;
}

static bool row_cast(ListRow *row, Error *err)
{
    ListItems nested = {0};
    Vector items = {0};
    TRY(list_argument(row, 0, &nested, err));
    TRY(row_cast_items(row, &nested.items, &items, err));
    if (row->context->type.id == TYPE_LIST) return list_give_all(row, &items, err);
    return map_from_vectors(&nested.keys, &items, row->context->text, &row->out->values.strings[row->row], err);
}

static bool row_to_json(ListRow *row, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Error inner = {0};
    JsonWriter json = json_writer(&text, JSON_COMPACT);
    if (vector_write_json(&row->arguments[0], row->row, &json, &inner)) return row_give_text(row, &text, err);
    // What no JSON can hold: texts that are not UTF-8.
    return inner.kind == ERROR_DATA ? list_give_null(row) : error_set(err, inner.kind, "%s", inner.text);
}

static bool text_read(Str text, Arena *scratch, Column *out, Error *err)
{
    Document document = {0};
    TRY(json_parse(STR("text"), text, scratch, &document, err));
    return column_push_json(out, document.root, &(JsonContext){.what = "a value", .kind = ERROR_DATA}, err);
}

static bool row_from_json(ListRow *row, Error *err)
{
    AUTO(column_deinit) Column column = {.type = row->context->type};
    Error inner = {0};
    if (!text_read(row->arguments[0].values.strings[row->row], &row->scratch, &column, &inner)) {
        return inner.kind == ERROR_DATA ? list_give_null(row) : error_set(err, inner.kind, "%s", inner.text);
    }
    Vector vector = column_view(&column);
    if (!vector_is_valid(&vector, 0)) return list_give_null(row);
    return arena_copy(row->context->text, vector.values.strings[0], &row->out->values.strings[row->row], err);
}

KERNEL_LIST(SPLIT, row_split)
KERNEL_LIST(JOIN, row_join)
KERNEL_LIST(TOKENS, row_tokens)
KERNEL_LIST(EQUAL_NESTED, row_equal)
KERNEL_LIST(LESS_NESTED, row_less)
KERNEL_LIST(HASH_NESTED, row_hash)
KERNEL_LIST(CAST_NESTED, row_cast)
KERNEL_LIST(CAST_NESTED_STRING, row_to_json)
KERNEL_LIST(CAST_STRING_NESTED, row_from_json)
