#include "cli/run_screen.h"

#include "base/memory.h"
#include "cli/run_fold.h"
#include "text/utf8.h"

enum { SCREEN_STEPS_MAX = 256, SCREEN_LINES_KEPT = 2 };

/// Steps on the screen, by their place in the flow.
typedef struct Shown {
    size_t items[SCREEN_STEPS_MAX];
    size_t count, max;
} Shown;

static const char *const colors[] = {
    [STEP_WAITING] = "\033[2m", [STEP_RUNNING] = "\033[36m",   [STEP_DONE] = "\033[32m",
    [STEP_CACHED] = "\033[2m",  [STEP_REFUSED] = "\033[33m",   [STEP_FAILED] = "\033[31m",
    [STEP_SKIPPED] = "\033[2m", [STEP_CANCELLED] = "\033[33m", [STEP_PREEMPTED] = "\033[33m",
    [STEP_OMITTED] = "\033[2m",
};

static bool is_bad(StepState state)
{
    return state == STEP_FAILED || state == STEP_REFUSED || state == STEP_CANCELLED || state == STEP_PREEMPTED;
}

/// 0 is shown first. Steps that were skipped come last: one that went wrong tells more.
static int rank_of(const RunViewStep *step)
{
    if (step->state == STEP_RUNNING) return 0;
    if (is_bad(step->state)) return 1;
    if (step->state == STEP_DONE || step->state == STEP_CACHED) return 2;
    return step->state == STEP_WAITING ? 3 : 4;
}

/// The later of two that ended; of others the earlier in the flow.
static bool goes_before(const RunView *view, size_t left, size_t right)
{
    const RunViewStep *a = &view->steps[left];
    const RunViewStep *b = &view->steps[right];
    if (rank_of(a) != rank_of(b)) return rank_of(a) < rank_of(b);
    if (rank_of(a) == 2 && a->changed != b->changed) return a->changed > b->changed;
    return left < right;
}

/// Keeps the best `max`, sorted by insertion: there are few lines.
static void shown_offer(const RunView *view, Shown *shown, size_t step)
{
    size_t place = shown->count;
    while (place > 0 && goes_before(view, step, shown->items[place - 1])) place--;
    if (place >= shown->max) return;
    if (shown->count < shown->max) shown->count++;
    for (size_t i = shown->count - 1; i > place; i--) shown->items[i] = shown->items[i - 1];
    shown->items[place] = step;
}

static void sort_places(Shown *shown)
{
    for (size_t i = 1; i < shown->count; i++) {
        size_t item = shown->items[i];
        size_t place = i;
        for (; place > 0 && shown->items[place - 1] > item; place--) shown->items[place] = shown->items[place - 1];
        shown->items[place] = item;
    }
}

static void steps_choose(const RunView *view, size_t height, Shown *out)
{
    size_t room = height > SCREEN_LINES_KEPT + 1 ? height - SCREEN_LINES_KEPT : 1;
    out->max = view->step_count <= room ? view->step_count : room - (room > 1);
    if (out->max > SCREEN_STEPS_MAX) out->max = SCREEN_STEPS_MAX;
    for (size_t i = 0; i < view->step_count; i++) shown_offer(view, out, i);
    sort_places(out);
}

/// Never wider than the terminal, so that lines can be counted; what was there before is erased behind it.
static bool screen_line(const RunView *view, const char *color, Str text, size_t width, Bytes *out, Error *err)
{
    Str cut = utf8_cut(text, width > 1 ? width - 1 : 1);
    if (!view->color) return bytes_append_format(out, err, "%.*s\033[K\n", STR_ARG(cut));
    return bytes_append_format(out, err, "%s%.*s\033[0m\033[K\n", color, STR_ARG(cut));
}

static bool step_line(const RunView *view, const RunViewStep *step, size_t width, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes line = {0};
    TRY(run_view_line(step, view->name_width, &line, err));
    return screen_line(view, colors[step->state], bytes_str(&line), width, out, err);
}

static bool rest_line(const RunView *view, const Shown *shown, size_t width, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes line = {0};
    size_t counts[COUNT_OF(colors)] = {0};
    for (size_t i = 0, k = 0; i < view->step_count; i++) {
        if (k < shown->count && shown->items[k] == i)
            k++;
        else
            counts[view->steps[i].state]++;
    }
    TRY(bytes_append_format(&line, err, "  and %zu more", view->step_count - shown->count));
    const char *separator = ":";
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        if (counts[i] == 0) continue;
        TRY(bytes_append_format(&line, err, "%s %zu %s", separator, counts[i], step_state_name((StepState)i)));
        separator = ",";
    }
    return screen_line(view, "", bytes_str(&line), width, out, err);
}

static bool interrupt_line(const RunView *view, size_t width, Bytes *out, Error *err)
{
    const Interrupt *interrupt = view->options.interrupt;
    Str text = interrupt->count > 1 ? STR("stopping: running steps are killed")
                                    : STR("stopping: running steps save and end; Ctrl-C again kills them");
    return screen_line(view, colors[STEP_CANCELLED], text, width, out, err);
}

static bool screen_write(RunView *view, size_t width, size_t height, Bytes *out, Error *err)
{
    Shown shown = {0};
    bool stopping = view->options.interrupt != NULL && view->options.interrupt->count > 0;
    steps_choose(view, height, &shown);
    TRY(bytes_append_byte(out, '\r', err));
    if (view->drawn > 0) TRY(bytes_append_format(out, err, "\033[%zuA", view->drawn));
    for (size_t i = 0; i < shown.count; i++) TRY(step_line(view, &view->steps[shown.items[i]], width, out, err));
    view->drawn = shown.count;
    if (shown.count < view->step_count) {
        TRY(rest_line(view, &shown, width, out, err));
        view->drawn++;
    }
    if (stopping) {
        TRY(interrupt_line(view, width, out, err));
        view->drawn++;
    }
    return bytes_append_str(out, STR("\033[J"), err);
}

bool run_screen_write(RunView *view, size_t width, size_t height, Bytes *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RunView folded = *view;
    RunViewStep *steps = NULL;
    TRY(run_fold(view, &arena, &steps, &folded.step_count, err));
    if (steps == NULL) return screen_write(view, width, height, out, err);
    folded.steps = steps;
    bool written = screen_write(&folded, width, height, out, err);
    view->drawn = folded.drawn;
    memory_free(steps);
    return written;
}
