/// Functions of lists and maps.
#include <math.h>

#include <mpfr.h>

#include "naive/aggregates.h"
#include "naive/value.h"

enum { EXACT_BITS = 16384, ARGUMENTS_MAX = 4 };

static const Type FLOAT = {.id = TYPE_FLOAT64};

/// A call with its lists unpacked. Where an argument is null, so is the result.
typedef struct ListCall {
    const Value *values;
    Arena *arena;
    Value *keys[ARGUMENTS_MAX];
    Value *items[ARGUMENTS_MAX];
    size_t sizes[ARGUMENTS_MAX];
} ListCall;

static Value list_like(const ListCall *call, Value *items, size_t count)
{
    return value_list(type_item(call->values[0].type), items, count, call->arena);
}

static Value *room(const ListCall *call, size_t count)
{
    Value *values = arena_alloc_array(call->arena, count + 1, sizeof(*values), NULL);
    CHECK(values != NULL);
    return values;
}

static bool equal(Value left, Value right)
{
    if (!left.there || !right.there) return left.there == right.there;
    return value_compare(left, right) == 0;
}

static int compare(Value left, Value right)
{
    if (!left.there || !right.there) return (int)left.there - (int)right.there;
    return value_compare(left, right);
}

static Value call_size(const ListCall *call)
{
    return value_int((int64_t)call->sizes[0]);
}

static Value find(const ListCall *call, const Value *where, size_t *out_place)
{
    for (*out_place = 0; *out_place < call->sizes[0]; ++*out_place) {
        if (equal(where[*out_place], call->values[1])) return value_bool(true);
    }
    return value_bool(false);
}

static const Value *searched(const ListCall *call)
{
    return call->values[0].type.id == TYPE_MAP ? call->keys[0] : call->items[0];
}

static Value call_get(const ListCall *call)
{
    size_t place = 0;
    Value none = value_null(type_item(call->values[0].type));
    if (call->values[0].type.id == TYPE_MAP)
        return find(call, call->keys[0], &place).boolean ? call->items[0][place] : none;
    int64_t size = (int64_t)call->sizes[0];
    int64_t i = call->values[1].integer;
    if (i >= size || i < -size) return none;
    return call->items[0][i < 0 ? i + size : i];
}

static Value call_contains(const ListCall *call)
{
    size_t place = 0;
    return find(call, searched(call), &place);
}

static Value call_position(const ListCall *call)
{
    size_t place = 0;
    bool there = find(call, call->items[0], &place).boolean;
    return there ? value_int((int64_t)place) : value_null(TYPE_OF(TYPE_INT64));
}

static int64_t cut(int64_t place, int64_t size)
{
    if (place < 0) place = place < -size ? 0 : place + size;
    return place > size ? size : place;
}

static Value call_slice(const ListCall *call)
{
    int64_t size = (int64_t)call->sizes[0];
    int64_t from = cut(call->values[1].integer, size);
    int64_t to = cut(call->values[2].integer, size);
    return list_like(call, call->items[0] + from, to > from ? (size_t)(to - from) : 0);
}

