#include "cli/commands.h"

#include "text/json_writer.h"
#include "text/table.h"

static bool text_write(const FlowForecast *items, size_t count, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    TRY(table_column(&table, STR("step"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("will"), TABLE_LEFT, err));
    TRY(table_column(&table, STR("because"), TABLE_LEFT, err));
    for (size_t i = 0; i < count; i++) {
        TRY(table_cell(&table, items[i].step, err));
        TRY(table_cell(&table, items[i].state == STEP_CACHED ? STR("be reused") : STR("run"), err));
        TRY(table_cell(&table, items[i].reason, err));
    }
    return table_write(&table, 0, out, err);
}

static bool json_write(const FlowForecast *items, size_t count, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) {
        TRY(json_object_begin(&json, err));
        TRY(json_field_str(&json, STR("step"), items[i].step, err));
        TRY(json_field_bool(&json, STR("cached"), items[i].state == STEP_CACHED, err));
        TRY(json_field_str(&json, STR("reason"), items[i].reason, err));
        TRY(json_object_end(&json, err));
    }
    TRY(json_array_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(pipeline_deinit) Pipeline pipeline = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    FlowOptions options = {0};
    FlowForecast *items = NULL;
    TRY(command_pipeline(invocation, &pipeline, err));
    TRY(pipeline_prepare(&pipeline, err));
    TRY(pipeline_forecast(&pipeline, &options, &invocation->arena, &items, err));
    size_t count = pipeline.flow.step_count;
    TRY(invocation->json ? json_write(items, count, &text, err) : text_write(items, count, &text, err));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"set", "NAME=VALUE", "replace a parameter, or a single value by its path (train.params.rounds)"},
    {"threads", "N", "threads (default: all cores)"},
    {"relock", "SOURCE", "look at this source's schema anew"},
    {NULL, NULL, NULL},
};

const Command command_plan = {
    .name = "plan",
    .words = "",
    .summary = "say for each step whether it will run, and why",
    .help = "Compares the keys that steps would have now with those of what is kept. Runs nothing.",
    .options = options,
    .run = run,
};
