#include "serve/request.h"

#include <stdio.h>

#include "frame/json_value.h"
#include "text/json.h"
#include "text/timestamp.h"

void request_deinit(Request *request)
{
    frame_deinit(&request->inputs);
    arena_deinit(&request->arena);
    *request = (Request){0};
}

enum { INPUT_SHOWN_BYTES_MAX = 300 };

static bool push_value(Column *column, Str name, const Node *node, Error *err)
{
    char what[INPUT_SHOWN_BYTES_MAX];
    snprintf(what, sizeof(what), "input '%.*s'", STR_ARG(name));
    return column_push_json(column, node, &(JsonContext){.what = what, .kind = ERROR_USAGE}, err);
}

static bool names_check(const Plan *plan, const Node *row, Arena *arena, Error *err)
{
    Str *names = arena_alloc_array(arena, plan->input_count + 1, sizeof(Str), err);
    TRY(names != NULL);
    for (uint32_t i = 0; i < plan->input_count; i++) names[i] = plan->inputs[i].name;
    if (node_check_keys(row, names, plan->input_count, err)) return true;
    if (err != NULL && err->kind != ERROR_MEMORY) err->kind = ERROR_USAGE;
    return false;
}

static bool push_row(const Plan *plan, const Node *row, Request *request, Error *err)
{
    if (row->kind != NODE_MAP)
        return document_error(row->document, row->position, err, ERROR_USAGE,
                              "inputs are an object of names and values, this is %s", node_kind_name(row->kind));
    TRY(names_check(plan, row, &request->arena, err));
    for (uint32_t i = 0; i < plan->input_count; i++) {
        const Node *value = node_get(row, plan->inputs[i].name);
        if (value == NULL)
            return document_error(row->document, row->position, err, ERROR_USAGE,
                                  "input '%.*s' is missing (null states that it is not known)",
                                  STR_ARG(plan->inputs[i].name));
        TRY(push_value(&request->inputs.columns[i], plan->inputs[i].name, value, err));
    }
    return true;
}

static bool columns_add(const Plan *plan, Frame *inputs, Error *err)
{
    for (uint32_t i = 0; i < plan->input_count; i++) {
        Column *column = NULL;
        TRY(frame_add_column(inputs, plan->inputs[i].name, plan->inputs[i].type, &column, err));
    }
    return true;
}

static bool read_rows(const Plan *plan, const Node *inputs, Request *request, Error *err)
{
    request->count = inputs->kind == NODE_LIST ? node_count(inputs) : 1;
    if (request->count == 0 || request->count > REQUEST_ROWS_MAX)
        return document_error(inputs->document, inputs->position, err, ERROR_USAGE,
                              "%zu rows of inputs; 1 to %d can be asked for at once", request->count, REQUEST_ROWS_MAX);
    TRY(columns_add(plan, &request->inputs, err));
    for (size_t i = 0; i < request->count; i++)
        TRY(push_row(plan, inputs->kind == NODE_LIST ? node_at(inputs, i) : inputs, request, err));
    frame_finish(&request->inputs);
    request->inputs.row_count = request->count;
    return true;
}

static bool read_instant(const Node *node, int64_t *out, Error *err)
{
    Error inner = {0};
    if (node->kind == NODE_STRING && timestamp_parse(node->text, NULL, TIMESTAMP_DOWN, out, &inner)) return true;
    return document_error(node->document, node->position, err, ERROR_USAGE,
                          "'at' is an instant such as \"2024-03-01T10:00:00Z\", or a list of one per row%s%s",
                          inner.text[0] != 0 ? ": " : "", inner.text);
}

static bool read_instants(const Node *at, int64_t now_us, Request *request, Error *err)
{
    request->at = arena_alloc_array(&request->arena, request->count, sizeof(int64_t), err);
    TRY(request->at != NULL);
    bool each = at != NULL && at->kind == NODE_LIST;
    if (each && node_count(at) != request->count)
        return document_error(at->document, at->position, err, ERROR_USAGE, "'at' has %zu instants for %zu rows",
                              node_count(at), request->count);
    for (size_t i = 0; i < request->count; i++) {
        request->at[i] = now_us;
        if (at != NULL && at->kind != NODE_NULL) TRY(read_instant(each ? node_at(at, i) : at, &request->at[i], err));
    }
    return true;
}

static bool body_parse(Str body, Request *request, Document **out, Error *err)
{
    *out = arena_alloc(&request->arena, sizeof(Document), err);
    TRY(*out != NULL);
    if (json_parse(STR("request"), body, &request->arena, *out, err)) return true;
    if (err != NULL && err->kind == ERROR_DATA) err->kind = ERROR_USAGE;
    return false;
}

static bool body_check(const Node *root, Error *err)
{
    if (root->kind != NODE_MAP)
        return document_error(root->document, root->position, err, ERROR_USAGE,
                              "a request is {\"inputs\": {...}, \"at\": ...}");
    if (!NODE_CHECK_KEYS(root, err, "inputs", "at")) {
        if (err != NULL && err->kind != ERROR_MEMORY) err->kind = ERROR_USAGE;
        return false;
    }
    if (node_get(root, STR("inputs")) != NULL) return true;
    return document_error(root->document, root->position, err, ERROR_USAGE, "'inputs' is missing");
}

bool request_parse(const Plan *plan, Str body, int64_t now_us, Request *out, Error *err)
{
    AUTO(request_deinit) Request request = {0};
    Document *document = NULL;
    TRY(body_parse(body, &request, &document, err));
    TRY(body_check(document->root, err));
    TRY(read_rows(plan, node_get(document->root, STR("inputs")), &request, err));
    TRY(read_instants(node_get(document->root, STR("at")), now_us, &request, err));
    *out = request;
    request = (Request){0};
    return true;
}
