/// What follows an aggregate: `over` and `where`.
#include <stdio.h>
#include <string.h>

#include "language/parser_internal.h"
#include "number/parse.h"
#include "text/duration.h"
#include "text/zone.h"

static bool parser_duration_refused(const Parser *parser, const Error *reason, Error *err)
{
    Str text = parser->token->text;
    bool zero = true;
    for (size_t i = 0; i < text.size; i++) zero &= text.data[i] < '1' || text.data[i] > '9';
    if (zero) return place_error(parser->place, parser->token->offset, err, "a window must be longer than 0");
    return place_error(parser->place, parser->token->offset, err, "%s", reason->text);
}

static bool token_is(const Token *token, const char *word)
{
    return token->kind == TOKEN_NAME && str_equal(token->text, str_from(word));
}

/// The word, or an error that says what the window still needs.
static bool parser_expect_word(Parser *parser, const char *word, const char *what, Error *err)
{
    if (!token_is(parser->token, word)) return parser_unexpected(parser, what, err);
    parser->token++;
    return true;
}

static bool parser_time(Parser *parser, const char *what, int64_t *out_us, Error *err)
{
    Error reason = {0};
    if (parser->token->kind != TOKEN_DURATION && parser->token->kind != TOKEN_INT) {
        return parser_unexpected(parser, what, err);
    }
    if (!duration_parse(parser->token->text, out_us, &reason)) return parser_duration_refused(parser, &reason, err);
    parser->token++;
    return true;
}

/// A whole number of `things`, from 1 to `max`.
static bool parser_number(Parser *parser, const char *things, uint32_t max, uint32_t *out, Error *err)
{
    int64_t number = 0;
    if (parser->token->kind != TOKEN_INT) return parser_unexpected(parser, "a whole number", err);
    if (!number_parse_int64(parser->token->text, &number, NULL) || number < 1 || number > max) {
        return place_error(parser->place, parser->token->offset, err, "a window has 1 to %u %s", max, things);
    }
    parser->token++;
    *out = (uint32_t)number;
    return true;
}

static bool token_is_rows(const Token *token)
{
    return token_is(token, "rows") || token_is(token, "row");
}

static bool parser_rows(Parser *parser, uint32_t *out, Error *err)
{
    TRY(parser_number(parser, "rows", WINDOW_ROWS_MAX, out, err));
    if (!token_is_rows(parser->token)) return parser_unexpected(parser, "'rows' after their number", err);
    parser->token++;
    return true;
}

static bool parser_unit(Parser *parser, CalendarUnit *out, Error *err)
{
    Str names[2 * CALENDAR_UNIT_COUNT];
    for (size_t i = 0; i < COUNT_OF(names); i++) names[i] = calendar_unit_name((CalendarUnit)(i / 2), i % 2 == 1);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (parser->token->kind != TOKEN_NAME || !str_equal(parser->token->text, names[i])) continue;
        *out = (CalendarUnit)(i / 2);
        parser->token++;
        return true;
    }
    if (parser->token->kind != TOKEN_NAME)
        return parser_unexpected(parser, "a calendar's unit: day, week, month, quarter or year", err);
    NameHint hint = name_hint(parser->token->text, names, COUNT_OF(names));
    return place_error(parser->place, parser->token->offset, err,
                       "there is no calendar unit '%.*s'; units are day, week, month, quarter, year%s",
                       STR_ARG(parser->token->text), hint.text);
}

/// `in 'Europe/Berlin'`: a text directly after `in` can be nothing else.
static bool parser_zone(Parser *parser, Str *out, Error *err)
{
    const Zone *zone = NULL;
    Error reason = {0};
    *out = STR("UTC");
    if (parser->token[0].kind != TOKEN_IN || parser->token[1].kind != TOKEN_STRING) return true;
    parser->token++;
    if (!zone_find(parser->token->text, &zone, &reason))
        return place_error(parser->place, parser->token->offset, err, "%s", reason.text);
    *out = parser->token->text;
    parser->token++;
    return true;
}

static bool parser_calendar(Parser *parser, Window *out, Error *err)
{
    out->kind = WINDOW_CALENDAR;
    TRY(parser_number(parser, "calendar units", WINDOW_UNITS_MAX, &out->units, err));
    TRY(parser_expect_word(parser, "calendar", "'calendar' after the number", err));
    TRY(parser_unit(parser, &out->unit, err));
    return parser_zone(parser, &out->zone, err);
}

/// What a window begins with.
static bool parser_reach(Parser *parser, Window *out, Error *err)
{
    const Token *next = parser->token + 1;
    if (parser->token->kind == TOKEN_INT && token_is(next, "calendar")) return parser_calendar(parser, out, err);
    if (parser->token->kind == TOKEN_INT && token_is_rows(next)) return parser_rows(parser, &out->rows_max, err);
    out->kind = WINDOW_TIME;
    if (token_is(parser->token, "session")) out->kind = WINDOW_SESSION;
    if (token_is(parser->token, "next")) out->kind = WINDOW_NEXT;
    if (out->kind == WINDOW_TIME) {
        return parser_time(parser, "a window such as 7d, 10 rows, 1 calendar month or session 30m", &out->length_us,
                           err);
    }
    parser->token++;
    return parser_time(parser, "a duration such as 30m", &out->length_us, err);
}

