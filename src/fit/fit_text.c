/// tf_idf: the words that the most training texts have, weighed by how rare they are. As scikit-learn's TfidfVectorizer with its
/// smooth idf and the l2 norm (over the chosen words).
#include <stdlib.h>

#include "base/map.h"
#include "fit/fit_internal.h"
#include "language/word.h"
#include "number/pinned.h"

/// The words of all training texts.
typedef struct Words {
    Map ids;
    ARRAY_OF(FitCategory) items;
    ARRAY_OF(uint64_t) last; ///< per word: one more than the row that it was last seen in
} Words;

static void words_deinit(Words *words)
{
    map_deinit(&words->ids);
    memory_free(words->items.items);
    memory_free(words->last.items);
}

static bool word_lowered(Str written, Bytes *out, Error *err)
{
    bytes_clear(out);
    for (size_t i = 0; i < written.size; i++) TRY(bytes_append_byte(out, (uint8_t)word_lower(written.data[i]), err));
    return true;
}

static bool word_add(Words *words, Arena *arena, Str word, Error *err)
{
    FitCategory item = {.id = (uint32_t)words->items.count};
    uint64_t id = 0;
    bool is_new = false;
    TRY(arena_copy(arena, word, &item.string, err));
    TRY(map_get_or_put(&words->ids, item.string, item.id, &id, &is_new, err));
    TRY(ARRAY_PUSH(&words->items, item, err));
    return ARRAY_PUSH(&words->last, 0, err);
}

static bool text_count(Words *words, Arena *arena, size_t row, Str text, Error *err)
{
    AUTO(bytes_deinit) Bytes word = {0};
    Str written = {0};
    while (word_next(&text, &written)) {
        uint64_t id = words->items.count;
        TRY(word_lowered(written, &word, err));
        if (!map_get(&words->ids, bytes_str(&word), &id)) TRY(word_add(words, arena, bytes_str(&word), err));
        if (words->last.items[id] == row + 1) continue;
        words->last.items[id] = row + 1;
        words->items.items[id].count++;
    }
    return true;
}

/// Texts that are there, in `out_count`.
static bool texts_count(FitWork *work, Words *words, uint64_t *out_count, Error *err)
{
    const Vector *vector = &work->arguments[0];
    for (size_t i = 0; i < vector->count; i++) {
        if (!vector_is_valid(vector, i)) continue;
        ++*out_count;
        TRY(text_count(words, work->arena, i, vector->values.strings[i], err));
    }
    return true;
}

static bool columns_make(FitWork *work, size_t count, uint64_t texts, Error *err)
{
    if (count == 0) return error_set(err, ERROR_DATA, "no training row has a word to make a column of");
    work->column_count = (uint32_t)count;
    work->weights = arena_alloc_array(work->arena, count, sizeof(double), err);
    work->suffixes = arena_alloc_array(work->arena, count, sizeof(Str), err);
    if (work->weights == NULL || work->suffixes == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        work->suffixes[i] = work->chosen[i].string;
        work->weights[i] = pinned_log((1 + (double)texts) / (1 + (double)work->chosen[i].count)) + 1;
    }
    return categories_learned(work, work->chosen, count, err);
}

bool learn_tf_idf(FitWork *work, Error *err)
{
    AUTO(words_deinit) Words words = {0};
    const TransformParameter *parameters = work->call->parameters;
    uint64_t texts = 0;
    size_t count = 0;
    TRY(texts_count(work, &words, &texts, err));
    const FitCategories all = {.items = words.items.items, .count = words.items.count};
    TRY(categories_choose(work, &all, parameters[0].number, parameters[1].number, &work->chosen, &count, err));
    return columns_make(work, count, texts, err);
}

static bool emit_weights(const FitWork *work, Builder *builder, uint32_t text, uint32_t *out, Error *err)
{
    for (uint32_t i = 0; i < work->column_count; i++) {
        uint32_t word = 0;
        uint32_t weight = 0;
        TRY(emit_text(builder, work->chosen[i].string, &word, err));
        TRY(emit_two(builder, KERNEL_WORD_COUNT, text, word, &word, err));
        TRY(emit_number(builder, work->weights[i], &weight, err));
        TRY(emit_two(builder, KERNEL_MULTIPLY_FLOAT64, word, weight, &out[i], err));
    }
    return true;
}

/// The length of the row, its squares added in the columns' order.
static bool emit_length(const FitWork *work, Builder *builder, const uint32_t *weights, uint32_t *out, Error *err)
{
    uint32_t sum = 0;
    TRY(emit_two(builder, KERNEL_MULTIPLY_FLOAT64, weights[0], weights[0], &sum, err));
    for (uint32_t i = 1; i < work->column_count; i++) {
        uint32_t square = 0;
        TRY(emit_two(builder, KERNEL_MULTIPLY_FLOAT64, weights[i], weights[i], &square, err));
        TRY(emit_two(builder, KERNEL_ADD_FLOAT64, sum, square, &sum, err));
    }
    return emit_one(builder, KERNEL_SQRT, sum, out, err);
}

/// A row without any of the words has length 0, and stays 0.
bool emit_tf_idf(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t length = 0;
    TRY(emit_weights(work, builder, arguments[0], out, err));
    TRY(emit_length(work, builder, out, &length, err));
    for (uint32_t i = 0; i < work->column_count; i++) {
        uint32_t share = 0;
        TRY(emit_two(builder, KERNEL_DIVIDE_FLOAT64, out[i], length, &share, err));
        TRY(emit_two(builder, KERNEL_COALESCE_FLOAT64, share, out[i], &out[i], err));
    }
    return true;
}