static Value call_sort(const ListCall *call)
{
    Value *sorted = room(call, call->sizes[0]);
    for (size_t i = 0; i < call->sizes[0]; i++) {
        size_t place = i;
        for (; place > 0 && compare(sorted[place - 1], call->items[0][i]) > 0; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = call->items[0][i];
    }
    return list_like(call, sorted, call->sizes[0]);
}

static Value call_distinct(const ListCall *call)
{
    Value *kept = room(call, call->sizes[0]);
    size_t count = 0;
    for (size_t i = 0; i < call->sizes[0]; i++) {
        bool seen = false;
        for (size_t j = 0; j < count; j++) seen = seen || equal(kept[j], call->items[0][i]);
        if (!seen) kept[count++] = call->items[0][i];
    }
    return list_like(call, kept, count);
}

static Value call_reverse(const ListCall *call)
{
    Value *turned = room(call, call->sizes[0]);
    for (size_t i = 0; i < call->sizes[0]; i++) turned[i] = call->items[0][call->sizes[0] - 1 - i];
    return list_like(call, turned, call->sizes[0]);
}

static Value call_keys(const ListCall *call)
{
    return value_list(type_key(call->values[0].type), call->keys[0], call->sizes[0], call->arena);
}

static Value call_values(const ListCall *call)
{
    return list_like(call, call->items[0], call->sizes[0]);
}

/// Of a repeated key the last stays, in the order of keys.
static Value call_zip(const ListCall *call)
{
    Type key = type_item(call->values[0].type);
    Type item = type_item(call->values[1].type);
    Value *keys = room(call, call->sizes[0]);
    Value *items = room(call, call->sizes[0]);
    size_t count = 0;
    if (call->sizes[0] != call->sizes[1]) return value_null(type_map(key, item));
    for (size_t i = 0; i < call->sizes[0]; i++) {
        size_t place = 0;
        if (!call->items[0][i].there) continue;
        while (place < count && compare(keys[place], call->items[0][i]) < 0) place++;
        bool there = place < count && equal(keys[place], call->items[0][i]);
        for (size_t j = count; !there && j > place; j--) {
            keys[j] = keys[j - 1];
            items[j] = items[j - 1];
        }
        keys[place] = call->items[0][i];
        items[place] = call->items[1][i];
        count += !there;
    }
    return value_map(key, item, keys, items, count, call->arena);
}

/// The items that are there, as what an aggregate counts.
static Counted counted_items(const ListCall *call)
{
    Counted counted = {.type = type_item(call->values[0].type), .arena = call->arena};
    counted.values = room(call, call->sizes[0]);
    for (size_t i = 0; i < call->sizes[0]; i++) {
        if (call->items[0][i].there) counted.values[counted.count++] = call->items[0][i];
    }
    return counted;
}

static Value call_sum(const ListCall *call)
{
    Counted counted = counted_items(call);
    return naive_sum(&counted);
}

static Value call_mean(const ListCall *call)
{
    Counted counted = counted_items(call);
    return naive_mean(&counted);
}

static Value call_min(const ListCall *call)
{
    Counted counted = counted_items(call);
    return naive_min(&counted);
}

static Value call_max(const ListCall *call)
{
    Counted counted = counted_items(call);
    return naive_max(&counted);
}

static Value call_any(const ListCall *call)
{
    bool any = false;
    for (size_t i = 0; i < call->sizes[0]; i++) any = any || value_is_true(call->items[0][i]);
    return value_bool(any);
}

static Value call_all(const ListCall *call)
{
    bool all = true;
    for (size_t i = 0; i < call->sizes[0]; i++) all = all && (!call->items[0][i].there || call->items[0][i].boolean);
    return value_bool(all);
}

/// The list's items as doubles; false when one is null.
static bool doubles(const ListCall *call, size_t argument, double **out)
{
    *out = arena_alloc_array(call->arena, call->sizes[argument] + 1, sizeof(**out), NULL);
    CHECK(*out != NULL);
    for (size_t i = 0; i < call->sizes[argument]; i++) {
        Value value = value_widen(call->items[argument][i], FLOAT);
        if (!value.there) return false;
        (*out)[i] = value.number;
    }
    return true;
}

static bool vectors(const ListCall *call, double **left, double **right)
{
    return call->sizes[0] == call->sizes[1] && doubles(call, 0, left) && doubles(call, 1, right);
}

/// Exact, rounded once.
static double products(const double *left, const double *right, size_t count)
{
    double special = 0;
    bool is_special = false;
    mpfr_t sum;
    mpfr_t item;
    mpfr_inits2(EXACT_BITS, sum, item, (mpfr_ptr)NULL);
    mpfr_set_zero(sum, 1);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(left[i]) || !isfinite(right[i])) {
            special += left[i] * right[i];
            is_special = true;
            continue;
        }
        mpfr_set_d(item, left[i], MPFR_RNDN);
        mpfr_mul_d(item, item, right[i], MPFR_RNDN);
        mpfr_add(sum, sum, item, MPFR_RNDN);
    }
    double out = mpfr_zero_p(sum) ? 0 : mpfr_get_d(sum, MPFR_RNDN);
    mpfr_clears(sum, item, (mpfr_ptr)NULL);
    return is_special ? special : out;
}

static Value call_dot(const ListCall *call)
{
    double *left = NULL;
    double *right = NULL;
    if (!vectors(call, &left, &right)) return value_null(FLOAT);
    return value_float(products(left, right, call->sizes[0]));
}

static Value call_norm(const ListCall *call)
{
    double *items = NULL;
    if (!doubles(call, 0, &items)) return value_null(FLOAT);
    return value_float(sqrt(products(items, items, call->sizes[0])));
}

