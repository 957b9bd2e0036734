#include "support/session.h"

#include "base/array.h"
#include "base/bytes.h"
#include "support/test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SESSION_CASES_MAX = 256, SESSION_LINE_MAX = 8192 };

typedef struct SessionCase {
    char name[128];
    Str text; ///< from the line after "####"
    Bytes actual;
} SessionCase;

typedef struct Session {
    Bytes file;
    SessionCase cases[SESSION_CASES_MAX];
    size_t count;
    size_t next;
} Session;

static Session session;

static bool bytes_from_stream(FILE *stream, Bytes *out)
{
    char piece[4096];
    Error err = {0};
    size_t count = 0;
    while ((count = fread(piece, 1, sizeof(piece), stream)) > 0)
        if (!bytes_append(out, piece, count, &err)) return false;
    return true;
}

static void session_read(const char *path)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_true(bytes_from_stream(stream, &session.file));
    (void)fclose(stream);
    Str rest = bytes_str(&session.file);
    Str line = {0};
    SessionCase *current = NULL;
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, STR("#### "))) {
            current = &session.cases[session.count++];
            assert_true(session.count < SESSION_CASES_MAX);
            (void)snprintf(current->name, sizeof(current->name), "%.*s", (int)line.size - 5, line.data + 5);
            current->text = (Str){.data = rest.data, .size = 0};
        } else if (current != NULL) {
            current->text.size = (size_t)(line.data + line.size - current->text.data);
        }
    }
}

/// Replaces what varies between machines and runs, word by word.
static void word_normalise(Str word, Bytes *out)
{
    Error err = {0};
    size_t hex = 0;
    while (hex < word.size && isxdigit((unsigned char)word.data[hex]) && !isupper((unsigned char)word.data[hex])) hex++;
    bool digest = hex == word.size && (hex == 12 || hex == 64);
    assert_true(bytes_append_str(out, digest ? STR("DIGEST") : word, &err));
}

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

static void normalise(Str text, Str directory, Bytes *out)
{
    Error err = {0};
    size_t i = 0;
    while (i < text.size) {
        Str rest = str_slice(text, i, text.size);
        if (str_starts(rest, directory)) {
            assert_true(bytes_append_str(out, STR("DIR"), &err));
            i += directory.size;
            continue;
        }
        size_t end = i;
        while (end < text.size && is_word(text.data[end])) end++;
        if (end == i) {
            assert_true(bytes_append_byte(out, (uint8_t)text.data[i++], &err));
            continue;
        }
        word_normalise(str_slice(text, i, end), out);
        i = end;
    }
}

static void file_write(Str directory, Str name, Str content)
{
    char path[SESSION_LINE_MAX];
    (void)snprintf(path, sizeof(path), "%.*s/%.*s", STR_ARG(directory), STR_ARG(name));
    for (char *slash = path + directory.size + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = 0;
        (void)mkdir(path, 0755);
        *slash = '/';
    }
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(content.data, 1, content.size, stream), content.size);
    assert_int_equal(fclose(stream), 0);
}

