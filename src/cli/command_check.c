#include "cli/commands.h"

#include "text/json_writer.h"

static bool text_write(const Pipeline *pipeline, const Plan *plan, bool compiled, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "%.*s: good: %zu source%s, %zu view%s, %zu step%s",
                            STR_ARG(pipeline->config.document->name), pipeline->config.source_count,
                            pipeline->config.source_count == 1 ? "" : "s", pipeline->config.view_count,
                            pipeline->config.view_count == 1 ? "" : "s", pipeline->flow.step_count,
                            pipeline->flow.step_count == 1 ? "" : "s"));
    if (compiled)
        TRY(bytes_append_format(out, err, ", %u feature%s (plan %.12s)", plan->feature_count,
                                plan->feature_count == 1 ? "" : "s", digest_hex(&plan->digest).text));
    TRY(bytes_append_byte(out, '\n', err));
    if (compiled) return true;
    return bytes_append_str(out, STR("the features are checked when the steps that make their sources have run\n"),
                            err);
}

static bool feature_json(JsonWriter *json, const PlanFeature *feature, Error *err)
{
    char type[TYPE_NAME_BYTES_MAX];
    type_name(feature->type, type);
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("name"), feature->name, err));
    TRY(json_field_str(json, STR("type"), str_from(type), err));
    return json_object_end(json, err);
}

static bool json_write(const Pipeline *pipeline, const Plan *plan, bool compiled, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("pipeline"), pipeline->config.pipeline, err));
    TRY(json_field_bool(&json, STR("compiled"), compiled, err));
    if (compiled) TRY(json_field_str(&json, STR("plan"), str_from(digest_hex(&plan->digest).text), err));
    TRY(json_field_array(&json, STR("features"), err));
    for (uint32_t i = 0; compiled && i < plan->feature_count; i++) TRY(feature_json(&json, &plan->features[i], err));
    TRY(json_array_end(&json, err));
    TRY(json_field_array(&json, STR("steps"), err));
    for (size_t i = 0; i < pipeline->flow.step_count; i++) TRY(json_str(&json, pipeline->flow.steps[i].name, err));
    TRY(json_array_end(&json, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    bool compiled = false;
    TRY(command_pipeline(invocation, &pipeline, err));
    TRY(pipeline_prepare(&pipeline, err));
    TRY(pipeline_compile(&pipeline, &plan, &compiled, err));
    if (invocation->json)
        TRY(json_write(&pipeline, &plan, compiled, &text, err));
    else
        TRY(text_write(&pipeline, &plan, compiled, &text, err));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"set", "NAME=VALUE", "replace a parameter, or a single value by its path (train.params.rounds)"},
    {"threads", "N", "threads (default: all cores)"},
    {"relock", "SOURCE", "look at this source's schema anew"},
    {NULL, NULL, NULL},
};

const Command command_check = {
    .name = "check",
    .words = "",
    .summary = "read the pipeline file, find its files, compile its features",
    .help = "Finds everything that can be wrong before a run, without running anything.",
    .options = options,
    .run = run,
};
