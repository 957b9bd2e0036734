#include "flow/executor_internal.h"
#include "sys/environment.h"

/// Slurm and Kubernetes would be rows here.
static const Executor *const EXECUTORS[] = {&executor_process, &executor_sandbox, &executor_container};
_Static_assert(COUNT_OF(EXECUTORS) <= EXECUTOR_COUNT_MAX, "names have room");

size_t executor_names(Str names[EXECUTOR_COUNT_MAX])
{
    for (size_t i = 0; i < COUNT_OF(EXECUTORS); i++) names[i] = EXECUTORS[i]->name;
    return COUNT_OF(EXECUTORS);
}

bool executor_find(Str name, const Executor **out, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(EXECUTORS); i++) {
        if (!str_equal(EXECUTORS[i]->name, name.size == 0 ? executor_process.name : name)) continue;
        *out = EXECUTORS[i];
        return true;
    }
    return error_set(err, ERROR_CONFIG, "there is no executor '%.*s'", STR_ARG(name));
}

static bool secret_get(Str name, Arena *arena, Str *out, Error *err)
{
    Str terminated = {0};
    TRY(arena_copy(arena, name, &terminated, err));
    *out = environment_get(terminated.data);
    return out->data != NULL ||
           error_set(err, ERROR_CONFIG, "its secret '%s' is not set in the environment of 'pawl run'", terminated.data);
}

bool executor_secrets(const ExecutorTask *task, SecretMask *mask, Error *err)
{
    for (size_t i = 0; i < task->command->secret_count; i++) {
        Str value = {0};
        TRY(secret_get(task->command->secrets[i], task->arena, &value, err));
        TRY(secret_mask_add(mask, value, err));
    }
    return true;
}

static bool secret_add(Str name, Arena *arena, Arguments *lines, Error *err)
{
    Str value = {0};
    Str line = {0};
    TRY(secret_get(name, arena, &value, err));
    TRY(arena_format(arena, &line, err, "%.*s=%.*s", STR_ARG(name), STR_ARG(value)));
    return ARRAY_PUSH(lines, line, err);
}

bool executor_environment(const ExecutorTask *task, bool host, ExecutorLaunch *out, Error *err)
{
    AUTO(arguments_deinit) Arguments lines = {0};
    const AttemptCommand *command = task->command;
    if (host) TRY(arguments_add(&lines, command->host, command->host_count, err));
    TRY(arguments_add(&lines, command->environment, command->environment_count, err));
    for (size_t i = 0; i < command->secret_count; i++) TRY(secret_add(command->secrets[i], task->arena, &lines, err));
    return arguments_copy(&lines, task->arena, &out->environment, &out->environment_count, err);
}

void arguments_deinit(Arguments *arguments)
{
    memory_free(arguments->items);
    *arguments = (Arguments){0};
}

bool arguments_add(Arguments *arguments, const Str *texts, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(ARRAY_PUSH(arguments, texts[i], err));
    return true;
}

bool arguments_copy(const Arguments *arguments, Arena *arena, Str **out, size_t *out_count, Error *err)
{
    Str *texts = arena_alloc_array(arena, arguments->count + 1, sizeof(Str), err);
    if (texts == NULL) return false;
    for (size_t i = 0; i < arguments->count; i++) texts[i] = arguments->items[i];
    *out = texts;
    *out_count = arguments->count;
    return true;
}
