#include "naive/random_world.h"

#include <stdlib.h>

#include "naive/random_forms.h"
#include "number/float_order.h"

enum { QUERIES = 10, QUERIES_LARGE = 3 };

/// The columns of every source; the times' types vary.
static const Field FIELDS[] = {
    {{"id", 2}, {.id = TYPE_INT64}},       {{"id2", 3}, {.id = TYPE_STRING}},
    {{"k", 1}, {.id = TYPE_INT32}},        {{"g", 1}, {.id = TYPE_STRING}},
    {{"t", 1}, {.id = TYPE_TIMESTAMP_US}}, {{"known", 5}, {.id = TYPE_TIMESTAMP_US}},
    {{"c", 1}, {.id = TYPE_TIMESTAMP_US}}, {{"x", 1}, {.id = TYPE_FLOAT64}},
    {{"y", 1}, {.id = TYPE_FLOAT32}},      {{"n", 1}, {.id = TYPE_INT64}},
    {{"m", 1}, {.id = TYPE_INT16}},        {{"d", 1}, {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}},
    {{"s", 1}, {.id = TYPE_STRING}},       {{"b", 1}, {.id = TYPE_BOOL}},
    {{"gone", 4}, {.id = TYPE_BOOL}},
};
enum { FIELD_K = 2, FIELD_G = 3, FIELD_T = 4, FIELD_KNOWN = 5, FIELD_C = 6, FIELD_X = 7, FIELD_N = 9, FIELD_S = 12 };

uint64_t draw(Draws *draws, uint64_t bound)
{
    return random_below(draws->key, draws->next++, 0, bound);
}

bool draw_chance(Draws *draws, uint64_t percent)
{
    return draw(draws, 100) < percent;
}

void world_deinit(World *world)
{
    for (size_t i = 0; i < WORLD_SOURCES_MAX; i++) frame_deinit(&world->tables[i]);
    frame_deinit(&world->inputs);
    free(world->at);
    arena_deinit(&world->arena);
}

static double draw_float(Draws *draws)
{
    const double special[] = {0,  -0.0, float_nan(), float_infinity(), -float_infinity(), 1e308, -1e308, 5e-324, 1,
                              -1, 0.1,  1e16};
    if (draw_chance(draws, 60)) return special[draw(draws, COUNT_OF(special))];
    return (double)(int64_t)(random_u64(draws->key, draws->next++, 1) >> draw(draws, 63)) / 1024.0;
}

static int64_t draw_int(Draws *draws)
{
    static const int64_t special[] = {0, 1, -1, 2, 3, INT64_MAX, INT64_MIN, INT64_MAX - 1, 1000000};
    return special[draw(draws, COUNT_OF(special))];
}

static Str draw_string(Draws *draws)
{
    static const char *const special[] = {"",  "a",   "b",     "ab",    "\xc3\xa4", "1.5",
                                          "7", "ABC", "false", "-0.25", "nan",      "1970-01-01T00:00:00Z"};
    return str_from(special[draw(draws, COUNT_OF(special))]);
}

static bool push_value(World *world, size_t field, Column *column, Error *err)
{
    Draws *draws = &world->draws;
    if (draw_chance(draws, 12)) return column_push_null(column, err);
    switch (FIELDS[field].type.id) {
    case TYPE_FLOAT64:
        return column_push_float(column, draw_float(draws), err);
    case TYPE_FLOAT32:
        return column_push_float(column, (double)((float)draw(draws, 5) * 0.3F), err);
    case TYPE_DECIMAL:
        return column_push_decimal(column, (Int128)draw(draws, 1000) - 500, err);
    case TYPE_STRING:
        return column_push_string(column, draw_string(draws), err);
    case TYPE_BOOL:
        return column_push_bool(column, draw_chance(draws, 30), err);
    case TYPE_INT64:
        return column_push_int(column, field == 0 ? (int64_t)draw(draws, 6 * world->spread) : draw_int(draws), err);
    default:
        return column_push_int(column, (int64_t)draw(draws, 3 * (world->spread < 20 ? world->spread : 20)), err);
    }
}

/// Where time begins in a source, in its unit, and how it moves.
typedef struct TimeLine {
    int64_t base;
    uint64_t steps;
    bool late;  ///< known is a column of its own
    bool zoned; ///< then known is late by hours or not at all, as local time may run backwards
} TimeLine;

