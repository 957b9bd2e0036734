#include "cli/run_view.h"

#include "sys/environment.h"
#include "text/duration.h"
#include "text/json_writer.h"
#include "text/spark.h"
#include "text/utf8.h"

#include <string.h>

typedef struct StateLook {
    const char *mark, *color;
} StateLook;

static const StateLook looks[] = {
    [STEP_WAITING] = {" ", ""},        [STEP_RUNNING] = {">", "\033[36m"},   [STEP_DONE] = {"+", "\033[32m"},
    [STEP_CACHED] = {"=", "\033[2m"},  [STEP_REFUSED] = {"!", "\033[33m"},   [STEP_FAILED] = {"x", "\033[31m"},
    [STEP_SKIPPED] = {"-", "\033[2m"}, [STEP_CANCELLED] = {"x", "\033[33m"}, [STEP_PREEMPTED] = {"~", "\033[33m"},
};

/// Lines that have left the screen at its top cannot be drawn over.
static bool fits_screen(const Flow *flow, FILE *stream)
{
    return terminal_is(stream) && flow->step_count < terminal_height(stream, SIZE_MAX);
}

bool run_view_init(RunView *view, const Flow *flow, FILE *stream, bool json, Arena *arena, Error *err)
{
    *view = (RunView){.stream = stream,
                      .live = !json && fits_screen(flow, stream),
                      .json = json,
                      .width = terminal_width(stream, 100)};
    view->steps = arena_alloc_array(arena, flow->step_count + 1, sizeof(RunViewStep), err);
    TRY(view->steps != NULL);
    view->step_count = flow->step_count;
    for (size_t i = 0; i < flow->step_count; i++)
        view->steps[i] = (RunViewStep){.name = flow->steps[i].name, .left_us = -1};
    return true;
}

/// A text as a terminal can show it: whole characters, nothing that moves the cursor.
static void text_show(RunViewStep *step, Str text)
{
    size_t used = 0;
    for (size_t i = 0; i < text.size;) {
        uint32_t code = 0;
        size_t size = utf8_decode(text, i, &code);
        size_t taken = size > 0 ? size : 1;
        if (used + taken >= sizeof(step->text)) break;
        bool shown = size > 0 && code >= 0x20 && (code < 0x7F || code >= 0xA0);
        memcpy(step->text + used, shown ? text.data + i : " ", shown ? taken : 1);
        used += shown ? taken : 1;
        i += taken;
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
        TRY(bytes_append_format(out, err, " %3.0f%%", 100 * step->done / step->total));
        if (step->left_us >= 0)
            TRY(bytes_append_format(out, err, " %s left", duration_format_short(step->left_us).text));
        TRY(bytes_append_str(out, STR("  "), err));
    }
    return bytes_append_str(out, str_from(step->text), err);
}

static bool line_write(const RunViewStep *step, bool color, Bytes *out, Error *err)
{
    const StateLook *look = &looks[step->state];
    bool timed = step->state != STEP_WAITING && step->state != STEP_SKIPPED && step->elapsed_us > 0;
    TRY(bytes_append_format(out, err, "%s%s %-18.*s %-9s %7s  ", color ? look->color : "", look->mark,
                            STR_ARG(step->name), step_state_name(step->state),
                            timed ? duration_format_short(step->elapsed_us).text : ""));
    TRY(detail_write(step, out, err));
    if (step->attempt > 1) TRY(bytes_append_format(out, err, " (attempt %u)", step->attempt));
    return !color || bytes_append_str(out, STR("\033[0m"), err);
}

/// Never longer than the terminal is wide, so that lines can be counted. Colour codes take no columns.
static bool live_line(const RunView *view, const RunViewStep *step, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes line = {0};
    TRY(line_write(step, false, &line, err));
    Str text = utf8_cut(bytes_str(&line), view->width > 0 ? view->width - 1 : 0);
    return bytes_append_format(out, err, "\033[2K%s%.*s\033[0m\n", looks[step->state].color, STR_ARG(text));
}

static bool screen_write(RunView *view, Bytes *out, Error *err)
{
    if (view->drawn > 0) TRY(bytes_append_format(out, err, "\033[%zuA", view->drawn));
    for (size_t i = 0; i < view->step_count; i++) TRY(live_line(view, &view->steps[i], out, err));
    view->drawn = view->step_count;
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

static bool view_write(RunView *view, const RunViewStep *step, const FlowEvent *event, bool changed, Bytes *out,
                       Error *err)
{
    if (view->live) return screen_write(view, out, err);
    if (view->json) return json_line(step, event, out, err);
    if (!changed) return true;
    TRY(line_write(step, false, out, err));
    return bytes_append_byte(out, '\n', err);
}

static RunViewStep *step_find(RunView *view, Str name)
{
    for (size_t i = 0; i < view->step_count; i++)
        if (str_equal(view->steps[i].name, name)) return &view->steps[i];
    return NULL;
}

void run_view_observe(void *context, const FlowEvent *event)
{
    RunView *view = context;
    AUTO(bytes_deinit) Bytes out = {0};
    Error ignored = {0};
    RunViewStep *step = step_find(view, event->step->name);
    if (step == NULL) return;
    bool changed = !step->seen || step->state != event->state || step->attempt != event->attempt;
    step->seen = true;
    step->state = event->state;
    step->attempt = event->attempt;
    step->elapsed_us = event->elapsed_us;
    step->done = event->done;
    step->total = event->total;
    step->left_us = event->left_us;
    text_keep(step, event->text);
    if (!view_write(view, step, event, changed, &out, &ignored)) return;
    (void)fwrite(out.data, 1, out.size, view->stream);
    (void)fflush(view->stream);
}
