#include "config/config_internal.h"

#include "text/quantity.h"

#include <math.h>

typedef struct ExpectReader {
    Arena *arena;
    Expectation *items;
    size_t count;
} ExpectReader;

static Expectation *expectation_add(ExpectReader *reader, ExpectationKind kind, Str column)
{
    Expectation *item = &reader->items[reader->count++];
    *item = (Expectation){.kind = kind, .column = column, .low = -INFINITY, .high = INFINITY};
    return item;
}

static bool read_comparison(const Node *node, Str text, Comparison *out, Error *err)
{
    Error inner = {0};
    return comparison_parse(text, out, &inner) || node_error(node, err, "%s", inner.text);
}

/// "1000..2000", split at the dots.
static bool read_range(Expectation *item, const Node *node, Str low_text, Str high_text, Error *err)
{
    Comparison low = {0};
    Comparison high = {0};
    TRY(read_comparison(node, low_text, &low, err));
    TRY(read_comparison(node, high_text, &high, err));
    if (low.kind != COMPARISON_EQUAL || high.kind != COMPARISON_EQUAL || low.value > high.value)
        return node_error(node, err, "a range of rows is two numbers, the lower first: '1000..2000'");
    item->low = low.value;
    item->high = high.value;
    return true;
}

/// ">= 1000", "1000..2000" or "1000".
static bool read_rows(ExpectReader *reader, const Node *node, Error *err)
{
    Str text = {0};
    Comparison comparison = {0};
    TRY(node_text(node, &text, err));
    Expectation *item = expectation_add(reader, EXPECT_ROWS, (Str){0});
    size_t dots = str_find(text, '.');
    if (dots + 1 < text.size && text.data[dots + 1] == '.')
        return read_range(item, node, str_slice(text, 0, dots), str_slice(text, dots + 2, text.size), err);
    TRY(read_comparison(node, text, &comparison, err));
    if (comparison.kind == COMPARISON_NOT_EQUAL)
        return node_error(node, err, "'rows' takes a bound: '>= 1000', '1000..2000'");
    bool below = comparison.kind == COMPARISON_LESS || comparison.kind == COMPARISON_AT_MOST;
    bool above = comparison.kind == COMPARISON_GREATER || comparison.kind == COMPARISON_AT_LEAST;
    if (!below) item->low = comparison.value + (comparison.kind == COMPARISON_GREATER ? 1 : 0);
    if (!above) item->high = comparison.value - (comparison.kind == COMPARISON_LESS ? 1 : 0);
    return true;
}

static bool read_bound(ExpectReader *reader, Str column, const Node *map, Str key, ExpectationKind kind, Error *err)
{
    double value = 0;
    if (node_get(map, key) == NULL) return true;
    TRY(config_get_number(map, key, &value, err));
    Expectation *item = expectation_add(reader, kind, column);
    if (kind == EXPECT_MIN) item->low = value;
    if (kind == EXPECT_MAX) item->high = value;
    return true;
}

static bool read_nulls(ExpectReader *reader, Str column, const Node *map, Error *err)
{
    const Node *node = node_get(map, STR("nulls"));
    double share = 0;
    if (node == NULL) return true;
    TRY(node_fraction(node, &share, err));
    if (share > 1) return node_error(node, err, "'nulls' is a share of the rows, from 0 to 1 or 0%% to 100%%");
    expectation_add(reader, EXPECT_NULLS, column)->high = share;
    return true;
}

static bool read_column(ExpectReader *reader, Str column, const Node *map, Error *err)
{
    bool unique = false;
    const Node *values = node_get(map, STR("values"));
    TRY(NODE_CHECK_KEYS(map, err, "min", "max", "nulls", "unique", "values"));
    TRY(read_bound(reader, column, map, STR("min"), EXPECT_MIN, err));
    TRY(read_bound(reader, column, map, STR("max"), EXPECT_MAX, err));
    TRY(read_nulls(reader, column, map, err));
    TRY(node_get_bool(map, STR("unique"), &unique, err));
    if (unique) expectation_add(reader, EXPECT_UNIQUE, column);
    if (values == NULL) return true;
    Expectation *item = expectation_add(reader, EXPECT_VALUES, column);
    return config_read_names(reader->arena, values, &item->values, &item->value_count, err);
}

static bool read_columns(ExpectReader *reader, const Node *map, Error *err)
{
    TRY(node_expect(map, NODE_MAP, err));
    for (size_t i = 0; i < node_count(map); i++) TRY(read_column(reader, node_key(map, i), node_at(map, i), err));
    return true;
}

static bool read_entry(ExpectReader *reader, Str key, const Node *node, Error *err)
{
    if (str_equal(key, STR("rows"))) return read_rows(reader, node, err);
    if (str_equal(key, STR("fresh")))
        return node_duration(node, &expectation_add(reader, EXPECT_FRESH, (Str){0})->age_us, err);
    if (str_equal(key, STR("columns"))) return read_columns(reader, node, err);
    if (node->kind != NODE_MAP)
        return node_error(
            node, err,
            "'%.*s' is no expectation; known are: rows, fresh, and columns with min, max, nulls, unique, values",
            STR_ARG(key));
    return read_column(reader, key, node, err);
}

/// At most this many: each entry and each entry of a column gives one.
static size_t expectation_count_max(const Node *node)
{
    size_t count = node_count(node) * 5;
    const Node *columns = node_get(node, STR("columns"));
    return count + node_count(columns) * 5;
}

bool config_read_expectations(Arena *arena, const Node *node, Expectations *out, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    ExpectReader reader = {.arena = arena};
    reader.items = arena_alloc_array(arena, expectation_count_max(node) + 1, sizeof(Expectation), err);
    TRY(reader.items != NULL);
    for (size_t i = 0; i < node_count(node); i++) TRY(read_entry(&reader, node_key(node, i), node_at(node, i), err));
    *out = (Expectations){.items = reader.items, .count = reader.count};
    return true;
}
