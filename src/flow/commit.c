#include "flow/attempt_internal.h"
#include "flow/commit_internal.h"
#include "sys/disk_tree.h"
#include "sys/failpoint.h"
#include "text/json.h"
#include "text/json_writer.h"

/// One look at an attempt.
typedef struct Look {
    const Store *store;
    const Disk *disk;
    const FlowOptions *options;
    Str directory;
    Arena *arena;
    const Node *staged; ///< map of names to digests; NULL: nothing was staged
    StepResult result;
    Made made;
    Str problem;
} Look;

static void look_deinit(Look *look)
{
    step_result_deinit(&look->result);
}

static bool staged_parse(Look *look, Str staged, Error *err)
{
    Document document = {0};
    if (staged.size == 0) return true;
    TRY(json_parse(STR("staged outputs"), staged, look->arena, &document, err));
    look->staged = document.root;
    return true;
}

/// A result that cannot be read is the step's mistake, not the store's.
static bool result_read(Look *look, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Str path = {0};
    Error problem = {0};
    TRY(attempt_path(look->directory, "result.json", look->arena, &path, err));
    if (!disk_exists(look->disk, path)) return true;
    TRY(disk_read(look->disk, path, ATTEMPT_FILE_BYTES_MAX, &text, err));
    if (step_result_decode(STR("result.json"), bytes_str(&text), &look->result, &problem)) return true;
    return arena_copy(look->arena, str_from(problem.text), &look->problem, err);
}

static const StepArtifact *logical_find(const StepResult *result, Str name)
{
    for (size_t i = 0; i < result->logical_count; i++) {
        if (str_equal(result->logicals[i].name, name)) return &result->logicals[i];
    }
    return NULL;
}

static bool staged_find(const Look *look, Str name, Digest *out, bool *out_found, Error *err)
{
    Str hex = {0};
    const Node *node = node_get(look->staged, name);
    *out_found = node != NULL;
    if (node == NULL) return true;
    TRY(node_str(node, &hex, err));
    return digest_parse(hex, out, err);
}

static bool problem_set(Look *look, Str name, Str what, Error *err)
{
    if (look->problem.size > 0) return true;
    return arena_format(look->arena, &look->problem, err, "output '%.*s' %.*s", STR_ARG(name), STR_ARG(what));
}

/// Where it lies now: an earlier scheduler may have moved it into the objects.
static bool output_path(const Look *look, const StepArtifact *output, bool staged, Str *out, Error *err)
{
    *out = output->path;
    if (!staged || disk_exists(look->disk, output->path)) return true;
    return object_path(look->store, &output->digest, look->arena, out, err);
}

/// Fills the next output, unless it is not there or not what it should be.
static bool file_look(Look *look, const FlowOutput *declared, bool evidence, Error *err)
{
    StepArtifact *output = &look->made.outputs[look->made.output_count];
    const StepArtifact *named = logical_find(&look->result, declared->name);
    bool staged = false;
    Str path = {0};
    Str problem = {0};
    *output = (StepArtifact){.name = declared->name};
    if (named != NULL) output->logical = named->logical;
    TRY(attempt_path(look->directory, "out", look->arena, &path, err));
    TRY(path_join(look->arena, path, declared->name, &output->path, err));
    TRY(staged_find(look, declared->name, &output->digest, &staged, err));
    TRY(output_path(look, output, staged, &path, err));
    TRY(commit_check_file(look->disk, declared, look->options, path, look->arena, &output->logical, &problem, err));
    if (problem.size > 0) return evidence || problem_set(look, declared->name, problem, err);
    look->made.output_count++;
    return true;
}

static bool output_look(Look *look, const FlowOutput *declared, bool evidence, Error *err)
{
    Str problem = {0};
    if (!flow_type_is_value(declared->type)) return file_look(look, declared, evidence, err);
    TRY(commit_check_value(declared, &look->result, look->arena, &problem, err));
    return problem.size == 0 || evidence || problem_set(look, declared->name, problem, err);
}

static bool outputs_look(Look *look, const FlowStep *step, bool evidence, Error *err)
{
    look->made.outputs = arena_alloc_array(look->arena, step->output_count + 1, sizeof(StepArtifact), err);
    if (look->made.outputs == NULL) return false;
    for (size_t i = 0; i < step->output_count; i++) TRY(output_look(look, &step->outputs[i], evidence, err));
    return true;
}

/// Its values, copied: the result's arena goes.
static bool result_take(Look *look, Error *err)
{
    const StepResult *result = &look->result;
    look->made.values = arena_alloc_array(look->arena, result->value_count + 1, sizeof(StepValue), err);
    if (look->made.values == NULL) return false;
    for (size_t i = 0; i < result->value_count; i++) {
        TRY(arena_copy(look->arena, result->values[i].name, &look->made.values[i].name, err));
        TRY(arena_copy(look->arena, result->values[i].json, &look->made.values[i].json, err));
    }
    look->made.value_count = result->value_count;
    return arena_copy(look->arena, result->message, &look->made.message, err);
}

bool commit_look(const Store *store, const FlowStep *step, const FlowOptions *options, Str directory, Str staged,
                 bool evidence, Arena *arena, Made *out, Str *out_problem, Error *err)
{
    AUTO(look_deinit)
    Look look = {.store = store, .disk = store->disk, .options = options, .directory = directory, .arena = arena};
    TRY(staged_parse(&look, staged, err));
    TRY(result_read(&look, err));
    TRY(outputs_look(&look, step, evidence, err));
    TRY(result_take(&look, err));
    *out = look.made;
    *out_problem = look.problem;
    return true;
}

static bool digest_is_zero(const Digest *digest)
{
    return digest_equal(digest, &(Digest){0});
}

static bool outputs_stage(Journal *journal, Made *made, Error *err)
{
    for (size_t i = 0; i < made->output_count; i++) {
        StepArtifact *output = &made->outputs[i];
        bool here = disk_exists(journal->store->disk, output->path);
        if (here)
            TRY_OR(object_stage(journal->store, output->path, &output->digest, err), err, "output '%.*s'",
                   STR_ARG(output->name));
        if (digest_is_zero(&output->logical)) output->logical = output->digest;
    }
    return true;
}

static bool staged_encode(const Made *made, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_COMPACT);
    TRY(json_object_begin(&json, err));
    for (size_t i = 0; i < made->output_count; i++) {
        DigestHex hex = digest_hex(&made->outputs[i].digest);
        TRY(json_field_str(&json, made->outputs[i].name, str_from(hex.text), err));
    }
    return json_object_end(&json, err);
}

bool commit_place(Journal *journal, size_t position, uint32_t attempt, Made *made, Error *err)
{
    AUTO(bytes_deinit) Bytes staged = {0};
    if (made->output_count == 0) return true;
    TRY(outputs_stage(journal, made, err));
    TRY(staged_encode(made, &staged, err));
    TRY(journal_stage_outputs(journal, position, attempt, bytes_str(&staged), err));
    for (size_t i = 0; i < made->output_count; i++) {
        const StepArtifact *output = &made->outputs[i];
        TRY_OR(object_place(journal->store, output->path, &output->digest, err), err, "output '%.*s'",
               STR_ARG(output->name));
    }
    FAILPOINT("flow.outputs_placed");
    return true;
}