static bool parser_ending(Parser *parser, Window *out, Error *err)
{
    parser->token++;
    TRY(parser_time(parser, "a duration after 'ending': ending 1d ago", &out->ending_us, err));
    return parser_expect_word(parser, "ago", "'ago' after the duration: ending 1d ago", err);
}

static bool parser_step(Parser *parser, Window *out, Error *err)
{
    parser->token++;
    return parser_time(parser, "a duration after 'step': step 1h", &out->step_us, err);
}

static bool parser_cap(Parser *parser, Window *out, Error *err)
{
    parser->token++;
    return parser_rows(parser, &out->rows_max, err);
}

static bool parser_suffix_refused(const Parser *parser, const Window *window, Error *err)
{
    Str word = parser->token->text;
    if (token_is(parser->token, "max")) {
        return place_error(parser->place, parser->token->offset, err, "'max' goes with %s",
                           window->kind == WINDOW_NEXT ? "windows that look back"
                                                       : "windows that are not rows already");
    }
    if (window->kind != WINDOW_TIME && window->kind != WINDOW_CALENDAR) {
        return place_error(parser->place, parser->token->offset, err,
                           "'%.*s' goes with times and calendars: over 7d ending 1d ago step 1h", STR_ARG(word));
    }
    return place_error(parser->place, parser->token->offset, err,
                       "'%.*s' stands out of order: over 7d ending 1d ago step 1h max 100 rows", STR_ARG(word));
}

/// `ending 1d ago`, `step 1h` and `max 100 rows`, in that order.
static bool parser_suffixes(Parser *parser, Window *out, Error *err)
{
    bool may_shift = out->kind == WINDOW_TIME || out->kind == WINDOW_CALENDAR;
    bool may_cap = out->kind != WINDOW_NEXT && out->rows_max == 0;
    if (may_shift && token_is(parser->token, "ending")) TRY(parser_ending(parser, out, err));
    if (may_shift && token_is(parser->token, "step")) TRY(parser_step(parser, out, err));
    if (may_cap && token_is(parser->token, "max")) TRY(parser_cap(parser, out, err));
    bool more = token_is(parser->token, "ending") || token_is(parser->token, "step") || token_is(parser->token, "max");
    return !more || parser_suffix_refused(parser, out, err);
}

static bool parser_window(Parser *parser, Window *out, Str *out_text, Error *err)
{
    size_t begin = parser->token->offset;
    *out = (Window){0};
    TRY(parser_reach(parser, out, err));
    TRY(parser_suffixes(parser, out, err));
    const Token *last = parser->token - 1;
    *out_text = str_slice(parser->place->expression.text, begin, (size_t)last->offset + last->size);
    return true;
}

/// Windows as they are read, before their number is known.
typedef struct WindowSeries {
    Window windows[WINDOW_SERIES_MAX];
    Str texts[WINDOW_SERIES_MAX];
    uint32_t count;
} WindowSeries;

static bool parser_series(Parser *parser, WindowSeries *out, Error *err)
{
    size_t begin = parser->token->offset;
    do {
        parser->token++;
        if (out->count == WINDOW_SERIES_MAX) {
            return place_error(parser->place, parser->token->offset, err, "more than %d windows in a series",
                               WINDOW_SERIES_MAX);
        }
        TRY(parser_window(parser, &out->windows[out->count], &out->texts[out->count], err));
        out->count++;
    } while (parser->token->kind == TOKEN_COMMA);
    if (parser->token->kind != TOKEN_CLOSE_LIST)
        return parser_unexpected(parser, "',' or ']' after a window of the series", err);
    if (out->count == 1) {
        return place_error(parser->place, begin, err, "a series has two windows or more; one stands without brackets");
    }
    parser->token++;
    return true;
}

static bool node_set_windows(Parser *parser, const WindowSeries *series, TreeNode *node, Error *err)
{
    Window *windows = arena_alloc_array(parser->arena, series->count, sizeof(*windows), err);
    Str *texts = arena_alloc_array(parser->arena, series->count, sizeof(*texts), err);
    TRY(windows != NULL && texts != NULL);
    memcpy(windows, series->windows, series->count * sizeof(*windows));
    memcpy(texts, series->texts, series->count * sizeof(*texts));
    node->windows = windows;
    node->window_texts = texts;
    node->window_count = series->count;
    return true;
}

/// `over` and what follows it.
static bool parser_windows(Parser *parser, TreeNode *node, Error *err)
{
    WindowSeries series = {0};
    parser->token++;
    if (parser->token->kind == TOKEN_OPEN_LIST) {
        TRY(parser_series(parser, &series, err));
    } else {
        TRY(parser_window(parser, &series.windows[0], &series.texts[0], err));
        series.count = 1;
    }
    return node_set_windows(parser, &series, node, err);
}

bool parser_read_window(Parser *parser, Pending aggregate, Error *err)
{
    if (parser->token->kind == TOKEN_OVER) TRY(parser_windows(parser, &aggregate.node, err));
    if (parser->token->kind != TOKEN_WHERE) return parser_finish_aggregate(parser, aggregate, err);

    aggregate.kind = PENDING_WHERE;
    parser->token++;
    parser->operand_expected = true;
    return parser_push(parser, aggregate, err);
}