static int64_t draw_later(World *world, const TimeLine *line, int64_t time)
{
    uint64_t most = line->zoned ? 2 : 9;
    int64_t later = draw_chance(&world->draws, 50) ? 0 : (int64_t)draw(&world->draws, most);
    return time + (line->zoned ? later * 4 * 3600 : later);
}

static bool push_row(World *world, Frame *table, const TimeLine *line, Error *err)
{
    int64_t time = line->base + (int64_t)draw(&world->draws, line->steps);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        Column *column = &table->columns[i];
        if (i == FIELD_T) {
            TRY(column_push_int(column, time, err));
        } else if (i == FIELD_KNOWN || (i == FIELD_C && draw_chance(&world->draws, 80))) {
            TRY(column_push_int(column, draw_later(world, line, time), err));
        } else if (i == FIELD_C) {
            TRY(column_push_null(column, err));
        } else {
            TRY(push_value(world, i, column, err));
        }
    }
    table->row_count++;
    return true;
}

static TypeId draw_time_unit(World *world, size_t source, TimeLine *line)
{
    static const TypeId units[] = {TYPE_TIMESTAMP_US, TYPE_TIMESTAMP_US, TYPE_TIMESTAMP_NS, TYPE_TIMESTAMP_MS,
                                   TYPE_TIMESTAMP_S};
    static const int64_t sizes[] = {1, 1, 1, 1000, 1000000};
    size_t unit = (size_t)draw(&world->draws, COUNT_OF(units));
    world->unit_us[source] = sizes[unit];
    line->steps = (1 + draw(&world->draws, 30)) * world->spread;
    line->base = 0;
    if (units[unit] == TYPE_TIMESTAMP_US && draw_chance(&world->draws, 15)) line->base = INT64_MIN;
    if (units[unit] == TYPE_TIMESTAMP_US && draw_chance(&world->draws, 15))
        line->base = INT64_MAX - 40 * (int64_t)world->spread;
    if (units[unit] == TYPE_TIMESTAMP_NS) line->steps *= 700;
    if (units[unit] == TYPE_TIMESTAMP_S) line->base = 1457827200; // the night clocks go forward in New York
    if (units[unit] == TYPE_TIMESTAMP_S && draw_chance(&world->draws, 50)) line->steps = 6 * 3600;
    return units[unit];
}

static void choose_known(World *world, SourceDefinition *source)
{
    static ColumnKnown known[] = {
        {{"x", 1}, {"c", 1}}, {{"s", 1}, {"c", 1}}, {{"c", 1}, {"c", 1}}, {{"b", 1}, {"known", 5}}};
    source->known = draw_chance(&world->draws, 50) ? STR("t") : STR("known");
    if (!draw_chance(&world->draws, 40)) return;
    source->columns_known = known;
    source->column_known_count = 1 + (size_t)draw(&world->draws, COUNT_OF(known));
}

static void choose_key(World *world, SourceDefinition *source)
{
    static const Str keys[] = {{"id", 2}, {"id2", 3}};
    static const char *const conditions[] = {"gone", "n > 1", "x is null and gone"};
    source->key = keys;
    source->key_count = (size_t)draw(&world->draws, 3);
    if (draw_chance(&world->draws, 50))
        source->deleted.text = str_from(conditions[draw(&world->draws, COUNT_OF(conditions))]);
}

static bool make_source(World *world, size_t index, Error *err)
{
    static const char *const names[WORLD_SOURCES_MAX] = {"first_source", "second_source"};
    SourceDefinition *source = &world->sources[index];
    Frame *table = &world->tables[index];
    TimeLine line = {0};
    Column *column = NULL;
    TypeId unit = draw_time_unit(world, index, &line);
    Field *fields = arena_alloc_array(&world->arena, COUNT_OF(FIELDS), sizeof(*fields), err);
    TRY(fields != NULL);

    source->name = str_from(names[index]);
    source->time = STR("t");
    line.zoned = unit == TYPE_TIMESTAMP_S;
    if (line.zoned && draw_chance(&world->draws, 70)) source->timezone = STR("America/New_York");
    choose_known(world, source);
    choose_key(world, source);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        fields[i] = FIELDS[i];
        if (i >= FIELD_T && i <= FIELD_C) fields[i].type.id = unit;
        TRY(frame_add_column(table, fields[i].name, fields[i].type, &column, err));
    }
    source->schema = (Schema){fields, COUNT_OF(FIELDS)};
    bool large = world->spread > 1;
    size_t rows = large ? world->rows_max : (size_t)draw(&world->draws, world->rows_max);
    for (size_t i = 0; i < rows; i++) TRY(push_row(world, table, &line, err));
    return true;
}

