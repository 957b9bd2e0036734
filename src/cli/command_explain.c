#include "cli/commands.h"
#include "cli/explain_step.h"
#include "cli/explain_view.h"

#include "frame/json_value.h"
#include "text/json.h"
#include "text/json_writer.h"
#include "text/timestamp.h"

enum { EXPLAIN_ROWS = 20 };

/// A question on its way to an answer.
typedef struct ExplainRun {
    Invocation *invocation;
    Pipeline pipeline;
    Definition definition;
    Plan plan;
    Frame *tables; ///< per source of the plan
    Frame inputs;
    ExplainQuestion question;
} ExplainRun;

static void explain_run_deinit(ExplainRun *run)
{
    for (uint32_t i = 0; run->tables != NULL && i < run->plan.source_count; i++) frame_deinit(&run->tables[i]);
    frame_deinit(&run->inputs);
    plan_deinit(&run->plan);
    pipeline_deinit(&run->pipeline);
}

/// All features, whether the dataset selects them or not.
static bool plan_make(ExplainRun *run, Error *err)
{
    Config *config = &run->pipeline.config;
    for (size_t i = 0; i < config->source_count; i++) {
        config->sources[i].definition.schema = run->pipeline.sources[i].locked;
        if (run->pipeline.sources[i].locked.count > 0) continue;
        return error_set(err, ERROR_CONFIG,
                         "source '%.*s' is made by the step '%.*s'; only values of sources that are read from files or "
                         "sql can be explained",
                         STR_ARG(config->sources[i].definition.name), STR_ARG(config->sources[i].step));
    }
    TRY(config_definition(config, &run->invocation->arena, &run->definition, err));
    run->definition.dataset = NULL;
    return plan_compile(&run->definition, &run->plan, err);
}

static const ConfigSource *source_find(const Config *config, Str name)
{
    size_t i = 0;
    while (!str_equal(config->sources[i].definition.name, name)) i++;
    return &config->sources[i];
}

static bool tables_read(ExplainRun *run, Error *err)
{
    AUTO(lake_close) Lake *lake = NULL;
    LakeOptions options = {.threads = run->pipeline.options.threads, .directory = run->pipeline.directory};
    run->tables = arena_alloc_array(&run->invocation->arena, run->plan.source_count + 1, sizeof(Frame), err);
    TRY(run->tables != NULL);
    TRY(lake_open(&options, &lake, err));
    for (uint32_t i = 0; i < run->plan.source_count; i++) {
        Str name = run->plan.sources[i].name;
        const ConfigSource *source = source_find(&run->pipeline.config, name);
        TRY_OR(lake_read(lake, &source->query, &run->tables[i], err), err, "source '%.*s'", STR_ARG(name));
    }
    return true;
}

/// The text after `name=` of an --entity; false when none has it.
static bool entity_find(const Invocation *invocation, Str name, Str *out)
{
    for (size_t i = invocation->option_count; i-- > 0;) {
        const OptionValue *value = &invocation->options[i];
        size_t equals = str_find(value->text, '=');
        bool named = str_equal(str_from(value->option->name), STR("entity")) && equals < value->text.size;
        if (!named || !str_equal(str_slice(value->text, 0, equals), name)) continue;
        *out = str_slice(value->text, equals + 1, value->text.size);
        return true;
    }
    return false;
}

/// Texts, instants and decimals are texts in JSON; the rest is written as JSON writes it.
static bool text_as_json(Type type, Str text, Bytes *out, Error *err)
{
    bool quoted = type.id == TYPE_STRING || type.id == TYPE_DECIMAL || type_is_timestamp(type);
    JsonWriter json = json_writer(out, JSON_COMPACT);
    if (!quoted || (type.id != TYPE_STRING && str_equal(text, STR("null")))) return bytes_append_str(out, text, err);
    return json_str(&json, text, err);
}

static bool input_push(ExplainRun *run, const Field *field, Str text, Column *column, Error *err)
{
    AUTO(bytes_deinit) Bytes json = {0};
    Document document = {0};
    char what[FRAME_NAME_BYTES_MAX];
    char type[TYPE_NAME_BYTES_MAX];
    snprintf(what, sizeof(what), "'%.*s'", STR_ARG(field->name));
    type_name(field->type, type);
    JsonContext context = {what, ERROR_USAGE};
    Error reason = {0};
    TRY(text_as_json(field->type, text, &json, err));
    if (json_parse(STR("--entity"), bytes_str(&json), &run->invocation->arena, &document, &reason) &&
        column_push_json(column, document.root, &context, &reason))
        return true;
    return error_set(err, ERROR_USAGE, "--entity %.*s=%.*s: this is no %s", STR_ARG(field->name), STR_ARG(text), type);
}

static bool input_missing(const ExplainRun *run, const uint8_t *needed, Error *err)
{
    AUTO(bytes_deinit) Bytes names = {0};
    for (uint32_t i = 0; i < run->plan.input_count; i++) {
        Str text = {0};
        if (!needed[i] || entity_find(run->invocation, run->plan.inputs[i].name, &text)) continue;
        TRY(bytes_append_format(&names, err, " --entity %.*s=...", STR_ARG(run->plan.inputs[i].name)));
    }
    return error_set(err, ERROR_USAGE, "'%.*s' needs%.*s", STR_ARG(run->question.feature), (int)names.size,
                     (const char *)names.data);
}

