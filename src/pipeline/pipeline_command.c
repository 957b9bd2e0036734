/// The user's own steps: a shell command each, keyed by its text and by the files that the text names.
#include "pipeline/pipeline_internal.h"

static bool is_word_end(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\'' || byte == '"' || byte == ';' || byte == '|' ||
           byte == '&' || byte == '<' || byte == '>' || byte == '(' || byte == ')' || byte == '=';
}

static bool word_hash(Pipeline *pipeline, Str word, Sha256 *hash, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Digest digest = {0};
    DiskStat stat = {0};
    Error ignored = {0};
    Str path = word;
    if (word.size == 0 || word.size > 1024) return true;
    if (!str_starts(word, STR("/"))) TRY(path_join(&arena, pipeline->directory, word, &path, err));
    bool is_file = disk_stat(pipeline->disk, path, &stat, &ignored) && !stat.is_directory;
    TRY(receipt_saw(&pipeline->seen, path, is_file, &pipeline->arena, err));
    if (!is_file) return true;
    TRY(store_file_digest(&pipeline->store, path, &digest, err));
    TRY(sha256_update_str(hash, word, err));
    return sha256_update(hash, digest.bytes, DIGEST_BYTES, err);
}

/// A redirection's target is written, not read.
static bool is_written(Str run, size_t begin)
{
    while (begin > 0 && (run.data[begin - 1] == ' ' || run.data[begin - 1] == '\t')) begin--;
    return begin > 0 && run.data[begin - 1] == '>';
}

/// `python3 clean.py` changes when clean.py does.
static bool code_digest(Pipeline *pipeline, Str run, Str *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    Digest digest = {0};
    size_t begin = 0;
    TRY(sha256_update_str(&hash, run, err));
    for (size_t i = 0; i <= run.size; i++) {
        if (i < run.size && !is_word_end(run.data[i])) continue;
        if (!is_written(run, begin)) TRY(word_hash(pipeline, str_slice(run, begin, i), &hash, err));
        begin = i + 1;
    }
    TRY(sha256_finish(&hash, &digest, err));
    return arena_copy(&pipeline->arena, str_from(digest_hex(&digest).text), out, err);
}

static bool is_source(const Config *config, Str name)
{
    for (size_t i = 0; i < config->source_count; i++)
        if (str_equal(config->sources[i].definition.name, name)) return true;
    return false;
}

/// "trips" is that source's ingested table, "clean.table" another step's output.
static bool input_find(Pipeline *pipeline, const ConfigStep *step, Str text, FlowInput *out, Error *err)
{
    Str rest = text;
    *out = (FlowInput){0};
    if (is_source(&pipeline->config, text)) {
        *out = (FlowInput){.name = text, .output = STR("table")};
        return arena_format(&pipeline->arena, &out->step, err, "ingest.%.*s", STR_ARG(text));
    }
    if (str_split(&rest, '.', &out->step) && rest.size > 0) {
        out->output = rest;
        out->name = text;
        return true;
    }
    return document_error(pipeline->config.document, step->position, err, ERROR_CONFIG,
                          "step '%.*s': input '%.*s' is neither a source nor an output written as step.output",
                          STR_ARG(step->name), STR_ARG(text));
}

static bool inputs_make(Pipeline *pipeline, const ConfigStep *step, FlowStep *out, Error *err)
{
    FlowInput *inputs = arena_alloc_array(&pipeline->arena, step->input_count + 1, sizeof(FlowInput), err);
    TRY(inputs != NULL);
    for (size_t i = 0; i < step->input_count; i++) TRY(input_find(pipeline, step, step->inputs[i], &inputs[i], err));
    out->inputs = inputs;
    out->input_count = step->input_count;
    return true;
}

/// The command starts beside the pipeline's file, so that `python3 clean.py` is the file whose digest is in the key.
static bool argv_make(Pipeline *pipeline, Str run, FlowStep *out, Error *err)
{
    Str *argv = arena_alloc_array(&pipeline->arena, 3, sizeof(Str), err);
    TRY(argv != NULL);
    argv[0] = STR("/bin/sh");
    argv[1] = STR("-c");
    TRY(arena_format(&pipeline->arena, &argv[2], err, "cd \"$PAWL_DIRECTORY\" || exit 4\n%.*s", STR_ARG(run)));
    out->argv = argv;
    out->argv_count = 3;
    return true;
}

static bool command_add(Pipeline *pipeline, const ConfigStep *step, FlowStep *out, Error *err)
{
    *out = (FlowStep){
        .name = step->name,
        .kind = STR("command"),
        .after = step->after,
        .after_count = step->after_count,
        .timeout_us = step->timeout_us,
        .timeout_total_us = step->timeout_total_us,
        .heartbeat_us = step->heartbeat_us,
        .retries = step->retries,
        .priority = step->priority,
        .pool = step->pool,
        .uncached = !step->cache,
        .params = step->params,
        .when = step->when,
        .optional = step->optional,
        .on = step->on,
        .foreach = step->foreach,
        .outputs = step->outputs,
        .output_count = step->output_count,
    };
    TRY(pipeline_place_command(pipeline, step, out, err));
    TRY(argv_make(pipeline, step->run, out, err));
    TRY(code_digest(pipeline, step->run, &out->code_digest, err));
    return inputs_make(pipeline, step, out, err);
}

/// `own` are pawl's, before the first of the user's, whose names differ as keys of one map.
static bool name_check(const Pipeline *pipeline, const FlowStep *own, size_t own_count, const ConfigStep *step,
                       Error *err)
{
    for (size_t i = 0; i < own_count; i++)
        if (str_equal(own[i].name, step->name))
            return document_error(pipeline->config.document, step->position, err, ERROR_CONFIG,
                                  "'%.*s' is the name of one of pawl's own steps; call yours something else",
                                  STR_ARG(step->name));
    return true;
}

static bool waits_for(const ConfigStep *reader, Str step)
{
    for (size_t i = 0; i < reader->after_count; i++)
        if (str_equal(reader->after[i], step)) return true;
    for (size_t i = 0; i < reader->input_count; i++) {
        Str rest = reader->inputs[i];
        Str part = {0};
        if (str_split(&rest, '.', &part) && rest.size > 0 && str_equal(part, step)) return true;
    }
    return false;
}

/// Marks the steps that sources come from, and those that marked steps wait for.
static void needed_mark(const Config *config, bool *needed)
{
    for (size_t i = 0; i < config->source_count; i++)
        for (size_t k = 0; k < config->step_count; k++)
            if (str_equal(config->sources[i].step, config->steps[k].name)) needed[k] = true;
    for (size_t round = 0; round < config->step_count; round++)
        for (size_t i = 0; i < config->step_count; i++)
            for (size_t k = 0; needed[i] && k < config->step_count; k++)
                if (waits_for(&config->steps[i], config->steps[k].name)) needed[k] = true;
}

bool pipeline_add_commands(Pipeline *pipeline, FlowStep *steps, size_t *count, Error *err)
{
    bool *needed = arena_alloc_array(&pipeline->arena, pipeline->config.step_count + 1, sizeof(bool), err);
    TRY(needed != NULL);
    size_t own_count = *count;
    if (pipeline->options.model_only) needed_mark(&pipeline->config, needed);
    for (size_t i = 0; i < pipeline->config.step_count; i++) {
        if (pipeline->options.model_only && !needed[i]) continue;
        TRY(name_check(pipeline, steps, own_count, &pipeline->config.steps[i], err));
        TRY(command_add(pipeline, &pipeline->config.steps[i], &steps[(*count)++], err));
    }
    return true;
}
