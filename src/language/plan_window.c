/// A window in a plan's encoding: its kind, and the fields that this kind has.
#include "language/plan_internal.h"

static const Str KIND_NAMES[WINDOW_KIND_COUNT] = {STR_INIT("lifetime"), STR_INIT("time"), STR_INIT("calendar"),
                                                  STR_INIT("session"), STR_INIT("next")};

static bool has_length(const Window *window)
{
    return window->kind != WINDOW_LIFETIME && window->kind != WINDOW_CALENDAR;
}

static bool has_shift(const Window *window)
{
    return window->kind == WINDOW_TIME || window->kind == WINDOW_CALENDAR;
}

static bool encode_calendar(JsonWriter *json, const Window *window, Error *err)
{
    TRY(json_field_str(json, STR("unit"), calendar_unit_name(window->unit, false), err));
    TRY(json_field_uint(json, STR("units"), window->units, err));
    return json_field_str(json, STR("zone"), window->zone, err);
}

bool plan_window_encode(JsonWriter *json, const Window *window, Error *err)
{
    TRY(json_field_object(json, STR("window"), err));
    TRY(json_field_str(json, STR("kind"), KIND_NAMES[window->kind], err));
    if (has_length(window)) TRY(json_field_int(json, STR("length_us"), window->length_us, err));
    if (window->kind == WINDOW_CALENDAR) TRY(encode_calendar(json, window, err));
    if (has_shift(window)) {
        TRY(json_field_int(json, STR("ending_us"), window->ending_us, err));
        TRY(json_field_int(json, STR("step_us"), window->step_us, err));
    }
    if (window->kind != WINDOW_NEXT) TRY(json_field_uint(json, STR("rows_max"), window->rows_max, err));
    return json_object_end(json, err);
}

static bool decode_int(const Node *map, Str key, int64_t min, int64_t max, int64_t *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_int(node, min, max, out, err);
}

static bool decode_choice(const Node *map, Str key, const Str *names, size_t count, size_t *out, Error *err)
{
    const Node *node = NULL;
    TRY(node_need(map, key, &node, err));
    return node_choice(node, names, count, out, err);
}

static bool decode_calendar(const Node *map, Arena *arena, Window *out, Error *err)
{
    Str units[CALENDAR_UNIT_COUNT];
    const Node *zone = NULL;
    Str name = {0};
    size_t unit = 0;
    int64_t count = 0;
    for (size_t i = 0; i < COUNT_OF(units); i++) units[i] = calendar_unit_name((CalendarUnit)i, false);
    TRY(decode_choice(map, STR("unit"), units, COUNT_OF(units), &unit, err));
    TRY(decode_int(map, STR("units"), 1, WINDOW_UNITS_MAX, &count, err));
    TRY(node_need(map, STR("zone"), &zone, err));
    TRY(node_str(zone, &name, err));
    out->unit = (CalendarUnit)unit;
    out->units = (uint32_t)count;
    return arena_copy(arena, name, &out->zone, err);
}

bool plan_window_decode(const Node *map, Arena *arena, Window *out, Error *err)
{
    Window window = {0};
    const Node *node = NULL;
    size_t kind = 0;
    int64_t rows_max = 0;
    TRY(node_need(map, STR("window"), &node, err));
    TRY(node_expect(node, NODE_MAP, err));
    TRY(decode_choice(node, STR("kind"), KIND_NAMES, COUNT_OF(KIND_NAMES), &kind, err));
    window.kind = (WindowKind)kind;
    if (has_length(&window)) TRY(decode_int(node, STR("length_us"), 1, INT64_MAX, &window.length_us, err));
    if (window.kind == WINDOW_CALENDAR) TRY(decode_calendar(node, arena, &window, err));
    if (has_shift(&window)) {
        TRY(decode_int(node, STR("ending_us"), 0, INT64_MAX, &window.ending_us, err));
        TRY(decode_int(node, STR("step_us"), 0, INT64_MAX, &window.step_us, err));
    }
    if (window.kind != WINDOW_NEXT) TRY(decode_int(node, STR("rows_max"), 0, WINDOW_ROWS_MAX, &rows_max, err));
    window.rows_max = (uint32_t)rows_max;
    *out = window;
    return true;
}
