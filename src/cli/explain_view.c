#include "cli/explain_view.h"

#include "text/json_writer.h"
#include "text/table.h"
#include "text/timestamp.h"

static bool counts_write(const ExplainAggregate *aggregate, Bytes *out, Error *err)
{
    const char *separator = "  ";
    for (int reason = 0; reason < EXPLAIN_REASON_COUNT; reason++) {
        if (aggregate->counts[reason] == 0 && reason != EXPLAIN_COUNTED) continue;
        TRY(bytes_append_format(out, err, "%s%llu %s", separator, (unsigned long long)aggregate->counts[reason],
                                explain_reason_text((ExplainReason)reason)));
        separator = ", ";
    }
    return bytes_append_byte(out, '\n', err);
}

static bool columns_add(Table *table, Error *err)
{
    static const char *const titles[] = {"  time", "known", "what became of it", "row"};
    for (size_t i = 0; i < COUNT_OF(titles); i++) TRY(table_column(table, str_from(titles[i]), TABLE_LEFT, err));
    return table_column(table, STR("value"), TABLE_RIGHT, err);
}

static bool reason_cell(const ExplainRow *row, Table *table, Error *err)
{
    bool ended = row->reason == EXPLAIN_REPLACED || row->reason == EXPLAIN_RETRACTED;
    if (!ended) return table_cell(table, str_from(explain_reason_text(row->reason)), err);
    return table_cell_format(table, err, "%s %s", explain_reason_text(row->reason),
                             timestamp_format(row->superseded).text);
}

/// The source's name, where there are several, and the row's key or number in the table.
static bool place_cell(const ExplainView *view, const ExplainRow *row, bool several, Table *table, Error *err)
{
    Str source = several ? view->plan->sources[row->source].name : (Str){0};
    const char *space = several ? " " : "";
    if (row->key.size > 0)
        return table_cell_format(table, err, "%.*s%s%.*s", STR_ARG(source), space, STR_ARG(row->key));
    return table_cell_format(table, err, "%.*s%srow %llu", STR_ARG(source), space, (unsigned long long)row->row + 1);
}

static bool row_add(const ExplainView *view, const ExplainRow *row, bool several, Table *table, Error *err)
{
    TRY(table_cell_format(table, err, "  %s", timestamp_format(row->time).text));
    TRY(table_cell(table, str_from(timestamp_format(row->known).text), err));
    TRY(reason_cell(row, table, err));
    TRY(place_cell(view, row, several, table, err));
    return table_cell(table, row->value, err);
}

static bool rows_write(const ExplainView *view, const ExplainAggregate *aggregate, Bytes *out, Error *err)
{
    AUTO(table_deinit) Table table = {0};
    uint64_t total = 0;
    bool several = str_find(aggregate->sources, '+') < aggregate->sources.size;
    for (size_t i = 0; i < EXPLAIN_REASON_COUNT; i++) total += aggregate->counts[i];
    if (total == 0) return true;
    TRY(columns_add(&table, err));
    for (size_t i = 0; i < aggregate->row_count; i++) TRY(row_add(view, &aggregate->rows[i], several, &table, err));
    TRY(table_write(&table, 0, out, err));
    if (aggregate->row_count == total) return true;
    return bytes_append_format(out, err, "  (%llu of %llu rows are shown: the last of each kind; --rows shows more)\n",
                               (unsigned long long)aggregate->row_count, (unsigned long long)total);
}

static bool aggregate_write(const ExplainView *view, const ExplainAggregate *aggregate, Bytes *out, Error *err)
{
    TRY(bytes_append_format(out, err, "\n%.*s of %.*s, view %.*s, entity %.*s%s: %.*s\n", STR_ARG(aggregate->text),
                            STR_ARG(aggregate->sources), STR_ARG(aggregate->view), STR_ARG(aggregate->entity),
                            aggregate->names_entity ? " (names the entity of another)" : "",
                            STR_ARG(aggregate->value)));
    TRY(counts_write(aggregate, out, err));
    return rows_write(view, aggregate, out, err);
}