static bool entities_check(const ExplainRun *run, Error *err)
{
    const Invocation *invocation = run->invocation;
    for (size_t i = 0; i < invocation->option_count; i++) {
        const OptionValue *value = &invocation->options[i];
        if (!str_equal(str_from(value->option->name), STR("entity"))) continue;
        size_t equals = str_find(value->text, '=');
        Str name = str_slice(value->text, 0, equals);
        bool known = false;
        for (uint32_t k = 0; k < run->plan.input_count; k++) known |= str_equal(run->plan.inputs[k].name, name);
        if (equals == value->text.size)
            return error_set(err, ERROR_USAGE, "--entity %.*s: write name=value", STR_ARG(value->text));
        if (!known) return error_set(err, ERROR_USAGE, "--entity %.*s: no view has such an input", STR_ARG(name));
    }
    return true;
}

static bool inputs_make(ExplainRun *run, Error *err)
{
    uint8_t *needed = arena_alloc(&run->invocation->arena, run->plan.input_count + 1, err);
    TRY(needed != NULL);
    TRY(entities_check(run, err));
    TRY(explain_inputs(&run->plan, run->question.feature, needed, err));
    for (uint32_t i = 0; i < run->plan.input_count; i++) {
        const Field *field = &run->plan.inputs[i];
        Column *column = NULL;
        Str text = {0};
        TRY(frame_add_column(&run->inputs, field->name, field->type, &column, err));
        bool given = entity_find(run->invocation, field->name, &text);
        if (needed[i] && !given) return input_missing(run, needed, err);
        TRY(given ? input_push(run, field, text, column, err) : column_push_null(column, err));
    }
    run->inputs.row_count = 1;
    return true;
}

static bool question_make(ExplainRun *run, Error *err)
{
    Invocation *invocation = run->invocation;
    uint32_t rows = EXPLAIN_ROWS;
    Str at = option_text(invocation, "at");
    if (at.size == 0)
        return error_set(err, ERROR_USAGE, "--at is missing: the instant as of which the value is explained");
    Error reason = {0};
    if (!timestamp_parse(at, NULL, TIMESTAMP_DOWN, &run->question.at, &reason))
        return error_set(err, ERROR_USAGE, "--at: %s", reason.text);
    TRY(option_count(invocation, "rows", &rows, err));
    run->question.feature = invocation->words[1];
    run->question.inputs = &run->inputs;
    run->question.rows_max = rows;
    return true;
}

/// "view.column" as it stands in the pipeline file; a column of a series stands there under a shorter name.
static Str expression_find(const Definition *definition, Str feature)
{
    Str view = {0};
    Str found = {0};
    size_t longest = 0;
    if (!str_split(&feature, '.', &view)) return found;
    for (size_t i = 0; i < definition->view_count; i++) {
        const ViewDefinition *in = &definition->views[i];
        for (size_t k = 0; str_equal(in->name, view) && k < in->column_count; k++) {
            Str name = in->columns[k].name;
            if (!str_starts(feature, name) || name.size < longest) continue;
            longest = name.size;
            found = in->columns[k].expression.text;
        }
    }
    return found;
}

static bool explain_print(ExplainRun *run, Error *err)
{
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(explanation_deinit) Explanation explanation = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    EngineOptions options = {.threads = run->pipeline.options.threads};
    TRY(engine_open(&run->plan, run->tables, &options, &engine, err));
    TRY(engine_explain(engine, run->tables, &run->question, &explanation, err));
    ExplainView view = {&run->plan, &explanation, expression_find(&run->definition, run->question.feature),
                        run->question.at};
    TRY(run->invocation->json ? explain_view_json(&view, &text, err) : explain_view_text(&view, &text, err));
    return command_print(run->invocation, &text, err);
}

static bool feature_explain(Invocation *invocation, Error *err)
{
    AUTO(explain_run_deinit) ExplainRun run = {.invocation = invocation};
    TRY(question_make(&run, err));
    TRY(command_pipeline(invocation, &run.pipeline, err));
    TRY(pipeline_prepare(&run.pipeline, err));
    TRY(plan_make(&run, err));
    TRY(inputs_make(&run, err));
    TRY(tables_read(&run, err));
    return explain_print(&run, err);
}

static bool run_command(Invocation *invocation, Error *err)
{
    if (invocation->word_count == 1) return explain_step(invocation, err);
    if (str_equal(invocation->words[0], STR("feature"))) return feature_explain(invocation, err);
    return error_set(err, ERROR_USAGE,
                     "usage: pawl explain feature VIEW.COLUMN, or pawl explain STEP; see 'pawl explain --help'");
}

static const Option options[] = {
    {"entity", "NAME=VALUE", "an input of the request, as 'vendor_id=2'; once for each"},
    {"at", "INSTANT", "as of when: 2016-01-22T16:01:00Z"},
    {"rows", "N", "rows shown of each kind (default: 20); all are counted"},
    {"threads", "N", "threads (default: all cores)"},
    {"set", "NAME=VALUE", "replace a parameter, or a single value by its path (train.params.rounds)"},
    {NULL, NULL, NULL},
};

const Command command_explain = {
    .name = "explain",
    .words = "STEP | feature VIEW.COLUMN",
    .summary = "show why a step will run, or why a feature has its value",
    .help =
        "STEP: the fields of its key that are others now, old and new, and where upstream the change began; or the\n"
        "cached result that answers it. feature: each row of the entity, and what became of it.\n\n"
        "Reads the sources as they are now. Each row of the entity is counted under one kind: counted; not known yet;\n"
        "replaced or retracted by then; not in time yet or left the window; beyond the cap on rows; not 'where'; null.",
    .options = options,
    .word_min = 1,
    .word_max = 2,
    .run = run_command,
};