static Value call_cosine(const ListCall *call)
{
    double *left = NULL;
    double *right = NULL;
    if (!vectors(call, &left, &right)) return value_null(FLOAT);
    double one = sqrt(products(left, left, call->sizes[0]));
    double other = sqrt(products(right, right, call->sizes[0]));
    if (fpclassify(one) == FP_ZERO || fpclassify(other) == FP_ZERO) return value_null(FLOAT);
    return value_float(products(left, right, call->sizes[0]) / (one * other));
}

static Value float_list(const ListCall *call, const double *numbers)
{
    Value *items = room(call, call->sizes[0]);
    for (size_t i = 0; i < call->sizes[0]; i++) items[i] = value_float(numbers[i]);
    return value_list(FLOAT, items, call->sizes[0], call->arena);
}

static bool differences(const ListCall *call, double **left)
{
    double *right = NULL;
    if (!vectors(call, left, &right)) return false;
    for (size_t i = 0; i < call->sizes[0]; i++) (*left)[i] -= right[i];
    return true;
}

static Value call_distance(const ListCall *call)
{
    double *apart = NULL;
    if (!differences(call, &apart)) return value_null(FLOAT);
    return value_float(sqrt(products(apart, apart, call->sizes[0])));
}

static Value call_subtract(const ListCall *call)
{
    double *apart = NULL;
    return differences(call, &apart) ? float_list(call, apart) : value_null(type_list(FLOAT));
}

static Value call_add(const ListCall *call)
{
    double *left = NULL;
    double *right = NULL;
    if (!vectors(call, &left, &right)) return value_null(type_list(FLOAT));
    for (size_t i = 0; i < call->sizes[0]; i++) left[i] += right[i];
    return float_list(call, left);
}

static Value call_scale(const ListCall *call)
{
    double *items = NULL;
    double by = value_widen(call->values[1], FLOAT).number;
    if (!doubles(call, 0, &items)) return value_null(type_list(FLOAT));
    for (size_t i = 0; i < call->sizes[0]; i++) items[i] *= by;
    return float_list(call, items);
}

static Value call_concat(const ListCall *call)
{
    Value *joined = room(call, call->sizes[0] + call->sizes[1]);
    for (size_t i = 0; i < call->sizes[0] + call->sizes[1]; i++)
        joined[i] = i < call->sizes[0] ? call->items[0][i] : call->items[1][i - call->sizes[0]];
    return list_like(call, joined, call->sizes[0] + call->sizes[1]);
}

static Value strings(const ListCall *call, Value *items, size_t count)
{
    return value_list(TYPE_OF(TYPE_STRING), items, count, call->arena);
}

static Value call_split(const ListCall *call)
{
    Str text = call->values[0].string;
    Str separator = call->values[1].string;
    Value *parts = room(call, text.size + 1);
    size_t count = 0;
    size_t begin = 0;
    if (separator.size == 0) return value_null(type_list(TYPE_OF(TYPE_STRING)));
    for (size_t i = 0; i + separator.size <= text.size;) {
        bool here = str_equal(str_slice(text, i, i + separator.size), separator);
        if (here) parts[count++] = value_string(str_slice(text, begin, i));
        i += here ? separator.size : 1;
        begin = here ? i : begin;
    }
    parts[count++] = value_string(str_slice(text, begin, text.size));
    return strings(call, parts, count);
}

static Value call_join(const ListCall *call)
{
    Str joined = {0};
    bool first = true;
    for (size_t i = 0; i < call->sizes[0]; i++) {
        Value item = call->items[0][i];
        if (!item.there) continue;
        CHECK(arena_format(call->arena, &joined, NULL, "%.*s%.*s%.*s", STR_ARG(joined),
                           first ? 0 : (int)call->values[1].string.size, call->values[1].string.data,
                           STR_ARG(item.string)));
        first = false;
    }
    return value_string(joined);
}

static bool is_word(char letter)
{
    unsigned char byte = (unsigned char)letter;
    bool letters = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return letters || (byte >= '0' && byte <= '9') || byte == '_' || byte >= 0x80;
}

static Value call_tokens(const ListCall *call)
{
    Str text = call->values[0].string;
    Value *words = room(call, text.size);
    size_t count = 0;
    char *copy = arena_alloc(call->arena, text.size + 1, NULL);
    CHECK(copy != NULL);
    for (size_t i = 0; i < text.size; i++) {
        bool upper = text.data[i] >= 'A' && text.data[i] <= 'Z';
        copy[i] = upper ? (char)(text.data[i] + ('a' - 'A')) : text.data[i];
        if (!is_word(copy[i])) continue;
        bool begins = i == 0 || !is_word(copy[i - 1]);
        if (begins) words[count++] = value_string((Str){copy + i, 0});
        words[count - 1].string.size++;
    }
    return strings(call, words, count);
}

