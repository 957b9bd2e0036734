/// The live view: lines that never wrap nor scroll, drawn over the last ones in one piece.
#include "support/test.h"

#include "cli/run_screen.h"
#include "text/utf8.h"

enum { STEP_COUNT = 40 };

/// A view of `count` steps called s0, s1, ... that nobody looks at.
typedef struct Screen {
    RunViewStep steps[STEP_COUNT];
    char names[STEP_COUNT][8];
    Interrupt interrupt;
    RunView view;
    Bytes text;
} Screen;

static void screen_init(Screen *screen, size_t count)
{
    *screen = (Screen){0};
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(screen->names[i], sizeof(screen->names[i]), "s%zu", i);
        screen->steps[i].name = str_from(screen->names[i]);
    }
    screen->view = (RunView){.steps = screen->steps, .step_count = count, .name_width = 12, .color = true};
    screen->view.options.interrupt = &screen->interrupt;
}

static void screen_deinit(Screen *screen)
{
    bytes_deinit(&screen->text);
}

static Str draw(Screen *screen, size_t width, size_t height)
{
    Error err = {0};
    bytes_clear(&screen->text);
    ASSERT_OK(run_screen_write(&screen->view, width, height, &screen->text, &err), err);
    return bytes_str(&screen->text);
}

static void set(Screen *screen, size_t i, StepState state)
{
    screen->steps[i].state = state;
    screen->steps[i].changed = ++screen->view.changes;
}

/// The text without what the view itself says to the terminal; no other escape may be left.
static size_t strip(Str text, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\r') continue;
        if (text.data[i] != '\033') {
            out[used++] = text.data[i];
            continue;
        }
        assert_true(text.data[++i] == '[');
        while (!(text.data[++i] >= 'A' && text.data[i] <= 'z')) assert_true(i + 1 < text.size);
    }
    out[used] = 0;
    return used;
}

static void lines_never_wrap(void **state)
{
    UNUSED(state);
    static const size_t widths[] = {1, 10, 24, 40, 47, 80, 100, 200};
    static char plain[8192];
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, 2);
    set(&screen, 1, STEP_RUNNING);
    screen.steps[1].done = 7;
    screen.steps[1].total = 9;
    (void)snprintf(
        screen.steps[1].text, sizeof(screen.steps[1].text), "%s",
        "long text with 日本語, on and on and on and on and on and on and on and on, to the end of the widest "
        "of all screens and still further, until nobody reads it any more, not even the one who wrote it");
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        Str text = {plain, strip(draw(&screen, widths[i], 24), plain)};
        Str line = {0};
        while (str_split(&text, '\n', &line)) assert_true(utf8_width(line) < widths[i] || widths[i] == 1);
    }
}

static void the_screen_is_drawn_over_itself(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, 2);
    set(&screen, 0, STEP_CACHED);
    ASSERT_STR(draw(&screen, 80, 24), "\r\033[2m= s0            cached\033[0m\033[K\n"
                                      "\033[2m  s1            waiting\033[0m\033[K\n\033[J");
    set(&screen, 1, STEP_DONE);
    ASSERT_STR(draw(&screen, 80, 24), "\r\033[2A\033[2m= s0            cached\033[0m\033[K\n"
                                      "\033[32m+ s1            done\033[0m\033[K\n\033[J");
}

static void more_steps_than_lines_show_what_matters_and_count_the_rest(void **state)
{
    UNUSED(state);
    static char plain[8192];
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, STEP_COUNT);
    for (size_t i = 0; i < 20; i++) set(&screen, i, STEP_DONE);
    set(&screen, 3, STEP_FAILED);
    set(&screen, 35, STEP_RUNNING);
    Str text = {plain, strip(draw(&screen, 80, 8), plain)};
    ASSERT_STR(text, "x s3            failed\n"
                     "+ s17           done\n"
                     "+ s18           done\n"
                     "+ s19           done\n"
                     "> s35           running\n"
                     "  and 35 more: 19 waiting, 16 done\n");
    assert_int_equal(screen.view.drawn, 6);
}

static void a_first_signal_tells_what_a_second_one_does(void **state)
{
    UNUSED(state);
    static char plain[1024];
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, 1);
    screen.interrupt.count = 1;
    Str text = {plain, strip(draw(&screen, 80, 24), plain)};
    ASSERT_STR(text, "  s0            waiting\n"
                     "stopping: running steps save and end; Ctrl-C again kills them\n");
    assert_int_equal(screen.view.drawn, 2);
}

static void every_height_and_width_has_a_screen(void **state)
{
    UNUSED(state);
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, STEP_COUNT);
    for (size_t height = 1; height < 60; height++) {
        (void)draw(&screen, height, height);
        assert_true(screen.view.drawn >= 1 && (screen.view.drawn < height || height <= 2));
    }
}

static void instances_of_one_step_are_one_line(void **state)
{
    UNUSED(state);
    char lines[20000];
    AUTO(screen_deinit) Screen screen;
    screen_init(&screen, 12);
    for (size_t i = 2; i < 12; i++) {
        (void)snprintf(screen.names[i], sizeof(screen.names[i]), "t[%zu]", i - 2);
        screen.steps[i].name = str_from(screen.names[i]);
        set(&screen, i, i < 6 ? STEP_DONE : i < 9 ? STEP_RUNNING : STEP_WAITING);
    }
    set(&screen, 6, STEP_FAILED);
    Str text = draw(&screen, 100, 30);
    size_t size = strip(text, lines);
    lines[size] = 0;
    assert_int_equal(screen.view.drawn, 3);
    assert_non_null(strstr(lines, "t[]"));
    assert_non_null(strstr(lines, " 50%"));
    assert_non_null(strstr(lines, "3 waiting, 2 running, 4 done, 1 failed"));
    assert_null(strstr(lines, "t[3]"));
    screen.view.step_count = 5;
    (void)draw(&screen, 100, 30);
    assert_int_equal(screen.view.drawn, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_never_wrap),
        cmocka_unit_test(the_screen_is_drawn_over_itself),
        cmocka_unit_test(more_steps_than_lines_show_what_matters_and_count_the_rest),
        cmocka_unit_test(a_first_signal_tells_what_a_second_one_does),
        cmocka_unit_test(every_height_and_width_has_a_screen),
        cmocka_unit_test(instances_of_one_step_are_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
