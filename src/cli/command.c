#include "cli/command.h"

#include "cli/commands.h"
#include "flow/executor.h"

static const Command *const commands[] = {
    &command_init,      &command_check,   &command_plan,    &command_graph,   &command_run,   &command_retry,
    &command_cancel,    &command_status,  &command_logs,    &command_dataset, &command_model, &command_serve,
    &command_reproduce, &command_lineage, &command_explain, &command_gc,      &command_step,  &command_supervise,
};

const Command *command_at(size_t i)
{
    return i < COUNT_OF(commands) ? commands[i] : NULL;
}

const Command *command_find(Str name)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (str_equal(name, str_from(commands[i]->name))) return commands[i];
    return NULL;
}

bool command_print(const Invocation *invocation, const Bytes *text, Error *err)
{
    if (fwrite(text->data, 1, text->size, invocation->out) == text->size) return true;
    return error_set(err, ERROR_STORAGE, "writing the output failed");
}

static bool settings_read(Invocation *invocation, ConfigSetting **out, size_t *out_count, Error *err)
{
    *out = arena_alloc_array(&invocation->arena, invocation->option_count + 1, sizeof(ConfigSetting), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < invocation->option_count; i++) {
        const OptionValue *value = &invocation->options[i];
        if (!str_equal(str_from(value->option->name), STR("set"))) continue;
        size_t equals = str_find(value->text, '=');
        if (equals == value->text.size)
            return error_set(err, ERROR_USAGE, "--set %.*s: write name=value", STR_ARG(value->text));
        (*out)[(*out_count)++] = (ConfigSetting){.name = str_slice(value->text, 0, equals),
                                                 .value = str_slice(value->text, equals + 1, value->text.size)};
    }
    return true;
}

Str command_file(const Invocation *invocation)
{
    Str file = option_text(invocation, "file");
    return file.size > 0 ? file : STR("pawl.yaml");
}

/// --executor: one of the table's names.
static bool executor_read(const Invocation *invocation, Str *out, Error *err)
{
    Str names[EXECUTOR_COUNT_MAX];
    size_t count = executor_names(names);
    *out = option_text(invocation, "executor");
    if (out->size == 0) return true;
    for (size_t i = 0; i < count; i++)
        if (str_equal(names[i], *out)) return true;
    return error_set(err, ERROR_USAGE, "--executor %.*s: write process, sandbox or container", STR_ARG(*out));
}

bool command_pipeline_options(Invocation *invocation, PipelineOptions *out, Error *err)
{
    ConfigSetting *settings = NULL;
    PipelineOptions options = {.file = command_file(invocation), .store = option_text(invocation, "store")};
    TRY(settings_read(invocation, &settings, &options.setting_count, err));
    options.settings = settings;
    options.relock = option_text(invocation, "relock");
    TRY(executor_read(invocation, &options.executor, err));
    TRY(option_count(invocation, "threads", &options.threads, err));
    TRY(option_size(invocation, "memory", &options.memory_bytes, err));
    TRY(option_count(invocation, "parallel", &options.parallel_max, err));
    *out = options;
    return true;
}

bool command_pipeline(Invocation *invocation, Pipeline *out, Error *err)
{
    PipelineOptions options = {0};
    TRY(command_pipeline_options(invocation, &options, err));
    return pipeline_open(&options, invocation->disk, invocation->clock, out, err);
}

bool command_store(Invocation *invocation, Store *out, Error *err)
{
    Str path = option_text(invocation, "store");
    if (path.size == 0)
        TRY(path_join(&invocation->arena, path_directory(command_file(invocation)), STR(".pawl"), &path, err));
    if (!disk_exists(invocation->disk, path))
        return error_set(err, ERROR_NOT_FOUND, "there is no store '%.*s'; 'pawl run' makes it, --store names another",
                         STR_ARG(path));
    return store_open(path, invocation->disk, invocation->clock, out, err);
}
