/// What a run shows: lines for people, JSON for machines, and a live screen whose lines never wrap.
#include "support/test.h"

#include "cli/run_view.h"
#include "text/json.h"
#include "text/utf8.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
    ASSERT_OK(run_view_init(&screen->view, &flow, screen->stream, json, &screen->arena, &err), err);
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
    show(&screen, event_of(0, STEP_DONE, "1000 rows\nand more"));
    FlowEvent again = event_of(1, STEP_FAILED, "out of memory");
    again.attempt = 2;
    show(&screen, again);
    again.text = STR("exit 1; its last lines:\nbad row 7\nmore");
    again.attempt = 3;
    show(&screen, again);
    ASSERT_STR(screen_text(&screen), "> ingest.trips       running            new\n"
                                     "+ ingest.trips       done         1.4s  1000 rows\n"
                                     "x train              failed       1.4s  out of memory (attempt 2)\n"
                                     "x train              failed       1.4s  bad row 7 (attempt 3)\n");
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

static void no_event_is_lost_to_a_text_that_is_no_text(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, true);
    show(&screen, event_of(1, STEP_FAILED, "bad \xFF\xFE byte"));
    ASSERT_STR(screen_text(&screen), "{\"step\":\"train\",\"state\":\"failed\",\"attempt\":1,\"elapsed_us\":1400000,"
                                     "\"text\":\"bad    byte\"}\n");
}

/// Every line on the screen takes less than `width` columns, and no byte moves the cursor but the view's own.
static void check_lines(Str text, size_t width, size_t lines)
{
    size_t found = 0;
    Str line = {0};
    while (str_split(&text, '\n', &line)) {
        while (str_starts(line, STR("\033["))) {
            size_t end = 2;
            while (end < line.size && !(line.data[end] >= 'A' && line.data[end] <= 'z')) end++;
            line = str_slice(line, end + 1, line.size);
        }
        if (line.size == 0) continue;
        assert_true(str_ends(line, STR("\033[0m")));
        line = str_slice(line, 0, line.size - 4);
        assert_true(str_is_utf8(line) && utf8_width(line) < width);
        assert_int_equal(str_find(line, '\033'), line.size);
        found++;
    }
    assert_int_equal(found, lines);
}

static void live_lines_never_wrap(void **state)
{
    UNUSED(state);
    static const size_t widths[] = {1, 10, 24, 40, 47, 80, 100, 200};
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        AUTO(screen_deinit) Screen screen;
        screen_init(&screen, false);
        screen.view.live = true;
        screen.view.width = widths[i];
        FlowEvent running =
            event_of(1, STEP_RUNNING,
                     "\033[2Jlong \t text with 日本語 and \xFF broken bytes, on and on and on and on and on, "
                     "to the end of the widest of all screens and still further, until nobody reads it");
        running.done = 7;
        running.total = 9;
        running.left_us = 3000000;
        show(&screen, running);
        show(&screen, event_of(0, STEP_CACHED, ""));
        check_lines(screen_text(&screen), widths[i], widths[i] > 1 ? 4 : 0);
    }
}

static void the_screen_is_drawn_over_itself(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, false);
    screen.view.live = true;
    screen.view.width = 60;
    show(&screen, event_of(0, STEP_CACHED, ""));
    show(&screen, event_of(1, STEP_DONE, "0.41"));
    ASSERT_STR(screen_text(&screen), "\033[2K\033[2m= ingest.trips       cached       1.4s  \033[0m\n"
                                     "\033[2K  train              waiting            \033[0m\n"
                                     "\033[2A"
                                     "\033[2K\033[2m= ingest.trips       cached       1.4s  \033[0m\n"
                                     "\033[2K\033[32m+ train              done         1.4s  0.41\033[0m\n");
}

static bool is_live_at(unsigned short rows, bool json, size_t *out_width)
{
    const struct winsize size = {.ws_row = rows, .ws_col = 50};
    AUTO(arena_deinit) Arena arena = {0};
    RunView view = {0};
    Error err = {0};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    FILE *stream = fopen(ptsname(master), "w");
    assert_non_null(stream);
    assert_int_equal(ioctl(fileno(stream), TIOCSWINSZ, &size), 0);
    ASSERT_OK(run_view_init(&view, &flow, stream, json, &arena, &err), err);
    *out_width = view.width;
    (void)fclose(stream);
    (void)close(master);
    return view.live;
}

static void only_a_terminal_that_is_high_enough_is_drawn_over(void **state)
{
    UNUSED(state);
    size_t width = 0;
    assert_true(is_live_at(3, false, &width));
    assert_int_equal(width, 50);
    assert_false(is_live_at(2, false, &width));
    assert_false(is_live_at(24, true, &width));
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
    assert_int_equal(strlen(screen.view.steps[1].text), 159);
}

static void steps_of_another_flow_are_not_shown(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    static const FlowStep other = {.name = STR_INIT("other")};
    screen_init(&screen, false);
    FlowEvent event = event_of(0, STEP_DONE, "");
    event.step = &other;
    show(&screen, event);
    assert_int_equal(screen_text(&screen).size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_reads_a_line_for_each_change),
        cmocka_unit_test(a_machine_reads_an_object_for_each_event),
        cmocka_unit_test(no_event_is_lost_to_a_text_that_is_no_text),
        cmocka_unit_test(live_lines_never_wrap),
        cmocka_unit_test(the_screen_is_drawn_over_itself),
        cmocka_unit_test(only_a_terminal_that_is_high_enough_is_drawn_over),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(steps_of_another_flow_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
