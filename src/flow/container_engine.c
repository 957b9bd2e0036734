#include "flow/container_engine_internal.h"

#include <signal.h>

#include "flow/executor_internal.h"
#include "sys/disk.h"
#include "sys/environment.h"
#include "sys/temporary.h"
#include "text/json.h"
#include "text/json_writer.h"

enum {
    ENGINE_WAIT_MS = 60000,
    ENGINE_PULL_WAIT_MS = 3600000,
    ENGINE_TEXT_BYTES_MAX = 1 << 20,
    ENGINE_FILE_BYTES_MAX = 1 << 16,
    PROBE_EXIT = 42,
    WAY_OPTIONS_MAX = 6,
};

/// A way of starting containers. Where this machine's own limits are lower than the engine's defaults, a container needs lower ones,
/// and not every runtime can do with every kind of control groups.
typedef struct EngineWay {
    const char *engine;
    const char *options[WAY_OPTIONS_MAX];
} EngineWay;

static const EngineWay WAYS[] = {
    {"podman", {NULL}},
    {"podman", {"--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", NULL}},
    {"podman", {"--runtime", "runc", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"}},
    {"podman", {"--cgroups", "disabled", NULL}},
    {"docker", {NULL}},
};

static bool call_finish(Process *process, int64_t wait_ms, int *out_status, Error *err)
{
    ProcessExit status = {0};
    size_t index = 0;
    TRY(process_wait_any(process, 1, NULL, wait_ms, &index, err));
    if (index != 0) TRY(process_signal(process, SIGKILL, err));
    TRY(process_reap(process, &status, err));
    *out_status = status.by_signal ? 128 + status.code : status.code;
    return true;
}

/// A program that cannot be started leaves `*out_status` at -1.
static bool call_in(Str directory, const Str *arguments, size_t count, int *out_status, Bytes *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(process_deinit) Process process = {0};
    Str path = {0};
    Error missing = {0};
    bool pulls = count > 1 && str_equal(arguments[1], STR("pull"));
    TRY(path_join(&arena, directory, STR("output"), &path, err));
    ProcessSpec spec = {.arguments = arguments,
                        .argument_count = count,
                        .output_path = path,
                        .error_path = path,
                        .new_session = true,
                        .dies_with_us = true};
    if (!process_spawn(&spec, &process, &missing)) return true;
    TRY(call_finish(&process, pulls ? ENGINE_PULL_WAIT_MS : ENGINE_WAIT_MS, out_status, err));
    return disk_read(disk_system(), path, ENGINE_TEXT_BYTES_MAX, out, err);
}

bool engine_call(const Str *arguments, size_t count, int *out_status, Bytes *out, Error *err)
{
    AUTO(temporary_directory_deinit) TemporaryDirectory directory = {0};
    *out_status = -1;
    TRY(temporary_directory_init(&directory, disk_system(), (Str){0}, err));
    return call_in(temporary_directory_path(&directory), arguments, count, out_status, out, err);
}

Str engine_last_line(const Bytes *text)
{
    Str rest = str_trim(bytes_str(text));
    Str line = {0};
    while (str_split(&rest, '\n', &line)) {
    }
    return str_trim(line);
}

bool engine_name(Str *out, Error *err)
{
    static const Str QUESTIONS[][2] = {{STR_INIT("podman"), STR_INIT("info")}, {STR_INIT("docker"), STR_INIT("info")}};
    for (size_t i = 0; i < COUNT_OF(QUESTIONS); i++) {
        AUTO(bytes_deinit) Bytes text = {.limit = ENGINE_TEXT_BYTES_MAX};
        int status = -1;
        TRY(engine_call(QUESTIONS[i], COUNT_OF(QUESTIONS[i]), &status, &text, err));
        if (status != 0) continue;
        *out = QUESTIONS[i][0];
        return true;
    }
    return error_set(
        err, ERROR_ENVIRONMENT,
        "images need podman (apt install podman runc) or a docker whose daemon runs; neither answers here");
}

static bool way_arguments(const EngineWay *way, Arena *arena, ContainerEngine *out, Error *err)
{
    Str *arguments = arena_alloc_array(arena, WAY_OPTIONS_MAX + 2, sizeof(Str), err);
    if (arguments == NULL) return false;
    size_t count = 0;
    arguments[count++] = str_from(way->engine);
    arguments[count++] = STR("run");
    for (size_t i = 0; i < WAY_OPTIONS_MAX && way->options[i] != NULL; i++)
        arguments[count++] = str_from(way->options[i]);
    *out = (ContainerEngine){.arguments = arguments, .argument_count = count};
    return true;
}

/// The step's own way of starting, so that what works here works there.
static bool way_try(const EngineWay *way, Str image, Arena *arena, ContainerEngine *out, bool *out_works, Bytes *tried,
                    Error *err)
{
    static const Str OPTIONS[] = {STR_INIT("--rm"),         STR_INIT("--pull"), STR_INIT("never"),
                                  STR_INIT("--network"),    STR_INIT("none"),   STR_INIT("--read-only"),
                                  STR_INIT("--entrypoint"), STR_INIT("/bin/sh")};
    AUTO(arguments_deinit) Arguments arguments = {0};
    AUTO(bytes_deinit) Bytes text = {.limit = ENGINE_TEXT_BYTES_MAX};
    int status = -1;
    TRY(way_arguments(way, arena, out, err));
    TRY(arguments_add(&arguments, out->arguments, out->argument_count, err));
    TRY(arguments_add(&arguments, OPTIONS, COUNT_OF(OPTIONS), err));
    TRY(ARGUMENTS_ADD(&arguments, err, image, STR("-c"), STR("exit 42")));
    TRY(engine_call(arguments.items, arguments.count, &status, &text, err));
    *out_works = status == PROBE_EXIT;
    if (*out_works || status < 0) return true;
    for (size_t i = 0; i < out->argument_count; i++)
        TRY(bytes_append_format(tried, err, "%s%.*s", i == 0 ? "\n  " : " ", STR_ARG(out->arguments[i])));
    Str line = engine_last_line(&text);
    return bytes_append_format(tried, err, ": %.*s", STR_ARG(line));
}

static bool engine_probe(Str image, Arena *arena, ContainerEngine *out, Error *err)
{
    AUTO(bytes_deinit) Bytes tried = {.limit = ENGINE_TEXT_BYTES_MAX};
    bool works = false;
    for (size_t i = 0; i < COUNT_OF(WAYS); i++) {
        TRY(way_try(&WAYS[i], image, arena, out, &works, &tried, err));
        if (works) return true;
    }
    if (tried.size == 0)
        return error_set(err, ERROR_ENVIRONMENT,
                         "'executor: container' needs podman (apt install podman runc) or docker");
    return error_set(
        err, ERROR_ENVIRONMENT,
        "no container runs here; as root with runc installed (apt install podman runc) one mostly does. Tried:%.*s",
        STR_ARG(bytes_str(&tried)));
}

static bool engine_encode(const ContainerEngine *engine, Str boot, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("boot"), boot, err));
    TRY(json_field_array(&json, STR("arguments"), err));
    for (size_t i = 0; i < engine->argument_count; i++) TRY(json_str(&json, engine->arguments[i], err));
    TRY(json_array_end(&json, err));
    return json_object_end(&json, err);
}

