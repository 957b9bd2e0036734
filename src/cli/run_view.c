#include "cli/run_view.h"

#include "cli/run_screen.h"
#include "sys/environment.h"
#include "text/duration.h"
#include "text/json_writer.h"
#include "text/spark.h"
#include "text/utf8.h"

#include <string.h>

enum {
    VIEW_NAME_WIDTH_MIN = 12,
    VIEW_NAME_WIDTH_MAX = 28,
    VIEW_REDRAW_NS = 40000000, ///< between redraws: more would not be seen
};

static const char marks[] = {
    [STEP_WAITING] = ' ', [STEP_RUNNING] = '>', [STEP_DONE] = '+',      [STEP_CACHED] = '=',    [STEP_REFUSED] = '!',
    [STEP_FAILED] = 'x',  [STEP_SKIPPED] = '-', [STEP_CANCELLED] = 'x', [STEP_PREEMPTED] = '~', [STEP_OMITTED] = '-',
};

static bool terminal_can_move(FILE *stream)
{
    return terminal_is(stream) && !str_equal(environment_get("TERM"), STR("dumb"));
}

void run_view_deinit(RunView *view)
{
    map_deinit(&view->names);
    *view = (RunView){0};
}

static bool steps_grow(RunView *view, Error *err)
{
    size_t room = 2 * view->step_room + 16;
    RunViewStep *steps = arena_alloc_array(view->arena, room, sizeof(RunViewStep), err);
    TRY(steps != NULL);
    if (view->step_count > 0) memcpy(steps, view->steps, view->step_count * sizeof(RunViewStep));
    view->steps = steps;
    view->step_room = room;
    return true;
}

static bool step_add(RunView *view, const FlowStep *step, Error *err)
{
    bool looks = step->uncached && !str_equal(step->kind, STR("command"));
    RunViewStep shown = {.looks = looks, .left_us = -1};
    if (view->step_count == view->step_room) TRY(steps_grow(view, err));
    TRY(arena_copy(view->arena, step->name, &shown.name, err));
    TRY(map_put(&view->names, shown.name, view->step_count, err));
    view->steps[view->step_count++] = shown;
    size_t width = utf8_width(shown.name);
    if (width > VIEW_NAME_WIDTH_MAX) width = VIEW_NAME_WIDTH_MAX;
    if (width > view->name_width) view->name_width = width;
    return true;
}

bool run_view_init(RunView *view, const RunViewOptions *options, const Flow *flow, Arena *arena, Error *err)
{
    AUTO(run_view_deinit)
    RunView made = {.options = *options,
                    .live = !options->json && terminal_can_move(options->stream),
                    .color = environment_get("NO_COLOR").size == 0,
                    .arena = arena,
                    .name_width = VIEW_NAME_WIDTH_MIN};
    for (size_t i = 0; i < flow->step_count; i++) TRY(step_add(&made, &flow->steps[i], err));
    *view = made;
    made = (RunView){0};
    return true;
}

/// A text as a terminal can show it: whole characters, nothing that moves the cursor. Where a key differs is told by the
/// pipeline file's own paths, without what keys put before them.
static void text_show(RunViewStep *step, Str text)
{
    static const Str inner = STR_INIT("params.config.");
    size_t used = 0;
    for (size_t i = 0; i < text.size;) {
        uint32_t code = 0;
        size_t size = utf8_decode(text, i, &code);
        size_t taken = size > 0 ? size : 1;
        bool skipped = str_starts(str_slice(text, i, text.size), inner);
        bool shown = size > 0 && code >= 0x20 && (code < 0x7F || code >= 0xA0);
        i += skipped ? inner.size : taken;
        if (skipped) continue;
        if (used + taken >= sizeof(step->text)) break;
        memcpy(step->text + used, shown ? text.data + i - taken : " ", shown ? taken : 1);
        used += shown ? taken : 1;
    }
    step->text[used] = 0;
}

/// The first line of a text; of a failure the first line that the step itself wrote.
static void text_keep(RunViewStep *step, Str text)
{
    size_t size = str_find(text, '\n');
    if (str_ends(str_slice(text, 0, size), STR("its last lines:"))) {
        text = str_slice(text, size + 1, text.size);
        size = str_find(text, '\n');
    }
    text_show(step, str_slice(text, 0, size));
}

static bool detail_write(const RunViewStep *step, Bytes *out, Error *err)
{
    if (step->state == STEP_RUNNING && step->total > 0) {
        TRY(bar_write(step->done / step->total, 12, out, err));
        TRY(bytes_append_format(out, err, " %3.0f%%  ", 100 * step->done / step->total));
        if (step->left_us >= 0)
            TRY(bytes_append_format(out, err, "%s left  ", duration_format_short(step->left_us).text));
    }
    return bytes_append_str(out, str_from(step->text), err);
}