/// Lists and maps where the language can make them.
static FormType column_type(World *world)
{
    static const FormType types[] = {TYPE_FLOAT64, TYPE_FLOAT64,    TYPE_INT64,        TYPE_INT64,    TYPE_BOOL,
                                     TYPE_DECIMAL, TYPE_STRING,     TYPE_TIMESTAMP_US, TYPE_LIST,     FORM_STRINGS,
                                     FORM_COUNTS,  FORM_OTHER_LIST, FORM_OTHER_MAP,    FORM_OTHER_MAP};
    enum { PLAIN = 8 };
    const Form *forms = NULL;
    size_t lists = 0;
    size_t count = forms_usable(FORM_LEAF, &forms);
    for (size_t i = 0; i < count; i++) lists += forms[i].type > TYPE_COUNT || forms[i].type == TYPE_LIST;
    return types[draw(&world->draws, lists > 0 ? COUNT_OF(types) : PLAIN)];
}

/// Some columns are a series, which others do not read; some look ahead, but not the first, so that there is a feature.
static void choose_series(World *world, bool first)
{
    const Form *forms = NULL;
    world->ahead = world->labels && !first && draw_chance(&world->draws, 30);
    bool series = !world->ahead && draw_chance(&world->draws, 8);
    size_t count = forms_usable(world->ahead ? FORM_AHEAD : FORM_SERIES, &forms);
    world->series = world->ahead || series ? forms[draw(&world->draws, count)].text : NULL;
}

static bool make_column(World *world, ViewDefinition *view, size_t source, NamedExpression *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    FormType type = column_type(world);
    ExpressionPlace place = {source, false, view->input_count > 0, (unsigned)draw(&world->draws, 3)};
    WorldFeature feature = {.type = type};

    choose_series(world, world->definition.view_count == 0 && view->column_count == 0);
    TRY(world_expression(world, place, type, &text, err));
    TRY(arena_copy(&world->arena, bytes_str(&text), &out->expression.text, err));
    TRY(arena_format(&world->arena, &out->name, err, "c%zu", view->column_count));
    TRY(arena_format(&world->arena, &feature.name, err, "%.*s.%.*s", STR_ARG(view->name), STR_ARG(out->name)));
    // The naive interpreter reads features of features in quadratic time.
    bool readable = (world->series == NULL || world->ahead) && type != FORM_OTHER_LIST && type != FORM_OTHER_MAP;
    feature.ahead = world->ahead;
    if (!readable) feature.type = TYPE_COUNT;
    if (world->spread == 1 && (readable || world->ahead)) world->features[world->feature_count++] = feature;
    view->column_count++;
    return true;
}

static void choose_entity(World *world, ViewDefinition *view)
{
    static const NamedExpression whole[] = {{{"k", 1}, {{"k", 1}, {0, 0}}}, {{"g", 1}, {{"g", 1}, {0, 0}}}};
    static const NamedExpression text[] = {{{"g", 1}, {{"g", 1}, {0, 0}}}};
    static const NamedExpression made[] = {{{"parity", 6}, {{"k % 2", 5}, {0, 0}}}};
    static const NamedExpression real[] = {{{"x", 1}, {{"x", 1}, {0, 0}}}};
    const NamedExpression *const entities[] = {whole, whole, whole, text, made, real};
    static const size_t counts[] = {0, 1, 2, 1, 1, 1};
    size_t chosen = (size_t)draw(&world->draws, COUNT_OF(entities));
    view->by = entities[chosen];
    view->by_count = counts[chosen];
}

/// A key whose value for the request is a feature of a view before: the rows' column of the same type, or the same feature for
/// each row.
static bool link_entity(World *world, ViewDefinition *view, Error *err)
{
    const WorldFeature *feature = &world->features[draw(&world->draws, world->feature_count)];
    if (feature->type == TYPE_LIST || feature->type > TYPE_COUNT || feature->ahead) return true; // no key
    NamedExpression *by = arena_alloc_array(&world->arena, 1, sizeof(*by), err);
    TRY(by != NULL);
    Expression *request = arena_alloc_array(&world->arena, 1, sizeof(*request), err);
    TRY(request != NULL);
    Str column = feature->type == TYPE_STRING ? STR("g") : feature->type == TYPE_INT64 ? STR("k") : STR("x");
    bool turned = feature->type == TYPE_STRING || feature->type == TYPE_INT64 || feature->type == TYPE_FLOAT64;
    *by = (NamedExpression){column, {.text = feature->name}};
    if (!turned || draw_chance(&world->draws, 30)) request->text = feature->name;
    view->by = by;
    view->by_request = request;
    view->by_count = 1;
    return true;
}