/// What a null argument gives a null of.
typedef enum Gives { GIVES_BOOL, GIVES_INT, GIVES_FLOAT, GIVES_STRING, GIVES_ITEM, GIVES_SAME, GIVES_OWN } Gives;

static const struct {
    const char *name;
    size_t argument_count;
    Gives gives;
    Value (*compute)(const ListCall *call);
} FUNCTIONS[] = {
    {"size", 1, GIVES_INT, call_size},
    {"get", 2, GIVES_ITEM, call_get},
    {"contains", 2, GIVES_BOOL, call_contains},
    {"position", 2, GIVES_INT, call_position},
    {"slice", 3, GIVES_SAME, call_slice},
    {"concat", 2, GIVES_SAME, call_concat},
    {"list_sort", 1, GIVES_SAME, call_sort},
    {"list_distinct", 1, GIVES_SAME, call_distinct},
    {"list_reverse", 1, GIVES_SAME, call_reverse},
    {"map_keys", 1, GIVES_OWN, call_keys},
    {"map_values", 1, GIVES_OWN, call_values},
    {"zip", 2, GIVES_OWN, call_zip},
    {"list_sum", 1, GIVES_ITEM, call_sum},
    {"list_mean", 1, GIVES_FLOAT, call_mean},
    {"list_min", 1, GIVES_ITEM, call_min},
    {"list_max", 1, GIVES_ITEM, call_max},
    {"list_any", 1, GIVES_BOOL, call_any},
    {"list_all", 1, GIVES_BOOL, call_all},
    {"dot", 2, GIVES_FLOAT, call_dot},
    {"norm", 1, GIVES_FLOAT, call_norm},
    {"cosine", 2, GIVES_FLOAT, call_cosine},
    {"l2_distance", 2, GIVES_FLOAT, call_distance},
    {"list_add", 2, GIVES_OWN, call_add},
    {"list_subtract", 2, GIVES_OWN, call_subtract},
    {"list_scale", 2, GIVES_OWN, call_scale},
    {"split", 2, GIVES_OWN, call_split},
    {"join", 2, GIVES_STRING, call_join},
    {"tokens", 1, GIVES_OWN, call_tokens},
};

/// The type of results that neither the first argument's type nor a plain one names.
static Type own_type(Str name, const Value *values)
{
    if (str_equal(name, STR("map_keys"))) return type_list(type_key(values[0].type));
    if (str_equal(name, STR("map_values"))) return type_list(type_item(values[0].type));
    if (str_equal(name, STR("zip"))) return type_map(type_item(values[0].type), type_item(values[1].type));
    bool text = str_equal(name, STR("split")) || str_equal(name, STR("tokens"));
    return type_list(text ? TYPE_OF(TYPE_STRING) : FLOAT);
}

static Type null_type(Gives gives, Str name, const Value *values)
{
    static const TypeId PLAIN[] = {TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_STRING};
    if (gives < GIVES_ITEM) return TYPE_OF(PLAIN[gives]);
    if (gives == GIVES_OWN) return own_type(name, values);
    return gives == GIVES_ITEM ? type_item(values[0].type) : values[0].type;
}

static Value call_function(size_t function, const Value *values, size_t count, Arena *arena)
{
    ListCall call = {.values = values, .arena = arena};
    CHECK(count <= ARGUMENTS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!values[i].there)
            return value_null(null_type(FUNCTIONS[function].gives, str_from(FUNCTIONS[function].name), values));
        if (type_is_nested(values[i].type))
            call.sizes[i] = value_items(values[i], arena, &call.keys[i], &call.items[i]);
    }
    return FUNCTIONS[function].compute(&call);
}

bool value_call_list(Str name, const Value *values, size_t count, Arena *arena, Value *out)
{
    bool text = str_equal(name, STR("split")) || str_equal(name, STR("tokens"));
    if (count == 0 || (!type_is_nested(values[0].type) && !text)) return false;
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        if (!str_equal(name, str_from(FUNCTIONS[i].name)) || count != FUNCTIONS[i].argument_count) continue;
        *out = call_function(i, values, count, arena);
        return true;
    }
    return false;
}