static bool engine_decode(const Node *root, Str boot, Arena *arena, ContainerEngine *out, bool *out_found, Error *err)
{
    const Node *list = NULL;
    Str written = {0};
    TRY(node_get_str(root, STR("boot"), &written, err));
    TRY(node_need(root, STR("arguments"), &list, err));
    size_t count = node_count(list);
    Str *arguments = arena_alloc_array(arena, count + 1, sizeof(Str), err);
    if (arguments == NULL) return false;
    for (size_t i = 0; i < count; i++) TRY(node_str(node_at(list, i), &arguments[i], err));
    *out = (ContainerEngine){.arguments = arguments, .argument_count = count};
    *out_found = count >= 2 && str_equal(boot, written);
    return true;
}

/// What cannot be read is not remembered.
static bool engine_recall(Str path, Str boot, Arena *arena, ContainerEngine *out)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Document document = {0};
    Error ignored = {0};
    bool found = false;
    return disk_read(disk_system(), path, ENGINE_FILE_BYTES_MAX, &text, &ignored) &&
           json_parse(path, bytes_str(&text), arena, &document, &ignored) &&
           engine_decode(document.root, boot, arena, out, &found, &ignored) && found;
}

bool engine_find(Str store, Str image, Arena *arena, ContainerEngine *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str boot = {0};
    Str path = {0};
    TRY(environment_boot(arena, &boot, err));
    TRY(path_join(arena, store, STR("container.json"), &path, err));
    if (engine_recall(path, boot, arena, out)) return true;
    TRY(engine_probe(image, arena, out, err));
    TRY(engine_encode(out, boot, &text, err));
    return disk_write_atomic_unsynced(disk_system(), path, bytes_str(&text), err);
}