static void command_run(SessionCase *current, Str directory, Str command)
{
    char line[SESSION_LINE_MAX];
    AUTO(bytes_deinit) Bytes printed = {0};
    Error err = {0};
    (void)snprintf(line, sizeof(line), "cd '%.*s' && { %.*s; } 2>&1 </dev/null", STR_ARG(directory), STR_ARG(command));
    FILE *stream = popen(line, "r");
    assert_non_null(stream);
    assert_true(bytes_from_stream(stream, &printed));
    int status = pclose(stream);
    normalise(bytes_str(&printed), directory, &current->actual);
    if (printed.size > 0 && printed.data[printed.size - 1] != '\n')
        assert_true(bytes_append_byte(&current->actual, '\n', &err));
    assert_true(
        bytes_append_format(&current->actual, &err, "exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 1000));
}

/// Where the next line starts that is a file, a command, or the end.
static size_t section_size(Str rest)
{
    size_t size = 0;
    while (size < rest.size) {
        Str at = str_slice(rest, size, rest.size);
        if (str_starts(at, STR("## ")) || str_starts(at, STR("$ "))) return size;
        size += str_find(at, '\n') + 1;
    }
    return rest.size;
}

/// Plays a case: its files are written, its commands run; what they print goes into `actual`, between the lines that are kept.
static void case_play(SessionCase *current, Str directory)
{
    Error err = {0};
    Str rest = current->text;
    while (rest.size > 0) {
        size_t line_size = str_find(rest, '\n');
        Str line = str_slice(rest, 0, line_size);
        rest = str_slice(rest, line_size + 1, rest.size);
        Str body = str_slice(rest, 0, section_size(rest));
        if (!str_starts(line, STR("## ")) && !str_starts(line, STR("$ "))) continue;
        assert_true(bytes_append_format(&current->actual, &err, "%.*s\n", STR_ARG(line)));
        rest = str_slice(rest, body.size, rest.size);
        if (str_starts(line, STR("## "))) {
            file_write(directory, str_slice(line, 3, line.size), body);
            assert_true(bytes_append_str(&current->actual, body, &err));
        } else {
            command_run(current, directory, str_slice(line, 2, line.size));
        }
    }
}

static void case_test(void **state)
{
    UNUSED(state);
    char directory[] = "/tmp/pawl-session-XXXXXX";
    char remove[128];
    SessionCase *current = &session.cases[session.next++];
    assert_non_null(mkdtemp(directory));
    case_play(current, str_from(directory));
    (void)snprintf(remove, sizeof(remove), "chmod -R u+w '%s' && rm -rf '%s'", directory, directory);
    (void)!system(remove);
    Str actual = str_trim(bytes_str(&current->actual));
    if (getenv("PAWL_UPDATE_GOLDEN") != NULL || str_equal(actual, str_trim(current->text))) return;
    print_error("%s: expected\n%.*s\n%s: got\n%.*s\n", current->name, STR_ARG(str_trim(current->text)), current->name,
                STR_ARG(actual));
    fail();
}

static void session_rewrite(const char *path)
{
    FILE *stream = fopen(path, "wb");
    if (stream == NULL) return;
    for (size_t i = 0; i < session.count; i++)
        (void)fprintf(stream, "%s#### %s\n%.*s\n", i > 0 ? "\n" : "", session.cases[i].name,
                      STR_ARG(str_trim(bytes_str(&session.cases[i].actual))));
    (void)fclose(stream);
}

/// `pawl` in a case is the binary under test.
static void path_prepare(void)
{
    char path[SESSION_LINE_MAX];
    const char *binary = getenv("PAWL_BINARY");
    assert_non_null(binary);
    Str directory = str_slice(str_from(binary), 0, strlen(binary) - strlen(strrchr(binary, '/')));
    (void)snprintf(path, sizeof(path), "%.*s:%s", STR_ARG(directory), getenv("PATH"));
    (void)setenv("PATH", path, 1);
}

int session_run_file(const char *golden_path)
{
    static struct CMUnitTest tests[SESSION_CASES_MAX];
    char path[SESSION_LINE_MAX];
    (void)snprintf(path, sizeof(path), "%s/%s", getenv("PAWL_ROOT") != NULL ? getenv("PAWL_ROOT") : ".", golden_path);
    path_prepare();
    session_read(path);
    for (size_t i = 0; i < session.count; i++)
        tests[i] = (struct CMUnitTest){.name = session.cases[i].name, .test_func = case_test};
    int failed = _cmocka_run_group_tests(golden_path, tests, session.count, NULL, NULL);
    if (getenv("PAWL_UPDATE_GOLDEN") != NULL) session_rewrite(path);
    for (size_t i = 0; i < session.count; i++) bytes_deinit(&session.cases[i].actual);
    bytes_deinit(&session.file);
    return failed;
}