static bool make_view(World *world, size_t index, Error *err)
{
    static const InputDefinition inputs[] = {{{"x", 1}, {0, 0}, {.id = TYPE_FLOAT64}},
                                             {{"n", 1}, {0, 0}, {.id = TYPE_INT64}},
                                             {{"s", 1}, {0, 0}, {.id = TYPE_STRING}}};
    ViewDefinition *view = &world->views[index];
    size_t source = (size_t)draw(&world->draws, world->definition.source_count);
    NamedExpression *columns = arena_alloc_array(&world->arena, WORLD_COLUMNS_MAX, sizeof(*columns), err);
    TRY(columns != NULL);

    TRY(arena_format(&world->arena, &view->name, err, "view%zu", index));
    view->columns = columns;
    if (draw_chance(&world->draws, 60)) {
        view->inputs = inputs;
        view->input_count = COUNT_OF(inputs);
    }
    view->inclusive = draw_chance(&world->draws, 25);
    if (draw_chance(&world->draws, 25)) view->ttl_us = 1 + (int64_t)draw(&world->draws, 20) * world->unit_us[source];
    if (draw_chance(&world->draws, 90)) {
        view->from = world->sources[source].name;
        if (world->definition.source_count == 2 && draw_chance(&world->draws, 25)) {
            view->with = &world->sources[1 - source].name;
            view->with_count = 1;
        }
        choose_entity(world, view);
        if (world->feature_count > 0 && draw_chance(&world->draws, 30)) TRY(link_entity(world, view, err));
    } else {
        source = SIZE_MAX;
    }
    size_t count = 1 + (size_t)draw(&world->draws, WORLD_COLUMNS_MAX);
    for (size_t i = 0; i < count; i++) TRY(make_column(world, view, source, &columns[i], err));
    return true;
}

/// A moment of some row, moved by a window's length or not, and by a microsecond or none.
static int64_t draw_instant(World *world)
{
    static const int64_t windows[] = {0, 0, 0, 1, 2, 5, 20, 1000, 5000, 1000000, 3000000};
    size_t source = (size_t)draw(&world->draws, world->definition.source_count);
    const Frame *table = &world->tables[source];
    int64_t instant = draw_int(&world->draws);
    if (table->row_count > 0 && draw_chance(&world->draws, 90)) {
        size_t field = FIELD_T + (size_t)draw(&world->draws, 3);
        int64_t value = table->columns[field].values.ints[draw(&world->draws, table->row_count)];
        bool ns = world->sources[source].schema.fields[FIELD_T].type.id == TYPE_TIMESTAMP_NS;
        instant = ns ? value / 1000 : value * world->unit_us[source];
        if (world->sources[source].timezone.size > 0)
            instant += INT64_C(1000000) * 3600 * (4 + (int64_t)draw(&world->draws, 2));
    }
    Int128 moved =
        (Int128)instant + windows[draw(&world->draws, COUNT_OF(windows))] + (int64_t)draw(&world->draws, 4) - 1;
    return moved > INT64_MAX ? INT64_MAX : moved < INT64_MIN ? INT64_MIN : (int64_t)moved;
}

static bool make_queries(World *world, Error *err)
{
    static const size_t asked[] = {FIELD_K, FIELD_G, FIELD_X, FIELD_N, FIELD_S};
    Column *column = NULL;
    size_t count = world->spread == 1 ? QUERIES : QUERIES_LARGE;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        const Field *field = &FIELDS[asked[i]];
        TRY(frame_add_column(&world->inputs, field->name, type_computed(field->type), &column, err));
        for (size_t row = 0; row < count; row++) TRY(push_value(world, asked[i], column, err));
    }
    frame_finish(&world->inputs);
    world->at = calloc(count, sizeof(*world->at));
    if (world->at == NULL) return error_set(err, ERROR_MEMORY, "queries");
    for (size_t row = 0; row < count; row++) world->at[row] = draw_instant(world);
    return true;
}

