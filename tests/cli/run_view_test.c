/// What a run shows where nothing can be redrawn: lines for people, JSON for machines.
#include "support/test.h"

#include "cli/run_view.h"
#include "text/json.h"

#include <stdlib.h>

static const FlowStep steps[] = {{.name = STR_INIT("ingest.trips")}, {.name = STR_INIT("train")}};
static const Flow flow = {.steps = steps, .step_count = COUNT_OF(steps)};

/// A view onto memory.
typedef struct Screen {
    Arena arena;
    RunView view;
    char *text;
    size_t size;
    FILE *stream;
} Screen;

static void screen_init(Screen *screen, bool json)
{
    Error err = {0};
    *screen = (Screen){0};
    // A file on no disk, but with a number, as isatty wants one.
    screen->stream = tmpfile();
    assert_non_null(screen->stream);
    RunViewOptions options = {.stream = screen->stream, .json = json, .clock = clock_system()};
    ASSERT_OK(run_view_init(&screen->view, &options, &flow, &screen->arena, &err), err);
    assert_false(screen->view.live);
}

static Str screen_text(Screen *screen)
{
    free(screen->text);
    long size = ftell(screen->stream);
    screen->text = calloc(1, (size_t)size + 1);
    assert_non_null(screen->text);
    rewind(screen->stream);
    screen->size = fread(screen->text, 1, (size_t)size, screen->stream);
    return (Str){screen->text, screen->size};
}

static void screen_deinit(Screen *screen)
{
    free(screen->text);
    (void)fclose(screen->stream);
    run_view_deinit(&screen->view);
    arena_deinit(&screen->arena);
}

static FlowEvent event_of(size_t step, StepState state, const char *text)
{
    return (FlowEvent){.step = &steps[step],
                       .state = state,
                       .attempt = 1,
                       .elapsed_us = 1400000,
                       .text = str_from(text),
                       .left_us = -1};
}

static void show(Screen *screen, FlowEvent event)
{
    run_view_observe(&screen->view, &event);
}

static void a_person_reads_a_line_for_each_change(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, false);
    FlowEvent running = event_of(0, STEP_RUNNING, "new");
    running.elapsed_us = 0;
    show(&screen, running);
    running.text = STR("reading");
    show(&screen, running); // progress is no change
    running.tick = true;
    show(&screen, running);
    show(&screen, event_of(0, STEP_DONE, "1000 rows\nand more"));
    FlowEvent again = event_of(1, STEP_FAILED, "out of memory");
    again.attempt = 2;
    show(&screen, again);
    again.text = STR("exit 1; its last lines:\nbad row 7\nmore");
    again.attempt = 3;
    show(&screen, again);
    ASSERT_STR(screen_text(&screen), "> ingest.trips  running           new\n"
                                     "+ ingest.trips  done        1.4s  1000 rows\n"
                                     "x train         failed      1.4s  out of memory (attempt 2)\n"
                                     "x train         failed      1.4s  bad row 7 (attempt 3)\n");
}

static void a_machine_reads_an_object_for_each_event(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, true);
    FlowEvent running = event_of(1, STEP_RUNNING, "round 5");
    running.done = 5;
    running.total = 20;
    show(&screen, running);
    show(&screen, event_of(1, STEP_DONE, "a \"text\"\nof two lines"));
    ASSERT_STR(screen_text(&screen),
               "{\"step\":\"train\",\"state\":\"running\",\"attempt\":1,\"elapsed_us\":1400000,\"text\":\"round 5\","
               "\"share\":0.25}\n"
               "{\"step\":\"train\",\"state\":\"done\",\"attempt\":1,\"elapsed_us\":1400000,"
               "\"text\":\"a \\\"text\\\"\\nof two lines\"}\n");
}

static void a_reason_is_told_by_the_files_own_paths(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, false);
    show(&screen, event_of(1, STEP_RUNNING, "params.config.train.seed: 1 -> 2, params.config.train.params.l2: 1 -> 0"));
    ASSERT_STR(screen_text(&screen), "> train         running     1.4s  train.seed: 1 -> 2, train.params.l2: 1 -> 0\n");
}

static void a_run_that_only_looked_was_up_to_date(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, false);
    screen.view.steps[1].looks = true;
    show(&screen, event_of(0, STEP_CACHED, ""));
    show(&screen, event_of(1, STEP_DONE, "up to date"));
    assert_false(run_view_worked(&screen.view));
    show(&screen, event_of(0, STEP_DONE, ""));
    assert_true(run_view_worked(&screen.view));
}

static void no_event_is_lost_to_a_text_that_is_no_text(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, true);
    show(&screen, event_of(1, STEP_FAILED, "bad \xFF\xFE byte"));
    ASSERT_STR(screen_text(&screen), "{\"step\":\"train\",\"state\":\"failed\",\"attempt\":1,\"elapsed_us\":1400000,"
                                     "\"text\":\"bad    byte\"}\n");
}

static void long_texts_are_cut_at_a_character(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    char text[400];
    screen_init(&screen, false);
    for (size_t i = 0; i + 3 < sizeof(text); i += 3) memcpy(text + i, "日", 3);
    text[399] = 0;
    show(&screen, event_of(1, STEP_DONE, text));
    assert_true(str_is_utf8(screen_text(&screen)));
    assert_int_equal(strlen(screen.view.steps[1].text), 237);
}

static void steps_that_are_added_while_it_runs_are_shown(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    static const FlowStep other = {.name = STR_INIT("other")};
    screen_init(&screen, false);
    FlowEvent event = event_of(0, STEP_DONE, "");
    event.step = &other;
    show(&screen, event);
    assert_true(str_starts(screen_text(&screen), STR("+ other ")));
    assert_int_equal(screen.view.step_count, COUNT_OF(steps) + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_reads_a_line_for_each_change),
        cmocka_unit_test(a_machine_reads_an_object_for_each_event),
        cmocka_unit_test(a_reason_is_told_by_the_files_own_paths),
        cmocka_unit_test(a_run_that_only_looked_was_up_to_date),
        cmocka_unit_test(no_event_is_lost_to_a_text_that_is_no_text),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(steps_that_are_added_while_it_runs_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