static bool name_write(const RunViewStep *step, size_t width, Bytes *out, Error *err)
{
    Str name = utf8_cut(step->name, width);
    TRY(bytes_append_format(out, err, "%c %.*s", marks[step->state], STR_ARG(name)));
    for (size_t i = utf8_width(name); i < width; i++) TRY(bytes_append_byte(out, ' ', err));
    return true;
}

bool run_view_line(const RunViewStep *step, size_t name_width, Bytes *out, Error *err)
{
    bool timed = step->state != STEP_WAITING && step->state != STEP_SKIPPED && step->elapsed_us > 0;
    TRY(name_write(step, name_width, out, err));
    TRY(bytes_append_format(out, err, "  %-9s %6s  ", step_state_name(step->state),
                            timed ? duration_format_short(step->elapsed_us).text : ""));
    TRY(detail_write(step, out, err));
    if (step->attempt > 1) TRY(bytes_append_format(out, err, " (attempt %u)", step->attempt));
    while (out->size > 0 && out->data[out->size - 1] == ' ') out->size--;
    return true;
}

static bool json_line(const RunViewStep *step, const FlowEvent *event, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("step"), step->name, err));
    TRY(json_field_str(&json, STR("state"), str_from(step_state_name(step->state)), err));
    TRY(json_field_int(&json, STR("attempt"), step->attempt, err));
    TRY(json_field_int(&json, STR("elapsed_us"), step->elapsed_us, err));
    TRY(json_field_str(&json, STR("text"), str_is_utf8(event->text) ? event->text : str_from(step->text), err));
    if (step->total > 0) TRY(json_field_double(&json, STR("share"), step->done / step->total, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool plain_line(const RunView *view, const RunViewStep *step, Bytes *out, Error *err)
{
    TRY(run_view_line(step, view->name_width, out, err));
    return bytes_append_byte(out, '\n', err);
}

static void view_put(RunView *view, const Bytes *text)
{
    (void)fwrite(text->data, 1, text->size, view->options.stream);
    (void)fflush(view->options.stream);
}

static void screen_draw(RunView *view)
{
    AUTO(bytes_deinit) Bytes out = {0};
    Error ignored = {0};
    size_t width = terminal_width(view->options.stream, 100);
    size_t height = terminal_height(view->options.stream, 30);
    view->drawn_ns = clock_monotonic_ns(view->options.clock);
    if (run_screen_write(view, width, height, &out, &ignored)) view_put(view, &out);
}

/// A step that was added while the run goes on is added here too.
static RunViewStep *step_find(RunView *view, const FlowStep *step)
{
    uint64_t place = 0;
    Error ignored = {0};
    if (map_get(&view->names, step->name, &place)) return &view->steps[place];
    return step_add(view, step, &ignored) ? &view->steps[view->step_count - 1] : NULL;
}

/// Takes over what the event says; true when the step's state is another now.
static bool step_take(RunView *view, RunViewStep *step, const FlowEvent *event)
{
    step->elapsed_us = event->elapsed_us;
    if (event->tick) return false;
    bool changed = !step->seen || step->state != event->state || step->attempt != event->attempt;
    step->seen = true;
    step->state = event->state;
    step->attempt = event->attempt;
    step->done = event->done;
    step->total = event->total;
    step->left_us = event->left_us;
    if (changed) step->changed = ++view->changes;
    text_keep(step, event->text);
    return changed;
}

void run_view_observe(void *context, const FlowEvent *event)
{
    RunView *view = context;
    AUTO(bytes_deinit) Bytes out = {0};
    Error ignored = {0};
    RunViewStep *step = step_find(view, event->step);
    if (step == NULL) return;
    bool changed = step_take(view, step, event);
    if (view->live) {
        if (clock_monotonic_ns(view->options.clock) - view->drawn_ns >= VIEW_REDRAW_NS) screen_draw(view);
    } else if (view->options.json && !event->tick) {
        if (json_line(step, event, &out, &ignored)) view_put(view, &out);
    } else if (!view->options.json && changed) {
        if (plain_line(view, step, &out, &ignored)) view_put(view, &out);
    }
}

void run_view_end(RunView *view)
{
    view->options.interrupt = NULL;
    if (view->live) screen_draw(view);
}

bool run_view_worked(const RunView *view)
{
    for (size_t i = 0; i < view->step_count; i++)
        if (view->steps[i].state == STEP_DONE && !view->steps[i].looks) return true;
    return false;
}