/// A label that reads every column that may look ahead.
static bool make_label(World *world, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    for (size_t i = 0; i < world->feature_count; i++) {
        if (!world->features[i].ahead) continue;
        TRY(bytes_append_format(&text, err, "%s%.*s is null", text.size > 0 ? " or " : "",
                                STR_ARG(world->features[i].name)));
    }
    if (text.size == 0) return true;
    world->dataset = (DatasetDefinition){.from = world->sources[0].name, .at = world->sources[0].time};
    world->definition.dataset = &world->dataset;
    return arena_copy(&world->arena, bytes_str(&text), &world->dataset.label.text, err);
}

bool world_make(uint64_t seed, size_t rows_max, World *out, Error *err)
{
    *out = (World){.draws = {.key = random_key(seed, RANDOM_TEST, 0)},
                   .rows_max = rows_max,
                   .spread = rows_max == WORLD_ROWS ? 1 : rows_max / WORLD_ROWS};
    out->definition.sources = out->sources;
    out->definition.views = out->views;
    out->definition.source_count = 1 + (size_t)draw(&out->draws, WORLD_SOURCES_MAX);
    for (size_t i = 0; i < out->definition.source_count; i++) TRY(make_source(out, i, err));
    out->labels = out->spread == 1 && draw_chance(&out->draws, 30);
    size_t views = 1 + (size_t)draw(&out->draws, WORLD_VIEWS_MAX);
    for (; out->definition.view_count < views; out->definition.view_count++)
        TRY(make_view(out, out->definition.view_count, err));
    TRY(make_label(out, err));
    return make_queries(out, err);
}

static bool describe_table(const Frame *table, Bytes *out, Error *err)
{
    for (size_t row = 0; row < table->row_count; row++) {
        TRY(bytes_append_str(out, STR("   "), err));
        for (size_t column = 0; column < table->column_count; column++) {
            Vector vector = frame_vector(table, column);
            vector.type = type_is_timestamp(vector.type) ? TYPE_OF(TYPE_INT64) : vector.type;
            TRY(bytes_append_format(out, err, " %.*s=", STR_ARG(table->fields[column].name)));
            TRY(vector_format(&vector, row, STR("null"), out, err));
        }
        TRY(bytes_append_byte(out, '\n', err));
    }
    return true;
}

static bool describe_source(const World *world, size_t index, Bytes *out, Error *err)
{
    const SourceDefinition *source = &world->sources[index];
    char unit[TYPE_NAME_BYTES_MAX];
    type_name(source->schema.fields[FIELD_T].type, unit);
    TRY(bytes_append_format(
        out, err, "source %.*s: time %s, known %.*s, zone '%.*s', key %zu, deleted '%.*s', known columns %zu\n",
        STR_ARG(source->name), unit, STR_ARG(source->known), STR_ARG(source->timezone), source->key_count,
        STR_ARG(source->deleted.text), source->column_known_count));
    return describe_table(&world->tables[index], out, err);
}

bool world_describe(const World *world, Bytes *out, Error *err)
{
    for (size_t i = 0; i < world->definition.source_count; i++) TRY(describe_source(world, i, out, err));
    for (size_t i = 0; i < world->definition.view_count; i++) {
        const ViewDefinition *view = &world->views[i];
        TRY(bytes_append_format(out, err, "view %.*s from %.*s%s%s ttl %lld by", STR_ARG(view->name),
                                STR_ARG(view->from), view->with_count > 0 ? " and the other" : "",
                                view->inclusive ? " inclusive" : "", (long long)view->ttl_us));
        for (size_t key = 0; key < view->by_count; key++)
            TRY(bytes_append_format(
                out, err, " %.*s: %.*s%s", STR_ARG(view->by[key].name), STR_ARG(view->by[key].expression.text),
                view->by_request != NULL && view->by_request[key].text.size > 0 ? " (rows too)" : ""));
        for (size_t column = 0; column < view->column_count; column++)
            TRY(bytes_append_format(out, err, "\n    c%zu: %.*s", column,
                                    STR_ARG(view->columns[column].expression.text)));
        TRY(bytes_append_byte(out, '\n', err));
    }
    TRY(bytes_append_format(out, err, "label: %.*s\n", STR_ARG(world->dataset.label.text)));
    TRY(bytes_append_str(out, STR("asked:\n"), err));
    TRY(describe_table(&world->inputs, out, err));
    for (size_t row = 0; row < world->inputs.row_count; row++)
        TRY(bytes_append_format(out, err, " %lld", (long long)world->at[row]));
    return bytes_append_byte(out, '\n', err);
}