bool explain_view_text(const ExplainView *view, Bytes *out, Error *err)
{
    const Explanation *explanation = view->explanation;
    TRY(bytes_append_format(out, err, "%.*s as of %s: %.*s\n", STR_ARG(explanation->feature),
                            timestamp_format(view->at).text, STR_ARG(explanation->value)));
    TRY(bytes_append_format(out, err, "  %.*s\n", STR_ARG(view->expression)));
    for (size_t i = 0; i < explanation->aggregate_count; i++)
        TRY(aggregate_write(view, &explanation->aggregates[i], out, err));
    return true;
}

static bool json_field_raw(JsonWriter *json, Str key, Str value, Error *err)
{
    TRY(json_key(json, key, err));
    return value.size > 0 ? json_raw(json, value, err) : json_null(json, err);
}

static bool instant_json(JsonWriter *json, Str key, int64_t instant, Error *err)
{
    if (instant == INT64_MAX) return json_field_null(json, key, err);
    return json_field_str(json, key, str_from(timestamp_format(instant).text), err);
}

static bool row_json(const ExplainView *view, const ExplainRow *row, JsonWriter *json, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("reason"), str_from(explain_reason_name(row->reason)), err));
    TRY(json_field_str(json, STR("source"), view->plan->sources[row->source].name, err));
    TRY(json_field_uint(json, STR("row"), row->row + 1, err));
    TRY(json_field_raw(json, STR("key"), row->key, err));
    TRY(instant_json(json, STR("time"), row->time, err));
    TRY(instant_json(json, STR("known"), row->known, err));
    TRY(instant_json(json, STR("superseded"), row->superseded, err));
    TRY(json_field_raw(json, STR("value"), row->value, err));
    return json_object_end(json, err);
}

static bool counts_json(const ExplainAggregate *aggregate, JsonWriter *json, Error *err)
{
    TRY(json_field_object(json, STR("counts"), err));
    for (int i = 0; i < EXPLAIN_REASON_COUNT; i++) {
        Str reason = str_from(explain_reason_name((ExplainReason)i));
        TRY(json_field_uint(json, reason, aggregate->counts[i], err));
    }
    return json_object_end(json, err);
}

static bool aggregate_json(const ExplainView *view, const ExplainAggregate *aggregate, JsonWriter *json, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("view"), aggregate->view, err));
    TRY(json_field_str(json, STR("sources"), aggregate->sources, err));
    TRY(json_field_str(json, STR("aggregate"), aggregate->text, err));
    TRY(json_field_bool(json, STR("names_entity"), aggregate->names_entity, err));
    TRY(json_field_raw(json, STR("entity"), aggregate->entity, err));
    TRY(json_field_raw(json, STR("value"), aggregate->value, err));
    TRY(counts_json(aggregate, json, err));
    TRY(json_field_array(json, STR("rows"), err));
    for (size_t i = 0; i < aggregate->row_count; i++) TRY(row_json(view, &aggregate->rows[i], json, err));
    TRY(json_array_end(json, err));
    return json_object_end(json, err);
}

bool explain_view_json(const ExplainView *view, Bytes *out, Error *err)
{
    const Explanation *explanation = view->explanation;
    JsonWriter json = json_writer(out, JSON_PRETTY);
    char type[TYPE_NAME_BYTES_MAX];
    type_name(explanation->type, type);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("feature"), explanation->feature, err));
    TRY(json_field_str(&json, STR("expression"), view->expression, err));
    TRY(json_field_str(&json, STR("type"), str_from(type), err));
    TRY(instant_json(&json, STR("at"), view->at, err));
    TRY(json_field_raw(&json, STR("value"), explanation->value, err));
    TRY(json_field_array(&json, STR("aggregates"), err));
    for (size_t i = 0; i < explanation->aggregate_count; i++)
        TRY(aggregate_json(view, &explanation->aggregates[i], &json, err));
    TRY(json_array_end(&json, err));
    TRY(json_object_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}
